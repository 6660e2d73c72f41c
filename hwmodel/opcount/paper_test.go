package opcount_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/opcount"
)

// Each test of this file covers a worked example or a sentence of hardware/README.md §3 to §5, spide.md
// §9 or adan.md, to the digits given there.

// Worked example A: 784-400-10, T = 8, an image injected as currents, 1,000 hidden spikes.
func TestWorkedExampleA(t *testing.T) {
	net := opcount.Network{Steps: 8, Layers: []opcount.Layer{
		{Name: "hidden", Map: opcount.Dense{In: 784, Out: 400}, Input: opcount.Analog{}, Neurons: opcount.Neurons{Kind: opcount.NoLeak}},
		{Name: "output", Map: opcount.Dense{In: 400, Out: 10}, Input: opcount.SpikeTotal{Total: 1000}},
	}}
	r, err := opcount.Count(net, opcount.Exact())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: 10_000, MAC: 2_508_800}, r.Total())
	require.Equal(t, "11.54948", microjoules(r.Total(), 5))
	require.Equal(t, opcount.Ops{MAC: 317_600}, r.Reference())
	require.Equal(t, "1.46096", microjoules(r.Reference(), 5))
	require.Equal(t, "7.905405", fmt.Sprintf("%.6f", r.Ratio(cmos45)))
	require.Equal(t, int64(3200), r.Layers[0].Updates)
	require.Equal(t, opcount.Ops{AC: 3200}, r.LeftOut(), "the updates of neurons without leak are listed")
	require.Equal(t, 2.5, r.SpikesPerSynapse(), "of the layer that gets spikes")
	require.Equal(t, 2.5, r.Layers[1].SpikesPerSynapse(r.Samples))
	require.True(t, math.IsNaN(r.Layers[0].SpikesPerSynapse(r.Samples)), "currents")

	net.Layers[0].Input = opcount.SpikeTotal{Total: 753} // the image as Poisson spikes
	r, err = opcount.Count(net, opcount.Exact())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: 311_200}, r.Total())
	require.Equal(t, "0.280080", microjoules(r.Total(), 6))
	require.False(t, r.Estimated())

	net.Layers[0].Input = opcount.Rate{PerStep: 0.12} // 752.64 spikes expected
	r, err = opcount.Count(net, opcount.Exact())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: 301_056 + 10_000}, r.Total(), "752.64·400, not 753·400")
	require.True(t, r.Estimated())
}

// "MACs: T × nnz fan-out (recomputed every step) or 1× if the constant product is kept and re-added (then
// T × n_out ACs)."
func TestConstantInputKept(t *testing.T) {
	image := []float64{0.5, 0, 0.25, 1}
	net := opcount.Network{Steps: 8, Layers: []opcount.Layer{{Map: opcount.Dense{In: 4, Out: 10}, Input: opcount.Constant{Samples: [][]float64{image}}}}}
	by := opcount.Exact()
	r, err := opcount.Count(net, by)
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{MAC: 8 * 3 * 10}, r.Total(), "a pixel of 0 costs nothing")
	by.KeepConstant = true
	r, err = opcount.Count(net, by)
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{MAC: 3 * 10}, r.Of(opcount.SynapseOps))
	require.Equal(t, opcount.Ops{AC: 8 * 10}, r.Of(opcount.ConstantOps))
	require.Equal(t, opcount.Ops{AC: 80, MAC: 30}, r.Total())

	dense := opcount.SyopsCounter()
	r, err = opcount.Count(net, dense)
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{MAC: 8 * 4 * 10}, r.Total(), "the tool counts zeros")
	dense.KeepConstant = true
	r, err = opcount.Count(net, dense)
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: 80, MAC: 40}, r.Total())
}

// "Convolution fan-out of an input spike = kernel positions that fall inside the output (borders have
// fewer), not k·k·C_out." A corner of a 3×3 kernel with padding 1 has 4, an edge 6.
func TestBordersOfConvolutions(t *testing.T) {
	s, err := opcount.Analyse(opcount.Conv{In: []int{1, 5, 5}, Out: 2, Kernel: []int{3, 3}, Padding: []int{1, 1}})
	require.NoError(t, err)
	require.Equal(t, int64(2*4), s.FanOut[0])
	require.Equal(t, int64(2*6), s.FanOut[2])
	require.Equal(t, int64(2*9), s.FanOut[6])
	require.Equal(t, int64(2*25*9), s.Padded)
	require.Equal(t, int64(2*(4*4+12*6+9*9)), s.Total)
}

