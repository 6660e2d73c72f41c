package event_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
	"couplet/internal/spike"
	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/event"
	"couplet/learning/spide/internal/vectors"
	"couplet/sim"
	"couplet/sim/golden"
)

// The engine's own counts of spikes and synaptic events equal those recomputed from the spike trains of
// the golden files and the synapses one by one (spide.md §9).
func TestGoldenActivity(t *testing.T) {
	for _, f := range golden.Files(t, "spide") {
		v := vectors.Read(t, f.Path)
		t.Run(f.Name, func(t *testing.T) {
			ring := vectors.Build[float64](t, v).Ring
			e, err := event.New(v.Config(v.Meta.TraceT, 1), ring)
			require.NoError(t, err)
			vectors.Forward[float64](t, v, e)
			a, err := e.Activity()
			require.NoError(t, err)
			vectors.ForwardActivity(t, v, a)

			e, err = event.New(v.Config(v.Meta.TForBack, v.Meta.TraceT), ring)
			require.NoError(t, err)
			vectors.Forward[float64](t, v, e)
			require.NoError(t, e.Backward(v.Get(t, "grad_a_last")))
			a, err = e.Activity()
			require.NoError(t, err)
			vectors.BackwardActivity(t, v, a, e.Beta)
		})
	}
}

// newRing makes a ring of two dense layers that fires in both stages, with an input.
func newRing(t testing.TB, in, first, last int) (spide.Ring[float64], []float64) {
	key := rng.NewKey(5, rng.Test, 0)
	dense := func(name string, in, out int, bias bool) spide.Block[float64] {
		m, err := layer.NewDense[float64](name, in, out, bias)
		require.NoError(t, err)
		for j := range m.Weight.Value {
			m.Weight.Value[j] = key.Sub(uint64(in)).Normal(uint64(j)) / 2
		}
		return spide.Block[float64]{Map: m}
	}
	ring := spide.Ring[float64]{
		Input: dense("x", in, first, true), Between: []spide.Block[float64]{dense("s0", first, last, true)},
		Feedback: dense("s1", last, first, false), Readout: dense("head", last, 3, true).Map,
	}
	x := make([]float64, in)
	for j := range x {
		x[j] = key.Float64(uint64(j))
	}
	return ring, x
}

// SPIDE §10, silence: g = 0 gives no spike and no synaptic event in the backward stage, and no update
// but the one in which a neuron of the last layer is given its current. Likewise the forward stage for
// silent input and no bias. A population of couples that no spike reaches is not touched.
func TestPaperSilenceCostsNothing(t *testing.T) {
	ring, x := newRing(t, 6, 20, 10)
	e, err := event.New(spide.NewConfig(), ring)
	require.NoError(t, err)
	require.NoError(t, e.Forward(spide.Pass{}, x, 1))
	require.NoError(t, e.Backward(make([]float64, 10)))
	a, err := e.Activity()
	require.NoError(t, err)
	require.Positive(t, a.Blocks[1].Events)
	for _, b := range a.Blocks {
		require.Zero(t, b.BackEvents+b.BackWithheld)
	}
	for i, l := range a.Layers {
		require.Positive(t, l.Spikes)
		require.Zero(t, l.BackSpikes)
		require.Equal(t, []int64{0, 10}[i], l.BackUpdates)
	}

	require.NoError(t, e.Forward(spide.Pass{}, make([]float64, 6), 1))
	a, err = e.Activity()
	require.NoError(t, err)
	for i, l := range a.Layers {
		require.Zero(t, l.Spikes)
		require.Equal(t, int64(e.Neurons(i)), l.Updates)
		require.Zero(t, a.Blocks[i+1].Events)
	}
}

