//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// addScaledBlock emits y += a*x for a block of rows.
func addScaledBlock(l level) {
	l.begin("addScaledBlock", "func(y *float32, ys int, x *float32, xs int, a float32, rows, cols int)",
		"computes y[i*ys+j] += a*x[i*xs+j], rounding product and sum, for all i < rows,",
		"j < cols; rows > 0.")
	y, ys, x, xs := param("y"), byteParam("ys"), param("x"), byteParam("xs")
	a := l.vector()
	addr, err := Param("a").Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(addr.Addr, a)
	rows, cols := param("rows"), param("cols")
	whole, rest := GP64(), GP64() // columns in whole vectors, and behind them
	MOVQ(cols, whole)
	ANDQ(I8(-l.lanes), whole)
	MOVQ(cols, rest)
	SUBQ(whole, rest)
	if l.is512() {
		tailMask(rest, K1)
	}

	Label("row")
	j := GP64()
	XORQ(j, j)
	CMPQ(j, whole)
	JGE(LabelRef("tail"))
	Label("vector")
	product := l.vector()
	yj := Mem{Base: y, Index: j, Scale: 4}
	VMULPS(Mem{Base: x, Index: j, Scale: 4}, a, product)
	VADDPS(yj, product, product)
	VMOVUPS(product, yj)
	ADDQ(U8(l.lanes), j)
	CMPQ(j, whole)
	JLT(LabelRef("vector"))

	Label("tail")
	CMPQ(j, cols)
	JGE(LabelRef("next"))
	if l.is512() {
		tx, ty := l.vector(), l.vector()
		VMOVUPS_Z(Mem{Base: x, Index: j, Scale: 4}, K1, tx)
		VMOVUPS_Z(yj, K1, ty)
		VMULPS(a, tx, tx)
		VADDPS(tx, ty, ty)
		VMOVUPS(ty, K1, yj)
	} else {
		Label("one")
		one := XMM()
		VMULSS(Mem{Base: x, Index: j, Scale: 4}, a.AsX(), one)
		VADDSS(yj, one, one)
		VMOVSS(one, yj)
		INCQ(j)
		CMPQ(j, cols)
		JLT(LabelRef("one"))
	}
	Label("next")
	ADDQ(ys, y)
	ADDQ(xs, x)
	DECQ(rows)
	JNZ(LabelRef("row"))
	end()
}

// wideVectors is the number of vectors that addRows sums at a time: enough that additions, which
// take three or four cycles, do not wait for one another.
const wideVectors = 8

// addRows emits the sum of listed rows of a matrix, times one factor each or not: columns are taken
// in blocks whose sums stay in registers while the list is walked.
func addRows(l level, scaled bool) {
	if scaled {
		l.begin("addScaledRows", "func(acc *float32, n int, w *float32, ld int, rows *uint32, scale *float32, count int)",
			"computes acc[j] += scale[k]*w[rows[k]*ld+j], rounding product and sum, for",
			"k = 0..count-1 in this order, count > 0, for all j < n.")
	} else {
		l.begin("addRows", "func(acc *float32, n int, w *float32, ld int, rows *uint32, count int)",
			"computes acc[j] += w[rows[k]*ld+j] for k = 0..count-1 in this order, count > 0, for",
			"all j < n.")
	}
	s := rowSum{l: l, acc: param("acc"), n: param("n"), w: param("w"), ld: byteParam("ld"),
		rows: param("rows"), count: param("count")}
	if scaled {
		s.scale = param("scale")
	}
	s.blocks("wide", wideVectors)
	s.blocks("narrow", 1)
	TESTQ(s.n, s.n)
	JZ(LabelRef("done"))
	if l.is512() {
		tailMask(s.n, K1)
		s.masked()
	} else {
		Label("one")
		s.single()
		DECQ(s.n)
		JNZ(LabelRef("one"))
	}
	Label("done")
	end()
}

// rowSum is what the parts of addRows share. acc and w move on from block to block, and n counts the
// columns that remain.
type rowSum struct {
	l                                 level
	acc, n, w, ld, rows, count, scale GPVirtual // scale is nil if there are no factors
}

// walk emits the loop over the list; add gets the address of the row and the factor of the row.
func (s rowSum) walk(label string, add func(row Mem, factor VecVirtual)) {
	k := GP64()
	XORQ(k, k)
	Label(label)
	row := GP64()
	MOVL(Mem{Base: s.rows, Index: k, Scale: 4}, row.As32())
	IMULQ(s.ld, row)
	ADDQ(s.w, row)
	var factor VecVirtual
	if s.scale != nil {
		factor = s.l.broadcast(Mem{Base: s.scale, Index: k, Scale: 4})
	}
	add(at(row, 0), factor)
	INCQ(k)
	CMPQ(k, s.count)
	JLT(LabelRef(label))
}

// blocks emits the loop over blocks of the given number of vectors.
func (s rowSum) blocks(label string, vectors int) {
	width := vectors * s.l.lanes
	Label(label)
	CMPQ(s.n, U32(width))
	JLT(LabelRef(label + "Done"))
	sums := s.l.vectors(vectors)
	for v := range sums {
		VMOVUPS(at(s.acc, v*s.l.bytes()), sums[v])
	}
	s.walk(label+"Row", func(row Mem, factor VecVirtual) {
		for v, sum := range sums {
			from := row.Offset(v * s.l.bytes())
			if factor == nil {
				VADDPS(from, sum, sum)
				continue
			}
			product := s.l.vector()
			VMULPS(from, factor, product)
			VADDPS(product, sum, sum)
		}
	})
	for v := range sums {
		VMOVUPS(sums[v], at(s.acc, v*s.l.bytes()))
	}
	ADDQ(U32(4*width), s.acc)
	ADDQ(U32(4*width), s.w)
	SUBQ(U32(width), s.n)
	JMP(LabelRef(label))
	Label(label + "Done")
}

// masked emits the sum of the last columns, fewer than a vector, under the mask K1.
func (s rowSum) masked() {
	sum := s.l.vector()
	VMOVUPS_Z(at(s.acc, 0), K1, sum)
	s.walk("maskedRow", func(row Mem, factor VecVirtual) {
		x := s.l.vector()
		VMOVUPS_Z(row, K1, x)
		if factor != nil {
			VMULPS(factor, x, x)
		}
		VADDPS(x, sum, sum)
	})
	VMOVUPS(sum, K1, at(s.acc, 0))
}

// single emits the sum of one column.
func (s rowSum) single() {
	sum := XMM()
	VMOVSS(at(s.acc, 0), sum)
	s.walk("oneRow", func(row Mem, factor VecVirtual) {
		if factor == nil {
			VADDSS(row, sum, sum)
			return
		}
		product := XMM()
		VMULSS(row, factor.AsX(), product)
		VADDSS(product, sum, sum)
	})
	VMOVSS(sum, at(s.acc, 0))
	ADDQ(U8(4), s.acc)
	ADDQ(U8(4), s.w)
}
