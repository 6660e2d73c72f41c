package event_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/event"
	"couplet/sim"
)

// trial is a random ring with the choices of a run.
type trial struct {
	config spide.Config
	ring   spide.Ring[float64]
	key    rng.Key
	dyadic bool // all numbers are multiples of 1/8 and sums are exact: ties at thresholds are frequent
	frames bool
	batch  int
}

func drawTrial(t *rapid.T) trial {
	r := trial{
		key:    rng.NewKey(rapid.Uint64().Draw(t, "numbers"), rng.Test, 0),
		dyadic: rapid.Bool().Draw(t, "dyadic"), frames: rapid.Bool().Draw(t, "frames"),
		batch: rapid.IntRange(1, 2).Draw(t, "batch"),
	}
	r.config = r.drawConfig(t)
	r.ring = r.drawRing(t)
	for i, p := range r.ring.Params() {
		copy(p.Value, r.numbers(uint64(i), len(p.Value)))
	}
	if !r.dyadic && rapid.Bool().Draw(t, "restricted") {
		r.config.FeedbackNorm = 0.5
	}
	return r
}

func (r trial) drawConfig(t *rapid.T) spide.Config {
	c := spide.NewConfig()
	c.ForwardTicks, c.BackwardTicks = rapid.IntRange(1, 12).Draw(t, "T_F"), rapid.IntRange(1, 12).Draw(t, "T_B")
	c.Rest = rapid.SampledFrom([]float64{-1, 0}).Draw(t, "rest")
	c.BackRest = rapid.SampledFrom([]float64{-0.5, 0}).Draw(t, "rest_back")
	c.Leak = rapid.SampledFrom([]float64{1, 0.5}).Draw(t, "leak")
	c.BackLeak = rapid.SampledFrom([]float64{0, 0.25}).Draw(t, "leak_back")
	c.ReferenceDropout = rapid.Bool().Draw(t, "reference dropout")
	if !r.dyadic {
		c.Threshold += 0.1
		c.BackThreshold += 0.03
		c.Leak = rapid.SampledFrom([]float64{1, 0.83}).Draw(t, "leak")
	}
	return c
}

// numbers returns n numbers: normal ones, which never tie, or multiples of 1/8.
func (r trial) numbers(stream uint64, n int) []float64 {
	x, key := make([]float64, n), r.key.Sub(stream)
	for j := range x {
		x[j] = key.Normal(uint64(j)) / 2
		if r.dyadic {
			x[j] = math.Round(8*x[j]) / 8
		}
	}
	return x
}

// drawRing draws a ring of dense layers, or of feature maps with every kind of map.
func (r trial) drawRing(t *rapid.T) spide.Ring[float64] {
	block := func(m layer.Map[float64]) spide.Block[float64] {
		p := rapid.SampledFrom([]float64{0, 0.5, 0.75}).Draw(t, "dropout")
		return spide.Block[float64]{Map: m, Dropout: p}
	}
	var ring spide.Ring[float64]
	if rapid.Bool().Draw(t, "maps") {
		ring = spide.Ring[float64]{
			Input: block(must(layer.NewConv2D[float64]("x", []int{1, 4, 4}, layer.Convolution{Out: 2, Kernel: 3, Padding: 1, Bias: true}))),
			Between: []spide.Block[float64]{
				block(must(layer.NewAvgPool2D[float64]([]int{2, 4, 4}, 2, 0, 0))),
				block(must(layer.NewConv2D[float64]("s1", []int{2, 2, 2}, layer.Convolution{Out: 3, Kernel: 3, Padding: 1, Bias: true}))),
			},
			Feedback: block(must(layer.NewTransposedConv2D[float64]("s2", []int{3, 2, 2},
				layer.Convolution{Out: 2, Kernel: 3, Stride: 2, Padding: 1, OutputPadding: 1}))),
		}
	} else {
		sizes := []int{6}
		ring.Input = block(must(layer.NewDense[float64]("x", 4, sizes[0], rapid.Bool().Draw(t, "bias"))))
		for i := range rapid.IntRange(0, 2).Draw(t, "depth") {
			sizes = append(sizes, 5+i)
			m := must(layer.NewDense[float64]("s"+string(rune('0'+i)), sizes[i], sizes[i+1], rapid.Bool().Draw(t, "bias")))
			ring.Between = append(ring.Between, block(m))
		}
		ring.Feedback = block(must(layer.NewDense[float64]("back", sizes[len(sizes)-1], sizes[0], false)))
	}
	if rapid.Bool().Draw(t, "feed-forward") {
		ring.Feedback = spide.Block[float64]{}
	}
	return ring
}

func must[M any](m M, err error) M {
	if err != nil {
		panic(err)
	}
	return m
}

// executor is what both executors can do.
type executor interface {
	Forward(pass spide.Pass, x []float64, batch int) error
	ForwardFrames(pass spide.Pass, frame func(t int) []float64, batch int) error
	Backward(g []float64) error
	Accumulate() error
	Activity() (spide.Activity, error)
	Layers() int
	Neurons(i int) int
	Rates(i int) []float64
	Counts(i int) []int32
	Gate(i int) []bool
	Beta(i int) []float64
	BackCounts(i int) []int32
	Saturated() []int
}

