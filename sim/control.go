package sim

import (
	"fmt"
	"math"
	"runtime"
	"slices"

	"couplet/neuron"
	"couplet/synapse"
)

// learnedWeights are the weights of a projection of learned synapses in one run: the weights as the
// learning rule gave them, by ordinal, and the tables of all shards that follow them.
type learnedWeights struct {
	weights []float64
	limit   float64
	tables  []synapse.Adjustable
	scale   synapse.Scale
}

// adopt makes a shard's own copy of a piece of learned synapses.
func (s *Simulator) adopt(q *projection, c piece) synapse.Adjustable {
	own := c.conn.(synapse.Adjustable).Copy()
	l := s.learned[q.index]
	if l == nil {
		l = &learnedWeights{limit: q.Synapse.(synapse.Learned).Limit, scale: c.spec.Scale, weights: s.prog.initialWeights(q)}
		s.learned[q.index] = l
	}
	l.tables = append(l.tables, own)
	return own
}

// initialWeights are the weights of a projection by ordinal, as they are drawn.
func (p *Program) initialWeights(q *projection) []float64 {
	n := q.Rule.(synapse.Numbered).Ordinals(q.From.Len(), q.To.Len())
	weight, _ := q.Synapse.Strength()
	key := WeightKey(p.seed, q.index)
	all := make([]float64, n)
	for k := range all {
		all[k] = weight.Draw(key, uint64(k))
	}
	return all
}

// projectionIndex finds a projection of the network.
func (s *Simulator) projectionIndex(q *Projection) (*learnedWeights, error) {
	index := slices.Index(s.prog.net.Projections, q)
	if index < 0 {
		return nil, fmt.Errorf("sim: the projection does not belong to this network")
	}
	l := s.learned[index]
	if l == nil {
		return nil, fmt.Errorf("sim: the weights of projection %q are not learned", q.Name)
	}
	return l, nil
}

// LearnedWeights returns the present weights of a projection of learned synapses, by ordinal: the
// matrix W[target][source], the kernel of a stencil, or one weight for each pair. Do not change them
// but through SetLearnedWeights.
func (s *Simulator) LearnedWeights(q *Projection) ([]float64, error) {
	l, err := s.projectionIndex(q)
	if err != nil {
		return nil, err
	}
	return l.weights, nil
}

// SetLearnedWeights gives a projection of learned synapses new weights, by ordinal. Spikes that arrive
// from the next tick on carry them.
func (s *Simulator) SetLearnedWeights(q *Projection, weights []float64) error {
	l, err := s.projectionIndex(q)
	if err != nil {
		return err
	}
	if len(weights) != len(l.weights) {
		return fmt.Errorf("sim: projection %q has %d weights, not %d", q.Name, len(l.weights), len(weights))
	}
	for k, w := range weights {
		if !(math.Abs(w) <= l.limit) {
			return fmt.Errorf("sim: weight %d of projection %q is %g, beyond the limit %g", k, q.Name, w, l.limit)
		}
	}
	l.set(weights)
	return nil
}

func (l *learnedWeights) set(weights []float64) {
	copy(l.weights, weights)
	for _, t := range l.tables {
		t.SetWeights(l.weights, l.scale)
	}
}

// SetCurrent gives a DC stimulus new amplitudes, one per neuron of its view (the stimulus's weight is
// multiplied on), effective from the next tick on.
func (s *Simulator) SetCurrent(st *Stimulus, amplitudes []float64) error {
	index := slices.Index(s.prog.net.Stimuli, st)
	if index < 0 {
		return fmt.Errorf("sim: the stimulus does not belong to this network")
	}
	if _, ok := st.Drive.(DC); !ok {
		return fmt.Errorf("sim: stimulus %q is no dc stimulus", st.Name)
	}
	if len(amplitudes) != st.To.Len() {
		return fmt.Errorf("sim: stimulus %q drives %d neurons, not %d", st.Name, st.To.Len(), len(amplitudes))
	}
	own := make([]float64, len(amplitudes))
	for i, a := range amplitudes {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return fmt.Errorf("sim: amplitude %d of stimulus %q is %g, not a finite number", i, st.Name, a)
		}
		own[i] = float64(st.Weight * a)
	}
	s.amplitudes[index] = own
	for _, sh := range s.shards {
		sh.refreshCurrent(s.prog.stimuli[index], s.tick)
	}
	return nil
}

