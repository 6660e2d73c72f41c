package dataset

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSubset(t *testing.T) {
	d := labelled(0, 1, 2, 1, 0)
	s, err := NewSubset(d, []int{3, 0, 3})
	require.NoError(t, err)
	requireDataset(t, s, 3, []int{6}, numbered(3))
	require.Equal(t, []int{1, 2, 0}, Histogram(s))
	x, label := sample(t, s, 0)
	require.Equal(t, 1, label)
	require.Equal(t, []float32{30, 31, 32, 33, 34, 35}, x)
	require.Equal(t, []int{3, 0, 3}, []int{s.Base(0), s.Base(1), s.Base(2)})
	require.ErrorContains(t, RequireEveryClass(s), `dataset: class without samples (1 of 3 classes: "2")`)

	f, err := First(d, 3)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1}, Histogram(f))
	require.NoError(t, RequireEveryClass(f))

	_, err = NewSubset(d, nil)
	require.ErrorContains(t, err, "subset without samples")
	for _, i := range []int{-1, 5} {
		_, err = NewSubset(d, []int{0, i})
		require.ErrorContains(t, err, "valid is 0 to 4")
	}
	for _, n := range []int{0, 6} {
		_, err = First(d, n)
		require.ErrorContains(t, err, "valid is 1 to 5")
	}
}

// The numbers given are copied: the caller may go on using his.
func TestSubsetOwnsItsNumbers(t *testing.T) {
	numbers := []int{1, 2}
	s, err := NewSubset(labelled(0, 1, 2), numbers)
	require.NoError(t, err)
	numbers[0] = 99
	require.Equal(t, 1, s.Label(0))
}

func TestSplitsAreDisjoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 60).Draw(t, "n")
		d := labelled(make([]int32, n)...)
		a := rapid.IntRange(1, n-2).Draw(t, "a")
		b := rapid.IntRange(1, n-a-1).Draw(t, "b")
		r := Random{Seed: rapid.Uint64().Draw(t, "seed"), Set: rapid.Uint64().Draw(t, "set")}
		parts, err := r.SplitCounts(d, a, b, n-a-b)
		require.NoError(t, err)
		var all []int
		for _, p := range parts {
			require.True(t, slices.IsSorted(p.index))
			all = append(all, p.index...)
		}
		slices.Sort(all)
		require.Equal(t, count(n), all)

		// The same again, also with other parts behind.
		again, err := r.SplitCounts(d, a, 1)
		require.NoError(t, err)
		require.Equal(t, parts[0].index, again[0].index)
	})
}

// count returns 0 to n-1.
func count(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// Every sample is in the first half for half of the seeds; so is every pair for
// nearly a quarter.
func TestSplitIsEven(t *testing.T) {
	d := labelled(make([]int32, 10)...)
	const seeds = 4000
	var single [10]int
	pairs := 0
	for seed := range uint64(seeds) {
		parts, err := Random{Seed: seed}.SplitCounts(d, 5)
		require.NoError(t, err)
		for _, i := range parts[0].index {
			single[i]++
		}
		if slices.Contains(parts[0].index, 3) && slices.Contains(parts[0].index, 8) {
			pairs++
		}
	}
	for _, n := range single {
		require.InDelta(t, seeds/2, n, 160) // five standard deviations
	}
	require.InDelta(t, seeds*2./9, pairs, 130)
}

func TestSplitFractions(t *testing.T) {
	sizes := func(n int, fractions ...float64) []int {
		parts, err := Random{}.SplitFractions(labelled(make([]int32, n)...), fractions...)
		require.NoError(t, err)
		var s []int
		for _, p := range parts {
			s = append(s, p.Len())
		}
		return s
	}
	require.Equal(t, []int{8, 1, 1}, sizes(10, 0.8, 0.1, 0.1))
	require.Equal(t, []int{2, 1, 2}, sizes(5, 1./3, 1./3, 1./3))
	require.Equal(t, []int{70, 20, 10}, sizes(100, 0.7, 0.2, 0.1))
	require.Equal(t, []int{50}, sizes(100, 0.5))
	require.Equal(t, []int{7}, sizes(7, 1))

	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(100, 5000).Draw(t, "n")
		k := rapid.IntRange(1, 10).Draw(t, "parts")
		fractions := make([]float64, k)
		for i := range fractions {
			fractions[i] = 1 / float64(k)
		}
		parts, err := Random{}.SplitFractions(labelled(make([]int32, n)...), fractions...)
		require.NoError(t, err)
		total := 0
		for _, p := range parts {
			require.InDelta(t, float64(n)/float64(k), p.Len(), 1.01)
			total += p.Len()
		}
		require.Equal(t, n, total)
	})
}

func TestSplitRefuses(t *testing.T) {
	d := labelled(0, 1, 2, 1)
	for text, counts := range map[string][]int{
		"part 1 has no samples (0)":                                       {1, 0},
		"parts are larger than the data ([3 2] of 4 samples)":             {3, 2},
		"part 0 has no samples (-1)":                                      {-1},
		"parts are larger than the data ([1 " + strconv.Itoa(math.MaxInt): {1, math.MaxInt},
	} {
		_, err := Random{}.SplitCounts(d, counts...)
		require.ErrorContains(t, err, text)
	}
	for text, fractions := range map[string][]float64{
		"fraction 0 out of range (0)":    {0},
		"fraction 1 out of range (-0.5)": {0.5, -0.5},
		"fraction 0 out of range (NaN)":  {math.NaN()},
		"fraction 0 out of range (1.5)":  {1.5},
		"sum to more than 1 ([0.9 0.2])": {0.9, 0.2},
		"fraction 1 is no sample (0.01":  {0.5, 0.01},
	} {
		_, err := Random{}.SplitFractions(d, fractions...)
		require.ErrorContains(t, err, text)
	}
}

func TestOrder(t *testing.T) {
	order := func(r Random, n int, epoch uint64) []int {
		o := make([]int, n)
		r.Order(o, epoch)
		return o
	}
	a := order(Random{Seed: 1}, 100, 4)
	require.Equal(t, a, order(Random{Seed: 1}, 100, 4))
	for _, b := range [][]int{
		order(Random{Seed: 1}, 100, 5), order(Random{Seed: 2}, 100, 4), order(Random{Seed: 1, Set: 1}, 100, 4), count(100),
	} {
		require.NotEqual(t, a, b)
	}
	slices.Sort(a)
	require.Equal(t, count(100), a)

	// Known orders: a change of the streams changes every training run.
	require.Equal(t, []int{4, 3, 2, 0, 1}, order(Random{Seed: 1}, 5, 2))
	parts, err := Random{Seed: 1}.SplitCounts(labelled(make([]int32, 10)...), 3)
	require.NoError(t, err)
	require.Equal(t, []int{0, 7, 9}, parts[0].index)
}
