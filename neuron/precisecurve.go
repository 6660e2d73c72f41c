package neuron

import (
	"fmt"
	"math"

	"couplet/internal/det"
)

// psCurve holds the constants of one parameter set, and the closed forms of the free membrane. As
// everywhere inside, potentials are relative to E_L.
type psCurve struct {
	rest, threshold, reset float64 // E_L; V_th and V_reset relative to it
	resistance             float64 // tau_m/C_m, GΩ
	capacitance            float64
	leakM, leakE, leakI    float64 // 1/tau_m, 1/tau_syn_ex, 1/tau_syn_in
	refTicks               int64   // t_ref = refTicks ticks + refRest ms
	refRest                float64
	whole                  psStep // over one tick
	peakE, peakI           psPeak
}

// psStep propagates the free membrane over a fixed time:
//
//	V   ← pM·V + aE·i_E + aI·i_I + g·I
//	i_X ← pX·i_X
type psStep struct{ pM, pE, pI, aE, aI, g float64 }

// psPoint is the state of one free membrane.
type psPoint struct{ v, ex, in float64 }

func newPSCurve(m PSCExpPS, tickMs float64) (psCurve, error) {
	if m.TRef < tickMs {
		return psCurve{}, fmt.Errorf("neuron: iaf_psc_exp_ps: t_ref of %g ms is shorter than the tick of %g ms", m.TRef, tickMs)
	}
	c := psCurve{
		rest: m.EL, threshold: m.VTh - m.EL, reset: m.VReset - m.EL,
		resistance: m.TauM / m.Cm, capacitance: m.Cm,
		leakM: 1 / m.TauM, leakE: 1 / m.TauEx, leakI: 1 / m.TauIn,
	}
	c.refTicks, c.refRest = wholeTicks(m.TRef, tickMs)
	c.whole = c.step(tickMs)
	c.peakE, c.peakI = c.peak(c.leakE), c.peak(c.leakI)
	return c, nil
}

// wholeTicks splits a time into whole ticks and a rest in [0, tickMs). A time within four roundings
// of the grid, such as 2 ms at a tick of 0.1 ms, has the rest 0.
func wholeTicks(ms, tickMs float64) (ticks int64, rest float64) {
	k, before := preciseTick(ms, tickMs)
	if before == 0 {
		return k, 0
	}
	return k - 1, tickMs - before
}

// step gives the propagator over dt ms. With β = 1/(1/τ - 1/tau_m),
//
//	a = β/C·exp(-dt/τ)·(exp(dt/β) - 1),  and a = dt/C·exp(-dt/τ) for τ = tau_m.
func (c *psCurve) step(dt float64) psStep {
	s := psStep{
		pM: det.Exp(-dt * c.leakM),
		pE: det.Exp(-dt * c.leakE),
		pI: det.Exp(-dt * c.leakI),
		g:  -c.resistance * det.Expm1(-dt*c.leakM),
	}
	s.aE = c.transfer(dt, c.leakE, s.pM, s.pE)
	s.aI = c.transfer(dt, c.leakI, s.pM, s.pI)
	return s
}

// transfer is a of a synapse with time constant 1/leak. In the notation above exp(dt/β)-1 is taken
// from the side on which the exponent is negative, so that no large number meets a small one:
// a = β/C·pM·(1 - exp(-dt/β)) for β > 0.
func (c *psCurve) transfer(dt, leak, pM, p float64) float64 {
	switch gap := leak - c.leakM; { // 1/β
	case gap > 0:
		return pM * -det.Expm1(-dt*gap) / (gap * c.capacitance)
	case gap < 0:
		return p * det.Expm1(dt*gap) / (gap * c.capacitance)
	}
	return p * dt / c.capacitance
}

// peak finds the maximum of a synapse's transfer: at time ln(tau_m/τ)·β, or tau_m for τ = tau_m.
func (c *psCurve) peak(leak float64) psPeak {
	at := 1 / leak
	if gap := leak - c.leakM; gap != 0 {
		at = det.Log(leak/c.leakM) / gap
	}
	return psPeak{at, c.transfer(at, leak, det.Exp(-at*c.leakM), det.Exp(-at*leak))}
}

// psPeak is where the transfer of a synapse is largest: it rises up to there and falls from there.
type psPeak struct{ at, height float64 }

// free moves a free membrane along a step, under a constant current.
func (s *psStep) free(p psPoint, current float64) psPoint {
	v := float64(s.pM*p.v) + float64(s.aE*p.ex)
	v += float64(s.aI * p.in)
	v += float64(s.g * current)
	return psPoint{v, s.pE * p.ex, s.pI * p.in}
}

// free moves a free membrane over dt ms; that of whole ticks is at hand.
func (c *psCurve) free(p psPoint, current, tickMs, dt float64) psPoint {
	if dt == tickMs {
		return c.whole.free(p, current)
	}
	s := c.step(dt)
	return s.free(p, current)
}

// held lets the currents of a refractory neuron decay for dt ms.
func (c *psCurve) held(p psPoint, tickMs, dt float64) psPoint {
	if dt == tickMs {
		return psPoint{p.v, c.whole.pE * p.ex, c.whole.pI * p.in}
	}
	return psPoint{p.v, det.Exp(-dt*c.leakE) * p.ex, det.Exp(-dt*c.leakI) * p.in}
}

// crossing finds the time in [0, dt] at which a free membrane that starts at p, below the
// threshold, and is above it after dt, is on it: to 1e-14 mV, or as near as the float64 numbers
// lie. Regula falsi in the Illinois form, with bisection where rounding leads it out of the bracket.
func (c *psCurve) crossing(p psPoint, current, dt float64) float64 {
	above := func(t float64) float64 {
		s := c.step(t)
		return s.free(p, current).v - c.threshold
	}
	lo, hi := 0.0, dt
	fLo, fHi := p.v-c.threshold, above(dt)
	if fLo >= 0 { // an initial potential above the threshold
		return 0
	}
	for side := 0; fHi > 1e-14; {
		t := lo - float64(fLo*(hi-lo))/(fHi-fLo)
		if !(t > lo && t < hi) {
			t = lo + (hi-lo)/2
			if t <= lo || t >= hi {
				break
			}
		}
		f := above(t)
		switch {
		case math.Abs(f) <= 1e-14:
			return t
		case f > 0:
			hi, fHi = t, f
			if side > 0 { // the same end has moved twice: halve the weight of the other one
				fLo /= 2
			}
			side = 1
		default:
			lo, fLo = t, f
			if side < 0 {
				fHi /= 2
			}
			side = -1
		}
	}
	return hi
}
