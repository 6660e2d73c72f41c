//go:build !amd64 || purego

package limits

import "couplet/internal/kernel"

// multiplyAdd gives the loop to measure, and the number of operations in one of its rounds.
func multiplyAdd(kernel.Level, bool) (run func(rounds int) float32, operations int) {
	return mulAddPortable, 2 * portableChains
}
