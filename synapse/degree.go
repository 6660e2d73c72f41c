package synapse

import "couplet/internal/rng"

// degreeDraw draws the k partners of one neuron after another, for the rules that fix the in- or
// the out-degree. The partners of a neuron depend on the key and the neuron's index alone.
type degreeDraw struct {
	key    rng.Key
	k, n   int  // k partners out of n neurons
	noSelf bool // a neuron is not its own partner
	taken  bitset
	list   []uint32
}

// newDegreeDraw prepares the draw; the bitset is needed only for partners without repetition.
func newDegreeDraw(key rng.Key, k, n int, noMultiple, noSelf bool) *degreeDraw {
	d := &degreeDraw{key: key, k: k, n: n, noSelf: noSelf, list: make([]uint32, k)}
	if noMultiple {
		d.taken = newBitset(candidates(n, noSelf))
	}
	return d
}

// partners returns the partners of a neuron; the slice is overwritten by the next call.
func (d *degreeDraw) partners(neuron int) []uint32 {
	key := d.key.Sub(uint64(neuron))
	if d.taken == nil {
		d.withRepetition(key)
	} else {
		d.subset(key)
	}
	if d.noSelf {
		skip(d.list, uint32(neuron))
	}
	return d.list
}

func (d *degreeDraw) withRepetition(key rng.Key) {
	n := uint64(candidates(d.n, d.noSelf))
	for j := range d.list {
		d.list[j] = uint32(key.Below(uint64(j), n))
	}
}

// subset draws k different numbers below n with k draws, each subset equally likely (R. Floyd's
// sampling algorithm, Bentley and Floyd, CACM 30, 1987).
func (d *degreeDraw) subset(key rng.Key) {
	first := candidates(d.n, d.noSelf) - d.k
	for j := range d.list {
		last := uint32(first + j)
		x := uint32(key.Below(uint64(j), uint64(last)+1))
		if d.taken.has(x) {
			x = last
		}
		d.taken.add(x)
		d.list[j] = x
	}
	for _, x := range d.list {
		d.taken.remove(x)
	}
}

// skip maps numbers below n-1 onto the numbers below n that differ from self.
func skip(list []uint32, self uint32) {
	for j, x := range list {
		if x >= self {
			list[j] = x + 1
		}
	}
}

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset       { return make(bitset, n/64+1) }
func (b bitset) has(x uint32) bool { return b[x>>6]>>(x&63)&1 != 0 }
func (b bitset) add(x uint32)      { b[x>>6] |= 1 << (x & 63) }
func (b bitset) remove(x uint32)   { b[x>>6] &^= 1 << (x & 63) }
