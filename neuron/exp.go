package neuron

import (
	"couplet/internal/kernel"
)

// PSCExp is the leaky integrate-and-fire neuron with exponentially decaying synaptic currents,
// excitatory and inhibitory ones of their own time constants (NEST: iaf_psc_exp). On the grid of
// step h, with P = exp(-h/tau_m), G = tau_m/C_m·(1-P), the propagators a of the currents and
// potentials relative to E_L, one update is
//
//	V ← P·V + a_E·i_E + a_I·i_I + G·(I_e + I)       unless refractory
//	i_X ← i_X·exp(-h/tau_syn_X) + Σ w               w > 0 into i_E, others into i_I
//	V ≥ V_th: spike, V ← V_reset for round(t_ref/h) further updates
//
// Weights are in pA. The solution is exact (Rotter & Diesmann 1999); a is written out at [filter].
type PSCExp struct {
	Cm     float64 `param:"C_m" unit:"pF" default:"250" range:"(0,inf)" doc:"membrane capacitance"`
	TauM   float64 `param:"tau_m" unit:"ms" default:"10" range:"(0,inf)" doc:"membrane time constant"`
	EL     float64 `param:"E_L" unit:"mV" default:"-70" doc:"leak reversal potential"`
	VTh    float64 `param:"V_th" unit:"mV" default:"-55" doc:"spike threshold"`
	VReset float64 `param:"V_reset" unit:"mV" default:"-70" doc:"potential after a spike"`
	TRef   float64 `param:"t_ref" unit:"ms" default:"2" range:"[0,inf)" doc:"refractory time"`
	Ie     float64 `param:"I_e" unit:"pA" default:"0" doc:"constant current"`
	TauEx  float64 `param:"tau_syn_ex" unit:"ms" default:"2" range:"(0,inf)" doc:"time constant of excitatory currents"`
	TauIn  float64 `param:"tau_syn_in" unit:"ms" default:"2" range:"(0,inf)" doc:"time constant of inhibitory currents"`
}

// NewPSCExp returns the model with NEST's defaults.
func NewPSCExp() PSCExp { return withDefaults(PSCExp{}) }

// Variables of PSCExp, in the order of Info.
const (
	expV = iota
	expEx
	expIn
)

// Info describes the model.
func (PSCExp) Info() Info {
	return Info{
		Name:  "iaf_psc_exp",
		Doc:   "leaky integrate-and-fire, exponential synaptic currents",
		Ports: []Port{{Name: "excitatory", Kind: Excitatory}, {Name: "inhibitory", Kind: Inhibitory}},
		Variables: []Variable{
			expV:  {Name: "V_m", Unit: "mV", Doc: "membrane potential", Init: true},
			expEx: {Name: "I_syn_ex", Unit: "pA", Doc: "excitatory synaptic current", Init: true},
			expIn: {Name: "I_syn_in", Unit: "pA", Doc: "inhibitory synaptic current", Init: true},
		},
	}
}

// Validate reports parameters out of range, and a reset that is not below the threshold.
func (m PSCExp) Validate() []ParamError {
	return append(checkRanges(m), checkReset(m.VReset, m.VTh)...)
}

// Build makes the state of a shard.
func (m PSCExp) Build(b Build) (State, error) {
	distinct, class, err := classes(b, m, "I_e")
	if err != nil {
		return nil, err
	}
	if b.Single {
		return newExpState[float32](b, m, distinct, class)
	}
	return newExpState[float64](b, m, distinct, class)
}

// expClass holds the constants of iaf_psc_exp beyond those of every cell.
type expClass[F real] struct {
	ex, in           filter
	aEx, aIn         F // propagators over one tick
	decayEx, decayIn F
	peakEx, peakIn   float64 // largest effect of 1 pA on the potential, mV; only for lazy hosting
	tickMs           float64
	gaps             []expGap // propagators over k ticks, filled on demand; its length may be 0
}

// expGap holds the propagators over a number of ticks.
type expGap struct{ decayEx, decayIn, aEx, aIn float64 }

func newExpClass[F real](m PSCExp, b Build, table int) expClass[F] {
	c := expClass[F]{
		ex: filter{m.TauEx, m.TauM, m.Cm}, in: filter{m.TauIn, m.TauM, m.Cm},
		tickMs: b.TickMs, gaps: make([]expGap, table),
	}
	one := c.over(1)
	c.aEx, c.aIn, c.decayEx, c.decayIn = F(one.aEx), F(one.aIn), F(one.decayEx), F(one.decayIn)
	if b.Lazy {
		c.peakEx, c.peakIn = c.ex.peak(c.ex.a), c.in.peak(c.in.a)
	}
	return c
}

