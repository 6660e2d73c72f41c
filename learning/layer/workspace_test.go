package layer

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/dense"
	"couplet/internal/rng"
)

// TestWorkspace: results do not depend on the number of workers.
func TestWorkspace(t *testing.T) {
	pool, err := dense.NewPool(2)
	require.NoError(t, err)
	defer pool.Close()
	shared := dense.NewWorkspace[float64](pool, dense.Reproducible)
	eachKind(t, func(t *rapid.T, m Map[float64], key rng.Key) {
		batch, silent := drawUse(t)
		alone := newTrial(m, key, batch, silent)
		finish(m)
		gradient := gradients(m)
		for _, p := range m.Params() {
			p.ZeroGrad()
		}
		SetWorkspace(m, shared)
		require.Equal(t, alone, newTrial(m, key, batch, silent))
		finish(m)
		require.Equal(t, gradient, gradients(m))
	})
}

// TestPrepare: a prepared map follows its parameters when it is prepared again, and has no memory of those
// before.
func TestPrepare(t *testing.T) {
	eachKind(t, func(t *rapid.T, m Map[float64], key rng.Key) {
		batch, silent := drawUse(t)
		first := newTrial(m, key, batch, silent)
		before := make([][]float64, len(m.Params()))
		for i, p := range m.Params() {
			before[i] = slices.Clone(p.Value)
		}
		fill(m, key.Sub(7))
		newTrial(m, key, batch, 1-silent) // the other layouts of the other weights
		for i, p := range m.Params() {
			copy(p.Value, before[i])
		}
		prepare(m)
		require.Equal(t, first, newTrial(m, key, batch, silent))
	})
}
