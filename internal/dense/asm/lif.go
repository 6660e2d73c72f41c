//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Predicates of VCMPPS (Intel SDM vol. 2). Their answers for NaN are those of Go.
const (
	less         = U8(0x11) // LT_OQ
	lessEqual    = U8(0x12) // LE_OQ
	greaterEqual = U8(0x1d) // GE_OQ
	notLess      = U8(0x15) // NLT_UQ: true for NaN
	notEqual     = U8(0x04) // NEQ_UQ: true for NaN
)

// Indices of the constants of a membrane; they are those of the array that constants32 fills.
const (
	before = iota
	threshold
	quantum
	after
	traceDecay
	one
	minusThreshold
	minusOne
	minusQuantum
	membraneConstants
)

// membrane is the state of a fire or couple kernel: the walk over the neurons, one vector a step.
type membrane struct {
	l                       level
	u, in, out, trace, n, i GPVirtual
	c                       []VecVirtual
	spikes                  GPVirtual // number of neurons that fired
}

const membraneSignature = "func(u, in, out, trace *float32, n int, c *[9]float32) int"

func newMembrane(l level) membrane {
	m := membrane{l: l, u: param("u"), in: param("in"), out: param("out"), trace: param("trace"),
		n: param("n"), i: GP64(), spikes: GP64()}
	m.c = l.constants("c", membraneConstants)
	XORQ(m.i, m.i)
	XORQ(m.spikes, m.spikes)
	return m
}

// slots is the vector of the current neurons in an array.
func (m membrane) slots(array GPVirtual) Mem { return Mem{Base: array, Index: m.i, Scale: 4} }

// steps emits the loop over the neurons. spike gets the membrane potentials after charging, subtracts
// what spikes take from them, and returns the spikes.
func (m membrane) steps(spike func(v VecVirtual) (out VecVirtual)) {
	Label("step")
	v := m.l.vector()
	VMULPS(m.slots(m.u), m.c[before], v)
	VADDPS(m.slots(m.in), v, v)
	VMOVUPS(v, m.slots(m.in))
	out := spike(v)
	VMOVUPS(out, m.slots(m.out))
	VMULPS(m.c[after], v, v)
	VMOVUPS(v, m.slots(m.u))
	trace := m.l.vector()
	VMULPS(m.slots(m.trace), m.c[traceDecay], trace)
	VADDPS(out, trace, trace)
	VMOVUPS(trace, m.slots(m.trace))
	ADDQ(U8(m.l.lanes), m.i)
	CMPQ(m.i, m.n)
	JLT(LabelRef("step"))
	Store(m.spikes, ReturnIndex(0))
	end()
}

// count adds the number of set bits of lanes to the number of spikes.
func (m membrane) count(lanes GPVirtual) {
	POPCNTL(lanes.As32(), lanes.As32())
	ADDQ(lanes, m.spikes)
}

func fire(l level) {
	l.begin("fire", membraneSignature,
		"is firePortable for n neurons, n > 0 a multiple of sixteen, with the constants that",
		"membraneConstants lists. It returns the number of spikes.")
	m := newMembrane(l)
	m.steps(func(v VecVirtual) VecVirtual {
		out, lanes := l.vector(), GP64()
		if l.is512() {
			VCMPPS(greaterEqual, m.c[threshold], v, K1)
			VSUBPS(m.c[quantum], v, K1, v)
			VMOVUPS_Z(m.c[one], K1, out)
			KMOVW(K1, lanes.As32())
		} else {
			fires, drop := l.vector(), l.vector()
			VCMPPS(greaterEqual, m.c[threshold], v, fires)
			VMOVMSKPS(fires, lanes.As32())
			VANDPS(m.c[one], fires, out)
			// A neuron that does not fire loses +0, which changes no potential.
			VANDPS(m.c[quantum], fires, drop)
			VSUBPS(drop, v, v)
		}
		m.count(lanes)
		return out
	})
}

func couple(l level) {
	l.begin("couple", membraneSignature,
		"is couplePortable for n couples, n > 0 a multiple of sixteen, with the constants that",
		"membraneConstants lists. It returns the number of spikes of both signs.")
	m := newMembrane(l)
	m.steps(func(v VecVirtual) VecVirtual {
		out, up, down := l.vector(), GP64(), GP64()
		if l.is512() {
			VCMPPS(greaterEqual, m.c[threshold], v, K1)
			VCMPPS(lessEqual, m.c[minusThreshold], v, K2)
			KANDNW(K2, K1, K2)
			VSUBPS(m.c[quantum], v, K1, v)
			VADDPS(m.c[quantum], v, K2, v)
			VMOVUPS_Z(m.c[one], K1, out)
			VMOVUPS(m.c[minusOne], K2, out)
			KMOVW(K1, up.As32())
			KMOVW(K2, down.As32())
		} else {
			rises, falls, drop := l.vector(), l.vector(), l.vector()
			VCMPPS(greaterEqual, m.c[threshold], v, rises)
			VCMPPS(lessEqual, m.c[minusThreshold], v, falls)
			VANDNPS(falls, rises, falls)
			VMOVMSKPS(rises, up.As32())
			VMOVMSKPS(falls, down.As32())
			VANDPS(m.c[quantum], rises, out)
			VANDPS(m.c[minusQuantum], falls, drop)
			VORPS(out, drop, drop)
			VSUBPS(drop, v, v)
			VANDPS(m.c[one], rises, out)
			VANDPS(m.c[minusOne], falls, falls)
			VORPS(falls, out, out)
		}
		m.count(up)
		m.count(down)
		return out
	})
}