// over gives the propagators over k ticks.
func (c *expClass[F]) over(k int64) expGap {
	if k >= int64(len(c.gaps)) {
		return c.propagate(k)
	}
	g := &c.gaps[k]
	if g.aEx == 0 { // not asked for yet, or underflow
		*g = c.propagate(k)
	}
	return *g
}

func (c *expClass[F]) propagate(k int64) expGap {
	t := float64(k) * c.tickMs
	return expGap{c.ex.decay(t), c.in.decay(t), c.ex.a(t), c.in.a(t)}
}

// expState is a shard of iaf_psc_exp neurons.
type expState[F real] struct {
	membrane[F]
	own    []expClass[F]
	decay  [2][]F // decayEx and decayIn of each class
	ex, in []F    // synaptic currents in pA
	// v, drive, ex and in again where the vector kernel can update the shard, else nil.
	v64, drive64, ex64, in64 []float64
}

func newExpState[F real](b Build, m PSCExp, distinct []PSCExp, class []uint32) (State, error) {
	s := &expState[F]{own: make([]expClass[F], len(distinct)), ex: make([]F, b.N), in: make([]F, b.N)}
	cells := make([]cell[F], len(distinct))
	table := tableLength(b, len(distinct))
	for c, d := range distinct {
		var err error
		common := cellParams{d.Cm, d.TauM, d.EL, d.VTh, d.VReset, d.TRef}
		if cells[c], err = newCell[F](common, b.TickMs, table); err != nil {
			return nil, err
		}
		s.own[c] = newExpClass[F](d, b, table)
		s.decay[0] = append(s.decay[0], s.own[c].decayEx)
		s.decay[1] = append(s.decay[1], s.own[c].decayIn)
	}
	s.membrane = newMembrane(b, class, cells, m.Ie)
	for i := range s.ex {
		s.ex[i], s.in[i] = F(b.value("I_syn_ex", i, 0)), F(b.value("I_syn_in", i, 0))
	}
	if class == nil {
		s.v64, s.drive64, s.ex64, s.in64 = doubles(s.v), doubles(s.drive), doubles(s.ex), doubles(s.in)
	}
	return s, nil
}

// Columns lists the mutable state.
func (s *expState[F]) Columns() []Column {
	return append(s.columns(), floats("I_syn_ex", s.ex), floats("I_syn_in", s.in))
}

// Read gives V_m in mV or a synaptic current in pA.
func (s *expState[F]) Read(v, i int, now int64) float64 {
	n := s.neuron(i)
	n.pass(s.gap(i, now))
	switch v {
	case expEx:
		return float64(n.ex)
	case expIn:
		return float64(n.in)
	}
	return n.rest + float64(n.v)
}

// Step updates every neuron by one tick.
func (s *expState[F]) Step(_ int64, in []Input, out *Spikes) {
	ex, ih := &in[0], &in[1]
	if s.v64 != nil && ex.Sum32 != nil && ih.Sum32 != nil {
		c, own := &s.cells[0], &s.own[0]
		k := kernel.ExpConst{
			P: float64(c.p), AEx: float64(own.aEx), AIn: float64(own.aIn),
			DecayEx: float64(own.decayEx), DecayIn: float64(own.decayIn),
			QuantumEx: ex.Quantum, QuantumIn: ih.Quantum,
			Vth: float64(c.threshold), Vreset: float64(c.reset), Refractory: c.refractory,
		}
		out.Neurons = kernel.Exp64(s.v64, s.ex64, s.in64, s.drive64, s.ref, ex.Sum32, ih.Sum32, &k, s.first, out.Neurons)
		return
	}
	s.move(out)
	s.relax(s.ex, 0, ex)
	s.relax(s.in, 1, ih)
}

// move updates the potentials and resets the neurons that fire. Together with relax it is the loop
// of kernel.Exp64, for shards of several classes and for other formats.
func (s *expState[F]) move(out *Spikes) {
	v, ex, in := s.v, s.ex[:len(s.v)], s.in[:len(s.v)]
	drive, ref := s.drive[:len(s.v)], s.ref[:len(s.v)]
	c, own := &s.cells[0], &s.own[0]
	for i := range v {
		if ref[i] > 0 {
			ref[i]--
			continue
		}
		if s.class != nil {
			c, own = &s.cells[s.class[i]], &s.own[s.class[i]]
		}
		u := F(c.p*v[i]) + F(own.aEx*ex[i])
		u += F(own.aIn * in[i])
		u += drive[i]
		if u >= c.threshold {
			u, ref[i] = c.reset, c.refractory
			s.fire(i, out)
		}
		v[i] = u
	}
}

