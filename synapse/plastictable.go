package synapse

import (
	"fmt"
	"math"

	"couplet/internal/spike"
)

// PlasticTable is one run's copy of the plastic synapses of a shard: the wiring is that of the
// compiled table, the weights are its own. Row r holds the synapses of source r mod stride in delay
// class r / stride.
type PlasticTable struct {
	rows    *DelayRows
	weights []float64
	rule    Plasticity
	scale   Scale
	stride  int
	limit   float64 // bound of |weight| for which the port's sums have room
	err     error

	// Log, if set, is told every weight that is handed on: the tick at which the spike was sent, the
	// source, the synapse's place in the table and the weight.
	Log     func(sent int64, source, at uint32, weight float64)
	Updates int64 // weights handed on so far; each was brought up to date first
}

// NewPlasticTable makes the mutable part of plastic synapses for one run, all weights initial.
// Limit bounds the weights for which the port's scale was chosen.
func NewPlasticTable(c Connectivity, p Plastic, scale Scale, limit float64, slots int, tickMs float64) (*PlasticTable, error) {
	r, ok := c.(*DelayRows)
	if !ok {
		return nil, fmt.Errorf("synapse: %s cannot be plastic", c.Encoding())
	}
	t := &PlasticTable{
		rows: r, weights: append([]float64(nil), r.exact...), scale: scale, stride: r.sources + 1, limit: limit,
	}
	var err error
	t.rule, err = p.Plasticity(t, slots, tickMs)
	return t, err
}

// Len implements [PlasticRows].
func (t *PlasticTable) Len() int { return len(t.rows.delays) * t.stride }

// Row implements [PlasticRows].
func (t *PlasticTable) Row(r int) (delay int64, targets []uint32, weights []float64) {
	class := r / t.stride
	if r%t.stride == t.rows.sources { // the entry that closes a class is no source
		return int64(t.rows.delays[class]), nil, nil
	}
	lo, hi := t.rows.index[r], t.rows.index[r+1]
	return int64(t.rows.delays[class]), t.rows.word[lo:hi], t.weights[lo:hi]
}

// Rule is the plasticity that moves the weights.
func (t *PlasticTable) Rule() Plasticity { return t.rule }

// Weights are the weights as the table holds them, by place.
func (t *PlasticTable) Weights() []float64 { return t.weights }

// Err tells of a weight that left the range for which the port's sums have room.
func (t *PlasticTable) Err() error { return t.err }

// Deliver lets the spikes that were sent at tick sent act on the rows of a delay class and hands
// on their weights.
func (t *PlasticTable) Deliver(class int, sent int64, spikes []uint32, first uint32, sink *Sink) {
	base := class * t.stride
	for _, s := range spikes {
		i := spike.Index(s) - first
		if i >= uint32(t.rows.sources) {
			continue
		}
		r := base + int(i)
		lo, hi := t.rows.index[r], t.rows.index[r+1]
		if lo == hi {
			continue
		}
		factor := t.rule.Arrive(r, sent)
		t.hand(i, lo, hi, sent, factor, s&spike.Negative != 0, sink)
	}
}

// hand adds factor × weight to the targets of one row.
func (t *PlasticTable) hand(source, lo, hi uint32, sent int64, factor float64, negative bool, sink *Sink) {
	for at := lo; at < hi; at++ {
		w := float64(factor * t.weights[at])
		if !(math.Abs(w) <= t.limit) {
			t.err = fmt.Errorf("synapse: a weight grew to %g, beyond the bound %g for which input sums have room", w, t.limit)
			return
		}
		if t.Log != nil {
			t.Log(sent, source, at, w)
		}
		sink.Add(t.rows.word[at], signed(t.scale.Units(w), negative))
	}
	sink.Events += int64(hi - lo)
	t.Updates += int64(hi - lo)
}

// Settled returns the weights by place with everything applied that is settled before tick now.
func (t *PlasticTable) Settled(now int64) []float64 {
	all := make([]float64, 0, len(t.weights))
	for r := range t.Len() {
		if _, targets, _ := t.Row(r); len(targets) > 0 {
			all = t.rule.Settled(r, now, all)
		}
	}
	return all
}

// Places enumerates the synapses of a plastic table with their place in it, by walking the rule
// once more: the table itself keeps no ordinals.
func Places(s Spec, c Connectivity, visit func(at, source, target uint32, ordinal uint64)) {
	r := c.(*DelayRows)
	b := newBuilder(s)
	class := map[int32]int{}
	for k, d := range r.delays {
		class[d] = k
	}
	next := append([]uint32(nil), r.index...)
	b.visit(func(source, slot uint32, ticks int32, _ float64, ordinal uint64) {
		row := class[ticks]*(r.sources+1) + int(source)
		visit(next[row], source, slot-uint32(b.Slot)+uint32(b.Lo), ordinal)
		next[row]++
	})
}
