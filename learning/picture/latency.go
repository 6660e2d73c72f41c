package picture

import (
	"errors"
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/learning/score"
	"couplet/learning/train"
)

// Latency draws the accuracy that an evaluation reaches if the answer is taken after each tick, with its
// 95 % interval. It is an error if the evaluation has no ticks or no samples.
func Latency(e *train.Evaluation) (*Picture, error) {
	if len(e.Latency) == 0 {
		return nil, errors.New("picture: the evaluation has no ticks, there is nothing to draw")
	}
	n := e.Score().Samples
	if n == 0 {
		return nil, errors.New("picture: the evaluation has no samples, there is nothing to draw")
	}
	curve, bounds := line{name: "accuracy", color: series[0]}, band{color: series[0]}
	for t, k := range e.Latency {
		i := score.Wilson(k, n)
		curve.add(float64(t+1), 100*float64(k)/float64(n))
		bounds.low = append(bounds.low, plotter.XY{X: float64(t + 1), Y: 100 * i.Low})
		bounds.high = append(bounds.high, plotter.XY{X: float64(t + 1), Y: 100 * i.High})
	}
	p := coursePlot("tick", "accuracy (%)", float64(len(e.Latency)))
	p.Y.Min, p.Y.Max = percentRange(span(&line{points: bounds.low}, &line{points: bounds.high}))
	p.Add(grid{}, bounds, curve)
	last := curve.points[len(curve.points)-1].Y
	return &Picture{
		Name: "latency", Title: "Accuracy against tick",
		Caption: fmt.Sprintf("Accuracy on %d samples if the answer is taken after each tick, with its 95 %% interval (Wilson). After the last tick it is %.2f %%.", n, last),
		height:  220,
		draw:    func(c draw.Canvas) { panels(c, p) },
	}, nil
}

// band fills what lies between two curves of the same places.
type band struct {
	color     color.NRGBA
	low, high plotter.XYs
}

// Plot implements [plot.Plotter]. A lone place gets a vertical line.
func (b band) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	at := func(q plotter.XY) vg.Point { return vg.Point{X: toX(q.X), Y: toY(q.Y)} }
	if len(b.low) == 1 {
		c.StrokeLines(draw.LineStyle{Color: fade(b.color, 0.4), Width: 3}, []vg.Point{at(b.low[0]), at(b.high[0])})
		return
	}
	var outline []vg.Point
	for _, q := range b.low {
		outline = append(outline, at(q))
	}
	for i := range b.high {
		outline = append(outline, at(b.high[len(b.high)-1-i]))
	}
	c.FillPolygon(fade(b.color, 0.2), outline)
}
