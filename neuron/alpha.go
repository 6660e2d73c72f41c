package neuron

// PSCAlpha is the leaky integrate-and-fire neuron with alpha-shaped synaptic currents: an arrival
// of weight w gives the current w·(e/τ)·t·e^{-t/τ}, whose maximum w it reaches after τ (NEST:
// iaf_psc_alpha). Each sign has two variables, the current i and its rise y. On the grid of step
// h, with P = exp(-h/tau_m), G = tau_m/C_m·(1-P), the propagators a and b and potentials relative
// to E_L, one update is
//
//	V ← P·V + b_E·y_E + a_E·i_E + b_I·y_I + a_I·i_I + G·(I_e + I)       unless refractory
//	i ← h·e^{-h/τ}·y + e^{-h/τ}·i
//	y ← e^{-h/τ}·y + (e/τ)·Σ w                                       w > 0 into y_E, others into y_I
//	V ≥ V_th: spike, V ← V_reset for round(t_ref/h) further updates
//
// Weights are in pA. The solution is exact (Rotter & Diesmann 1999); a and b are written out at
// [filter].
type PSCAlpha struct {
	Cm     float64 `param:"C_m" unit:"pF" default:"250" range:"(0,inf)" doc:"membrane capacitance"`
	TauM   float64 `param:"tau_m" unit:"ms" default:"10" range:"(0,inf)" doc:"membrane time constant"`
	EL     float64 `param:"E_L" unit:"mV" default:"-70" doc:"leak reversal potential"`
	VTh    float64 `param:"V_th" unit:"mV" default:"-55" doc:"spike threshold"`
	VReset float64 `param:"V_reset" unit:"mV" default:"-70" doc:"potential after a spike"`
	TRef   float64 `param:"t_ref" unit:"ms" default:"2" range:"[0,inf)" doc:"refractory time"`
	Ie     float64 `param:"I_e" unit:"pA" default:"0" doc:"constant current"`
	TauEx  float64 `param:"tau_syn_ex" unit:"ms" default:"2" range:"(0,inf)" doc:"rise time of excitatory currents"`
	TauIn  float64 `param:"tau_syn_in" unit:"ms" default:"2" range:"(0,inf)" doc:"rise time of inhibitory currents"`
}

// NewPSCAlpha returns the model with NEST's defaults.
func NewPSCAlpha() PSCAlpha { return withDefaults(PSCAlpha{}) }

// Variables of PSCAlpha, in the order of Info.
const (
	alphaV = iota
	alphaEx
	alphaIn
	alphaRiseEx
	alphaRiseIn
)

// Info describes the model.
func (PSCAlpha) Info() Info {
	return Info{
		Name:  "iaf_psc_alpha",
		Doc:   "leaky integrate-and-fire, alpha-shaped synaptic currents",
		Ports: []Port{{Name: "excitatory", Kind: Excitatory}, {Name: "inhibitory", Kind: Inhibitory}},
		Variables: []Variable{
			alphaV:      {Name: "V_m", Unit: "mV", Doc: "membrane potential", Init: true},
			alphaEx:     {Name: "I_syn_ex", Unit: "pA", Doc: "excitatory synaptic current", Init: true},
			alphaIn:     {Name: "I_syn_in", Unit: "pA", Doc: "inhibitory synaptic current", Init: true},
			alphaRiseEx: {Name: "dI_syn_ex", Unit: "pA/ms", Doc: "rise of the excitatory current", Init: true},
			alphaRiseIn: {Name: "dI_syn_in", Unit: "pA/ms", Doc: "rise of the inhibitory current", Init: true},
		},
	}
}

// Validate reports parameters out of range, and a reset that is not below the threshold.
func (m PSCAlpha) Validate() []ParamError {
	return append(checkRanges(m), checkReset(m.VReset, m.VTh)...)
}

// Build makes the state of a shard.
func (m PSCAlpha) Build(b Build) (State, error) {
	distinct, class, err := classes(b, m, "I_e")
	if err != nil {
		return nil, err
	}
	if b.Single {
		return newAlphaState[float32](b, m, distinct, class)
	}
	return newAlphaState[float64](b, m, distinct, class)
}

// alphaState is a shard of iaf_psc_alpha neurons. Its synapses come in pairs, excitatory first.
type alphaState[F real] struct {
	membrane[F]
	own  [][2]alphaFilter[F] // of each class
	rise [2][]F              // y in pA/ms
	flow [2][]F              // i in pA
}

