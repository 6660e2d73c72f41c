package spide_test

import (
	"math"

	"couplet/internal/rng"
	"couplet/learning/layer"
)

// scaleNormal fills x with normal numbers of the given variance.
func scaleNormal[F layer.Real](x []F, key rng.Key, variance float64) {
	for j := range x {
		x[j] = F(key.NormalWith(uint64(j), 0, math.Sqrt(variance)))
	}
}