// Work follows spikes: where a lone output has an error, the couples of the layers below are touched
// only in ticks in which it fires.
func TestWorkFollowsSpikes(t *testing.T) {
	ring, x := newRing(t, 6, 20, 10)
	ring.Feedback = spide.Block[float64]{}
	c := spide.NewConfig()
	e, err := event.New(c, ring)
	require.NoError(t, err)
	require.NoError(t, e.Forward(spide.Pass{}, x, 1))
	g := make([]float64, 10)
	open := 0
	for !e.Gate(1)[open] {
		open++
	}
	g[open] = 1.0 / 32
	require.NoError(t, e.Backward(g))
	a, err := e.Activity()
	require.NoError(t, err)
	fired := int64(e.BackCounts(1)[open])
	require.Equal(t, int64(3), fired) // 1/32 reaches 1/2 at tick 16, and again after 32 more
	require.Equal(t, fired, a.Layers[1].BackSpikes)
	require.Equal(t, 20*fired, a.Blocks[1].BackEvents)
	require.LessOrEqual(t, a.Layers[0].BackUpdates, 20*fired+a.Layers[0].BackSpikes)
	require.Less(t, a.Layers[1].BackUpdates, int64(10+2*fired+1))
}

// SPIDE §10, odd symmetry: g → −g flips every backward spike and gradient sign exactly.
func TestPaperOddSymmetry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawTrial(t)
		e, err := event.New(r.config, r.ring)
		require.NoError(t, err)
		g := r.numbers(102, r.batch*e.Neurons(e.Layers()-1))
		record := func(sign float64) (spikes []uint32, grads []float64) {
			e.Observe(nil)
			r.forward(t, e, spide.Pass{Train: true})
			e.Observe(func(s event.Tick) {
				for _, w := range s.Spikes {
					if sign < 0 {
						w ^= spike.Negative
					}
					spikes = append(spikes, uint32(s.Tick), uint32(s.Layer), w)
				}
			})
			signed := make([]float64, len(g))
			for j, v := range g {
				signed[j] = sign * v
			}
			require.NoError(t, e.Backward(signed))
			for _, p := range r.ring.Params() {
				p.ZeroGrad()
			}
			require.NoError(t, e.Accumulate())
			for _, p := range r.ring.Params() {
				for _, v := range p.Grad {
					grads = append(grads, sign*v+0) // no negative zeros
				}
			}
			return spikes, grads
		}
		spikes, grads := record(1)
		opposite, opposed := record(-1)
		require.Equal(t, spikes, opposite)
		require.InDeltaSlice(t, grads, opposed, 0)
	})
}

// A batch allocates as much for 10 ticks as for 1000: nothing is allocated, or kept, per tick.
func TestNothingPerTick(t *testing.T) {
	ring, x := newRing(t, 6, 20, 10)
	g := make([]float64, 10)
	for j := range g {
		g[j] = float64(j-5) / 16
	}
	for _, host := range []sim.Hosting{sim.LazyHosting, sim.ClockedHosting} {
		perBatch := func(ticks int) float64 {
			c := spide.NewConfig()
			c.ForwardTicks, c.BackwardTicks = ticks, ticks
			e, err := event.New(c, ring, event.Hosted(host))
			require.NoError(t, err)
			batch := func() {
				require.NoError(t, e.Forward(spide.Pass{}, x, 1))
				require.NoError(t, e.Backward(g))
			}
			batch() // compiles the networks and fills queues and lists
			return testing.AllocsPerRun(5, batch)
		}
		require.LessOrEqual(t, perBatch(1000), perBatch(10)+10, host.String())
	}
}

// The embedded executor is the batched one in all that is not a stage: logits, and the exact backward
// stage from the rates of the engine.
func TestReadoutAndExactTwin(t *testing.T) {
	ring, x := newRing(t, 6, 20, 10)
	c := spide.NewConfig()
	c.ForwardTicks, c.BackwardTicks, c.LossScale = 100, 2000, 1
	e, err := event.New(c, ring)
	require.NoError(t, err)
	require.NoError(t, e.Forward(spide.Pass{}, x, 1))
	logits, err := e.Logits()
	require.NoError(t, err)
	require.Len(t, logits, 3)
	g := []float64{0.25, -0.125, 0.0625}
	require.NoError(t, e.BackwardLogits(g))
	require.Empty(t, e.Warning())
	beta := append([]float64(nil), e.Beta(0)...)
	require.NoError(t, e.ExactLogits(g, 1e-12, 1000))
	require.InDeltaSlice(t, e.Beta(0), beta, 0.02) // the error falls with 1/T_B (spide.md §3)
	require.NotEqual(t, e.Beta(0), beta)
	_, err = e.Activity()
	require.ErrorContains(t, err, "no spikes to count")
}

