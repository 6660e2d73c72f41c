package sim

import (
	"context"
	"fmt"
	"math"
	"slices"

	"couplet/internal/spike"
	"couplet/sim/wheel"
)

// Simulator is one run of a program. It is not safe for concurrent use; it uses the program's
// workers itself while it runs.
type Simulator struct {
	prog     *Program
	tick     int64 // the last tick that is complete
	ring     *spikeRing
	shards   []*shard
	pending  []emission  // emitted in the last phase, not yet armed
	limit    wheel.Event // how far the shards run in the present phase
	trains   []*SpikeTrain
	trainsOf [][]*SpikeTrain // the same by population
	weights  []*weightRecord
	// amplitudes of the current stimuli, nil for others: the program's until SetCurrent gives others.
	amplitudes [][]float64
	learned    map[int]*learnedWeights // by projection
	progress   func(tick int64)
	watch      func(*shard, wheel.Event) // set by tests: handles the events in place of shard.handle
	err        error
}

// Start makes a simulator at tick 0. It panics only if the program's states cannot be built, which
// Compile has checked.
func (p *Program) Start() *Simulator {
	s, err := p.newSimulator()
	if err != nil {
		panic(err)
	}
	s.rearm()
	return s
}

func (p *Program) newSimulator() (*Simulator, error) {
	s := &Simulator{prog: p, ring: newSpikeRing(p), learned: map[int]*learnedWeights{}}
	for _, st := range p.stimuli {
		s.amplitudes = append(s.amplitudes, st.amplitudes)
	}
	for k := range p.shards {
		sh, err := newShard(s, k)
		if err != nil {
			return nil, err
		}
		s.shards = append(s.shards, sh)
	}
	s.newTrains()
	s.recordWeights()
	return s, nil
}

// newTrains begins the spike recorders.
func (s *Simulator) newTrains() {
	s.trains, s.trainsOf = nil, make([][]*SpikeTrain, len(s.prog.populations))
	for _, r := range s.prog.net.Recorders {
		if r.What == "spikes" {
			t := newTrain(r)
			of := slices.Index(s.prog.net.Populations, r.From.Population)
			s.trains, s.trainsOf[of] = append(s.trains, t), append(s.trainsOf[of], t)
		}
	}
}

// rearm fills the queues from the state: every event follows from the state and the spikes in
// flight, so a queue is never saved.
func (s *Simulator) rearm() {
	for _, sh := range s.shards {
		sh.queue.Clear(s.tick)
		for r := range sh.cursors {
			for k := range sh.cursors[r].pending {
				sh.cursors[r].pending[k] = sh.cursors[r].pending[k][:0]
			}
		}
		sh.rearm(s.tick)
		sh.arm(s.inFlight(), s.tick)
	}
	s.pending = s.pending[:0]
}

// inFlight lists the emissions whose spikes may still arrive.
func (s *Simulator) inFlight() []emission {
	var list []emission
	for tick := max(0, s.tick-s.prog.maxDelay); tick <= s.tick; tick++ {
		for p := range s.prog.populations {
			for _, part := range s.ring.all(p, tick) {
				if part.tick == tick && len(part.spikes.Neurons) > 0 {
					list = append(list, emission{tick, p})
					break
				}
			}
		}
	}
	return list
}

// rearm schedules what the shard's own state makes due after tick now.
func (s *shard) rearm(now int64) {
	for _, h := range s.hosts {
		h.updateAt = 0
		if h.clocked != nil {
			s.queue.Push(h.at(now+1, updateEvent, 0))
		}
		h.wakes.clear()
		for i := range h.wakes.at {
			s.armWake(h, uint32(i))
		}
		if len(h.injected) > 0 {
			s.queue.Push(h.at(now+1, injectEvent, 0))
		}
	}
	for _, st := range s.prog.stimuli {
		if h := s.hosts[st.to.index]; h.n == 0 {
			continue
		}
		if tick := max(now+1, st.start); st.table != nil && tick <= st.end {
			s.queue.Push(st.to.at(tick, stimulusEvent, uint32(st.index)))
		}
		for _, c := range st.changes {
			if c.tick > now {
				s.queue.Push(st.to.at(c.tick, stimulusEvent, uint32(st.index)))
			}
		}
	}
	for g := range s.gaps {
		for k := range s.gaps[g].next {
			s.armGap(&s.gaps[g], k)
		}
	}
	for k := range s.samples {
		s.armSample(k, now)
	}
}

// Tick is the last tick that is complete; the state is that after it.
func (s *Simulator) Tick() int64 { return s.tick }

// OnProgress asks to be told the tick after every window of a run, from the goroutine that runs.
func (s *Simulator) OnProgress(tell func(tick int64)) { s.progress = tell }

// Run runs for a duration in ms (steps on a step grid), rounded to whole ticks. It stops early with
// the context's error when the context ends; the simulator is then at a tick boundary and can run on.
func (s *Simulator) Run(ctx context.Context, ms float64) error {
	if !(ms >= 0) || ms/s.prog.net.TickMs > maxRunTicks {
		return fmt.Errorf("sim: cannot run for %g ms; the duration must be at least 0", ms)
	}
	return s.RunTicks(ctx, ticksOf(ms, s.prog.net.TickMs))
}

// Step runs one tick.
func (s *Simulator) Step(ctx context.Context) error { return s.RunTicks(ctx, 1) }

// RunTicks runs for a number of ticks.
func (s *Simulator) RunTicks(ctx context.Context, ticks int64) error {
	if s.err != nil {
		return s.err
	}
	if ticks < 0 || s.tick > maxRunTicks-ticks {
		return fmt.Errorf("sim: cannot run for %d ticks from tick %d", ticks, s.tick)
	}
	end := s.tick + ticks
	crew := newCrew(s.prog.shards, s.runShard)
	defer crew.dismiss()
	for s.tick < end && s.err == nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.advance(crew, end)
		if s.progress != nil {
			s.progress(s.tick)
		}
	}
	return s.err
}

