package sim

import (
	"slices"

	"couplet/synapse"
)

// sampler records a variable of the neurons that one shard holds of a recorder's view.
type sampler struct {
	recorder *Recorder
	of       *population
	variable int
	every    int64 // ticks
	lo, hi   int   // slots in the shard
	column   int   // column of slot lo in the trace
	ticks    []int64
	values   []float64 // len(ticks) × (hi-lo)
}

// addSamplers lists the variable recorders.
func (s *shard) addSamplers() {
	for _, r := range s.prog.net.Recorders {
		sm := &sampler{recorder: r}
		if r.What != "spikes" && r.What != "weights" {
			sm.locate(s)
		}
		s.samples = append(s.samples, sm)
	}
}

// locate finds the sampler's neurons and variable.
func (sm *sampler) locate(s *shard) {
	for _, h := range s.hosts {
		if h.Population != sm.recorder.From.Population {
			continue
		}
		sm.of = h.population
		sm.lo, sm.hi = max(sm.recorder.From.Lo-h.lo, 0), min(sm.recorder.From.Hi-h.lo, h.n)
		sm.column = sm.lo + h.lo - sm.recorder.From.Lo
		for v, q := range h.info.Variables {
			if q.Name == sm.recorder.What {
				sm.variable = v
			}
		}
	}
	sm.every = max(1, ticksOf(sm.recorder.EveryMs, s.prog.net.TickMs))
}

// armSample schedules the first sample after tick now: samples are taken at multiples of the interval.
func (s *shard) armSample(index int, now int64) {
	if sm := s.samples[index]; sm.of != nil && sm.lo < sm.hi {
		s.queue.Push(sm.of.at((now/sm.every+1)*sm.every, sampleEvent, uint32(index)))
	}
}

// sample reads a variable after the tick's update.
func (s *shard) sample(h *host, tick int64, index int) {
	sm := s.samples[index]
	sm.ticks = append(sm.ticks, tick)
	for i := sm.lo; i < sm.hi; i++ {
		sm.values = append(sm.values, h.state.Read(sm.variable, i, tick))
	}
	s.armSample(index, tick)
}

// Traces returns what the variable recorders have sampled so far, in the order of the recorders.
func (s *Simulator) Traces() []*Trace {
	var traces []*Trace
	for k, r := range s.prog.net.Recorders {
		if r.What == "spikes" || r.What == "weights" {
			continue
		}
		traces = append(traces, s.trace(k, r))
	}
	return traces
}

// trace puts the columns of all shards together.
func (s *Simulator) trace(k int, r *Recorder) *Trace {
	t := &Trace{Recorder: r}
	width := r.From.Len()
	for _, sh := range s.shards {
		sm := sh.samples[k]
		if sm.lo >= sm.hi {
			continue
		}
		t.Unit = sm.of.info.Variables[sm.variable].Unit
		if t.Ticks == nil {
			t.Ticks = slices.Clone(sm.ticks)
			t.Values = make([]float64, len(sm.ticks)*width)
		}
		n := sm.hi - sm.lo
		for row := range sm.ticks {
			copy(t.Values[row*width+sm.column:], sm.values[row*n:(row+1)*n])
		}
	}
	return t
}

// weightLog is one entry of a weight recorder, by place in a shard's table.
type weightLog struct {
	sent       int64
	source, at uint32
	weight     float64
}

// placeOf finds the ordinals and targets of a plastic piece by place in its table.
func placeOf(c piece) (ordinals []uint64, targets []uint32) {
	n := c.conn.Synapses()
	ordinals, targets = make([]uint64, n), make([]uint32, n)
	synapse.Places(c.spec, c.conn, func(at, _, target uint32, ordinal uint64) {
		ordinals[at], targets[at] = ordinal, target
	})
	return ordinals, targets
}
