package bptt

import (
	"fmt"
	"unsafe"
)

// HistoryBytes is the size of what [Net.Learn] keeps of so many ticks for a batch of so many samples. It is
// proportional to both:
//
//	potentials and spikes of all populations, errors of the logits,
//	real values that reach weights,
//	what projections with a gain have delivered.
//
// The input is the caller's and not counted, nor is what does not grow with the number of ticks: one
// membrane, one adjoint and one error per neuron and sample.
func (n *Net[F]) HistoryBytes(ticks, samples int) int64 {
	return int64(n.valuesPerTick()) * int64(ticks) * int64(samples) * sizeOf[F]()
}

// valuesPerTick is how many numbers a sample adds in a tick.
func (n *Net[F]) valuesPerTick() int {
	values := 0
	for _, r := range n.records {
		values += r.perTick()
	}
	return values
}

func sizeOf[F any]() int64 {
	var f F
	return int64(unsafe.Sizeof(f))
}

// maxHistory bounds the history, so that a mistyped number of ticks ends in an error and not in an attempt
// to allocate it: 1 TiB.
const maxHistory = 1 << 40

func (n *Net[F]) checkHistory(ticks, samples int) error {
	bytes := float64(n.valuesPerTick()) * float64(ticks) * float64(samples) * float64(sizeOf[F]())
	if bytes > maxHistory {
		return fmt.Errorf("bptt: the history of %d ticks of %d samples would take %.3g bytes, want at most 2^40", ticks, samples, bytes)
	}
	return nil
}
