package synapse

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// moments returns mean and standard deviation of n draws.
func moments(v Value, n int) (mean, std float64) {
	sum, square := 0.0, 0.0
	for i := range uint64(n) {
		x := v.Draw(key(3), i)
		sum += x
		square += x * x
	}
	mean = sum / float64(n)
	return mean, math.Sqrt(square/float64(n) - mean*mean)
}

// Standard normal density and distribution.
func density(z float64) float64      { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }
func distribution(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

func TestValueMoments(t *testing.T) {
	const n = 200_000
	// The normal distribution clipped to [a, b] standard deviations: mean (φ(a)-φ(b))/Z, variance
	// 1 + (aφ(a)-bφ(b))/Z - mean².
	a, b := -1.0, 2.0
	z := distribution(b) - distribution(a)
	clippedMean := (density(a) - density(b)) / z
	clippedStd := math.Sqrt(1 + (a*density(a)-b*density(b))/z - clippedMean*clippedMean)
	for _, c := range []struct {
		name      string
		value     Value
		mean, std float64
	}{
		{"const", Const(-2.5), -2.5, 0},
		{"uniform", Uniform{-1, 3}, 1, 4 / math.Sqrt(12)},
		{"normal", Normal{Mean: 5, Std: 2}, 5, 2},
		{"clipped normal", Normal{Mean: 5, Std: 2, Min: 3, Max: 9}, 5 + 2*clippedMean, 2 * clippedStd},
		{"lognormal", Lognormal{Mu: 0.3, Sigma: 0.4}, math.Exp(0.3 + 0.08), math.Exp(0.3+0.08) * math.Sqrt(math.Expm1(0.16))},
		{"rounded", Rounded{Uniform{0, 1}, 0.5}, 0.5, math.Sqrt(1.0 / 8)},
		{"scaled", Scaled{Uniform{0, 1}, -2}, -1, 2 / math.Sqrt(12)},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, c.value.Validate())
			mean, std := moments(c.value, n)
			require.InDelta(t, c.mean, mean, 5*c.std/math.Sqrt(n)+1e-12)
			require.InDelta(t, c.std, std, 0.01*c.std+1e-7)
		})
	}
}

func TestDrawsStayInBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-10, 10).Draw(t, "x")
		width := rapid.Float64Range(0, 5).Draw(t, "width")
		v := rapid.SampledFrom([]Value{
			Const(x), Uniform{x, x + width}, Normal{x, width, x - width/2, x + width}, Lognormal{x, width}, Listed{x, width, -x},
		}).Draw(t, "value")
		if rapid.Bool().Draw(t, "scaled") {
			v = Scaled{v, rapid.Float64Range(-3, 3).Draw(t, "factor")}
		}
		if rapid.Bool().Draw(t, "rounded") {
			v = Rounded{v, rapid.Float64Range(0.01, 3).Draw(t, "step")}
		}
		require.NoError(t, v.Validate())
		lo, hi := v.Bounds()
		for i := range uint64(3) {
			draw := v.Draw(key(rapid.Uint64().Draw(t, "seed")), i)
			require.GreaterOrEqual(t, draw, lo)
			require.LessOrEqual(t, draw, hi)
		}
	})
}

// A draw is a function of key and ordinal.
func TestDrawsAreRepeatable(t *testing.T) {
	v := Normal{Mean: 1, Std: 1, Min: 0.5, Max: 4}
	first := v.Draw(key(1), 77)
	v.Draw(key(1), 3)
	require.Equal(t, first, v.Draw(key(1), 77))
	require.NotEqual(t, first, v.Draw(key(1), 78))
	require.NotEqual(t, first, v.Draw(key(2), 77))
}

func TestValueErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, v := range []Value{
		Const(nan), Const(inf), Listed{1, nan},
		Uniform{2, 1}, Uniform{nan, 1}, Uniform{0, inf},
		Normal{Mean: nan, Std: 1}, Normal{Mean: 0, Std: -1}, Normal{Mean: 0, Std: inf}, Normal{Std: 1, Min: 2, Max: 1}, Normal{Std: 1, Min: 4, Max: 5},
		Lognormal{Mu: nan, Sigma: 1}, Lognormal{Sigma: -1}, Lognormal{Sigma: 31}, Lognormal{Mu: 301},
		Rounded{Const(1), 0}, Rounded{Const(1), nan}, Rounded{Const(nan), 1}, Rounded{nil, 1},
		Scaled{Const(1), inf}, Scaled{nil, 1}, Scaled{Const(nan), 1},
	} {
		require.ErrorContains(t, v.Validate(), "synapse: ", "%#v", v)
	}
}

func TestStrengthOf(t *testing.T) {
	pool := AvgPool{In: Shape{1, 4, 4}, Kernel: []int{2, 2}}
	weight := func(v Value) Value {
		w, _ := StrengthOf(pool, Static{v, Const(1)})
		return w
	}
	require.Equal(t, Const(0.5), weight(Const(2)))
	require.Equal(t, Listed{0.5, 1}, weight(Listed{2, 4}))
	require.Equal(t, Scaled{Uniform{0, 1}, 0.25}, weight(Uniform{0, 1}))
	plain, delay := StrengthOf(AllToAll{}, Fixed(2, 3))
	require.Equal(t, Const(2), plain)
	require.Equal(t, Const(3), delay)
}

func TestCheckLists(t *testing.T) {
	list := Static{Listed{1, 2, 3, 4}, Const(1)}
	require.NoError(t, CheckLists(AllToAll{}, list, 2, 2))
	require.NoError(t, CheckLists(OneToOne{}, list, 4, 4))
	require.NoError(t, CheckLists(Conv{In: Shape{1, 5, 5}, OutChannels: 1, Kernel: []int{2, 2}}, list, 25, 16))
	require.NoError(t, CheckLists(FixedInDegree(2), Fixed(1, 1), 2, 2))
	require.EqualError(t, CheckLists(AllToAll{}, list, 2, 3), "synapse: all_to_all needs 6 weights, the list has 4")
	require.EqualError(t, CheckLists(FixedInDegree(2), list, 2, 2), "synapse: fixed_indegree draws its synapses: it cannot take a list of weights")
	require.EqualError(t, CheckLists(OneToOne{}, Static{Const(1), Rounded{Scaled{Listed{1}, 2}, 1}}, 2, 2), "synapse: one_to_one needs 2 delays, the list has 1")
}
