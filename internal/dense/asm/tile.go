//go:build ignore

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tile emits the micro-kernel of all products: a block of C, some rows of two vectors, stays in
// registers while k products are added to each of its elements in ascending order. A is read where it
// lies, by a row and a column stride; the rows of B are found through a table of offsets.
//
// A product that is rounded on its own takes the broadcast of an element of A as its operand, where
// there is such an operand (AVX-512): a broadcast into a register, as the fused form has it, takes a
// time slot of the multipliers or adders on AMD Zen 4, and the form with two operations has none to
// spare.
//
// Rows of A are addressed from a pointer to every third row, with the row stride as index: the rows
// p, p+rs and p+2rs of each pointer. So twelve rows take four pointers.
func tile(l level, rows, vectors int, fused bool) {
	name, how := "tile", "rounding product and sum"
	if fused {
		name, how = "fusedTile", "rounding once"
	}
	l.begin(fmt.Sprintf("%s%dx%d", name, rows, vectors*l.lanes), "func(c *float32, ldc int, a *float32, rs, cs int, b *float32, off *int, k int)",
		fmt.Sprintf("computes c[i*ldc+j] += a[i*rs+p*cs]*b[off[p]+j], %s, for", how),
		fmt.Sprintf("p = 0..k-1 in this order, k > 0, for all i < %d, j < %d.", rows, vectors*l.lanes))

	c, ldc := param("c"), byteParam("ldc")
	sums := make([][]VecVirtual, rows)
	row := GP64()
	MOVQ(c, row)
	for i := range sums {
		sums[i] = l.vectors(vectors)
		for v, s := range sums[i] {
			VMOVUPS(at(row, v*l.bytes()), s)
		}
		if i < rows-1 {
			ADDQ(ldc, row)
		}
	}

	rs, cs := byteParam("rs"), byteParam("cs")
	pointers := []GPVirtual{param("a")}
	for i := 3; i < rows; i += 3 {
		p, last := GP64(), pointers[len(pointers)-1]
		LEAQ(Mem{Base: last, Index: rs, Scale: 2}, p)
		ADDQ(rs, p)
		pointers = append(pointers, p)
	}
	rowOfA := func(i int) Mem {
		m := at(pointers[i/3], 0)
		if i%3 > 0 {
			m.Index, m.Scale = rs, uint8(i%3)
		}
		return m
	}

	b, off, k := param("b"), param("off"), param("k")
	Label("product")
	offset := GP64()
	MOVQ(at(off, 0), offset)
	ADDQ(U8(8), off)
	bs := l.vectors(vectors)
	for v := range bs {
		VMOVUPS(Mem{Base: b, Index: offset, Scale: 4, Disp: v * l.bytes()}, bs[v])
	}
	for i := range sums {
		var a VecVirtual
		if fused || !l.is512() {
			a = l.broadcast(rowOfA(i))
		}
		for v, s := range sums[i] {
			if fused {
				VFMADD231PS(a, bs[v], s)
				continue
			}
			product := l.vector()
			if l.is512() {
				VMULPS_BCST(rowOfA(i), bs[v], product)
			} else {
				VMULPS(a, bs[v], product)
			}
			VADDPS(product, s, s)
		}
	}
	for _, p := range pointers {
		ADDQ(cs, p)
	}
	DECQ(k)
	JNZ(LabelRef("product"))

	for i := range sums {
		for v, s := range sums[i] {
			VMOVUPS(s, at(c, v*l.bytes()))
		}
		if i < rows-1 {
			ADDQ(ldc, c)
		}
	}
	end()
}
