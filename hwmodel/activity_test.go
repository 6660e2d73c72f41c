package hwmodel_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/netfile"
	"couplet/synapse"
)

// simulate runs a network for a number of ticks.
func simulate(t *testing.T, net *sim.Network, o sim.Options, ticks int64) *sim.Simulator {
	t.Helper()
	program, err := sim.Compile(net, o)
	require.NoError(t, err)
	s := program.Start()
	require.NoError(t, s.RunTicks(context.Background(), ticks))
	return s
}

// translate turns the activity of a run into counts.
func translate(t *testing.T, net *sim.Network, s *sim.Simulator, o hwmodel.Origin) hwmodel.Counts {
	t.Helper()
	c, err := hwmodel.FromActivity(net, s.Activity(), o)
	require.NoError(t, err)
	return c
}

// at adds up the counts of a term at a population and projection.
func at(c hwmodel.Counts, population, projection string, term hwmodel.Term) (n int64) {
	for _, one := range c.List {
		if one.Path.Population == population && one.Path.Projection == projection && one.Term == term {
			n += one.N
		}
	}
	return n
}

// zoo is a network with every kind of thing that is counted.
func zoo() *sim.Network {
	net := sim.NewNetwork("zoo", sim.StepGrid())
	times := []float64{1, 3, 4}
	source := net.Population("source", 3, neuron.NewSpikeSource(times, times, times))
	unit := neuron.NewStepIF()
	unit.VTh = 1
	exc := net.Population("exc", 40, unit).Hosted(sim.LazyHosting)
	inh := net.Population("inh", 10, unit).Hosted(sim.ClockedHosting)
	couple := net.Population("couple", 6, neuron.NewCouple()).Hosted(sim.ClockedHosting)
	net.Project(source, exc, synapse.AllToAll{}, synapse.Fixed(0.75, 1))
	net.Project(exc, inh, synapse.FixedOutDegree(3), synapse.Fixed(0.5, 2))
	net.Project(exc.Slice(0, 10), inh, synapse.OneToOne{}, synapse.Fixed(0.25, 1))
	plastic := synapse.NewSTDP()
	plastic.Weight, plastic.DelayMs, plastic.Wmax = synapse.Const(0.25), synapse.Const(1), 1
	net.Project(inh, exc, synapse.AllToAll{}, plastic)
	net.Project(inh, couple, synapse.FixedOutDegree(2), synapse.Fixed(-0.5, 1))
	net.Stimulate(couple, sim.DC{Amplitude: synapse.Uniform{Lo: -1, Hi: 1}, StartMs: 5, StopMs: 50})
	net.Stimulate(exc, sim.Poisson{RateHz: 20})
	net.Stimulate(inh.Slice(0, 4), sim.StepCurrent{TimesMs: []float64{10, 20, 30}, Amplitudes: []float64{0.5, 0, 0.25}})
	net.RecordSpikes(source, exc, inh, couple)
	return net
}

