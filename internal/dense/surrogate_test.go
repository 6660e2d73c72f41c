package dense

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// exactSurrogate computes ψ in float64, from the exponent as float32 rounds it.
func exactSurrogate(s *Surrogate[float32], u float32) (psi, x float64) {
	x = -math.Abs(float64(float32(s.Steepness * (u - s.Threshold))))
	e := math.Exp(x)
	return float64(s.Steepness) * e / ((1 + e) * (1 + e)), x
}

// All float32 potentials in steps, at the slope of the paper: the stated error holds, and ψ(V) = 1.
func TestSurrogateError(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		s := &Surrogate[float32]{Steepness: 4, Threshold: 1}
		var u []float32
		for i := -22 * 8192; i <= 24*8192; i += 3 {
			u = append(u, float32(i)/8192)
		}
		g := make([]float32, len(u))
		for i := range g {
			g[i] = 1
		}
		s.Apply(g, u)
		worst, silent := 0.0, 0
		for i := range g {
			want, x := exactSurrogate(s, u[i])
			if x < silentExponent {
				require.Zero(t, g[i])
				require.Less(t, want, 4*2e-35)
				silent++
				continue
			}
			worst = max(worst, math.Abs(float64(g[i])-want)/want)
		}
		require.Positive(t, silent)
		require.Less(t, worst, 4e-7)
		require.Greater(t, worst, 1e-7, "an exact result would be another implementation")
		one := []float32{3}
		s.Apply(one, []float32{1})
		require.Equal(t, float32(3), one[0])
	})
}

// Every level gives the bits of portable Go, also for potentials that should never be.
func TestSurrogate(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			r := newSource(t)
			n := rapid.OneOf(rapid.IntRange(0, 100), rapid.IntRange(16370, 16400)).Draw(t, "n")
			s := &Surrogate[float32]{Steepness: rapid.SampledFrom([]float32{4, 1, 10, 0.1}).Draw(t, "steepness"),
				Threshold: rapid.SampledFrom([]float32{1, 0, 0.3}).Draw(t, "threshold")}
			u := sprinkle(r, numbers[float32](r, n))
			for i := range u {
				u[i] *= 20
			}
			g := guard(sprinkle(r, numbers[float32](r, n)), r.offset())
			want := append([]float32(nil), g.slice()...)
			s.applyPortable(want, u)
			s.Apply(g.slice(), guard(u, r.offset()).slice())
			equalBits(t, want, g.slice(), "surrogate")
			g.requireIntact(t, "surrogate")
		})
	})
}

// In float64 it is the formula, without the cancellation of its first form.
func TestSurrogate64(t *testing.T) {
	s := &Surrogate[float64]{Steepness: 4, Threshold: 1}
	for i := -400; i <= 400; i++ {
		u := float64(i) / 20
		g := []float64{2}
		s.Apply(g, []float64{u})
		sigma := 1 / (1 + math.Exp(-4*(u-1)))
		require.InDelta(t, 2*4*sigma*(1-sigma), g[0], 1e-14, "u = %v", u)
		e := math.Exp(-math.Abs(4 * (u - 1)))
		require.InEpsilon(t, 8*e/(1+e)/(1+e), g[0], 1e-14, "u = %v", u)
	}
	nan := []float64{1}
	s.Apply(nan, []float64{math.NaN()})
	require.True(t, math.IsNaN(nan[0]))
}
