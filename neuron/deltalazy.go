package neuron

import "couplet/internal/kernel"

// lazyDelta is a lazily hosted shard of iaf_psc_delta neurons. It keeps no refractory counter: a
// neuron that fires is simply up to date until the end of its refractory time, since nothing that
// happens before can change it. Its clock then lies in the future. A touch reads as little memory as
// it can, because in a large and silent population every array costs a miss of the cache.
type lazyDelta[F real] struct {
	first  uint32
	class  []uint32 // class of each neuron; nil when there is only one
	cells  []cell[F]
	own    []deltaClass[F]
	v      []F
	last   []int64   // tick up to which the neuron is up to date
	drive  []F       // G·(I_e + I); nil if no neuron has a drive of its own
	steady []float64 // I_e; nil likewise
	base   []F       // G·I_e of each class
	kept   []F       // arrivals kept while refractory; nil when no neuron keeps them
	memory []any
}

func newLazyDelta[F real](b Build, m PSCDelta, class []uint32, cells []cell[F], own []deltaClass[F]) *lazyDelta[F] {
	s := &lazyDelta[F]{first: uint32(b.First), class: class, cells: cells, own: own}
	s.v, s.last = array[F](&s.memory, b.N), array[int64](&s.memory, b.N)
	for c := range cells {
		s.base = append(s.base, F(cells[c].gain*m.Ie))
		if own[c].keep && s.kept == nil {
			s.kept = array[F](&s.memory, b.N)
		}
	}
	if !b.Undriven || b.Each["I_e"] != nil {
		s.drive, s.steady = array[F](&s.memory, b.N), make([]float64, b.N)
	}
	for i := range s.v {
		rest := cells[s.classOf(i)].rest
		s.v[i] = F(b.value("V_m", i, rest) - rest)
		if s.drive != nil {
			s.steady[i] = b.value("I_e", i, m.Ie)
			s.SetCurrent(i, 0)
		}
	}
	return s
}

func (s *lazyDelta[F]) classOf(i int) uint32 {
	if s.class == nil {
		return 0
	}
	return s.class[i]
}

// Columns lists the mutable state.
func (s *lazyDelta[F]) Columns() []Column {
	list := []Column{floats("V", s.v), {Name: "last", I64: s.last}}
	if s.drive != nil {
		list = append(list, floats("drive", s.drive))
	}
	if s.kept != nil {
		list = append(list, floats("kept", s.kept))
	}
	return list
}

// SetCurrent sets the stimulus current of neuron i in pA.
func (s *lazyDelta[F]) SetCurrent(i int, current float64) {
	s.drive[i] = F(s.cells[s.classOf(i)].gain * (s.steady[i] + current))
}

// lazyNeuron is one neuron taken out of the arrays, with the constants of its class.
type lazyNeuron[F real] struct {
	v, drive, kept F
	last           int64
	*cell[F]
	*deltaClass[F]
}

func (s *lazyDelta[F]) neuron(i int) lazyNeuron[F] {
	c := s.classOf(i)
	n := lazyNeuron[F]{v: s.v[i], drive: s.base[c], last: s.last[i], cell: &s.cells[c], deltaClass: &s.own[c]}
	if s.drive != nil {
		n.drive = s.drive[i]
	}
	if s.kept != nil {
		n.kept = s.kept[i]
	}
	return n
}

func (s *lazyDelta[F]) set(i int, n *lazyNeuron[F]) {
	s.v[i], s.last[i] = n.v, n.last
	if s.kept != nil {
		s.kept[i] = n.kept
	}
}

// Read gives V_m in mV.
func (s *lazyDelta[F]) Read(_, i int, now int64) float64 {
	n := s.neuron(i)
	n.pass(now)
	return n.rest + float64(n.v)
}

// Touch brings the listed neurons to tick now.
func (s *lazyDelta[F]) Touch(now int64, list []uint32, in []Input, out *Spikes) {
	port := &in[0]
	if s.plain() && port.Sum32 != nil {
		s.touchPlain(now, list, port, out)
		return
	}
	for _, u := range list {
		i := int(u)
		n := s.neuron(i)
		if x := F(port.take(i)); n.tick(now, x) {
			out.Neurons = append(out.Neurons, s.first+u)
		}
		s.set(i, &n)
	}
}

