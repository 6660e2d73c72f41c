package wheel

import "math/bits"

// radixHeap is a monotone priority queue on ticks: what is pushed never lies before what was last
// popped. Bucket k holds the events whose tick differs from `last` first in bit k-1 (bucket 0: equal
// to last), so an event moves to a lower bucket at most 64 times.
type radixHeap struct {
	last    int64
	size    int
	buckets [65][]Event
	minimum int64 // least tick, valid if known
	known   bool
}

func (h *radixHeap) push(e Event) {
	b := bits.Len64(uint64(e.Tick ^ h.last))
	h.buckets[b] = append(h.buckets[b], e)
	h.size++
	if h.known && e.Tick < h.minimum {
		h.minimum = e.Tick
	}
}

// least returns the least tick without moving anything.
func (h *radixHeap) least() int64 {
	if h.size == 0 {
		return None
	}
	if !h.known {
		b := 0
		for len(h.buckets[b]) == 0 {
			b++
		}
		h.minimum, h.known = minTick(h.buckets[b]), true
	}
	return h.minimum
}

// pop removes an event of the least tick; events of equal ticks leave in no particular order.
func (h *radixHeap) pop() Event {
	if len(h.buckets[0]) == 0 {
		h.redistribute()
	}
	n := len(h.buckets[0]) - 1
	e := h.buckets[0][n]
	h.buckets[0] = h.buckets[0][:n]
	h.size--
	h.known = n > 0
	h.minimum = e.Tick
	return e
}

// redistribute makes the least tick the new `last` and spreads its bucket over lower ones.
func (h *radixHeap) redistribute() {
	b := 1
	for len(h.buckets[b]) == 0 {
		b++
	}
	h.last = minTick(h.buckets[b])
	for _, e := range h.buckets[b] {
		k := bits.Len64(uint64(e.Tick ^ h.last))
		h.buckets[k] = append(h.buckets[k], e)
	}
	h.buckets[b] = h.buckets[b][:0]
}

func (h *radixHeap) clear(now int64) {
	for b := range h.buckets {
		h.buckets[b] = h.buckets[b][:0]
	}
	h.last, h.size, h.known = now, 0, false
}

func minTick(events []Event) int64 {
	least := events[0].Tick
	for _, e := range events[1:] {
		least = min(least, e.Tick)
	}
	return least
}
