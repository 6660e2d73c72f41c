//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Predicates of the comparisons (Intel SDM vol. 2, tables of VCMPPD and VPCMPD).
const (
	greaterEqual = U8(0x1d) // VCMPPD GE_OQ: the >= of Go, false for NaN
	lessEqual    = U8(2)    // VPCMPD LE
)

// Mask registers of the AVX-512 kernels.
var (
	free    = K1 // lanes whose neuron does not rest
	resting = K2 // lanes whose neuron rests
	fires   = K3 // lanes whose neuron fires
)

// walk is the way through the arrays of one population, eight slots a step.
type walk struct {
	i     GPVirtual // slots done
	fired Register  // the byte that takes the spikes of the next eight slots
}

func newWalk() walk {
	w := walk{i: GP64(), fired: Load(Param("fired"), GP64())}
	XORQ(w.i, w.i)
	return w
}

// eights emits the loop over all n slots; n is a multiple of eight, and not zero.
func (w walk) eights(body func()) {
	n := Load(Param("n"), GP64())
	Label("eight")
	body()
	INCQ(w.fired)
	ADDQ(U8(8), w.i)
	CMPQ(w.i, n)
	JLT(LabelRef("eight"))
	VZEROUPPER()
	RET()
}

// float64s and int32s address slot i of the array that a parameter points to.
func (w walk) float64s(param string) Mem {
	return Mem{Base: Load(Param(param), GP64()), Index: w.i, Scale: 8}
}

func (w walk) int32s(param string) Mem {
	return Mem{Base: Load(Param(param), GP64()), Index: w.i, Scale: 4}
}

// constants fills one vector for each of the named float64 fields of the struct that parameter c
// points to. alloc is ZMM or YMM.
func constants(alloc func() VecVirtual, fields ...string) map[string]VecVirtual {
	c := Dereference(Param("c"))
	vectors := make(map[string]VecVirtual, len(fields))
	for _, f := range fields {
		v := alloc()
		VBROADCASTSD(address(c.Field(f)), v)
		vectors[f] = v
	}
	return vectors
}

// address is where a field of a struct lies.
func address(c gotypes.Component) Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// zeros is a vector of zeros.
func zeros() VecVirtual {
	y := YMM()
	VPXOR(y, y, y)
	return y
}

// load fills a vector that alloc makes, ZMM or YMM, with slots of float64.
func load(from Mem, alloc func() VecVirtual) VecVirtual {
	v := alloc()
	VMOVUPD(from, v)
	return v
}

// arrivals512 turns eight input sums into float64, which is exact, and empties them.
func arrivals512(in Mem, zero VecVirtual) VecVirtual {
	x := ZMM()
	VCVTDQ2PD(in, x)
	VMOVDQU(zero, in)
	return x
}

// arrivals256 does the same for four.
func arrivals256(in Mem, zero VecVirtual) VecVirtual {
	x := YMM()
	VCVTDQ2PD(in, x)
	VMOVDQU(zero.AsX(), in)
	return x
}

// rest512 sets the masks free and resting for eight neurons and counts the resting ones down.
func rest512(ref Mem, zero, minusOne VecVirtual) {
	left := YMM()
	VMOVDQU(ref, left)
	VPCMPGTD(zero, left, resting)
	VPCMPD(lessEqual, zero, left, free)
	VPADDD(minusOne, left, resting, left)
	VMOVDQU(left, ref)
}

// rest256 does the same for four and returns the resting lanes, as masks of 64 bits.
func rest256(ref Mem, zero VecVirtual) VecVirtual {
	left, resting, wide := XMM(), XMM(), YMM()
	VMOVDQU(ref, left)
	VPCMPGTD(zero.AsX(), left, resting)
	VPADDD(resting, left, left) // a set mask is the number -1
	VMOVDQU(left, ref)
	VPMOVSXDQ(resting, wide)
	return wide
}

// halves emits an AVX2 body for slots 0..3 and 4..7 of a step. The body returns its firing lanes, as
// masks of 64 bits.
func (w walk) halves(body func(half int) VecVirtual) {
	low, high := GP32(), GP32()
	VMOVMSKPD(body(0), low)
	VMOVMSKPD(body(1), high)
	SHLL(U8(4), high)
	ORL(high, low)
	MOVB(low.As8(), Mem{Base: w.fired})
}

// half is the part of eight slots, of size bytes each, that a half of a step works on.
func half(m Mem, half, size int) Mem { return m.Offset(half * 4 * size) }
