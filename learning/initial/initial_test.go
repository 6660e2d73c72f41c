package initial

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"couplet/internal/rng"
)

// TestDistributions holds what each scheme draws against the distribution function its documentation
// promises: the largest distance of the two (Kolmogorov-Smirnov) exceeds 1.95/√n with a probability of
// 10^-3, and the key is fixed, so a pass is for good.
func TestDistributions(t *testing.T) {
	shape := []int{64, 32, 3, 3} // fan-in 288, fan-out 576
	normal := func(deviation float64) func(float64) float64 {
		return distuv.Normal{Sigma: deviation}.CDF
	}
	uniform := func(h float64) func(float64) float64 {
		return distuv.Uniform{Min: -h, Max: h}.CDF
	}
	for _, c := range []struct {
		name   string
		scheme Scheme
		cdf    func(float64) float64
	}{
		{"normal", Normal{Mean: 2, Deviation: 0.5}, distuv.Normal{Mu: 2, Sigma: 0.5}.CDF},
		{"uniform", Uniform{Low: -3, High: 1}, distuv.Uniform{Min: -3, Max: 1}.CDF},
		{"kaiming normal fan-in", KaimingNormal{}, normal(math.Sqrt(2. / 288))},
		{"kaiming normal fan-out", KaimingNormal{Fan: Out}, normal(math.Sqrt(2. / 576))},
		{"kaiming normal, gain 0.1", KaimingNormal{Gain: 0.1}, normal(0.1 / math.Sqrt(288))},
		{"kaiming uniform fan-in", KaimingUniform{}, uniform(math.Sqrt(6. / 288))},
		{"kaiming uniform fan-out", KaimingUniform{Fan: Out, Gain: 1}, uniform(math.Sqrt(3. / 576))},
		{"xavier normal", XavierNormal{}, normal(math.Sqrt(2. / 864))},
		{"xavier uniform, gain 2", XavierUniform{Gain: 2}, uniform(2 * math.Sqrt(6./864))},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := make([]float64, 64*288)
			require.NoError(t, Fill(w, shape, c.scheme, Key(5, 3)))
			require.Less(t, distance(w, c.cdf), 1.95/math.Sqrt(float64(len(w))))
		})
	}
}

// distance is the largest difference between the share of the sample below a point and its probability.
func distance(sample []float64, cdf func(float64) float64) float64 {
	sorted := append([]float64(nil), sample...)
	stat.SortWeighted(sorted, nil)
	d, n := 0.0, float64(len(sorted))
	for i, v := range sorted {
		p := cdf(v)
		d = max(d, p-float64(i)/n, float64(i+1)/n-p)
	}
	return d
}

// TestDistanceCanFail makes sure that a deviation wrong by five percent would be seen.
func TestDistanceCanFail(t *testing.T) {
	w := make([]float64, 64*288)
	require.NoError(t, Fill(w, []int{64, 288}, Normal{Deviation: 1.05}, Key(5, 3)))
	require.Greater(t, distance(w, distuv.Normal{Sigma: 1}.CDF), 1.95/math.Sqrt(float64(len(w))))
}

func TestConstants(t *testing.T) {
	w := []float32{1, 2, 3}
	require.NoError(t, Fill(w, []int{3}, Constant{Value: 1}, rng.Key{}))
	require.Equal(t, []float32{1, 1, 1}, w)
	require.NoError(t, Fill(w, []int{3}, Zeros{}, rng.Key{}))
	require.Equal(t, []float32{0, 0, 0}, w)
	require.NoError(t, Fill(w[:1], nil, Constant{Value: 0.2}, rng.Key{}))
	require.Equal(t, []float32{0.2, 0, 0}, w)
}

// TestUnitRows: rows have the length asked for, and their direction is that of uniform numbers.
func TestUnitRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		out, in := rapid.IntRange(1, 6).Draw(t, "out"), rapid.IntRange(1, 20).Draw(t, "in")
		length := rapid.SampledFrom([]float64{0, 0.1, 3}).Draw(t, "length")
		key := Key(rapid.Uint64().Draw(t, "seed"), 0)
		w, u := make([]float64, out*in), make([]float64, out*in)
		require.NoError(t, Fill(w, []int{out, in}, UnitRows{Length: length}, key))
		require.NoError(t, Fill(u, []int{out, in}, Uniform{Low: -1, High: 1}, key))
		if length == 0 {
			length = 1
		}
		for o := range out {
			norm := 0.0
			for _, v := range u[o*in:][:in] {
				norm = math.Hypot(norm, v)
			}
			for j := range in {
				require.InDelta(t, length*u[o*in+j]/norm, w[o*in+j], 1e-14)
			}
		}
	})
}

