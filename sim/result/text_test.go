package result

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/sim"
)

func TestKeys(t *testing.T) {
	require.Equal(t, []string{"exc-to-inh", "exc_0-8.V_m", "a_b", "a_b-2", "unnamed", "a_b-2-2", "x", "unnamed-2"},
		keys([]string{"exc->inh", "exc[0:8].V_m", "a b", "a/b", "", "a_b-2", "../../x", "é"}))
	long := keys([]string{strings.Repeat("n", 500), strings.Repeat("n", 500)})
	require.Len(t, long[0], maxKey)
	require.NotEqual(t, long[0], long[1])
}

func TestKeysAreSafeAndDifferent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := keys(rapid.SliceOf(rapid.StringN(0, 8, -1)).Draw(t, "names"))
		seen := make(map[string]bool)
		for _, key := range list {
			require.Regexp(t, `^[A-Za-z0-9-][A-Za-z0-9._-]*$`, key)
			require.False(t, seen[key])
			seen[key] = true
		}
	})
}

func TestRecorderNames(t *testing.T) {
	pop := &sim.Population{Name: "exc", Size: 10}
	for want, r := range map[string]*sim.Recorder{
		"mine":         {Name: "mine", What: "spikes", From: pop.All()},
		"exc":          {What: "spikes", From: pop.All()},
		"exc[2:4]":     {What: "spikes", From: pop.Slice(2, 4)},
		"exc.V_m":      {What: "V_m", From: pop.All()},
		"exc[0:1].V_m": {What: "V_m", From: pop.Slice(0, 1)},
		"a->b":         {What: "weights", Of: &sim.Projection{Name: "a->b"}},
	} {
		require.Equal(t, want, recorderName(r))
	}
}

func TestGroupDigits(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1000", 12345: "12\u202f345", -1234567: "\u22121\u202f234\u202f567", math.MinInt64: "\u22129\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808"} {
		require.Equal(t, want, groupDigits(n))
	}
}

func TestRealText(t *testing.T) {
	x := figure(0.25)
	for _, c := range []struct {
		v    any
		want string
	}{
		{1.0, "1"}, {-0.5, "\u22120.5"}, {1234.5678, "1235"}, {123456.7, "123\u202f457"}, {1e-7, "1e\u221207"}, {1e20, "1e+20"},
		{math.NaN(), "–"}, {math.Inf(1), "–"}, {&x, "0.25"}, {(*figure)(nil), "–"},
	} {
		require.Equal(t, c.want, realText(c.v))
	}
}

func TestTicksAreRoundNumbers(t *testing.T) {
	labels := func(lo, hi float64, most int) string {
		var list []string
		for _, tick := range (ticks{most}).Ticks(lo, hi) {
			list = append(list, tick.Label)
		}
		return strings.Join(list, " ")
	}
	require.Equal(t, "0 200 400 600 800 1000", labels(0, 1000, 5))
	require.Equal(t, "\u22120.4 \u22120.2 0 0.2", labels(-0.45, 0.3, 4))
	require.Equal(t, "0 0.5 1.0", labels(0, 1, 3))
	require.Equal(t, "0 2e+06", labels(0, 3e6, 2))
	require.Equal(t, "", labels(1, 1, 5))
	require.Equal(t, "", labels(-math.MaxFloat64, math.MaxFloat64, 5))
	require.Equal(t, "", labels(0, math.NaN(), 5))
}

// TestTicksLieInTheirRange for ranges of any size and place, and there are never too many.
func TestTicksLieInTheirRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e9, 1e9).Draw(t, "lo")
		span := math.Pow(10, rapid.Float64Range(-6, 9).Draw(t, "decade"))
		most := rapid.IntRange(2, 8).Draw(t, "most")
		list := ticks{most}.Ticks(lo, lo+span)
		require.LessOrEqual(t, len(list), most+1)
		for _, tick := range list {
			require.GreaterOrEqual(t, tick.Value, lo-1e-6*span)
			require.LessOrEqual(t, tick.Value, lo+span+1e-6*span)
		}
	})
}

func TestHistogramSharesAddUpToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 9.999), 1, 50).Draw(t, "values")
		var sum float64
		for _, share := range histogram(values, 0, 1, 10) {
			sum += share
		}
		require.InDelta(t, 1, sum, 1e-12)
	})
	require.Equal(t, []float64{0.25, 0}, histogram([]float64{-1, 0, 2, math.NaN()}, 0, 1, 2), "outside of the bins")
}

func TestSpreadIsEvenAndOrdered(t *testing.T) {
	require.Equal(t, []int{0, 2, 4, 6, 8}, spread(10, 5))
	require.Equal(t, []int{0, 1, 2}, spread(3, 5))
	require.Empty(t, spread(0, 5))
}

func TestShorten(t *testing.T) {
	require.Equal(t, "short", shorten("short", 5))
	require.Equal(t, "äöü…", shorten("äöüabc", 4))
}

// TestHeatGrowsLighter: the scale of images can be read without colour.
func TestHeatGrowsLighter(t *testing.T) {
	last := -1.0
	for i := range 101 {
		c := heat(float64(i) / 100)
		lightness := 0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B)
		require.GreaterOrEqual(t, lightness, last)
		last = lightness
	}
	require.Equal(t, heatStops[0], heat(-1))
	require.Equal(t, heatStops[len(heatStops)-1], heat(2))
}

// TestColoursHaveOneRole: the report replaces colours by their role.
func TestColoursHaveOneRole(t *testing.T) {
	seen := map[any]bool{paper: true, ink: true, faint: true, muted: true}
	require.Len(t, seen, 4)
	for _, c := range series {
		require.False(t, seen[c])
		seen[c] = true
	}
}