// "Average pooling on spikes turns binary into graded values: the next layer then costs MACs, unless the
// scale is folded into the weights."
func TestGradedBehindAveragePooling(t *testing.T) {
	pooled := opcount.Tensor{Steps: [][]float64{{0.25, 0, 0.75, 1}}}
	net := opcount.Network{Steps: 1, Layers: []opcount.Layer{{Map: opcount.Dense{In: 4, Out: 10}, Input: pooled}}}
	r, err := opcount.Count(net, opcount.Exact())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{MAC: 30}, r.Total())
	require.True(t, math.IsNaN(r.SpikesPerSynapse()))
	pooled.Unit = 0.25
	net.Layers[0].Input = pooled
	r, err = opcount.Count(net, opcount.Exact())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: (1 + 3 + 4) * 10}, r.Total())
	require.Equal(t, int64(8), r.Layers[0].Spikes)
	r, err = opcount.Count(net, opcount.NeuroBench())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{MAC: 30}, r.Total(), "the metric does not fold")
}

// The table of conventions, line by line, on spikes of both signs.
func TestConventionsDiffer(t *testing.T) {
	spikes := [][]float64{{1, 0, 0, 0}, {0, -1, 0, 1}}
	net := opcount.Network{Steps: 2, Layers: []opcount.Layer{{
		Map:   opcount.Dense{In: 4, Out: 2, NonZero: []bool{true, true, true, false, true, true, true, false}},
		Input: opcount.Tensor{Steps: spikes},
		Bias:  true, Norm: true,
		Neurons: opcount.Neurons{Kind: opcount.MultiplicativeLeak},
	}}}
	for _, c := range []struct {
		by                 opcount.Convention
		synapses, total    opcount.Ops
		reference, leftOut opcount.Ops
	}{
		// source 3 has no synapse
		{opcount.Exact(), opcount.Ops{AC: 4}, opcount.Ops{AC: 4, MAC: 4}, opcount.Ops{MAC: 6}, opcount.Ops{AC: 4, MAC: 8}},
		{opcount.NeuroBench(), opcount.Ops{AC: 4}, opcount.Ops{AC: 4}, opcount.Ops{MAC: 6}, opcount.Ops{AC: 4, MAC: 12}},
		// -1 is not a spike for the tool, zero weights count, 2 biases a step, 2 operations per normalised value
		{opcount.SyopsCounter(), opcount.Ops{MAC: 16}, opcount.Ops{AC: 4, MAC: 16 + 4 + 8}, opcount.Ops{MAC: 8}, opcount.Ops{}},
		// mean of |x| is 3/8 over 2 steps
		{opcount.KerasSpiking(), opcount.Ops{AC: 6}, opcount.Ops{AC: 6}, opcount.Ops{MAC: 8}, opcount.Ops{AC: 2, MAC: 12}},
	} {
		t.Run(c.by.Name, func(t *testing.T) {
			r, err := opcount.Count(net, c.by)
			require.NoError(t, err)
			require.Equal(t, c.synapses, r.Of(opcount.SynapseOps))
			require.Equal(t, c.total, r.Total())
			require.Equal(t, c.reference, r.Reference())
			require.Equal(t, c.leftOut, r.LeftOut())
			require.Equal(t, int64(4), r.Layers[0].Updates)
			require.Equal(t, c.by, r.Convention)
		})
	}
}

// syops-counter: "AC = dense ops × mean firing rate", with 0 and 1.
func TestSyopsCounterMeanRate(t *testing.T) {
	net := opcount.Network{Steps: 2, Layers: []opcount.Layer{{
		Map:   opcount.Conv{In: []int{1, 3, 3}, Out: 4, Kernel: []int{3, 3}, Padding: []int{1, 1}},
		Input: opcount.Tensor{Steps: [][]float64{{1, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 1, 0, 0, 0, 1}}},
		Bias:  true,
	}}}
	r, err := opcount.Count(net, opcount.SyopsCounter())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: 9 * 9 * 4 * 3 / 9}, r.Of(opcount.SynapseOps), "324 dense operations a step, rate 3/9 over both")
	require.Equal(t, opcount.Ops{AC: 36 * 3 / 9}, r.Of(opcount.BiasOps))
	r, err = opcount.Count(net, opcount.Exact())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: 4 * (4 + 9 + 4)}, r.Total(), "two corners and the middle")
}

