package synapse

import "errors"

// STDPTriplet is the triplet rule, Pfister and Gerstner, J. Neurosci. 26 (2006). Beside the traces
// k of the pair rules, each side keeps a slow one: K3 of the presynaptic spikes with the time constant
// tau_plus_triplet, and one of the postsynaptic spikes with tau_minus_triplet. Both are taken just
// before the spike that uses them.
//
//	potentiation:  w ← min(Wmax, w + k·(Aplus + Aplus_triplet·slow postsynaptic trace))
//	depression:    w ← max(0, w - k·(Aminus + Aminus_triplet·K3))
//
// For the times at which this happens see [Plasticity]. Weights must not be negative.
type STDPTriplet struct {
	Weight, DelayMs Value

	TauPlus         float64 `param:"tau_plus" unit:"ms" default:"16.8" range:"(0,inf)" doc:"time constant of the fast presynaptic trace"`
	TauPlusTriplet  float64 `param:"tau_plus_triplet" unit:"ms" default:"101" range:"(0,inf)" doc:"time constant of the slow presynaptic trace"`
	TauMinus        float64 `param:"tau_minus" unit:"ms" default:"20" range:"(0,inf)" doc:"time constant of the fast postsynaptic trace"`
	TauMinusTriplet float64 `param:"tau_minus_triplet" unit:"ms" default:"110" range:"(0,inf)" doc:"time constant of the slow postsynaptic trace"`
	Aplus           float64 `param:"Aplus" default:"5e-10" range:"[0,inf)" doc:"pair potentiation, in the unit of the weight"`
	Aminus          float64 `param:"Aminus" default:"7e-3" range:"[0,inf)" doc:"pair depression, in the unit of the weight"`
	AplusTriplet    float64 `param:"Aplus_triplet" default:"6.2e-3" range:"[0,inf)" doc:"triplet potentiation, in the unit of the weight"`
	AminusTriplet   float64 `param:"Aminus_triplet" default:"2.3e-4" range:"[0,inf)" doc:"triplet depression, in the unit of the weight"`
	Wmax            float64 `param:"Wmax" default:"100" range:"(0,inf)" doc:"largest weight, in the unit of the weight"`
}

// NewSTDPTriplet returns the rule with its default parameters, weight 1 and delay 1 ms.
func NewSTDPTriplet() STDPTriplet {
	return withDefaults(STDPTriplet{Weight: Const(1), DelayMs: Const(1)})
}

// Name implements [Synapse].
func (STDPTriplet) Name() string { return "stdp_triplet" }

// Strength implements [Synapse].
func (s STDPTriplet) Strength() (weight, delayMs Value) { return s.Weight, s.DelayMs }

// Validate implements [Synapse].
func (s STDPTriplet) Validate() error {
	return errors.Join(checkParams(s), validateStrength(s.Weight, s.DelayMs), checkSign(s, 1))
}

// Reach implements [Plastic].
func (s STDPTriplet) Reach() (lo, hi float64) { return reach(s, s.Wmax) }

// Plasticity implements [Plastic].
func (s STDPTriplet) Plasticity(rows PlasticRows, targets int, tickMs float64) (Plasticity, error) {
	tau := timeConstants{plus: s.TauPlus, minus: s.TauMinus, plusSlow: s.TauPlusTriplet, minusSlow: s.TauMinusTriplet}
	return newPairing(s, tau, rows, targets, tickMs)
}

func (s STDPTriplet) potentiate(w, k, slow float64) float64 {
	return min(w+float64(k*(s.Aplus+float64(s.AplusTriplet*slow))), s.Wmax)
}

func (s STDPTriplet) depress(w, k, slow float64) float64 {
	return max(w-float64(k*(s.Aminus+float64(s.AminusTriplet*slow))), 0)
}
