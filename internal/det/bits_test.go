package det

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// goldenBits holds exact results; it must be the same on every machine.
const goldenBits = "testdata/bits.txt"

// TestBits compares exact output bits with the golden file: a few results of
// each function in full, and the hash of many. A failure means that spike trains
// will change, or that this machine disagrees with the others. (A single fused
// product deep in a series may change one result in a million and pass here;
// against that stands TestEveryProductIsRounded.)
//
// `go test -run TestBits -update` writes the file.
func TestBits(t *testing.T) {
	var b bytes.Buffer
	for _, f := range bitFunctions {
		next := rand.NewPCG(17, 4)
		hash := sha256.New()
		for i := range 1 << 16 {
			x, y := f.args(next.Uint64(), next.Uint64())
			z := f.f(x, y)
			if math.IsNaN(z) {
				z = math.Inf(-1) // the bits of a NaN are free
			}
			hash.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(z)))
			if i < 24 {
				fmt.Fprintf(&b, "%-12s %016x %016x -> %016x  %v %v -> %v\n", f.name,
					math.Float64bits(x), math.Float64bits(y), math.Float64bits(z), x, y, z)
			}
		}
		fmt.Fprintf(&b, "%-12s 65536 results %s\n", f.name, hex.EncodeToString(hash.Sum(nil)))
	}
	if *update {
		require.NoError(t, os.WriteFile(goldenBits, b.Bytes(), 0o644))
		return
	}
	want, err := os.ReadFile(goldenBits)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// bitFunctions make their arguments out of random bits without any arithmetic
// that could be fused.
var bitFunctions = []struct {
	name string
	args func(a, b uint64) (x, y float64)
	f    func(x, y float64) float64
}{
	{"Exp", signedBelow(1 << 10), unary(Exp)},
	{"Exp near 0", exponentsFrom(-40, 44), unary(Exp)},
	{"Expm1", signedBelow(1 << 10), unary(Expm1)},
	{"Expm1 near 0", exponentsFrom(-60, 64), unary(Expm1)},
	{"Log", anyPositive, unary(Log)},
	{"Log near 1", nearOne, unary(Log)},
	{"Pow", func(a, b uint64) (x, y float64) {
		x, _ = anyPositive(a, 0)
		y, _ = exponentsFrom(-8, 16)(b, a)
		return x, y
	}, Pow},
	{"Pow near 1", func(a, b uint64) (x, y float64) {
		x, _ = nearOne(a, b)
		y, _ = signedBelow(1<<16)(b, a)
		return x, y
	}, Pow},
	{"PowInt", func(a, b uint64) (x, y float64) {
		x, _ = nearOne(a, b)
		return x, float64(int64(b>>44) - 1<<19)
	}, func(x, y float64) float64 { return PowInt(x, int64(y)) }},
	{"NormQuantile", func(a, b uint64) (x, y float64) { return (float64(a>>12) + 0.5) * 0x1p-52, 0 }, unary(NormQuantile)},
	{"NormQ. tails", func(a, b uint64) (x, y float64) { return math.Float64frombits(a >> 2), 0 }, unary(NormQuantile)},
}

func unary(f func(float64) float64) func(x, y float64) float64 {
	return func(x, _ float64) float64 { return f(x) }
}

// signedBelow returns numbers spread evenly over ±limit, a power of two.
func signedBelow(limit float64) func(a, b uint64) (x, y float64) {
	return func(a, _ uint64) (x, y float64) { return float64(int64(a)>>11) * (limit * 0x1p-52), 0 }
}

// exponentsFrom returns numbers of both signs with exponents lo to lo+n-1.
func exponentsFrom(lo, n int) func(a, b uint64) (x, y float64) {
	return func(a, b uint64) (x, y float64) {
		e := uint64(1023 + lo + int(b%uint64(n)))
		return math.Float64frombits(a&(1<<63|1<<52-1) | e<<52), 0
	}
}

// anyPositive returns all finite positive numbers alike.
func anyPositive(a, _ uint64) (x, y float64) {
	return math.Float64frombits(a >> 1 % (0x7ff << 52)), 0
}

// nearOne returns numbers on both sides of 1 at distances from 2^-1 to 2^-52.
func nearOne(a, b uint64) (x, y float64) {
	d := a >> 12 >> (b % 52)
	if a&1 != 0 {
		return math.Float64frombits(1023<<52 - d), 0
	}
	return math.Float64frombits(1023<<52 + d), 0
}
