package neuron

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// crossing steps V(n) = P·V(n-1) + drive in the format F and gives the first n ≥ 1 at which it
// reaches the threshold; 0 if it does not within the limit.
func crossing[F real](l leak, v, drive, threshold float64, limit int64) int64 {
	x, p := F(v), F(l.power(1))
	for n := int64(1); n <= limit; n++ {
		if x = F(p*x) + F(drive); x >= F(threshold) {
			return n
		}
	}
	return 0
}

// TestFirstCrossingIsNeverLate holds the bound against stepping, in both formats: never after the
// crossing, and in double precision away from the asymptote at most three ticks before it.
func TestFirstCrossingIsNeverLate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tau := rapid.Float64Range(1, 50).Draw(rt, "tau_m")
		v := rapid.Float64Range(-30, 16).Draw(rt, "V")
		limit := rapid.Float64Range(-20, 60).Draw(rt, "V∞")
		if rapid.Bool().Draw(rt, "near the threshold") {
			limit = 15 + rapid.Float64Range(-1e-3, 1e-3).Draw(rt, "distance")
		}
		for _, l := range []leak{newLeak[float64](tau, 0.1, 16), newLeak[float32](tau, 0.1, 16)} {
			drive := limit * l.loss
			bound := l.firstCrossing(v, drive, 15)
			require.GreaterOrEqual(rt, bound, int64(1))
			real := crossing[float64](l, v, drive, 15, 40_000)
			if l.single {
				real = crossing[float32](l, v, drive, 15, 40_000)
			}
			if real != 0 {
				require.LessOrEqual(rt, bound, real)
			}
			if !l.single && math.Abs(limit-15) > 1e-6 && v < 15-1e-6 {
				if real == 0 {
					require.Equal(rt, Never, bound)
				} else {
					require.LessOrEqual(rt, real-bound, int64(3))
				}
			}
		}
	})
}

// TestFirstCrossingAtItsLimits names the cases in which the logarithm has nothing to say.
func TestFirstCrossingAtItsLimits(t *testing.T) {
	l := newLeak[float64](10, 0.1, 0)
	drive := func(limit float64) float64 { return limit * l.loss }
	require.Equal(t, Never, l.firstCrossing(0, 0, 15), "at rest")
	require.Equal(t, Never, l.firstCrossing(-20, drive(-30), 15), "pulled down")
	require.Equal(t, int64(1), l.firstCrossing(15, 0, 15), "on the threshold")
	require.Equal(t, int64(1), l.firstCrossing(20, drive(30), 15), "above it")
	require.Equal(t, int64(1), l.firstCrossing(14.9, drive(1e6), 15), "hit in the next tick")
	n := l.firstCrossing(0, drive(15), 15)
	require.Greater(t, n, int64(1000), "an asymptote that touches the threshold is reached by rounding only")
	require.NotEqual(t, Never, n, "but nobody knows when")
}

// TestAfterIsStepping compares the closed form of V(k) with k steps.
func TestAfterIsStepping(t *testing.T) {
	l := newLeak[float64](10, 0.1, 1024)
	v := -7.25
	for k := int64(1); k <= 3000; k++ {
		v = float64(l.power(1)*v) + 0.013
		require.InDelta(t, v, l.after(-7.25, 0.013, k), 1e-12)
	}
	require.Equal(t, 3.5, l.after(3.5, 1, 0))
	require.Equal(t, 0.0, l.after(0, 0, 12345), "rest stays rest to the last bit")
}

// TestPowers: remembered and fresh powers are the same bits.
func TestPowers(t *testing.T) {
	with, without := newLeak[float64](13, 0.1, 8), newLeak[float64](13, 0.1, 0)
	for range 2 {
		for k := range int64(20) {
			require.Equal(t, without.power(k), with.power(k))
		}
	}
	require.Equal(t, 1.0, with.power(0))
	require.InEpsilon(t, math.Exp(-0.7/13), with.power(7), 1e-15)
}

func TestLater(t *testing.T) {
	require.Equal(t, int64(12), later(5, 7))
	require.Equal(t, Never, later(5, Never))
}