// plain tells whether all neurons are alike and have no drive of their own: the case of the large
// silent populations that lazy hosting is for.
func (s *lazyDelta[F]) plain() bool { return s.class == nil && s.drive == nil && s.kept == nil }

// touchPlain is Touch for plain shards: the same arithmetic without the copies, and with the arrays
// asked for ahead of their use.
func (s *lazyDelta[F]) touchPlain(now int64, list []uint32, port *Input, out *Spikes) {
	c, floor, drive := &s.cells[0], s.own[0].floor, s.base[0]
	for k, u := range list {
		if k%prefetchBlock == 0 {
			s.prefetch(ahead(list, k), port)
		}
		x := F(float64(port.Sum32[u]) * port.Quantum)
		port.Sum32[u] = 0
		gap := now - 1 - s.last[u]
		if gap < 0 {
			continue // refractory: arrivals are lost
		}
		n := lazyNeuron[F]{v: s.v[u], drive: drive, cell: c, deltaClass: &s.own[0]}
		if gap > 0 {
			n.wait(gap)
		}
		v := F(c.p*n.v) + drive
		v += x
		s.v[u], s.last[u] = max(v, floor), now
		if v >= c.threshold {
			s.v[u], s.last[u] = c.reset, now+int64(c.refractory)
			out.Neurons = append(out.Neurons, s.first+u)
		}
	}
}

// prefetch asks for what an update of the listed neurons will read.
func (s *lazyDelta[F]) prefetch(list []uint32, port *Input) {
	kernel.PrefetchIndexed(s.v, list)
	kernel.PrefetchIndexed(s.last, list)
	kernel.PrefetchIndexed(port.Sum32, list)
}

// Advance brings neuron i to a later tick, without arrivals.
func (s *lazyDelta[F]) Advance(i int, to int64) {
	n := s.neuron(i)
	n.pass(to)
	s.set(i, &n)
}

// Wake gives the tick of the crossing or one shortly before it.
func (s *lazyDelta[F]) Wake(i int) int64 {
	if s.plain() && s.base[0] <= 0 && s.v[i] < s.cells[0].threshold/2 && s.cells[0].threshold > 0 {
		return Never // a membrane below half its threshold that nothing drives only decays
	}
	n := s.neuron(i)
	if n.kept != 0 {
		return n.last + 1
	}
	start := max(n.v, n.floor) // the floor may lift the potential, but not up to the threshold
	return later(n.last, n.leak.firstCrossing(float64(start), float64(n.drive), float64(n.threshold)))
}

// tick is the update of tick now with the sum x of its arrivals; it tells whether the neuron fires.
func (n *lazyNeuron[F]) tick(now int64, x F) bool {
	if now <= n.last { // refractory: the counter of a clocked neuron would stand at last - now + 1
		if n.keep {
			n.kept += F(float64(x) * n.leak.power(n.last-now+1))
		}
		return false
	}
	n.pass(now - 1)
	n.move(x)
	n.last = now
	if n.v < n.threshold {
		return false
	}
	n.v, n.last = n.reset, now+int64(n.refractory)
	return true
}

// move is one update of the potential.
func (n *lazyNeuron[F]) move(x F) {
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

// pass brings the neuron to a tick without arrivals and without a spike on the way.
func (n *lazyNeuron[F]) pass(to int64) {
	k := to - n.last
	if k <= 0 {
		return
	}
	n.last = to
	n.wait(k)
}

// wait lets k > 0 ticks without arrivals and without a spike go by.
func (n *lazyNeuron[F]) wait(k int64) {
	n.move(0) // takes what was kept, and lifts a potential below the floor
	if k--; n.leak.single {
		n.replay(k)
		return
	}
	// A potential on the floor stays there and one above it moves one way only, so that the floor has
	// to be applied at the end alone.
	n.v = max(F(n.leak.after(float64(n.v), float64(n.drive), k)), n.floor)
}

// replay repeats k updates one by one: in single precision no closed form gives the potential of
// a clocked neuron to the last bit. It ends when the potential has come to rest.
func (n *lazyNeuron[F]) replay(k int64) {
	for ; k > 0; k-- {
		before := n.v
		if n.move(0); n.v == before {
			return
		}
	}
}
