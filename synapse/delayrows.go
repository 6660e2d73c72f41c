package synapse

import (
	"fmt"
	"unsafe"

	"couplet/internal/kernel"
	"couplet/internal/mem"
	"couplet/internal/spike"
)

// DelayRows holds synapses by delay class and source: the synapses of source i with the delay of class
// c are words[index[c·(sources+1)+i] : index[c·(sources+1)+i+1]]. A row is walked when its spike
// arrives, so that the words of one class lie together.
type DelayRows struct {
	words
	sources int
	delays  []int32
	index   []uint32
	memory  mem.Block[uint32]
}

// Delays implements [Connectivity].
func (r *DelayRows) Delays() []int32 { return r.delays }

// Bytes implements [Connectivity].
func (r *DelayRows) Bytes() int64 { return r.words.bytes() + int64(4*len(r.index)) }

// Encoding implements [Connectivity].
func (r *DelayRows) Encoding() string { return "rows by delay, " + r.words.encoding() }

// ahead is the number of spikes by which the rows are prefetched: far enough for memory, near
// enough that the lines are still there (measured optimum 4 with 4 lines; the row's index entry is
// fetched twice as early).
const ahead, aheadLines = 4, 4

// Deliver implements [Connectivity].
func (r *DelayRows) Deliver(class int, spikes []uint32, before []float64, first uint32, sink *Sink) {
	index := r.index[class*(r.sources+1) : (class+1)*(r.sources+1)]
	n := uint32(r.sources)
	last := len(spikes) - 1
	events := uint32(0)
	for k, s := range spikes {
		r.prefetch(index, spikes, k, last, first)
		i := spike.Index(s) - first
		if i >= n {
			continue
		}
		lo, hi := index[i], index[i+1]
		events += hi - lo
		if before != nil {
			r.deliverTimed(lo, hi, before[k], sink)
		} else {
			r.add(lo, hi, s&spike.Negative != 0, sink)
		}
	}
	sink.Events += int64(events)
}

// prefetch asks for the row of a later spike and for the index entry of a still later one.
func (r *DelayRows) prefetch(index []uint32, spikes []uint32, k, last int, first uint32) {
	n := uint32(r.sources)
	if i := spike.Index(spikes[min(k+2*ahead, last)]) - first; i < n {
		kernel.PrefetchRow(unsafe.Pointer(&index[i]), 1)
	}
	if i := spike.Index(spikes[min(k+ahead, last)]) - first; i < n && index[i] < uint32(len(r.word)) {
		kernel.PrefetchRow(unsafe.Pointer(&r.word[index[i]]), aheadLines)
	}
}

// words are packed synapses: the slot of the target in the low bits, then, if the weights differ
// and fit, the weight in units as a signed number above it. In cursor rows the delay class takes
// the top bits.
type words struct {
	word      []uint32
	wide32    []int32   // weights in units beside the words, if they do not fit into them
	wide64    []int64   // likewise, 64 bits wide
	exact     []float64 // weights of a Timed port
	units     int64     // the weight of every synapse, if it is one
	weight    float64   // likewise for a Timed port
	slotBits  uint
	classBits uint
	packed    bool // the weight is in the word
	intake    Intake
	blocks    []freer
}

type freer interface{ Free() }

// Synapses implements [Connectivity].
func (w *words) Synapses() int64 { return int64(len(w.word)) }

func (w *words) bytes() int64 {
	return int64(4*len(w.word) + 4*len(w.wide32) + 8*len(w.wide64) + 8*len(w.exact))
}

func (w *words) encoding() string {
	switch {
	case w.exact != nil:
		return "u32 slot + float64 weight"
	case w.wide64 != nil:
		return "u32 slot + 64-bit weight"
	case w.wide32 != nil:
		return "u32 slot + 32-bit weight"
	case w.packed:
		return fmt.Sprintf("u32 = %d-bit slot + %d-bit weight", w.slotBits, 32-w.slotBits-w.classBits)
	}
	return "u32 slot, shared weight"
}

// slots is the mask of the slot bits.
func (w *words) slots() uint32 { return 1<<w.slotBits - 1 }

// add hands the weights of the row [lo, hi) to the sums of their targets.
func (w *words) add(lo, hi uint32, negative bool, sink *Sink) {
	row := w.word[lo:hi]
	if sink.Lazy != nil {
		sink.Lazy.row(row, w.slots())
	}
	switch {
	case w.intake == Timing:
		w.deliverTimed(lo, hi, 0, sink)
	case w.wide64 != nil:
		addWide(sink.Sum64, row, w.wide64[lo:hi], w.slots(), negative)
	case w.wide32 != nil:
		addWide(sink.Sum32, row, w.wide32[lo:hi], w.slots(), negative)
	case w.packed:
		w.addPacked(row, negative, sink.Sum32)
	case sink.Sum32 != nil:
		addShared(sink.Sum32, row, w.slots(), signed(int32(w.units), negative))
	default:
		addShared(sink.Sum64, row, w.slots(), signed(w.units, negative))
	}
}

func signed[T int32 | int64](x T, negative bool) T {
	if negative {
		return -x
	}
	return x
}

// addShared adds one weight to every slot of a row.
func addShared[T int32 | int64](sum []T, row []uint32, slots uint32, units T) {
	for _, w := range row {
		sum[w&slots] += units
	}
}

// addPacked adds the weights that stand in the words themselves.
func (w *words) addPacked(row []uint32, negative bool, sum []int32) {
	slots, up, down := w.slots(), w.classBits, w.slotBits+w.classBits
	if negative {
		for _, x := range row {
			sum[x&slots] -= int32(x<<up) >> down
		}
		return
	}
	for _, x := range row {
		sum[x&slots] += int32(x<<up) >> down
	}
}

// addWide adds weights that stand beside the words.
func addWide[T int32 | int64](sum []T, row []uint32, units []T, slots uint32, negative bool) {
	units = units[:len(row)]
	if negative {
		for k, w := range row {
			sum[w&slots] -= units[k]
		}
		return
	}
	for k, w := range row {
		sum[w&slots] += units[k]
	}
}

// deliverTimed hands over the row's arrivals one by one with their time.
func (w *words) deliverTimed(lo, hi uint32, before float64, sink *Sink) {
	if w.intake != Timing { // a precise spike into a port that sums: the grid is fine enough for it
		w.add(lo, hi, false, sink)
		return
	}
	for k := lo; k < hi; k++ {
		weight := w.weight
		if w.exact != nil {
			weight = w.exact[k]
		}
		slot := w.word[k] & w.slots()
		sink.Timed = append(sink.Timed, spike.Arrival{Neuron: slot, Before: before, Weight: weight})
		if sink.Lazy != nil {
			sink.Lazy.Add(slot)
		}
	}
}
