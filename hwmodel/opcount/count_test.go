package opcount_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel/opcount"
)

// drawSpikes is a random network of one layer with binary spikes, as a tensor.
func drawSpikes(t *rapid.T, ternary bool) (opcount.Network, [][]float64) {
	w := drawWindow(t)
	var m opcount.Map = w.build()
	if rapid.Bool().Draw(t, "dense") {
		in, out := rapid.IntRange(1, 6).Draw(t, "in"), rapid.IntRange(1, 6).Draw(t, "out")
		m = opcount.Dense{In: in, Out: out, NonZero: rapid.SliceOfN(rapid.Bool(), in*out, in*out).Draw(t, "mask")}
	}
	s, err := opcount.Analyse(m)
	require.NoError(t, err)
	steps, samples := rapid.IntRange(1, 4).Draw(t, "steps"), rapid.IntRange(1, 3).Draw(t, "samples")
	least := 0
	if ternary {
		least = -1
	}
	rows := make([][]float64, steps*samples)
	for k := range rows {
		rows[k] = make([]float64, s.Sources)
		for i := range rows[k] {
			rows[k][i] = float64(rapid.IntRange(least, 1).Draw(t, "spike"))
		}
	}
	return opcount.Network{Steps: steps, Samples: samples, Layers: []opcount.Layer{{
		Map: m, Input: opcount.Tensor{Steps: rows}, Bias: rapid.Bool().Draw(t, "bias"), Norm: rapid.Bool().Draw(t, "norm"),
		Neurons: opcount.Neurons{Kind: opcount.NeuronKind(rapid.IntRange(0, 3).Draw(t, "neurons"))},
	}}}, rows
}

func count(t require.TestingT, net opcount.Network, by opcount.Convention) opcount.Report {
	r, err := opcount.Count(net, by)
	require.NoError(t, err)
	return r
}

// What is known as a tensor and what is known as spike counts gives the same counts by every convention.
func TestSpikesAreTheTensorSummedUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net, rows := drawSpikes(t, false)
		per, total := make([]int64, len(rows[0])), int64(0)
		for _, row := range rows {
			for i, x := range row {
				per[i] += int64(x)
				total += int64(x)
			}
		}
		for _, by := range opcount.Conventions() {
			tensor := count(t, net, by)
			summed := net
			summed.Layers = append([]opcount.Layer(nil), net.Layers...)
			summed.Layers[0].Input = opcount.Spikes{PerSource: per}
			require.Equal(t, tensor, count(t, summed, by), by.Name)
			summed.Layers[0].Input = opcount.SpikeTotal{Total: total}
			known := count(t, summed, by)
			require.Equal(t, total, known.Layers[0].Spikes)
			if !known.Estimated() {
				require.Equal(t, tensor, known, by.Name)
			}
		}
	})
}

// The order of the conventions and the bounds of every count.
func TestBoundsOfCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net, rows := drawSpikes(t, true)
		exact, bench := count(t, net, opcount.Exact()), count(t, net, opcount.NeuroBench())
		require.Equal(t, exact.Of(opcount.SynapseOps), bench.Of(opcount.SynapseOps), "spikes of either sign")
		full := opcount.Exact()
		full.FanOut = opcount.FullFanOut
		with := count(t, net, full)
		require.LessOrEqual(t, exact.Of(opcount.SynapseOps).AC, with.Of(opcount.SynapseOps).AC, "zero weights only add")
		calls := int64(len(rows))
		for _, r := range []opcount.Report{exact, with} {
			o := r.Of(opcount.SynapseOps)
			require.Zero(t, o.MAC)
			require.LessOrEqual(t, o.AC, calls*r.Layers[0].Synapses, "effective ≤ dense")
			require.LessOrEqual(t, r.Layers[0].Synapses, with.Layers[0].Synapses)
			if x := r.SpikesPerSynapse(); !math.IsNaN(x) {
				require.True(t, 0 <= x && x <= float64(net.Steps))
			}
		}
		for _, by := range opcount.Conventions() {
			r := count(t, net, by)
			all := r.Total().Plus(r.LeftOut())
			var sum opcount.Ops
			for _, l := range r.Layers {
				for _, i := range l.Items {
					sum = sum.Plus(i.Ops)
				}
			}
			require.Equal(t, sum, all, "everything is counted or left out")
			energy := r.Total().Energy(cmos45)
			require.InDelta(t, float64(r.Total().AC)*0.9e-12+float64(r.Total().MAC)*4.6e-12, energy, 1e-20)
		}
	})
}

// A layer on its own, twice, costs what two layers cost; a batch costs what its samples cost.
func TestCountsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net, rows := drawSpikes(t, true)
		by := rapid.SampledFrom([]opcount.Convention{opcount.Exact(), opcount.NeuroBench()}).Draw(t, "convention")
		r := count(t, net, by)
		two := net
		two.Layers = append(append([]opcount.Layer(nil), net.Layers...), net.Layers...)
		require.Equal(t, r.Total().Plus(r.Total()), count(t, two, by).Total())
		var sum, reference opcount.Ops
		for n := range net.Samples {
			one := opcount.Network{Steps: net.Steps, Layers: append([]opcount.Layer(nil), net.Layers...)}
			one.Layers[0].Input = opcount.Tensor{Steps: rows[n*net.Steps:][:net.Steps]}
			s := count(t, one, by)
			sum, reference = sum.Plus(s.Total()), reference.Plus(s.Reference())
		}
		require.Equal(t, r.Total(), sum)
		require.Equal(t, r.Reference(), reference)
	})
}

