package spide_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/spide"
	"couplet/learning/spide/internal/vectors"
)

// A feedback with a norm f above R works as R/f times the weights: rates, β and all gradients are those
// of a ring with smaller weights, but that of the feedback itself, through the constant factor.
func TestNormRestriction(t *testing.T) {
	n := newRandomNet(t, 53, []int{9, 8}, 4, 0.6)
	w := n.ring.Feedback.Map.Params()[0]
	norm := 0.0
	for j, v := range w.Value {
		w.Value[j] = math.Round(v*64) / 64 // dyadic, so that the halved weights are
		norm += w.Value[j] * w.Value[j]
	}
	c := spide.NewConfig()
	c.FeedbackNorm = math.Sqrt(norm) / 2
	run := func(c spide.Config) (*spide.Executor[float64], [][]float64) {
		e, err := spide.New(c, n.ring)
		require.NoError(t, err)
		require.NoError(t, e.Forward(spide.Pass{}, n.x, n.batch))
		require.NoError(t, e.Backward(n.g))
		var grads [][]float64
		for _, p := range n.ring.Params() {
			p.ZeroGrad()
		}
		require.NoError(t, e.Accumulate())
		for _, p := range n.ring.Params() {
			grads = append(grads, append([]float64(nil), p.Grad...))
		}
		return e, grads
	}
	restricted, have := run(c)
	require.Equal(t, 0.5, restricted.FeedbackFactor())
	for j := range w.Value {
		w.Value[j] /= 2
	}
	small, want := run(spide.NewConfig())
	for i := range 2 {
		require.Equal(t, small.Rates(i), restricted.Rates(i))
		require.Equal(t, small.Beta(i), restricted.Beta(i))
	}
	last := len(want) - 1
	for j := range want[last] {
		want[last][j] /= 2
	}
	require.Equal(t, want, have)

	c.FeedbackNorm = 2 * math.Sqrt(norm)
	free, _ := run(c)
	require.Equal(t, 1.0, free.FeedbackFactor(), "a norm below R is left alone")

	w.Value[0] = math.NaN()
	_, err := spide.New(c, n.ring)
	require.NoError(t, err)
	require.ErrorContains(t, free.Forward(spide.Pass{}, n.x, n.batch), "the norm of the feedback weights is not finite (NaN)")
}

// The reference's estimate of the norm changes from step to step, repeats for a step, and its square
// has the right mean.
func TestNormEstimate(t *testing.T) {
	n := newRandomNet(t, 59, []int{9, 8}, 1, 0.6)
	norm := 0.0
	for _, v := range n.ring.Feedback.Map.Params()[0].Value {
		norm += v * v
	}
	c := spide.NewConfig()
	c.ForwardTicks, c.NormVectors, c.FeedbackNorm = 1, 64, 0.01
	e, err := spide.New(c, n.ring)
	require.NoError(t, err)
	estimate := func(step uint64) float64 {
		require.NoError(t, e.Forward(spide.Pass{Train: true, Step: step}, n.x, 1))
		return c.FeedbackNorm / e.FeedbackFactor()
	}
	require.NotEqual(t, estimate(1), estimate(2))
	require.Equal(t, estimate(1), estimate(1))
	const steps = 200
	mean := 0.0
	for step := range uint64(steps) {
		f := estimate(step)
		mean += f * f / steps
	}
	// One estimate of f² scatters by less than √(2/64) of it, the mean of 200 by 1.3 %.
	require.InDelta(t, 1, mean/norm, 0.05)
}

// Masks are 0 or 1/(1−p) with the given probability, differ by block, sample and step, and are the same
// when a step is repeated. Evaluation has none.
func TestDropoutMasks(t *testing.T) {
	n := newRandomNet(t, 61, []int{40, 30}, 20, 0.4)
	n.ring.Input.Dropout, n.ring.Between[0].Dropout = 0.2, 0.5
	c := spide.NewConfig()
	c.ForwardTicks = 2
	e, err := spide.New(c, n.ring)
	require.NoError(t, err)
	draw := func(pass spide.Pass) [][]float64 {
		require.NoError(t, e.Forward(pass, n.x, n.batch))
		masks := e.Masks()
		require.Len(t, masks, 3)
		return [][]float64{append([]float64(nil), masks[0]...), append([]float64(nil), masks[1]...), masks[2]}
	}
	first := draw(spide.Pass{Train: true, Step: 1})
	require.Nil(t, first[2])
	for k, p := range []float64{0.2, 0.5} {
		dropped := 0
		for _, m := range first[k] {
			if m == 0 {
				dropped++
			} else {
				require.Equal(t, 1/(1-p), m)
			}
		}
		require.InDelta(t, p, float64(dropped)/float64(len(first[k])), 0.08)
	}
	require.Equal(t, first, draw(spide.Pass{Train: true, Step: 1}))
	require.NotEqual(t, first, draw(spide.Pass{Train: true, Step: 2}))
	require.NotEqual(t, first[0][:40], first[0][40:80])
	for _, m := range draw(spide.Pass{}) {
		require.Empty(t, m)
	}
}

// By default the gradients contain the masks, which makes them the derivative (checked in
// TestPaperExactGradient); the variant of the reference code leaves them out.
func TestReferenceDropout(t *testing.T) {
	n := newRandomNet(t, 67, []int{9, 8}, 4, 0.4)
	n.ring.Between[0].Dropout = 0.25
	bias := n.ring.Between[0].Map.Params()[1]
	for _, reference := range []bool{false, true} {
		c := spide.NewConfig()
		c.ReferenceDropout = reference
		e, err := spide.New(c, n.ring)
		require.NoError(t, err)
		require.NoError(t, e.Forward(spide.Pass{Train: true}, n.x, n.batch))
		require.NoError(t, e.Backward(n.g))
		bias.ZeroGrad()
		require.NoError(t, e.Accumulate())
		want := make([]float64, len(bias.Grad))
		for j, b := range e.Beta(1) {
			switch {
			case !e.Gate(1)[j]:
			case reference:
				want[j%len(want)] += b / 2
			default:
				want[j%len(want)] += b / 2 * e.Masks()[1][j]
			}
		}
		vectors.Close(t, "gradient of the bias", want, bias.Grad, 1e-14)
	}
}
