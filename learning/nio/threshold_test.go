package nio_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/loss"
	"couplet/learning/nio"
	"couplet/learning/ottt"
	"couplet/learning/spide"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

const simTicks = 60

// twoLayers is a network of the event engine: sources that fire by themselves, a hidden population and one
// behind it, the weights of which can be scaled, or the thresholds.
type twoLayers struct {
	sources, hidden, last int
	weights               [2][]float64
	bias                  [2]float64
	models                [2]neuron.Model
	start                 float64 // initial potential of the hidden neurons
	precision             sim.Precision
}

// pairedSize is the number of neurons of a population whose units may be couples of two members.
func pairedSize(m neuron.Model, n int) int {
	if _, ok := m.(neuron.CouplePair); ok {
		return 2 * n
	}
	return n
}

func drawTwoLayers(t *rapid.T, models [2]neuron.Model) twoLayers {
	c := twoLayers{sources: rapid.IntRange(1, 6).Draw(t, "sources"), hidden: rapid.IntRange(1, 6).Draw(t, "hidden"), last: 4, models: models}
	c.weights[0] = draw(t, "first", c.sources*c.hidden, -0.5, 1)
	c.weights[1] = draw(t, "second", c.hidden*c.last, -0.5, 1)
	b := draw(t, "bias", 3, -0.1, 0.3)
	c.bias, c.start = [2]float64{b[0], b[1]}, b[2]
	c.precision = rapid.SampledFrom([]sim.Precision{sim.DefaultPrecision, sim.Float64}).Draw(t, "precision")
	return c
}

// run builds the network with its weights and biases multiplied by the factors, or, if registers are given, with
// other potentials, and returns its spikes per population.
func (c twoLayers) run(t tester, factors, biases [2]float64, registers []nio.Register) [2]*sim.SpikeTrain {
	net := sim.NewNetwork("scaled", sim.StepGrid())
	from := net.Population("sources", c.sources, neuron.StepIF{VTh: 1})
	net.Stimulate(from, sim.DC{Amplitude: synapse.Listed(drive(c.sources, 5))})
	var populations [2]*sim.Population
	for k, m := range c.models {
		m = withBias(m, c.bias[k]*biases[k])
		start := c.start
		if registers != nil {
			m = must(registers[k].Model(withBias(c.models[k], c.bias[k])))
			start = registers[k].Potential(c.start)
		}
		populations[k] = net.Population([]string{"hidden", "last"}[k], pairedSize(m, []int{c.hidden, c.last}[k]), m)
		populations[k].Precision = c.precision
		if k == 0 && pairedSize(m, 1) == 1 {
			populations[k].Set("u", synapse.Const(start))
		}
		w := append([]float64(nil), c.weights[k]...)
		if registers == nil {
			for i := range w {
				w[i] *= factors[k]
			}
		}
		c.project(net, from, populations[k], w)
		from = populations[k]
	}
	net.RecordSpikes(populations[0], populations[1])
	s := must(sim.Compile(net, sim.Options{Workers: 1})).Start()
	require.NoError(t, s.RunTicks(context.Background(), simTicks))
	return [2]*sim.SpikeTrain{s.Spikes()[0], s.Spikes()[1]}
}

// project connects all to all without delay. A synapse on a couple of two members is one of either sign.
func (c twoLayers) project(net *sim.Network, from, to *sim.Population, w []float64) {
	weight := func(w []float64) synapse.Static {
		return synapse.Static{Weight: synapse.Listed(w), DelayMs: synapse.Const(0)}
	}
	if _, ok := to.Model.(neuron.CouplePair); !ok {
		net.Project(from, to, synapse.AllToAll{}, weight(w))
		return
	}
	negative := make([]float64, len(w))
	for i, v := range w {
		negative[i] = -v
	}
	net.Project(from, to.Slice(0, to.Size/2), synapse.AllToAll{}, weight(w))
	net.Project(from, to.Slice(to.Size/2, to.Size), synapse.AllToAll{}, weight(negative))
}

