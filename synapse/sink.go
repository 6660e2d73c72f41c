package synapse

import (
	"unsafe"

	"couplet/internal/kernel"
	"couplet/internal/spike"
)

// Sink is where the spikes of one tick land: one input port of one shard of a population. Sums are
// integers in units of the port's [Scale], so that their order does not matter.
type Sink struct {
	Sum32 []int32         // one slot per neuron, if the port sums in 32 bits
	Sum64 []int64         // one slot per neuron, if it sums in 64 bits
	Timed []spike.Arrival // if the port keeps arrivals with their times
	// Lazy collects the neurons that something arrived at, if the shard is hosted lazily; nil otherwise.
	Lazy   *Touched
	Events int64 // synaptic events so far
	row    []Tap // room for the row of a stencil
}

// prefetch asks for what an arrival at one neuron will change.
func (s *Sink) prefetch(slot uint32) {
	if s.Sum32 != nil {
		kernel.PrefetchRow(unsafe.Pointer(&s.Sum32[slot]), 1)
	} else {
		kernel.PrefetchRow(unsafe.Pointer(&s.Sum64[slot]), 1)
	}
	if s.Lazy != nil {
		kernel.PrefetchRow(unsafe.Pointer(&s.Lazy.marks[slot]), 1)
	}
}

// Touched lists the neurons of a lazily hosted shard that must be updated in the current tick, in
// no particular order. All ports of the shard share it.
type Touched struct {
	marks []uint8 // 1 for the neurons in List
	List  []uint32
}

// NewTouched makes an empty list for n neurons.
func NewTouched(n int) *Touched { return &Touched{make([]uint8, n), make([]uint32, 0, n+1)} }

// row adds the neurons of a row, whose slots are the low bits of its words. The list has room for
// every neuron of the shard and one more, so the loop needs no branch.
func (t *Touched) row(row []uint32, slots uint32) {
	n := len(t.List)
	list := t.List[:cap(t.List)]
	for _, w := range row {
		i := w & slots
		list[n] = i
		n += int(1 - t.marks[i])
		t.marks[i] = 1
	}
	t.List = list[:n]
}

// Add adds one neuron.
func (t *Touched) Add(i uint32) {
	if t.marks[i] == 0 {
		t.marks[i] = 1
		t.List = append(t.List, i)
	}
}

// Has tells whether a neuron is in the list.
func (t *Touched) Has(i uint32) bool { return t.marks[i] != 0 }

// Clear empties the list.
func (t *Touched) Clear() {
	for _, i := range t.List {
		t.marks[i] = 0
	}
	t.List = t.List[:0]
}

// Add hands units of weight to one neuron.
func (s *Sink) Add(i uint32, units int64) {
	if s.Sum32 != nil {
		s.Sum32[i] += int32(units)
	} else {
		s.Sum64[i] += units
	}
	if s.Lazy != nil {
		s.Lazy.Add(i)
	}
}
