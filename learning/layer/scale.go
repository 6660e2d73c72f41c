package layer

import (
	"fmt"
	"math"
	"slices"
)

// Scale multiplies by a constant, such as the 2.74 that restores the variance lost in a spike.
type Scale[F Real] struct {
	fixed[F]
	shape  []int
	factor F
}

// NewScale makes the multiplication of inputs of any shape by a finite factor.
func NewScale[F Real](shape []int, factor F) (*Scale[F], error) {
	if err := checkShape("input of scaling", shape); err != nil {
		return nil, err
	}
	if math.IsNaN(float64(factor)) || math.IsInf(float64(factor), 0) {
		return nil, fmt.Errorf("layer: scaling needs a finite factor (%v)", factor)
	}
	return &Scale[F]{shape: slices.Clone(shape), factor: factor}, nil
}

// Factor returns the constant.
func (m *Scale[F]) Factor() F { return m.factor }

// InShape returns the shape of a sample.
func (m *Scale[F]) InShape() []int { return m.shape }

// OutShape returns the shape of a sample.
func (m *Scale[F]) OutShape() []int { return m.shape }

// Forward sets y = factor·x.
func (m *Scale[F]) Forward(x, y []F, batch int) { scale(x, y, batch*Size(m.shape), m.factor) }

// Back sets gx = factor·gy.
func (m *Scale[F]) Back(gy, gx []F, batch int) { scale(gy, gx, batch*Size(m.shape), m.factor) }

// scale sets the first n values of y to those of x, times a.
func scale[F Real](x, y []F, n int, a F) {
	y = y[:n]
	for j, v := range x[:n] {
		y[j] = F(a * v)
	}
}
