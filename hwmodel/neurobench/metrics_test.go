package neurobench_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel/neurobench"
	"couplet/hwmodel/opcount"
)

// "Make a copy of weights with non-zero → 1, the input with non-zero → 1, run the layer, sum the output":
// a convolution is run like that here, with zeros around the input.
func TestConvolutionByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, out := rapid.IntRange(1, 3).Draw(t, "in"), rapid.IntRange(1, 3).Draw(t, "out")
		k, pad, stride := rapid.IntRange(1, 3).Draw(t, "kernel"), rapid.IntRange(0, 2).Draw(t, "padding"), rapid.IntRange(1, 2).Draw(t, "stride")
		side := rapid.IntRange(max(1, k-2*pad), 6).Draw(t, "side")
		weights, x := drawMask(t, out*in*k*k, "weights"), numbers(drawMask(t, in*side*side, "x"))
		two := func(n int) []int { return []int{n, n} }
		m := opcount.Conv{In: []int{in, side, side}, Out: out, Kernel: two(k), Stride: two(stride), Padding: two(pad), NonZero: weights}
		run := func(w, x []float64) int64 {
			sum := 0.0
			positions := (side+2*pad-k)/stride + 1
			for at := range out * in * k * k {
				c, row, column := at/(k*k)%in, at/k%k, at%k
				for r := range positions {
					for q := range positions {
						y, z := r*stride-pad+row, q*stride-pad+column
						if y >= 0 && y < side && z >= 0 && z < side {
							sum += w[at] * x[(c*side+y)*side+z]
						}
					}
				}
			}
			return int64(sum)
		}
		one := func(n int) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = 1
			}
			return x
		}
		want := neurobench.Operations{Effective: run(numbers(weights), x), Spiking: true, Dense: run(one(len(weights)), one(len(x)))}
		require.Equal(t, want, call(t, m, x))
		require.LessOrEqual(t, want.Effective, want.Dense)
	})
}

// The metric is the convention of the same name in opcount, divided by samples.
func TestAgreesWithTheConvention(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, out := rapid.IntRange(1, 6).Draw(t, "in"), rapid.IntRange(1, 6).Draw(t, "out")
		steps, samples := rapid.IntRange(1, 4).Draw(t, "steps"), rapid.IntRange(1, 3).Draw(t, "samples")
		m := opcount.Dense{In: in, Out: out, NonZero: drawMask(t, in*out, "mask")}
		values := rapid.SampledFrom([]float64{0, 0, 1, -1, 0.5})
		l, err := neurobench.NewLayer("fc", m)
		require.NoError(t, err)
		var metric neurobench.SynapticOperations
		var sum opcount.Ops
		dense := int64(0)
		for range samples { // batches of one sample, so that both decide step by step
			var rows [][]float64
			var calls []neurobench.Operations
			for range steps {
				row := rapid.SliceOfN(values, in, in).Draw(t, "row")
				o, err := neurobench.Call(l, row)
				require.NoError(t, err)
				rows, calls = append(rows, row), append(calls, o)
			}
			require.NoError(t, metric.Add(1, calls...))
			r, err := opcount.Count(opcount.Network{Steps: steps, Layers: []opcount.Layer{{Map: m, Input: opcount.Tensor{Steps: rows}}}}, opcount.NeuroBench())
			require.NoError(t, err)
			sum = sum.Plus(r.Total())
			dense += int64(steps * in * out)
		}
		require.Equal(t, neurobench.SynapticOperations{MACs: sum.MAC, ACs: sum.AC, Dense: dense, Samples: int64(samples)}, metric)
		per := metric.Result()
		require.LessOrEqual(t, per.EffectiveACs+per.EffectiveMACs, per.Dense)
	})
}

// Updates are at least those of the first step and at most one a membrane and step; effective operations
// never exceed dense ones.
func TestBoundsOfUpdates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps, n := rapid.IntRange(1, 5).Draw(t, "steps"), rapid.IntRange(1, 6).Draw(t, "membranes")
		rows := func(name string) [][]float64 {
			row := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0.5, 1}), n, n)
			return rapid.SliceOfN(row, steps, steps).Draw(t, name)
		}
		u, err := neurobench.MembraneUpdatesOf(rows("before"), rows("after"))
		require.NoError(t, err)
		require.True(t, int64(n) <= u.Count && u.Count <= u.Elements*u.Steps)
		var o neurobench.NeuronOperations
		require.NoError(t, o.Add(2, neurobench.NeuronLayer{Type: neurobench.Alpha, Reset: neurobench.Zero, Updates: u}))
		effective, dense := o.Result()
		require.LessOrEqual(t, effective, dense)
		require.Equal(t, float64(n*steps*24)/2, dense)
	})
}

// Sparsities and scores stay in their ranges.
func TestRangesOfMetrics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-3, 3), 1, 9).Draw(t, "x")
		y := rapid.SliceOfN(rapid.Float64Range(-3, 3), len(x), len(x)).Draw(t, "y")
		s, err := neurobench.SMAPE(x, y)
		require.NoError(t, err)
		require.True(t, 0 <= s && s <= 200+1e-9)
		mse, err := neurobench.MSE(x, y)
		require.NoError(t, err)
		require.GreaterOrEqual(t, mse, 0.0)
		c := neurobench.ConnectionSparsity(x)
		require.True(t, 0 <= c && c <= 1)
		require.InDelta(t, math.Round(c*1e4), c*1e4, 1e-9, "four decimals")
		var r neurobench.R2
		rows := make([][2]float64, len(x))
		for i := range rows {
			rows[i] = [2]float64{x[i], y[i]}
		}
		require.NoError(t, r.Add(rows, rows))
		if v := r.Result(); !math.IsNaN(v) {
			require.Equal(t, 1.0, v, "nothing is better than the targets")
		}
	})
}