// refreshCurrent gives the neurons of a stimulus their currents anew, after tick now.
func (s *shard) refreshCurrent(st *stimulus, now int64) {
	h := s.hosts[st.to.index]
	lo, hi, _ := st.slots(h)
	for i := lo; i < hi; i++ {
		if h.lazily != nil {
			h.lazily.Advance(i, now)
		}
		h.state.SetCurrent(i, s.currentOf(h, i, now+1))
		if h.lazily != nil {
			s.armWake(h, uint32(i))
		}
	}
}

// Mute chooses the neurons of a population whose spikes nobody hears: they fire and are counted
// (PopulationActivity.Muted), but their spikes are neither delivered nor recorded. Nil lets all be heard.
func (s *Simulator) Mute(q *Population, muted []bool) error {
	index := slices.Index(s.prog.net.Populations, q)
	if index < 0 {
		return fmt.Errorf("sim: mute: the population does not belong to this network")
	}
	if muted != nil && len(muted) != q.Size {
		return fmt.Errorf("sim: mute: population %q has %d neurons, not %d", q.Name, q.Size, len(muted))
	}
	for _, sh := range s.shards {
		h := sh.hosts[index]
		h.muted = nil
		if muted != nil && h.n > 0 {
			h.muted = slices.Clone(muted[h.lo : h.lo+h.n])
		}
	}
	return nil
}

// mute drops the spikes of muted neurons from the list of a tick, and keeps them apart.
func (h *host) mute(tick int64, out *neuron.Spikes) {
	kept := 0
	h.withheld, h.withheldAt = h.withheld[:0], tick
	for k, word := range out.Neurons {
		if h.muted[int(word&^neuron.Negative)-h.lo] {
			h.activity.Muted++
			h.withheld = append(h.withheld, word)
			continue
		}
		out.Neurons[kept] = word
		if len(out.Before) > 0 {
			out.Before[kept] = out.Before[k]
		}
		kept++
	}
	out.Neurons = out.Neurons[:kept]
	if len(out.Before) > 0 {
		out.Before = out.Before[:kept]
	}
}

// Read copies a state variable of all neurons of a population, as it is after the present tick.
func (s *Simulator) Read(q *Population, variable string, dst []float64) error {
	index := slices.Index(s.prog.net.Populations, q)
	if index < 0 {
		return fmt.Errorf("sim: read: the population does not belong to this network")
	}
	if len(dst) != q.Size {
		return fmt.Errorf("sim: read: population %q has %d neurons, not %d", q.Name, q.Size, len(dst))
	}
	info := &s.prog.populations[index].info
	v := slices.IndexFunc(info.Variables, func(v neuron.Variable) bool { return v.Name == variable })
	if v < 0 {
		return fmt.Errorf("sim: read: %s has no variable %q", info.Name, variable)
	}
	for _, sh := range s.shards {
		h := sh.hosts[index]
		for i := range h.n {
			dst[h.lo+i] = h.state.Read(v, i, s.tick)
		}
	}
	return nil
}

// Emitted appends to dst the spikes of a population in the present tick: neuron indices, with the top
// bit set for spikes of sign -1.
func (s *Simulator) Emitted(q *Population, dst []uint32) []uint32 {
	index := slices.Index(s.prog.net.Populations, q)
	if index < 0 {
		return dst
	}
	for _, p := range s.ring.all(index, s.tick) {
		if p.tick == s.tick {
			dst = append(dst, p.spikes.Neurons...)
		}
	}
	return dst
}

// Withheld appends to dst the spikes of a population's muted neurons in the present tick, which Emitted
// leaves out. A simulator that was restored from a snapshot has none until its next tick.
func (s *Simulator) Withheld(q *Population, dst []uint32) []uint32 {
	index := slices.Index(s.prog.net.Populations, q)
	if index < 0 {
		return dst
	}
	for _, sh := range s.shards {
		if h := sh.hosts[index]; h.withheldAt == s.tick {
			dst = append(dst, h.withheld...)
		}
	}
	return dst
}

