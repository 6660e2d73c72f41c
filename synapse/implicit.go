package synapse

import (
	"couplet/internal/spike"
)

// implicit returns a form that stores no targets, if the rule and the delay allow one.
func (b *builder) implicit() (Connectivity, bool) {
	if !b.computable() {
		return nil, false
	}
	delays := []int32{b.ticks(0)}
	switch rule := b.Rule.(type) {
	case Stencil:
		c, err := b.stencil(rule, delays)
		return c, err == nil
	case OneToOne:
		return b.diagonal(delays), true
	case AllToAll:
		return b.dense(delays), true
	}
	return nil, false
}

// computable tells whether the targets of a source follow from its index alone and need not be
// stored.
func (b *builder) computable() bool {
	if !b.constDelay || b.none || b.Intake == Timing || b.plastic {
		return false
	}
	switch rule := b.Rule.(type) {
	case Stencil:
		return true
	case OneToOne:
		return !b.filter
	case AllToAll:
		return !b.filter && !rule.NoSelf
	}
	return false
}

// Diagonal connects source i to target i.
type Diagonal struct {
	delays []int32
	lo, hi int
	slot   int
	units  []int64 // one per target of the shard, or a single one for all
}

func (b *builder) diagonal(delays []int32) *Diagonal {
	d := &Diagonal{delays: delays, lo: b.Lo, hi: b.Hi, slot: b.Slot}
	if b.constWeight {
		d.units = []int64{b.units(b.sharedWeight())}
		return d
	}
	d.units = make([]int64, b.Hi-b.Lo)
	b.visit(func(_, slot uint32, _ int32, weight float64, _ uint64) {
		d.units[int(slot)-b.Slot] = b.units(weight)
	})
	return d
}

// Delays implements [Connectivity].
func (d *Diagonal) Delays() []int32 { return d.delays }

// Synapses implements [Connectivity].
func (d *Diagonal) Synapses() int64 { return int64(d.hi - d.lo) }

// Bytes implements [Connectivity].
func (d *Diagonal) Bytes() int64 { return int64(8 * len(d.units)) }

// Encoding implements [Connectivity].
func (d *Diagonal) Encoding() string { return "implicit one-to-one" }

// Deliver implements [Connectivity].
func (d *Diagonal) Deliver(_ int, spikes []uint32, _ []float64, first uint32, sink *Sink) {
	for _, s := range spikes {
		i := int(spike.Index(s)) - int(first) - d.lo
		if i < 0 || i >= d.hi-d.lo {
			continue
		}
		units := d.units[min(i, len(d.units)-1)]
		sink.Add(uint32(d.slot+i), signed(units, s&spike.Negative != 0))
		sink.Events++
	}
}

// Dense connects every source to every target. With one weight for all nothing is stored; else
// the weights stand in a matrix, one row per source, and a spike adds its row.
type Dense struct {
	delays  []int32
	sources int
	lo      int // first target, as an index of the view
	n       int // targets in the shard
	slot    int
	shared  int64
	rows32  []int32 // sources × n, if the port sums in 32 bits
	rows64  []int64
}

func (b *builder) dense(delays []int32) *Dense {
	d := &Dense{delays: delays, sources: b.Wiring.Sources, lo: b.Lo, n: b.Hi - b.Lo, slot: b.Slot}
	switch {
	case b.constWeight:
		d.shared = b.units(b.sharedWeight())
		return d
	case b.Scale.Wide:
		d.rows64 = make([]int64, d.sources*d.n)
	default:
		d.rows32 = make([]int32, d.sources*d.n)
	}
	b.visit(func(source, slot uint32, _ int32, weight float64, _ uint64) {
		at := int(source)*d.n + int(slot) - b.Slot
		if d.rows64 != nil {
			d.rows64[at] = b.units(weight)
		} else {
			d.rows32[at] = int32(b.units(weight))
		}
	})
	return d
}

// Delays implements [Connectivity].
func (d *Dense) Delays() []int32 { return d.delays }

// Synapses implements [Connectivity].
func (d *Dense) Synapses() int64 { return int64(d.sources) * int64(d.n) }

// Bytes implements [Connectivity].
func (d *Dense) Bytes() int64 { return int64(4*len(d.rows32) + 8*len(d.rows64)) }

// Encoding implements [Connectivity].
func (d *Dense) Encoding() string {
	if d.rows32 == nil && d.rows64 == nil {
		return "implicit all-to-all"
	}
	return "dense matrix"
}

// Deliver implements [Connectivity].
func (d *Dense) Deliver(_ int, spikes []uint32, _ []float64, first uint32, sink *Sink) {
	shared, heard := int64(0), false
	for _, s := range spikes {
		i := spike.Index(s) - first
		if i >= uint32(d.sources) {
			continue
		}
		heard = true
		sink.Events += int64(d.n)
		negative := s&spike.Negative != 0
		switch {
		case d.rows32 != nil:
			addRow(sink.Sum32[d.slot:d.slot+d.n], d.rows32[int(i)*d.n:], negative)
		case d.rows64 != nil:
			addRow(sink.Sum64[d.slot:d.slot+d.n], d.rows64[int(i)*d.n:], negative)
		default:
			shared += signed(d.shared, negative)
		}
	}
	if heard {
		d.finish(shared, sink)
	}
}

// finish adds the spikes of a shared weight together and lists the targets.
func (d *Dense) finish(shared int64, sink *Sink) {
	for i := d.slot; i < d.slot+d.n; i++ {
		if shared != 0 && sink.Sum32 != nil {
			sink.Sum32[i] += int32(shared)
		} else if shared != 0 {
			sink.Sum64[i] += shared
		}
		if sink.Lazy != nil {
			sink.Lazy.Add(uint32(i))
		}
	}
}

func addRow[T int32 | int64](sum, row []T, negative bool) {
	row = row[:len(sum)]
	if negative {
		for i := range sum {
			sum[i] -= row[i]
		}
		return
	}
	for i := range sum {
		sum[i] += row[i]
	}
}
