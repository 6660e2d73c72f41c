package rng

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var means = []float64{1e-12, 1e-3, 0.1, 0.5, 0.999, 1, 2, 4.2, 10, 33.3, 100, 400, 999.5, 1000}

// TestPoissonThresholds compares every threshold with the cumulative
// probability in 300-bit arithmetic, as a share of its distance from the nearer
// end.
func TestPoissonThresholds(t *testing.T) {
	for _, mean := range means {
		table, err := NewPoissonTable(mean)
		require.NoError(t, err)
		require.Equal(t, mean, table.Mean())

		cumulative := exactPoisson(mean, int(table.Max())+1)
		full := new(big.Float).SetMantExp(big.NewFloat(1), 64)
		for i, got := range table.threshold {
			k := int(table.first) + i
			want := new(big.Float).Mul(cumulative[k], full)
			end := new(big.Float).SetPrec(300)
			if want.Cmp(new(big.Float).SetMantExp(big.NewFloat(1), 63)) > 0 {
				end.Set(full)
			}
			distance, _ := new(big.Float).Sub(want, end).Float64()
			d, _ := new(big.Float).Sub(want, new(big.Float).SetPrec(300).SetUint64(got)).Float64()
			// One for the rounding to a whole number.
			require.LessOrEqual(t, math.Abs(d), 1+3e-14*math.Abs(distance), "mean %v, count %d", mean, k)
		}
		// What the table leaves out at either end is less than one draw in 2^64.
		if table.first > 0 {
			p, _ := new(big.Float).Mul(cumulative[table.first-1], full).Float64()
			require.LessOrEqual(t, p, 1+1e-9, "mean %v", mean)
		}
		beyond, _ := new(big.Float).Sub(full, new(big.Float).Mul(cumulative[table.Max()], full)).Float64()
		require.LessOrEqual(t, beyond, 1+1e-9, "mean %v", mean)
	}
}

// exactPoisson returns P(count <= k) for k = 0 to n. e^-mean is the inverse of
// the sum of all mean^k/k!.
func exactPoisson(mean float64, n int) []*big.Float {
	newBig := func() *big.Float { return new(big.Float).SetPrec(300) }
	m := newBig().SetFloat64(mean)
	term, total := newBig().SetInt64(1), newBig().SetInt64(1)
	sums := []*big.Float{newBig().SetInt64(1)}
	for k := int64(1); k <= int64(n) || float64(k) < 4*mean+200; k++ {
		term.Quo(newBig().Mul(term, m), newBig().SetInt64(k))
		total.Add(total, term)
		sums = append(sums, newBig().Set(total))
	}
	for i := range sums {
		sums[i].Quo(sums[i], total)
	}
	return sums[:n+1]
}

func TestPoissonDraws(t *testing.T) {
	for i, mean := range means[1:] {
		table, err := NewPoissonTable(mean)
		require.NoError(t, err)
		k := NewKey(8, Poisson, uint64(i))
		counts := make([]int, table.Max()+1)
		sum, squares := 0.0, 0.0
		for tick := range uint64(draws) {
			c := table.Count(k.Uint64(tick))
			require.LessOrEqual(t, c, table.Max())
			counts[c]++
			sum, squares = sum+float64(c), squares+(float64(c)-mean)*(float64(c)-mean)
		}
		expected, last := make([]float64, len(counts)), 0.0
		for c, p := range exactPoisson(mean, int(table.Max())) {
			pf, _ := p.Float64()
			expected[c], last = draws*(pf-last), pf
		}
		requireFit(t, counts, expected, "mean %v", mean)
		// Mean and variance of a Poisson count are equal; that of the variance
		// is mean + 2 mean^2.
		require.InDelta(t, mean, sum/draws, 4.5*math.Sqrt(mean/draws))
		require.InDelta(t, mean, squares/draws, 4.5*math.Sqrt((mean+2*mean*mean)/draws))
	}
}

// TestPoissonGuide compares with the search that needs no guide, above all next
// to the thresholds.
func TestPoissonGuide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, err := NewPoissonTable(rapid.OneOf(rapid.SampledFrom(means), rapid.Float64Range(0, MaxPoissonMean)).Draw(t, "mean"))
		require.NoError(t, err)
		u := rapid.Uint64().Draw(t, "u")
		if n := len(table.threshold); n > 0 && rapid.Bool().Draw(t, "at a threshold") {
			u = table.threshold[rapid.IntRange(0, n-1).Draw(t, "i")] + rapid.Uint64Range(0, 2).Draw(t, "offset") - 1
		}
		want := table.first
		for _, v := range table.threshold {
			if u >= v {
				want++
			}
		}
		require.Equal(t, want, table.Count(u))
	})
}

// TestPoissonCompares: a draw takes two comparisons or fewer on average.
func TestPoissonCompares(t *testing.T) {
	for _, mean := range means {
		table, err := NewPoissonTable(mean)
		require.NoError(t, err)
		k := NewKey(9, Test, 0)
		compares := 0
		for c := range uint64(10_000) {
			u := k.Uint64(c)
			found := int(table.Count(u) - table.first)
			compares += found - int(table.guide[u>>table.shift]) + 1
		}
		require.Less(t, float64(compares)/10_000, 1.5, "mean %v", mean)
		require.LessOrEqual(t, len(table.threshold)+len(table.guide)/4, int(36*math.Sqrt(mean))+50, "mean %v", mean)
	}
}

func TestPoissonEnds(t *testing.T) {
	table, err := NewPoissonTable(0)
	require.NoError(t, err)
	require.Zero(t, table.Count(0))
	require.Zero(t, table.Count(math.MaxUint64))
	require.Zero(t, table.Max())

	table, err = NewPoissonTable(2)
	require.NoError(t, err)
	require.EqualValues(t, 25, table.Max())
	require.Zero(t, table.Count(0))
	require.EqualValues(t, 25, table.Count(math.MaxUint64))

	table, err = NewPoissonTable(1000)
	require.NoError(t, err)
	require.Greater(t, table.Count(0), uint32(700))
	require.Less(t, table.Count(math.MaxUint64), uint32(1350))

	for _, mean := range []float64{-1, -math.SmallestNonzeroFloat64, 1000.5, math.Inf(1), math.Inf(-1), math.NaN()} {
		_, err := NewPoissonTable(mean)
		require.ErrorContains(t, err, "rng: mean of a Poisson count must be between 0 and 1000", "%v", mean)
	}
}
