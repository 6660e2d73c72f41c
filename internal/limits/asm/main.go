//go:build ignore

// The generator of the assembly of package limits: loops that do nothing but multiply and add. It is
// run by the go:generate line in ../peak_amd64.go.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64,!purego")
	for _, fused := range []bool{true, false} {
		peak("AVX512", ZMM, 16, fused)
		peak("AVX2", YMM, 8, fused)
	}
	Generate()
}

// chains is the number of sums that do not wait for one another: more than the processor can have in
// flight, as few as leave registers for the operands.
const chains = 12

// peak emits x = x*a + b for all lanes of the chains, again and again. With a = 1/2 and b = 1 the
// numbers stay near 2.
func peak(name string, vector func() VecVirtual, lanes int, fused bool) {
	how := "mulAdd"
	if fused {
		how = "fma"
	}
	TEXT(how+name, NOSPLIT, "func(rounds int, constants *[2]float32)")
	Doc(fmt.Sprintf("%s%s does rounds times %d multiplications and as many additions, rounds > 0.", how, name, chains*lanes))
	Pragma("noescape")
	rounds := Load(Param("rounds"), GP64())
	constants := Load(Param("constants"), GP64())
	a, b := vector(), vector()
	VBROADCASTSS(Mem{Base: constants}, a)
	VBROADCASTSS(Mem{Base: constants, Disp: 4}, b)
	x := make([]VecVirtual, chains)
	for i := range x {
		x[i] = vector()
		VMOVUPS(b, x[i])
	}
	Label("round")
	for i := range x {
		if fused {
			VFMADD213PS(b, a, x[i])
			continue
		}
		VMULPS(a, x[i], x[i])
		VADDPS(b, x[i], x[i])
	}
	DECQ(rounds)
	JNZ(LabelRef("round"))
	VZEROUPPER()
	RET()
}
