// Package det has elementary functions that give the same bits everywhere.
//
// A spiking network amplifies the last bit: one membrane potential that is an
// ulp higher crosses its threshold one tick earlier, and a second later the
// whole spike train differs. The functions of package math are accurate but
// not reproducible: math.Exp has an assembly version on some architectures
// which tests for FMA at run time, and where math is plain Go the compiler may
// fuse a product and a sum into one FMA (it does at GOAMD64=v3, on arm64,
// ppc64 and riscv64). Whatever decides a spike, a weight or a delay therefore
// calls this package.
//
// # The promise
//
// Every result is a function of the bits of the arguments alone: not of the
// processor, the architecture, GOAMD64, or a build tag. It rests on three
// rules, kept in every line of the package:
//
//   - only +, -, *, / and square root are used, which IEEE 754 defines to the
//     last bit, together with integer operations on the bits of a number;
//   - every product is written float64(a*b), which the language forbids the
//     compiler to fuse with a sum, also one in a caller (a test reads the source
//     for products that are not);
//   - there is one code path: no assembly, no dispatch, no state.
//
// A table of inputs and exact output bits in the tests keeps the promise over
// time: a change of any result is a change of the spike trains that users have
// published, and has to be made on purpose.
//
// # Accuracy
//
// Largest errors seen against 200-bit arithmetic, in units in the last place
// (the tests hold the functions below the third column):
//
//	function      seen      tested
//	Exp           0.52      0.55    (subnormal results 0.75, 1.05)
//	Expm1         1.4       1.5
//	Log           0.51      0.55
//	Pow           0.52      0.6
//	NormQuantile  4.9       6       (relative error about 1e-15)
//
// # Where the constants come from
//
// tables.go is computed, not typed: the tests derive every entry again with
// math/big and compare the bits, and `go test -run TestTables -update` writes
// the file.
package det