// TestFromActivity recounts from recorded spikes and the fan-out of the wiring what the counts of a run say.
func TestFromActivity(t *testing.T) {
	const ticks = 100
	net := zoo()
	for workers := 1; workers <= 2; workers++ {
		s := simulate(t, net, sim.Options{Workers: workers, CountActive: true}, ticks)
		c := translate(t, net, s, hwmodel.Origin{Layers: map[string]string{"inh": "exc"}})
		trains := map[string]*sim.SpikeTrain{}
		for _, train := range s.Spikes() {
			trains[train.Recorder.From.Population.Name] = train
		}
		// arrived counts the spikes of a population, up to a neuron, that a delay leaves time to arrive.
		arrived := func(population string, below uint32, delay int64) (n int64) {
			train := trains[population]
			for k, tick := range train.Ticks {
				if tick+delay <= ticks && train.Neurons[k] < below {
					n++
				}
			}
			return n
		}
		negative := int64(0)
		for _, sign := range trains["couple"].Signs {
			if sign < 0 {
				negative++
			}
		}
		require.Positive(t, negative)
		require.Positive(t, arrived("inh", 10, 1))
		a := s.Activity()
		for _, x := range []struct {
			population, projection string
			term                   hwmodel.Term
			want                   int64
		}{
			{"source", "", hwmodel.InputSpike, 9},
			{"source", "", hwmodel.NeuronUpdate, 0},
			{"exc", "", hwmodel.SpikePositive, int64(trains["exc"].Len())},
			{"exc", "", hwmodel.NeuronUpdateActive, a.Populations[1].Active},
			{"exc", "", hwmodel.NeuronUpdateIdle, 40*ticks - a.Populations[1].Active},
			{"inh", "", hwmodel.NeuronUpdateActive, a.Populations[2].Active},
			{"inh", "", hwmodel.NeuronUpdateIdle, 10*ticks - a.Populations[2].Active},
			{"couple", "", hwmodel.SpikePositive, int64(trains["couple"].Len()) - negative},
			{"couple", "", hwmodel.SpikeNegative, negative},
			{"couple", "", hwmodel.NeuronUpdateActive, 2 * a.Populations[3].Active},
			{"couple", "", hwmodel.NeuronUpdateIdle, 2 * (6*ticks - a.Populations[3].Active)},
			{"exc", "source->exc", hwmodel.SynapticOpDense, arrived("source", 3, 1) * 40},
			{"exc", "source->exc", hwmodel.WeightFetch, arrived("source", 3, 1) * 40},
			{"exc", "source->exc", hwmodel.SpikeIn, 9},
			{"inh", "exc->inh", hwmodel.SynapticOpSparse, arrived("exc", 40, 2) * 3},
			{"inh", "exc->inh", hwmodel.SpikeIn, int64(trains["exc"].Len())},
			{"inh", "exc->inh#2", hwmodel.SynapticOpSparse, arrived("exc", 10, 1)},
			{"inh", "exc->inh#2", hwmodel.WeightFetch, arrived("exc", 10, 1)},
			{"inh", "exc->inh#2", hwmodel.SpikeIn, arrived("exc", 10, 0)},
			{"exc", "inh->exc", hwmodel.SynapticOpDense, arrived("inh", 10, 1) * 40},
			{"exc", "inh->exc", hwmodel.STDPUpdate, arrived("inh", 10, 1) * 40},
			{"couple", "inh->couple", hwmodel.SynapticOpSparse, arrived("inh", 10, 1) * 2},
			{"couple", "dc", hwmodel.InputCurrent, 6 * 45},
			{"exc", "poisson", hwmodel.InputSpike, a.Stimuli[1].Events},
			{"exc", "poisson", hwmodel.SpikeIn, a.Stimuli[1].Events},
			{"exc", "poisson", hwmodel.SynapticOpSparse, a.Stimuli[1].Events},
			{"inh", "step_current", hwmodel.InputCurrent, 4 * (10 + 70)},
		} {
			require.Equal(t, x.want, at(c, x.population, x.projection, x.term), "%s/%s/%s", x.population, x.projection, x.term)
		}
		for _, p := range a.Populations {
			require.Positive(t, p.Active, p.Name)
			require.Less(t, p.Active, int64(p.Neurons*ticks), p.Name)
		}
		require.Positive(t, a.Stimuli[1].Events)
		require.Empty(t, c.Missing)
		require.Equal(t, []string{
			"couple: a ternary couple counts as two neurons",
			"every spike of a Poisson drive is an input spike that is taken up and makes one synaptic event",
		}, c.Assumptions)
		layers := []string{}
		for _, l := range c.PerLayer() {
			layers = append(layers, l.Layer)
		}
		require.Equal(t, []string{"source", "exc", "couple"}, layers, "inh belongs to layer exc")
	}
}