func newAlphaState[F real](b Build, m PSCAlpha, distinct []PSCAlpha, class []uint32) (State, error) {
	s := &alphaState[F]{own: make([][2]alphaFilter[F], len(distinct))}
	cells := make([]cell[F], len(distinct))
	table := tableLength(b, len(distinct))
	for c, d := range distinct {
		var err error
		common := cellParams{d.Cm, d.TauM, d.EL, d.VTh, d.VReset, d.TRef}
		if cells[c], err = newCell[F](common, b.TickMs, table); err != nil {
			return nil, err
		}
		s.own[c] = [2]alphaFilter[F]{
			newAlphaFilter[F](filter{d.TauEx, d.TauM, d.Cm}, b, table),
			newAlphaFilter[F](filter{d.TauIn, d.TauM, d.Cm}, b, table),
		}
	}
	s.membrane = newMembrane(b, class, cells, m.Ie)
	for sign, name := range []string{"I_syn_ex", "I_syn_in"} {
		s.rise[sign], s.flow[sign] = make([]F, b.N), make([]F, b.N)
		for i := range b.N {
			s.flow[sign][i] = F(b.value(name, i, 0))
			s.rise[sign][i] = F(b.value("d"+name, i, 0))
		}
	}
	return s, nil
}

// Columns lists the mutable state.
func (s *alphaState[F]) Columns() []Column {
	return append(s.columns(),
		floats("I_syn_ex", s.flow[0]), floats("I_syn_in", s.flow[1]),
		floats("dI_syn_ex", s.rise[0]), floats("dI_syn_in", s.rise[1]))
}

// Read gives V_m in mV, a synaptic current in pA or its rise in pA/ms.
func (s *alphaState[F]) Read(v, i int, now int64) float64 {
	n := s.neuron(i)
	n.pass(s.gap(i, now))
	switch v {
	case alphaEx, alphaIn:
		return float64(n.synapse[v-alphaEx].flow)
	case alphaRiseEx, alphaRiseIn:
		return float64(n.synapse[v-alphaRiseEx].rise)
	}
	return n.rest + float64(n.v)
}

// Step updates every neuron by one tick.
func (s *alphaState[F]) Step(_ int64, in []Input, out *Spikes) {
	s.move(out)
	for sign := range in {
		if port := &in[sign]; port.Sum32 != nil {
			relaxAlpha(s, sign, port.Sum32, port.Quantum)
		} else {
			relaxAlpha(s, sign, port.Sum64, port.Quantum)
		}
	}
}

// move updates the potentials and resets the neurons that fire.
func (s *alphaState[F]) move(out *Spikes) {
	v, drive, ref := s.v, s.drive[:len(s.v)], s.ref[:len(s.v)]
	rise, flow := [2][]F{s.rise[0][:len(v)], s.rise[1][:len(v)]}, [2][]F{s.flow[0][:len(v)], s.flow[1][:len(v)]}
	c, own := &s.cells[0], &s.own[0]
	for i := range v {
		if ref[i] > 0 {
			ref[i]--
			continue
		}
		if s.class != nil {
			c, own = &s.cells[s.class[i]], &s.own[s.class[i]]
		}
		u := F(c.p*v[i]) + own[0].push(rise[0][i], flow[0][i])
		u += own[1].push(rise[1][i], flow[1][i])
		u += drive[i]
		if u >= c.threshold {
			u, ref[i] = c.reset, c.refractory
			s.fire(i, out)
		}
		v[i] = u
	}
}

// relaxAlpha lets the currents of one sign run for a tick and adds what has arrived.
func relaxAlpha[F real, S sum](s *alphaState[F], sign int, in []S, quantum float64) {
	rise := s.rise[sign]
	flow, in := s.flow[sign][:len(rise)], in[:len(rise)]
	f := &s.own[0][sign]
	for i := range rise {
		if s.class != nil {
			f = &s.own[s.class[i]][sign]
		}
		rise[i], flow[i] = f.relax(rise[i], flow[i], float64(in[i])*quantum)
		in[i] = 0
	}
}

// Touch brings the listed neurons to tick now.
func (s *alphaState[F]) Touch(now int64, list []uint32, in []Input, out *Spikes) {
	for _, u := range list {
		i := int(u)
		n := s.neuron(i)
		n.pass(s.gap(i, now-1))
		if n.tick(in[0].take(i), in[1].take(i)) {
			s.fire(i, out)
		}
		s.set(i, &n)
		s.last[i] = now
	}
}

