//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func prefetchLines() {
	TEXT("prefetchLines", NOSPLIT, "func(p *byte, lines int)")
	Doc("prefetchLines asks for lines cache lines of 64 bytes, from that of p on, to be brought into all",
		"levels of the cache.")
	Pragma("noescape")

	p := Load(Param("p"), GP64())
	lines := Load(Param("lines"), GP64())
	TESTQ(lines, lines)
	JLE(LabelRef("done"))
	Label("line")
	PREFETCHT0(Mem{Base: p})
	ADDQ(U8(64), p)
	DECQ(lines)
	JNZ(LabelRef("line"))
	Label("done")
	RET()
}

func prefetchIndexed() {
	TEXT("prefetchIndexed", NOSPLIT, "func(p *byte, index *uint32, n int, shift uint64)")
	Doc("prefetchIndexed asks for the cache lines at p + index[k]<<shift, k < n, to be brought into all",
		"levels of the cache.")
	Pragma("noescape")

	p := Load(Param("p"), GP64())
	index := Load(Param("index"), GP64())
	n := Load(Param("n"), GP64())
	Load(Param("shift"), RCX)
	at := GP64()
	TESTQ(n, n)
	JLE(LabelRef("done"))
	Label("next")
	MOVL(Mem{Base: index}, at.As32())
	SHLQ(CL, at)
	PREFETCHT0(Mem{Base: p, Index: at, Scale: 1})
	ADDQ(U8(4), index)
	DECQ(n)
	JNZ(LabelRef("next"))
	Label("done")
	RET()
}
