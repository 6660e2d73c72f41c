package layer

import (
	"fmt"

	"couplet/internal/dense"
)

// TransposedConv2D runs a convolution backward: its Forward is the Back of a convolution from its
// output to its input, so that each input is spread over a window of the output,
//
//	y[o, s·r − d + p, s·c − d + q] = b[o] + Σ_{i, r, c, p, q} W[i, o, p, q] · x[i, r, c]
//
// for stride s and padding d. With stride 2 it doubles a map, the usual way from a small last layer
// back to a large first one.
type TransposedConv2D[F Real] struct {
	// Weight has the shape [in, out, kernel, kernel].
	Weight *Param[F]
	// Bias has the shape [out]. It is nil for a map without.
	Bias *Param[F]

	in, out [3]int
	filters *filters[F] // of the convolution from output to input
}

// NewTransposedConv2D makes a transposed convolution of zeros over inputs of the shape [channels,
// height, width], with the parameters name.weight and, if asked for, name.bias. The output has
// stride·(size − 1) + kernel − 2·padding + output padding positions a side.
func NewTransposedConv2D[F Real](name string, in []int, c Convolution) (*TransposedConv2D[F], error) {
	c = c.withStride()
	if err := checkImage("input of "+name, in); err != nil {
		return nil, err
	}
	if err := checkKernel(name, c.Kernel, c.Stride, c.Padding); err != nil {
		return nil, err
	}
	if c.OutputPadding < 0 || c.OutputPadding >= c.Stride {
		return nil, fmt.Errorf("layer: %s needs an output padding from 0 to below its stride of %d (%d)",
			name, c.Stride, c.OutputPadding)
	}
	m := &TransposedConv2D[F]{in: [3]int(in), out: [3]int{c.Out, c.enlarged(in[1]), c.enlarged(in[2])}}
	shape := []int{in[0], c.Out, c.Kernel, c.Kernel}
	if err := checkParts(name, m.out[:], shape); err != nil {
		return nil, err
	}
	if err := checkWindow(name, m.out[:], c.Kernel, c.Stride, c.Padding); err != nil {
		return nil, err
	}
	m.Weight, m.Bias = newParams[F](name, shape, c)
	var err error
	m.filters, err = newFilters(name, m.Weight, dense.ConvShape{
		Channels: c.Out, Height: m.out[1], Width: m.out[2],
		Filters: in[0], Kernel: c.Kernel, Stride: c.Stride, Padding: c.Padding,
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// enlarged returns the size of a transposed convolution's output.
func (c Convolution) enlarged(size int) int {
	return c.Stride*(size-1) + c.Kernel - 2*c.Padding + c.OutputPadding
}

// InShape returns [in, height, width].
func (m *TransposedConv2D[F]) InShape() []int { return m.in[:] }

// OutShape returns [out, height, width].
func (m *TransposedConv2D[F]) OutShape() []int { return m.out[:] }

// Params returns the weight and the bias, if there is one.
func (m *TransposedConv2D[F]) Params() []*Param[F] { return withBias(m.Weight, m.Bias) }

// Convolution describes the map.
func (m *TransposedConv2D[F]) Convolution() Convolution {
	s := m.filters.conv.ConvShape
	c := Convolution{Out: s.Channels, Kernel: s.Kernel, Stride: s.Stride, Padding: s.Padding, Bias: m.Bias != nil}
	c.OutputPadding = m.out[1] - c.enlarged(m.in[1])
	return c
}

// Prepare holds the weights as they are. A map that has been prepared keeps them in the layouts that
// products read, and has to be prepared again when they have changed; one that never was is right, but
// slower.
func (m *TransposedConv2D[F]) Prepare() { m.filters.hold() }

// Finish does nothing: the weights are the parameters themselves.
func (m *TransposedConv2D[F]) Finish() {}

// SetWorkspace has the work done in a workspace that other maps use as well.
func (m *TransposedConv2D[F]) SetWorkspace(ws *dense.Workspace[F]) { m.filters.ws = ws }

// Forward sets y to x spread through the weights, plus bias.
func (m *TransposedConv2D[F]) Forward(x, y []F, batch int) {
	fillMaps(y[:batch*Size(m.out[:])], values(m.Bias), m.out[1]*m.out[2])
	m.filters.spread(y, x, batch)
}

// Back sets gx to the correlation of gy with the weights.
func (m *TransposedConv2D[F]) Back(gy, gx []F, batch int) {
	clear(gx[:batch*Size(m.in[:])])
	m.filters.correlate(gx, gy, batch)
}

// Accumulate adds the gradients of weight and bias.
func (m *TransposedConv2D[F]) Accumulate(x, gy []F, batch int) {
	m.filters.addOuter(nil, x, gy, batch)
	if m.Bias != nil {
		addMaps(m.Bias.Grad, gy[:batch*Size(m.out[:])], m.out[1]*m.out[2])
	}
}
