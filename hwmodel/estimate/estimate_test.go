package estimate_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel"
	"couplet/hwmodel/estimate"
	"couplet/hwmodel/opcount"
	"couplet/sim"
	"couplet/sim/netfile"
)

// ran reads a network, runs it for its ticks and returns what estimates are made from.
func ran(t require.TestingT, text string) estimate.Run {
	net, err := netfile.Read("net.yaml", []byte(text), netfile.Options{})
	require.NoError(t, err)
	p, err := sim.Compile(net, sim.Options{Workers: 1})
	require.NoError(t, err)
	s := p.Start()
	require.NoError(t, s.RunTicks(context.Background(), int64(net.RunMs/net.TickMs)))
	return estimate.Run{Network: net, Activity: s.Activity(), Spikes: s.Spikes()}
}

// dense is a layer of three neurons that fire in every step, onto two over four weights of which one is 0.
const dense = `
tick: 1 step
populations:
  in: {model: if, size: 3, params: {V_th: 1}}
  out: {model: lif, size: 2, params: {V_th: 1e30, lambda: 0.5}}
stimuli:
  drive: {model: dc, to: in, amplitude: 1.5}
projections:
  - {from: in, to: out, rule: all_to_all, weight: [[0.5, 0, 1], [1, 1, 1]], delay: 0 steps}
record:
  - {what: spikes, from: in}
run: 4 steps
`

// The neurons of in add up 1.5 a step and fire in every one: 12 spikes onto 5 weights that are not zero. The engine
// hands on the 0 as well.
func TestWeightsOfZero(t *testing.T) {
	r := ran(t, dense)
	require.EqualValues(t, 12, r.Activity.Populations[0].Spikes)
	require.EqualValues(t, 24, r.Activity.Projections[0].Events)
	o, err := estimate.Operations(r, opcount.Exact())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: 20}, o.Report.Of(opcount.SynapseOps))
	require.Equal(t, opcount.Ops{MAC: 5}, o.Report.Reference())
	require.InDelta(t, 4, o.Report.SpikesPerSynapse(), 1e-12)
	// The integrator adds nothing but its inputs; the leak of out multiplies.
	require.Equal(t, opcount.Ops{AC: 20, MAC: 8}, o.Report.Total())

	m, err := estimate.NeuroBench(r)
	require.NoError(t, err)
	require.EqualValues(t, 6, m.Parameters)
	require.EqualValues(t, 24, m.Footprint)
	require.Equal(t, 0.1667, m.ConnectionSparsity)
	require.Zero(t, m.ActivationSparsity)
	require.Equal(t, []estimate.LayerSparsity{{Layer: "in", Sparsity: 0}}, m.SparsityByLayer) // out is a readout
	require.Equal(t, [3]float64{0, 20, 24}, [3]float64{m.EffectiveMACs, m.EffectiveACs, m.Dense})
	require.EqualValues(t, 5*4, m.MembraneUpdatesBound)
}

// Without a recording the counts of the engine stand, and the notes say so.
func TestWithoutRecording(t *testing.T) {
	r := ran(t, dense)
	r.Spikes = nil
	o, err := estimate.Operations(r, opcount.Exact())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: 24}, o.Report.Of(opcount.SynapseOps))
	require.Equal(t, opcount.Ops{MAC: 6}, o.Report.Reference())
	require.Contains(t, o.Notes[0], "in->out: synapses and synaptic events as the engine counted them")
	m, err := estimate.NeuroBench(r)
	require.NoError(t, err)
	require.EqualValues(t, 24, m.EffectiveACs)
}

// A part of a population that was recorded serves the projections that begin in it, and no others.
func TestPartOfAPopulation(t *testing.T) {
	whole := "from: in, to: out, rule: all_to_all, weight: [[0.5, 0, 1], [1, 1, 1]]"
	part := "from: 'in[0..1]', to: out, rule: all_to_all, weight: [[0.5, 0], [1, 1]]"
	record := "from: in}\nrun"
	recordPart := "from: 'in[0..1]'}\nrun"
	for _, c := range []struct {
		projection, record string
		ac, mac            int64
	}{
		{part, record, 3 * 4, 3},      // of the two neurons, with 3 weights that are not 0
		{part, recordPart, 3 * 4, 3},  // their recording is enough
		{whole, recordPart, 6 * 4, 6}, // one neuron is missing: as the engine counted it
	} {
		r := ran(t, strings.Replace(strings.Replace(dense, whole, c.projection, 1), record, c.record, 1))
		o, err := estimate.Operations(r, opcount.Exact())
		require.NoError(t, err)
		require.Equal(t, opcount.Ops{AC: c.ac}, o.Report.Of(opcount.SynapseOps), c)
		require.Equal(t, opcount.Ops{MAC: c.mac}, o.Report.Reference(), c)
	}
}

