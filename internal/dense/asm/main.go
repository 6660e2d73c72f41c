//go:build ignore

// The generator of the assembly of package dense. It is run by the go:generate line of the package,
// which is in ../vector_amd64.go; by hand, from this folder:
//
//	go run main.go vectors.go tile.go rows.go lif.go surrogate.go layout.go avgpool.go -pkg dense -out FILE.s -stubs FILE.go
package main

import (
	. "github.com/mmcloughlin/avo/build"
)

func main() {
	ConstraintExpr("amd64,!purego")
	for _, l := range []level{avx512, avx2} {
		for _, t := range l.tiles {
			tile(l, t.rows, t.vectors, false)
			tile(l, t.rows, t.vectors, true)
		}
		addScaledBlock(l)
		addRows(l, false)
		addRows(l, true)
		fire(l)
		couple(l)
		surrogate(l)
		markNonzero(l)
	}
	transpose8()
	avgPool2()
	avgPool2Back()
	Generate()
}
