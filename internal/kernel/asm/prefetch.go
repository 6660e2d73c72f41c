//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
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
