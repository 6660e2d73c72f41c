package result

import (
	"bytes"
	"fmt"
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

// Figure is a picture of a run.
type Figure struct {
	Name    string // name of its files, without ending
	Title   string
	Caption string // what is shown and what is left out, in whole sentences

	height vg.Length
	draw   func(draw.Canvas) // draws below the title
	svg    []byte            // drawn once
}

// maxPanels bounds the recorders that share one picture; more of them get further pictures.
const maxPanels = 8

// Figures draws the pictures of a run: rasters, rates and intervals of the recorded spikes, images of
// populations with a shape of [channels, height, width], traces, and plastic weights.
func Figures(r *Run) ([]*Figure, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return r.figures(), nil
}

func (r *Run) figures() []*Figure {
	var list []*Figure
	for first := 0; first < len(r.Spikes); first += maxPanels {
		g := group{r, first, r.Spikes[first:min(first+maxPanels, len(r.Spikes))]}
		list = append(list, g.raster(), g.rates(), g.intervals())
	}
	for i, key := range r.spikeKeys() {
		if f := r.image(r.Spikes[i], key); f != nil {
			list = append(list, f)
		}
	}
	for i, key := range r.traceKeys() {
		list = append(list, r.trace(r.Traces[i], key))
	}
	for i, key := range r.weightKeys() {
		list = append(list, r.weights(r.Weights[i], key))
	}
	return list
}

// paint draws the whole figure.
func (f *Figure) paint(c draw.Canvas) {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, margin, -margin, margin, -margin)
	style := textStyle(titleSize, ink)
	style.Font.Weight = xfont.WeightBold
	style.YAlign = draw.YTop
	c.FillText(style, vg.Point{X: c.Min.X, Y: c.Max.Y}, f.Title)
	f.draw(draw.Crop(c, 0, 0, 0, -titleSize-9))
}

// resolution is the number of pixels per inch of the pictures: twice that of a plain screen.
const resolution = 192

// WritePNG writes the picture as PNG.
func (f *Figure) WritePNG(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(figureWidth, f.height), vgimg.UseDPI(resolution))
	f.paint(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// WriteSVG writes the picture as SVG.
func (f *Figure) WriteSVG(w io.Writer) error {
	svg, err := f.vector()
	if err != nil {
		return err
	}
	_, err = w.Write(svg)
	return err
}

// vector draws the picture as SVG. Its font is that of the PNG where the machine has it, and one
// of the same widths elsewhere.
func (f *Figure) vector() ([]byte, error) {
	if f.svg != nil {
		return f.svg, nil
	}
	c := vgsvg.New(figureWidth, f.height)
	f.paint(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("result: picture %s: %w", f.Name, err)
	}
	f.svg = bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;font-variant:normal;"),
		[]byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"))
	return f.svg, nil
}

// inline is the picture as an element of the report: without prologue and fixed size, described in
// words, and with the colours as variables of the page.
func (f *Figure) inline() (string, error) {
	svg, err := f.vector()
	if err != nil {
		return "", err
	}
	_, body, ok := bytes.Cut(svg, []byte("xmlns:xlink=\"http://www.w3.org/1999/xlink\">"))
	if !ok {
		return "", fmt.Errorf("result: picture %s: SVG begins in an unknown way", f.Name)
	}
	head := fmt.Sprintf(`<svg role="img" aria-label="%s" viewBox="0 0 %g %g">`,
		escape(f.Title+". "+f.Caption), figureWidth.Points(), f.height.Points())
	return head + pageColors.Replace(string(body)), nil
}

// pageColors replaces the colours of pictures by the variables of the report's style.
var pageColors = func() *strings.Replacer {
	pairs := []string{}
	add := func(c color.NRGBA, variable string) {
		pairs = append(pairs, fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B), "var(--"+variable+")")
	}
	add(paper, "paper")
	add(ink, "ink")
	add(faint, "faint")
	add(muted, "muted")
	for i, c := range series {
		add(c, fmt.Sprintf("series-%d", i+1))
	}
	return strings.NewReplacer(pairs...)
}()

// panels draws plots in rows and columns with their data aligned. A row is a share of the height.
func panels(c draw.Canvas, plots [][]*plot.Plot) {
	t := draw.Tiles{Rows: len(plots), Cols: len(plots[0]), PadX: 10, PadY: 6}
	for i, row := range plot.Align(plots, t, c) {
		for j, canvas := range row {
			plots[i][j].Draw(canvas)
		}
	}
}
