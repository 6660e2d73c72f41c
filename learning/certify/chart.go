package certify

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Chart is a picture of a certification.
type Chart struct {
	plot *plot.Plot
}

// Size and resolution of charts: twice the pixels of a plain screen.
const (
	chartWidth  vg.Length = 480
	chartHeight vg.Length = 330
	chartDPI              = 192
)

// maxPoints is the number of points of a drawn curve; longer ones are thinned.
const maxPoints = 400

var (
	ink   = color.NRGBA{0x1F, 0x23, 0x28, 0xFF}
	faint = color.NRGBA{0xE3, 0xE6, 0xE9, 0xFF} // the region below the bound
	// lineColors are those of M. Okabe and K. Ito for readers of any colour vision, and a grey.
	lineColors = []color.NRGBA{
		{0x00, 0x72, 0xB2, 0xFF}, {0xD5, 0x5E, 0x00, 0xFF}, {0x00, 0x9E, 0x73, 0xFF}, {0xCC, 0x79, 0xA7, 0xFF},
		{0xE6, 0x9F, 0x00, 0xFF}, {0x56, 0xB4, 0xE9, 0xFF}, {0x59, 0x63, 0x6E, 0xFF},
	}
)

// WritePNG writes the picture as PNG.
func (c *Chart) WritePNG(w io.Writer) error {
	canvas := vgimg.NewWith(vgimg.UseWH(chartWidth, chartHeight), vgimg.UseDPI(chartDPI))
	c.draw(canvas)
	_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
	return err
}

// WriteSVG writes the picture as SVG. Its font is that of the PNG where the machine has it, and one of
// the same widths elsewhere.
func (c *Chart) WriteSVG(w io.Writer) error {
	canvas := vgsvg.New(chartWidth, chartHeight)
	c.draw(canvas)
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return fmt.Errorf("certify: chart: %w", err)
	}
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;font-variant:normal;"),
		[]byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;")))
	return err
}

func (c *Chart) draw(canvas vg.CanvasSizer) {
	const margin = 8
	page := draw.New(canvas)
	page.SetColor(color.White)
	page.Fill(page.Rectangle.Path())
	c.plot.Draw(draw.Crop(page, margin, -2*margin, margin, -margin))
}

// Chart draws f/f(0) against the number of gradients on a logarithmic scale, one curve per method, and
// the lower bound with the region below it that no zero-respecting method can enter.
func (r *Report) Chart() (*Chart, error) {
	floor := r.Eps[len(r.Eps)-1] / 2
	p := newPlot(fmt.Sprintf("Hard PL function, %d blocks of %d coordinates", r.Blocks, r.Length), "gradients", "f / f(0)")
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, decades{}
	p.Y.Min, p.Y.Max = floor, 2
	p.X.Min, p.X.Max = 0, float64(max(len(r.lowest)-1, 1))
	bound := thin(r.lowest, r.Start, floor)
	region, err := plotter.NewPolygon(append(bound[:len(bound):len(bound)], plotter.XY{X: bound[len(bound)-1].X, Y: floor}, plotter.XY{X: 0, Y: floor}))
	if err != nil {
		return nil, fmt.Errorf("certify: chart: %w", err)
	}
	region.Color, region.LineStyle.Width = faint, 0
	p.Add(region)
	if err := addLine(p, "lower bound", bound, draw.LineStyle{Color: ink, Width: 1.2, Dashes: []vg.Length{4, 3}}, false); err != nil {
		return nil, err
	}
	for i, run := range r.Runs {
		if err := addLine(p, run.Method.Name, thin(run.Values, r.Start, floor), lineStyle(i), false); err != nil {
			return nil, err
		}
	}
	return &Chart{p}, nil
}

// Chart draws iterations against the condition number, both on logarithmic scales.
func (s *Study) Chart() (*Chart, error) {
	kappa := "condition number κ"
	if s.Bounds != nil {
		kappa = "estimated condition number κ" // μ of the hard function is not known
	}
	p := newPlot(fmt.Sprintf("Iterations to %g·f(0), %s", s.Eps, s.Function), kappa, "gradients")
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, decades{}
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, decades{}
	p.Legend.Left, p.Legend.XOffs = true, 10
	if s.Bounds != nil {
		style := draw.LineStyle{Color: ink, Width: 1.2, Dashes: []vg.Length{4, 3}}
		if err := addLine(p, legend("lower bound", exponent(s.Kappas, s.Bounds)), s.points(s.Bounds), style, true); err != nil {
			return nil, err
		}
	}
	for i, row := range s.Rows {
		if points := s.points(row.Iterations); len(points) > 0 {
			if err := addLine(p, legend(row.Name, row.Exponent), points, lineStyle(i), true); err != nil {
				return nil, err
			}
		}
	}
	if math.IsInf(p.Y.Min, 0) {
		return nil, fmt.Errorf("certify: chart: no method reached %g·f(0), there is nothing to draw", s.Eps)
	}
	// The legend needs room above the curves.
	p.X.Min, p.X.Max = s.Kappas[0]/1.3, s.Kappas[len(s.Kappas)-1]*1.3
	p.Y.Min, p.Y.Max = p.Y.Min/1.5, p.Y.Max*6
	return &Chart{p}, nil
}

