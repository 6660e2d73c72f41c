package layer

import (
	"fmt"
	"slices"
)

// Reshape gives the values of a sample another shape and changes nothing else. A [Chain] passes
// through it without a copy.
type Reshape[F Real] struct {
	fixed[F]
	in, out []int
}

// NewReshape makes the change from one shape to another with as many values.
func NewReshape[F Real](in, out []int) (*Reshape[F], error) {
	if err := checkShape("input of reshaping", in); err != nil {
		return nil, err
	}
	if err := checkShape("output of reshaping", out); err != nil {
		return nil, err
	}
	if Size(in) != Size(out) {
		return nil, fmt.Errorf("layer: reshaping must keep the number of values (%v to %v)", in, out)
	}
	return &Reshape[F]{in: slices.Clone(in), out: slices.Clone(out)}, nil
}

// NewFlatten makes the change from any shape to [features].
func NewFlatten[F Real](in []int) (*Reshape[F], error) { return NewReshape[F](in, []int{Size(in)}) }

// InShape returns the shape of a sample before.
func (m *Reshape[F]) InShape() []int { return m.in }

// OutShape returns the shape of a sample after.
func (m *Reshape[F]) OutShape() []int { return m.out }

// Forward copies x to y.
func (m *Reshape[F]) Forward(x, y []F, batch int) { copy(y, x[:batch*Size(m.in)]) }

// Back copies gy to gx.
func (m *Reshape[F]) Back(gy, gx []F, batch int) { copy(gx, gy[:batch*Size(m.in)]) }
