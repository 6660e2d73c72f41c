package wire_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/wire"
	"couplet/synapse"
)

// kinds lists a generator for every kind of map that has a rule.
var kinds = []struct {
	name string
	draw func(t *rapid.T) layer.Map[float64]
}{
	{"dense", func(t *rapid.T) layer.Map[float64] {
		return must(layer.NewDense[float64]("fc", drawUnits(t), drawUnits(t), rapid.Bool().Draw(t, "bias")))(t)
	}},
	{"convolution", func(t *rapid.T) layer.Map[float64] {
		in := drawImage(t)
		return must(layer.NewConv2D[float64]("conv", in, drawConvolution(t, in)))(t)
	}},
	{"transposed convolution", func(t *rapid.T) layer.Map[float64] { return drawTransposed(t) }},
	{"standardised", func(t *rapid.T) layer.Map[float64] {
		in := drawImage(t)
		in[0]++ // standardisation needs two weights per output
		return must(layer.NewStandardisedConv2D[float64]("conv", in, drawConvolution(t, in)))(t)
	}},
	{"average pooling", func(t *rapid.T) layer.Map[float64] {
		in := drawImage(t)
		c := drawConvolution(t, in)
		return must(layer.NewAvgPool2D[float64](in, c.Kernel, c.Stride, c.Padding))(t)
	}},
	{"global average pooling", func(t *rapid.T) layer.Map[float64] {
		return must(layer.NewGlobalAvgPool[float64](drawImage(t)))(t)
	}},
	{"upsampling", func(t *rapid.T) layer.Map[float64] {
		return must(layer.NewUpsampleNearest[float64](drawImage(t), rapid.IntRange(1, 3).Draw(t, "factor")))(t)
	}},
	{"scale", func(t *rapid.T) layer.Map[float64] { return must(layer.NewScale(drawImage(t), 2.74))(t) }},
	{"flatten", func(t *rapid.T) layer.Map[float64] { return must(layer.NewFlatten[float64](drawImage(t)))(t) }},
	{"chain", drawChain},
}

func drawUnits(t *rapid.T) int { return rapid.IntRange(1, 20).Draw(t, "units") }

func drawImage(t *rapid.T) []int {
	side := rapid.IntRange(1, 6)
	return []int{rapid.IntRange(1, 3).Draw(t, "channels"), side.Draw(t, "height"), side.Draw(t, "width")}
}

// drawConvolution draws a convolution that fits the image.
func drawConvolution(t *rapid.T, in []int) layer.Convolution {
	padding := rapid.IntRange(0, 2).Draw(t, "padding")
	largest := slices.Min(in[1:]) + 2*padding
	return layer.Convolution{
		Out: rapid.IntRange(1, 3).Draw(t, "out"), Padding: min(padding, largest-1),
		Kernel: rapid.IntRange(min(padding+1, largest), largest).Draw(t, "kernel"),
		Stride: rapid.IntRange(1, 3).Draw(t, "stride"), Bias: rapid.Bool().Draw(t, "bias"),
	}
}

func drawTransposed(t *rapid.T) layer.Map[float64] {
	c := layer.Convolution{
		Out:    rapid.IntRange(1, 3).Draw(t, "out"),
		Kernel: rapid.IntRange(2, 4).Draw(t, "kernel"),
		Stride: rapid.IntRange(1, 3).Draw(t, "stride"),
	}
	c.OutputPadding = rapid.IntRange(0, c.Stride-1).Draw(t, "output padding")
	in := drawImage(t)
	in[1], in[2] = in[1]+1, in[2]+1 // room for a padding of 1
	c.Padding = rapid.IntRange(0, 1).Draw(t, "padding")
	return must(layer.NewTransposedConv2D[float64]("up", in, c))(t)
}

// drawChain puts factors and a change of shape around one map with synapses.
func drawChain(t *rapid.T) layer.Map[float64] {
	in := drawImage(t)
	scale := must(layer.NewScale(in, 0.3))(t)
	flat := must(layer.NewFlatten[float64](in))(t)
	fc := must(layer.NewDense[float64]("fc", layer.Size(in), drawUnits(t), true))(t)
	after := must(layer.NewScale(fc.OutShape(), -1.7))(t)
	return must(layer.NewChain[float64](scale, flat, fc, after))(t)
}

// must takes a constructor's results and fails the test on an error.
func must[M any](m M, err error) func(t require.TestingT) M {
	return func(t require.TestingT) M {
		require.NoError(t, err)
		return m
	}
}

// fill gives all parameters of a map random values and prepares it.
func fill(t *rapid.T, m layer.Map[float64]) {
	key := rng.NewKey(rapid.Uint64().Draw(t, "numbers"), rng.Test, 0)
	for i, p := range m.Params() {
		for j := range p.Value {
			p.Value[j] = key.Sub(uint64(i)).Normal(uint64(j))
		}
	}
	if d, ok := m.(layer.Prepared); ok {
		d.Prepare()
	}
}

// Each synapse of the rule brings what Forward and Back of the map make of a unit vector, in both
// directions: deliver a spike of every neuron and compare.
func TestDeliveriesAreTheMap(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				m := k.draw(t)
				fill(t, m)
				w, err := wire.Of(m)
				require.NoError(t, err)
				factor := rapid.SampledFrom([]float64{1, 0.375, -2}).Draw(t, "factor")
				for _, d := range []wire.Direction{wire.Forward, wire.Back} {
					weights := w.Weights(d, factor, nil)
					matrix := deliveries(t, w, d, weights)
					for i := range w.Sources(d) {
						want := unit(m, d, i)
						require.InDeltaSlice(t, scaled(want, factor), matrix[i], 1e-12, "%s from neuron %d", d, i)
					}
				}
			})
		})
	}
}

