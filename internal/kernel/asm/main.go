//go:build ignore

// The generator of the assembly kernels. It is run by the go:generate line of package kernel,
// which is in ../vector_amd64.go; by hand, from this folder:
//
//	go run main.go lanes.go delta64.go exp64.go nonzero.go prefetch.go -pkg kernel -out FILE.s -stubs FILE.go
package main

import (
	"os"

	. "github.com/mmcloughlin/avo/build"
)

func main() {
	// Package kernel is loaded for the layout of its constant structs. Its portable build is
	// complete without the files that this program writes, so that it can write them anew.
	os.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+" -tags=purego")
	Package("couplet/internal/kernel")
	ConstraintExpr("amd64,!purego")

	delta64AVX512()
	delta64AVX2()
	exp64AVX512()
	exp64AVX2()
	nonzero32AVX512()
	nonzero32AVX2()
	nonzero64AVX512()
	nonzero64AVX2()
	prefetchLines()
	prefetchIndexed()
	Generate()
}
