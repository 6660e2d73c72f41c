package rng

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/det"
)

const draws = 200_000

func TestFloat64(t *testing.T) {
	k := NewKey(1, Test, 100)
	bins := make([]int, 1000)
	for c := range uint64(draws) {
		bins[int(k.Float64(c)*1000)]++
	}
	requireUniform(t, bins, "thousandths")

	rapid.Check(t, func(t *rapid.T) {
		u := rapid.Uint64().Draw(t, "u")
		f := Key{}.invert(u).Float64(0)
		require.GreaterOrEqual(t, f, 0.0)
		require.Less(t, f, 1.0)
		require.Equal(t, u>>11, uint64(f*0x1p53))
	})
}

// invert returns a key whose number 0 is u.
func (Key) invert(u uint64) Key { return Key{0, unmixB(u)} }

func TestOpen(t *testing.T) {
	for u, want := range map[uint64]float64{
		0: 0x1p-53, math.MaxUint64: 1 - 0x1p-53, 1 << 63: 0.5 + 0x1p-53, 1<<63 - 1: 0.5 - 0x1p-53,
	} {
		require.Equal(t, want, Key{}.invert(u).Open(0))
		// Symmetric: the complement of u gives the complement of the number.
		require.Equal(t, 1-want, Key{}.invert(^u).Open(0))
	}
}

func TestBelow(t *testing.T) {
	for i, n := range []uint64{2, 3, 7, 10, 64, 1000} {
		k := NewKey(2, Test, uint64(i))
		bins := make([]int, n)
		for c := range uint64(draws) {
			bins[k.Below(c, n)]++
		}
		requireUniform(t, bins, "below %d", n)
	}
	k := NewKey(2, Test, 9)
	for c := range uint64(100) {
		require.Zero(t, k.Below(c, 0))
		require.Zero(t, k.Below(c, 1))
	}
	for _, n := range []uint64{1, 2, 3, 1 << 32, 1<<63 + 1, math.MaxUint64} {
		require.Equal(t, n-1, Key{}.invert(math.MaxUint64).Below(0, n))
		require.Zero(t, Key{}.invert(0).Below(0, n))
	}
}

func TestBernoulli(t *testing.T) {
	k := NewKey(3, Test, 0)
	for _, p := range []float64{0.001, 0.1, 0.5, 0.93} {
		yes := 0
		for c := range uint64(draws) {
			if k.Bernoulli(c, p) {
				yes++
			}
		}
		requireFit(t, []int{yes, draws - yes}, []float64{draws * p, draws * (1 - p)}, "%v", p)
	}
	for c := range uint64(1000) {
		require.True(t, k.Bernoulli(c, 1))
		require.True(t, k.Bernoulli(c, math.Inf(1)))
		require.False(t, k.Bernoulli(c, 0))
		require.False(t, k.Bernoulli(c, -1))
		require.False(t, k.Bernoulli(c, math.NaN()))
	}
}

func TestScaled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, c := NewKey(rapid.Uint64().Draw(t, "seed"), Test, 0), rapid.Uint64().Draw(t, "counter")
		lo, width := rapid.Float64Range(-100, 100).Draw(t, "lo"), rapid.Float64Range(0, 100).Draw(t, "width")
		x := k.Between(c, lo, lo+width)
		require.GreaterOrEqual(t, x, lo)
		require.LessOrEqual(t, x, lo+width)
		product := (lo + width - lo) * k.Float64(c)
		require.Equal(t, lo+float64(product), x)
		product = width * k.Normal(c)
		require.Equal(t, lo+float64(product), k.NormalWith(c, lo, width))
		require.Equal(t, lo, k.NormalWith(c, lo, 0))
		require.Equal(t, lo, k.Between(c, lo, lo))
	})
}

// TestNormal tests the first four moments within 4.5 standard errors, and the
// distribution in 100 classes of equal probability. The classes are found with
// math.Erfc, so that the quantile function does not test itself.
func TestNormal(t *testing.T) {
	k := NewKey(4, Test, 0)
	var m1, m2, m3, m4 float64
	classes := make([]int, 100)
	for c := range uint64(draws) {
		z := k.Normal(c)
		m1, m2, m3, m4 = m1+z, m2+z*z, m3+z*z*z, m4+z*z*z*z
		classes[int(50*math.Erfc(-z/math.Sqrt2))]++
	}
	requireUniform(t, classes, "classes")
	n := math.Sqrt(draws)
	require.InDelta(t, 0, m1/draws, 4.5/n)
	require.InDelta(t, 1, m2/draws, 4.5*math.Sqrt(2)/n)
	require.InDelta(t, 0, m3/draws, 4.5*math.Sqrt(15)/n)
	require.InDelta(t, 3, m4/draws, 4.5*math.Sqrt(96)/n)

	require.InDelta(t, 8.2095, Key{}.invert(math.MaxUint64).Normal(0), 1e-4)
	require.InDelta(t, -8.2095, Key{}.invert(0).Normal(0), 1e-4)
}