func legend(name string, exponent float64) string {
	if math.IsNaN(exponent) {
		return name
	}
	return fmt.Sprintf("%s, slope %.2f", name, exponent)
}

func (s *Study) points(iterations []int) plotter.XYs {
	var points plotter.XYs
	for i, k := range iterations {
		if k > 0 {
			points = append(points, plotter.XY{X: s.Kappas[i], Y: float64(k)})
		}
	}
	return points
}

// thin gives the points of a curve down to the floor, every so many, and the last.
func thin(values []float64, start, floor float64) plotter.XYs {
	end := 1
	for end < len(values) && values[end-1] > floor*start && !math.IsNaN(values[end]) && !math.IsInf(values[end], 0) {
		end++
	}
	every := max(1, end/maxPoints)
	var points plotter.XYs
	for k := 0; k < end; k++ {
		if k%every == 0 || k == end-1 {
			points = append(points, plotter.XY{X: float64(k), Y: max(values[k]/start, floor)})
		}
	}
	return points
}

func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.TextStyle.Color, p.Title.Padding = ink, 6
	p.Title.TextStyle.Font = sans(13)
	p.Legend.Top, p.Legend.YOffs, p.Legend.Padding = true, -2, 3
	p.Legend.TextStyle.Font, p.Legend.TextStyle.Color = sans(10.5), ink
	p.X.Tick.Marker = evenly{8}
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Tick.Color, a.Tick.Length = ink, ink, 4
		a.Label.TextStyle.Color, a.Label.TextStyle.Font = ink, sans(11)
		a.Tick.Label.Color, a.Tick.Label.Font = ink, sans(10)
	}
	return p
}

func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

func addLine(p *plot.Plot, name string, points plotter.XYs, style draw.LineStyle, marked bool) error {
	line, err := plotter.NewLine(points)
	if err != nil {
		return fmt.Errorf("certify: chart: curve %q: %w", name, err)
	}
	line.LineStyle = style
	p.Add(line)
	p.Legend.Add(name, line)
	if marked {
		dots, err := plotter.NewScatter(points)
		if err != nil {
			return fmt.Errorf("certify: chart: curve %q: %w", name, err)
		}
		dots.GlyphStyle = draw.GlyphStyle{Color: style.Color, Radius: 2, Shape: draw.CircleGlyph{}}
		p.Add(dots)
	}
	return nil
}

// lineStyle tells the i-th method apart, by dashes too from the fifth on: curves may coincide.
func lineStyle(i int) draw.LineStyle {
	style := draw.LineStyle{Color: lineColors[i%len(lineColors)], Width: 1.4}
	if i >= 4 {
		style.Dashes = []vg.Length{vg.Length(3 + i%4), 3}
	}
	return style
}

// evenly puts labelled ticks at multiples of 1, 2 or 5 times a power of ten, at most so many.
type evenly struct{ most int }

func (e evenly) Ticks(lo, hi float64) []plot.Tick {
	if !(hi > lo) {
		return nil
	}
	step := math.Pow(10, math.Floor(math.Log10((hi-lo)/float64(e.most))))
	for _, m := range []float64{2, 2.5, 2} {
		if (hi-lo)/step > float64(e.most) {
			step *= m
		}
	}
	var ticks []plot.Tick
	for k := math.Ceil(lo / step); k*step <= hi; k++ {
		ticks = append(ticks, plot.Tick{Value: k * step, Label: fmt.Sprintf("%g", k*step)})
	}
	return ticks
}

// decades puts labelled ticks at powers of ten, and between them at 2 and 5 times those if the range is
// short.
type decades struct{}

func (decades) Ticks(lo, hi float64) []plot.Tick {
	if !(lo > 0 && hi > lo) {
		return nil
	}
	dense := hi/lo < 1000
	var ticks []plot.Tick
	for e := math.Floor(math.Log10(lo)); e <= math.Ceil(math.Log10(hi)); e++ {
		for _, m := range []float64{1, 2, 5} {
			x := m * math.Pow(10, e)
			if x < lo*(1-1e-9) || x > hi*(1+1e-9) {
				continue
			}
			label := ""
			if m == 1 || dense {
				label = fmt.Sprintf("%g", x)
			}
			ticks = append(ticks, plot.Tick{Value: x, Label: label})
		}
	}
	return ticks
}
