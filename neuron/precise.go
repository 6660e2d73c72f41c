package neuron

// PSCExpPS is a leaky integrate-and-fire neuron with exponential synaptic currents whose spikes are
// not bound to the grid: NEST's iaf_psc_exp_ps. Between two events the equations
//
//	C_m dV/dt = -C_m (V - E_L)/tau_m + i_E + i_I + I_e + I
//	di_X/dt   = -i_X/tau_syn_X          (jumps by w at an arrival: w > 0 into i_E, others into i_I)
//
// are solved in closed form over any real time, and the time of a spike is the root of
// V(t) = V_th. V is held at V_reset for exactly t_ref from that time; the currents go on.
//
// Time is cut into pieces that end at arrivals, at the end of refractoriness and at grid points. A
// crossing is only looked for at the end of a piece: an excursion above the threshold that comes
// back within one piece is missed, by definition of the model (Morrison et al. 2007; Hanuschkin et
// al. 2010).
//
// The state is kept in float64 even if Build.Single is set: float32 cannot hold such times.
type PSCExpPS struct {
	Cm     float64 `param:"C_m" unit:"pF" default:"250" range:"(0,inf)" doc:"membrane capacitance"`
	TauM   float64 `param:"tau_m" unit:"ms" default:"10" range:"(0,inf)" doc:"membrane time constant"`
	EL     float64 `param:"E_L" unit:"mV" default:"-70" doc:"leak reversal potential"`
	VTh    float64 `param:"V_th" unit:"mV" default:"-55" doc:"spike threshold"`
	VReset float64 `param:"V_reset" unit:"mV" default:"-70" doc:"potential after a spike"`
	TRef   float64 `param:"t_ref" unit:"ms" default:"2" range:"(0,inf)" doc:"refractory time, at least one tick"`
	Ie     float64 `param:"I_e" unit:"pA" default:"0" doc:"constant current"`
	TauEx  float64 `param:"tau_syn_ex" unit:"ms" default:"2" range:"(0,inf)" doc:"time constant of excitatory currents"`
	TauIn  float64 `param:"tau_syn_in" unit:"ms" default:"2" range:"(0,inf)" doc:"time constant of inhibitory currents"`
}

// NewPSCExpPS returns the model with NEST's defaults.
func NewPSCExpPS() PSCExpPS { return withDefaults(PSCExpPS{}) }

// Variables of PSCExpPS, in the order of Info.
const (
	psV = iota
	psEx
	psIn
)

// Info describes the model.
func (m PSCExpPS) Info() Info {
	return Info{
		Name:  "iaf_psc_exp_ps",
		Doc:   "leaky integrate-and-fire, exponential currents, spike times off the grid",
		Ports: []Port{{"input", Timed}},
		Variables: []Variable{
			psV:  {"V_m", "mV", "membrane potential", true},
			psEx: {"I_syn_ex", "pA", "excitatory synaptic current", true},
			psIn: {"I_syn_in", "pA", "inhibitory synaptic current", true},
		},
		Precise: true,
	}
}

// Validate reports parameters out of range, and a reset at or above the threshold.
func (m PSCExpPS) Validate() []ParamError {
	return append(checkRanges(m), checkReset(m.VReset, m.VTh)...)
}

// Build makes the state of a shard. It can be hosted either way: the spikes are the same, and their
// times agree to rounding. That is better than 1e-9 ms unless V all but touches the threshold: an
// error of 1e-13 mV moves a crossing of slope 1e-5 mV/ms by 1e-8 ms.
func (m PSCExpPS) Build(b Build) (State, error) {
	distinct, class, err := classes(b, m, "I_e")
	if err != nil {
		return nil, err
	}
	s := &psState{
		first: uint32(b.First), tickMs: b.TickMs,
		curves: make([]psCurve, len(distinct)), class: class,
		constant: make([]float64, b.N), current: make([]float64, b.N),
		v: make([]float64, b.N), ex: make([]float64, b.N), in: make([]float64, b.N),
		freeTick: make([]int64, b.N), freeBefore: make([]float64, b.N),
	}
	for c, m := range distinct {
		if s.curves[c], err = newPSCurve(m, b.TickMs); err != nil {
			return nil, err
		}
	}
	if b.Lazy {
		s.last = make([]int64, b.N)
	}
	for i := range b.N {
		rest := s.curve(i).rest
		s.v[i] = b.value("V_m", i, rest) - rest
		s.ex[i], s.in[i] = b.value("I_syn_ex", i, 0), b.value("I_syn_in", i, 0)
		s.constant[i] = b.value("I_e", i, m.Ie)
		s.SetCurrent(i, 0)
	}
	return s, nil
}
