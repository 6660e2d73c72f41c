package kernel

import (
	"fmt"
	"os"
	"sync/atomic"
)

// Level is a set of processor instructions that the kernels may use. Higher levels are faster and
// give the same bits.
type Level uint32

// The levels, in ascending order.
const (
	Portable Level = iota // plain Go
	AVX2                  // amd64 with AVX2
	AVX512                // amd64 with AVX-512 F, DQ and VL
)

var levelNames = [...]string{Portable: "portable", AVX2: "avx2", AVX512: "avx512"}

// String gives the name that the environment variable COUPLET_CPU takes.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("Level(%d)", uint32(l))
}

// Levels lists the levels that this processor and this build have, in ascending order. Portable is
// always there.
func Levels() []Level {
	var have []Level
	for l := Portable; l <= Best(); l++ {
		have = append(have, l)
	}
	return have
}

// Best is the highest level that this processor and this build have, whatever COUPLET_CPU asks for.
func Best() Level { return best }

// Current is the level that the kernels use now: Best, unless COUPLET_CPU or SetLevel lowered it.
func Current() Level { return Level(current.Load()) }

// SetLevel makes the kernels use level l, or Best if the processor lacks l, and returns a function
// that brings back the level of before. It is meant for tests and benchmarks:
//
//	defer kernel.SetLevel(kernel.Portable)()
//
// It affects all goroutines; since every level gives the same bits, none of them can tell.
func SetLevel(l Level) (restore func()) {
	before := current.Swap(uint32(min(l, best)))
	return func() { current.Store(before) }
}

// EnvError tells what is wrong with the environment variable COUPLET_CPU: an unknown name, or a
// level that the processor lacks. It is nil if the variable is unset, empty or was obeyed. Programs
// report it; the kernels themselves then run at Best.
func EnvError() error { return errEnv }

// The dispatch: made once, before main, from the processor's feature flags and COUPLET_CPU.
var (
	best    = detect()
	current atomic.Uint32
	errEnv  error
)

func init() {
	var l Level
	l, errEnv = choose(os.Getenv("COUPLET_CPU"), best)
	current.Store(uint32(l))
}

// choose gives the level that a value of COUPLET_CPU asks for on a processor whose highest is best.
func choose(value string, best Level) (Level, error) {
	if value == "" {
		return best, nil
	}
	for l, name := range levelNames {
		if name != value {
			continue
		}
		if Level(l) > best {
			return best, fmt.Errorf("kernel: this processor or build has no %s, it runs at %s (COUPLET_CPU=%s)", name, best, value)
		}
		return Level(l), nil
	}
	return best, fmt.Errorf("kernel: unknown level, want portable, avx2 or avx512 (COUPLET_CPU=%s)", value)
}

// Element is a type whose arrays can be prefetched: its size is a power of two.
type Element interface {
	~uint8 | ~uint32 | ~int32 | ~int64 | ~float32 | ~float64
}
