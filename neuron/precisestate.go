package neuron

import (
	"cmp"
	"math"
	"slices"
)

// psState is the state of a shard of PSCExpPS neurons. Synaptic currents and potentials are those at
// the end of tick last, potentials relative to E_L.
type psState struct {
	first    uint32
	tickMs   float64
	curves   []psCurve // one per distinct parameter set
	class    []uint32  // neuron -> curve; nil if there is only one
	constant []float64 // I_e

	v, ex, in []float64
	current   []float64 // I_e and all stimuli
	// The refractory time of a neuron ends freeBefore ms before the end of tick freeTick. It is in
	// the past for a free neuron.
	freeTick   []int64
	freeBefore []float64
	last       []int64 // tick of the last update; only in lazy hosting
}

func (s *psState) curve(i int) *psCurve {
	if s.class == nil {
		return &s.curves[0]
	}
	return &s.curves[s.class[i]]
}

func (s *psState) point(i int) psPoint { return psPoint{s.v[i], s.ex[i], s.in[i]} }

func (s *psState) setPoint(i int, p psPoint) { s.v[i], s.ex[i], s.in[i] = p.v, p.ex, p.in }

// Columns lists the mutable state.
func (s *psState) Columns() []Column {
	columns := []Column{
		{Name: "V_m", F64: s.v},
		{Name: "I_syn_ex", F64: s.ex},
		{Name: "I_syn_in", F64: s.in},
		{Name: "current", F64: s.current},
		{Name: "free_tick", I64: s.freeTick},
		{Name: "free_before", F64: s.freeBefore},
	}
	if s.last != nil {
		columns = append(columns, Column{Name: "last", I64: s.last})
	}
	return columns
}

// Read gives a variable at the end of tick now.
func (s *psState) Read(v, i int, now int64) float64 {
	p := s.point(i)
	if s.last != nil {
		p = s.later(i, now)
	}
	switch v {
	case psEx:
		return p.ex
	case psIn:
		return p.in
	}
	return s.curve(i).rest + p.v
}

// SetCurrent sets the sum of the stimuli into neuron i, which adds to its I_e.
func (s *psState) SetCurrent(i int, current float64) { s.current[i] = s.constant[i] + current }

// Step updates every neuron by one tick.
func (s *psState) Step(now int64, in []Input, out *Spikes) {
	arrivals := inOrder(in)
	for i := range s.v {
		n := 0
		for n < len(arrivals) && int(arrivals[n].Neuron) == i {
			n++
		}
		s.tick(i, now, arrivals[:n], out)
		arrivals = arrivals[n:]
	}
}

// Touch updates the listed neurons to tick now.
func (s *psState) Touch(now int64, list []uint32, in []Input, out *Spikes) {
	arrivals := inOrder(in)
	for _, i := range list {
		s.Advance(int(i), now-1)
		from, _ := slices.BinarySearchFunc(arrivals, i, func(a Arrival, i uint32) int { return cmp.Compare(a.Neuron, i) })
		to := from
		for to < len(arrivals) && arrivals[to].Neuron == i {
			to++
		}
		s.tick(int(i), now, arrivals[from:to], out)
		s.last[i] = now
	}
}

// inOrder takes the arrivals of a tick and puts them in the order of neuron, time and weight, so
// that neither sums nor spikes depend on the order in which they were delivered.
func inOrder(in []Input) []Arrival {
	if len(in) == 0 {
		return nil
	}
	arrivals := in[0].Timed
	in[0].Timed = arrivals[:0]
	slices.SortFunc(arrivals, func(a, b Arrival) int {
		if c := cmp.Compare(a.Neuron, b.Neuron); c != 0 {
			return c
		}
		if c := cmp.Compare(b.Before, a.Before); c != 0 { // the more before the end, the earlier
			return c
		}
		return cmp.Compare(a.Weight, b.Weight)
	})
	return arrivals
}

