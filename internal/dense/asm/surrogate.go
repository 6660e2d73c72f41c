//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Indices of the constants of the surrogate; they are those of the array that constants32 fills.
const (
	steepness = iota
	surrogateThreshold
	signBit
	log2e
	magic // 1.5 * 2^23: adding it rounds to a whole number, which then stands in the low bits
	ln2High
	ln2Low
	silent // no surrogate below this exponent
	unit
	series                          // coefficients of the power series of exp, from the seventh power down to the second
	surrogateConstants = series + 6 // their number
)

// surrogate emits g *= psi(u). The constants fill fifteen registers: AVX2, which has sixteen, reads them
// where it needs them.
func surrogate(l level) {
	l.begin("surrogate", "func(errs, u *float32, n int, c *[15]float32)",
		"is surrogatePortable for n neurons, n > 0 a multiple of sixteen, with the constants that",
		"surrogateConstants lists.")
	g, u, n, c := param("errs"), param("u"), param("n"), param("c")
	constant := func(i int) VecVirtual { return l.broadcast(at(c, 4*i)) }
	if l.is512() {
		all := make([]VecVirtual, surrogateConstants)
		for i := range all {
			all[i] = constant(i)
		}
		constant = func(i int) VecVirtual { return all[i] }
	}
	i := GP64()
	XORQ(i, i)

	Label("step")
	x, t, count, r, p := l.vector(), l.vector(), l.vector(), l.vector(), l.vector()
	VMOVUPS(Mem{Base: u, Index: i, Scale: 4}, x)
	VSUBPS(constant(surrogateThreshold), x, x)
	VMULPS(constant(steepness), x, x)
	or(l, constant(signBit), x) // x = -|alpha*(u - V)|

	VMULPS(constant(log2e), x, t)
	VADDPS(constant(magic), t, t)
	VSUBPS(constant(magic), t, count)
	VMULPS(constant(ln2High), count, r)
	VSUBPS(r, x, r)
	VMULPS(constant(ln2Low), count, count)
	VSUBPS(count, r, r) // x = count*ln(2) + r

	VMOVUPS(constant(series), p)
	for k := series + 1; k < surrogateConstants; k++ {
		VMULPS(r, p, p)
		VADDPS(constant(k), p, p)
	}
	for range 2 { // the first power, and the constant term
		VMULPS(r, p, p)
		VADDPS(constant(unit), p, p)
	}
	VPSLLD(U8(23), t, t)
	VPADDD(constant(unit), t, t) // the number 2^count
	VMULPS(t, p, p)              // exp(x)

	d := l.vector()
	VADDPS(constant(unit), p, d)
	VMULPS(d, d, d)
	VDIVPS(d, p, p)
	VMULPS(constant(steepness), p, p)
	if l.is512() {
		VCMPPS(notLess, constant(silent), x, K1)
		VMOVUPS_Z(p, K1, p)
	} else {
		below := l.vector()
		VCMPPS(less, constant(silent), x, below)
		VANDNPS(p, below, p)
	}
	slots := Mem{Base: g, Index: i, Scale: 4}
	VMULPS(slots, p, p)
	VMOVUPS(p, slots)
	ADDQ(U8(l.lanes), i)
	CMPQ(i, n)
	JLT(LabelRef("step"))
	end()
}

// or sets in x the bits of mask.
func or(l level, mask, x VecVirtual) {
	if l.is512() {
		VPORD(mask, x, x)
	} else {
		VORPS(mask, x, x)
	}
}