// The tests of spikes: TwoValues takes {0, 0.25} and not {-1, 0} or {0, 2}; NeuroBench's goes call by call.
func TestSpikeTests(t *testing.T) {
	count := func(by opcount.Convention, steps ...[]float64) opcount.Ops {
		net := opcount.Network{Steps: len(steps), Layers: []opcount.Layer{{Map: opcount.Dense{In: 2, Out: 1}, Input: opcount.Tensor{Steps: steps}}}}
		r, err := opcount.Count(net, by)
		require.NoError(t, err)
		return r.Total()
	}
	syops, bench, exact := opcount.SyopsCounter(), opcount.NeuroBench(), opcount.Exact()
	require.Equal(t, opcount.Ops{AC: 1}, count(syops, []float64{1, 0}))
	require.Equal(t, opcount.Ops{AC: 2}, count(syops, []float64{1, 1}))
	require.Equal(t, opcount.Ops{MAC: 2}, count(syops, []float64{-1, 0}))
	require.Equal(t, opcount.Ops{MAC: 2}, count(syops, []float64{2, 0}))
	require.Equal(t, opcount.Ops{AC: 1}, count(syops, []float64{0.25, 0}, []float64{0.25, 0.25}), "0.75 of 4 products, rounded")
	require.Equal(t, opcount.Ops{MAC: 4}, count(syops, []float64{0.25, 0}, []float64{1, 0}), "three values")
	require.Equal(t, opcount.Ops{AC: 2}, count(bench, []float64{-1, 1}))
	require.Equal(t, opcount.Ops{AC: 1, MAC: 2}, count(bench, []float64{1, 0}, []float64{0.5, 1}), "one step of either kind")
	require.Equal(t, opcount.Ops{MAC: 3}, count(exact, []float64{1, 0}, []float64{0.5, 1}), "one kind for the layer")
	require.Equal(t, opcount.Ops{}, count(bench, []float64{0, 0}))
	require.Equal(t, opcount.Ops{}, count(exact, []float64{0, 0}))
}

// Worked example B: training like SPIDE, counted per sample.
func TestWorkedExampleB(t *testing.T) {
	work := exampleB(t)
	by := opcount.TrainingCount{}
	require.Equal(t, opcount.Ops{AC: 93_000}, work.Of(opcount.ForwardStage, by))
	require.Equal(t, opcount.Ops{AC: 45_000}, work.Of(opcount.BackwardStage, by))
	require.Equal(t, opcount.Ops{MAC: 16_000}, work.Of(opcount.UpdateStage, by))
	require.Equal(t, opcount.Ops{AC: 138_000, MAC: 16_000}, work.Total(by))
	require.Equal(t, "0.197800", microjoules(work.Total(by), 6))
}

// exampleB spreads 600, 300 and 450 spikes evenly over 50 inputs, 100 neurons and 100 couples. The readout
// is a layer that gets the spikes, and its error is not sent back.
func exampleB(t *testing.T) opcount.Training {
	even := func(n, each int) []int64 {
		list := make([]int64, n)
		for i := range list {
			list[i] = int64(each)
		}
		return list
	}
	ones := func(n int, x float64) []float64 {
		list := make([]float64, n)
		for i := range list {
			list[i] = x
		}
		return list
	}
	couples := even(100, 4)
	for i := range 50 {
		couples[i]++
	}
	hidden := opcount.SPIDELayer{Name: "hidden", Spikes: even(100, 3), BackSpikes: couples, Rate: ones(100, 0.1), Error: ones(100, -0.01)}
	readout := opcount.SPIDELayer{Name: "readout", Spikes: make([]int64, 10), Error: ones(10, 0.5)}
	work, err := opcount.SPIDE{
		ForwardTicks: 30, BackwardTicks: 100,
		Layers:      []opcount.SPIDELayer{hidden, readout},
		DriveSpikes: even(50, 12), DriveRate: ones(50, 0.4),
		Blocks: []opcount.SPIDEBlock{
			{Name: "input", Map: opcount.Dense{In: 50, Out: 100}, From: -1, To: 0},
			{Name: "recurrent", Map: opcount.Dense{In: 100, Out: 100}, From: 0, To: 0},
			{Name: "readout", Map: opcount.Dense{In: 100, Out: 10}, From: 0, To: 1},
		},
	}.Training()
	require.NoError(t, err)
	return work
}

// spide.md §9: "ANN backprop on the same graph = 3 × forward MACs per sample; BPTT-SG over T: forward adds
// as above + 2·T × MACs of the dense graph".
func TestComparisonsOfTraining(t *testing.T) {
	work := exampleB(t)
	others, err := work.Comparisons(opcount.TrainingCount{})
	require.NoError(t, err)
	require.Len(t, others, 2)
	require.Equal(t, opcount.Ops{MAC: 3 * 16_000}, others[0].Ops)
	require.Equal(t, opcount.Ops{AC: 93_000, MAC: 2 * 30 * 16_000}, others[1].Ops)
}

