package neurobench_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/neurobench"
	"couplet/hwmodel/opcount"
)

// Each test of this file covers a line of the table or an example of hardware/neurobench.md.

var sparse = opcount.Dense{In: 3, Out: 3, NonZero: opcount.NonZero([]float64{1.3, 0, -3.2, 0, 1.2, -5.1, -1.1, 2.7, 0})}

func call(t require.TestingT, m opcount.Map, input []float64) neurobench.Operations {
	l, err := neurobench.NewLayer("layer", m)
	require.NoError(t, err)
	o, err := neurobench.Call(l, input)
	require.NoError(t, err)
	return o
}

// "x = [0, 1.3, −1]: effective 4, dense 9, MACs (1.3 is not a spike). With x1 = [0, 1, −1], x2 = [1, 0, 0]: x1
// gives 4, x2 gives 2; 6 ACs / 2 = 3.0 Effective_ACs, Dense 18/2 = 9.0."
func TestSynapticOperations(t *testing.T) {
	require.Equal(t, neurobench.Operations{Effective: 4, Dense: 9}, call(t, sparse, []float64{0, 1.3, -1}))
	both := call(t, sparse, []float64{0, 1, -1, 1, 0, 0})
	require.Equal(t, neurobench.Operations{Effective: 6, Spiking: true, Dense: 18}, both)
	var s neurobench.SynapticOperations
	require.Equal(t, neurobench.PerSample{}, s.Result(), "nothing was seen")
	require.NoError(t, s.Add(2, both))
	require.Equal(t, neurobench.PerSample{EffectiveACs: 3, Dense: 9}, s.Result())
}

// "One fractional value in the batch turns the whole call into MACs. A call with only zeros counts as
// spiking (0 ACs)."
func TestOneFractionInTheBatch(t *testing.T) {
	require.Equal(t, neurobench.Operations{Effective: 6, Dense: 18}, call(t, sparse, []float64{0, 1, -1, 0.5, 0, 0}))
	require.Equal(t, neurobench.Operations{Spiking: true, Dense: 9}, call(t, sparse, make([]float64, 3)))
}

// "AccumulatedMetric values are recomputed over all batches seen": batches of different size are one sum
// over one number of samples.
func TestAccumulatedOverBatches(t *testing.T) {
	var s neurobench.SynapticOperations
	require.NoError(t, s.Add(2, call(t, sparse, []float64{0, 1, -1, 1, 0, 0})))
	require.NoError(t, s.Add(1, call(t, sparse, []float64{0, 1.3, -1}), call(t, sparse, []float64{1, 1, 1})))
	require.Equal(t, neurobench.PerSample{EffectiveMACs: 4.0 / 3, EffectiveACs: 12.0 / 3, Dense: 36.0 / 3}, s.Result())
}

// "Averaged over batches weighted by batch size / data-set size: activation sparsity is a weighted mean of
// per-batch ratios, identical only for equal shapes." By layer it is one ratio over all.
func TestActivationSparsityOfBatches(t *testing.T) {
	mean := neurobench.BatchMean{DataSet: 3}
	var all neurobench.Activations
	require.Zero(t, all.Sparsity(), "0 if nothing was recorded")
	for _, batch := range []struct {
		samples int
		outputs []float32
	}{
		{2, []float32{0, 0, 0, 1}},
		{1, []float32{-1, 1, 0, 0, 0, 0, 0, 0}}, // one sample, but more steps
	} {
		var one neurobench.Activations
		neurobench.Record(&one, "lif", batch.outputs)
		neurobench.Record(&all, "lif", batch.outputs)
		require.NoError(t, mean.Add(one.Sparsity(), batch.samples))
	}
	require.Equal(t, 0.75, mean.Result(), "(2 × 3/4 + 1 × 6/8)/3")
	require.Equal(t, 0.75, all.Sparsity())
	require.NoError(t, all.Count("readout", 10, 10))
	require.Equal(t, 9.0/22, all.Sparsity())
	require.Equal(t, []neurobench.LayerSparsity{{Layer: "lif", Elements: 12, Active: 3}, {Layer: "readout", Elements: 10, Active: 10}}, all.ByLayer())
	require.Equal(t, 0.75, all.ByLayer()[0].Value())
	require.Zero(t, neurobench.LayerSparsity{}.Value())

	uneven := neurobench.BatchMean{DataSet: 4}
	require.NoError(t, uneven.Add(0.5, 3))
	require.NoError(t, uneven.Add(0.25, 1))
	require.Equal(t, 0.4375, uneven.Result())
}