// relax lets the currents of one sign decay and adds what has arrived.
func (s *expState[F]) relax(current []F, sign int, port *Input) {
	if port.Sum32 != nil {
		relax(current, s.decay[sign], s.class, port.Sum32, port.Quantum)
	} else {
		relax(current, s.decay[sign], s.class, port.Sum64, port.Quantum)
	}
}

func relax[F real, S sum](current, decay []F, class []uint32, in []S, quantum float64) {
	d, in := decay[0], in[:len(current)]
	for i := range current {
		if class != nil {
			d = decay[class[i]]
		}
		current[i] = F(d*current[i]) + F(float64(in[i])*quantum)
		in[i] = 0
	}
}

// Touch brings the listed neurons to tick now.
func (s *expState[F]) Touch(now int64, list []uint32, in []Input, out *Spikes) {
	for _, u := range list {
		i := int(u)
		n := s.neuron(i)
		n.pass(s.gap(i, now-1))
		if n.tick(F(in[0].take(i)), F(in[1].take(i))) {
			s.fire(i, out)
		}
		s.set(i, &n)
		s.last[i] = now
	}
}

// Advance brings neuron i to a later tick, without arrivals.
func (s *expState[F]) Advance(i int, to int64) {
	gap := s.gap(i, to)
	if gap <= 0 {
		return
	}
	n := s.neuron(i)
	n.pass(gap)
	s.set(i, &n)
	s.last[i] = to
}

// Wake combines two upper bounds of the potential, both with inhibition left out: as if the
// currents did not decay (good for the near future), and as if each of them had its largest effect
// at once (good for telling that nothing will happen).
func (s *expState[F]) Wake(i int) int64 {
	n := s.neuron(i)
	free := s.last[i] + int64(n.ref)
	ex, in := max(float64(n.ex), 0), max(float64(n.in), 0)
	if n.ref > 0 {
		g := n.over(int64(n.ref))
		ex, in = ex*g.decayEx, in*g.decayIn
	}
	v, drive, threshold := float64(n.v), float64(n.drive), float64(n.threshold)
	jump := float64(ex*n.peakEx) + float64(in*n.peakIn)
	atOnce := n.leak.firstCrossing(v, drive, threshold-jump)
	if atOnce == Never {
		return Never
	}
	steady := drive + float64(float64(n.aEx)*ex) + float64(float64(n.aIn)*in)
	return later(free, max(atOnce, n.leak.firstCrossing(v, steady, threshold)))
}

// expNeuron is one neuron taken out of the arrays, with the constants of its class.
type expNeuron[F real] struct {
	v, drive, ex, in F
	ref              int32
	*cell[F]
	*expClass[F]
}

func (s *expState[F]) neuron(i int) expNeuron[F] {
	c := s.classOf(i)
	return expNeuron[F]{
		v: s.v[i], drive: s.drive[i], ex: s.ex[i], in: s.in[i], ref: s.ref[i],
		cell: &s.cells[c], expClass: &s.own[c],
	}
}

func (s *expState[F]) set(i int, n *expNeuron[F]) {
	s.v[i], s.ex[i], s.in[i], s.ref[i] = n.v, n.ex, n.in, n.ref
}

// tick is one update with the sums of the arrivals; it tells whether the neuron fires.
func (n *expNeuron[F]) tick(ex, in F) bool {
	free := n.ref == 0
	if free {
		n.v = F(n.p*n.v) + F(n.aEx*n.ex)
		n.v += F(n.aIn * n.in)
		n.v += n.drive
	} else {
		n.ref--
	}
	n.ex = F(n.decayEx*n.ex) + ex
	n.in = F(n.decayIn*n.in) + in
	if !free || n.v < n.threshold {
		return false
	}
	n.v, n.ref = n.reset, n.refractory
	return true
}

// pass lets k ticks without arrivals and without a spike go by.
func (n *expNeuron[F]) pass(k int64) {
	if n.leak.single {
		n.replay(k)
		return
	}
	if held := min(int64(n.ref), k); held > 0 {
		n.ref -= int32(held)
		n.decay(n.over(held))
		k -= held
	}
	if k <= 0 {
		return
	}
	g := n.over(k)
	v := n.leak.after(float64(n.v), float64(n.drive), k)
	n.v = F(v + float64(g.aEx*float64(n.ex)) + float64(g.aIn*float64(n.in)))
	n.decay(g)
}

func (n *expNeuron[F]) decay(g expGap) {
	n.ex = F(g.decayEx * float64(n.ex))
	n.in = F(g.decayIn * float64(n.in))
}

// replay repeats k updates one by one: in single precision no closed form gives the state of a
// clocked neuron to the last bit. It ends when the neuron has come to rest.
func (n *expNeuron[F]) replay(k int64) {
	for ; k > 0; k-- {
		before := *n
		if n.tick(0, 0); *n == before {
			return
		}
	}
}
