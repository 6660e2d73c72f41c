package result

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/sim/stats"
)

// rateBins is about the number of bins of a rate over time.
const rateBins = 150

// rates draws the population rate over time, one panel per recorder.
func (g group) rates() *Figure {
	label, perTick := g.timeAxis()
	bin := g.rateBin()
	var rows [][]*plot.Plot
	for i, s := range g.spikes {
		p := newPlot(label, "")
		p.X.Min, p.X.Max = 0, float64(max(g.Activity.Ticks, 1))*perTick
		p.Y.Min = 0
		p.Y.Tick.Marker = ticks{3}
		r := stats.Recording{Spikes: s, TickMs: g.Outline.TickMs, To: g.Activity.Ticks}
		heights := r.Counts(bin)
		perBin := float64(r.Neurons()) * g.ms(bin) / 1000
		var sum float64
		for k := range heights {
			heights[k] = g.Outline.rate(heights[k] / perBin)
			sum += heights[k]
			p.Y.Max = max(p.Y.Max, heights[k])
		}
		p.Y.Max *= 1.35 // room for the note
		if sum == 0 {
			p.Y.Max = 1
		}
		note := shorten(recorderName(s.Recorder), 24)
		if len(heights) > 0 {
			note += fmt.Sprintf(": mean %.3g", sum/float64(len(heights)))
		}
		p.Add(area{0, float64(bin) * perTick, heights, seriesColor(i)}, corner{note, seriesColor(i)})
		if i < len(g.spikes)-1 {
			hideTickLabels(&p.X)
		}
		rows = append(rows, []*plot.Plot{p})
	}
	unit := g.Outline.rateUnit()
	return &Figure{
		Name: g.file("rate"), Title: g.title("Population rate (" + unit + " per neuron)"),
		Caption: fmt.Sprintf("Firing rate of %s, averaged over the neurons of each, in bins of %s.", g.list(), g.duration(g.ms(bin))),
		height:  66 + 62*vg.Length(len(rows)),
		draw:    func(c draw.Canvas) { panels(c, rows) },
	}
}

// rateBin is the width of a bin in ticks, a round number.
func (g group) rateBin() int64 {
	width := roundStep(float64(g.Activity.Ticks) / rateBins)
	if !(width > 1) {
		return 1
	}
	return int64(width)
}

// area draws a histogram: bars of equal width from x on, filled and with an outline on top.
type area struct {
	x, width float64
	heights  []float64
	color    color.NRGBA
}

func (a area) Plot(c draw.Canvas, p *plot.Plot) {
	if len(a.heights) == 0 {
		return
	}
	toX, toY := p.Transforms(&c)
	var outline []vg.Point
	for k, h := range a.heights {
		left := toX(a.x + float64(k)*a.width)
		right := toX(a.x + float64(k+1)*a.width)
		outline = append(outline, vg.Point{X: left, Y: toY(h)}, vg.Point{X: right, Y: toY(h)})
	}
	first, last := outline[0], outline[len(outline)-1]
	body := append([]vg.Point{{X: first.X, Y: toY(0)}}, outline...)
	body = append(body, vg.Point{X: last.X, Y: toY(0)})
	c.FillPolygon(tint{a.color}, body)
	c.StrokeLines(draw.LineStyle{Color: a.color, Width: 0.9}, outline)
}
