package synapse

import (
	"math"
	"math/bits"
	"slices"
)

// EstimateBytes tells how much memory the tables of a Spec will take once they are compiled, what
// [Connectivity].Bytes will then say, from the description alone. It is exact but for the random part
// of the numbers of synapses and of distinct delays.
func EstimateBytes(s Spec) float64 {
	b := newBuilder(s)
	if b.none {
		return 0
	}
	if bytes, ok := b.implicitBytes(); ok {
		return bytes
	}
	synapses := b.expected()
	if synapses == 0 {
		return 0
	}
	rows, used := b.expectedRows(synapses)
	return synapses*b.synapseBytes(used) + 4*float64(rows)*float64(s.Wiring.Sources+1)
}

// ExpectWalked tells how many synapses Compile will walk over, counted each time that it does: what it
// will have told the Spec's Progress in the end.
func ExpectWalked(s Spec) float64 {
	b := newBuilder(s)
	_, stencil := s.Rule.(Stencil)
	switch {
	case b.none || b.computable() && (stencil || b.constWeight):
		return 0
	case b.computable():
		return b.reached()
	}
	if rows, _ := b.expectedRows(b.expected()); rows > 1 {
		return 3 * b.reached()
	}
	return 2 * b.reached()
}

// reached is the expected number of synapses that end in the shard's neurons.
func (b *builder) reached() float64 {
	return b.Rule.Expect(b.Wiring.Sources, b.Wiring.Targets) * float64(b.Hi-b.Lo) / float64(b.Wiring.Targets)
}

// expected is the expected number of those that end in the port. Where the sign of the weight decides
// about it, half of them do.
func (b *builder) expected() float64 {
	if b.filter {
		return b.reached() / 2
	}
	return b.reached()
}

// expectedRows guesses how many rows a source will have, one for each delay or one for all of them, and
// how many bits of a word the slot and the class will take.
func (b *builder) expectedRows(synapses float64) (rows int, used uint) {
	classes, slotBits := b.expectedDelays(synapses), b.slotBits()
	if classBits := uint(bits.Len(uint(classes - 1))); b.byCursor(synapses, classes, slotBits, classBits) {
		return 1, slotBits + classBits
	}
	return classes, slotBits
}

// implicitBytes are the bytes of a form that stores no targets; false if there is none.
func (b *builder) implicitBytes() (float64, bool) {
	if !b.computable() {
		return 0, false
	}
	switch rule := b.Rule.(type) {
	case Stencil:
		t, err := rule.Compile()
		switch {
		case err != nil:
			return 0, false
		case b.constWeight:
			return 8, true
		case b.filter:
			return 9 * float64(t.Weights()), true
		}
		return 8 * float64(t.Weights()), true
	case OneToOne:
		if b.constWeight {
			return 8, true
		}
		return 8 * float64(b.Hi-b.Lo), true
	case AllToAll:
		switch {
		case b.constWeight:
			return 0, true
		case b.Scale.Wide:
			return 8 * b.expected(), true
		}
		return 4 * b.expected(), true
	}
	return 0, false
}

// synapseBytes are the bytes of one synapse in a row, slot and class taking so many bits of its word.
func (b *builder) synapseBytes(slotBits uint) float64 {
	switch {
	case b.plastic || b.Intake == Timing && !b.constWeight:
		return 4 + 8
	case b.constWeight:
		return 4
	case b.Scale.Wide:
		return 4 + 8
	}
	largest := uint64(max(b.units(Feed{Weight: b.weight}.Largest()), 0))
	if slotBits+uint(bits.Len64(largest))+1 <= 32 {
		return 4
	}
	return 4 + 4
}

// expectedDelays guesses how many distinct delays so many synapses have.
func (b *builder) expectedDelays(synapses float64) int {
	if b.constDelay {
		return 1
	}
	if list, ok := b.delay.(Listed); ok {
		ticks := make([]int32, len(list))
		for i, ms := range list {
			ticks[i] = Ticks(ms, b.TickMs, b.MinDelay)
		}
		slices.Sort(ticks)
		return len(slices.Compact(ticks))
	}
	lo, hi := likely(b.delay)
	n := float64(Ticks(hi, b.TickMs, b.MinDelay)-Ticks(lo, b.TickMs, b.MinDelay)) + 1
	return int(max(1, min(n, synapses)))
}

// usual is the number of standard deviations within which practically all draws of a table lie.
const usual = 4.5

// likely is the interval in which draws lie in practice; the tails of a distribution may reach much
// farther.
func likely(v Value) (lo, hi float64) {
	lo, hi = v.Bounds()
	switch v := v.(type) {
	case Normal:
		return max(lo, v.Mean-usual*v.Std), min(hi, v.Mean+usual*v.Std)
	case Lognormal:
		return math.Exp(v.Mu - usual*v.Sigma), math.Exp(v.Mu + usual*v.Sigma)
	case Rounded:
		lo, hi = likely(v.Value)
		return v.round(lo), v.round(hi)
	case Scaled:
		lo, hi = likely(v.Value)
		lo, hi = lo*v.Factor, hi*v.Factor
		return min(lo, hi), max(lo, hi)
	}
	return lo, hi
}
