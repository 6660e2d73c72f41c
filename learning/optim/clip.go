package optim

import (
	"fmt"
	"math"
)

// Norm is the Euclidean norm of all gradients together, summed in double precision in the order of the
// parameters.
func Norm[F Real](params []*Param[F]) float64 {
	sum := 0.0
	for _, p := range params {
		sum = sumSquares(sum, p.Grad)
	}
	return math.Sqrt(sum)
}

// ClipNorm shortens the gradients of all parameters by one factor, so that their norm together is at
// most limit, and returns the norm that they had. It fails, without changing anything, if that norm is
// not finite.
func ClipNorm[F Real](params []*Param[F], limit float64) (float64, error) {
	if !finite(limit) || limit <= 0 {
		return 0, fmt.Errorf("optim: limit of the gradient's norm %g, want a finite number greater than 0", limit)
	}
	norm := Norm(params)
	if !finite(norm) {
		if err := CheckFinite(params); err != nil {
			return norm, err
		}
		return norm, fmt.Errorf("optim: the norm of the gradient is not finite (%g)", norm)
	}
	if norm > limit {
		for _, p := range params {
			scale(p.Grad, F(limit/norm))
		}
	}
	return norm, nil
}

// ClipValue brings every component of the gradients into [-limit, limit] and returns how many it has
// changed. A component that is not a number stays.
func ClipValue[F Real](params []*Param[F], limit float64) (int, error) {
	if !finite(limit) || limit <= 0 {
		return 0, fmt.Errorf("optim: limit of the gradient's values %g, want a finite number greater than 0", limit)
	}
	changed := 0
	for _, p := range params {
		for i, g := range p.Grad {
			switch {
			case g > F(limit):
				p.Grad[i] = F(limit)
				changed++
			case g < -F(limit):
				p.Grad[i] = -F(limit)
				changed++
			}
		}
	}
	return changed, nil
}

// CheckFinite names the first value or gradient that is infinite or not a number, or returns nil.
func CheckFinite[F Real](params []*Param[F]) error {
	for _, p := range params {
		if i := notFinite(p.Value); i >= 0 {
			return fmt.Errorf("optim: parameter %q: value %g at index %d, want a finite number", p.Name, p.Value[i], i)
		}
		if i := notFinite(p.Grad); i >= 0 {
			return fmt.Errorf("optim: parameter %q: gradient %g at index %d, want a finite number", p.Name, p.Grad[i], i)
		}
	}
	return nil
}

// sumSquares adds the squares of s to sum.
func sumSquares[F Real](sum float64, s []F) float64 {
	for _, x := range s {
		sum += float64(float64(x) * float64(x))
	}
	return sum
}

func scale[F Real](s []F, factor F) {
	for i, x := range s {
		s[i] = F(x * factor)
	}
}