func TestPoolings(t *testing.T) {
	pool := opcount.Pool{In: []int{1, 4, 4}, Kernel: []int{2, 2}}
	input := make([]float64, 16)
	input[0], input[1], input[10] = 1, 1, 1
	net := opcount.Network{Steps: 1, Layers: []opcount.Layer{{
		Map: pool, Input: opcount.Tensor{Steps: [][]float64{input}}, Neurons: opcount.Neurons{Kind: opcount.NoLeak},
	}}}
	all := opcount.Exact()
	all.Neurons = opcount.AllUpdates
	for _, c := range []struct {
		by    opcount.Convention
		pool  opcount.Ops
		total opcount.Ops
	}{
		{opcount.Exact(), opcount.Ops{AC: 3}, opcount.Ops{AC: 3}},
		{all, opcount.Ops{AC: 3}, opcount.Ops{AC: 3 + 4}},
		{opcount.SyopsCounter(), opcount.Ops{AC: 3}, opcount.Ops{AC: 3 + 4}},
		{opcount.NeuroBench(), opcount.Ops{AC: 3}, opcount.Ops{}},
	} {
		r := count(t, net, c.by)
		require.Equal(t, c.pool, r.Of(opcount.PoolOps), c.by.Name)
		require.Equal(t, c.total, r.Total(), c.by.Name)
		require.Zero(t, r.Reference(), "a pooling is not part of the reference")
		require.True(t, math.IsNaN(r.Ratio(cmos45)))
		require.True(t, math.IsNaN(r.SpikesPerSynapse()))
	}
	pool.Max = true
	net.Layers[0].Map = pool
	require.Zero(t, count(t, net, opcount.Exact()).Total(), "a logical or")
	input[0] = 0.5
	require.Equal(t, opcount.Ops{AC: 4, MAC: 16}, count(t, net, opcount.SyopsCounter()).Total(), "whatever goes in, as the tool has it")
	pool.Max = false
	net.Layers[0].Map = pool
	require.Equal(t, opcount.Ops{AC: 3}, count(t, net, opcount.Exact()).Total(), "real numbers are only added up")
}

func TestEventDrivenNeurons(t *testing.T) {
	layer := opcount.Layer{
		Map: opcount.Dense{In: 2, Out: 3}, Input: opcount.SpikeTotal{Total: 1},
		Neurons: opcount.Neurons{Kind: opcount.MultiplicativeLeak, EventDriven: true, Touched: 3},
	}
	net := opcount.Network{Steps: 5, Layers: []opcount.Layer{layer}}
	r := count(t, net, opcount.Exact())
	require.Equal(t, opcount.Ops{AC: 3, MAC: 3}, r.Total(), "a decay for each touched neuron, not for 15 updates")
	require.Equal(t, int64(3), r.Layers[0].Updates)
}

// A total of spikes from sources of different fan-out is an estimate, and says so.
func TestEstimates(t *testing.T) {
	net := opcount.Network{Steps: 10, Layers: []opcount.Layer{{
		Name: "conv", Map: opcount.Conv{In: []int{1, 5}, Out: 1, Kernel: []int{3}, Padding: []int{1}}, Input: opcount.SpikeTotal{Total: 7},
	}}}
	r := count(t, net, opcount.Exact())
	require.Equal(t, opcount.Ops{AC: 18}, r.Total(), "7 · 13/5 = 18.2")
	require.True(t, r.Estimated())
	require.Contains(t, r.Text(cmos45), "estimate")
	net.Layers[0].Input = opcount.SpikeTotal{Total: 7, Ternary: true}
	require.Equal(t, opcount.Ops{MAC: 15 * 10}, count(t, net, opcount.SyopsCounter()).Total(), "the tool sees numbers")
}

func TestText(t *testing.T) {
	net := opcount.Network{Steps: 8, Layers: []opcount.Layer{
		{Name: "hidden", Map: opcount.Dense{In: 784, Out: 400}, Input: opcount.Analog{}, Neurons: opcount.Neurons{Kind: opcount.NoLeak}},
		{Name: "output", Map: opcount.Dense{In: 400, Out: 10}, Input: opcount.SpikeTotal{Total: 1000}},
	}}
	text := count(t, net, opcount.Exact()).Text(cmos45)
	for _, want := range []string{`convention "exact"`, "2508800", "1.154948e-05", "1.46096e-06", "ratio 7.905 at 2.5 spikes per synapse", "not counted", "unpriced", "Davidson"} {
		require.Contains(t, text, want)
	}
}

