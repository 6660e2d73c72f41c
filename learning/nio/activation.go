package nio

import (
	"fmt"
	"math"

	"couplet/internal/det"
)

// Activation is the nonlinearity of an [MLP].
type Activation string

const (
	// Tanh is the hyperbolic tangent.
	Tanh Activation = "tanh"
	// ReLU is max(0, z), with a derivative of 0 at 0.
	ReLU Activation = "relu"
	// Softplus is log(1 + exp z), and z itself above 20, as in the reference.
	Softplus Activation = "softplus"
)

func (a Activation) validate() error {
	switch a {
	case Tanh, ReLU, Softplus:
		return nil
	}
	return fmt.Errorf("nio: unknown activation (%q), want %q, %q or %q", a, Tanh, ReLU, Softplus)
}

// linearAbove is where softplus becomes the identity.
const linearAbove = 20

// at returns the value and the first two derivatives.
func (a Activation) at(z float64) (f, first, second float64) {
	switch a {
	case Tanh:
		f = tanh(z)
		first = 1 - float64(f*f)
		return f, first, -2 * f * first
	case ReLU:
		if z > 0 {
			return z, 1, 0
		}
		return 0, 0, 0
	}
	if z > linearAbove {
		return z, 1, 0
	}
	s := logistic(z)
	return max(z, 0) + log1p(det.Exp(-math.Abs(z))), s, s * (1 - s)
}

// tanh is (e^{2|z|} − 1)/(e^{2|z|} + 1) with the sign of z; from 20 on that is 1.
func tanh(z float64) float64 {
	if math.Abs(z) >= 20 {
		return math.Copysign(1, z)
	}
	e := det.Expm1(2 * math.Abs(z))
	return math.Copysign(e/(e+2), z)
}

func logistic(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + det.Exp(-z))
	}
	e := det.Exp(z)
	return e / (1 + e)
}

// log1p is log(1 + x) for x in [0, 1], accurate for small x: the rounding of 1 + x cancels in the quotient.
func log1p(x float64) float64 {
	u := 1 + x
	if u == 1 {
		return x
	}
	return float64(det.Log(u) * (x / (u - 1)))
}
