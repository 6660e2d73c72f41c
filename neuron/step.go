package neuron

import "fmt"

// Step-coded models live on abstract steps instead of milliseconds and on dimensionless charges:
// one tick is one step, weights and currents are charges per step. They reset by subtraction and
// have no refractory time. Their states are commonly hosted in float32 (Build.Single), the format in
// which such networks are trained; the engine does so unless told otherwise.

// StepIF is the integrate-and-fire neuron of step-coded networks, without leak:
//
//	u_pre = u + input + current + I_e
//	s     = 1 if u_pre ≥ V_th, else 0
//	u     = u_pre - V_th·s
type StepIF struct {
	VTh float64 `param:"V_th" default:"1" range:"(0,inf)" doc:"threshold, and the charge that a spike takes away"`
	Ie  float64 `param:"I_e" default:"0" doc:"constant charge per step (bias)"`
}

// NewStepIF returns the model with its defaults.
func NewStepIF() StepIF { return withDefaults(StepIF{}) }

// Info describes the model.
func (StepIF) Info() Info {
	return stepInfo("if", "step-coded integrate-and-fire neuron, reset by subtraction")
}

// Validate reports the parameters that are out of range.
func (m StepIF) Validate() []ParamError { return checkRanges(m) }

// Build makes the state of a shard; it can be hosted either way.
func (m StepIF) Build(b Build) (State, error) { return buildSteps(b, m) }

func (m StepIF) spec() stepSpec {
	return stepSpec{before: 1, after: 1, threshold: m.VTh, quantum: m.VTh, bias: m.Ie}
}

// StepLIF is the leaky neuron of OTTT (arXiv 2210.04195, eqs. for charge, fire and soft reset), with
// the leak before the charge:
//
//	u_pre[t] = lambda·u[t-1] + input[t] + current + I_e
//	s[t]     = 1 if u_pre[t] ≥ V_th, else 0
//	u[t]     = u_pre[t] - V_th·s[t]
//
// The input is not scaled by 1 - lambda. With lambda = 1 it is StepIF.
type StepLIF struct {
	VTh    float64 `param:"V_th" default:"1" range:"(0,inf)" doc:"threshold, and the charge that a spike takes away"`
	Lambda float64 `param:"lambda" default:"0.5" range:"[0,1]" doc:"what is left of the membrane after one step: 1 - 1/tau"`
	Ie     float64 `param:"I_e" default:"0" doc:"constant charge per step (bias)"`
}

// NewStepLIF returns the model with the defaults of OTTT: lambda = 0.5 (tau = 2), V_th = 1.
func NewStepLIF() StepLIF { return withDefaults(StepLIF{}) }

// Info describes the model.
func (StepLIF) Info() Info {
	return stepInfo("lif", "step-coded leaky integrate-and-fire neuron, leak before the charge, reset by subtraction")
}

// Validate reports the parameters that are out of range.
func (m StepLIF) Validate() []ParamError { return checkRanges(m) }

// Build makes the state of a shard; it can be hosted either way.
func (m StepLIF) Build(b Build) (State, error) { return buildSteps(b, m) }

func (m StepLIF) spec() stepSpec {
	return stepSpec{before: m.Lambda, after: 1, threshold: m.VTh, quantum: m.VTh, bias: m.Ie}
}

// RestLIF is the neuron of SPIDE's forward stage (arXiv 2302.00232). A spike takes away more than the
// threshold if the rest potential is below 0, and the leak comes after the reset:
//
//	u_pre[t] = u[t-1] + input[t] + current + I_e
//	s[t]     = 1 if u_pre[t] ≥ V_th, else 0
//	u[t]     = lambda·(u_pre[t] - (V_th - V_rest)·s[t])
//
// V_rest = -V_th is the modified reset that centres the residual charge on 0; lambda = 1 is the
// integrate-and-fire neuron. With V_rest = 0 the spikes are those of StepLIF for inputs that start
// from u = 0, but the stored u is lambda times as large.
type RestLIF struct {
	VTh    float64 `param:"V_th" default:"1" range:"(0,inf)" doc:"threshold"`
	VRest  float64 `param:"V_rest" default:"-1" doc:"rest potential: a spike takes away V_th - V_rest"`
	Lambda float64 `param:"lambda" default:"1" range:"[0,1]" doc:"what is left of the membrane after one step"`
	Ie     float64 `param:"I_e" default:"0" doc:"constant charge per step (bias)"`
}

// NewRestLIF returns the model with the defaults of SPIDE: V_th = 1, V_rest = -1, no leak.
func NewRestLIF() RestLIF { return withDefaults(RestLIF{}) }

// Info describes the model.
func (RestLIF) Info() Info {
	return stepInfo("lif_rest", "step-coded integrate-and-fire neuron with a rest potential, leak after the reset by subtraction")
}

// Validate reports the parameters that are out of range, and a rest at or above the threshold.
func (m RestLIF) Validate() []ParamError { return append(checkRanges(m), checkRest(m.VRest, m.VTh)...) }

// checkRest reports a rest potential with which a spike would not lower the membrane.
func checkRest(rest, threshold float64) []ParamError {
	if rest >= threshold {
		return []ParamError{{Param: "V_rest", Message: fmt.Sprintf("%g must be less than V_th (%g)", rest, threshold)}}
	}
	return nil
}

// Build makes the state of a shard; it can be hosted either way.
func (m RestLIF) Build(b Build) (State, error) { return buildSteps(b, m) }

func (m RestLIF) spec() stepSpec {
	return stepSpec{before: 1, after: m.Lambda, threshold: m.VTh, quantum: m.VTh - m.VRest, bias: m.Ie}
}

// Variables of the step-coded models, in the order of Info.
const (
	stepU = iota
	stepPre
)

func stepInfo(name, doc string) Info {
	return Info{
		Name:  name,
		Doc:   doc,
		Ports: []Port{{"input", AnySign}},
		Variables: []Variable{
			stepU:   {"u", "", "membrane potential after the step, as it is stored", true},
			stepPre: {"u_pre", "", "membrane potential after the charge and before the reset", false},
		},
		Step: true,
	}
}
