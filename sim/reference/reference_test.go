package reference_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/reference"
	"couplet/synapse"
)

// ring is a chain of step-coded neurons without delays, closed by a projection of two steps.
func ring() (*sim.Network, *sim.Population) {
	net := sim.NewNetwork("ring", sim.StepGrid())
	cell := neuron.NewStepIF()
	// Named against the order in which a spike passes them.
	last, middle, first := net.Population("last", 1, cell), net.Population("middle", 1, cell), net.Population("first", 1, cell)
	net.Project(middle, last, synapse.OneToOne{}, synapse.Fixed(1, 0))
	net.Project(first, middle, synapse.OneToOne{}, synapse.Fixed(1, 0))
	net.Project(last, first, synapse.OneToOne{}, synapse.Fixed(1, 2))
	net.RecordSpikes(last, middle, first)
	return net, first
}

// TestZeroDelay lets a spike cross a chain within a step and come back two steps later.
func TestZeroDelay(t *testing.T) {
	net, first := ring()
	s, err := reference.New(net, 0)
	require.NoError(t, err)
	s.Run(3)
	require.NoError(t, s.Inject(first, 0))
	s.Run(6)
	require.EqualValues(t, 9, s.Tick())
	for _, train := range s.Spikes() {
		require.Equal(t, []int64{4, 6, 8}, train.Ticks, train.Recorder.From.Population.Name)
	}
	a := s.Activity()
	require.EqualValues(t, 3, a.Populations[0].Spikes)
	require.EqualValues(t, 2, a.Projections[2].Events, "the last spike is still on its way")
}

// TestTernaryCouple follows a signed unit through both signs by hand: theta is 1, thresholds ±0.5.
func TestTernaryCouple(t *testing.T) {
	net := sim.NewNetwork("couple", sim.StepGrid())
	couple := net.Population("couple", 1, neuron.NewCouple())
	s := net.Stimulate(couple, sim.StepCurrent{TimesMs: []float64{0, 3}, Amplitudes: []float64{0.375, -0.5}})
	s.Name = "drive"
	net.RecordSpikes(couple)
	net.RecordVariable(couple, "u", 0)
	r, err := reference.New(net, 0)
	require.NoError(t, err)
	r.Run(6)
	// u_pre: 0.375, 0.75 (+), 0.125, -0.375, -0.875 (-), -0.375
	require.Equal(t, []float64{0.375, -0.25, 0.125, -0.375, 0.125, -0.375}, r.Traces()[0].Values)
	require.Equal(t, []int64{2, 5}, r.Spikes()[0].Ticks)
	require.Equal(t, []int8{1, -1}, r.Spikes()[0].Signs)
}

// TestWeightsArrive logs a weight when the spike that carries it arrives, under the tick in which
// it was sent.
func TestWeightsArrive(t *testing.T) {
	net := sim.NewNetwork("weights", sim.TickMs(1))
	source := net.Population("source", 1, neuron.NewSpikeSource([]float64{2, 6}))
	cell := net.Population("cell", 1, neuron.NewPSCExp())
	m := synapse.NewTsodyks2()
	m.Weight, m.DelayMs = synapse.Const(100), synapse.Const(3)
	p := net.Project(source, cell, synapse.OneToOne{}, m)
	net.RecordWeights(p)
	r, err := reference.New(net, 0)
	require.NoError(t, err)
	r.Run(8)
	require.Equal(t, []int64{2}, r.Weights()[0].Ticks)
	r.Run(1)
	require.Equal(t, []int64{2, 6}, r.Weights()[0].Ticks)
	require.Equal(t, 50.0, r.Weights()[0].Weights[0], "U·w")
	require.Equal(t, []float64{100}, r.FinalWeights(p, 9).Weights, "short-term plasticity leaves the weight itself")
}

func TestMistakes(t *testing.T) {
	net, first := ring()
	s, err := reference.New(net, 0)
	require.NoError(t, err)
	require.ErrorContains(t, s.Inject(first, 1), `neuron 1 is not in population "first" of 1 neurons`)
	require.ErrorContains(t, s.Inject(&sim.Population{}, 0), "does not belong to this network")

	net.Projections[2].Synapse = synapse.Fixed(1, 0)
	_, err = reference.New(net, 0)
	require.ErrorContains(t, err, "a cycle of projections without delay")
}
