//go:build !amd64 || purego

package kernel

import "unsafe"

// detect knows no vector instructions in this build.
func detect() Level { return Portable }

// delta64Vector is never reached, since Best is Portable; it keeps the callers free of build tags.
func delta64Vector(_ Level, v, drive []float64, ref, in []int32, c *DeltaConst, first uint32, out []uint32) []uint32 {
	return delta64Portable(v, drive, ref, in, c, first, out)
}

// exp64Vector is never reached, like delta64Vector.
func exp64Vector(_ Level, v, iex, iin, drive []float64, ref, inEx, inIn []int32, c *ExpConst, first uint32, out []uint32) []uint32 {
	return exp64Portable(v, iex, iin, drive, ref, inEx, inIn, c, first, out)
}

// nonzero32Vector is never reached, like delta64Vector.
func nonzero32Vector(_ Level, in []int32, marks []uint64) { nonzeroPortable(in, marks) }

// nonzero64Vector is never reached, like delta64Vector.
func nonzero64Vector(_ Level, in []int64, marks []uint64) { nonzeroPortable(in, marks) }

// PrefetchRow does nothing in this build; calls are inlined away.
func PrefetchRow(p unsafe.Pointer, lines int) {}

// PrefetchIndexed does nothing in this build; calls are inlined away.
func PrefetchIndexed[T Element](x []T, index []uint32) {}