var _, _ executor = (*event.Executor)(nil), (*spide.Executor[float64])(nil)

// forward runs the forward stage with a constant input, or with frames of spikes and, now and then, of
// other numbers.
func (r trial) forward(t require.TestingT, e executor, pass spide.Pass) {
	n := r.batch * layer.Size(r.ring.Input.Map.InShape())
	if !r.frames {
		require.NoError(t, e.Forward(pass, r.numbers(101, n), r.batch))
		return
	}
	require.NoError(t, e.ForwardFrames(pass, func(tick int) []float64 {
		x := make([]float64, n)
		key := r.key.Sub(uint64(200 + tick))
		for j := range x {
			if key.Bernoulli(uint64(j), 0.4) {
				x[j] = 1
			}
		}
		if key.Sub(1).Bernoulli(0, 0.2) {
			x = r.numbers(uint64(300+tick), n)
		}
		return x
	}, r.batch))
}

// run runs a training step and returns the gradients.
func (r trial) run(t require.TestingT, e executor, pass spide.Pass) (gradients [][]float64) {
	r.forward(t, e, pass)
	require.NoError(t, e.Backward(r.numbers(102, r.batch*e.Neurons(e.Layers()-1))))
	for _, p := range r.ring.Params() {
		p.ZeroGrad()
	}
	require.NoError(t, e.Accumulate())
	for _, p := range r.ring.Params() {
		gradients = append(gradients, append([]float64(nil), p.Grad...))
	}
	return gradients
}

// The event engine and the batched executor agree on random rings, spike for spike, with dropout, the
// norm restriction, leak, frames and changed weights; where numbers are dyadic, to the last bit.
func TestEventEqualsBatched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawTrial(t)
		batched, err := spide.New(r.config, r.ring)
		require.NoError(t, err)
		host := rapid.SampledFrom([]sim.Hosting{sim.LazyHosting, sim.ClockedHosting}).Draw(t, "host")
		e, err := event.New(r.config, r.ring, event.Hosted(host), event.Workers(rapid.IntRange(1, 2).Draw(t, "workers")))
		require.NoError(t, err)
		for step := range uint64(2) {
			pass := spide.Pass{Train: rapid.Bool().Draw(t, "train"), Step: step}
			want := r.run(t, batched, pass)
			r.requireEqual(t, batched, e, want, r.run(t, e, pass))
			requireActivity(t, batched, e)
			for i, p := range r.ring.Params() { // a training step, by which some weights outgrow their room
				for j, v := range r.numbers(uint64(20+i), len(p.Value)) {
					p.Value[j] = 8 * (p.Value[j] - v)
				}
			}
		}
	})
}

func (r trial) requireEqual(t require.TestingT, batched, e executor, want, have [][]float64) {
	tol := 1e-12
	if r.dyadic {
		tol = 0
	}
	for i := range batched.Layers() {
		require.Equal(t, batched.Counts(i), e.Counts(i), "layer %d", i)
		require.Equal(t, batched.Rates(i), e.Rates(i), "layer %d", i)
		require.Equal(t, batched.Gate(i), e.Gate(i), "layer %d", i)
		require.Equal(t, batched.BackCounts(i), e.BackCounts(i), "layer %d", i)
		require.Equal(t, batched.Beta(i), e.Beta(i), "layer %d", i)
	}
	for k := range want {
		for j, w := range want[k] {
			require.InDelta(t, w, have[k][j], tol, "gradient of parameter %d", k)
		}
	}
	require.Equal(t, batched.Saturated(), e.Saturated())
}

// requireActivity compares the engine's counts with those that follow from the spikes. How often
// neurons are updated depends on how they are hosted.
func requireActivity(t require.TestingT, batched, e executor) {
	want, err := batched.Activity()
	require.NoError(t, err)
	have, err := e.Activity()
	require.NoError(t, err)
	for i := range want.Layers {
		want.Layers[i].Updates, have.Layers[i].Updates = 0, 0
		want.Layers[i].BackUpdates, have.Layers[i].BackUpdates = 0, 0
	}
	require.Equal(t, want, have)
}

// A batch is its samples one by one.
func TestBatchIsItsSamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawTrial(t)
		r.frames, r.batch = false, 3
		e, err := event.New(r.config, r.ring)
		require.NoError(t, err)
		r.forward(t, e, spide.Pass{Train: true})
		last := e.Layers() - 1
		rates := append([]float64(nil), e.Rates(last)...)
		n, in := e.Neurons(last), layer.Size(r.ring.Input.Map.InShape())
		x := r.numbers(101, 3*in)
		for b := range 3 {
			require.NoError(t, e.Forward(spide.Pass{Train: true, First: b}, x[b*in:][:in], 1))
			require.Equal(t, rates[b*n:][:n], e.Rates(last))
		}
	})
}