// Several inferences in one run: operations add up, figures per inference divide.
func TestInferences(t *testing.T) {
	r := ran(t, dense)
	r.Inferences = 2
	o, err := estimate.Operations(r, opcount.Exact())
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{MAC: 10}, o.Report.Reference())
	require.InDelta(t, 2, o.Report.SpikesPerSynapse(), 1e-12)
	m, err := estimate.NeuroBench(r)
	require.NoError(t, err)
	require.EqualValues(t, 10, m.EffectiveACs)
	require.EqualValues(t, 12, m.Dense)
	require.EqualValues(t, 10, m.MembraneUpdatesBound)

	r.Inferences = 3
	_, err = estimate.Operations(r, opcount.Exact())
	require.EqualError(t, err, "estimate: 3 inferences in 4 ticks, want a number that divides the ticks")
	_, err = estimate.NeuroBench(r)
	require.ErrorContains(t, err, "3 inferences in 4 ticks")
}

// The conventional network has a multiply-accumulate, and if asked a weight, for every synapse.
func TestConventional(t *testing.T) {
	o, err := estimate.Operations(ran(t, dense), opcount.Exact())
	require.NoError(t, err)
	c := o.Conventional(false)
	require.EqualValues(t, 5, c.Total(hwmodel.MAC))
	require.Zero(t, c.Total(hwmodel.WeightFetch))
	require.Equal(t, "out/in->out/mac", c.List[0].Path.String())
	c = o.Conventional(true)
	require.EqualValues(t, 5, c.Total(hwmodel.MAC))
	require.EqualValues(t, 5, c.Total(hwmodel.WeightFetch))
	p, err := hwmodel.Chip("memory45_int8")
	require.NoError(t, err)
	b, err := hwmodel.Price(c, p, hwmodel.Conditions{})
	require.NoError(t, err)
	require.Equal(t, "13.65 pJ", b.Total().String()) // 5 x (0.23 pJ + 2.5 pJ)
}

// A conventional network of another size takes the place of that of the graph.
func TestGivenConventional(t *testing.T) {
	r := ran(t, dense)
	r.Inferences = 2
	o, err := estimate.Operations(r, opcount.Exact())
	require.NoError(t, err)
	require.EqualValues(t, 5, o.PerInference())
	o.MACs = 100
	require.EqualValues(t, 100, o.PerInference())
	require.EqualValues(t, 200, o.Conventional(true).Total(hwmodel.MAC))
	require.EqualValues(t, 200, o.Conventional(true).Total(hwmodel.WeightFetch))
	require.InDelta(t, 20.0/200, o.SpikesPerSynapse(), 1e-15)
	for _, e := range o.BreakEvens() {
		require.Equal(t, -1, e.Side)
		require.Equal(t, "below: spikes win", e.Verdict())
	}
}

// Large networks and long runs have no metrics, rather than wrong ones.
func TestTooManyOperations(t *testing.T) {
	r := ran(t, dense)
	r.Spikes = nil
	r.Activity.Ticks = 1 << 60
	_, err := estimate.NeuroBench(r)
	require.EqualError(t, err, `estimate: projection "in->out": more than 1.152921504606847e+18 dense operations cannot be counted`)
	_, err = estimate.Operations(r, opcount.Exact())
	require.ErrorContains(t, err, "a run of 1152921504606846976 ticks, want at most")
}

// A run at 4 spikes per synapse is above all limits.
func TestBreakEvens(t *testing.T) {
	o, err := estimate.Operations(ran(t, dense), opcount.Exact())
	require.NoError(t, err)
	require.Len(t, o.BreakEvens(), len(opcount.BreakEvens()))
	for _, e := range o.BreakEvens() {
		require.Equal(t, 1, e.Side)
		require.Equal(t, "above: numbers win", e.Verdict())
	}
	silent := ran(t, `
tick: 1 step
populations: {quiet: {model: if, size: 3}}
run: 2 steps
`)
	o, err = estimate.Operations(silent, opcount.Exact())
	require.NoError(t, err)
	require.Empty(t, o.BreakEvens())
}

