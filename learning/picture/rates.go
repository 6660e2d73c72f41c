package picture

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/learning/train"
)

const barHeight vg.Length = 15

const (
	mostBars    = 64
	longestName = 20 // characters of a name of a population
)

// Rates draws the firing rate of every population, in spikes per neuron and tick. It is an error if there
// is no population.
func Rates(w train.Work) (*Picture, error) {
	layers := w.Layers[:min(len(w.Layers), mostBars)]
	if len(layers) == 0 {
		return nil, errors.New("picture: no populations are counted, there is nothing to draw")
	}
	caption := fmt.Sprintf("Spikes per neuron and tick of each population, mean over %d samples. Over all neurons it is %.4f.", w.Samples, w.Rate())
	if left := len(w.Layers) - len(layers); left > 0 {
		caption += fmt.Sprintf(" The last %d populations are left out.", left)
	}
	b := newBars(layers)
	p := newPlot("spikes per neuron and tick", "")
	p.HideY()
	p.X.Min, p.X.Max = 0, b.most*1.18 // room for the numbers
	p.Y.Min, p.Y.Max = 0, float64(len(layers))
	p.Add(b)
	return &Picture{
		Name: "rates", Title: "Firing rate of each population", Caption: caption,
		height: 2*margin + headRoom + 36 + barHeight*vg.Length(len(layers)),
		draw:   func(c draw.Canvas) { panels(draw.Crop(c, b.left(), 0, 0, 0), p) },
	}, nil
}

// bars are horizontal bars, the first one on top, with their names at the left.
type bars struct {
	names  []string
	values []float64
	most   float64
}

func newBars(layers []train.LayerWork) bars {
	b := bars{}
	for _, l := range layers {
		b.names = append(b.names, shorten(l.Name, longestName))
		b.values = append(b.values, l.Rate())
		b.most = max(b.most, l.Rate())
	}
	if b.most == 0 {
		b.most = 1
	}
	return b
}

const besideBar vg.Length = 5 // room between a bar and its name

// left is the width that the names take.
func (b bars) left() vg.Length {
	widest := vg.Length(0)
	for _, name := range b.names {
		widest = max(widest, textStyle(tickSize, ink).Width(name))
	}
	return widest + besideBar
}

// Plot implements [plot.Plotter].
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	style := textStyle(tickSize, ink)
	for i, v := range b.values {
		y := float64(len(b.values) - i)
		c.SetColor(series[0])
		c.Fill(vg.Rectangle{Min: vg.Point{X: toX(0), Y: toY(y - 0.82)}, Max: vg.Point{X: toX(v), Y: toY(y - 0.18)}}.Path())
		write(c, style, toX(0)-besideBar, toY(y-0.5), text.XRight, text.YCenter, b.names[i])
		write(c, style, toX(v)+besideBar, toY(y-0.5), text.XLeft, text.YCenter, fmt.Sprintf("%.4f", v))
	}
}