// withBias sets the bias of models that have one.
func withBias(m neuron.Model, bias float64) neuron.Model {
	switch m := m.(type) {
	case neuron.StepIF:
		m.Ie = bias
		return m
	case neuron.StepLIF:
		m.Ie = bias
		return m
	case neuron.RestLIF:
		m.Ie = bias
		return m
	case neuron.Couple:
		m.Ie = bias
		return m
	}
	return m
}

// tensorsOfTwo are the tensors of such a network as an adapter would describe them.
func tensorsOfTwo() []nio.Tensor {
	var list []nio.Tensor
	for _, p := range []string{"hidden", "last"} {
		list = append(list,
			nio.Tensor{Name: p + ".weight", Kind: nio.Weight, Size: 1, Norm: 1, Population: p, Exclusive: true},
			nio.Tensor{Name: p + ".bias", Kind: nio.Bias, Size: 1, Norm: 1, Population: p, Exclusive: true})
	}
	return list
}

// pairsOfModels are the models for which scaling the input is scaling the threshold.
func pairsOfModels() map[string][2]neuron.Model {
	return map[string][2]neuron.Model{
		"if":             {neuron.StepIF{VTh: 1}, neuron.StepIF{VTh: 0.7}},
		"lif":            {neuron.StepLIF{VTh: 1, Lambda: 0.8}, neuron.StepLIF{VTh: 0.9, Lambda: 0.5}},
		"lif_rest":       {neuron.RestLIF{VTh: 1, VRest: -1, Lambda: 0.9}, neuron.RestLIF{VTh: 1, VRest: -0.3, Lambda: 1}},
		"ternary couple": {neuron.Couple{VTh: 0.5, VRest: -0.5, Lambda: 1}, neuron.Couple{VTh: 0.6, VRest: -0.2, Lambda: 0.7}},
		"couple pair":    {neuron.StepLIF{VTh: 1, Lambda: 0.8}, neuron.CouplePair{VTh: 0.5, VRest: -0.5, Lambda: 0.9}},
	}
}

// nio.md §5: scaling weights is scaling the threshold, on the event engine. With factors that are powers of two
// the trains are identical. (The bias has the factor of the weight.)
func TestThresholdsOnTheEngine(t *testing.T) {
	for name, models := range pairsOfModels() {
		t.Run(name, func(t *testing.T) {
			spikes := 0
			rapid.Check(t, func(t *rapid.T) {
				c := drawTwoLayers(t, models)
				factor := rapid.SampledFrom([]float64{0.5, 2, 4})
				factors := [2]float64{factor.Draw(t, "first"), factor.Draw(t, "second")}
				plan := must(nio.NewThresholds(tensorsOfTwo(), []float64{factors[0], factors[0], factors[1], factors[1]}))
				require.Len(t, plan.Registers, 2)
				require.Empty(t, plan.Rewritten)
				weights, thresholds := c.run(t, factors, factors, nil), c.run(t, factors, factors, plan.Registers)
				for k := range weights {
					require.Equal(t, weights[k].Ticks, thresholds[k].Ticks)
					require.Equal(t, weights[k].Neurons, thresholds[k].Neurons)
					require.Equal(t, weights[k].Signs, thresholds[k].Signs)
					spikes += weights[k].Len()
				}
			})
			require.Positive(t, spikes)
		})
	}
}

