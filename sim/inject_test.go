package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// injected is a network in which a population is injected into and another one hears it two ticks later.
func injected() (net *sim.Network, from, to *sim.Population) {
	net = sim.NewNetwork("injected", sim.StepGrid())
	from = net.Population("from", 4, neuron.StepIF{VTh: 1})
	to = net.Population("to", 4, neuron.NewParrot())
	net.Stimulate(from.Slice(1, 2), sim.DC{Amplitude: synapse.Const(0.5)}) // neuron 1 fires in every second tick
	net.Project(from, to, synapse.OneToOne{}, synapse.Fixed(1, 2))
	net.RecordSpikes(from, to)
	net.RecordVariable(from, "u", 0)
	return net, from, to
}

// TestInjectedSpikes are emitted in the next tick beside the population's own, recorded and delivered,
// and leave the membranes alone.
func TestInjectedSpikes(t *testing.T) {
	net, from, _ := injected()
	for _, host := range hostings {
		for workers := 1; workers <= 3; workers++ {
			s := start(t, net, sim.Options{Workers: workers, Host: host})
			run(t, s, 1)
			require.NoError(t, s.Inject(from, 3, 1, 0))
			run(t, s, 4)
			require.Equal(t, []int64{2, 2, 2, 2, 4}, s.Spikes()[0].Ticks)
			require.Equal(t, []uint32{0, 1, 1, 3, 1}, s.Spikes()[0].Neurons, "neuron 1 fires by itself too")
			require.Equal(t, []int64{4, 4, 4, 4}, s.Spikes()[1].Ticks)
			require.Equal(t, []uint32{0, 1, 1, 3}, s.Spikes()[1].Neurons)
			require.EqualValues(t, 5, s.Activity().Populations[0].Spikes)
			require.Equal(t, []float64{0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0}, s.Traces()[0].Values)
		}
	}
}

// TestInjectRefuses checks the errors, and that a refused injection injects nothing, in whatever shards
// the neurons lie.
func TestInjectRefuses(t *testing.T) {
	net, from, _ := injected()
	stranger := sim.NewNetwork("other").Population("from", 4, neuron.NewPSCDelta())
	for workers := 1; workers <= 3; workers++ {
		s := start(t, net, sim.Options{Workers: workers})
		require.EqualError(t, s.Inject(stranger, 0), "sim: inject: the population does not belong to this network")
		require.EqualError(t, s.Inject(from, 1, 4), `sim: inject: neuron 4 is not in population "from" of 4 neurons`)
		require.EqualError(t, s.Inject(from, 2|neuron.Negative), `sim: inject: neuron 2147483650 is not in population "from" of 4 neurons`)
		require.EqualError(t, s.Inject(from, 2, 0, 2), `sim: inject: a neuron of population "from" is named twice`)
		require.NoError(t, s.Inject(from))
		require.NoError(t, s.Inject(from, 3))
		for _, other := range []uint32{0, 3} {
			require.EqualError(t, s.Inject(from, other), `sim: inject: population "from" has injected spikes for the next tick already`)
		}
		run(t, s, 1)
		require.Equal(t, []uint32{3}, s.Spikes()[0].Neurons)
		require.NoError(t, s.Inject(from, 3), "the next tick takes spikes again")
	}
}

// TestInjectedSpikesOfEveryKind: precise spikes are injected at the end of the tick, sources can be injected
// into, and an injected spike of a signed population is positive.
func TestInjectedSpikesOfEveryKind(t *testing.T) {
	precise := sim.NewNetwork("precise", sim.TickMs(1))
	firing := neuron.NewPSCExpPS()
	firing.Ie = 4000
	for _, m := range []neuron.Model{firing, neuron.NewSpikeSource([]float64{1}, nil)} {
		p := precise.Population(m.Info().Name, 2, m)
		precise.RecordSpikes(p)
	}
	for workers := 1; workers <= 2; workers++ {
		s := start(t, precise, sim.Options{Workers: workers})
		for _, p := range precise.Populations {
			require.NoError(t, s.Inject(p, 0, 1))
		}
		run(t, s, 1)
		for _, train := range s.Spikes() {
			if train.Before == nil {
				require.Equal(t, []uint32{0, 0, 1}, train.Neurons)
				continue
			}
			require.Equal(t, []uint32{0, 0, 1, 1}, train.Neurons)
			require.Positive(t, train.Before[0], "the neuron's own spike comes first")
			require.Zero(t, train.Before[1])
			require.Zero(t, train.Before[3])
		}
	}
	signed := sim.NewNetwork("signed", sim.StepGrid())
	couple := signed.Population("couple", 3, neuron.NewCouple())
	signed.Stimulate(couple, sim.DC{Amplitude: synapse.Const(-0.5)})
	signed.RecordSpikes(couple)
	for workers := 1; workers <= 3; workers++ {
		s := start(t, signed, sim.Options{Workers: workers})
		require.NoError(t, s.Inject(couple, 0, 2))
		run(t, s, 1)
		require.Equal(t, []uint32{0, 0, 1, 2, 2}, s.Spikes()[0].Neurons)
		require.Equal(t, []int8{1, -1, -1, 1, -1}, s.Spikes()[0].Signs)
		require.EqualValues(t, 3, s.Activity().Populations[0].Negative)
	}
}
