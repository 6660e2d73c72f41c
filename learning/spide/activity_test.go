package spide_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/internal/vectors"
	"couplet/sim/golden"
)

// The counts of synaptic events and of multiplications equal those recomputed from the spike trains,
// rates and gates of the golden files and the synapses one by one (spide.md §9).
func TestActivity(t *testing.T) {
	for _, f := range golden.Files(t, "spide") {
		v := vectors.Read(t, f.Path)
		t.Run(f.Name, func(t *testing.T) {
			checkForwardActivity(t, v)
			checkBackwardActivity(t, v)
		})
	}
}

func checkForwardActivity(t *testing.T, v *vectors.File) {
	e := newExecutor(t, v.Config(v.Meta.TraceT, 1), vectors.Build[float64](t, v).Ring)
	vectors.Forward[float64](t, v, e)
	a, err := e.Activity()
	require.NoError(t, err)
	vectors.ForwardActivity(t, v, a)
}

func checkBackwardActivity(t *testing.T, v *vectors.File) {
	e := newExecutor(t, v.Config(v.Meta.TForBack, v.Meta.TraceT), vectors.Build[float64](t, v).Ring)
	vectors.Forward[float64](t, v, e)
	require.NoError(t, e.Backward(v.Get(t, "grad_a_last")))
	a, err := e.Activity()
	require.NoError(t, err)
	vectors.BackwardActivity(t, v, a, e.Beta)
}

// A convolution with other strides and paddings, a pooling with a layer of its own and standardised
// weights are counted as the formulas say.
func TestActivityOfMaps(t *testing.T) {
	conv, err := layer.NewConv2D[float32]("conv", []int{2, 7, 6}, layer.Convolution{Out: 3, Kernel: 3, Stride: 3, Padding: 2, Bias: true})
	require.NoError(t, err)
	shape := conv.OutShape()
	padded, err := layer.NewStandardisedConv2D[float32]("padded", shape, layer.Convolution{Out: 2, Kernel: 3, Padding: 1})
	require.NoError(t, err)
	pool, err := layer.NewAvgPool2D[float32]([]int{2, shape[1], shape[2]}, 2, 0, 0)
	require.NoError(t, err)
	for _, b := range conv.Bias.Value {
		require.Zero(t, b)
	}
	for j := range conv.Bias.Value {
		conv.Bias.Value[j] = 1.25
	}
	ring := spide.Ring[float32]{
		Input:   spide.Block[float32]{Map: conv},
		Between: []spide.Block[float32]{{Map: padded}, {Map: pool}},
	}
	e, err := spide.New(spide.NewConfig(), ring)
	require.NoError(t, err)
	x := make([]float32, layer.Size(conv.InShape()))
	for j := range x {
		x[j] = float32(j%3) - 1
	}
	grads := append([]float32(nil), conv.Weight.Grad...)
	require.NoError(t, e.Forward(spide.Pass{}, x, 1))
	a, err := e.Activity()
	require.NoError(t, err)
	require.Equal(t, grads, conv.Weight.Grad, "counting leaves the gradients alone")

	ticks := int64(a.ForwardTicks)
	events := int64(0)
	for _, p := range vectors.ConvPairs(conv.InShape(), shape, 3, 3, 2) {
		if x[p[0]] != 0 {
			events += ticks
		}
	}
	require.Equal(t, events, a.Blocks[0].Events)
	events = 0
	for _, p := range vectors.ConvPairs(shape, padded.OutShape(), 3, 1, 1) {
		events += int64(e.Counts(0)[p[0]])
	}
	require.Positive(t, events)
	require.Equal(t, events, a.Blocks[1].Events)
	require.Equal(t, "block 0 -> 1", a.Blocks[1].Name)

	var sum spide.Activity
	sum.Add(a)
	sum.Add(a)
	require.Equal(t, int64(2), sum.Samples)
	require.Equal(t, 2*a.Blocks[1].Events, sum.Blocks[1].Events)
	require.InDelta(t, a.Rate(spide.Forward), sum.Rate(spide.Forward), 1e-15)
}

// opaque is a map with parameters that nothing is known about.
type opaque struct{ layer.Map[float64] }

func TestActivityErrors(t *testing.T) {
	n := newRandomNet(t, 31, []int{4}, 1, 0.3)
	n.ring.Feedback.Map = opaque{n.ring.Feedback.Map}
	e, err := spide.New(spide.NewConfig(), n.ring)
	require.NoError(t, err)
	_, err = e.Activity()
	require.ErrorContains(t, err, "no spikes to count")
	require.NoError(t, e.Forward(spide.Pass{}, n.x, 1))
	_, err = e.Activity()
	require.ErrorContains(t, err, "the synapses of a spide_test.opaque cannot be counted, in the feedback block")
	require.NoError(t, e.FixedPoint(spide.Pass{}, n.x, 1, 1e-9, 1000))
	_, err = e.Activity()
	require.ErrorContains(t, err, "no spikes to count")
}