// With other factors, and a bias of another factor, rounding may move a spike, but not make two: one neuron more
// or less than one spike apart. The population behind sees the same spikes only if none has moved, so that its
// counts are not compared.
func TestThresholdsOfAnyFactor(t *testing.T) {
	for name, models := range pairsOfModels() {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c := drawTwoLayers(t, models)
				factor := rapid.Float64Range(0.3, 5)
				factors := [2]float64{factor.Draw(t, "first"), factor.Draw(t, "second")}
				biases := [2]float64{factor.Draw(t, "first bias"), factor.Draw(t, "second bias")}
				plan := must(nio.NewThresholds(tensorsOfTwo(), []float64{factors[0], biases[0], factors[1], biases[1]}))
				weights, thresholds := c.run(t, factors, biases, nil)[0], c.run(t, factors, biases, plan.Registers)[0]
				want, have := countsOf(weights, c.hidden), countsOf(thresholds, c.hidden)
				for i := range want {
					require.InDelta(t, want[i], have[i], 1, "neuron %d", i)
				}
			})
		})
	}
}

// countsOf sums the spikes of each neuron, with their signs.
func countsOf(s *sim.SpikeTrain, n int) []int {
	counts := make([]int, n)
	for k, i := range s.Neurons {
		sign := 1
		if s.Signs != nil {
			sign = int(s.Signs[k])
		}
		counts[i] += sign
	}
	return counts
}

// The batched executor says the same: all populations of a network share one threshold there, so that all weights
// get one factor.
func TestThresholdsOfOTTT(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := ottt.NewFC(5, 7, 6, 3)
		c.Neuron.Lambda = rapid.Float64Range(0, 1).Draw(t, "lambda")
		seed := rapid.Uint64().Draw(t, "weights")
		alpha := rapid.SampledFrom([]float64{0.5, 2, 4}).Draw(t, "alpha")
		input := draw(t, "input", 4*5, 0, 1.5)

		scaled := must(ottt.New[float64](must(c.Network())))
		fill(scaled.Params(), seed, 0.8)
		a := must(nio.NewOTTT(scaled, nio.OTTTOptions{Loss: loss.Instantaneous{Ticks: 3}}))
		alphas := equalFactors(len(a.Tensors()), alpha)
		alphas[4], alphas[5] = 1, 1 // the readout has no threshold
		require.NoError(t, a.Rescale(alphas))
		plan := must(nio.NewThresholds(a.Tensors(), alphas))
		require.Len(t, plan.Registers, 2)
		require.Empty(t, plan.Rewritten)

		c.Neuron.Threshold = plan.Registers[0].Potential(c.Neuron.Threshold)
		lower := must(ottt.New[float64](must(c.Network())))
		fill(lower.Params(), seed, 0.8)
		lower.Changed()
		for _, net := range []*ottt.Net[float64]{scaled, lower} {
			require.NoError(t, net.Begin(ottt.Batch{Samples: 4}))
		}
		for range 20 {
			require.Equal(t, must(scaled.Tick(input)), must(lower.Tick(input)), "logits")
			for k, p := range scaled.Populations() {
				q := lower.Populations()[k]
				require.Equal(t, p.Spikes, q.Spikes)
				for i, u := range p.Membrane {
					require.Equal(t, u/alpha, q.Membrane[i])
				}
			}
		}
	})
}

