package nio

import (
	"math"

	"couplet/learning/layer"
)

// scale sets y = alpha·x, in float64 before it is rounded to the format of y.
func scale[F layer.Real](y, x []F, alpha float64) {
	for i, v := range x {
		y[i] = F(alpha * float64(v))
	}
}

// norm is the 2-norm.
func norm[F layer.Real](x []F) float64 { return math.Sqrt(dot(x, x)) }
