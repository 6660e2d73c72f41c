package rng

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/bits"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write testdata/streams.txt")

// TestStreamsStay compares the first numbers of some streams with a golden
// file: a change of them changes every network ever published.
func TestStreamsStay(t *testing.T) {
	var b bytes.Buffer
	for _, p := range Purposes() {
		for _, at := range []struct{ seed, id, index uint64 }{{0, 0, 0}, {1, 0, 0}, {1, 2, 3}, {math.MaxUint64, 7, math.MaxUint64}} {
			k := NewKey(at.seed, p, at.id).Sub(at.index)
			fmt.Fprintf(&b, "%-14s seed %d id %d index %d:", p, at.seed, at.id, at.index)
			for c := range uint64(3) {
				fmt.Fprintf(&b, " %016x", k.Uint64(c))
			}
			fmt.Fprintf(&b, " below %d float %v normal %x exponential %x\n", k.Below(3, 1000), k.Float64(4), k.Normal(5), k.Exponential(6))
		}
	}
	const file = "testdata/streams.txt"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, b.Bytes(), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// TestPermutation inverts Uint64 and Sub step by step: no two counters share a
// number, and no two indices share a key.
func TestPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := Key{rapid.Uint64().Draw(t, "a"), rapid.Uint64().Draw(t, "b")}
		c := rapid.Uint64().Draw(t, "counter")
		require.Equal(t, c, unmixA(unmixB(k.Uint64(c))^k.b)-k.a)

		sub := k.Sub(c)
		require.Equal(t, c, unmixA(sub.a^k.b)^k.a)
		require.Equal(t, c, unmixB(unmixA(sub.b)^bits.RotateLeft64(k.a, 32))-k.b)
	})
}

func unmixA(z uint64) uint64 {
	z = unshift(z, 31) * inverse(0x94d049bb133111eb)
	z = unshift(z, 27) * inverse(0xbf58476d1ce4e5b9)
	return unshift(z, 30)
}

func unmixB(z uint64) uint64 {
	z = unshift(z, 33) * inverse(0xc4ceb9fe1a85ec53)
	z = unshift(z, 33) * inverse(0xff51afd7ed558ccd)
	return unshift(z, 33)
}

// unshift undoes z ^= z>>n.
func unshift(z uint64, n uint) uint64 {
	x := z
	for s := n; s < 64; s += n {
		x = z ^ x>>n
	}
	return x
}

// inverse returns 1/m modulo 2^64 for odd m, by Newton's iteration.
func inverse(m uint64) uint64 {
	x := m
	for range 6 {
		x *= 2 - m*x
	}
	return x
}

// neighbour is a way in which two streams can lie next to each other. Each
// returns the numbers at place i of both.
type neighbour struct {
	name string
	pair func(i uint64) (x, y uint64)
}

func neighbours() []neighbour {
	k := NewKey(42, Test, 0)
	const per = 1 << 8 // counters tried of each key
	return []neighbour{
		{"counters", func(i uint64) (x, y uint64) { return k.Uint64(i), k.Uint64(i + 1) }},
		{"counters 2^32 apart", func(i uint64) (x, y uint64) { return k.Uint64(i), k.Uint64(i + 1<<32) }},
		{"counters, every 1024th", func(i uint64) (x, y uint64) { return k.Uint64(i << 10), k.Uint64((i + 1) << 10) }},
		{"indices", func(i uint64) (x, y uint64) { return k.Sub(i / per).Uint64(i % per), k.Sub(i/per + 1).Uint64(i % per) }},
		{"indices, first number", func(i uint64) (x, y uint64) { return k.Sub(i).Uint64(0), k.Sub(i + 1).Uint64(0) }},
		{"index and counter exchanged", func(i uint64) (x, y uint64) {
			return k.Sub(i / per).Uint64(i%per + per), k.Sub(i%per + per).Uint64(i / per)
		}},
		{"a key and its sub-key", func(i uint64) (x, y uint64) {
			s := k.Sub(i / per)
			return s.Uint64(i % per), s.Sub(i / per).Uint64(i % per)
		}},
		{"ids", func(i uint64) (x, y uint64) { return NewKey(42, Test, i).Uint64(0), NewKey(42, Test, i+1).Uint64(0) }},
		{"seeds", func(i uint64) (x, y uint64) { return NewKey(i, Test, 0).Uint64(0), NewKey(i+1, Test, 0).Uint64(0) }},
		{"seeds, high bits", func(i uint64) (x, y uint64) {
			return NewKey(i<<44, Test, 0).Uint64(0), NewKey(i<<44|1<<43, Test, 0).Uint64(0)
		}},
		{"purposes", func(i uint64) (x, y uint64) { return NewKey(i, Weight, 0).Uint64(0), NewKey(i, Delay, 0).Uint64(0) }},
		{"seed and id exchanged", func(i uint64) (x, y uint64) { return NewKey(i, Test, i+1).Uint64(0), NewKey(i+1, Test, i).Uint64(0) }},
	}
}

