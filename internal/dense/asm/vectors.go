//go:build ignore

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// level is a set of instructions that a kernel is generated for.
type level struct {
	name   string // suffix of the function names
	lanes  int    // float32 in a vector
	vector func() VecVirtual
	tiles  []shape // micro-kernels
}

// shape is the size of a micro-kernel: rows, and vectors in a row.
type shape struct{ rows, vectors int }

// The micro-kernel that is measured best holds 12 x 32 sums in 24 of the 32 registers of AVX-512, and
// 6 x 16 in 12 of the 16 of AVX2. The lower ones do what remains of the rows, the narrow ones of
// AVX-512 what remains of the columns.
var (
	avx512 = level{"AVX512", 16, ZMM, []shape{{12, 2}, {8, 2}, {4, 2}, {2, 2}, {1, 2}, {12, 1}, {4, 1}, {1, 1}}}
	avx2   = level{"AVX2", 8, YMM, []shape{{6, 2}, {4, 2}, {2, 2}, {1, 2}}}
)

// is512 tells whether the kernel may use masks.
func (l level) is512() bool { return l.lanes == 16 }

// bytes is the size of a vector.
func (l level) bytes() int { return 4 * l.lanes }

// vectors makes n registers.
func (l level) vectors(n int) []VecVirtual {
	v := make([]VecVirtual, n)
	for i := range v {
		v[i] = l.vector()
	}
	return v
}

// begin starts a kernel with the doc comment that goes into the stubs. The comment of the AVX2 kernel
// points to that of the AVX-512 kernel.
func (l level) begin(name, signature string, doc ...string) {
	TEXT(name+l.name, NOSPLIT, signature)
	if l.is512() {
		doc[0] = name + l.name + " " + doc[0]
		Doc(doc...)
	} else {
		Doc(fmt.Sprintf("%s%s does the same as %s%s.", name, l.name, name, avx512.name))
	}
	Pragma("noescape")
}

// end leaves the kernel.
func end() {
	VZEROUPPER()
	RET()
}

// param loads an argument into a register that the kernel may change.
func param(name string) GPVirtual { return Load(Param(name), GP64()).(GPVirtual) }

// byteParam loads a number of float32 as a number of bytes.
func byteParam(name string) GPVirtual {
	r := param(name)
	SHLQ(U8(2), r)
	return r
}

// at is element 0 of the array that p points to, or the element offset bytes behind it.
func at(p Register, offset int) Mem { return Mem{Base: p, Disp: offset} }

// broadcast fills a vector with one number.
func (l level) broadcast(from Mem) VecVirtual {
	v := l.vector()
	VBROADCASTSS(from, v)
	return v
}

// constants fills one vector for each of n consecutive float32 that the parameter points to.
func (l level) constants(name string, n int) []VecVirtual {
	c := param(name)
	v := make([]VecVirtual, n)
	for i := range v {
		v[i] = l.broadcast(at(c, 4*i))
	}
	return v
}

// zero is a vector of zeros.
func (l level) zero() VecVirtual {
	v := l.vector()
	if l.is512() {
		VPXORD(v, v, v)
	} else {
		VXORPS(v, v, v)
	}
	return v
}

// tailMask sets the mask k to the first n lanes, 0 < n < 16. It changes CX.
func tailMask(n Register, k Register) {
	MOVQ(n, RCX)
	ones := GP32()
	MOVL(U32(1), ones)
	SHLL(CL, ones)
	DECL(ones)
	KMOVW(ones, k)
}
