package synapse

import (
	"fmt"
	"math"
	"slices"

	"couplet/internal/spike"
)

// PlasticTable is one run's copy of the plastic synapses of a shard: the wiring is that of the
// compiled table, the weights are its own. Row r holds the synapses of source r mod stride in delay
// class r / stride.
type PlasticTable struct {
	rows    *DelayRows
	weights []float64
	handed  []float64 // weights as last handed on, once CatchUp has made them differ from weights
	rule    Plasticity
	scale   Scale
	stride  int
	slots   int
	model   Plastic
	tickMs  float64
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
		rows: r, weights: append([]float64(nil), r.exact...), scale: scale, stride: r.sources + 1, limit: limit, slots: slots, model: p, tickMs: tickMs,
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

// NeedsPost tells whether the rule wants to know of postsynaptic spikes.
func (t *PlasticTable) NeedsPost() bool { return t.rule.NeedsPost() }

// PostSpike notes a spike of the neuron in a slot.
func (t *PlasticTable) PostSpike(slot uint32, tick int64) { t.rule.PostSpike(slot, tick) }

// CatchUp shortens the history of postsynaptic spikes when it has grown; every arrival before tick
// now must have been made.
func (t *PlasticTable) CatchUp(now int64) {
	if !t.rule.NeedsCatchUp() {
		return
	}
	if t.handed == nil {
		t.handed = append([]float64(nil), t.weights...)
	}
	t.rule.CatchUp(now)
}

// Arrived is the weights by place, each as its synapse last handed it on (or began with).
func (t *PlasticTable) Arrived() []float64 {
	if t.handed != nil {
		return t.handed
	}
	return t.weights
}

// Saved is the mutable state of a plastic table.
type Saved struct {
	Weights, Handed []float64
	Rule            []Column
	Updates         int64
}

// Save copies the state.
func (t *PlasticTable) Save() Saved {
	return Saved{slices.Clone(t.weights), slices.Clone(t.handed), t.rule.Save(), t.Updates}
}

// Restore replaces the state by a saved one of a table of the same wiring.
func (t *PlasticTable) Restore(s Saved) error {
	if len(s.Weights) != len(t.weights) || s.Handed != nil && len(s.Handed) != len(t.weights) {
		return fmt.Errorf("synapse: saved state: %d weights for %d synapses", len(s.Weights), len(t.weights))
	}
	if err := t.rule.Restore(s.Rule); err != nil {
		return err
	}
	copy(t.weights, s.Weights) // in place: the rule's rows alias the table
	t.handed, t.Updates = slices.Clone(s.Handed), s.Updates
	return nil
}

// Reset makes every synapse begin anew with the weight that it handed on last.
func (t *PlasticTable) Reset() (err error) {
	copy(t.weights, t.Arrived())
	t.handed, t.Updates, t.err = nil, 0, nil
	t.rule, err = t.model.Plasticity(t, t.slots, t.tickMs)
	return err
}

// Slots is the number of neurons in the shard.
func (t *PlasticTable) Slots() int { return t.slots }

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
		if t.handed != nil {
			t.handed[at] = t.weights[at]
		}
		if t.Log != nil {
			t.Log(sent, source, at, w)
		}
		units := int64(1)
		if t.rows.intake != Counting {
			units = t.scale.Units(w)
		}
		sink.Add(t.rows.word[at], signed(units, negative))
	}
	sink.Events += int64(hi - lo)
	t.Updates += int64(hi - lo)
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
