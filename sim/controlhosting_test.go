package sim_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/rng"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// TestControlsDoNotDependOnHosting sets currents and mutes neurons of every model between ticks: the spikes
// are the same in both hostings, with 1 to 3 workers, and if the run goes on from a branch every time.
func TestControlsDoNotDependOnHosting(t *testing.T) {
	for _, m := range neuron.All() {
		if info := m.Info(); info.Source() || info.Name == "parrot_neuron" {
			continue
		}
		t.Run(m.Info().Name, func(t *testing.T) {
			net := recurrent(m)
			p, drive := net.Populations[0], net.Stimuli[0]
			net.Stimulate(p.Slice(7, 40), sim.DC{Amplitude: synapse.Const(strength(m) / 8), StartMs: 20, StopMs: 45})
			net.RecordSpikes(p)
			var first *sim.Simulator
			for _, host := range hostings {
				for workers := 1; workers <= 3; workers++ {
					s := start(t, net, sim.Options{Host: host, Workers: workers})
					s = controlled(t, s, p, drive, host == sim.LazyHosting && workers == 2)
					if first == nil {
						first = s
						require.Greater(t, s.Activity().Populations[0].Muted, int64(5))
						require.Greater(t, s.Spikes()[0].Len(), 60)
					}
					requireSameSpikes(t, first, s, fmt.Sprint(host, workers))
					require.Equal(t, first.Activity().Populations[0].Spikes, s.Activity().Populations[0].Spikes)
					require.Equal(t, first.Activity().Populations[0].Muted, s.Activity().Populations[0].Muted)
				}
			}
		})
	}
}

// strength is a current that makes a neuron of a model fire.
func strength(m neuron.Model) float64 {
	if m.Info().Step {
		return 0.7
	}
	return 450
}

// controlled changes currents and muted neurons 25 times and runs for 20 to 100 ticks each time.
func controlled(t *testing.T, s *sim.Simulator, p *sim.Population, drive *sim.Stimulus, branch bool) *sim.Simulator {
	random := rng.NewKey(1, rng.Test, 77).Stream()
	strongest := 1.3 * strength(p.Model)
	for range 25 {
		amplitudes, muted := make([]float64, p.Size), make([]bool, p.Size)
		for i := range amplitudes {
			amplitudes[i] = strongest * (1.3*random.NextFloat64() - 0.3)
			muted[i] = random.NextBelow(10) == 0
		}
		require.NoError(t, s.SetCurrent(drive, amplitudes))
		require.NoError(t, s.Mute(p, muted))
		run(t, s, int64(20+random.NextBelow(80)))
		if branch {
			var err error
			s, err = s.Branch()
			require.NoError(t, err)
		}
	}
	return s
}
