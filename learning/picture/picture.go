package picture

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"io"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Picture is a picture that can be written in several formats.
type Picture struct {
	Name    string // name of its files, without ending
	Title   string
	Caption string // what is shown, in whole sentences

	height vg.Length
	draw   func(draw.Canvas) // draws below the title
}

// paint draws the whole picture.
func (p *Picture) paint(c draw.Canvas) {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, margin, -margin, margin, -margin)
	style := textStyle(titleSize, ink)
	style.Font.Weight = xfont.WeightBold
	style.YAlign = draw.YTop
	c.FillText(style, vg.Point{X: c.Min.X, Y: c.Max.Y}, p.Title)
	p.draw(draw.Crop(c, 0, 0, 0, -headRoom))
}

// resolution is the number of pixels per inch: twice that of a plain screen.
const resolution = 192

// WritePNG writes the picture as PNG.
func (p *Picture) WritePNG(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(width, p.height), vgimg.UseDPI(resolution))
	p.paint(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// WriteSVG writes the picture as SVG. Its font is that of the PNG where the machine has it, and one of
// the same widths elsewhere.
func (p *Picture) WriteSVG(w io.Writer) error {
	c := vgsvg.New(width, p.height)
	p.paint(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return fmt.Errorf("picture: %s: %w", p.Name, err)
	}
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;font-variant:normal;"),
		[]byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;")))
	return err
}

// Inline returns the picture as an SVG element for a page: without prologue and fixed size, described in
// words, and with its colours as variables that the page's style must set: --paper, --ink, --faint,
// --muted and --series-1 to --series-6.
func (p *Picture) Inline() (template.HTML, error) {
	var b bytes.Buffer
	if err := p.WriteSVG(&b); err != nil {
		return "", err
	}
	_, body, ok := strings.Cut(b.String(), "xmlns:xlink=\"http://www.w3.org/1999/xlink\">")
	if !ok {
		return "", fmt.Errorf("picture: %s: SVG begins in an unknown way", p.Name)
	}
	head := fmt.Sprintf(`<svg role="img" aria-label="%s" viewBox="0 0 %g %g">`,
		template.HTMLEscapeString(p.Title+". "+p.Caption), width.Points(), p.height.Points())
	return template.HTML(head + pageColors().Replace(body)), nil
}

// pageColors replaces the colours of pictures by the variables of a page.
func pageColors() *strings.Replacer {
	pairs := []string{}
	add := func(c color.NRGBA, variable string) { pairs = append(pairs, hex(c), "var(--"+variable+")") }
	add(paper, "paper")
	add(ink, "ink")
	add(faint, "faint")
	add(muted, "muted")
	for i, c := range series {
		add(c, fmt.Sprintf("series-%d", i+1))
	}
	return strings.NewReplacer(pairs...)
}

// hex is a colour as it stands in an SVG.
func hex(c color.NRGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

// panels draws plots one below the other with their data aligned.
func panels(c draw.Canvas, plots ...*plot.Plot) {
	rows := make([][]*plot.Plot, len(plots))
	for i, p := range plots {
		rows[i] = []*plot.Plot{p}
	}
	for i, row := range plot.Align(rows, draw.Tiles{Rows: len(plots), Cols: 1, PadY: 8}, c) {
		plots[i].Draw(row[0])
	}
}
