package spide_test

import (
	"fmt"
	"hash/fnv"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/internal/vectors"
)

func TestZZHash(t *testing.T) {
	const in, hidden = 784, 512
	ring := denseRing[float32](t, in, []int{hidden, hidden}, classes)
	drawWeights(ring.Input.Map, 0, 2.0/in)
	drawWeights(ring.Between[0].Map, 1, 2.0/hidden)
	drawWeights(ring.Feedback.Map, 2, 0.01/hidden)
	drawWeights(ring.Readout, 3, 1.0/hidden)
	zzHash(t, "ring", ring, []int{784}, false)
	zzHash(t, "lenet", leNet(), nil, false)
	r := leNet()
	r.Between[1].Dropout = 0.2
	r.Between[3].Dropout = 0.5
	zzHash(t, "lenet drop", r, nil, false)
	zzHash(t, "lenet frames", leNet(), nil, true)
	for _, drop := range []float64{0, 0.2} {
		n := spide.Network{Input: []int{1, 28, 28}, Plan: "16C5S2-16C5S2-16C5", Feedback: "16C3U", Classes: 10, Dropout: drop}
		cf, err := spide.BuildRing[float32](n)
		require.NoError(t, err)
		require.NoError(t, spide.Initialise(n, cf, 3))
		zzHash(t, fmt.Sprint("convf ", drop), cf, nil, false)
	}
}

func zzHash(t *testing.T, name string, ring spide.Ring[float32], _ []int, frames bool) {
	const batch, in = 40, 784
	key := rng.NewKey(1, rng.Test, 0)
	for _, leak := range []float64{1, 0.9} {
		c := spide.NewConfig()
		c.ForwardTicks, c.BackwardTicks = 13, 31
		c.Leak = leak
		c.LossScale = 5000
		if ring.Feedback.Map != nil {
			c.FeedbackNorm = 1
		}
		e, err := spide.New(c, ring)
		require.NoError(t, err)
		h := fnv.New64a()
		put := func(x []float32) {
			for _, v := range x {
				b := math.Float32bits(v)
				h.Write([]byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24)})
			}
		}
		for _, p := range ring.Params() {
			p.ZeroGrad()
		}
		x := make([]float32, batch*in)
		for j := range x {
			if key.Sub(4).Bernoulli(uint64(j), 0.2) { // ink
				x[j] = 2.8
			} else if !frames {
				x[j] = -0.42
			}
		}
		labels := make([]float64, batch)
		for j := range labels {
			labels[j] = float64(j % classes)
		}
		for step := range 2 {
			p := spide.Pass{Train: true, Step: uint64(step)}
			if frames {
				require.NoError(t, e.ForwardFrames(p, func(t int) []float32 {
					y := make([]float32, len(x))
					for i := range y {
						if (i*7+t)%3 == 0 && x[i] != 0 {
							y[i] = 1
						}
					}
					return y
				}, batch))
			} else {
				require.NoError(t, e.Forward(p, x, batch))
			}
			logits, err := e.Logits()
			require.NoError(t, err)
			put(logits)
			_, g := vectors.CrossEntropy(logits, labels)
			require.NoError(t, e.BackwardLogits(g))
			require.NoError(t, e.Accumulate())
			for i := range e.Layers() {
				put(e.Rates(i))
				put(e.Beta(i))
				for k, n := range e.Counts(i) {
					put([]float32{float32(n), float32(e.BackCounts(i)[k])})
				}
			}
			a, err := e.Activity()
			require.NoError(t, err)
			fmt.Fprintf(h, "%+v", a)
			for _, p := range ring.Params() {
				put(p.Grad)
			}
		}
		a, _ := e.Activity()
		fmt.Printf("%s %g: %x %v %.4f %.4f\n", name, leak, h.Sum64(), e.Saturated(), a.Rate(spide.Forward), a.Rate(spide.Backward))
	}
	_ = layer.Size
}