// Advance brings neuron i to a later tick, without arrivals.
func (s *alphaState[F]) Advance(i int, to int64) {
	gap := s.gap(i, to)
	if gap <= 0 {
		return
	}
	n := s.neuron(i)
	n.pass(gap)
	s.set(i, &n)
	s.last[i] = to
}

// Wake combines the same two upper bounds as that of [PSCExp]: the currents at their coming
// maximum for ever, and each with its largest effect on the potential at once.
func (s *alphaState[F]) Wake(i int) int64 {
	n := s.neuron(i)
	free := s.last[i] + int64(n.ref)
	v, drive, threshold := float64(n.v), float64(n.drive), float64(n.threshold)
	steady, jump := drive, 0.0
	for sign := range n.own {
		f := &n.own[sign]
		rise, flow := float64(n.synapse[sign].rise), float64(n.synapse[sign].flow)
		if n.ref > 0 {
			rise, flow = f.over(int64(n.ref)).decayed(rise, flow)
		}
		steady += f.most(rise, flow)
		jump += float64(max(flow, 0)*f.peakA) + float64(max(rise, 0)*f.peakB)
	}
	atOnce := n.leak.firstCrossing(v, drive, threshold-jump)
	if atOnce == Never {
		return Never
	}
	return later(free, max(atOnce, n.leak.firstCrossing(v, steady, threshold)))
}

// alphaNeuron is one neuron taken out of the arrays, with the constants of its class.
type alphaNeuron[F real] struct {
	v, drive F
	ref      int32
	synapse  [2]alphaSynapse[F]
	own      *[2]alphaFilter[F]
	*cell[F]
}

func (s *alphaState[F]) neuron(i int) alphaNeuron[F] {
	c := s.classOf(i)
	return alphaNeuron[F]{
		v: s.v[i], drive: s.drive[i], ref: s.ref[i],
		synapse: [2]alphaSynapse[F]{{s.rise[0][i], s.flow[0][i]}, {s.rise[1][i], s.flow[1][i]}},
		own:     &s.own[c], cell: &s.cells[c],
	}
}

func (s *alphaState[F]) set(i int, n *alphaNeuron[F]) {
	s.v[i], s.ref[i] = n.v, n.ref
	for sign, y := range n.synapse {
		s.rise[sign][i], s.flow[sign][i] = y.rise, y.flow
	}
}

// tick is one update with the sums of the arrivals; it tells whether the neuron fires.
func (n *alphaNeuron[F]) tick(ex, in float64) bool {
	e, i := &n.synapse[0], &n.synapse[1]
	free := n.ref == 0
	if free {
		n.v = F(n.p*n.v) + n.own[0].push(e.rise, e.flow)
		n.v += n.own[1].push(i.rise, i.flow)
		n.v += n.drive
	} else {
		n.ref--
	}
	e.rise, e.flow = n.own[0].relax(e.rise, e.flow, ex)
	i.rise, i.flow = n.own[1].relax(i.rise, i.flow, in)
	if !free || n.v < n.threshold {
		return false
	}
	n.v, n.ref = n.reset, n.refractory
	return true
}

// pass lets k ticks without arrivals and without a spike go by.
func (n *alphaNeuron[F]) pass(k int64) {
	if n.leak.single {
		n.replay(k)
		return
	}
	if held := min(int64(n.ref), k); held > 0 {
		n.ref -= int32(held)
		n.drift(held)
		k -= held
	}
	if k > 0 {
		v := n.leak.after(float64(n.v), float64(n.drive), k)
		n.v = F(v + n.drift(k))
	}
}

// drift lets the currents run for k ticks and gives what they do to a free potential.
func (n *alphaNeuron[F]) drift(k int64) float64 {
	push := 0.0
	for sign := range n.synapse {
		y, g := &n.synapse[sign], n.own[sign].over(k)
		rise, flow := float64(y.rise), float64(y.flow)
		push += float64(g.b*rise) + float64(g.a*flow)
		rise, flow = g.decayed(rise, flow)
		y.rise, y.flow = F(rise), F(flow)
	}
	return push
}

// replay repeats k updates one by one: in single precision no closed form gives the state of a
// clocked neuron to the last bit. It ends when the neuron has come to rest.
func (n *alphaNeuron[F]) replay(k int64) {
	for ; k > 0; k-- {
		before := *n
		if n.tick(0, 0); *n == before {
			return
		}
	}
}
