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

// Validate reports parameters out of range, a reset and a floor not below the threshold.
func (m PSCDelta) Validate() []ParamError {
	bad := append(checkRanges(m), checkReset(m.VReset, m.VTh)...)
	if m.VMin >= m.VTh {
		bad = append(bad, ParamError{"V_min", fmt.Sprintf("%g mV must be less than V_th (%g mV)", m.VMin, m.VTh)})
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
		return newDeltaState[float32](b, distinct, class)
	}
	return newDeltaState[float64](b, distinct, class)
}

// deltaClass holds the constants of the neurons with equal parameters; potentials are relative to
// E_L.
type deltaClass[F real] struct {
	p                       F // exp(-h/tau_m)
	threshold, reset, floor F
	refractory              int32
	keep                    bool    // refractory_input
	gain                    float64 // G: mV that 1 pA adds per tick
	rest                    float64 // E_L
	leak                    leak
}

func newDeltaClass[F real](m PSCDelta, tickMs float64, table int) (deltaClass[F], error) {
	refractory, err := refractoryTicks(m.TRef, tickMs)
	l := newLeak[F](m.TauM, tickMs, table)
	return deltaClass[F]{
		p:          F(l.power(1)),
		threshold:  F(m.VTh - m.EL),
		reset:      F(m.VReset - m.EL),
		floor:      F(m.VMin - m.EL),
		refractory: refractory,
		keep:       m.RefractoryInput,
		gain:       l.gain(m.Cm),
		rest:       m.EL,
		leak:       l,
	}, err
}

// deltaState is a shard of iaf_psc_delta neurons.
type deltaState[F real] struct {
	class  []deltaClass[F]
	of     []uint32 // class of each neuron; nil when there is only one
	first  uint32
	v      []F       // potential relative to E_L
	drive  []F       // G·(I_e + I)
	kept   []F       // arrivals kept while refractory; nil when no neuron keeps them
	ref    []int32   // updates left until the neuron is free
	last   []int64   // tick of the last update; nil when clocked
	steady []float64 // I_e
	// v and drive again where the vector kernel can update the shard, else nil.
	v64, drive64 []float64
}

func newDeltaState[F real](b Build, distinct []PSCDelta, class []uint32) (State, error) {
	s := &deltaState[F]{
		class: make([]deltaClass[F], len(distinct)), of: class, first: uint32(b.First),
		v: make([]F, b.N), drive: make([]F, b.N), ref: make([]int32, b.N), steady: make([]float64, b.N),
	}
	keep := false
	for c, m := range distinct {
		var err error
		if s.class[c], err = newDeltaClass[F](m, b.TickMs, tableLength(len(distinct))); err != nil {
			return nil, err
		}
		keep = keep || m.RefractoryInput
	}
	if keep {
		s.kept = make([]F, b.N)
	} else if class == nil {
		s.v64, _ = any(s.v).([]float64)
		s.drive64, _ = any(s.drive).([]float64)
	}
	if b.Lazy {
		s.last = make([]int64, b.N)
	}
	for i := range s.v {
		c := s.classOf(i)
		s.v[i] = F(b.value("V_m", i, c.rest) - c.rest)
		s.steady[i] = b.value("I_e", i, distinct[0].Ie)
		s.SetCurrent(i, 0)
	}
	return s, nil
}

func (s *deltaState[F]) classOf(i int) *deltaClass[F] {
	if s.of == nil {
		return &s.class[0]
	}
	return &s.class[s.of[i]]
}

// Columns lists the mutable state.
func (s *deltaState[F]) Columns() []Column {
	list := []Column{floats("V", s.v), floats("drive", s.drive), {Name: "refractory", I32: s.ref}}
	if s.kept != nil {
		list = append(list, floats("kept", s.kept))
	}
	if s.last != nil {
		list = append(list, Column{Name: "last", I64: s.last})
	}
	return list
}

// SetCurrent sets the stimulus current of neuron i in pA.
func (s *deltaState[F]) SetCurrent(i int, current float64) {
	s.drive[i] = F(s.classOf(i).gain * (s.steady[i] + current))
}

// Read gives V_m in mV.
func (s *deltaState[F]) Read(_, i int, now int64) float64 {
	c, n := s.classOf(i), s.neuron(i)
	if s.last != nil {
		c.pass(&n, now-s.last[i])
	}
	return c.rest + float64(n.v)
}

// Step updates every neuron by one tick.
func (s *deltaState[F]) Step(_ int64, in []Input, out *Spikes) {
	port := &in[0]
	switch {
	case port.Sum32 == nil:
		stepDelta(s, port.Sum64, port.Quantum, out)
	case s.v64 == nil:
		stepDelta(s, port.Sum32, port.Quantum, out)
	default:
		c := &s.class[0]
		k := kernel.DeltaConst{
			P: float64(c.p), Quantum: port.Quantum, Vmin: float64(c.floor),
			Vth: float64(c.threshold), Vreset: float64(c.reset), Refractory: c.refractory,
		}
		out.Neurons = kernel.Delta64(s.v64, s.drive64, s.ref, port.Sum32, &k, s.first, out.Neurons)
	}
}