// What has no common threshold is rewritten: readouts, populations with several weights of different factors or
// with a gain, and biases that move on their own.
func TestThresholdPlan(t *testing.T) {
	weight := func(name, population string, size int) nio.Tensor {
		return nio.Tensor{Name: name, Kind: nio.Weight, Size: size, Norm: 1, Population: population, Exclusive: true}
	}
	bias := func(name, population string, norm float64) nio.Tensor {
		return nio.Tensor{Name: name, Kind: nio.Bias, Size: 3, Norm: norm, Population: population, Exclusive: true}
	}
	tensors := []nio.Tensor{
		weight("plain", "a", 100), bias("own", "a", 1), // one register, and the bias
		weight("forward", "b", 50), weight("feedback", "b", 40), // two factors
		weight("silent bias", "c", 10), bias("zeros", "c", 0), // one register
		weight("readout", "", 20),
		{Name: "normalised", Kind: nio.Weight, Size: 5, Norm: 1, Population: "d"},
		{Name: "gain", Kind: nio.Gain, Size: 5, Norm: 1, Population: "d"},
	}
	plan := must(nio.NewThresholds(tensors, []float64{2, 1, 2, 3, 0.5, 1, 1.5, 1, 2}))
	require.Equal(t, []nio.Register{{Population: "a", Alpha: 2, Bias: 0.5}, {Population: "c", Alpha: 0.5, Bias: 1}}, plan.Registers)
	var names []string
	for _, x := range plan.Rewritten {
		names = append(names, x.Name)
	}
	require.Equal(t, []string{"own", "forward", "feedback", "readout", "gain"}, names)
	require.Equal(t, 100+50+40+10+20+5, plan.Values)
	require.Equal(t, 2+3+50+40+20+5, plan.Writes())

	require.Equal(t, "120 writes in place of 225: threshold of a / 2, threshold of c / 0.5, 3 values of own, "+
		"50 values of forward, 40 values of feedback, 20 values of readout, 5 values of gain", plan.String())

	twoBiases := []nio.Tensor{weight("one", "a", 1), bias("one bias", "a", 1), weight("two", "a", 1), bias("two bias", "a", 1)}
	require.Empty(t, must(nio.NewThresholds(twoBiases, []float64{2, 2, 2, 3})).Registers)
	require.Len(t, must(nio.NewThresholds(twoBiases, []float64{2, 3, 2, 3})).Registers, 1)

	_, err := nio.NewThresholds(tensors, []float64{1})
	require.EqualError(t, err, "nio: 1 factors for 9 tensors")
	_, err = nio.NewThresholds(tensors[:1], []float64{0})
	require.EqualError(t, err, `nio: the factor of "plain" is 0, want a positive number`)
	_, err = nio.Register{Population: "p", Alpha: 2, Bias: 1}.Model(neuron.NewPSCDelta())
	require.ErrorContains(t, err, `population "p": scaling the threshold of iaf_psc_delta is not scaling its input`)
	_, err = nio.Register{Population: "p", Alpha: 2, Bias: 1}.Model(nil)
	require.ErrorContains(t, err, "has no model")
}

// A ring of SPIDE scales alike, spike for spike: batched, with couples in the backward stage left as they are.
func TestThresholdsOfSPIDE(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		build := func() spide.Ring[float64] {
			return spide.Ring[float64]{
				Input: spide.Block[float64]{Map: dense[float64]("input", 4, 6, true)}, Feedback: spide.Block[float64]{Map: dense[float64]("feedback", 6, 6, false)},
				Readout: dense[float64]("readout", 6, 3, true),
			}
		}
		config := drawConfig(t)
		seed := rapid.Uint64().Draw(t, "weights")
		alpha := rapid.SampledFrom([]float64{0.5, 2, 4}).Draw(t, "alpha")
		input := draw(t, "input", 3*4, 0, 1.5)

		scaled := newSPIDE(build(), config, seed)
		a := must(nio.NewSPIDE(scaled.executor, scaled.ring, nio.SPIDEOptions{}))
		alphas := []float64{alpha, alpha, alpha, 1, 1}
		require.NoError(t, a.Rescale(alphas))
		plan := must(nio.NewThresholds(a.Tensors(), alphas))
		require.Equal(t, []nio.Register{{Population: "layer0", Alpha: alpha, Bias: 1}}, plan.Registers)

		config.Threshold, config.Rest = plan.Registers[0].Potential(config.Threshold), plan.Registers[0].Potential(config.Rest)
		lower := newSPIDE(build(), config, seed)
		require.NoError(t, scaled.executor.Forward(spide.Pass{}, input, 3))
		require.NoError(t, lower.executor.Forward(spide.Pass{}, input, 3))
		require.Equal(t, scaled.executor.Counts(0), lower.executor.Counts(0))
		require.Equal(t, scaled.executor.Rates(0), lower.executor.Rates(0))
	})
}
