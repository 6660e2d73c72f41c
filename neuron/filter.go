package neuron

import (
	"math"

	"couplet/internal/det"
)

// filter is a synaptic current of one time constant and what it does to a leaky membrane. With
// T a time in ms and β = 1/(1/τ - 1/tau_m), its propagators are
//
//	decay(T) = e^{-T/τ}                                 current left after T
//	a(T)     = β/C·e^{-T/τ}·(e^{T/β} - 1)               mV from 1 pA at the beginning
//	b(T)     = β/C·e^{-T/τ}·(β·(e^{T/β} - 1) - T)       mV from 1 pA/ms of rise at the beginning
//
// They are worked out as a = T/C·e^{-T/τ}·φ1(T/β) and b = T²/C·e^{-T/τ}·φ2(T/β) with the entire
// functions φ1(x) = (e^x - 1)/x and φ2(x) = (e^x - 1 - x)/x², which makes τ = tau_m an ordinary case.
type filter struct {
	tau, tauM, c float64 // ms, ms, pF
}

func (f filter) decay(t float64) float64 { return det.Exp(-t / f.tau) }

func (f filter) a(t float64) float64 { return t / f.c * f.phi1(t) }

func (f filter) b(t float64) float64 { return t * t / f.c * f.phi2(t) }

// beta is T/β.
func (f filter) beta(t float64) float64 { return t * ((f.tauM - f.tau) / f.tauM) / f.tau }

// phi1 is e^{-T/τ}·φ1(T/β). For β > 0 it is rearranged with e^{-T/τ}·e^{T/β} = e^{-T/tau_m}, so that
// nothing overflows after long times.
func (f filter) phi1(t float64) float64 {
	x := f.beta(t)
	switch {
	case x > 0:
		return det.Exp(-t/f.tauM) * (-det.Expm1(-x) / x)
	case x < 0:
		return det.Exp(-t/f.tau) * (det.Expm1(x) / x)
	}
	return det.Exp(-t / f.tau)
}

// phi2 is e^{-T/τ}·φ2(T/β), by its power series where the closed form would cancel.
func (f filter) phi2(t float64) float64 {
	x := f.beta(t)
	switch {
	case x > 0.5:
		return (det.Exp(-t/f.tauM) - float64(det.Exp(-t/f.tau)*(1+x))) / (x * x)
	case x < -0.5:
		return det.Exp(-t/f.tau) * ((det.Expm1(x) - x) / (x * x))
	}
	// φ2(x) = Σ x^j/(j+2)!, from its small end; the first term left out is below 2^-15/17! ≈ 1e-19.
	sum := 0.0
	for j := 14.0; j >= 0; j-- {
		sum = (1 + float64(sum*x)) / (j + 2)
	}
	return det.Exp(-t/f.tau) * sum
}

// peak is an upper bound, by about 1e-9 of its value too high, of a response that rises from 0 to a
// single maximum and falls again: a or b. It narrows a bracket by the golden ratio to a millionth,
// which is enough: near a flat maximum an error of the place enters squared.
func (f filter) peak(response func(t float64) float64) float64 {
	const golden = 0.6180339887498949
	// The maximum of a lies between the two time constants, that of b before twice their sum.
	lo, hi := 0.0, float64(4*(f.tau+f.tauM))
	t1, t2 := hi-float64(golden*hi), golden*hi
	r1, r2 := response(t1), response(t2)
	for hi-lo > 1e-6*hi {
		if r1 < r2 {
			lo, t1, r1 = t1, t2, r2
			t2 = lo + float64(golden*(hi-lo))
			r2 = response(t2)
		} else {
			hi, t2, r2 = t2, t1, r1
			t1 = hi - float64(golden*(hi-lo))
			r1 = response(t1)
		}
	}
	return math.Max(r1, r2) * (1 + 1e-9)
}
