package spide_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/spide"
)

// Samples go through the ticks in groups, and spikes are kept in arrays where nobody reads lists. Neither
// changes a bit: an observer, for whom the whole batch is one group with lists, finds the same.
func TestGroups(t *testing.T) {
	const batch = 19
	for _, n := range []spide.Network{
		{Plan: "8C5V-AP2-40", Feedback: "dense", Dropout: 0.2}, // feedback by lists
		{Plan: "8C3S2-8C3S2", Feedback: "8C3U"},                // feedback by arrays
		{Plan: "10C3-AP2-6C3V-30", Dropout: 0.25},
	} {
		for _, leak := range []float64{1, 0.98} {
			t.Run(fmt.Sprintf("%s, leak %g", n.Plan, leak), func(t *testing.T) {
				n.Input, n.Classes = []int{1, 28, 28}, 10
				c := spide.NewConfig()
				c.ForwardTicks, c.BackwardTicks, c.Leak = 12, 40, leak
				grouped, gradients := trainGrouped(t, c, n, batch, nil)
				require.Less(t, 2*grouped.GroupSize(), batch, "there are groups")
				seen := 0
				whole, want := trainGrouped(t, c, n, batch, func(k spide.Tick[float64]) { seen += k.Spikes.Samples() })
				require.Equal(t, batch*(12+40)*whole.Layers(), seen)
				for i := range grouped.Layers() {
					require.Equal(t, whole.Rates(i), grouped.Rates(i))
					require.Equal(t, whole.Counts(i), grouped.Counts(i))
					require.Equal(t, whole.Beta(i), grouped.Beta(i))
					require.Equal(t, whole.BackCounts(i), grouped.BackCounts(i))
				}
				a, err := whole.Activity()
				require.NoError(t, err)
				b, err := grouped.Activity()
				require.NoError(t, err)
				require.Equal(t, a, b)
				require.Positive(t, b.Layers[0].BackSpikes)
				require.Equal(t, want, gradients)
			})
		}
	}
}

// trainGrouped runs both stages, the second time with what the first has left, and returns the gradients.
func trainGrouped(t *testing.T, c spide.Config, n spide.Network, batch int, observe func(spide.Tick[float64])) (*spide.Executor[float64], [][]float64) {
	ring, err := spide.BuildRing[float64](n)
	require.NoError(t, err)
	require.NoError(t, spide.Initialise(n, ring, 5))
	e := newExecutor(t, c, ring)
	x := make([]float64, batch*layer.Size(n.Input))
	scaleNormal(x, rng.NewKey(81, rng.Test, 0), 1)
	g := make([]float64, batch*e.Neurons(e.Layers()-1))
	scaleNormal(g, rng.NewKey(81, rng.Test, 1), 4)
	for step := range 2 {
		e.Observe(nil)
		if step == 1 {
			e.Observe(observe)
		}
		require.NoError(t, e.Forward(spide.Pass{Train: true, Step: uint64(step)}, x, batch))
		require.NoError(t, e.Backward(g))
	}
	require.NoError(t, e.Accumulate())
	var gradients [][]float64
	for _, p := range ring.Params() {
		gradients = append(gradients, slices.Clone(p.Grad))
	}
	return e, gradients
}
