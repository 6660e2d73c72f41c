package dense

import (
	"unsafe"

	"couplet/internal/kernel"
)

// Real is the number format of arrays.
type Real interface{ float32 | float64 }

// Arithmetic tells how products and sums of matrices and convolutions are rounded.
type Arithmetic uint8

const (
	// Reproducible rounds each product and each sum: the same bits at every level and in every form.
	Reproducible Arithmetic = iota
	// Fused rounds product and sum together where the processor can, and is Reproducible elsewhere and
	// in float64.
	Fused
)

// isFloat32 tells which of the two formats F is.
func isFloat32[F Real]() bool {
	var f F
	return unsafe.Sizeof(f) == 4
}

// vectorised tells at which level to work on arrays of F: assembly knows float32 only.
func vectorised[F Real]() (level kernel.Level, ok bool) {
	if !isFloat32[F]() {
		return kernel.Portable, false
	}
	level = kernel.Current()
	return level, level != kernel.Portable
}

// as32 gives an array of F, known to be float32, as []float32. It takes the place of a type switch,
// which would need an interface that holds the array, and so an allocation.
func as32[F Real](x []F) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// roundUp gives the smallest multiple of step that is not below n.
func roundUp(n, step int) int { return (n + step - 1) / step * step }

// grown gives s with n elements, allocating only when n has not been reached before. What they hold is
// not said.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