// TestIndependence: a weight depends on seed, layer and number, not on the shape around it nor on the
// number format.
func TestIndependence(t *testing.T) {
	s := Normal{Deviation: 1}
	w := make([]float64, 60)
	require.NoError(t, Fill(w, []int{60}, s, Key(1, 2)))
	reshaped, narrow := make([]float64, 60), make([]float32, 60)
	require.NoError(t, Fill(reshaped, []int{3, 4, 5}, s, Key(1, 2)))
	require.Equal(t, w, reshaped)
	require.NoError(t, Fill(narrow, []int{3, 4, 5}, s, Key(1, 2)))
	for i := range w {
		require.Equal(t, float32(w[i]), narrow[i])
	}
	for _, key := range []rng.Key{Key(2, 2), Key(1, 3), Key(1, 2).Sub(0)} {
		other := make([]float64, 60)
		require.NoError(t, Fill(other, []int{60}, s, key))
		require.NotEqual(t, w, other)
	}
}

// TestStream keeps the initial weights of a seed: a change of any number here changes what every trained
// network in the world that names its seed started from.
func TestStream(t *testing.T) {
	for _, c := range []struct {
		scheme Scheme
		want   [4]float64
	}{
		{KaimingNormal{}, [4]float64{-0.37906117959990115, 0.6310210991946824, 0.22416505483770394, 0.26646336544109156}},
		{KaimingUniform{Fan: Out}, [4]float64{-0.5115743123744485, 0.8174816856283211, 0.30721580244617464, 0.36393441088288103}},
		{XavierNormal{}, [4]float64{-0.26803673057966193, 0.446199298312349, 0.15850863038079477, 0.188418052641185}},
		{UnitRows{}, [4]float64{-0.530482247109261, 0.8476960454678959, 0.6450501663651748, 0.7641402246134281}},
	} {
		w := make([]float64, 4)
		require.NoError(t, Fill(w, []int{2, 2}, c.scheme, Key(1, 0)))
		require.Equal(t, c.want[:], w, "%T", c.scheme)
	}
}

func TestErrors(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		shape  []int
		scheme Scheme
		err    string
	}{
		{[]int{5}, Zeros{}, "initial: shape [5] is not that of 6 values"},
		{[]int{3}, Zeros{}, "initial: shape [3] is not that of 6 values"},
		{[]int{3, 0}, Zeros{}, "initial: shape has a dimension below 1 ([3 0])"},
		{[]int{6}, nil, "initial: no scheme for a parameter of shape [6]"},
		{[]int{6}, Constant{inf}, "initial: a constant needs a finite value (+Inf)"},
		{[]int{6}, Normal{Deviation: -1}, "initial: a normal distribution needs a deviation of at least 0 (-1)"},
		{[]int{6}, Normal{Mean: nan}, "initial: a normal distribution needs a finite mean (NaN)"},
		{[]int{6}, Normal{Deviation: inf}, "initial: a normal distribution needs a finite deviation (+Inf)"},
		{[]int{6}, Uniform{1, 0}, "initial: a uniform distribution needs its low limit below the high one (1 to 0)"},
		{[]int{6}, Uniform{-math.MaxFloat64, math.MaxFloat64}, "initial: a uniform distribution needs a finite width (+Inf)"},
		{[]int{6}, UnitRows{-1}, "initial: rows need a length of at least 0 (-1)"},
		{[]int{6}, UnitRows{nan}, "initial: a row needs a finite length (NaN)"},
		{[]int{6}, KaimingNormal{}, "initial: a weight by fan needs at least the dimensions [out, in] ([6])"},
		{[]int{6}, XavierUniform{}, "initial: a weight by fan needs at least the dimensions [out, in] ([6])"},
		{[]int{2, 3}, KaimingUniform{Fan: 7}, "initial: the fan must be fan-in or fan-out (Fan(7))"},
		{[]int{2, 3}, KaimingNormal{Gain: -1}, "initial: the gain must be positive, or 0 for the default (-1)"},
		{[]int{2, 3}, XavierNormal{Gain: nan}, "initial: an initialiser by fan needs a finite gain (NaN)"},
	} {
		w := make([]float64, 6)
		require.EqualError(t, Fill(w, c.shape, c.scheme, Key(1, 0)), c.err)
		require.Equal(t, make([]float64, 6), w, "nothing written")
	}
	require.Equal(t, "fan-in fan-out", In.String()+" "+Out.String())
}
