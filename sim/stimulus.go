package sim

import (
	"math"
	"sort"

	"couplet/internal/rng"
	"couplet/synapse"
)

// stimulus is a compiled stimulus.
type stimulus struct {
	*Stimulus
	index      int
	to         *population
	key        rng.Key
	table      *rng.PoissonTable // counted Poisson drive
	start, end int64             // likewise: the first and the last tick in which its spikes arrive
	amplitudes []float64         // DC: one per neuron of the view, the weight included
	changes    []change          // currents: the ticks at which the current changes
}

// change is a new value of a current: factor × amplitude from a tick on.
type change struct {
	tick   int64
	factor float64
}

// countedFrom is the mean number of spikes per tick from which a Poisson drive is drawn as a count
// per neuron and tick; below it the gaps between spikes are drawn, so that silence costs nothing.
// The choice depends on the rate alone: both hostings see the same spikes.
const countedFrom = 0.05

// perTick is the mean number of spikes per tick.
func (d Poisson) perTick(tickMs float64) float64 { return d.RateHz * tickMs / 1000 }

// poisson is the stimulus's Poisson drive, nil if it is a current.
func (s *Stimulus) poisson() *Poisson {
	if d, ok := s.Drive.(Poisson); ok {
		return &d
	}
	return nil
}

// counted tells whether the drive is drawn tick by tick.
func (d *Poisson) counted(tickMs float64) bool { return d.perTick(tickMs) >= countedFrom }

// mostSpikes bounds the Poisson spikes of one neuron in one tick.
func (s *stimulus) mostSpikes(tickMs float64) float64 {
	d := s.poisson()
	if d.counted(tickMs) {
		if t, err := rng.NewPoissonTable(d.perTick(tickMs)); err == nil {
			return float64(t.Max())
		}
	}
	return mostMultiple
}

// draw fixes the stimulus's tables. The delay shifts everything by whole ticks.
func (s *stimulus) draw(p *Program) {
	s.key = StimulusKey(p.seed, s.index)
	switch d := s.Drive.(type) {
	case Poisson:
		if d.counted(p.net.TickMs) {
			s.table, _ = rng.NewPoissonTable(d.perTick(p.net.TickMs))
			s.start, s.end = s.span(p, d)
		}
	case DC:
		s.amplitudes = make([]float64, s.To.Len())
		for i := range s.amplitudes {
			s.amplitudes[i] = float64(s.Weight * d.Amplitude.Draw(s.key, uint64(i)))
		}
		s.changes = append(s.changes, change{s.onset(p, d.StartMs), 1})
		if d.StopMs > 0 && !math.IsInf(d.StopMs, 1) {
			s.changes = append(s.changes, change{s.onset(p, d.StopMs), 0})
		}
	case StepCurrent:
		s.amplitudes = make([]float64, s.To.Len())
		for i := range s.amplitudes {
			s.amplitudes[i] = s.Weight
		}
		for i, ms := range d.TimesMs {
			s.changes = append(s.changes, change{s.onset(p, ms), d.Amplitudes[i]})
		}
	}
}

// onset is the first tick in which what begins at a time acts: a current that is on from start
// reaches the update that begins at start + delay, and that is the update of the next tick.
func (s *stimulus) onset(p *Program, ms float64) int64 {
	return ticksOf(ms, p.net.TickMs) + ticksOf(s.DelayMs, p.net.TickMs) + 1
}

// ticksOf rounds a duration to ticks.
func ticksOf(ms, tickMs float64) int64 {
	t := math.Round(ms / tickMs)
	if !(t < maxRunTicks) {
		return maxRunTicks
	}
	return int64(t)
}

// factor is the current's factor in a tick.
func (s *stimulus) factor(tick int64) float64 {
	later := sort.Search(len(s.changes), func(k int) bool { return s.changes[k].tick > tick })
	if later == 0 {
		return 0
	}
	return s.changes[later-1].factor
}

// span is the first and the last tick in which spikes of a Poisson drive arrive: they have times in
// (start, stop] and arrive a delay later.
func (s *stimulus) span(p *Program, d Poisson) (start, end int64) {
	delay := ticksOf(s.DelayMs, p.net.TickMs)
	end = math.MaxInt64
	if d.StopMs != 0 {
		end = ticksOf(d.StopMs, p.net.TickMs) + delay
	}
	return ticksOf(d.StartMs, p.net.TickMs) + delay + 1, end
}

// slots returns the part of the stimulus's view that a host holds: shard slots lo to hi and the
// index in the view of slot lo.
func (s *stimulus) slots(h *host) (lo, hi, first int) {
	lo, hi = max(s.To.Lo-h.lo, 0), min(s.To.Hi-h.lo, h.n)
	return lo, hi, lo + h.lo - s.To.Lo
}

// stimulate lets a stimulus act in a tick.
func (s *shard) stimulate(h *host, tick int64, st *stimulus) {
	if st.poisson() == nil {
		s.changeCurrent(h, tick, st)
		return
	}
	s.countPoisson(h, tick, st)
	if tick < st.end {
		s.queue.Push(h.at(tick+1, stimulusEvent, uint32(st.index)))
	}
	s.armUpdate(h, tick)
}

