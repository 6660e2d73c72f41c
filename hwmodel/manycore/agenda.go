package manycore

// agenda is a binary heap of things to come, the earliest first; of several at the same time the one that
// was put in first.
type agenda[T any] struct {
	entries []entry[T]
	pushed  int
}

// entry is one thing to come.
type entry[T any] struct {
	at       float64
	sequence int
	what     T
}

func (e *entry[T]) before(o *entry[T]) bool {
	return e.at < o.at || (e.at == o.at && e.sequence < o.sequence)
}

func (a *agenda[T]) len() int { return len(a.entries) }

func (a *agenda[T]) clear() { a.entries, a.pushed = a.entries[:0], 0 }

// first is the time of the earliest entry.
func (a *agenda[T]) first() float64 { return a.entries[0].at }

func (a *agenda[T]) push(at float64, what T) {
	h := append(a.entries, entry[T]{at, a.pushed, what})
	a.entries = h
	a.pushed++
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h[i].before(&h[parent]) {
			return
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
}

func (a *agenda[T]) pop() (at float64, what T) {
	h := a.entries
	first, last := h[0], len(h)-1
	h[0] = h[last]
	a.entries = h[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return first.at, first.what
		}
		if right := child + 1; right < last && h[right].before(&h[child]) {
			child = right
		}
		if !h[child].before(&h[i]) {
			return first.at, first.what
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}