// SPIDE §10: an error above θ_B is cut off and reported.
func TestPaperSaturationIsReported(t *testing.T) {
	ring, x := newRing(t, 6, 20, 10)
	ring.Feedback = spide.Block[float64]{}
	e, err := event.New(spide.NewConfig(), ring)
	require.NoError(t, err)
	require.NoError(t, e.Forward(spide.Pass{}, x, 1))
	g := make([]float64, 10)
	open := 0
	for !e.Gate(1)[open] {
		open++
	}
	g[open] = 1.5
	require.NoError(t, e.Backward(g))
	require.Equal(t, 1.0, e.Beta(1)[open])
	require.Equal(t, 1, e.Saturated()[1])
	require.Contains(t, e.Warning(), "couples are saturated")
}

// Maps in a chain, with standardised weights and a factor, are projections like any others.
func TestDerivedWeights(t *testing.T) {
	in := []int{2, 4, 4}
	scale, err := layer.NewScale(in, 1.5)
	require.NoError(t, err)
	conv, err := layer.NewStandardisedConv2D[float64]("x", in, layer.Convolution{Out: 3, Kernel: 3, Padding: 1, Bias: true})
	require.NoError(t, err)
	chain, err := layer.NewChain[float64](scale, conv)
	require.NoError(t, err)
	back, err := layer.NewStandardisedConv2D[float64]("back", []int{3, 4, 4}, layer.Convolution{Out: 3, Kernel: 3, Padding: 1})
	require.NoError(t, err)
	ring := spide.Ring[float64]{Input: spide.Block[float64]{Map: chain}, Feedback: spide.Block[float64]{Map: back}}
	r := trial{config: spide.NewConfig(), ring: ring, key: rng.NewKey(11, rng.Test, 0), batch: 2}
	r.config.FeedbackNorm, r.config.NormVectors = 0.9, 8
	for i, p := range ring.Params() {
		copy(p.Value, r.numbers(uint64(i), len(p.Value)))
	}
	batched, err := spide.New(r.config, ring)
	require.NoError(t, err)
	e, err := event.New(r.config, ring)
	require.NoError(t, err)
	for _, frames := range []bool{false, true} {
		r.frames = frames
		r.requireEqual(t, batched, e, r.run(t, batched, spide.Pass{}), r.run(t, e, spide.Pass{}))
		require.Contains(t, e.Gate(0), true, "some neurons fire, not always")
	}
}

// opaque is a map that nothing is known about.
type opaque struct{ layer.Map[float64] }

func TestErrors(t *testing.T) {
	ring, x := newRing(t, 6, 20, 10)
	_, err := event.New(spide.NewConfig(), ring, event.Workers(0))
	require.EqualError(t, err, "event: the number of workers must be at least 1 (0)")
	c := spide.NewConfig()
	c.ForwardTicks = 0
	_, err = event.New(c, ring)
	require.ErrorContains(t, err, "spide: t_forward must be in")
	hidden := ring
	hidden.Feedback.Map = opaque{ring.Feedback.Map}
	_, err = event.New(spide.NewConfig(), hidden)
	require.EqualError(t, err, "event: the feedback block: wire: the synapses of a event_test.opaque are not known")

	e, err := event.New(spide.NewConfig(), ring)
	require.NoError(t, err)
	require.ErrorContains(t, e.Backward(make([]float64, 10)), "no forward stage")
	require.ErrorContains(t, e.Forward(spide.Pass{}, x[:2], 1), "the input must have")
	frames := func(n int, v float64) error {
		return e.ForwardFrames(spide.Pass{}, func(int) []float64 {
			x := make([]float64, n)
			x[0] = v
			return x
		}, 1)
	}
	require.ErrorContains(t, frames(3, 0), "frame 0 must have 1 x 6 values (3)")
	zero := 0.0
	require.ErrorContains(t, frames(6, 1/zero), "frame 0 of sample 0 of the batch is not finite")
	ring.Feedback.Map.Params()[0].Value[7] = 1 / zero
	require.ErrorContains(t, e.Forward(spide.Pass{}, x, 1), "event: the network of the forward stage")
}
