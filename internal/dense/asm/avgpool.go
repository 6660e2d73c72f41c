//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// squares is the walk over one feature map: upper and lower are the two rows of x that make a row of y.
// j counts the columns of y that are done.
type squares struct {
	y, upper, lower, line, rows, w, j GPVirtual
	quarter                           VecVirtual
}

const poolSignature = "func(y, x *float32, rows, width int, quarter *float32)"

func newSquares() squares {
	s := squares{y: param("y"), upper: param("x"), lower: GP64(), rows: param("rows"), line: GP64(), w: param("width"), j: GP64()}
	MOVQ(s.w, s.line)
	SHLQ(U8(2), s.line) // bytes of a row of x
	SHRQ(U8(1), s.w)    // columns of y
	s.quarter = avx2.broadcast(at(param("quarter"), 0))
	return s
}

// columns of y, and the elements of the upper and the lower row that belong to them, offset in vectors
// of n columns.
func (s squares) out() Mem { return Mem{Base: s.y, Index: s.j, Scale: 4} }
func (s squares) in(row GPVirtual, n, part int) Mem {
	return Mem{Base: row, Index: s.j, Scale: 8, Disp: 4 * n * part}
}

// walk emits the loops over rows and columns; step does n columns, for n = 8, 4 and 1.
func (s squares) walk(step func(n int)) {
	Label("row")
	MOVQ(s.upper, s.lower)
	ADDQ(s.line, s.lower)
	XORQ(s.j, s.j)
	for _, n := range []int{8, 4, 1} {
		label, end := map[int]string{8: "eight", 4: "four", 1: "one"}[n], GP64()
		Label(label)
		LEAQ(Mem{Base: s.j, Disp: n}, end)
		CMPQ(end, s.w)
		JGT(LabelRef(label + "Done"))
		step(n)
		MOVQ(end, s.j)
		JMP(LabelRef(label))
		Label(label + "Done")
	}
	LEAQ(Mem{Base: s.y, Index: s.w, Scale: 4}, s.y)
	MOVQ(s.lower, s.upper)
	ADDQ(s.line, s.upper)
	DECQ(s.rows)
	JNZ(LabelRef("row"))
	end()
}

func avgPool2() {
	TEXT("avgPool2AVX2", NOSPLIT, poolSignature)
	Doc("avgPool2AVX2 is avgPool2Portable for rows > 0 rows of y and for x of the given width; quarter is 1/4.")
	Pragma("noescape")
	s := newSquares()
	s.walk(func(n int) {
		if n == 1 {
			sum := XMM()
			VMOVSS(s.in(s.upper, 1, 0), sum)
			VADDSS(s.in(s.upper, 1, 1), sum, sum)
			VADDSS(s.in(s.lower, 1, 0), sum, sum)
			VADDSS(s.in(s.lower, 1, 1), sum, sum)
			VMULSS(s.quarter.AsX(), sum, sum)
			VADDSS(s.out(), sum, sum)
			VMOVSS(sum, s.out())
			return
		}
		vector, quarter := YMM, Op(s.quarter)
		if n == 4 {
			vector, quarter = XMM, s.quarter.AsX()
		}
		sum, odd, even := vector(), vector(), vector()
		s.pairs(s.upper, n, vector, sum, odd)
		VADDPS(odd, sum, sum)
		s.pairs(s.lower, n, vector, even, odd)
		VADDPS(even, sum, sum)
		VADDPS(odd, sum, sum)
		if n == 8 {
			VPERMPD(U8(0xd8), sum, sum) // columns stand in the order 0 1 4 5 2 3 6 7
		}
		VMULPS(quarter, sum, sum)
		VADDPS(s.out(), sum, sum)
		VMOVUPS(sum, s.out())
	})
}

// pairs takes the even and the odd elements of 2n elements of a row apart.
func (s squares) pairs(row GPVirtual, n int, vector func() VecVirtual, even, odd VecVirtual) {
	first, second := vector(), vector()
	VMOVUPS(s.in(row, n, 0), first)
	VMOVUPS(s.in(row, n, 1), second)
	VSHUFPS(U8(0x88), second, first, even)
	VSHUFPS(U8(0xdd), second, first, odd)
}

func avgPool2Back() {
	TEXT("avgPool2BackAVX2", NOSPLIT, poolSignature)
	Doc("avgPool2BackAVX2 is avgPool2BackPortable, with y for gy and x for gx, for rows > 0 rows of y and",
		"for x of the given width; quarter is 1/4.")
	Pragma("noescape")
	s := newSquares()
	s.walk(func(n int) {
		if n == 1 {
			g := XMM()
			VMULSS(s.out(), s.quarter.AsX(), g)
			for _, row := range []GPVirtual{s.upper, s.lower} {
				for part := range 2 {
					sum := XMM()
					VADDSS(s.in(row, 1, part), g, sum)
					VMOVSS(sum, s.in(row, 1, part))
				}
			}
			return
		}
		vector, quarter := YMM, Op(s.quarter)
		if n == 4 {
			vector, quarter = XMM, s.quarter.AsX()
		}
		g, parts := vector(), []VecVirtual{vector(), vector()}
		VMULPS(s.out(), quarter, g)
		VUNPCKLPS(g, g, parts[0])
		VUNPCKHPS(g, g, parts[1])
		if n == 8 { // columns 0 1 4 5 and 2 3 6 7, each twice
			low := YMM()
			VPERM2F128(U8(0x20), parts[1], parts[0], low)
			VPERM2F128(U8(0x31), parts[1], parts[0], parts[1])
			parts[0] = low
		}
		for _, row := range []GPVirtual{s.upper, s.lower} {
			for part, p := range parts {
				sum := vector()
				VADDPS(s.in(row, n, part), p, sum)
				VMOVUPS(sum, s.in(row, n, part))
			}
		}
	})
}
