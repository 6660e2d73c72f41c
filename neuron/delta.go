package neuron

import (
	"fmt"

	"couplet/internal/kernel"
)

// PSCDelta is the leaky integrate-and-fire neuron whose synapses are jumps of the membrane
// potential (NEST: iaf_psc_delta). On the grid of step h, with P = exp(-h/tau_m), G = tau_m/C_m·(1-P)
// and potentials relative to E_L, one update is
//
//	V ← P·V + G·(I_e + I) + Σ w
//	V ← max(V, V_min)
//	V ≥ V_th: spike, V ← V_reset for round(t_ref/h) further updates
//
// Weights are in mV. Arrivals while refractory are lost, or with RefractoryInput kept: an arrival
// r updates before the end of refractoriness then counts w·exp(-r·h/tau_m) in the first free update.
type PSCDelta struct {
	Cm              float64 `param:"C_m" unit:"pF" default:"250" range:"(0,inf)" doc:"membrane capacitance"`
	TauM            float64 `param:"tau_m" unit:"ms" default:"10" range:"(0,inf)" doc:"membrane time constant"`
	EL              float64 `param:"E_L" unit:"mV" default:"-70" doc:"leak reversal potential"`
	VTh             float64 `param:"V_th" unit:"mV" default:"-55" doc:"spike threshold"`
	VReset          float64 `param:"V_reset" unit:"mV" default:"-70" doc:"potential after a spike"`
	TRef            float64 `param:"t_ref" unit:"ms" default:"2" range:"[0,inf)" doc:"refractory time"`
	Ie              float64 `param:"I_e" unit:"pA" default:"0" doc:"constant current"`
	VMin            float64 `param:"V_min" unit:"mV" default:"-1e6" doc:"floor of the potential; the default is beyond the reach of any input and stands for no floor"`
	RefractoryInput bool    `param:"refractory_input" default:"false" doc:"keep what arrives while refractory instead of losing it"`
}

// NewPSCDelta returns the model with NEST's defaults.
func NewPSCDelta() PSCDelta { return withDefaults(PSCDelta{}) }

// Info describes the model.
func (PSCDelta) Info() Info {
	return Info{
		Name:      "iaf_psc_delta",
		Doc:       "leaky integrate-and-fire, every input spike a jump of the potential",
		Ports:     []Port{{Name: "spikes", Kind: AnySign}},
		Variables: []Variable{{Name: "V_m", Unit: "mV", Doc: "membrane potential", Init: true}},
	}
}

// Validate reports parameters out of range, and a reset or a floor that is not below the threshold.
func (m PSCDelta) Validate() []ParamError {
	bad := append(checkRanges(m), checkReset(m.VReset, m.VTh)...)
	if m.VMin >= m.VTh {
		bad = append(bad, ParamError{Param: "V_min", Message: fmt.Sprintf("%g mV must be less than V_th (%g mV)", m.VMin, m.VTh)})
	}
	return bad
}

// Build makes the state of a shard.
func (m PSCDelta) Build(b Build) (State, error) {
	distinct, class, err := classes(b, m, "I_e")
	if err != nil {
		return nil, err
	}
	if b.Single {
		return newDeltaState[float32](b, m, distinct, class)
	}
	return newDeltaState[float64](b, m, distinct, class)
}

// deltaClass holds the constants of iaf_psc_delta beyond those of every cell.
type deltaClass[F real] struct {
	floor F    // V_min relative to E_L
	keep  bool // refractory_input
}

// deltaState is a clocked shard of iaf_psc_delta neurons.
type deltaState[F real] struct {
	membrane[F]
	own  []deltaClass[F]
	kept []F // arrivals kept while refractory; nil when no neuron keeps them
	// v and drive again where the vector kernel can update the shard, else nil.
	v64, drive64 []float64
}

func newDeltaState[F real](b Build, m PSCDelta, distinct []PSCDelta, class []uint32) (State, error) {
	s := &deltaState[F]{own: make([]deltaClass[F], len(distinct))}
	cells := make([]cell[F], len(distinct))
	keep := false
	for c, d := range distinct {
		var err error
		common := cellParams{d.Cm, d.TauM, d.EL, d.VTh, d.VReset, d.TRef}
		if cells[c], err = newCell[F](common, b.TickMs, tableLength(b, len(distinct))); err != nil {
			return nil, err
		}
		s.own[c] = deltaClass[F]{floor: F(d.VMin - d.EL), keep: d.RefractoryInput}
		keep = keep || d.RefractoryInput
	}
	if b.Lazy {
		return newLazyDelta(b, m, class, cells, s.own), nil
	}
	s.membrane = newMembrane(b, class, cells, m.Ie)
	if keep {
		s.kept = make([]F, b.N)
	} else if class == nil {
		s.v64, s.drive64 = doubles(s.v), doubles(s.drive)
	}
	return s, nil
}

