package layer

import (
	"fmt"

	"couplet/internal/dense"
)

// Convolution describes a two-dimensional convolution with a square kernel. The zero value of a field
// is what a convolution without that feature has.
type Convolution struct {
	// Out is the number of output channels.
	Out int
	// Kernel is the height and width of the kernel.
	Kernel int
	// Stride is the distance of neighbouring windows; 0 means 1.
	Stride int
	// Padding is the number of zeros around the input, less than Kernel.
	Padding int
	// OutputPadding adds rows at the bottom and columns at the right of the output of a transposed
	// convolution, less than Stride: of the sizes that a convolution maps to one, it names which.
	OutputPadding int
	// Bias gives each output channel a bias.
	Bias bool
}

// withStride returns c with the default stride in place.
func (c Convolution) withStride() Convolution {
	if c.Stride == 0 {
		c.Stride = 1
	}
	return c
}

// Conv2D is a convolution in the sense of neural networks, a cross-correlation of feature maps with
// zero padding:
//
//	y[o, r, c] = b[o] + Σ_{i, p, q} W[o, i, p, q] · x[i, s·r − d + p, s·c − d + q]
//
// for stride s and padding d.
type Conv2D[F Real] struct {
	// Weight has the shape [out, in, kernel, kernel].
	Weight *Param[F]
	// Bias has the shape [out]. It is nil for a map without.
	Bias *Param[F]

	in, out [3]int
	filters *filters[F]
}

// NewConv2D makes a convolution of zeros over inputs of the shape [channels, height, width], with the
// parameters name.weight and, if asked for, name.bias. The output has
// ⌊(size + 2·padding − kernel)/stride⌋ + 1 positions a side.
func NewConv2D[F Real](name string, in []int, c Convolution) (*Conv2D[F], error) {
	c = c.withStride()
	if err := checkImage("input of "+name, in); err != nil {
		return nil, err
	}
	if c.OutputPadding != 0 {
		return nil, fmt.Errorf("layer: %s: output padding belongs to a transposed convolution (%d)", name, c.OutputPadding)
	}
	if err := checkWindow(name, in, c.Kernel, c.Stride, c.Padding); err != nil {
		return nil, err
	}
	m := &Conv2D[F]{in: [3]int(in), out: [3]int{
		c.Out,
		newWindow(in[1], c.Kernel, c.Stride, c.Padding).out,
		newWindow(in[2], c.Kernel, c.Stride, c.Padding).out,
	}}
	shape := []int{c.Out, in[0], c.Kernel, c.Kernel}
	if err := checkParts(name, m.out[:], shape); err != nil {
		return nil, err
	}
	m.Weight, m.Bias = newParams[F](name, shape, c)
	var err error
	m.filters, err = newFilters(name, m.Weight, dense.ConvShape{
		Channels: in[0], Height: in[1], Width: in[2],
		Filters: c.Out, Kernel: c.Kernel, Stride: c.Stride, Padding: c.Padding,
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// checkParts checks the shapes that follow from those given.
func checkParts(name string, out, weight []int) error {
	if err := checkShape("output of "+name, out); err != nil {
		return err
	}
	return checkShape(name+".weight", weight)
}

// newParams makes the parameters of a convolution.
func newParams[F Real](name string, shape []int, c Convolution) (weight, bias *Param[F]) {
	weight = NewParam[F](name+".weight", shape...)
	if c.Bias {
		bias = NewParam[F](name+".bias", c.Out)
	}
	return weight, bias
}

// InShape returns [in, height, width].
func (m *Conv2D[F]) InShape() []int { return m.in[:] }

// OutShape returns [out, height, width].
func (m *Conv2D[F]) OutShape() []int { return m.out[:] }

// Params returns the weight and the bias, if there is one.
func (m *Conv2D[F]) Params() []*Param[F] { return withBias(m.Weight, m.Bias) }

// Convolution describes the map.
func (m *Conv2D[F]) Convolution() Convolution {
	s := m.filters.conv.ConvShape
	return Convolution{Out: s.Filters, Kernel: s.Kernel, Stride: s.Stride, Padding: s.Padding, Bias: m.Bias != nil}
}

// Prepare holds the weights as they are. A map that has been prepared keeps them in the layouts that
// products read, and has to be prepared again when they have changed; one that never was is right, but
// slower.
func (m *Conv2D[F]) Prepare() { m.filters.hold() }

// Finish does nothing: the weights are the parameters themselves.
func (m *Conv2D[F]) Finish() {}

// SetWorkspace has the work done in a workspace that other maps use as well.
func (m *Conv2D[F]) SetWorkspace(ws *dense.Workspace[F]) { m.filters.ws = ws }

// Forward sets y to the correlation of x with the weights, plus bias.
func (m *Conv2D[F]) Forward(x, y []F, batch int) {
	fillMaps(y[:batch*Size(m.out[:])], values(m.Bias), m.out[1]*m.out[2])
	m.filters.correlate(y, x, batch)
}

// Back sets gx to the errors gy sent back through the weights.
func (m *Conv2D[F]) Back(gy, gx []F, batch int) {
	clear(gx[:batch*Size(m.in[:])])
	m.filters.spread(gx, gy, batch)
}

// Accumulate adds the gradients of weight and bias.
func (m *Conv2D[F]) Accumulate(x, gy []F, batch int) { m.filters.addOuter(m.Bias, gy, x, batch) }

// fillMaps sets every position of map o to bias[o], in every sample, and to zero without a bias.
func fillMaps[F Real](y, bias []F, area int) {
	if bias == nil {
		clear(y)
		return
	}
	for len(y) > 0 {
		for _, v := range bias {
			fillRun(y[:area], v)
			y = y[area:]
		}
	}
}

// fillRun sets all of y to v: a few numbers one by one, the others as copies of those before.
func fillRun[F Real](y []F, v F) {
	done := min(16, len(y))
	for j := range y[:done] {
		y[j] = v
	}
	for ; done < len(y); done *= 2 {
		copy(y[done:], y[:done])
	}
}

// addMaps adds the sum over positions and samples of each map of gy to sum: the gradient of a bias
// that all positions of a map share.
func addMaps[F Real](sum, gy []F, area int) {
	for len(gy) > 0 {
		for o := range sum {
			s := sum[o]
			for _, g := range gy[:area] {
				s += g
			}
			sum[o] = s
			gy = gy[area:]
		}
	}
}