// tick moves neuron i over tick now, piece by piece. Its arrivals come in order of time.
func (s *psState) tick(i int, now int64, arrivals []Arrival, out *Spikes) {
	if len(arrivals) == 0 && s.freeTick[i] < now { // most ticks: one piece, no crossing
		c := s.curve(i)
		if next := c.whole.free(s.point(i), s.current[i]); next.v < c.threshold {
			s.setPoint(i, next)
			return
		}
	}
	w := psWalk{
		curve: s.curve(i), tickMs: s.tickMs, current: s.current[i],
		at: s.tickMs, p: s.point(i), held: s.freeTick[i] >= now,
	}
	release := -1.0 // when the refractory time ends within this tick: ms before its end
	if s.freeTick[i] == now {
		release = s.freeBefore[i]
	}
	for _, a := range arrivals {
		if release >= a.Before {
			w.release(release)
			release = -1
		}
		w.to(a.Before)
		w.add(a.Weight)
	}
	if release >= 0 {
		w.release(release)
	}
	w.to(0)
	s.setPoint(i, w.p)
	if w.fired {
		out.Neurons = append(out.Neurons, s.first+uint32(i))
		out.Before = append(out.Before, w.spikeBefore)
		s.refract(i, now, w.spikeBefore)
	}
}

// refract notes the end of the refractory time after a spike of tick now.
func (s *psState) refract(i int, now int64, before float64) {
	c := s.curve(i)
	tick, free := now+c.refTicks, before-c.refRest
	if free < 0 {
		tick, free = tick+1, free+s.tickMs
	}
	s.freeTick[i], s.freeBefore[i] = tick, free
}

// Advance brings neuron i to the end of tick to, without arrivals.
func (s *psState) Advance(i int, to int64) {
	if to > s.last[i] {
		s.setPoint(i, s.later(i, to))
		s.last[i] = to
	}
}

// later is the state of neuron i at the end of tick to if nothing arrives and it does not fire. The
// pieces on the way need not be walked one by one, since the closed forms compose.
func (s *psState) later(i int, to int64) psPoint {
	c, p, from := s.curve(i), s.point(i), s.last[i]
	free := s.freeTick[i]
	switch {
	case to <= from:
		return p
	case free <= from:
		return c.free(p, s.current[i], s.tickMs, s.span(from, to))
	case free > to:
		return c.held(p, s.tickMs, s.span(from, to))
	}
	p = c.held(p, s.tickMs, s.span(from, free)-s.freeBefore[i])
	return c.free(p, s.current[i], s.tickMs, s.span(free, to)+s.freeBefore[i])
}

// span is the time from the end of one tick to the end of another one, ms.
func (s *psState) span(from, to int64) float64 { return float64(float64(to-from) * s.tickMs) }

// Wake is the first tick at whose end the potential may have reached the threshold: crossings
// within a tick without arrivals are only seen there.
func (s *psState) Wake(i int) int64 {
	c, p, start, lead := s.curve(i), s.point(i), s.last[i], 0.0
	if free := s.freeTick[i]; free > start {
		lead = s.freeBefore[i]
		p = c.held(p, s.tickMs, s.span(start, free)-lead)
		start = free
	}
	ticks := c.firstReach(p, s.current[i], lead, s.tickMs)
	if ticks == Never {
		return Never
	}
	return max(start+ticks, s.last[i]+1)
}

// psWalk is one neuron on its way through a tick: now at ms before the end of it.
type psWalk struct {
	curve       *psCurve
	tickMs      float64
	current     float64
	at          float64
	p           psPoint
	held        bool // refractory
	fired       bool
	spikeBefore float64
}

// to goes on to the end of a piece, before ms before the end of the tick, where the threshold is
// tested. If it has been crossed, the spike is put at the crossing, the potential is reset from
// there on, and the currents are those at the end of the piece.
func (w *psWalk) to(before float64) {
	dt := w.at - before
	if dt <= 0 {
		return
	}
	w.at = before
	if w.held {
		w.p = w.curve.held(w.p, w.tickMs, dt)
		return
	}
	next := w.curve.free(w.p, w.current, w.tickMs, dt)
	if next.v >= w.curve.threshold {
		w.fired, w.held = true, true
		// Rounding must lead neither out of the piece nor to the very start of the tick, which
		// belongs to the tick before.
		w.spikeBefore = before + dt - w.curve.crossing(w.p, w.current, dt)
		w.spikeBefore = min(max(w.spikeBefore, before), math.Nextafter(w.tickMs, 0))
		next.v = w.curve.reset
	}
	w.p = next
}

// release ends the refractory time, before ms before the end of the tick.
func (w *psWalk) release(before float64) {
	w.to(before)
	w.held = false
}

// add lets a spike arrive.
func (w *psWalk) add(weight float64) {
	if weight > 0 {
		w.p.ex += weight
	} else {
		w.p.in += weight
	}
}
