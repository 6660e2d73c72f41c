package synapse

import (
	"fmt"
	"strings"
)

// Shape is the form of a population for the stencils: channels first, then one to three spatial
// extents, as [C, W], [C, H, W] or [C, D, H, W]. The neuron at channel c, row y, column x has
// the index (c·H + y)·W + x.
type Shape []int

// Size is the number of neurons.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// String writes the shape as 16x32x32.
func (s Shape) String() string {
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = fmt.Sprint(d)
	}
	return strings.Join(parts, "x")
}

// validate checks that the extents are positive and that the indices fit a population.
func (s Shape) validate(what string) error {
	if len(s) < 2 || len(s) > 4 {
		return fmt.Errorf("%s shape %s must be channels and 1 to 3 spatial extents", what, s)
	}
	n := 1
	for _, d := range s {
		if d < 1 {
			return fmt.Errorf("%s shape %s: extents must be at least 1", what, s)
		}
		if d > MaxPopulation/n {
			return fmt.Errorf("%s shape %s has more than %d neurons", what, s, MaxPopulation)
		}
		n *= d
	}
	return nil
}

// perAxis returns v, or a list of n defaults if v is empty.
func perAxis(v []int, n, otherwise int) []int {
	if len(v) > 0 {
		return v
	}
	v = make([]int, n)
	for i := range v {
		v[i] = otherwise
	}
	return v
}
