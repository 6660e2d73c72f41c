package synapse

import (
	"slices"
	"unsafe"

	"couplet/internal/kernel"
	"couplet/internal/mem"
	"couplet/internal/spike"
)

// CursorRows holds one row per source, its synapses in order of delay, the delay class in the top
// bits of each word. It is the form for rows that are short or have many delays: a spike becomes a
// [Cursor] that moves along its row from one arrival time to the next.
type CursorRows struct {
	words
	delays []int32
	row    []uint32 // row of source i: word[row[i]:row[i+1]]
	memory mem.Block[uint32]
}

// Cursor is a spike on its way along a row.
type Cursor struct {
	Spike uint32 // source, as an index of the view, and sign
	At    uint32 // next synapse
}

// Delays implements [Connectivity].
func (r *CursorRows) Delays() []int32 { return r.delays }

// Bytes implements [Connectivity].
func (r *CursorRows) Bytes() int64 { return r.words.bytes() + int64(4*len(r.row)) }

// Encoding implements [Connectivity].
func (r *CursorRows) Encoding() string { return "rows with delays, " + r.words.encoding() }

// Start places a cursor on the first synapse of a spike's row whose delay is at least ticks, and
// tells that delay. Spikes of neurons outside the view and empty rows give false.
func (r *CursorRows) Start(s, first uint32, ticks int32) (c Cursor, delay int32, ok bool) {
	i := spike.Index(s) - first
	if i >= uint32(len(r.row)-1) {
		return Cursor{}, 0, false
	}
	at, end := r.row[i], r.row[i+1]
	for at < end && r.delays[r.class(at)] < ticks {
		at++
	}
	if at == end {
		return Cursor{}, 0, false
	}
	return Cursor{Spike: i | s&spike.Negative, At: at}, r.delays[r.class(at)], true
}

// class is the delay class of a word.
func (r *CursorRows) class(at uint32) uint32 { return r.word[at] >> (32 - r.classBits) }

// Walk delivers, for each cursor, the synapses of the class it stands on, and hands cursors that
// have not reached the end of their row to next together with the ticks to their next arrival.
func (r *CursorRows) Walk(cursors []Cursor, sink *Sink, next func(c Cursor, ticks int32)) {
	last := len(cursors) - 1
	for k, c := range cursors {
		kernel.PrefetchRow(unsafe.Pointer(&r.word[cursors[min(k+4*ahead, last)].At]), 1)
		sink.prefetch(r.word[cursors[min(k+2*ahead, last)].At] & r.slots())
		class := r.class(c.At)
		end := r.row[spike.Index(c.Spike)+1]
		to := c.At + 1
		for to < end && r.class(to) == class {
			to++
		}
		sink.Events += int64(to - c.At)
		r.add(c.At, to, c.Spike&spike.Negative != 0, sink)
		if to < end {
			next(Cursor{c.Spike, to}, r.delays[r.class(to)]-r.delays[class])
		}
	}
}

// Deliver implements [Connectivity] for callers that hold no cursors: it searches the row.
func (r *CursorRows) Deliver(class int, spikes []uint32, _ []float64, first uint32, sink *Sink) {
	for _, s := range spikes {
		if c, delay, ok := r.Start(s, first, r.delays[class]); ok && delay == r.delays[class] {
			r.Walk([]Cursor{c}, sink, func(Cursor, int32) {})
		}
	}
}

// cursorRows builds rows by source, sorted by delay class.
func (b *builder) cursorRows(s survey, slotBits, classBits uint) *CursorRows {
	block := mem.Alloc[uint32](b.Wiring.Sources + 1)
	r := &CursorRows{delays: s.delays, row: block.Slice(), memory: block}
	copy(r.row, s.rowEnds)
	r.words = b.newWords(s.synapses, slotBits, classBits, s.maxUnits)
	next := s.rowEnds
	b.visit(func(source, slot uint32, ticks int32, weight float64, _ uint64) {
		var units int64
		if !b.constWeight {
			units = b.units(weight)
		}
		r.put(next[source], slot, uint32(s.class[ticks]), weight, units)
		next[source]++
	})
	sorter := newRowSorter(r)
	for i := range b.Wiring.Sources {
		sorter.sort(r.row[i], r.row[i+1])
	}
	return r
}

// rowSorter sorts rows by delay class: a counting sort, so that order within a class is kept.
type rowSorter struct {
	r      *CursorRows
	count  []uint32
	word   []uint32
	wide32 []int32
	wide64 []int64
}

func newRowSorter(r *CursorRows) *rowSorter {
	return &rowSorter{r: r, count: make([]uint32, len(r.delays)+1)}
}

func (s *rowSorter) sort(lo, hi uint32) {
	r := s.r
	clear(s.count)
	for at := lo; at < hi; at++ {
		s.count[r.class(at)+1]++
	}
	for c := range len(s.count) - 1 {
		s.count[c+1] += s.count[c]
	}
	s.word = append(s.word[:0], r.word[lo:hi]...)
	if r.wide32 != nil {
		s.wide32 = append(s.wide32[:0], r.wide32[lo:hi]...)
	}
	if r.wide64 != nil {
		s.wide64 = append(s.wide64[:0], r.wide64[lo:hi]...)
	}
	for k, w := range s.word {
		to := lo + s.count[w>>(32-r.classBits)]
		s.count[w>>(32-r.classBits)]++
		r.word[to] = w
		if r.wide32 != nil {
			r.wide32[to] = s.wide32[k]
		}
		if r.wide64 != nil {
			r.wide64[to] = s.wide64[k]
		}
	}
}

// MaxDelay is the longest delay of a connectivity in ticks, 0 if it has no synapse.
func MaxDelay(c Connectivity) int32 {
	if d := c.Delays(); len(d) > 0 {
		return slices.Max(d)
	}
	return 0
}
