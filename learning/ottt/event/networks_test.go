package event_test

import (
	"math"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// task is a random small network with a batch of random samples.
type task struct {
	network ottt.Network
	batch   ottt.Batch
	input   []float64
	labels  []int
	dyadic  bool // weights, inputs and factors are short binary fractions: every sum is exact, and so is every tie
	seed    uint64
}

// drawTask draws a network of one of the families, or one with sums, and what it is shown.
func drawTask(t *rapid.T) *task {
	c := &task{dyadic: rapid.Bool().Draw(t, "dyadic"), seed: rapid.Uint64().Draw(t, "seed")}
	var err error
	switch rapid.SampledFrom([]string{"fc", "conv", "sums"}).Draw(t, "family") {
	case "fc":
		c.network, err = c.drawFC(t).Network()
	case "conv":
		c.network, err = c.drawConv(t).Network()
	default:
		c.network = c.drawSums(t)
		err = c.network.Validate()
	}
	require.NoError(t, err)
	c.batch = ottt.Batch{
		Samples: rapid.IntRange(1, 3).Draw(t, "samples"), Seed: rapid.Uint64().Draw(t, "dropout seed"), Step: 7,
		Loss: loss.Instantaneous{Ticks: rapid.IntRange(1, 6).Draw(t, "ticks"), MSE: rapid.SampledFrom([]float64{0, 0.05, 1}).Draw(t, "mse")},
	}
	c.show(t)
	return c
}

func (c *task) neuron(t *rapid.T) ottt.Neuron {
	n := ottt.NewNeuron()
	n.Lambda = rapid.SampledFrom([]float64{0, 0.25, 0.5, 0.75, 1}).Draw(t, "lambda")
	n.Threshold = rapid.SampledFrom([]float64{0.5, 1}).Draw(t, "threshold")
	return n
}

func (c *task) dropout(t *rapid.T) float64 {
	if c.dyadic {
		return rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "dropout")
	}
	return rapid.SampledFrom([]float64{0, 0.1, 0.5}).Draw(t, "dropout")
}

func (c *task) scale(t *rapid.T) float64 {
	if c.dyadic {
		return rapid.SampledFrom([]float64{1, 2}).Draw(t, "scale")
	}
	return rapid.SampledFrom([]float64{1, ottt.SpikeScale}).Draw(t, "scale")
}

func (c *task) drawFC(t *rapid.T) ottt.FC {
	fc := ottt.NewFC()
	for range rapid.IntRange(2, 4).Draw(t, "layers") + 1 {
		fc.Sizes = append(fc.Sizes, rapid.IntRange(2, 9).Draw(t, "size"))
	}
	fc.Neuron, fc.Dropout = c.neuron(t), c.dropout(t)
	fc.Bias = rapid.Bool().Draw(t, "bias")
	fc.TraceInput, fc.TraceReadout = rapid.Bool().Draw(t, "trace input"), rapid.Bool().Draw(t, "trace readout")
	return fc
}

func (c *task) drawConv(t *rapid.T) ottt.VGG {
	size := rapid.IntRange(4, 7).Draw(t, "image")
	plan := rapid.SampledFrom([]string{"3C3-AP2-4C3", "2C3-3C3S2-GAP", "3C3-AP2-AP2-2C1", "2C5S2-AP2-5", "3C3-AP2-2C3-AP2-GAP"}).Draw(t, "plan")
	v := ottt.NewVGG([]int{2, size, size}, plan, 3)
	v.Neuron, v.Dropout, v.Scale = c.neuron(t), c.dropout(t), c.scale(t)
	v.Standardised = !c.dyadic && rapid.Bool().Draw(t, "standardised")
	v.TraceInput, v.TraceReadout = rapid.Bool().Draw(t, "trace input"), rapid.Bool().Draw(t, "trace readout")
	if rapid.Bool().Draw(t, "feedback") {
		v.Feedback = true
		if _, err := v.Network(); err != nil { // the last feature map does not fit the first one
			v.Feedback = false
		}
	}
	return v
}

