package score_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/score"
)

// Table I of R. G. Newcombe 1998, "Two-sided confidence intervals for the single proportion: comparison
// of seven methods" gives the Wilson score interval (method 3) of these counts to four digits.
func TestWilsonOfNewcombe(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		i := score.Wilson(c.k, c.n)
		require.InDelta(t, c.low, i.Low, 5e-5, "%d of %d", c.k, c.n)
		require.InDelta(t, c.high, i.High, 5e-5, "%d of %d", c.k, c.n)
	}
}

func TestWilsonWithoutTrials(t *testing.T) {
	require.Equal(t, score.Interval{Low: 0, High: 1}, score.Wilson(0, 0))
	require.Equal(t, score.Wilson(5, 5), score.Wilson(7, 5), "more successes than trials")
	require.Equal(t, score.Wilson(0, 5), score.Wilson(-1, 5))
}

// The bounds are the shares p at which the counts lie exactly z standard deviations off:
// (k − n·p)² = z²·n·p·(1−p). The interval is symmetric in success and failure and holds k/n.
func TestWilsonProperties(t *testing.T) {
	const z = 1.959963984540054
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1_000_000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		i := score.Wilson(k, n)
		for _, p := range []float64{i.Low, i.High} {
			d := float64(k) - float64(n)*p
			require.InDelta(t, z*z*float64(n)*p*(1-p), d*d, 1e-6*(1+d*d))
		}
		share := float64(k) / float64(n)
		require.True(t, 0 <= i.Low && i.Low <= share && share <= i.High && i.High <= 1)
		mirror := score.Wilson(n-k, n)
		require.InDelta(t, 1-i.High, mirror.Low, 1e-12)
		require.InDelta(t, 1-i.Low, mirror.High, 1e-12)
	})
}

func TestClasses(t *testing.T) {
	classes, err := score.Classes([]string{"a", "b", "c", "d"}, [][]int{
		{8, 2, 0, 0},
		{1, 5, 0, 0},
		{3, 1, 0, 0}, // never predicted
		{0, 0, 0, 0}, // no samples either
	})
	require.NoError(t, err)
	require.Equal(t, []score.Class{{"a", 10, 12, 8}, {"b", 6, 8, 5}, {"c", 4, 0, 0}, {"d", 0, 0, 0}}, classes)
	require.Equal(t, 0.8, classes[0].Recall())
	require.Equal(t, 8.0/12, classes[0].Precision())
	require.Equal(t, 16.0/22, classes[0].F1())
	require.Zero(t, classes[2].Recall())
	require.True(t, math.IsNaN(classes[2].Precision()), "of nothing")
	require.Zero(t, classes[2].F1())
	require.True(t, math.IsNaN(classes[3].Recall()) && math.IsNaN(classes[3].Precision()) && math.IsNaN(classes[3].F1()))
	require.InDelta(t, (0.8+5.0/6+0)/3, score.MeanRecall(classes), 1e-15, "d does not count")
	require.True(t, math.IsNaN(score.MeanRecall(classes[3:])))
}

func TestClassesRefuse(t *testing.T) {
	for want, confusion := range map[string][][]int{
		"score: confusion matrix of 1 rows, want one for each of 2 classes":                 {{1, 2}},
		"score: row 1 of the confusion matrix has 1 counts, want one for each of 2 classes": {{1, 2}, {3}},
		"score: row 0 of the confusion matrix counts -1 samples":                            {{1, -1}, {3, 4}},
	} {
		_, err := score.Classes([]string{"a", "b"}, confusion)
		require.EqualError(t, err, want)
	}
}

// F1 is the harmonic mean wherever recall and precision exist, and the samples are shared out whole.
func TestClassesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "classes")
		confusion, total := make([][]int, n), 0
		for i := range confusion {
			confusion[i] = rapid.SliceOfN(rapid.IntRange(0, 50), n, n).Draw(t, "row")
			for _, k := range confusion[i] {
				total += k
			}
		}
		classes, err := score.Classes(make([]string, n), confusion)
		require.NoError(t, err)
		samples, predicted := 0, 0
		for _, c := range classes {
			samples, predicted = samples+c.Samples, predicted+c.Predicted
			if r, p := c.Recall(), c.Precision(); r > 0 && p > 0 {
				require.InDelta(t, 2/(1/r+1/p), c.F1(), 1e-12)
			}
		}
		require.Equal(t, total, samples)
		require.Equal(t, total, predicted)
	})
}
