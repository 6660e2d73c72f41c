package synapse

import "couplet/internal/spike"

// StencilSynapses are the synapses of a convolution or pooling: the kernel, in units of the port,
// and the per-axis tables that a spike walks along. Targets are computed, not stored.
type StencilSynapses struct {
	delays   []int32
	taps     *Taps
	lo, hi   uint32  // targets of the shard
	slot     uint32  // slot of target lo
	units    []int64 // per kernel entry; one entry if all are equal
	taken    []bool  // kernel entries that the port takes; nil if it takes all
	gain     float64 // the rule's factor on every weight
	synapses int64
}

// stencil compiles a stencil rule; a weight is drawn once per kernel entry.
func (b *builder) stencil(rule Stencil, delays []int32) (*StencilSynapses, error) {
	taps, err := rule.Compile()
	if err != nil {
		return nil, err
	}
	s := &StencilSynapses{delays: delays, taps: taps, lo: uint32(b.Lo), hi: uint32(b.Hi), slot: uint32(b.Slot), gain: gain(rule)}
	entries := taps.Weights()
	if b.constWeight {
		entries = 1
	}
	s.units = make([]int64, entries)
	if b.filter {
		s.taken = make([]bool, entries)
	}
	for k := range s.units {
		w := b.weight.Draw(b.Weights, uint64(k))
		s.units[k] = b.units(w)
		if b.filter {
			s.taken[k] = b.Sign.Takes(w)
		}
	}
	s.synapses = s.count(b.Wiring)
	return s, nil
}

// count is the number of synapses that end in the shard's port.
func (s *StencilSynapses) count(w Wiring) int64 {
	if s.taken == nil && s.lo == 0 && int(s.hi) == w.Targets {
		return int64(s.taps.Synapses())
	}
	n := int64(0)
	var row []Tap
	for source := range w.Sources {
		row = s.taps.Row(uint32(source), s.lo, s.hi, row[:0])
		n += int64(len(s.keep(row)))
	}
	return n
}

// keep drops the taps whose weights belong to another port.
func (s *StencilSynapses) keep(row []Tap) []Tap {
	if s.taken == nil {
		return row
	}
	kept := row[:0]
	for _, tap := range row {
		if s.taken[tap.Weight] {
			kept = append(kept, tap)
		}
	}
	return kept
}

// Delays implements [Connectivity].
func (s *StencilSynapses) Delays() []int32 { return s.delays }

// Synapses implements [Connectivity].
func (s *StencilSynapses) Synapses() int64 { return s.synapses }

// Bytes implements [Connectivity]: the kernel; the axis tables are a few hundred bytes.
func (s *StencilSynapses) Bytes() int64 { return int64(8*len(s.units) + len(s.taken)) }

// Encoding implements [Connectivity].
func (s *StencilSynapses) Encoding() string { return "implicit stencil" }

// Deliver implements [Connectivity].
func (s *StencilSynapses) Deliver(_ int, spikes []uint32, _ []float64, first uint32, sink *Sink) {
	sources := uint32(s.taps.InShape().Size())
	for _, word := range spikes {
		i := spike.Index(word) - first
		if i >= sources {
			continue
		}
		sink.row = s.keep(s.taps.Row(i, s.lo, s.hi, sink.row[:0]))
		sink.Events += int64(len(sink.row))
		s.add(sink, word&spike.Negative != 0)
	}
}

// add hands the weights of the row in the sink to its targets.
func (s *StencilSynapses) add(sink *Sink, negative bool) {
	shift := s.slot - s.lo
	for _, tap := range sink.row {
		units := s.units[0]
		if len(s.units) > 1 {
			units = s.units[tap.Weight]
		}
		sink.Add(tap.Target+shift, signed(units, negative))
	}
}
