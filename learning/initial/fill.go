package initial

import (
	"fmt"
	"math"

	"couplet/internal/rng"
)

// Real is the number format of a network.
type Real interface{ float32 | float64 }

// Scheme is a rule for the initial values of a parameter.
type Scheme interface {
	// Validate reports what keeps the scheme from being applied to a parameter of the given shape.
	Validate(shape []int) error
	// row sets the weights of one row, of which the first is number at of the parameter.
	row(weights []float64, at uint64, key rng.Key, shape []int)
}

// Key returns the random stream of the weights of a layer, by the layer's number in the network. Should
// a layer have several random parameters, give each a Sub of it.
func Key(seed, layer uint64) rng.Key { return rng.NewKey(seed, rng.Initialise, layer) }

// Fill sets values, a parameter of the given shape, by the scheme. A single value has the shape [].
func Fill[F Real](values []F, shape []int, s Scheme, key rng.Key) error {
	if err := checkShape(shape, len(values)); err != nil {
		return err
	}
	if s == nil {
		return fmt.Errorf("initial: no scheme for a parameter of shape %v", shape)
	}
	if err := s.Validate(shape); err != nil {
		return err
	}
	row := make([]float64, fanIn(shape))
	for at := 0; at < len(values); at += len(row) {
		s.row(row, uint64(at), key, shape)
		for j, w := range row {
			values[at+j] = F(w)
		}
	}
	return nil
}

// checkShape reports whether an array of n values can have the shape.
func checkShape(shape []int, n int) error {
	left := n
	for _, d := range shape {
		if d < 1 {
			return fmt.Errorf("initial: shape has a dimension below 1 (%v)", shape)
		}
		if left%d != 0 {
			return fmt.Errorf("initial: shape %v is not that of %d values", shape, n)
		}
		left /= d
	}
	if left != 1 {
		return fmt.Errorf("initial: shape %v is not that of %d values", shape, n)
	}
	return nil
}

// fanIn returns the number of connections into one output: all dimensions but the first.
func fanIn(shape []int) int {
	n := 1
	for _, d := range shape[min(1, len(shape)):] {
		n *= d
	}
	return n
}

// fanOut returns the number of connections out of one input: all dimensions but the second.
func fanOut(shape []int) int {
	return fanIn(shape) / shape[1] * shape[0]
}

// checkNumbers reports the first of the named numbers that is not finite.
func checkNumbers(scheme string, numbers ...namedNumber) error {
	for _, n := range numbers {
		if math.IsNaN(n.value) || math.IsInf(n.value, 0) {
			return fmt.Errorf("initial: %s needs a finite %s (%v)", scheme, n.name, n.value)
		}
	}
	return nil
}

type namedNumber struct {
	name  string
	value float64
}
