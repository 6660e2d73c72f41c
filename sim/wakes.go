package sim

import "couplet/neuron"

// wakes remembers for which tick each neuron of a lazily hosted shard has a wake event pending. Most
// neurons have none; a bit for each keeps the question cheap for them.
type wakes struct {
	at      []int64
	pending []uint64 // bit i: neuron i has an event at at[i]
}

func newWakes(n int) wakes { return wakes{make([]int64, n), make([]uint64, (n+63)/64)} }

// set notes a neuron's next wake-up and tells whether an event must be queued for it. An event that is
// pending for an earlier tick is left to come, and then to find that the neuron is not due yet: were a
// new one queued for every input that puts a crossing off, they would pile up. One that is pending for
// a later tick stays in the queue too and is recognised as stale by take.
func (w *wakes) set(i uint32, tick int64) bool {
	bit := uint64(1) << (i % 64)
	if tick == neuron.Never || w.pending[i/64]&bit != 0 && w.at[i] <= tick {
		return false
	}
	w.pending[i/64] |= bit
	w.at[i] = tick
	return true
}

// take tells whether the event of a tick is the neuron's pending one, and notes that it came.
func (w *wakes) take(i uint32, tick int64) bool {
	bit := uint64(1) << (i % 64)
	if w.pending[i/64]&bit == 0 || w.at[i] != tick {
		return false
	}
	w.pending[i/64] &^= bit
	return true
}

// clear forgets all pending events.
func (w *wakes) clear() { clear(w.pending) }