// "4 decimals (round half even on the float)": of a single-precision quotient, decided by its exact value.
func TestConnectionSparsityRounding(t *testing.T) {
	for _, c := range []struct {
		zeros, total int64
		want         float64
	}{
		{17, 29, 0.5862},
		{1, 32, 0.0312}, // 0.03125 exactly: half to even
		{3, 32, 0.0938}, // 0.09375
		{0, 7, 0}, {7, 7, 1},
		{1, 3, 0.3333}, {2, 3, 0.6667},
		// 0.05625 and 0.01875 are ties that only the precision of the quotient decides: in double they go
		// the other way
		{9, 160, 0.0562}, {3, 160, 0.0188},
	} {
		require.Equal(t, c.want, neurobench.SparsityOf(c.zeros, c.total), "%d of %d", c.zeros, c.total)
	}
	require.True(t, math.IsNaN(neurobench.ConnectionSparsity[float32]()), "no weights")
	require.Equal(t, 0.4, neurobench.ConnectionSparsity([]float32{0, 1, float32(math.Copysign(0, -1))}, []float32{3, 4}))
}

// "Leaky 4/4, Synaptic 6/8, Lapicque 11/11, Alpha 18/24 (reset by subtraction / to zero). Effective =
// updates × cost; Dense = elements × steps × cost."
func TestNeuronOperations(t *testing.T) {
	u, err := neurobench.MembraneUpdatesOf([][]float32{{9}, {1}, {2}}, [][]float32{{1}, {2}, {2}})
	require.NoError(t, err)
	require.Equal(t, neurobench.Updates{Count: 2, Elements: 1, Steps: 3}, u, "the first step always, then what changed")
	for kind, costs := range map[neurobench.NeuronType][2]float64{
		neurobench.Leaky: {4, 4}, neurobench.Synaptic: {6, 8}, neurobench.Lapicque: {11, 11}, neurobench.Alpha: {18, 24},
	} {
		for reset, cost := range costs {
			var n neurobench.NeuronOperations
			l := neurobench.NeuronLayer{Type: kind, Reset: neurobench.Reset(reset), Updates: u}
			require.NoError(t, n.Add(1, l))
			require.NoError(t, n.Add(3, l))
			effective, dense := n.Result()
			require.Equal(t, 2*2*cost/4, effective)
			require.Equal(t, 2*3*cost/4, dense)
		}
	}
	var m neurobench.MembraneUpdates
	require.Zero(t, m.Result())
	require.NoError(t, m.Add(2, u, u))
	require.NoError(t, m.Add(2, u))
	require.Equal(t, 1.5, m.Result())
	none, err := neurobench.MembraneUpdatesOf[float64](nil, nil)
	require.NoError(t, err)
	require.Zero(t, none)
}

// "SMAPE: if the mean is NaN (0/0 somewhere) the result is 200."
func TestScores(t *testing.T) {
	s, err := neurobench.SMAPE([]float64{0, 1}, []float64{0, 1})
	require.NoError(t, err)
	require.Equal(t, 200.0, s)
	s, err = neurobench.SMAPE([]float64{1, -1}, []float64{1, 1})
	require.NoError(t, err)
	require.Equal(t, 100.0, s)
	mse, err := neurobench.MSE([]float32{1, 2}, []float32{1, 4})
	require.NoError(t, err)
	require.Equal(t, 2.0, mse)
	a, err := neurobench.ClassificationAccuracy([]int{1, 2, 3, 4}, []int{1, 2, 0, 4})
	require.NoError(t, err)
	require.Equal(t, 0.75, a)
}

// "R2: 1 − SSE/SST for column 0 and column 1 over everything seen, averaged."
func TestR2OverBatches(t *testing.T) {
	pred := [][2]float64{{0.1, 1}, {0.9, 0.5}, {2.2, -0.4}}
	target := [][2]float64{{0, 1.1}, {1, 0.4}, {2, -0.5}}
	var once, batches neurobench.R2
	require.True(t, math.IsNaN(once.Result()))
	require.NoError(t, once.Add(pred, target))
	require.NoError(t, batches.Add(pred[:1], target[:1]))
	require.NoError(t, batches.Add(pred[1:], target[1:]))
	require.Equal(t, once.Result(), batches.Result())
	require.InDelta(t, 0.973341968912, once.Result(), 1e-12)
	var flat neurobench.R2
	require.NoError(t, flat.Add([][2]float64{{1, 2}, {1, 2}}, [][2]float64{{0, 1}, {0, 1}}))
	require.True(t, math.IsInf(flat.Result(), -1))
}