// Columns lists the mutable state.
func (s *deltaState[F]) Columns() []Column {
	list := s.columns()
	if s.kept != nil {
		list = append(list, floats("kept", s.kept))
	}
	return list
}

// Read gives V_m in mV.
func (s *deltaState[F]) Read(_, i int, _ int64) float64 {
	return s.cells[s.classOf(i)].rest + float64(s.v[i])
}

// Step updates every neuron by one tick.
func (s *deltaState[F]) Step(_ int64, in []Input, out *Spikes) {
	port := &in[0]
	switch {
	case s.kept != nil:
		s.stepKeeping(port, out)
	case port.Sum32 == nil:
		stepDelta(s, port.Sum64, port.Quantum, out)
	case s.v64 == nil:
		stepDelta(s, port.Sum32, port.Quantum, out)
	default:
		c := &s.cells[0]
		k := kernel.DeltaConst{
			P: float64(c.p), Quantum: port.Quantum, Vmin: float64(s.own[0].floor),
			Vth: float64(c.threshold), Vreset: float64(c.reset), Refractory: c.refractory,
		}
		out.Neurons = kernel.Delta64(s.v64, s.drive64, s.ref, port.Sum32, &k, s.first, out.Neurons)
	}
}

// stepDelta is the loop of kernel.Delta64 for shards of several classes and for other formats.
func stepDelta[F real, S sum](s *deltaState[F], in []S, quantum float64, out *Spikes) {
	v, drive, ref, in := s.v, s.drive[:len(s.v)], s.ref[:len(s.v)], in[:len(s.v)]
	c, own := &s.cells[0], &s.own[0]
	for i := range v {
		x := in[i]
		in[i] = 0
		if ref[i] > 0 {
			ref[i]--
			continue
		}
		if s.class != nil {
			c, own = &s.cells[s.class[i]], &s.own[s.class[i]]
		}
		u := F(c.p*v[i]) + drive[i]
		u += F(float64(x) * quantum)
		if u < own.floor {
			u = own.floor
		}
		if u >= c.threshold {
			u, ref[i] = c.reset, c.refractory
			s.fire(i, out)
		}
		v[i] = u
	}
}

// stepKeeping is Step for shards in which input can outlast the refractory time.
func (s *deltaState[F]) stepKeeping(port *Input, out *Spikes) {
	for i := range s.v {
		n := s.neuron(i)
		if n.tick(F(port.take(i))) {
			s.fire(i, out)
		}
		s.set(i, &n)
	}
}

// deltaNeuron is one neuron taken out of the arrays, with the constants of its class.
type deltaNeuron[F real] struct {
	v, drive, kept F
	ref            int32
	*cell[F]
	*deltaClass[F]
}

func (s *deltaState[F]) neuron(i int) deltaNeuron[F] {
	c := s.classOf(i)
	n := deltaNeuron[F]{v: s.v[i], drive: s.drive[i], ref: s.ref[i], cell: &s.cells[c], deltaClass: &s.own[c]}
	if s.kept != nil {
		n.kept = s.kept[i]
	}
	return n
}

func (s *deltaState[F]) set(i int, n *deltaNeuron[F]) {
	s.v[i], s.ref[i] = n.v, n.ref
	if s.kept != nil {
		s.kept[i] = n.kept
	}
}

// tick is one update with the sum x of the arrivals; it tells whether the neuron fires.
func (n *deltaNeuron[F]) tick(x F) bool {
	if n.ref > 0 {
		if n.keep {
			n.kept += F(float64(x) * n.leak.power(int64(n.ref)))
		}
		n.ref--
		return false
	}
	n.move(x)
	if n.v < n.threshold {
		return false
	}
	n.v, n.ref = n.reset, n.refractory
	return true
}

// move is the update of the potential of a neuron that is not refractory.
func (n *deltaNeuron[F]) move(x F) {
	v := F(n.p*n.v) + n.drive
	v += x
	if n.keep {
		v += n.kept
		n.kept = 0
	}
	if v < n.floor {
		v = n.floor
	}
	n.v = v
}