func TestExponential(t *testing.T) {
	k := NewKey(5, Test, 0)
	var m1, m2 float64
	classes := make([]int, 100)
	for c := range uint64(draws) {
		x := k.Exponential(c)
		m1, m2 = m1+x, m2+x*x
		classes[int(-100*math.Expm1(-x))]++
	}
	requireUniform(t, classes, "classes")
	require.InDelta(t, 1, m1/draws, 4.5/math.Sqrt(draws))
	require.InDelta(t, 2, m2/draws, 4.5*math.Sqrt(20)/math.Sqrt(draws))

	require.InEpsilon(t, 53*math.Ln2, Key{}.invert(0).Exponential(0), 1e-15)
	require.Equal(t, -det.Log(1-0x1p-53), Key{}.invert(math.MaxUint64).Exponential(0))
	require.Positive(t, Key{}.invert(math.MaxUint64).Exponential(0))
}

// TestStream checks that the sequential view takes the numbers of the key in
// turn, whichever kind is asked for.
func TestStream(t *testing.T) {
	k := NewKey(6, Test, 0)
	s := k.Stream()
	require.Equal(t, k.Uint64(0), s.Next())
	require.Equal(t, k.Float64(1), s.NextFloat64())
	require.Equal(t, k.Open(2), s.NextOpen())
	require.Equal(t, k.Below(3, 100), s.NextBelow(100))
	require.Equal(t, k.Normal(4), s.NextNormal())
	require.Equal(t, k.Exponential(5), s.NextExponential())
	require.EqualValues(t, 6, s.N)

	s.N = 1 // back
	require.Equal(t, k.Float64(1), s.NextFloat64())
	a, b := k.Words()
	require.Equal(t, k, Key{a, b})
}

// TestShuffle counts the 24 orders of four things.
func TestShuffle(t *testing.T) {
	s := NewKey(7, Shuffle, 0).Stream()
	orders := map[[4]int]int{}
	for range 48_000 {
		x := [4]int{0, 1, 2, 3}
		s.Shuffle(4, func(i, j int) { x[i], x[j] = x[j], x[i] })
		orders[x]++
	}
	require.Len(t, orders, 24)
	counts := make([]int, 0, 24)
	for _, n := range orders {
		counts = append(counts, n)
	}
	requireUniform(t, counts, "orders")
	require.EqualValues(t, 3*48_000, s.N)

	for n := range 2 {
		s.Shuffle(n-1, func(int, int) { t.Error("nothing to exchange") })
		s.Shuffle(n, func(int, int) { t.Error("nothing to exchange") })
	}
}

// TestSplitMix holds the portable stream to its published first numbers.
func TestSplitMix(t *testing.T) {
	for k, want := range []uint64{0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f, 0xf88bb8a8724c81ec, 0x1b39896a51a8749b} {
		require.Equal(t, want, SplitMix(0, uint64(k)))
	}
	// Number k is the first number of a seed that lies k steps on.
	step := uint64(0x9e3779b97f4a7c15)
	require.Equal(t, SplitMix(0, 7), SplitMix(7*step, 0))

	for i, n := range []uint64{2, 10, 1000} {
		bins := make([]int, n)
		for c := range uint64(draws) {
			bins[SplitMixBelow(uint64(i), c, n)]++
		}
		requireUniform(t, bins, "below %d", n)
	}
	rapid.Check(t, func(t *rapid.T) {
		seed, k := rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "k")
		n := rapid.Uint64Range(1, 1<<32).Draw(t, "n")
		require.Equal(t, (SplitMix(seed, k)>>32)*n/(1<<32), SplitMixBelow(seed, k, n))
		require.Less(t, SplitMixBelow(seed, k, n), n)
	})
}

func TestNoAllocations(t *testing.T) {
	table, err := NewPoissonTable(3)
	require.NoError(t, err)
	total := 0.0
	require.Zero(t, testing.AllocsPerRun(100, func() {
		s := NewKey(1, Test, 2).Sub(3).Stream()
		total += s.NextNormal() + s.NextExponential() + float64(table.Count(s.Next()))
	}))
	require.NotZero(t, total)
}