// drawSums draws a network with everything that the description allows beyond the families: sums of several
// projections, weights and gains behind sums, recurrent feedback, pooling and enlargement without weights.
func (c *task) drawSums(t *rapid.T) ottt.Network {
	conv := func(units, stride int) ottt.Op {
		return ottt.Op{Kind: ottt.Conv, Units: units, Kernel: 3, Stride: stride, Padding: 1, Bias: rapid.Bool().Draw(t, "bias")}
	}
	traced := rapid.Bool().Draw(t, "traced")
	pool, up := ottt.Op{Kind: ottt.AvgPool, Kernel: 2, Stride: 2}, ottt.Op{Kind: ottt.Upsample, Times: 2}
	overlapping := ottt.Op{Kind: ottt.AvgPool, Kernel: 4, Stride: 2, Padding: 1}
	return ottt.Network{Input: []int{2, 4, 4}, Neuron: c.neuron(t), Nodes: []ottt.Node{
		{Name: "stem", Kind: ottt.Sum, From: []ottt.Projection{{Name: "stem", From: ottt.InputName, Through: []ottt.Op{conv(2, 1)}}}},
		{Name: "a", Kind: ottt.LIF, Dropout: c.dropout(t), From: []ottt.Projection{
			{From: "stem", Through: []ottt.Op{{Kind: ottt.Scale, Factor: 0.5}}},
			{From: ottt.InputName, Gain: ottt.Gain{Name: "a.gain", Factor: 0.5}},
			{Name: "a.recurrent", From: "a", Feedback: true, Traced: traced, Through: []ottt.Op{conv(2, 1)}, Gain: ottt.Gain{Name: "a.feedback", Factor: 0.25}},
			{Name: "a.top", From: "b", Feedback: true, Traced: !traced, Through: []ottt.Op{up, conv(2, 1)}},
		}},
		{Name: "s", Kind: ottt.Sum, From: []ottt.Projection{
			{From: "stem"},
			{From: "a"},
			{Name: "s.branch", From: "a", Traced: traced, Through: []ottt.Op{{Kind: ottt.Scale, Factor: c.scale(t)}, conv(2, 1)}, Gain: ottt.Gain{Name: "s.gain", Factor: 0.5}},
		}},
		{Name: "b", Kind: ottt.LIF, Dropout: c.dropout(t), From: []ottt.Projection{
			{Name: "b.down", From: "s", Through: []ottt.Op{conv(2, 2)}},
			{From: "a", Through: []ottt.Op{pool}},
			{Name: "b.pooled", From: "a", Traced: traced, Through: []ottt.Op{overlapping, conv(2, 1)}},
		}},
		{Name: "top", Kind: ottt.Sum, From: []ottt.Projection{
			{From: "b", Through: []ottt.Op{up}},
			{From: "s", Gain: ottt.Gain{Name: "top.gain", Factor: 1}},
		}},
		{Name: ottt.ReadoutName, Kind: ottt.Sum, From: []ottt.Projection{
			{Name: "fc", From: "top", Through: []ottt.Op{{Kind: ottt.GlobalAvgPool}, {Kind: ottt.Dense, Units: 3, Bias: true}}},
			{Name: "spikes", From: "b", Traced: traced, Through: []ottt.Op{{Kind: ottt.Dense, Units: 3, Standardised: !c.dyadic}}},
		}},
	}}
}

// show draws the input: frames of real values, of 0 and 1, of silence, or all of them one after the other;
// or a single frame that is held.
func (c *task) show(t *rapid.T) {
	random := rng.NewKey(c.seed, rng.Test, 1).Stream()
	frames, kinds := c.batch.Loss.Ticks, []string{"real", "binary", "silent"}
	if rapid.Bool().Draw(t, "held") {
		frames = 1
	}
	size := layer.Size(c.network.Input)
	for range frames {
		kind := rapid.SampledFrom(kinds).Draw(t, "frame")
		for range c.batch.Samples * size {
			x := 0.0
			switch kind {
			case "real":
				x = c.round(random.NextNormal())
			case "binary":
				x = float64(random.NextBelow(2))
			}
			c.input = append(c.input, x)
		}
	}
	classes := 3
	if last := c.network.Nodes[len(c.network.Nodes)-1].From[0].Through; last[len(last)-1].Units != 0 {
		classes = last[len(last)-1].Units
	}
	for range c.batch.Samples {
		c.labels = append(c.labels, int(random.NextBelow(uint64(classes))))
	}
}

func (c *task) round(x float64) float64 {
	if c.dyadic {
		return math.Round(16*x) / 16
	}
	return x
}

// fill draws all parameters.
func (c *task) fill(params []*layer.Param[float64]) {
	random := rng.NewKey(c.seed, rng.Test, 2).Stream()
	for _, p := range params {
		fan := 1
		if len(p.Shape) > 1 {
			fan = layer.Size(p.Shape[1:])
		}
		for i := range p.Value {
			p.Value[i] = c.round(1.5 * random.NextNormal() / math.Sqrt(float64(fan)))
		}
	}
}