// Networks whose weights are all different from 0: the operations that package opcount finds from recorded spikes
// and maps are the synaptic events that the engine counted.
func TestOperationsAreTheEventsOfTheEngine(t *testing.T) {
	const text = `
tick: 1 step
seed: 3
populations:
  image: {model: if, shape: [2, 6, 5], params: {V_th: 1}}
  map: {model: lif, shape: [3, 3, 3], params: {V_th: 0.4, lambda: 0.5}}
  pooled: {model: if, shape: [3, 1, 1], params: {V_th: 1}}
  large: {model: lif, shape: [2, 5, 5], params: {V_th: 0.3, lambda: 0.9}}
  out: {model: lif, size: 7, params: {V_th: 0.2, lambda: 0.5}}
stimuli:
  drive: {model: dc, to: image, amplitude: 0.6}
projections:
  - {from: image, to: map, rule: conv, channels: 3, kernel: [3, 2], stride: [2, 2], padding: [1, 1], weight: {uniform: [0.01, 0.3]}, delay: 0 steps}
  - {from: map, to: pooled, rule: avg_pool, kernel: 3, weight: 1, delay: 0 steps}
  - {from: map, to: large, rule: transposed_conv, channels: 2, kernel: [3, 3], stride: [2, 2], padding: [1, 1], weight: 0.2, delay: 0 steps}
  - {from: large, to: out, rule: all_to_all, weight: 0.1, delay: 0 steps}
  - {from: out, to: out, rule: pairwise_bernoulli, p: 0.5, weight: 0.1, delay: 1 step}
record:
  - {what: spikes, from: [image, map, pooled, large]}
run: 40 steps
`
	r := ran(t, text)
	o, err := estimate.Operations(r, opcount.Exact())
	require.NoError(t, err)
	for i, p := range r.Activity.Projections {
		l := o.Report.Layers[i]
		require.Positive(t, p.Events, p.Name)
		require.Equal(t, p.Name, l.Name)
		got := l.Of(opcount.SynapseOps).Plus(l.Of(opcount.PoolOps))
		require.Equal(t, opcount.Ops{AC: p.Events}, got, p.Name)
	}
	m, err := estimate.NeuroBench(r)
	require.NoError(t, err)
	events := r.Activity.Projections[0].Events + r.Activity.Projections[3].Events + r.Activity.Projections[4].Events
	require.EqualValues(t, events, m.EffectiveACs, "poolings and transposed convolutions are not counted")
}

// What arrives is bounded by the graph: operations of a dense map never exceed spikes times targets, and the sparsity
// of activations is what the counts say.
func TestOperationsOfRandomCounts(t *testing.T) {
	base := ran(t, dense)
	rapid.Check(t, func(t *rapid.T) {
		r := base
		ticks := rapid.Int64Range(1, 9).Draw(t, "ticks")
		r.Activity.Ticks, r.Spikes = ticks, nil
		r.Activity.Populations = append([]sim.PopulationActivity(nil), base.Activity.Populations...)
		r.Activity.Projections = append([]sim.ProjectionActivity(nil), base.Activity.Projections...)
		spikes := rapid.Int64Range(0, 3*ticks).Draw(t, "spikes")
		r.Activity.Populations[0].Spikes = spikes
		r.Activity.Projections[0].Events = 2 * spikes
		o, err := estimate.Operations(r, opcount.Exact())
		require.NoError(t, err)
		require.Equal(t, 2*spikes, o.Report.Of(opcount.SynapseOps).AC)
		m, err := estimate.NeuroBench(r)
		require.NoError(t, err)
		require.InDelta(t, 1-float64(spikes)/float64(3*ticks), m.ActivationSparsity, 1e-12)
	})
}

// Parts that do not belong together are told apart.
func TestMismatch(t *testing.T) {
	r := ran(t, dense)
	other := r
	other.Activity.Populations = r.Activity.Populations[:1]
	_, err := estimate.Operations(other, opcount.Exact())
	require.ErrorContains(t, err, "it counts 1 populations and 1 projections where the network has 2 and 1")
	other = r
	other.Activity.Populations = append([]sim.PopulationActivity{{Name: "in", Neurons: 4}}, r.Activity.Populations[1:]...)
	_, err = estimate.NeuroBench(other)
	require.ErrorContains(t, err, `population 0 is "in" with 4 neurons, not "in" with 3`)
	other = r
	other.Activity.Ticks = 0
	_, err = estimate.Operations(other, opcount.Exact())
	require.EqualError(t, err, "estimate: a run of 0 ticks, want at least 1")
}
