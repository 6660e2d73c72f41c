package neuron

// Couple is a ternary neuron couple seen as one signed unit (SPIDE, arXiv 2302.00232, backward
// stage). It integrates signed charge and emits a spike of either sign:
//
//	u_pre[t] = u[t-1] + input[t] + current + I_e
//	q[t]     = +1 if u_pre[t] ≥ V_th, -1 if u_pre[t] ≤ -V_th, else 0   (both inclusive)
//	u[t]     = lambda·(u_pre[t] - (V_th - V_rest)·q[t])
//
// A spike stands for the charge V_th - V_rest with its sign, so that the charge that went in is the
// charge that came out plus u (lambda = 1). V_rest = -V_th halves the largest residual. The unit is
// odd: inputs of opposite sign give spikes of opposite sign.
//
// CouplePair is the same unit as two neurons with binary spikes.
type Couple struct {
	VTh    float64 `param:"V_th" default:"0.5" range:"(0,inf)" doc:"threshold; that of negative spikes is -V_th"`
	VRest  float64 `param:"V_rest" default:"-0.5" doc:"rest potential: a spike takes away V_th - V_rest"`
	Lambda float64 `param:"lambda" default:"1" range:"[0,1]" doc:"what is left of the membrane after one step"`
	Ie     float64 `param:"I_e" default:"0" doc:"constant charge per step"`
}

// NewCouple returns the model with the defaults of SPIDE: V_th = 0.5, V_rest = -0.5, no leak.
func NewCouple() Couple { return withDefaults(Couple{}) }

// Info describes the model.
func (Couple) Info() Info {
	info := stepInfo("ternary_couple", "step-coded couple of neurons as one unit with spikes of both signs")
	info.Signed = true
	return info
}

// Validate reports the parameters that are out of range, and a rest at or above the threshold.
func (m Couple) Validate() []ParamError { return append(checkRanges(m), checkRest(m.VRest, m.VTh)...) }

// Build makes the state of a shard; it can be hosted either way.
func (m Couple) Build(b Build) (State, error) { return buildSteps(b, m) }

func (m Couple) spec() stepSpec {
	return stepSpec{before: 1, after: m.Lambda, threshold: m.VTh, quantum: m.VTh - m.VRest, signed: true, bias: m.Ie}
}