// stepDelta is Step for any mixture of classes and any formats.
func stepDelta[F real, S sum](s *deltaState[F], in []S, quantum float64, out *Spikes) {
	for i := range s.v {
		if s.ref[i] > 0 && s.kept == nil {
			s.ref[i]--
			in[i] = 0
			continue
		}
		n := s.neuron(i)
		if s.classOf(i).tick(&n, take[F](in, i, quantum)) {
			out.Neurons = append(out.Neurons, s.first+uint32(i))
		}
		s.set(i, n)
	}
}

// Touch brings the listed neurons to tick now.
func (s *deltaState[F]) Touch(now int64, list []uint32, in []Input, out *Spikes) {
	if port := &in[0]; port.Sum32 != nil {
		touchDelta(s, now, list, port.Sum32, port.Quantum, out)
	} else {
		touchDelta(s, now, list, port.Sum64, port.Quantum, out)
	}
}

func touchDelta[F real, S sum](s *deltaState[F], now int64, list []uint32, in []S, quantum float64, out *Spikes) {
	for _, u := range list {
		i := int(u)
		c, n := s.classOf(i), s.neuron(i)
		c.pass(&n, now-1-s.last[i])
		if c.tick(&n, take[F](in, i, quantum)) {
			out.Neurons = append(out.Neurons, s.first+u)
		}
		s.set(i, n)
		s.last[i] = now
	}
}

// Advance brings neuron i to a later tick, without arrivals.
func (s *deltaState[F]) Advance(i int, to int64) {
	n := s.neuron(i)
	s.classOf(i).pass(&n, to-s.last[i])
	s.set(i, n)
	s.last[i] = to
}

// Wake tells the tick of the crossing, or one or two ticks before it.
func (s *deltaState[F]) Wake(i int) int64 {
	c, n := s.classOf(i), s.neuron(i)
	free := s.last[i] + int64(n.ref)
	if n.kept != 0 {
		return free + 1
	}
	start := max(n.v, c.floor) // the floor can lift the potential, not carry it over the threshold
	return later(free, c.leak.firstCrossing(float64(start), float64(n.drive), float64(c.threshold)))
}

// deltaNeuron is the state of one neuron, taken out of the arrays.
type deltaNeuron[F real] struct {
	v, drive, kept F
	ref            int32
}

func (s *deltaState[F]) neuron(i int) deltaNeuron[F] {
	n := deltaNeuron[F]{v: s.v[i], drive: s.drive[i], ref: s.ref[i]}
	if s.kept != nil {
		n.kept = s.kept[i]
	}
	return n
}

func (s *deltaState[F]) set(i int, n deltaNeuron[F]) {
	s.v[i], s.ref[i] = n.v, n.ref
	if s.kept != nil {
		s.kept[i] = n.kept
	}
}

// tick is one update with the sum x of the arrivals; it tells whether the neuron fires.
func (c *deltaClass[F]) tick(n *deltaNeuron[F], x F) bool {
	if n.ref > 0 {
		if c.keep {
			n.kept += F(float64(x) * c.leak.power(int64(n.ref)))
		}
		n.ref--
		return false
	}
	c.free(n, x)
	if n.v < c.threshold {
		return false
	}
	n.v, n.ref = c.reset, c.refractory
	return true
}

// free is the update of a neuron that is not refractory, up to the test of the threshold.
func (c *deltaClass[F]) free(n *deltaNeuron[F], x F) {
	v := F(c.p*n.v) + n.drive
	v += x
	if c.keep {
		v += n.kept
		n.kept = 0
	}
	if v < c.floor {
		v = c.floor
	}
	n.v = v
}

// pass lets k ticks without arrivals and without a spike go by.
func (c *deltaClass[F]) pass(n *deltaNeuron[F], k int64) {
	held := min(int64(n.ref), k)
	if held > 0 {
		n.ref -= int32(held)
		k -= held
	}
	if k <= 0 {
		return
	}
	// The first free update takes what was kept, and lifts a potential below the floor.
	c.free(n, 0)
	k--
	if c.leak.single {
		c.replay(n, k)
		return
	}
	// A potential on the floor stays there, and one above it moves monotonically: the floor at the
	// end is the floor on the way.
	n.v = max(F(c.leak.after(float64(n.v), float64(n.drive), k)), c.floor)
}

// replay repeats k free updates one by one, the only way to the exact potential of a clocked
// neuron in single precision. It ends when the potential has come to rest.
func (c *deltaClass[F]) replay(n *deltaNeuron[F], k int64) {
	for ; k > 0; k-- {
		before := n.v
		if c.free(n, 0); n.v == before {
			return
		}
	}
}
