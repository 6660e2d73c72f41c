//go:build amd64 && !purego

package kernel

import "unsafe"

func detect() Level { return Portable }
func delta64Vector(_ Level, v, drive []float64, ref, in []int32, c *DeltaConst, first uint32, out []uint32) []uint32 {
	return delta64Portable(v, drive, ref, in, c, first, out)
}
func exp64Vector(_ Level, v, iex, iin, drive []float64, ref, inEx, inIn []int32, c *ExpConst, first uint32, out []uint32) []uint32 {
	return exp64Portable(v, iex, iin, drive, ref, inEx, inIn, c, first, out)
}
func PrefetchRow(p unsafe.Pointer, lines int) {}
