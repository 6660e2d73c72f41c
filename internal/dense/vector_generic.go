//go:build !amd64 || purego

package dense

import "couplet/internal/kernel"

// hasFused is false in this build: portable Go rounds product and sum.
const hasFused = false

// The functions below are never reached, since kernel.Best is Portable. They keep their callers free
// of build tags.

func addTilesVector(_ kernel.Level, _ Arithmetic, _, c []float32, ldc, rows, cols int, a operand[float32], b []float32, off []int) {
	addTilesPortable(c, ldc, rows, cols, a, b, off)
}

func addScaledBlockVector(kernel.Level, *float32, int, *float32, int, float32, int, int) {}

func addRowsVector(kernel.Level, []float32, []float32, int, []uint32) {}

func addScaledRowsVector(kernel.Level, []float32, []float32, int, []uint32, []float32) {}

func fireVector(kernel.Level, []float32, []float32, []float32, []float32, *membraneConstants32) int {
	return 0
}

func coupleVector(kernel.Level, []float32, []float32, []float32, []float32, *membraneConstants32) int {
	return 0
}

func surrogateVector(kernel.Level, []float32, []float32, *surrogateConstants32) {}

func markNonzeroVector(kernel.Level, []float32, *[nonzeroChunk / 64]uint64) {}

func transposeVector([]float32, int, []float32, int, int, int) {}

func avgPool2Vector([]float32, []float32, int, int) {}

func avgPool2BackVector([]float32, []float32, int, int) {}