// Reset returns the simulator to tick 0 with its initial state and empty recorders and counters. What
// was learned or set stays: plastic and learned weights, currents, muted neurons.
func (s *Simulator) Reset() error {
	for _, sh := range s.shards {
		if err := sh.reset(); err != nil {
			return err
		}
	}
	s.ring.clear()
	s.tick, s.err = 0, nil
	s.pending = s.pending[:0]
	s.newTrains()
	for _, w := range s.weights {
		for _, l := range w.lists {
			l.log = nil
		}
	}
	s.rearm()
	return nil
}

// reset returns a shard to its initial state.
func (s *shard) reset() error {
	for _, h := range s.hosts {
		if err := h.reset(s.prog, s.index); err != nil {
			return err
		}
	}
	for g := range s.gaps {
		s.gaps[g].start(s)
	}
	for _, sm := range s.samples {
		sm.ticks, sm.values = nil, nil
	}
	clear(s.counts)
	clear(s.drives)
	s.emitted, s.err = s.emitted[:0], nil
	return nil
}

// reset returns the neurons of a shard to their initial state; it is built once and kept.
func (h *host) reset(p *Program, shard int) error {
	if h.n == 0 {
		return nil
	}
	if h.initial == nil {
		state, err := h.newState(p, shard)
		if err != nil {
			return err
		}
		for _, c := range state.Columns() {
			h.initial = append(h.initial, cloneColumn(c))
		}
		runtime.KeepAlive(state) // large columns are memory that goes with the state
	}
	for k, c := range h.state.Columns() {
		copy(c.F64, h.initial[k].F64)
		copy(c.F32, h.initial[k].F32)
		copy(c.I64, h.initial[k].I64)
		copy(c.I32, h.initial[k].I32)
	}
	for port := range h.sinks {
		clear(h.sinks[port].Sum32)
		clear(h.sinks[port].Sum64)
		h.sinks[port].Timed, h.sinks[port].Events = h.sinks[port].Timed[:0], 0
	}
	if h.touched != nil {
		h.touched.Clear()
	}
	h.injected, h.activity = nil, PopulationActivity{}
	h.withheld, h.withheldAt = h.withheld[:0], 0
	if h.census != nil {
		h.census.freshAt = 0
	}
	for _, t := range h.plastic {
		if err := t.Reset(); err != nil {
			return err
		}
	}
	return nil
}

// cloneColumn copies a column: the arrays of a state may be freed with it.
func cloneColumn(c neuron.Column) neuron.Column {
	return neuron.Column{Name: c.Name, F64: slices.Clone(c.F64), F32: slices.Clone(c.F32), I64: slices.Clone(c.I64), I32: slices.Clone(c.I32)}
}

// saveControls writes what was set from outside: learned weights, currents and muted neurons.
func (s *Simulator) saveControls(e *encoder) {
	for k := range s.prog.projections {
		if l := s.learned[k]; l != nil {
			list(e, l.weights)
		}
	}
	for _, a := range s.amplitudes {
		list(e, a)
	}
	for _, sh := range s.shards {
		for _, h := range sh.hosts {
			muted := make([]int8, len(h.muted))
			for i, m := range h.muted {
				if m {
					muted[i] = 1
				}
			}
			list(e, muted)
		}
	}
}

// loadControls reads what saveControls wrote. The currents of the neurons themselves are part of their
// state.
func (s *Simulator) loadControls(d *decoder) {
	for k := range s.prog.projections {
		l := s.learned[k]
		if l == nil {
			continue
		}
		weights := make([]float64, len(l.weights))
		fill(d, "learned weights", weights)
		if slices.ContainsFunc(weights, func(w float64) bool { return !(math.Abs(w) <= l.limit) }) {
			d.fail("a learned weight lies beyond its limit %g", l.limit)
		}
		if d.err == nil {
			l.set(weights)
		}
	}
	for k, a := range s.amplitudes {
		own := make([]float64, len(a))
		fill(d, "currents", own)
		if a != nil && d.err == nil {
			s.amplitudes[k] = own
		}
	}
	for _, sh := range s.shards {
		for _, h := range sh.hosts {
			muted := readList[int8](d)
			if len(muted) != 0 && len(muted) != h.n {
				d.fail("%d muted marks for %d neurons", len(muted), h.n)
			}
			if len(muted) == 0 || d.err != nil {
				continue
			}
			h.muted = make([]bool, h.n)
			for i, m := range muted {
				h.muted[i] = m != 0
			}
		}
	}
}