// TestActivityWithoutActiveNeurons: where the engine was not asked to tell active neurons from idle ones, what it
// updated is active, and the assumptions say so.
func TestActivityWithoutActiveNeurons(t *testing.T) {
	net := zoo()
	s := simulate(t, net, sim.Options{}, 100)
	c := translate(t, net, s, hwmodel.Origin{})
	a := s.Activity()
	require.Less(t, a.Populations[1].Updates, int64(40*100), "exc is lazy")
	require.Equal(t, a.Populations[1].Updates, at(c, "exc", "", hwmodel.NeuronUpdateActive))
	require.Equal(t, 40*100-a.Populations[1].Updates, at(c, "exc", "", hwmodel.NeuronUpdateIdle))
	require.EqualValues(t, 10*100, at(c, "inh", "", hwmodel.NeuronUpdateActive))
	require.Zero(t, at(c, "inh", "", hwmodel.NeuronUpdateIdle))
	require.EqualValues(t, 2*6*100, at(c, "couple", "", hwmodel.NeuronUpdateActive))
	require.Equal(t, []string{
		"inh, couple: updated in every tick; idle updates are not told apart and count as active",
		"exc: active in the ticks in which the engine touched it, if only to look whether it fires",
		"couple: a ternary couple counts as two neurons",
		"every spike of a Poisson drive is an input spike that is taken up and makes one synaptic event",
	}, c.Assumptions)
}

// TestOldActivity: an old result does not know what projections took up. Where they begin in a whole population, it
// is what the population sent.
func TestOldActivity(t *testing.T) {
	net := zoo()
	a := simulate(t, net, sim.Options{CountActive: true}, 100).Activity()
	now, err := hwmodel.FromActivity(net, a, hwmodel.Origin{})
	require.NoError(t, err)
	for i := range a.Projections {
		a.Projections[i].Spikes = -1
	}
	old, err := hwmodel.FromActivity(net, a, hwmodel.Origin{})
	require.NoError(t, err)
	require.Equal(t, []hwmodel.Missing{{Term: hwmodel.SpikeIn, Where: "exc->inh#2", Why: "it takes the spikes of a part of a population, which this result is too old to have counted"}}, old.Missing)
	part := at(now, "inh", "exc->inh#2", hwmodel.SpikeIn)
	require.Positive(t, part)
	require.Equal(t, now.Total(hwmodel.SpikeIn), old.Total(hwmodel.SpikeIn)+part)
	old.Missing, old.List = nil, nil
	now.List = nil
	require.Equal(t, now, old)
}

// TestMutedActivity: spikes of muted neurons happen and go nowhere.
func TestMutedActivity(t *testing.T) {
	net := sim.NewNetwork("muted", sim.StepGrid())
	unit := neuron.NewStepIF()
	unit.Ie = 1 // one spike a step
	from := net.Population("from", 2, unit)
	to := net.Population("to", 1, neuron.NewStepIF())
	net.Project(from, to, synapse.AllToAll{}, synapse.Fixed(0, 1))
	program, err := sim.Compile(net, sim.Options{})
	require.NoError(t, err)
	s := program.Start()
	require.NoError(t, s.Mute(from, []bool{true, false}))
	require.NoError(t, s.RunTicks(context.Background(), 10))
	c := translate(t, net, s, hwmodel.Origin{})
	require.EqualValues(t, 20, at(c, "from", "", hwmodel.SpikePositive))
	require.EqualValues(t, 10, at(c, "to", "from->to", hwmodel.SpikeIn))
	require.EqualValues(t, 9, at(c, "to", "from->to", hwmodel.SynapticOpDense), "the last spike is on its way")
}

// TestConvolutionActivity: a spike in the middle of an image meets all 9 entries of a kernel, one in the
// corner 4 of them; rows of the kernel are not counted, and said to be missing.
func TestConvolutionActivity(t *testing.T) {
	net := sim.NewNetwork("conv", sim.StepGrid())
	source := net.Population("source", 25, neuron.NewSpikeSource(slices.Repeat([][]float64{{1}}, 25)...))
	out := net.Population("out", 25, neuron.NewStepIF())
	rule := synapse.Conv{In: synapse.Shape{1, 5, 5}, OutChannels: 1, Kernel: []int{3, 3}, Padding: []int{1, 1}}
	net.Project(source, out, rule, synapse.Fixed(0.125, 1))
	s := simulate(t, net, sim.Options{}, 3)
	c := translate(t, net, s, hwmodel.Origin{})
	require.EqualValues(t, 9*9+12*6+4*4, at(c, "out", "source->out", hwmodel.SynapticOpConv))
	require.Contains(t, c.Assumptions, "source->out: a shared kernel weight is read for every synaptic event")
	require.Equal(t, []hwmodel.Missing{{Term: hwmodel.KernelRow, Where: "source->out", Why: "the engine counts synaptic events, not rows of the kernel"}}, c.Missing)
}

