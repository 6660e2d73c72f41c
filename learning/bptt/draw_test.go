package bptt_test

import (
	"fmt"
	"math"
	"slices"

	"couplet/internal/rng"
	"couplet/learning/bptt"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// task is a network with a batch to train with.
type task struct {
	net    ottt.Network
	batch  ottt.Batch
	x      []float64 // ticks × samples × inputs, or samples × inputs
	labels []int
	seed   uint64
}

// drawTask draws a batch for a network. Inputs are multiples of 1/8, so that sums are exact in any order.
func drawTask(t *rapid.T, net ottt.Network) *task {
	c := &task{net: net, seed: rapid.Uint64().Draw(t, "seed")}
	c.batch = ottt.Batch{
		Samples: rapid.IntRange(1, 3).Draw(t, "samples"), Seed: c.seed,
		Loss: loss.Instantaneous{Ticks: rapid.IntRange(1, 5).Draw(t, "ticks"), MSE: rapid.SampledFrom([]float64{0, 0.05, 1}).Draw(t, "mse")},
	}
	inputs := layer.Size(net.Input)
	if !rapid.Bool().Draw(t, "constant input") {
		inputs *= c.batch.Loss.Ticks
	}
	random := rng.NewKey(c.seed, rng.Test, 1).Stream()
	for range c.batch.Samples * inputs {
		c.x = append(c.x, float64(random.NextBelow(16))/8)
	}
	for range c.batch.Samples {
		c.labels = append(c.labels, int(random.NextBelow(uint64(c.classes()))))
	}
	return c
}

func (c *task) classes() int {
	readout := c.net.Nodes[len(c.net.Nodes)-1].From[0].Through
	return readout[len(readout)-1].Units
}

// fill gives parameters random multiples of 1/32: weights that make neurons fire, positive gains.
func fill[F layer.Real](params []*layer.Param[F], seed uint64) {
	random := rng.NewKey(seed, rng.Test, 0).Stream()
	for _, p := range params {
		deviation := 0.5
		if len(p.Shape) > 0 {
			deviation = 1.5 / math.Sqrt(float64(len(p.Value)/p.Shape[0]))
		}
		for i := range p.Value {
			p.Value[i] = F(math.Round(32*deviation*random.NextNormal()+4) / 32)
		}
	}
}

func (c *task) bptt(t require.TestingT) *bptt.Net[float64] {
	net, err := bptt.New[float64](c.net)
	require.NoError(t, err)
	fill(net.Params(), c.seed)
	net.Changed()
	return net
}

func (c *task) ottt(t require.TestingT) *ottt.Net[float64] {
	net, err := ottt.New[float64](c.net)
	require.NoError(t, err)
	fill(net.Params(), c.seed)
	net.Changed()
	return net
}

// drawer builds a random network.
type drawer struct {
	t      *rapid.T
	net    ottt.Network
	shapes map[string][]int
	number int // of the next projection
}

// drawNetwork draws a network with every kind of operation: populations and sums over flat or image-like
// layers, connections that skip layers or come from later ones, gains, standardised weights.
func drawNetwork(t *rapid.T) ottt.Network {
	d := &drawer{t: t, shapes: map[string][]int{}}
	d.net.Neuron = ottt.Neuron{
		Lambda: rapid.SampledFrom([]float64{0, 0.5, 0.75, 1}).Draw(t, "lambda"), Threshold: 1,
		Alpha: rapid.SampledFrom([]float64{1, 2, 4}).Draw(t, "alpha"),
	}
	d.net.Input = d.shape(rapid.Bool().Draw(t, "images"))
	d.shapes[ottt.InputName] = d.net.Input
	hidden := rapid.IntRange(1, 4).Draw(t, "hidden layers")
	for i := range hidden {
		n := ottt.Node{Name: fmt.Sprintf("n%d", i), Kind: ottt.LIF}
		if i > 0 && d.chance(4, "sum") {
			n.Kind = ottt.Sum
		}
		d.net.Nodes = append(d.net.Nodes, n)
		d.shapes[n.Name] = d.shape(len(d.net.Input) == 3 && d.chance(2, "image"))
	}
	for i := range hidden {
		d.project(i)
	}
	d.net.Nodes = append(d.net.Nodes, ottt.Node{Name: ottt.ReadoutName, Kind: ottt.Sum})
	d.shapes[ottt.ReadoutName] = []int{rapid.IntRange(1, 3).Draw(t, "classes")}
	d.project(hidden)
	return d.net
}

func (d *drawer) chance(of int, label string) bool {
	return rapid.IntRange(1, of).Draw(d.t, label) == of
}

func (d *drawer) shape(image bool) []int {
	k := rapid.IntRange(1, 3).Draw(d.t, "units")
	if !image {
		return []int{k}
	}
	s := rapid.SampledFrom([]int{2, 4}).Draw(d.t, "side")
	return []int{k, s, s}
}

// project gives node i its projections: one from the layer before where shapes allow, or else the input;
// perhaps one that skips layers; perhaps feedback.
func (d *drawer) project(i int) {
	n := &d.net.Nodes[i]
	sources := []string{ottt.InputName}
	for _, m := range d.net.Nodes[:i] {
		sources = append(sources, m.Name)
	}
	to := d.shapes[n.Name]
	sources = slices.DeleteFunc(sources, func(s string) bool { return len(to) == 3 && len(d.shapes[s]) == 1 })
	readout := n.Name == ottt.ReadoutName
	n.From = append(n.From, d.projection(sources[len(sources)-1], to, readout))
	if d.chance(2, "second") {
		n.From = append(n.From, d.projection(rapid.SampledFrom(sources).Draw(d.t, "source"), to, readout))
	}
	for _, m := range d.net.Nodes[i:] {
		if from := d.shapes[m.Name]; m.Kind == ottt.LIF && len(from) >= len(to) && d.chance(3, "feedback") {
			p := d.projection(m.Name, to, false)
			p.Feedback = true
			n.From = append(n.From, p)
		}
	}
	if d.chance(3, "feedback first") {
		slices.Reverse(n.From)
	}
}

func (d *drawer) projection(from string, to []int, weighted bool) ottt.Projection {
	d.number++
	p := ottt.Projection{Name: fmt.Sprintf("p%d", d.number), From: from}
	shape := d.shapes[from]
	if d.chance(4, "scale") {
		p.Through = append(p.Through, ottt.Op{Kind: ottt.Scale, Factor: 0.5})
	}
	if weighted || !slices.Equal(shape, to) || d.chance(2, "weights") {
		p.Through = append(p.Through, d.operations(shape, to)...)
	}
	if d.chance(4, "gain") {
		p.Gain = ottt.Gain{Name: fmt.Sprintf("g%d", d.number), Factor: 0.5}
	}
	i := slices.IndexFunc(d.net.Nodes, func(n ottt.Node) bool { return n.Name == from })
	p.Traced = (i < 0 || d.net.Nodes[i].Kind == ottt.LIF) && d.chance(2, "traced")
	return p
}

// operations lead from one shape to another, with weights at the end.
func (d *drawer) operations(from, to []int) []ottt.Op {
	var ops []ottt.Op
	last := ottt.Op{Kind: ottt.Dense, Units: to[0], Bias: d.chance(2, "bias")}
	fan := layer.Size(from)
	switch {
	case len(to) == 1 && len(from) == 3 && d.chance(2, "pooled"):
		ops, fan = append(ops, ottt.Op{Kind: ottt.GlobalAvgPool}), from[0]
	case len(to) == 3:
		last.Kind, last.Kernel, last.Stride, last.Padding = ottt.Conv, 3, 1, 1
		fan = 9 * from[0]
		switch {
		case from[1] < to[1]:
			ops = append(ops, ottt.Op{Kind: ottt.Upsample, Times: 2})
		case from[1] > to[1] && d.chance(2, "stride"):
			last.Stride = 2
		case from[1] > to[1]:
			ops = append(ops, ottt.Op{Kind: ottt.AvgPool, Kernel: 2, Stride: 2})
		}
	}
	last.Standardised = fan > 1 && d.chance(4, "standardised")
	return append(ops, last)
}

// exact tells whether all arithmetic up to the spikes is exact in any order.
func exact(net ottt.Network) bool {
	for _, n := range net.Nodes {
		for _, p := range n.From {
			if slices.ContainsFunc(p.Through, func(o ottt.Op) bool { return o.Standardised }) {
				return false
			}
		}
	}
	return true
}