// deliveries compiles the synapses as the engine does, with weights set later, and gives what a spike of
// each source brings every target.
func deliveries(t *rapid.T, w *wire.Wires[float64], d wire.Direction, weights []float64) [][]float64 {
	learned := wire.Learned(make([]float64, len(weights)), 1)
	learned.Limit = wire.Limit(weights)
	require.NoError(t, learned.Validate())
	sources, targets := w.Sources(d), w.Targets(d)
	rule := w.Rule(d)
	require.NoError(t, rule.Validate(sources, targets))
	require.NoError(t, synapse.CheckLists(rule, learned, sources, targets))
	events := float64(rule.MaxInDegree(sources, targets))
	scale := synapse.ChooseScale([]synapse.Feed{{Weight: learned.Weight, Limit: learned.Limit, Plastic: true, Events: events}})
	conn, err := synapse.Compile(synapse.Spec{
		Rule: rule, Wiring: synapse.Wiring{Sources: sources, Targets: targets}, Synapse: learned,
		TickMs: 1, Hi: targets, Scale: scale, MinDelay: 1,
	})
	require.NoError(t, err)
	set := conn.(synapse.Adjustable).Copy()
	set.SetWeights(weights, scale)
	rows := make([][]float64, sources)
	for i := range rows {
		sink := synapse.Sink{Sum64: make([]int64, targets)}
		set.Deliver(0, []uint32{uint32(i)}, nil, 0, &sink)
		for _, units := range sink.Sum64 {
			rows[i] = append(rows[i], float64(units)*scale.Quantum)
		}
	}
	return rows
}

// unit is what the map makes of a unit vector, without its bias.
func unit(m layer.Map[float64], d wire.Direction, i int) []float64 {
	in, out := layer.Size(m.InShape()), layer.Size(m.OutShape())
	if d == wire.Back {
		x, y := make([]float64, out), make([]float64, in)
		x[i] = 1
		m.Back(x, y, 1)
		return y
	}
	x, y, bias := make([]float64, in), make([]float64, out), make([]float64, out)
	m.Forward(x, bias, 1)
	x[i] = 1
	m.Forward(x, y, 1)
	for j := range y {
		y[j] -= bias[j]
	}
	return y
}

func scaled(x []float64, factor float64) []float64 {
	y := make([]float64, len(x))
	for j, v := range x {
		y[j] = factor * v
	}
	return y
}

func TestBias(t *testing.T) {
	fc := must(layer.NewDense[float64]("fc", 2, 3, true))(t)
	copy(fc.Bias.Value, []float64{1, -2, 0.5})
	after := must(layer.NewScale([]int{3}, 2.0))(t)
	w, err := wire.Of[float64](must(layer.NewChain[float64](fc, after))(t))
	require.NoError(t, err)
	require.True(t, w.Biased())
	room := make([]float64, 3)
	require.Equal(t, []float64{2, -4, 1}, w.Bias(room))
	require.Equal(t, []float64{2, -4, 1}, room)

	pool := must(layer.NewAvgPool2D[float64]([]int{1, 2, 2}, 2, 0, 0))(t)
	w, err = wire.Of[float64](pool)
	require.NoError(t, err)
	require.False(t, w.Biased())
	require.Equal(t, []float64{0}, w.Bias(nil))
}

// Weights are those of the moment, and fill a slice that has room.
func TestWeightsFollowParameters(t *testing.T) {
	fc := must(layer.NewDense[float32]("fc", 2, 3, false))(t)
	w, err := wire.Of[float32](fc)
	require.NoError(t, err)
	room := w.Weights(wire.Forward, 1, nil)
	require.Equal(t, make([]float64, 6), room)
	copy(fc.Weight.Value, []float32{1, 2, 3, 4, 5, 6})
	w.Weights(wire.Forward, 0.5, room)
	require.Equal(t, []float64{0.5, 1, 1.5, 2, 2.5, 3}, room)
	require.Equal(t, []float64{1, 3, 5, 2, 4, 6}, w.Weights(wire.Back, 1, nil))
	require.Zero(t, testing.AllocsPerRun(10, func() { w.Weights(wire.Back, 1, room) }))
}

// unknown is a map without a rule.
type unknown struct{ layer.Map[float64] }

func TestErrors(t *testing.T) {
	pool := must(layer.NewAvgPool2D[float64]([]int{1, 4, 4}, 2, 0, 0))(t)
	conv := must(layer.NewConv2D[float64]("c", []int{1, 2, 2}, layer.Convolution{Out: 1, Kernel: 1}))(t)
	chain := must(layer.NewChain[float64](pool, conv))(t)
	_, err := wire.Of[float64](chain)
	require.EqualError(t, err, "wire: a chain with a *layer.Conv2D[float64] behind another map with synapses is no single projection")
	_, err = wire.Of[float64](unknown{conv})
	require.EqualError(t, err, "wire: the synapses of a wire_test.unknown are not known")
}

func TestLimit(t *testing.T) {
	require.Equal(t, 1.0, wire.Limit(nil))
	require.Equal(t, 1.0, wire.Limit([]float64{0, 0}))
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 5).Draw(t, "weights")
		limit := wire.Limit(w)
		largest := max(slices.Max(w), -slices.Min(w))
		require.Greater(t, limit, 0.0)
		if largest > 0 {
			require.True(t, limit > 4*largest && limit <= 8*largest, "%g for %g", limit, largest)
		}
		fraction, _ := math.Frexp(limit)
		require.Equal(t, 0.5, fraction)
	})
}
