package picture

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/learning/train"
)

// Curve draws the course of a training: the mean loss of the training samples above, and below the
// accuracy on the training, validation and test samples, against the epoch. The accuracy on training
// samples is that of mini-batches before their own update, while the weights were changing. It is an
// error if no epoch is over.
func Curve(name string, log []train.Epoch) (*Picture, error) {
	if len(log) == 0 {
		return nil, errors.New("picture: the log of the training is empty, there is nothing to draw")
	}
	c := course(log)
	last := float64(log[len(log)-1].Epoch)
	return &Picture{
		Name: "curve", Title: shorten("Training of "+name, 52), Caption: c.caption(len(log)), height: 330,
		draw: func(canvas draw.Canvas) {
			panels(keys(canvas, &c.train, &c.validation, &c.test), c.losses(last), c.accuracies(last))
		},
	}, nil
}

// courses are the curves of a training. Loss is that of the training samples; the others are accuracies
// in percent.
type courses struct{ loss, train, validation, test line }

func course(log []train.Epoch) courses {
	c := courses{
		loss:       line{name: "training", color: series[0]},
		train:      line{name: "training", color: series[0]},
		validation: line{name: "validation", color: series[2], dashes: []vg.Length{5, 2}},
		test:       line{name: "test", color: series[1], dashes: []vg.Length{2, 2}, ring: true},
	}
	for _, e := range log {
		x := float64(e.Epoch)
		c.loss.add(x, e.Train.Mean())
		c.train.add(x, 100*e.Train.Accuracy())
		if e.Validation != nil {
			c.validation.add(x, 100*e.Validation.Accuracy())
		}
		if e.Test != nil {
			c.test.add(x, 100*e.Test.Accuracy())
		}
	}
	return c
}

func (c courses) caption(epochs int) string {
	over, scale := "1 epoch", ""
	if epochs != 1 {
		over = fmt.Sprintf("%d epochs", epochs)
	}
	if c.logarithmic() {
		scale = ", on a logarithmic scale"
	}
	return fmt.Sprintf("Course of the training over %s. Above: loss of a training sample, mean over the epoch%s. Below: %s.", over, scale, c.measured())
}

// measured says on which samples the accuracy was measured, and what the last one is.
func (c courses) measured() string {
	var list []string
	for _, l := range []line{c.train, c.validation, c.test} {
		if n := len(l.points); n > 0 {
			list = append(list, fmt.Sprintf("%s samples (at last %.2f %%)", l.name, l.points[n-1].Y))
		}
	}
	return "accuracy on " + strings.Join(list, ", ") + "; on training samples while the weights were changing"
}

// logarithmic tells whether the loss needs a logarithmic scale: when it falls to a small part.
func (c courses) logarithmic() bool {
	lo, hi, ok := span(&c.loss)
	return ok && lo > 0 && hi/lo > 20
}

// losses is the panel of the loss.
func (c courses) losses(last float64) *plot.Plot {
	p := coursePlot("", "loss", last)
	p.X.Tick.Marker = bare{p.X.Tick.Marker}
	p.Y.Min, p.Y.Max = 0, 1
	if lo, hi, ok := span(&c.loss); ok {
		p.Y.Min, p.Y.Max = min(0, lo), hi*1.05
		if c.logarithmic() {
			p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, decades{}
			p.Y.Min, p.Y.Max = lo/1.2, hi*1.2
		}
		if p.Y.Max <= p.Y.Min {
			p.Y.Max = p.Y.Min + 1
		}
	}
	p.Add(grid{}, c.loss)
	return p
}

// accuracies is the panel of the accuracies.
func (c courses) accuracies(last float64) *plot.Plot {
	p := coursePlot("epoch", "accuracy (%)", last)
	p.Y.Min, p.Y.Max = percentRange(span(&c.train, &c.validation, &c.test))
	p.Add(grid{}, c.train, c.validation, c.test)
	return p
}

// coursePlot is an empty panel over the epochs.
func coursePlot(x, y string, last float64) *plot.Plot {
	p := newPlot(x, y)
	p.X.Min, p.X.Max = 1, last
	if last <= 1 { // a lone epoch stands in the middle
		p.X.Min, p.X.Max = 0.5, 1.5
	}
	p.X.Tick.Marker = counted{8}
	return p
}

// percentRange is the range of an axis of percentages: round numbers around the values, within 0 to 100.
func percentRange(lo, hi float64, ok bool) (float64, float64) {
	if !ok {
		return 0, 100
	}
	step := roundStep(max(hi-lo, 0.5) / 4)
	return max(0, math.Floor(lo/step-0.2)*step), min(100, math.Ceil(hi/step+0.2)*step)
}

// bare are ticks without labels.
type bare struct{ plot.Ticker }

// Ticks implements [plot.Ticker].
func (b bare) Ticks(lo, hi float64) []plot.Tick {
	list := b.Ticker.Ticks(lo, hi)
	for i := range list {
		list[i].Label = ""
	}
	return list
}
