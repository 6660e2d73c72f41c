package sim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"couplet/internal/spike"
	"couplet/sim/wheel"
)

// EventTrace writes down the events of a run, one line each, for the interaction scripts and for
// tests that count events.
type EventTrace struct {
	mu     sync.Mutex
	events []tracedEvent
}

type tracedEvent struct {
	wheel.Event
	shard int
	text  string
}

// Trace has all further events of the simulator written down.
func (s *Simulator) Trace() *EventTrace {
	t := &EventTrace{}
	s.watch = func(sh *shard, e wheel.Event) {
		text := sh.handleAndTell(e)
		t.mu.Lock()
		defer t.mu.Unlock()
		t.events = append(t.events, tracedEvent{e, sh.index, text})
	}
	return t
}

// Take returns the events since the last call in the order of the scheduler, and forgets them. Events
// of one tick, population, kind and index in several shards follow each other.
func (t *EventTrace) Take() []string {
	slices.SortStableFunc(t.events, func(a, b tracedEvent) int {
		return cmp.Or(cmp.Compare(a.Tick, b.Tick), cmp.Compare(a.Key, b.Key), a.shard-b.shard)
	})
	var lines []string
	for _, e := range t.events {
		lines = append(lines, fmt.Sprintf("%d %s", e.Tick, e.text))
	}
	t.events = nil
	return lines
}

// Count is the number of events since the last call of Take.
func (t *EventTrace) Count() int { return len(t.events) }

// handleAndTell handles an event and tells in a line what it was and did.
func (s *shard) handleAndTell(e wheel.Event) string {
	population, k, index := read(e.Key)
	h := s.hosts[population]
	tell := map[kind]func(h *host, e wheel.Event, index uint32) string{
		deliverEvent: s.tellArrival, cursorEvent: s.tellCursors, stimulusEvent: s.tellStimulus, gapEvent: s.tellGap,
		wakeEvent: s.tellWake, updateEvent: s.tellUpdate, injectEvent: s.tellInjection, sampleEvent: s.tellSample,
	}[k]
	return h.Name + ": " + tell(h, e, index)
}

func (s *shard) tellArrival(_ *host, e wheel.Event, index uint32) string {
	r := s.routes[index]
	before := s.counts[r.projection.index].Events
	s.handle(e)
	return fmt.Sprintf("arrival over %s, sent in tick %d: %s", r.projection.Name, e.Tick-r.delay,
		synapticEvents(s.counts[r.projection.index].Events-before))
}

func (s *shard) tellCursors(_ *host, e wheel.Event, index uint32) string {
	q := s.cursors[index].projection
	before := s.counts[q.index].Events
	s.handle(e)
	return fmt.Sprintf("arrival over %s, by cursor: %s", q.Name, synapticEvents(s.counts[q.index].Events-before))
}

func synapticEvents(n int64) string {
	if n == 1 {
		return "1 synaptic event"
	}
	return fmt.Sprintf("%d synaptic events", n)
}

func (s *shard) tellStimulus(_ *host, e wheel.Event, index uint32) string {
	st := s.prog.stimuli[index]
	before := s.drives[index]
	s.handle(e)
	n := s.drives[index] - before
	if st.poisson() == nil {
		return fmt.Sprintf("%s changes the current of %d", st.Name, n)
	}
	return fmt.Sprintf("%s sends %d", st.Name, n)
}

func (s *shard) tellGap(_ *host, e wheel.Event, index uint32) string {
	for _, g := range s.gaps {
		if k := int(index) - g.first; k >= 0 && k < len(g.next) {
			s.handle(e)
			return fmt.Sprintf("%s sends a spike to %d", g.stim.Name, g.lo+k+s.hosts[g.stim.to.index].lo)
		}
	}
	panic("a gap event without a drive")
}

func (s *shard) tellWake(h *host, e wheel.Event, index uint32) string {
	due := h.wakes.pending[index/64]>>(index%64)&1 == 1 && h.wakes.at[index] == e.Tick
	s.handle(e)
	text := fmt.Sprintf("wake %d", h.lo+int(index))
	if !due || !slices.Contains(h.touched.List, index) {
		text += ", no longer due"
	}
	return text
}

func (s *shard) tellUpdate(h *host, e wheel.Event, _ uint32) string {
	who := " all"
	if h.lazily != nil {
		touched := slices.Clone(h.touched.List)
		slices.Sort(touched)
		who = ""
		for _, i := range touched {
			who += fmt.Sprintf(" %d", h.lo+int(i))
		}
	}
	s.handle(e)
	return "update" + who + s.tellSpikes(h, e.Tick)
}

func (s *shard) tellInjection(h *host, e wheel.Event, _ uint32) string {
	var list []string
	for _, neurons := range h.injected {
		for _, n := range neurons {
			list = append(list, fmt.Sprint(n))
		}
	}
	s.handle(e)
	return "injected spikes " + strings.Join(list, " ")
}

// tellSpikes lists what a population has emitted in a tick: -3 is a negative spike of neuron 3.
func (s *shard) tellSpikes(h *host, tick int64) string {
	p := s.run.ring.all(h.index, tick)[s.index]
	if p.tick != tick || len(p.spikes.Neurons) == 0 {
		return ""
	}
	text := ", spikes"
	for k, n := range p.spikes.Neurons {
		sign := ""
		if n&spike.Negative != 0 {
			sign = "-"
		}
		text += fmt.Sprintf(" %s%d", sign, spike.Index(n))
		if k < len(p.spikes.Before) {
			text += fmt.Sprintf(" (%.6g before the end)", p.spikes.Before[k])
		}
	}
	return text
}

func (s *shard) tellSample(_ *host, e wheel.Event, index uint32) string {
	sm := s.samples[index]
	s.handle(e)
	text := sm.recorder.What + " ="
	for _, x := range sm.values[len(sm.values)-(sm.hi-sm.lo):] {
		text += fmt.Sprintf(" %.6g", x)
	}
	return text
}

// Queued is the number of events in the queues of all shards.
func (s *Simulator) Queued() int {
	n := 0
	for _, sh := range s.shards {
		n += sh.queue.Len()
	}
	return n
}

// Estimate returns the bytes of the tables that the program was expected to have before they were
// built, and of all the rest.
func (p *Program) Estimate() (tables, all float64) {
	for _, q := range p.projections {
		tables += p.tableBytes(q)
	}
	all, _ = p.estimate()
	return tables, all
}

// CountedFrom is the mean number of spikes per tick from which a Poisson drive is counted.
const CountedFrom = countedFrom

// QuietSize is the population size from which lazy hosting is chosen.
const QuietSize = quietSize

// Uncounted calls a function while active neurons are not told from idle ones, as if Options.CountActive were off.
func (s *Simulator) Uncounted(do func()) {
	taken := map[*host]*census{}
	for _, sh := range s.shards {
		for _, h := range sh.hosts {
			taken[h], h.census = h.census, nil
		}
	}
	do()
	for h, c := range taken {
		h.census = c
	}
}
