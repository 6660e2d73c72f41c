//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Predicates of VCMPPD and VPCMPD (Intel SDM vol. 2, tables of these instructions).
const (
	greaterEqual = 0x1d // VCMPPD GE_OQ: >=, false for NaN, no exception: the >= of Go
	lessEqual    = 2    // VPCMPD LE
)

// Mask registers of the AVX-512 kernels.
var (
	free  = K1 // lanes whose neuron does not rest
	fired = K2 // lanes whose neuron fires
	lanes = K3 // lanes inside the slices: set for the tail only
)

// cursor walks the arrays of one population and its list of spikes.
type cursor struct {
	i     Register // slots done
	n     Register // slots in all
	first Register // 32 bits: index of slot 0 in its population
	out   Register // where the next spike goes
	begin Mem      // where the first spike went
}

// startCursor loads the parameters n, first and out.
func startCursor() cursor {
	out := Load(Param("out"), GP64())
	c := cursor{
		i:     GP64(),
		n:     Load(Param("n"), GP64()),
		first: Load(Param("first"), GP32()),
		out:   out,
	}
	begin, err := Param("out").Resolve()
	if err != nil {
		panic(err)
	}
	c.begin = begin.Addr
	XORQ(c.i, c.i)
	return c
}

// finish returns how many spikes were stored.
func (c cursor) finish() {
	SUBQ(c.begin, c.out)
	SHRQ(U8(2), c.out)
	Store(c.out, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// at64 and at32 address slot i of an array of 8-byte and 4-byte elements.
func (c cursor) at64(base Register) Mem { return Mem{Base: base, Index: c.i, Scale: 8} }
func (c cursor) at32(base Register) Mem { return Mem{Base: base, Index: c.i, Scale: 4} }

// pointers loads parameters that point to the first elements of arrays.
func pointers(names ...string) map[string]Register {
	p := make(map[string]Register, len(names))
	for _, name := range names {
		p[name] = Load(Param(name), GP64())
	}
	return p
}

// field is the address of a field of the constant struct c, whose pointer is loaded at each use:
// constants are read once, before the loop.
func field(c Component, name string) Mem {
	b, err := c.Field(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// broadcast64 fills a vector of the kind that alloc makes with a float64 field of c.
func broadcast64[V Op](c Component, name string, alloc func() V) V {
	v := alloc()
	VBROADCASTSD(field(c, name), v)
	return v
}

// vectors512 emits a loop of AVX-512 bodies of eight slots. The last body is masked, if n is not a
// multiple of eight. A body is emitted twice: with m nil for all lanes, and with the mask m.
func (c cursor) vectors512(label string, body func(label string, m *OpmaskRegister)) {
	end := GP64()
	MOVQ(c.n, end)
	SUBQ(U8(8), end) // the last slot at which a whole vector starts
	JL(LabelRef(label + "_tail"))
	Label(label + "_loop")
	body(label+"_loop", nil)
	ADDQ(U8(8), c.i)
	CMPQ(c.i, end)
	JLE(LabelRef(label + "_loop"))

	Label(label + "_tail")
	rest, mask := GP64(), GP64()
	MOVQ(c.n, rest)
	SUBQ(c.i, rest)
	JZ(LabelRef(label + "_done"))
	MOVQ(U32(0xff), mask)
	BZHIQ(rest, mask, mask)
	KMOVB(mask.As32(), lanes)
	m := lanes
	body(label+"_tail", &m)
	Label(label + "_done")
}
