package spide_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/internal/vectors"
)

// BenchmarkTrain is a training step without the optimiser, T_F 30, T_B 100, 128 samples, on random
// images and weights: the ring 784 → 512 ⇄ 512 → 10 drawn as in spide.md §12, and the LeNet of its §6.
// It reports samples per second and the firing rates.
func BenchmarkTrain(b *testing.B) {
	b.Run("ring512", func(b *testing.B) {
		const in, hidden = 784, 512
		ring := denseRing[float32](b, in, []int{hidden, hidden}, classes)
		drawWeights(ring.Input.Map, 0, 2.0/in)
		drawWeights(ring.Between[0].Map, 1, 2.0/hidden)
		drawWeights(ring.Feedback.Map, 2, 0.01/hidden)
		drawWeights(ring.Readout, 3, 1.0/hidden)
		benchTrain(b, ring)
	})
	b.Run("lenet", func(b *testing.B) { benchTrain(b, leNet()) })
}

const classes = 10

// leNet is 15C5-AP2-40C5-AP2-300 for images of 28 × 28.
func leNet() spide.Ring[float32] {
	maps := []layer.Map[float32]{
		must(layer.NewConv2D[float32]("c1", []int{1, 28, 28}, layer.Convolution{Out: 15, Kernel: 5, Bias: true})),
		must(layer.NewAvgPool2D[float32]([]int{15, 24, 24}, 2, 0, 0)),
		must(layer.NewConv2D[float32]("c2", []int{15, 12, 12}, layer.Convolution{Out: 40, Kernel: 5, Bias: true})),
		must(layer.NewAvgPool2D[float32]([]int{40, 8, 8}, 2, 0, 0)),
		must(layer.NewDense[float32]("f", 640, 300, true)),
	}
	ring := spide.Ring[float32]{
		Input:   spide.Block[float32]{Map: maps[0]},
		Readout: must(layer.NewDense[float32]("head", 300, classes, true)),
	}
	for k, m := range maps {
		if k > 0 {
			ring.Between = append(ring.Between, spide.Block[float32]{Map: m})
		}
		if len(m.Params()) > 0 {
			drawWeights(m, k, 2/float64(len(m.Params()[0].Value)/m.Params()[0].Shape[0]))
		}
	}
	drawWeights(ring.Readout, 9, 1.0/300)
	return ring
}

// must returns a map that is known to be possible.
func must[M any](m M, err error) M {
	if err != nil {
		panic(err)
	}
	return m
}

func benchTrain(b *testing.B, ring spide.Ring[float32]) {
	const batch, in = 128, 784
	key := rng.NewKey(1, rng.Test, 0)
	e, err := spide.New(spide.NewConfig(), ring)
	require.NoError(b, err)
	x := make([]float32, batch*in)
	for j := range x {
		if key.Sub(4).Bernoulli(uint64(j), 0.2) { // ink
			x[j] = 2.8
		} else {
			x[j] = -0.42
		}
	}
	labels := make([]float64, batch)
	for j := range labels {
		labels[j] = float64(j % classes)
	}
	for b.Loop() {
		require.NoError(b, e.Forward(spide.Pass{}, x, batch))
		logits, err := e.Logits()
		require.NoError(b, err)
		_, g := vectors.CrossEntropy(logits, labels)
		require.NoError(b, e.BackwardLogits(g))
		require.NoError(b, e.Accumulate())
	}
	a, err := e.Activity()
	require.NoError(b, err)
	b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "samples/s")
	b.ReportMetric(a.Rate(spide.Forward), "forward-rate")
	b.ReportMetric(a.Rate(spide.Backward), "backward-rate")
}

// denseRing makes a ring of dense blocks with zero weights: biases everywhere but in the feedback, and
// a readout if classes is not 0.
func denseRing[F layer.Real](t testing.TB, in int, sizes []int, classes int) spide.Ring[F] {
	dense := func(name string, in, out int, bias bool) layer.Map[F] {
		m, err := layer.NewDense[F](name, in, out, bias)
		require.NoError(t, err)
		return m
	}
	last := sizes[len(sizes)-1]
	r := spide.Ring[F]{Input: spide.Block[F]{Map: dense("x", in, sizes[0], true)}}
	for i, n := range sizes[:len(sizes)-1] {
		r.Between = append(r.Between, spide.Block[F]{Map: dense("s", n, sizes[i+1], true)})
	}
	r.Feedback.Map = dense("feedback", last, sizes[0], false)
	if classes > 0 {
		r.Readout = dense("head", last, classes, true)
	}
	return r
}

// drawWeights draws normal weights of the given variance.
func drawWeights[F layer.Real](m layer.Map[F], number int, variance float64) {
	scaleNormal(m.Params()[0].Value, rng.NewKey(1, rng.Test, uint64(number)), variance)
}