// advance runs one window of ticks, or jumps over silence to the end.
func (s *Simulator) advance(crew *crew, end int64) {
	next := s.next()
	if next.Tick > end {
		s.phase(crew, wheel.Event{Tick: s.tick, Key: math.MaxUint64}) // arms what is pending
		next = s.next()
		if next.Tick > end {
			s.tick = end
			return
		}
	}
	if s.prog.zeroDelay {
		s.advanceByLevel(crew, next.Tick)
		return
	}
	stop := min(next.Tick+s.prog.window()-1, end)
	s.tick = next.Tick - 1
	s.phase(crew, wheel.Event{Tick: stop, Key: math.MaxUint64})
	s.tick = stop
}

// advanceByLevel runs one tick level by level: spikes without delay pass between the phases.
func (s *Simulator) advanceByLevel(crew *crew, tick int64) {
	s.tick = tick - 1
	for level := range s.prog.levels {
		s.phase(crew, wheel.Event{Tick: tick, Key: levelEnd(level)})
	}
	s.tick = tick
}

// next bounds from below the first event of all shards, those of pending emissions included.
func (s *Simulator) next() wheel.Event {
	next := wheel.Event{Tick: wheel.None}
	for _, sh := range s.shards {
		next.Tick = min(next.Tick, sh.queue.Next())
	}
	for _, e := range s.pending {
		if len(s.prog.populations[e.population].out) > 0 {
			next.Tick = min(next.Tick, max(e.tick+s.prog.minDelay, s.tick+1))
		}
	}
	return next
}

// phase lets every shard arm the spikes of the last phase and run its events up to a limit, then
// gathers the new spikes.
func (s *Simulator) phase(crew *crew, limit wheel.Event) {
	s.limit = limit
	crew.run()
	s.gather()
}

// runShard is the part of one shard in a phase.
func (s *Simulator) runShard(k int) {
	sh := s.shards[k]
	sh.emitted = sh.emitted[:0]
	sh.arm(s.pending, s.tick)
	sh.process(s.limit)
}

// gather lists the emissions of all shards in order, each once, and writes down their spikes.
func (s *Simulator) gather() {
	s.pending = s.pending[:0]
	for _, sh := range s.shards {
		if sh.err != nil && s.err == nil {
			s.err = sh.err
		}
		s.pending = append(s.pending, sh.emitted...)
	}
	slices.SortFunc(s.pending, func(a, b emission) int {
		if a.tick != b.tick {
			return int(a.tick - b.tick)
		}
		return a.population - b.population
	})
	s.pending = slices.Compact(s.pending)
	for _, e := range s.pending {
		for _, t := range s.trainsOf[e.population] {
			t.add(e.tick, s.ring.all(e.population, e.tick))
		}
	}
}

// newTrain makes an empty spike train for a recorder.
func newTrain(r *Recorder) *SpikeTrain {
	t := &SpikeTrain{Recorder: r}
	info := r.From.Population.Model.Info()
	if info.Signed {
		t.Signs = []int8{}
	}
	if info.Precise {
		t.Before = []float64{}
	}
	return t
}

// add appends the spikes of one tick.
func (t *SpikeTrain) add(tick int64, parts []part) {
	lo, hi := uint32(t.Recorder.From.Lo), uint32(t.Recorder.From.Hi)
	for _, p := range parts {
		if p.tick != tick {
			continue
		}
		for k, n := range p.spikes.Neurons {
			i := spike.Index(n)
			if i < lo || i >= hi {
				continue
			}
			t.Ticks, t.Neurons = append(t.Ticks, tick), append(t.Neurons, i)
			if t.Signs != nil {
				t.Signs = append(t.Signs, 1-2*int8(n>>31))
			}
			if t.Before != nil {
				before := 0.0
				if k < len(p.spikes.Before) {
					before = p.spikes.Before[k]
				}
				t.Before = append(t.Before, before)
			}
		}
	}
}

// Spikes returns what the spike recorders have written down so far, in the order of the recorders.
// The trains grow while the simulator runs on.
func (s *Simulator) Spikes() []*SpikeTrain { return s.trains }

// Inject lets neurons of a population emit spikes in the next tick, whatever their state, as if
// they had fired by themselves; their membranes do not change. Each neuron may be named once.
func (s *Simulator) Inject(q *Population, neurons ...uint32) error {
	index := slices.Index(s.prog.net.Populations, q)
	if index < 0 {
		return fmt.Errorf("sim: inject: the population does not belong to this network")
	}
	list := slices.Clone(neurons)
	slices.Sort(list)
	if len(list) > 0 && int64(list[len(list)-1]) >= int64(q.Size) {
		return fmt.Errorf("sim: inject: neuron %d is not in population %q of %d neurons", list[len(list)-1], q.Name, q.Size)
	}
	if len(slices.Compact(slices.Clone(list))) != len(list) {
		return fmt.Errorf("sim: inject: a neuron of population %q is named twice", q.Name)
	}
	for _, sh := range s.shards {
		if len(sh.hosts[index].injected) > 0 {
			return fmt.Errorf("sim: inject: population %q has injected spikes for the next tick already", q.Name)
		}
	}
	for _, sh := range s.shards {
		h := sh.hosts[index]
		lo, _ := slices.BinarySearch(list, uint32(h.lo))
		hi, _ := slices.BinarySearch(list, uint32(h.lo+h.n))
		if lo < hi {
			h.injected = append(h.injected, list[lo:hi])
			sh.queue.Push(h.at(s.tick+1, injectEvent, 0))
		}
	}
	return nil
}
