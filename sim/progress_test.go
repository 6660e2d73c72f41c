package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// TestBuildingTellsItsProgress: from near 0 to near 1, never backwards, with any number of workers and
// whatever kinds of projections there are.
func TestBuildingTellsItsProgress(t *testing.T) {
	net := sim.NewNetwork("progress")
	p := net.Population("p", 20_000, neuron.NewPSCDelta())
	net.Project(p, p, synapse.FixedInDegree(100), synapse.Fixed(1, 1))
	net.Project(p, p, synapse.FixedInDegree(100), synapse.Static{Weight: synapse.Uniform{Lo: -1, Hi: 1}, DelayMs: synapse.Uniform{Lo: 1, Hi: 5}})
	net.Project(p, p, synapse.AllToAll{}, synapse.Fixed(1, 1)) // has no tables to build
	for workers := 1; workers <= 2; workers++ {
		var told []float64
		compile(t, net, sim.Options{Workers: workers, Progress: func(done float64) { told = append(told, done) }})
		require.IsIncreasing(t, told)
		require.Less(t, told[0], 0.1)
		require.InDelta(t, 1, told[len(told)-1], 1e-6)
	}
}