// TestPlacesOfNetworkFile: counts know the lines of the network file, however its parts are written down.
func TestPlacesOfNetworkFile(t *testing.T) {
	const text = `network: places
tick: 1 step
populations:
  in: {model: spike_source, size: 2, times: [[1 step], [2 steps]]}
  a: {model: if, size: 4, params: {V_th: 1}}
  b:
    like: a
stimuli:
  push: {model: dc, to: b, amplitude: 1}
projections:
  - {from: in, to: [a, b], rule: all_to_all, weight: 2, delay: 1 step}
  - from: a
    to: b
    rule: one_to_one
    weight: 1
    delay: 1 step
`
	net, err := netfile.Read("places.yaml", []byte(text), netfile.Options{})
	require.NoError(t, err)
	places, err := hwmodel.NetworkPlaces(net, "places.yaml", []byte(text))
	require.NoError(t, err)
	c := translate(t, net, simulate(t, net, sim.Options{}, 10), hwmodel.Origin{Places: places})
	lines := map[string]int{}
	for _, one := range c.List {
		require.Equal(t, "places.yaml", one.Place.File)
		lines[hwmodel.Path{Population: one.Path.Population, Projection: one.Path.Projection}.String()] = one.Place.Line
	}
	require.Equal(t, map[string]int{"in": 4, "a": 5, "b": 6, "a/in->a": 11, "b/in->b": 11, "b/a->b": 12, "b/push": 9}, lines)

	_, err = hwmodel.NetworkPlaces(net, "places.yaml", []byte("a: ["))
	require.ErrorContains(t, err, "places.yaml:1:")
}

// TestPlacesOfManyParts: a file with more parts than one tree reports.
func TestPlacesOfManyParts(t *testing.T) {
	text := "network: many\ntick: 1 step\npopulations:\n  a: {model: if, size: 1}\nprojections:\n"
	for range 250 {
		text += "  - {from: a, to: a, rule: all_to_all, weight: 1, delay: 1 step}\n"
	}
	net, err := netfile.Read("many.yaml", []byte(text), netfile.Options{})
	require.NoError(t, err)
	places, err := hwmodel.NetworkPlaces(net, "many.yaml", []byte(text))
	require.NoError(t, err)
	require.Len(t, places, 251)
	require.Equal(t, hwmodel.Place{File: "many.yaml", Line: 255}, places["projections[249]"])
	require.Equal(t, "many.yaml:255", places["projections[249]"].String())
}

// TestActivityOfAnotherNetwork: counts of another network are refused.
func TestActivityOfAnotherNetwork(t *testing.T) {
	net := zoo()
	a := simulate(t, net, sim.Options{}, 1).Activity()
	for _, x := range []struct {
		change func(*sim.Activity)
		want   string
	}{
		{func(a *sim.Activity) { a.Populations = a.Populations[1:] }, "it counts 3 populations, 5 projections and 3 stimuli where the network has 4, 5 and 3"},
		{func(a *sim.Activity) { a.Populations[0].Name = "other" }, `population 0 is "other", not "source"`},
		{func(a *sim.Activity) { a.Projections[1].Name = "other" }, `projection 1 is "other", not "exc->inh"`},
		{func(a *sim.Activity) { a.Stimuli[2].Name = "other" }, `stimulus 2 is "other", not "step_current"`},
		{func(a *sim.Activity) { a.Projections[1].Events = -1 }, "a count must not be negative (-1)"},
	} {
		b := a
		b.Populations = append([]sim.PopulationActivity(nil), a.Populations...)
		b.Projections = append([]sim.ProjectionActivity(nil), a.Projections...)
		b.Stimuli = append([]sim.StimulusActivity(nil), a.Stimuli...)
		x.change(&b)
		_, err := hwmodel.FromActivity(net, b, hwmodel.Origin{})
		require.ErrorContains(t, err, x.want)
	}
	net.Populations[0].Model = nil
	_, err := hwmodel.FromActivity(net, a, hwmodel.Origin{})
	require.ErrorContains(t, err, `population "source" of network "zoo" has no model`)
}