// TestNeighbours tests streams next to each other for independence, by the
// joint distribution of 6 bits from each, taken from the top, the middle and
// the bottom.
func TestNeighbours(t *testing.T) {
	const n = 1 << 17
	for _, nb := range neighbours() {
		t.Run(nb.name, func(t *testing.T) {
			for _, shift := range []uint{58, 29, 0} {
				single, joint := make([]int, 64), make([]int, 64*64)
				for i := range uint64(n) {
					x, y := nb.pair(i)
					x, y = x>>shift&63, y>>shift&63
					single[x]++
					joint[x<<6|y]++
				}
				requireUniform(t, single, "bits from %d", shift)
				requireUniform(t, joint, "pairs of bits from %d", shift)
			}
		})
	}
}

// TestNeighbourBits counts how often each bit of x agrees with each bit of y:
// 4096 pairs of bits, each to agree in half of the cases.
func TestNeighbourBits(t *testing.T) {
	const n = 1 << 12
	for _, nb := range neighbours() {
		t.Run(nb.name, func(t *testing.T) {
			var differ [64][64]int
			for i := range uint64(n) {
				x, y := nb.pair(i)
				for r := range 64 {
					d := x ^ bits.RotateLeft64(y, r)
					for b := range 64 {
						differ[r][b] += int(d >> b & 1)
					}
				}
			}
			worst := 0.0
			for r := range differ {
				for _, d := range differ[r] {
					worst = max(worst, math.Abs(float64(d)-n/2)/math.Sqrt(n/4))
				}
			}
			// Of 4096 normal numbers the largest is about 3.7; 5.9 is exceeded
			// once in 10^5 times.
			require.Less(t, worst, 5.9)
			require.Greater(t, worst, 2.8)
		})
	}
}

// TestAvalanche flips one bit of what addresses a number: each bit of the
// number must change in half of the cases.
func TestAvalanche(t *testing.T) {
	const n = 1 << 12
	inputs := map[string]func(x uint64) uint64{
		"counter": func(x uint64) uint64 { return NewKey(1, Test, 1).Uint64(x) },
		"index":   func(x uint64) uint64 { return NewKey(1, Test, 1).Sub(x).Uint64(1) },
		"id":      func(x uint64) uint64 { return NewKey(1, Test, x).Uint64(1) },
		"seed":    func(x uint64) uint64 { return NewKey(x, Test, 1).Uint64(1) },
	}
	for name, f := range inputs {
		t.Run(name, func(t *testing.T) {
			worst := 0.0
			for flip := range 64 {
				var changed [64]int
				for i := range uint64(n) {
					d := f(i) ^ f(i^1<<flip)
					for b := range 64 {
						changed[b] += int(d >> b & 1)
					}
				}
				for _, c := range changed {
					// Pairs are met twice if the flipped bit lies within n.
					worst = max(worst, math.Abs(float64(c)-n/2)/math.Sqrt(n/2))
				}
			}
			require.Less(t, worst, 5.9)
			require.Greater(t, worst, 1.5)
		})
	}
}

// TestNoSharedStretches draws 1000 numbers from each of 1000 neighbouring keys.
// Streams that were one sequence begun at different places would meet.
func TestNoSharedStretches(t *testing.T) {
	all := make([]uint64, 0, 1_000_000)
	k := NewKey(5, Test, 0)
	for i := range uint64(1000) {
		s := k.Sub(i).Stream()
		for range 1000 {
			all = append(all, s.Next())
		}
	}
	slices.Sort(all)
	require.Len(t, slices.Compact(all), 1_000_000)
}

func TestKeysDiffer(t *testing.T) {
	seen := map[Key]string{}
	note := func(k Key, format string, args ...any) {
		path := fmt.Sprintf(format, args...)
		require.Empty(t, seen[k], path)
		seen[k] = path
	}
	for seed := range uint64(8) {
		for _, p := range Purposes() {
			for id := range uint64(8) {
				k := NewKey(seed, p, id)
				note(k, "%d/%v/%d", seed, p, id)
				for i := range uint64(8) {
					note(k.Sub(i), "%d/%v/%d/%d", seed, p, id, i)
					note(k.Sub(i).Sub(i), "%d/%v/%d/%d/%d", seed, p, id, i, i)
				}
			}
		}
	}
}

func TestPurposes(t *testing.T) {
	all := Purposes()
	require.Len(t, all, int(Test))
	names := map[string]bool{}
	for i, p := range all {
		require.Equal(t, Purpose(i+1), p)
		require.NotEmpty(t, p.String())
		require.False(t, names[p.String()], "%v twice", p)
		names[p.String()] = true
		decides, address := p.Describe()
		require.NotEmpty(t, decides, "%v", p)
		require.NotEmpty(t, address, "%v", p)
	}
	for _, p := range []Purpose{0, Test + 1, math.MaxUint32} {
		decides, address := p.Describe()
		require.Empty(t, decides+address)
		require.Equal(t, fmt.Sprintf("purpose(%d)", uint32(p)), p.String())
	}
}
