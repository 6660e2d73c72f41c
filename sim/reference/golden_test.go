package reference_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim/golden"
	"couplet/sim/reference"
)

// What the reference can do in a few seconds.
const (
	mostSynapses = 2e6
	mostUpdates  = 1e7 // of neurons
)

// affordable is the number of ticks of a case that the reference runs here; 0 for none.
func affordable(c *golden.Case) int64 {
	synapses, neurons := 0.0, 0.0
	for _, p := range c.Network.Projections {
		synapses += p.Rule.Expect(p.From.Len(), p.To.Len())
	}
	for _, p := range c.Network.Populations {
		neurons += float64(p.Size)
	}
	switch {
	case synapses > mostSynapses:
		return 0
	case !c.Partial() || neurons*float64(c.Ticks) <= mostUpdates:
		return c.Ticks
	}
	return int64(mostUpdates/neurons) / 100 * 100 // hashes are known of every 100 steps
}

// TestGoldenReference holds the reference itself against NEST, so that what it says about random
// networks can be believed. Networks of millions of synapses are left to the engine.
func TestGoldenReference(t *testing.T) {
	for _, f := range golden.Files(t, "nest") {
		c, err := golden.Load(f.Path)
		require.NoError(t, err)
		run := affordable(c)
		if run == 0 {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			s, err := reference.New(c.Network, 0)
			require.NoError(t, err)
			s.Run(run)
			require.NoError(t, c.Check(s, run))
			if i := c.PlasticProjection(); i >= 0 && run == c.Ticks {
				weights := golden.WeightsOf(s.FinalWeights(c.Network.Projections[i], c.FinalTick()))
				require.NoError(t, c.CheckFinalWeights(weights))
			}
		})
	}
}
