package synapse

import (
	"errors"

	"couplet/internal/det"
)

// STDP is pair-based spike-timing dependent plasticity with a weight-dependent step, Gütig et al.,
// J. Neurosci. 23 (2003). With x = w/Wmax and the traces k of the other side's spikes,
//
//	potentiation:  x ← min(1, x + lambda·(1-x)^mu_plus·k)
//	depression:    x ← max(0, x - alpha·lambda·x^mu_minus·k)
//
// mu_plus = mu_minus = 0 is the additive and 1 the multiplicative rule. For the times at which this
// happens see [Plasticity]. Weights must have the sign of Wmax.
type STDP struct {
	Weight, DelayMs Value

	TauPlus  float64 `param:"tau_plus" unit:"ms" default:"20" range:"(0,inf)" doc:"time constant of the presynaptic trace (potentiation)"`
	TauMinus float64 `param:"tau_minus" unit:"ms" default:"20" range:"(0,inf)" doc:"time constant of the postsynaptic trace (depression)"`
	Lambda   float64 `param:"lambda" default:"0.01" range:"[0,inf)" doc:"step of potentiation relative to Wmax"`
	Alpha    float64 `param:"alpha" default:"1" range:"[0,inf)" doc:"depression relative to potentiation"`
	MuPlus   float64 `param:"mu_plus" default:"1" range:"[0,inf)" doc:"exponent of the weight dependence of potentiation"`
	MuMinus  float64 `param:"mu_minus" default:"1" range:"[0,inf)" doc:"exponent of the weight dependence of depression"`
	Wmax     float64 `param:"Wmax" default:"100" doc:"largest weight, in the unit of the weight"`
}

// NewSTDP returns the rule with its default parameters, weight 1 and delay 1 ms.
func NewSTDP() STDP { return withDefaults(STDP{Weight: Const(1), DelayMs: Const(1)}) }

// Name implements [Synapse].
func (STDP) Name() string { return "stdp" }

// Strength implements [Synapse].
func (s STDP) Strength() (weight, delayMs Value) { return s.Weight, s.DelayMs }

// Validate implements [Synapse].
func (s STDP) Validate() error {
	bad := []error{checkParams(s), validateStrength(s.Weight, s.DelayMs)}
	if s.Wmax == 0 {
		bad = append(bad, wrong(s, "Wmax", "0 must not be 0"))
	}
	return errors.Join(append(bad, checkSign(s, s.Wmax))...)
}

// Reach implements [Plastic].
func (s STDP) Reach() (lo, hi float64) { return reach(s, s.Wmax) }

// Plasticity implements [Plastic].
func (s STDP) Plasticity(rows PlasticRows, targets int, tickMs float64) (Plasticity, error) {
	return newPairing(s, timeConstants{plus: s.TauPlus, minus: s.TauMinus}, rows, targets, tickMs)
}

func (s STDP) potentiate(w, k, _ float64) float64 {
	x := w / s.Wmax
	x += float64(float64(s.Lambda*power(1-x, s.MuPlus)) * k)
	return float64(min(x, 1) * s.Wmax)
}

func (s STDP) depress(w, k, _ float64) float64 {
	x := w / s.Wmax
	x -= float64(float64(float64(s.Alpha*s.Lambda)*power(x, s.MuMinus)) * k)
	return float64(max(x, 0) * s.Wmax)
}

// power is x^mu with the frequent exponents taken first; 0^0 = 1. A weight that started above Wmax makes
// the base negative: it counts as 0.
func power(x, mu float64) float64 {
	switch mu {
	case 0:
		return 1
	case 1:
		return x
	}
	return det.Pow(max(x, 0), mu)
}
