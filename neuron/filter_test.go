package neuron

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// integrate solves dV/dt = -V/tau_m + i/C, di/dt = y - i/τ, dy/dt = -y/τ over t ms by many small
// steps of the classical Runge-Kutta method, from V = 0.
func integrate(f filter, y, i, t float64) float64 {
	const steps = 4000
	h := t / steps
	rate := func(s [3]float64) [3]float64 {
		return [3]float64{s[1]/f.c - s[0]/f.tauM, s[2] - s[1]/f.tau, -s[2] / f.tau}
	}
	along := func(s, k [3]float64, h float64) [3]float64 {
		return [3]float64{s[0] + h*k[0], s[1] + h*k[1], s[2] + h*k[2]}
	}
	s := [3]float64{0, i, y}
	for range steps {
		k1 := rate(s)
		k2 := rate(along(s, k1, h/2))
		k3 := rate(along(s, k2, h/2))
		k4 := rate(along(s, k3, h))
		for x := range s {
			s[x] += h / 6 * (k1[x] + 2*k2[x] + 2*k3[x] + k4[x])
		}
	}
	return s[0]
}

// TestPropagatorsAgainstIntegration covers τ below, at, around and above tau_m, where the formulas
// change, and times from one tick to many time constants.
func TestPropagatorsAgainstIntegration(t *testing.T) {
	const tauM, c = 10.0, 250.0
	for _, tau := range []float64{0.5, 2, 6, 9, 9.9999, 10 - 1e-9, 10, 10 + 1e-9, 10.0001, 11, 20, 60} {
		f := filter{tau, tauM, c}
		for _, time := range []float64{0.1, 1, 5, 20, 50} {
			require.InEpsilon(t, integrate(f, 0, 1, time), f.a(time), 1e-9, "a(%g) at τ = %g", time, tau)
			require.InEpsilon(t, integrate(f, 1, 0, time), f.b(time), 1e-9, "b(%g) at τ = %g", time, tau)
		}
	}
}

// TestPropagatorsCompose: going j ticks and then k is going j+k. It holds for any time constants,
// also those at which the branches meet.
func TestPropagatorsCompose(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := filter{rapid.Float64Range(0.1, 50).Draw(rt, "tau"), rapid.Float64Range(0.1, 50).Draw(rt, "tau_m"), 250}
		if rapid.Bool().Draw(rt, "nearly equal") {
			f.tau = f.tauM * (1 + rapid.Float64Range(-1e-3, 1e-3).Draw(rt, "difference"))
		}
		s, u := rapid.Float64Range(0.1, 30).Draw(rt, "first"), rapid.Float64Range(0.1, 30).Draw(rt, "second")
		leak := math.Exp(-u / f.tauM)
		require.InEpsilon(rt, leak*f.a(s)+f.decay(s)*f.a(u), f.a(s+u), 1e-12)
		require.InEpsilon(rt, leak*f.b(s)+f.decay(s)*(f.b(u)+s*f.a(u)), f.b(s+u), 1e-11)
	})
}

// TestPropagatorsStayFinite goes to the ends of what parameters may be.
func TestPropagatorsStayFinite(t *testing.T) {
	for _, tau := range []float64{1e-6, 0.1, 10, 1e6} {
		for _, tauM := range []float64{1e-6, 0.1, 10, 1e6} {
			f := filter{tau, tauM, 250}
			for _, time := range []float64{0, 0.1, 1e3, 1e9} {
				for name, x := range map[string]float64{"a": f.a(time), "b": f.b(time), "decay": f.decay(time)} {
					require.False(t, math.IsNaN(x) || math.IsInf(x, 0) || x < 0, "%s(%g) = %g at τ = %g, tau_m = %g", name, time, x, tau, tauM)
				}
			}
		}
	}
}

// TestPeak: no value of a or b lies above its peak, and the peak is not far above them.
func TestPeak(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := filter{rapid.Float64Range(0.05, 100).Draw(rt, "tau"), rapid.Float64Range(0.05, 100).Draw(rt, "tau_m"), 250}
		for name, response := range map[string]func(float64) float64{"a": f.a, "b": f.b} {
			peak, highest := f.peak(response), 0.0
			for k := range 20000 {
				highest = max(highest, response(5*(f.tau+f.tauM)*float64(k)/20000))
			}
			require.GreaterOrEqual(rt, peak, highest, name)
			require.InEpsilon(rt, highest, peak, 0.01, name)
		}
	})
	// With τ = tau_m the maximum of a is that of T/C·e^{-T/τ}, at T = τ.
	f := filter{10, 10, 250}
	require.InEpsilon(t, 10/250.0/math.E, f.peak(f.a), 1e-8)
}