// spide.md §9: a constant input is recomputed in every tick, or computed once and re-added. Report both.
func TestConstantDriveOfTraining(t *testing.T) {
	work, err := opcount.SPIDE{
		ForwardTicks: 30, Outputs: 3,
		Layers: []opcount.SPIDELayer{{Name: "s0", Spikes: []int64{1, 2, 0, 0}}},
		Drive:  []float64{0.5, 0, -1},
		Blocks: []opcount.SPIDEBlock{{Name: "x", Map: opcount.Dense{In: 3, Out: 4}, From: -1, To: 0}},
	}.Training()
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{MAC: 30 * 2 * 4}, work.Of(opcount.ForwardStage, opcount.TrainingCount{}))
	require.Equal(t, opcount.Ops{AC: 30 * 4, MAC: 2 * 4}, work.Of(opcount.ForwardStage, opcount.TrainingCount{KeepConstant: true}))
	require.Equal(t, opcount.Ops{MAC: 4 * 3}, work.Of(opcount.ReadoutStage, opcount.TrainingCount{}), "no gradient without a backward stage")
	require.Len(t, work.Items(opcount.TrainingCount{}), 3, "both ways, and the readout")
}

// adan.md, cost of on-chip learning: Adan keeps 4 words, reads and writes 5, takes 8 additions, 12
// products, a root and a division; 160 bits a synapse against 32 of SGD; 72 bits in the reduced profile.
func TestAdanOnChip(t *testing.T) {
	prices := opcount.UpdatePrices{Add: 0.9e-12, Mul: 3.7e-12, Read: 10e-12, Write: 10e-12} // 64 bits in 8 KB
	b, err := adan.Price(opcount.SinglePrecision(), prices)
	require.NoError(t, err)
	require.Equal(t, 160, b.StateBits)
	require.InEpsilon(t, (5+5+1)*5e-12, b.Traffic, 1e-12, "5 pJ a word of 32 bits, and the gradient")
	require.InEpsilon(t, 8*0.9e-12+12*3.7e-12, b.Arithmetic, 1e-12)
	require.Equal(t, []string{"divisions", "square roots"}, b.Unpriced)
	require.InEpsilon(t, 106.6/0.9, b.PerForward(0.9e-12), 1e-12, "against one addition in a forward pass")

	sgd, err := opcount.OptimiserCost{Reads: 1, Writes: 1, GradientReads: 1, Adds: 1, Muls: 1}.Price(opcount.WordBits{Weight: 32, Gradient: 32}, prices)
	require.NoError(t, err)
	require.Equal(t, 32, sgd.StateBits)
	require.Empty(t, sgd.Unpriced)

	reduced := opcount.WordBits{Weight: 16, Gradient: 16, State: []int{16, 16, 16, 8}}
	b, err = adan.Price(reduced, prices)
	require.NoError(t, err)
	require.Equal(t, 72, b.StateBits)
	require.InEpsilon(t, (72+72+16)/64.0*10e-12, b.Traffic, 1e-12)
}

var adan = opcount.OptimiserCost{StateWords: 4, Reads: 5, Writes: 5, GradientReads: 1, Adds: 8, Muls: 12, Divs: 1, Roots: 1}

// hardware/README.md §5: the anchors, as second-hand figures with their sources.
func TestBreakEvens(t *testing.T) {
	list := opcount.BreakEvens()
	require.Len(t, list, 3)
	for k, c := range []struct{ low, high float64 }{{1.72, 1.72}, {0.15, 1.38}, {0.36, 0.48}} {
		low, high := list[k].PerSynapse()
		require.InDelta(t, c.low, low, 1e-12)
		require.InDelta(t, c.high, high, 1e-12)
		require.Equal(t, "2nd", list[k].Grade)
		require.NotEmpty(t, list[k].Source)
		require.Equal(t, -1, list[k].Side(c.low-0.01))
		require.Equal(t, 0, list[k].Side((c.low+c.high)/2))
		require.Equal(t, 1, list[k].Side(c.high+0.01))
	}
	require.Zero(t, list[0].Side(math.NaN()))
	require.Contains(t, list[2].String(), "0.36 to 0.48 (rate 0.06 to 0.08, 6 steps)")
}

func microjoules(o opcount.Ops, digits int) string {
	return fmt.Sprintf("%.*f", digits, 1e6*o.Energy(cmos45))
}
