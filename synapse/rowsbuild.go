package synapse

import (
	"math/bits"
	"slices"

	"couplet/internal/mem"
)

// shortRow is the mean number of synapses per source and delay class below which rows are not cut
// by class: a separate cache miss for every class would cost more than the class bits.
const shortRow = 16

// rows builds the table form: it enumerates the synapses three times (once for a constant delay) -
// for the delays in use, for the lengths of the rows, to fill them - and stores nothing between.
func (b *builder) rows() (Connectivity, error) {
	survey := b.survey()
	if survey.synapses > 1<<32-1 {
		return nil, tooMany(survey.synapses)
	}
	classes := max(len(survey.delays), 1)
	slotBits, classBits := b.slotBits(), uint(bits.Len(uint(classes-1)))
	if b.byCursor(float64(survey.synapses), classes, slotBits, classBits) && survey.delays[0] > 0 {
		return b.cursorRows(survey, slotBits, classBits), nil
	}
	return b.delayRows(survey, slotBits), nil
}

// slotBits is the number of bits that hold any slot of the shard.
func (b *builder) slotBits() uint { return uint(bits.Len(uint(max(b.Slot+b.Hi-b.Lo-1, 1)))) }

// byCursor tells whether rows are kept whole and walked by cursors.
func (b *builder) byCursor(synapses float64, classes int, slotBits, classBits uint) bool {
	perClass := synapses / float64(max(b.Wiring.Sources, 1)) / float64(classes)
	return perClass < shortRow && classes > 1 && slotBits+classBits <= 32 && b.Intake != Timing && !b.plastic
}

// survey is what a first walk over the synapses finds.
type survey struct {
	synapses int64
	delays   []int32 // distinct delays in ticks, ascending
	class    []int32 // delay in ticks -> class
	maxUnits int64   // largest |weight| in units
	rowEnds  []uint32
}

// survey finds the delays in use, the largest weight and the length of each source's row.
func (b *builder) survey() survey {
	s := survey{rowEnds: make([]uint32, b.Wiring.Sources+1)}
	var used []bool
	if b.constWeight {
		s.maxUnits = max(b.units(b.sharedWeight()), -b.units(b.sharedWeight()))
	}
	b.visit(func(source, _ uint32, ticks int32, weight float64, _ uint64) {
		s.synapses++
		s.rowEnds[source+1]++
		if int(ticks) >= len(used) {
			used = append(used, make([]bool, int(ticks)+1-len(used))...)
		}
		used[ticks] = true
		if !b.constWeight && !b.plastic && b.Intake == Summing {
			u := b.units(weight)
			s.maxUnits = max(s.maxUnits, u, -u)
		}
	})
	s.class = make([]int32, len(used))
	for d, u := range used {
		if u {
			s.class[d] = int32(len(s.delays))
			s.delays = append(s.delays, int32(d))
		}
	}
	for i := range b.Wiring.Sources {
		s.rowEnds[i+1] += s.rowEnds[i]
	}
	return s
}

// newWords allocates n packed synapses and chooses where their weights go.
func (b *builder) newWords(n int64, slotBits, classBits uint, maxUnits int64) words {
	w := words{slotBits: slotBits, classBits: classBits, intake: b.Intake}
	block := mem.Alloc[uint32](int(n))
	w.word, w.blocks = block.Slice(), append(w.blocks, block)
	weight := b.sharedWeight()
	switch {
	case b.Intake == Timing && b.constWeight && !b.plastic:
		w.weight = weight
	case b.Intake == Timing || b.plastic:
		w.exact = make([]float64, n)
	case b.constWeight:
		w.units = b.units(weight)
	case b.Scale.Wide:
		block := mem.Alloc[int64](int(n))
		w.wide64, w.blocks = block.Slice(), append(w.blocks, block)
	case slotBits+classBits+uint(bits.Len64(uint64(maxUnits)))+1 <= 32:
		w.packed = true
	default:
		block := mem.Alloc[int32](int(n))
		w.wide32, w.blocks = block.Slice(), append(w.blocks, block)
	}
	return w
}

// put writes one synapse.
func (w *words) put(at uint32, slot, class uint32, weight float64, units int64) {
	x := slot
	if w.classBits > 0 {
		x |= class << (32 - w.classBits)
	}
	switch {
	case w.exact != nil:
		w.exact[at] = weight
	case w.wide64 != nil:
		w.wide64[at] = units
	case w.wide32 != nil:
		w.wide32[at] = int32(units)
	case w.packed:
		x |= uint32(units) << w.slotBits & (1<<(32-w.classBits) - 1)
	}
	w.word[at] = x
}

// delayRows builds rows by (delay class, source).
func (b *builder) delayRows(s survey, slotBits uint) *DelayRows {
	stride := b.Wiring.Sources + 1
	classes := len(s.delays)
	block := mem.Alloc[uint32](classes*stride + 1)
	r := &DelayRows{sources: b.Wiring.Sources, delays: s.delays, index: block.Slice()[:classes*stride], memory: block}
	r.words = b.newWords(s.synapses, slotBits, 0, s.maxUnits)
	next := slices.Clone(s.rowEnds) // with one class the survey's rows are the rows
	if classes != 1 {
		next = b.rowStarts(s, stride)
	}
	copy(r.index, next)
	b.visit(func(source, slot uint32, ticks int32, weight float64, _ uint64) {
		row := int(s.class[ticks])*stride + int(source)
		var units int64
		if !b.constWeight && !b.plastic {
			units = b.units(weight)
		}
		r.put(next[row], slot, 0, weight, units)
		next[row]++
	})
	return r
}

// rowStarts counts the synapses of every (class, source) and returns where each row begins; the
// entry behind the last source of a class is that class's end.
func (b *builder) rowStarts(s survey, stride int) []uint32 {
	start := make([]uint32, len(s.delays)*stride)
	b.visit(func(source, _ uint32, ticks int32, _ float64, _ uint64) {
		start[int(s.class[ticks])*stride+int(source)]++
	})
	at := uint32(0)
	for i, n := range start {
		start[i] = at
		at += n
	}
	return start
}