func TestMetricsRefuse(t *testing.T) {
	layer, err := neurobench.NewLayer("fc", sparse)
	require.NoError(t, err)
	huge := neurobench.Updates{Count: 1 << 62, Elements: 1 << 40, Steps: 1 << 22}
	var synaptic neurobench.SynapticOperations
	var updates neurobench.MembraneUpdates
	var operations neurobench.NeuronOperations
	var activations neurobench.Activations
	var r2 neurobench.R2
	mean := neurobench.BatchMean{DataSet: 3}
	require.NoError(t, mean.Add(1, 2))
	for want, err := range map[string]error{
		`layer "p" is a opcount.Pool, want a dense map or a convolution`:                         second(neurobench.NewLayer("p", opcount.Pool{})),
		`layer "n" is a <nil>, want a dense map or a convolution`:                                second(neurobench.NewLayer("n", nil)),
		`layer "d": opcount: dense map from 0 to 0 neurons, want 1 to 2147483647 on either side`: second(neurobench.NewLayer("d", opcount.Dense{})),
		`layer "fc": input of 4 values, want rows of 3`:                                          second(neurobench.Call(layer, make([]float32, 4))),
		`layer "fc": input of 0 values, want rows of 3`:                                          second(neurobench.Call(layer, []float32{})),
		`batch of 0 samples, want at least 1`:                                                    synaptic.Add(0),
		`-1 operations of 0, want none to be negative`:                                           synaptic.Add(1, neurobench.Operations{Effective: -1}),
		`synaptic operations: more than 2^63, too many to count`:                                 synaptic.Add(1, neurobench.Operations{Dense: math.MaxInt64}, neurobench.Operations{Dense: 1}),
		`batch of -1 samples, want at least 1`:                                                   updates.Add(-1),
		`3 updates of 1 membranes in 2 steps, want 0 to all in each`:                             updates.Add(1, neurobench.Updates{Count: 3, Elements: 1, Steps: 2}),
		`membrane updates: more than 2^63, too many to count`:                                    updates.Add(1, huge, huge),
		`neuron operations: more than 2^63, too many to count`:                                   operations.Add(1, neurobench.NeuronLayer{Updates: huge}),
		`neuron type 9 with reset 0 has no cost`:                                                 operations.Add(1, neurobench.NeuronLayer{Type: 9}),
		`neuron type 0 with reset 2 has no cost`:                                                 operations.Add(1, neurobench.NeuronLayer{Reset: 2}),
		`more than 2^63, too many to count`:                                                      updates.Add(1, neurobench.Updates{Elements: 1 << 40, Steps: 1 << 40}),
		`membranes before 0 steps and after 1, want the same steps`:                              second(neurobench.MembraneUpdatesOf(nil, [][]float64{{1}})),
		`step 1 has 1 membranes before and 2 after, want 2`:                                      second(neurobench.MembraneUpdatesOf([][]float64{{1, 2}, {1}}, [][]float64{{1, 2}, {1, 2}})),
		`layer "l" has 3 active outputs of 2, want 0 to all`:                                     activations.Count("l", 2, 3),
		`1 predictions for 2 targets, want one for each of at least 1`:                           second(neurobench.MSE([]float64{1}, []float64{1, 2})),
		`0 predictions for 0 targets, want one for each of at least 1`:                           second(neurobench.SMAPE[float64](nil, nil)),
		`2 predictions for 1 targets, want one for each of at least 1`:                           second(neurobench.ClassificationAccuracy([]int{1, 2}, []int{1})),
		`0 predictions for 1 targets, want one for each of at least 1`:                           r2.Add(nil, make([][2]float64, 1)),
		`batch of 2 samples after 2, want no more than the 3 of the data set`:                    mean.Add(1, 2),
		`tensor "w" has the shape [2 -1], want extents from 0`:                                   second(neurobench.ParameterCount([]neurobench.Tensor{{Name: "w", Shape: []int{2, -1}}})),
		`tensor "w" has the shape [4294967296 4294967296]: more than 2^63, too many to count`:    second(neurobench.Footprint(nil, []neurobench.Tensor{{Name: "w", Shape: []int{1 << 32, 1 << 32}}})),
		`tensor "w" has elements of 0 bytes, want at least 1`:                                    second(neurobench.Footprint([]neurobench.Tensor{{Name: "w"}}, nil)),
		`footprint with tensor "w": more than 2^63, too many to count`:                           second(neurobench.Footprint([]neurobench.Tensor{{Name: "w", Shape: []int{1 << 62}, ElementBytes: 4}}, nil)),
		`parameters: more than 2^63, too many to count`:                                          second(neurobench.ParameterCount([]neurobench.Tensor{{Shape: []int{1 << 62}}, {Shape: []int{1 << 62}}})),
	} {
		require.EqualError(t, err, "neurobench: "+want)
	}
	require.Zero(t, synaptic, "what was refused left nothing behind")
	require.Zero(t, updates)
	require.Zero(t, operations)
}

func second[T any](_ T, err error) error { return err }