func TestCountRefuses(t *testing.T) {
	dense := opcount.Dense{In: 2, Out: 3}
	spikes := opcount.SpikeTotal{Total: 1}
	layer := func(l opcount.Layer) opcount.Network {
		l.Name = "fc"
		return opcount.Network{Steps: 4, Layers: []opcount.Layer{l}}
	}
	for want, net := range map[string]opcount.Network{
		"opcount: 0 steps, want 1 to 2147483647":                                                                         {},
		"opcount: -1 samples, want 1 to 2147483647, or 0 for one":                                                        {Steps: 1, Samples: -1},
		"opcount: a network without layers":                                                                              {Steps: 1},
		`opcount: layer 0 "fc": no map, want a dense one, a convolution or a pooling`:                                    layer(opcount.Layer{Input: spikes}),
		`opcount: layer 0 "fc": no input, want a tensor, spikes, a rate or real numbers`:                                 layer(opcount.Layer{Map: dense}),
		`opcount: layer 0 "fc": dense map from 0 to 0 neurons, want 1 to 2147483647 on either side`:                      layer(opcount.Layer{Map: opcount.Dense{}, Input: spikes}),
		`opcount: layer 0 "fc": input of 1 rows, want 4: 4 steps of 1 samples`:                                           layer(opcount.Layer{Map: dense, Input: opcount.Tensor{Steps: make([][]float64, 1)}}),
		`opcount: layer 0 "fc": input of step 0 has 0 values, want one for each of 2 sources`:                            layer(opcount.Layer{Map: dense, Input: opcount.Tensor{Steps: make([][]float64, 4)}}),
		`opcount: layer 0 "fc": unit -1 of the input, want a finite number above 0, or 0 for none`:                       layer(opcount.Layer{Map: dense, Input: opcount.Tensor{Steps: make([][]float64, 4), Unit: -1}}),
		`opcount: layer 0 "fc": constant input of 0 rows, want one for each of 1 samples`:                                layer(opcount.Layer{Map: dense, Input: opcount.Constant{}}),
		`opcount: layer 0 "fc": input of sample 0: value NaN of source 1, want a finite number`:                          layer(opcount.Layer{Map: dense, Input: opcount.Constant{Samples: [][]float64{{0, math.NaN()}}}}),
		`opcount: layer 0 "fc": spikes of 1 sources, want 2`:                                                             layer(opcount.Layer{Map: dense, Input: opcount.Spikes{PerSource: []int64{1}}}),
		`opcount: layer 0 "fc": 5 spikes of source 1, want 0 to 4: at most one in each of 4 steps of 1 samples`:          layer(opcount.Layer{Map: dense, Input: opcount.Spikes{PerSource: []int64{1, 5}}}),
		`opcount: layer 0 "fc": 9 spikes, want 0 to 8: at most one of each of 2 sources in each of 4 steps of 1 samples`: layer(opcount.Layer{Map: dense, Input: opcount.SpikeTotal{Total: 9}}),
		`opcount: layer 0 "fc": rate of 1.5 spikes per source and step, want 0 to 1`:                                     layer(opcount.Layer{Map: dense, Input: opcount.Rate{PerStep: 1.5}}),
		`opcount: layer 0 "fc": neurons of unknown kind 9`:                                                               layer(opcount.Layer{Map: dense, Input: spikes, Neurons: opcount.Neurons{Kind: 9}}),
		`opcount: layer 0 "fc": updates of neurons where there are none`:                                                 layer(opcount.Layer{Map: dense, Input: spikes, Neurons: opcount.Neurons{Touched: 1}}),
		`opcount: layer 0 "fc": 1 touched neurons where the clock drives all`:                                            layer(opcount.Layer{Map: dense, Input: spikes, Neurons: opcount.Neurons{Kind: opcount.NoLeak, Touched: 1}}),
		`opcount: layer 0 "fc": 13 touched neurons, want 0 to 12: at most 3 in each of 4 steps`:                          layer(opcount.Layer{Map: dense, Input: spikes, Neurons: opcount.Neurons{Kind: opcount.NoLeak, EventDriven: true, Touched: 13}}),
	} {
		_, err := opcount.Count(net, opcount.Exact())
		require.ErrorContains(t, err, want)
	}
	_, err := opcount.Count(layer(opcount.Layer{Map: dense, Input: spikes}), opcount.Convention{Name: "odd", FanOut: 7})
	require.EqualError(t, err, `opcount: convention "odd" has a switch of unknown position`)
}

// Counts outgrow 63 bits with an error and not with a wrong number.
func TestCountOverflow(t *testing.T) {
	layer := opcount.Layer{Name: "fc", Map: opcount.Dense{In: 4, Out: 1 << 20}, Input: opcount.Analog{}}
	net := opcount.Network{Steps: math.MaxInt32, Samples: math.MaxInt32, Layers: []opcount.Layer{layer}}
	for _, by := range opcount.Conventions() {
		_, err := opcount.Count(net, by)
		require.EqualError(t, err, `opcount: layer 0 "fc": more than 2^63 operations, too many to count`, by.Name)
	}
	net.Layers[0].Input = opcount.Rate{PerStep: 0.5}
	_, err := opcount.Count(net, opcount.Exact())
	require.ErrorContains(t, err, "too many to count")
}
