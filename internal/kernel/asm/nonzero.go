//go:build ignore

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// nonzeros emits a kernel that makes one word of marks out of 64 slots at a time. vector marks the slots of
// one vector, the first of which lies at an address, in the word at another one.
func nonzeros(name string, bits int, doc []string, slotsPerVector int, vector func(slots, marks Mem)) {
	TEXT(name, NOSPLIT, fmt.Sprintf("func(in *int%d, n int, marks *uint64)", bits))
	Doc(doc...)
	Pragma("noescape")

	in := Load(Param("in"), GP64())
	n := Load(Param("n"), GP64())
	marks := Load(Param("marks"), GP64())
	Label("word")
	for slot := 0; slot < 64; slot += slotsPerVector {
		vector(Mem{Base: in, Disp: slot * bits / 8}, Mem{Base: marks, Disp: slot / 8})
	}
	ADDQ(U32(64*bits/8), in)
	ADDQ(U8(8), marks)
	SUBQ(U8(64), n)
	JNZ(LabelRef("word"))
	VZEROUPPER()
	RET()
}

func nonzeroDoc(name string) []string {
	return []string{name + " is nonzeroPortable for n slots, n > 0 a multiple of 64."}
}

func sameAs(name, other string) []string {
	return []string{name + " does the same as " + other + "."}
}

func nonzero32AVX512() {
	nonzeros("nonzero32AVX512", 32, nonzeroDoc("nonzero32AVX512"), 16, func(slots, marks Mem) {
		x, set := ZMM(), K()
		VMOVDQU32(slots, x)
		VPTESTMD(x, x, set)
		KMOVW(set, marks)
	})
}

func nonzero64AVX512() {
	nonzeros("nonzero64AVX512", 64, nonzeroDoc("nonzero64AVX512"), 8, func(slots, marks Mem) {
		x, set := ZMM(), K()
		VMOVDQU64(slots, x)
		VPTESTMQ(x, x, set)
		KMOVB(set, marks)
	})
}

// nonzero32AVX2 and nonzero64AVX2 compare with zero, gather the top bits of eight slots and turn them over.
func nonzero32AVX2() {
	nonzeros("nonzero32AVX2", 32, sameAs("nonzero32AVX2", "nonzero32AVX512"), 8, func(slots, marks Mem) {
		zero := zeros() // costs nothing: the processor knows the idiom
		equal, clear := YMM(), GP32()
		VPCMPEQD(slots, zero, equal)
		VMOVMSKPS(equal, clear)
		NOTL(clear)
		MOVB(clear.As8(), marks)
	})
}

func nonzero64AVX2() {
	nonzeros("nonzero64AVX2", 64, sameAs("nonzero64AVX2", "nonzero64AVX512"), 8, func(slots, marks Mem) {
		zero := zeros()
		low, high := GP32(), GP32()
		for h, clear := range []GPVirtual{low, high} {
			equal := YMM()
			VPCMPEQQ(slots.Offset(h*32), zero, equal)
			VMOVMSKPD(equal, clear)
		}
		SHLL(U8(4), high)
		ORL(high, low)
		NOTL(low)
		MOVB(low.As8(), marks)
	})
}
