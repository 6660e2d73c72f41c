package sim

import (
	"sort"

	"couplet/internal/spike"
	"couplet/sim/wheel"
	"couplet/synapse"
)

// shard runs the events of its part of every population. Between two meetings of the shards it
// reads the spike lists of earlier ticks, which nobody changes any more, and writes its own.
type shard struct {
	run     *Simulator
	prog    *Program
	index   int
	queue   wheel.Queue
	hosts   []*host
	routes  []route
	cursors []cursorRoute
	// routesFrom and cursorsFrom list, for each population, the routes and cursor routes that begin there.
	routesFrom, cursorsFrom [][]uint32
	gaps                    []gapState
	samples                 []*sampler
	emitted                 []emission
	counts                  []ProjectionActivity
	drives                  []int64 // events per stimulus
	err                     error
}

// route is one delay class of one piece of a projection: the way along which spike lists travel.
type route struct {
	projection *projection
	conn       synapse.Connectivity
	plastic    *synapse.PlasticTable
	port       int
	class      int
	delay      int64
}

// cursorRoute is a piece whose rows are walked by cursors; pending[tick modulo its length] are those due.
type cursorRoute struct {
	projection *projection
	rows       *synapse.CursorRows
	port       int
	pending    [][]synapse.Cursor
}

// due is the list of the cursors that are due in a tick.
func (c *cursorRoute) due(tick int64) *[]synapse.Cursor {
	return &c.pending[tick&int64(len(c.pending)-1)] // the length is a power of two
}

// newShard builds one shard's part of a run.
func newShard(run *Simulator, index int) (*shard, error) {
	p := run.prog
	s := &shard{run: run, prog: p, index: index, counts: make([]ProjectionActivity, len(p.projections)), drives: make([]int64, len(p.stimuli))}
	s.routesFrom, s.cursorsFrom = make([][]uint32, len(p.populations)), make([][]uint32, len(p.populations))
	for _, q := range p.populations {
		h, err := q.newHost(p, index)
		if err != nil {
			return nil, err
		}
		s.hosts = append(s.hosts, h)
	}
	for _, q := range p.projections {
		for _, c := range q.pieces[index] {
			if err := s.addRoutes(q, c); err != nil {
				return nil, err
			}
		}
	}
	s.addGaps()
	s.addSamplers()
	return s, nil
}

// addRoutes lays the routes of one piece.
func (s *shard) addRoutes(q *projection, c piece) error {
	if rows, ok := c.conn.(*synapse.CursorRows); ok {
		s.cursorsFrom[q.from.index] = append(s.cursorsFrom[q.from.index], uint32(len(s.cursors)))
		s.cursors = append(s.cursors, cursorRoute{q, rows, c.port, make([][]synapse.Cursor, s.run.ring.lanes[q.from.index].mask+1)})
		return nil
	}
	var plastic *synapse.PlasticTable
	if q.plastic != nil {
		h := s.hosts[q.to.index]
		var err error
		plastic, err = synapse.NewPlasticTable(c.conn, q.plastic, c.spec.Scale, q.to.limits[c.port], h.n, s.prog.net.TickMs)
		if err != nil {
			return err
		}
		h.plastic = append(h.plastic, plastic)
	}
	conn := c.conn
	if _, ok := q.Synapse.(synapse.Learned); ok {
		conn = s.run.adopt(q, c)
	}
	for class, d := range conn.Delays() {
		s.routesFrom[q.from.index] = append(s.routesFrom[q.from.index], uint32(len(s.routes)))
		s.routes = append(s.routes, route{q, conn, plastic, c.port, class, int64(d)})
	}
	return nil
}

// arm turns emissions into arrival events later than tick now.
func (s *shard) arm(emissions []emission, now int64) {
	for _, e := range emissions {
		for _, r := range s.routesFrom[e.population] {
			if route := &s.routes[r]; e.tick+route.delay > now {
				s.queue.Push(route.projection.to.at(e.tick+route.delay, deliverEvent, r))
			}
		}
		for _, r := range s.cursorsFrom[e.population] {
			s.startCursors(int(r), e, now)
		}
	}
}

// startCursors puts a cursor on the row of every spike of an emission.
func (s *shard) startCursors(r int, e emission, now int64) {
	c := &s.cursors[r]
	for _, p := range s.run.ring.all(e.population, e.tick) {
		if p.tick != e.tick {
			continue
		}
		for _, word := range p.spikes.Neurons {
			if cursor, delay, ok := c.rows.Start(word, uint32(c.projection.From.Lo), int32(now-e.tick+1)); ok {
				s.put(r, cursor, e.tick+int64(delay))
			}
		}
	}
}

// put makes a cursor due at a tick.
func (s *shard) put(r int, c synapse.Cursor, tick int64) {
	pending := s.cursors[r].due(tick)
	if len(*pending) == 0 {
		s.queue.Push(s.cursors[r].projection.to.at(tick, cursorEvent, uint32(r)))
	}
	*pending = append(*pending, c)
}

// process runs the shard's events up to a limit.
func (s *shard) process(limit wheel.Event) {
	for s.err == nil {
		e, ok := s.queue.PopUntil(limit)
		if !ok {
			return
		}
		if s.run.watch != nil {
			s.run.watch(s, e)
			continue
		}
		s.handle(e)
	}
}

