package rng

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
)

// requireFit is the chi-square test of counts against expected numbers; bins
// with fewer than 10 expected are pooled. All streams of the tests have fixed
// seeds, so that a result is for good: a probability below 10^-5, on either
// side, is a fault (too uneven, or too even to be random).
func requireFit(t *testing.T, observed []int, expected []float64, what string, args ...any) {
	t.Helper()
	require.Len(t, expected, len(observed))
	chi2, bins := 0.0, 0
	poolO, poolE := 0.0, 0.0
	for i, e := range expected {
		poolO, poolE = poolO+float64(observed[i]), poolE+e
		if poolE >= 10 {
			chi2 += (poolO - poolE) * (poolO - poolE) / poolE
			bins++
			poolO, poolE = 0, 0
		}
	}
	require.Less(t, poolE, 10.5)
	require.Greater(t, bins, 1)
	p := distuv.ChiSquared{K: float64(bins - 1)}.Survival(chi2)
	require.Greater(t, p, 1e-5, append([]any{"uneven: " + what}, args...)...)
	require.Less(t, p, 1-1e-5, append([]any{"too even: " + what}, args...)...)
}

// requireUniform is requireFit with the same number expected everywhere.
func requireUniform(t *testing.T, observed []int, what string, args ...any) {
	t.Helper()
	total := 0
	for _, o := range observed {
		total += o
	}
	expected := make([]float64, len(observed))
	for i := range expected {
		expected[i] = float64(total) / float64(len(observed))
	}
	requireFit(t, observed, expected, what, args...)
}

// TestRequireFit makes sure that the test statistic can fail: counts with a
// bias of a few standard deviations in each bin, and counts without noise.
func TestRequireFit(t *testing.T) {
	pValue := func(observed []int, e float64) float64 {
		chi2 := 0.0
		for _, o := range observed {
			chi2 += math.Pow(float64(o)-e, 2) / e
		}
		return distuv.ChiSquared{K: float64(len(observed) - 1)}.Survival(chi2)
	}
	biased, even := make([]int, 64), make([]int, 64)
	for i := range biased {
		biased[i] = 1000 + 70*(i%2*2-1)
		even[i] = 1000 + i%2*2 - 1
	}
	require.Less(t, pValue(biased, 1000), 1e-5)
	require.Greater(t, pValue(even, 1000), 1-1e-5)
}
