//go:build amd64 && !purego

package limits

import (
	"couplet/internal/kernel"

	"golang.org/x/sys/cpu"
)

//go:generate go run ./asm/main.go -pkg limits -out peak_amd64.s -stubs peakstubs_amd64.go

// vectorChains is the number of vectors that the assembly keeps going: chains in asm/main.go.
const vectorChains = 12

// multiplyAdd gives the loop to measure, and the number of operations in one of its rounds.
func multiplyAdd(level kernel.Level, fused bool) (run func(rounds int) float32, operations int) {
	constants := &[2]float32{half, one}
	loop, lanes := mulAddAVX512, 16
	switch fused = fused && cpu.X86.HasFMA; {
	case level == kernel.AVX512 && fused:
		loop = fmaAVX512
	case level == kernel.AVX512:
	case level == kernel.AVX2 && fused:
		loop, lanes = fmaAVX2, 8
	case level == kernel.AVX2:
		loop, lanes = mulAddAVX2, 8
	default:
		return mulAddPortable, 2 * portableChains
	}
	return func(rounds int) float32 {
		loop(rounds, constants)
		return 0
	}, 2 * vectorChains * lanes
}
