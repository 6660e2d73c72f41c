package picture

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// line is a curve with its name.
type line struct {
	name   string
	color  color.NRGBA
	dashes []vg.Length
	ring   bool // marks are rings, so that those below stay visible
	points plotter.XYs
}

// most points that are marked one by one.
const mostMarks = 40

// Plot implements [plot.Plotter].
func (l line) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	places := make([]vg.Point, len(l.points))
	for i, at := range l.points {
		places[i] = vg.Point{X: toX(at.X), Y: toY(at.Y)}
	}
	if len(places) > 1 {
		c.StrokeLines(l.stroke(), places)
	}
	if len(places) > mostMarks {
		return
	}
	for _, at := range places {
		c.DrawGlyphNoClip(l.mark(), at)
	}
}

func (l line) mark() draw.GlyphStyle {
	if l.ring {
		return draw.GlyphStyle{Color: l.color, Radius: 2.8, Shape: draw.RingGlyph{}}
	}
	return draw.GlyphStyle{Color: l.color, Radius: 1.8, Shape: draw.CircleGlyph{}}
}

func (l line) stroke() draw.LineStyle {
	return draw.LineStyle{Color: l.color, Width: 1.3, Dashes: l.dashes}
}

// add puts a point at the end of a curve, unless it cannot be drawn.
func (l *line) add(x, y float64) {
	if !math.IsNaN(y) && !math.IsInf(y, 0) {
		l.points = append(l.points, plotter.XY{X: x, Y: y})
	}
}

// span is the least and the largest value of some curves; ok is false if there are none.
func span(lines ...*line) (lo, hi float64, ok bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, l := range lines {
		for _, at := range l.points {
			lo, hi, ok = min(lo, at.Y), max(hi, at.Y), true
		}
	}
	return lo, hi, ok
}

// keyRoom is the height that a row of keys takes.
const keyRoom vg.Length = 17

// keys names curves in a row at the top of the canvas and returns what is left below.
func keys(c draw.Canvas, lines ...*line) draw.Canvas {
	const sample = 18
	style := textStyle(tickSize, ink)
	x, y := c.Min.X, c.Max.Y-tickSize/2
	for _, l := range lines {
		if len(l.points) == 0 {
			continue
		}
		c.StrokeLine2(l.stroke(), x, y, x+sample, y)
		if len(l.points) <= mostMarks {
			c.DrawGlyph(l.mark(), vg.Point{X: x + sample/2, Y: y})
		}
		write(c, style, x+sample+4, y, text.XLeft, text.YCenter, l.name)
		x += sample + 4 + style.Width(l.name) + 14
	}
	return draw.Crop(c, 0, 0, 0, -keyRoom)
}

// grid draws faint lines at the labelled ticks of the vertical axis.
type grid struct{}

// Plot implements [plot.Plotter].
func (grid) Plot(c draw.Canvas, p *plot.Plot) {
	_, toY := p.Transforms(&c)
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if !t.IsMinor() {
			c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.5}, c.Min.X, toY(t.Value), c.Max.X, toY(t.Value))
		}
	}
}