// handle runs one event.
func (s *shard) handle(e wheel.Event) {
	population, k, index := read(e.Key)
	h := s.hosts[population]
	switch k {
	case deliverEvent:
		s.deliver(h, e.Tick, &s.routes[index])
	case cursorEvent:
		s.walk(h, e.Tick, int(index))
	case stimulusEvent:
		s.stimulate(h, e.Tick, s.prog.stimuli[index])
	case gapEvent:
		s.gap(h, e.Tick, int(index))
	case wakeEvent:
		if s.due(h, index, e.Tick) {
			h.touched.Add(index)
			s.armUpdate(h, e.Tick)
		}
	case updateEvent:
		s.update(h, e.Tick)
	case injectEvent:
		s.inject(h, e.Tick)
	case sampleEvent:
		s.sample(h, e.Tick, int(index))
	}
}

// deliver hands the spikes that arrive over a route to the sums of a port.
func (s *shard) deliver(h *host, tick int64, r *route) {
	sink := &h.sinks[r.port]
	events := sink.Events
	first := uint32(r.projection.From.Lo)
	sent := tick - r.delay
	for _, p := range s.run.ring.all(r.projection.from.index, sent) {
		if p.tick != sent || len(p.spikes.Neurons) == 0 {
			continue
		}
		if r.plastic != nil {
			r.plastic.Deliver(r.class, sent, p.spikes.Neurons, first, sink)
			s.err = r.plastic.Err()
		} else if len(p.spikes.Before) > 0 {
			r.conn.Deliver(r.class, p.spikes.Neurons, p.spikes.Before, first, sink)
		} else {
			r.conn.Deliver(r.class, p.spikes.Neurons, nil, first, sink)
		}
	}
	s.counts[r.projection.index].Events += sink.Events - events
	s.armUpdate(h, tick)
}

// walk moves the cursors that are due.
func (s *shard) walk(h *host, tick int64, r int) {
	c := &s.cursors[r]
	sink := &h.sinks[c.port]
	events := sink.Events
	due := c.due(tick)
	c.rows.Walk(*due, sink, func(next synapse.Cursor, ticks int32) { s.put(r, next, tick+int64(ticks)) })
	*due = (*due)[:0]
	s.counts[c.projection.index].Events += sink.Events - events
	s.armUpdate(h, tick)
}

// armUpdate makes sure that a lazily hosted population with touched neurons is updated in a tick.
func (s *shard) armUpdate(h *host, tick int64) {
	if h.lazily != nil && h.updateAt != tick && len(h.touched.List) > 0 {
		h.updateAt = tick
		s.queue.Push(h.at(tick, updateEvent, 0))
	}
}

// update brings a population to a tick.
func (s *shard) update(h *host, tick int64) {
	out := s.run.ring.open(h.index, tick, s.index)
	if s.err = h.update(tick, out); s.err != nil {
		return
	}
	if h.muted != nil {
		h.mute(tick, out)
	}
	s.takeUp(h.population, out.Neurons)
	if len(out.Neurons) > 0 {
		s.emitted = append(s.emitted, emission{tick, h.index})
	}
	if h.clocked != nil {
		s.queue.Push(h.at(tick+1, updateEvent, 0))
	} else {
		for _, i := range h.touched.List {
			s.armWake(h, i)
		}
		h.touched.Clear()
	}
	for _, t := range h.plastic {
		t.CatchUp(tick)
	}
}

// takeUp counts the spikes, in order of neurons, that the projections from parts of a population take up.
func (s *shard) takeUp(q *population, spikes []uint32) {
	if len(spikes) == 0 {
		return
	}
	for _, i := range q.parts {
		from := s.prog.projections[i].From
		s.counts[i].Spikes += int64(before(spikes, from.Hi) - before(spikes, from.Lo))
	}
}

// before is the number of spikes, in order of neurons, of those below neuron n.
func before(spikes []uint32, n int) int {
	return sort.Search(len(spikes), func(k int) bool { return int(spike.Index(spikes[k])) >= n })
}

// due tells whether a neuron is due when a wake event comes. Input may have put the crossing off since the
// event was queued, its own or, between the members of a couple, that of the other one.
func (s *shard) due(h *host, i uint32, tick int64) bool {
	if !h.wakes.take(i, tick) {
		return false
	}
	if h.lazily.Wake(int(i)) > tick {
		s.armWake(h, i)
		return false
	}
	return true
}

// armWake schedules a neuron's next possible crossing.
func (s *shard) armWake(h *host, i uint32) {
	if w := h.lazily.Wake(int(i)); h.wakes.set(i, w) {
		s.queue.Push(h.at(w, wakeEvent, i))
	}
}

// inject emits the spikes that were handed to Inject, after those of the population itself.
func (s *shard) inject(h *host, tick int64) {
	out := s.run.ring.open(h.index, tick, s.index)
	had := len(out.Neurons)
	for k, list := range h.injected {
		out.Neurons = append(out.Neurons, list...)
		h.injected[k] = nil
	}
	if h.census != nil {
		h.activity.Active += h.census.injected(tick, len(out.Neurons)-had)
	}
	s.takeUp(h.population, out.Neurons[had:])
	h.injected = h.injected[:0]
	if h.info.Precise {
		for len(out.Before) < len(out.Neurons) {
			out.Before = append(out.Before, 0)
		}
	}
	if s.err = h.note(tick, out.Neurons[had:]); s.err != nil {
		return
	}
	h.sort(out, 0)
	if had == 0 && len(out.Neurons) > 0 {
		s.emitted = append(s.emitted, emission{tick, h.index})
	}
}
