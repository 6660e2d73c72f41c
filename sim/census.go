package sim

import (
	"math/bits"
	"slices"

	"couplet/internal/kernel"
	"couplet/internal/spike"
	"couplet/neuron"
	"couplet/synapse"
)

// census tells active neurons from idle ones in one shard of a population: those at which the net input of
// the tick at any port is not zero, and those that fire. It looks at the input sums before an update empties
// them, and at the spikes after it. The sums are whole numbers, and so the count depends neither on the
// hosting nor on the number of workers.
type census struct {
	// marks has a bit for each neuron. Hosted clocked, it is set during an update for the neurons at which
	// something arrived; hosted lazily, for those that are touched though nothing arrived.
	marks []uint64
	port  []uint64 // the same at one port, where there are several
	quiet []uint32 // lazy: the touched neurons at which nothing arrived

	// fresh is the number of neurons with injected spikes in tick freshAt that are not active otherwise.
	fresh   int64
	freshAt int64
}

// newCensus makes the census of a shard.
func newCensus(h *host) *census {
	c := &census{marks: make([]uint64, (h.n+63)/64)}
	if len(h.inputs) > 1 && !h.lazy {
		c.port = make([]uint64, len(c.marks))
	}
	return c
}

// before looks at what has arrived; the update follows.
func (c *census) before(h *host) {
	if h.lazily == nil {
		c.mark(h.inputs)
		return
	}
	list := h.touched.List
	if cap(c.quiet) < len(list) {
		c.quiet = make([]uint32, 0, 2*len(list))
	}
	c.quiet = c.quiet[:len(list)]
	if len(h.inputs) == 0 {
		copy(c.quiet, list)
	}
	for port := range h.inputs {
		c.quiet = c.silent(&h.inputs[port], list, c.quiet)
		list = c.quiet
	}
}

// mark marks the neurons of a shard at which something arrived.
func (c *census) mark(ports []neuron.Input) {
	for k := range ports {
		if k == 0 {
			markArrivals(&ports[k], c.marks)
			continue
		}
		markArrivals(&ports[k], c.port)
		for w, word := range c.port {
			c.marks[w] |= word
		}
	}
}

// markArrivals marks the neurons at which something arrived at one port, and no others. What arrives at
// different times in a tick has effects that do not cancel: where a port keeps times, every arrival counts
// that has a weight.
func markArrivals(in *neuron.Input, marks []uint64) {
	switch {
	case in.Sum32 != nil:
		kernel.Nonzero32(in.Sum32, marks)
	case in.Sum64 != nil:
		kernel.Nonzero64(in.Sum64, marks)
	default:
		clear(marks)
		markTimed(in.Timed, marks)
	}
}

func markTimed(arrivals []neuron.Arrival, marks []uint64) {
	for _, a := range arrivals {
		if a.Weight != 0 {
			marks[a.Neuron/64] |= 1 << (a.Neuron % 64)
		}
	}
}

// silent copies those of the listed neurons to dst at which nothing arrived at a port. dst has room for all,
// and may be the list itself.
func (c *census) silent(in *neuron.Input, list, dst []uint32) []uint32 {
	switch {
	case in.Sum32 != nil:
		return zeros(in.Sum32, list, dst)
	case in.Sum64 != nil:
		return zeros(in.Sum64, list, dst)
	}
	markTimed(in.Timed, c.marks)
	copy(dst, list)
	dst = slices.DeleteFunc(dst, c.marked)
	for _, a := range in.Timed {
		c.marks[a.Neuron/64] = 0
	}
	return dst
}

// zeros copies those of the listed neurons to dst whose sum is zero. Mostly there are none, which the first
// loop finds out without a write. The second one writes every neuron and goes on only if it stays: a branch would
// be mispredicted.
func zeros[S int32 | int64](sums []S, list, dst []uint32) []uint32 {
	some := 0
	for _, i := range list {
		some += nonzero(sums[i])
	}
	if some == len(list) {
		return dst[:0]
	}
	n := 0
	dst = dst[:len(list)]
	for _, i := range list {
		dst[n] = i
		n += 1 - nonzero(sums[i])
	}
	return dst[:n]
}

// nonzero is 1 unless x is 0: a number or its negative has the top bit set unless it is zero.
func nonzero[S int32 | int64](x S) int {
	y := int64(x)
	return int(uint64(y|-y) >> 63)
}

// marked tells whether a neuron has its bit set.
func (c *census) marked(i uint32) bool { return c.marks[i/64]>>(i%64)&1 == 1 }

// after counts the active neurons of a tick from the spikes of the update, which are in order of neurons.
func (c *census) after(h *host, tick int64, spikes []uint32) (active int64) {
	if h.lazily == nil {
		for _, word := range c.marks {
			active += int64(bits.OnesCount64(word))
		}
	} else {
		active = int64(len(h.touched.List) - len(c.quiet))
	}
	if len(spikes) == 0 && len(h.injected) == 0 {
		return active
	}
	c.markQuiet(c.quiet)
	last := -1
	for _, s := range spikes {
		if i := int(spike.Index(s)) - h.lo; i != last { // a neuron may fire more than once
			if last = i; !c.arrived(h.touched, uint32(i)) {
				active++
			}
		}
	}
	c.fresh, c.freshAt = 0, tick
	for _, list := range h.injected {
		for _, n := range list {
			if !c.arrived(h.touched, n-uint32(h.lo)) && !fires(spikes, n) {
				c.fresh++
			}
		}
	}
	for _, i := range c.quiet {
		c.marks[i/64] = 0
	}
	return active
}

// markQuiet marks the listed neurons; hosted clocked, there are none.
func (c *census) markQuiet(list []uint32) {
	for _, i := range list {
		c.marks[i/64] |= 1 << (i % 64)
	}
}

// arrived tells whether something arrived at a neuron in the present tick. A lazily hosted neuron that is not
// touched can fire too: with the other member of its couple.
func (c *census) arrived(touched *synapse.Touched, i uint32) bool {
	if touched == nil {
		return c.marked(i)
	}
	return touched.Has(i) && !c.marked(i)
}

// fires tells whether a neuron is among the spikes of a tick.
func fires(spikes []uint32, n uint32) bool {
	_, found := slices.BinarySearchFunc(spikes, n, func(s, n uint32) int { return int(spike.Index(s)) - int(n) })
	return found
}

// injected counts the neurons that are active in a tick by nothing but an injected spike.
func (c *census) injected(tick int64, spikes int) int64 {
	if c.freshAt == tick {
		return c.fresh // there has been an update in this tick
	}
	return int64(spikes)
}
