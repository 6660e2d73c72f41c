//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// markNonzero emits the bit array of the numbers that are not zero.
func markNonzero(l level) {
	l.begin("markNonzero", "func(x *float32, n int, bits *uint64)",
		"sets bit i of bits where x[i] != 0 and clears it elsewhere, for i < n, n > 0 a multiple of",
		"sixteen.")
	x, n, bits := param("x"), param("n"), param("bits")
	zero, i := l.zero(), GP64()
	XORQ(i, i)
	Label("step")
	lanes := GP32()
	if l.is512() {
		VCMPPS(notEqual, Mem{Base: x, Index: i, Scale: 4}, zero, K1)
		KMOVW(K1, lanes)
		MOVW(lanes.As16(), at(bits, 0))
	} else {
		other := l.vector()
		VCMPPS(notEqual, Mem{Base: x, Index: i, Scale: 4}, zero, other)
		VMOVMSKPS(other, lanes)
		MOVB(lanes.As8(), at(bits, 0))
	}
	ADDQ(U8(l.lanes/8), bits)
	ADDQ(U8(l.lanes), i)
	CMPQ(i, n)
	JLT(LabelRef("step"))
	end()
}

// transpose8 emits the transposition of eight rows, in blocks of 8 x 8.
func transpose8() {
	TEXT("transpose8", NOSPLIT, "func(dst *float32, ds int, src *float32, ss int, blocks int)")
	Doc("transpose8 sets dst[j*ds+i] = src[i*ss+j] for i < 8, j < 8*blocks, blocks > 0. It needs AVX.")
	Pragma("noescape")
	dst, ds, src, ss, blocks := param("dst"), byteParam("ds"), param("src"), byteParam("ss"), param("blocks")
	Label("block")
	from, x := GP64(), avx2.vectors(8)
	MOVQ(src, from)
	for i := range x {
		VMOVUPS(at(from, 0), x[i])
		if i < 7 {
			ADDQ(ss, from)
		}
	}
	// Rows a..h. Pairs of rows: a0 b0 a1 b1 and a2 b2 a3 b3, and the same of columns 4 to 7 in the
	// upper half of the vector.
	pairs := avx2.vectors(8)
	for i := 0; i < 8; i += 2 {
		VUNPCKLPS(x[i+1], x[i], pairs[i])
		VUNPCKHPS(x[i+1], x[i], pairs[i+1])
	}
	// Four rows: a0 b0 c0 d0, a1 b1 c1 d1, ..
	fours := avx2.vectors(8)
	for i := 0; i < 8; i += 4 {
		for h := range 2 {
			VUNPCKLPD(pairs[i+2+h], pairs[i+h], fours[i+2*h])
			VUNPCKHPD(pairs[i+2+h], pairs[i+h], fours[i+2*h+1])
		}
	}
	// Columns 0 to 3 are the lower halves of rows a..d and e..h together, columns 4 to 7 the upper.
	for _, half := range []U8{0x20, 0x31} {
		for j := range 4 {
			column := YMM()
			VPERM2F128(half, fours[4+j], fours[j], column)
			VMOVUPS(column, at(dst, 0))
			ADDQ(ds, dst)
		}
	}
	ADDQ(U8(32), src)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	end()
}
