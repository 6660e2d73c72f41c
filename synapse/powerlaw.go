package synapse

import "errors"

// STDPPowerLaw is pair-based plasticity with power-law potentiation and multiplicative depression,
// Morrison, Aertsen, Diesmann, Neural Comput. 19 (2007), the rule of NEST's hpc_benchmark:
//
//	potentiation:  w ← w + lambda·w^mu·k
//	depression:    w ← max(0, w - lambda·alpha·w·k)
//
// For the times at which this happens see [Plasticity]. Weights must not be negative; they are not
// bounded above.
type STDPPowerLaw struct {
	Weight, DelayMs Value

	TauPlus  float64 `param:"tau_plus" unit:"ms" default:"20" range:"(0,inf)" doc:"time constant of the presynaptic trace (potentiation)"`
	TauMinus float64 `param:"tau_minus" unit:"ms" default:"20" range:"(0,inf)" doc:"time constant of the postsynaptic trace (depression)"`
	Lambda   float64 `param:"lambda" default:"0.1" range:"[0,inf)" doc:"learning rate, in the unit of the weight to the power 1-mu"`
	Alpha    float64 `param:"alpha" default:"1" range:"[0,inf)" doc:"depression relative to potentiation, in the unit of the weight to the power mu-1"`
	Mu       float64 `param:"mu" default:"0.4" range:"[0,1]" doc:"exponent of the weight dependence of potentiation"`
}

// NewSTDPPowerLaw returns the rule with its default parameters, weight 1 and delay 1 ms.
func NewSTDPPowerLaw() STDPPowerLaw {
	return withDefaults(STDPPowerLaw{Weight: Const(1), DelayMs: Const(1)})
}

// Name implements [Synapse].
func (STDPPowerLaw) Name() string { return "stdp_pl" }

// Strength implements [Synapse].
func (s STDPPowerLaw) Strength() (weight, delayMs Value) { return s.Weight, s.DelayMs }

// Validate implements [Synapse].
func (s STDPPowerLaw) Validate() error {
	return errors.Join(checkParams(s), validateStrength(s.Weight, s.DelayMs), checkSign(s, 1))
}

// Reach implements [Plastic].
func (s STDPPowerLaw) Reach() (lo, hi float64) { return reach(s, inf) }

// Plasticity implements [Plastic].
func (s STDPPowerLaw) Plasticity(rows PlasticRows, targets int, tickMs float64) (Plasticity, error) {
	return newPairing(s, timeConstants{plus: s.TauPlus, minus: s.TauMinus}, rows, targets, tickMs)
}

func (s STDPPowerLaw) potentiate(w, k, _ float64) float64 {
	return w + float64(float64(s.Lambda*power(w, s.Mu))*k)
}

func (s STDPPowerLaw) depress(w, k, _ float64) float64 {
	return max(w-float64(float64(float64(s.Lambda*s.Alpha)*w)*k), 0)
}
