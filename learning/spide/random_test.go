package spide_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/spide"
)

// scaleNormal fills x with normal numbers of the given variance.
func scaleNormal[F layer.Real](x []F, key rng.Key, variance float64) {
	for j := range x {
		x[j] = F(key.NormalWith(uint64(j), 0, math.Sqrt(variance)))
	}
}

// newExecutor makes an executor for a ring.
func newExecutor[F layer.Real](t testing.TB, c spide.Config, r spide.Ring[F]) *spide.Executor[F] {
	e, err := spide.New(c, r)
	require.NoError(t, err)
	return e
}