// changeCurrent gives every neuron of a stimulus its new sum of currents, effective in this tick.
func (s *shard) changeCurrent(h *host, tick int64, st *stimulus) {
	lo, hi, _ := st.slots(h)
	for i := lo; i < hi; i++ {
		if h.lazily != nil {
			h.lazily.Advance(i, tick-1)
		}
		h.state.SetCurrent(i, s.currentOf(h, i, tick))
		if h.lazily != nil {
			h.touched.Add(uint32(i))
		}
	}
	s.drives[st.index] += int64(max(hi-lo, 0))
	s.armUpdate(h, tick)
}

// currentOf sums the currents into one neuron in a tick, in the order of the stimuli.
func (s *shard) currentOf(h *host, i int, tick int64) float64 {
	sum := 0.0
	for _, k := range h.stim {
		st, amplitudes := s.prog.stimuli[k], s.run.amplitudes[k]
		if lo, hi, first := st.slots(h); amplitudes != nil && i >= lo && i < hi {
			sum += float64(st.factor(tick) * amplitudes[i-lo+first])
		}
	}
	return sum
}

// port is the input port that takes a stimulus's weight, and the weight in its units.
func (st *stimulus) port() (port int, units int64) {
	for k, kind := range st.to.info.Ports {
		if portSign(kind.Kind).Takes(st.Weight) {
			if portIntake(kind.Kind) == synapse.Counting {
				return k, 1
			}
			return k, st.to.scales[k].Units(st.Weight)
		}
	}
	return 0, 0
}

// countPoisson draws the number of spikes that each neuron receives in a tick: counter = neuron of
// the view, sub-stream = tick.
func (s *shard) countPoisson(h *host, tick int64, st *stimulus) {
	port, units := st.port()
	sink := &h.sinks[port]
	key := st.key.Sub(uint64(tick))
	lo, hi, first := st.slots(h)
	events := int64(0)
	for i := lo; i < hi; i++ {
		if k := st.table.Count(key.Uint64(uint64(i - lo + first))); k > 0 {
			sink.Add(uint32(i), int64(k)*units)
			events += int64(k)
		}
	}
	s.drives[st.index] += events
}

// gapState is a sparse Poisson drive in one shard: for each neuron the time of its next spike (ms,
// without the delay) and the number of draws made.
type gapState struct {
	stim  *stimulus
	first int // gap slot of the first neuron
	lo    int // shard slot of the first neuron
	next  []float64
	draws []int64
}

// addGaps lists the sparse Poisson drives, with their first spikes drawn.
func (s *shard) addGaps() {
	slot := 0
	for _, st := range s.prog.stimuli {
		d := st.poisson()
		if d == nil || d.counted(s.prog.net.TickMs) || d.RateHz == 0 {
			continue
		}
		lo, hi, _ := st.slots(s.hosts[st.to.index])
		if lo >= hi {
			continue
		}
		g := gapState{stim: st, first: slot, lo: lo, next: make([]float64, hi-lo), draws: make([]int64, hi-lo)}
		g.start(s)
		s.gaps = append(s.gaps, g)
		slot += hi - lo
	}
}

// start draws the first spike of every neuron.
func (g *gapState) start(s *shard) {
	for k := range g.next {
		g.next[k], g.draws[k] = g.stim.poisson().StartMs, 0
		g.advance(s, k)
	}
}

// advance draws the next spike of a neuron: an exponential gap after the last one.
func (g *gapState) advance(s *shard, k int) {
	_, _, first := g.stim.slots(s.hosts[g.stim.to.index])
	key := g.stim.key.Sub(uint64(k + first))
	g.next[k] += key.Exponential(uint64(g.draws[k])) * 1000 / g.stim.poisson().RateHz
	g.draws[k]++
}

// tick is the tick in which a neuron's next spike arrives; false if the drive has ended by then.
func (g *gapState) tick(s *shard, k int) (int64, bool) {
	d := g.stim.poisson()
	if d.StopMs > 0 && g.next[k] > d.StopMs || !(g.next[k]/s.prog.net.TickMs < maxRunTicks) {
		return 0, false
	}
	return int64(math.Floor(g.next[k]/s.prog.net.TickMs)) + 1 + ticksOf(g.stim.DelayMs, s.prog.net.TickMs), true
}

// armGap schedules a neuron's next Poisson spike.
func (s *shard) armGap(g *gapState, k int) {
	if tick, ok := g.tick(s, k); ok {
		s.queue.Push(g.stim.to.at(tick, gapEvent, uint32(g.first+k)))
	}
}

// gap hands on the Poisson spikes of one neuron that fall into a tick.
func (s *shard) gap(h *host, tick int64, slot int) {
	g := &s.gaps[0]
	for i := range s.gaps {
		if s.gaps[i].first <= slot {
			g = &s.gaps[i]
		}
	}
	k := slot - g.first
	port, units := g.stim.port()
	for at, ok := g.tick(s, k); ok && at == tick; at, ok = g.tick(s, k) {
		h.sinks[port].Add(uint32(g.lo+k), units)
		s.drives[g.stim.index]++
		g.advance(s, k)
	}
	s.armGap(g, k)
	s.armUpdate(h, tick)
}
