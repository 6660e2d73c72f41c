package dense

import "fmt"

// ConvShape describes a two-dimensional convolution with square filters: the numbers that say how its
// arrays are laid out, all row-major.
//
//	x  [batch, Channels, Height, Width]             input
//	w  [Filters, Channels, Kernel, Kernel]          weights
//	y  [batch, Filters, OutHeight(), OutWidth()]    output
//
// y[o][oy][ox] += Σ w[o][c][ky][kx]·x[c][oy·Stride-Padding+ky][ox·Stride-Padding+kx], where x is 0
// outside the image. Rows and columns at the end that no filter reaches are left out.
type ConvShape struct {
	Channels, Height, Width int
	Filters                 int
	Kernel, Stride, Padding int
}

// OutHeight is the height of the output.
func (s ConvShape) OutHeight() int { return (s.Height+2*s.Padding-s.Kernel)/s.Stride + 1 }

// OutWidth is the width of the output.
func (s ConvShape) OutWidth() int { return (s.Width+2*s.Padding-s.Kernel)/s.Stride + 1 }

// InSize is how many numbers one sample of the input has.
func (s ConvShape) InSize() int { return s.Channels * s.Height * s.Width }

// OutSize is how many numbers one sample of the output has.
func (s ConvShape) OutSize() int { return s.Filters * s.OutHeight() * s.OutWidth() }

// WeightSize is how many weights there are.
func (s ConvShape) WeightSize() int { return s.Filters * s.Channels * s.Kernel * s.Kernel }

// maxConvSize bounds each dimension, and the arrays of one sample, so that a mistyped description ends
// in an error.
const maxConvSize = 1 << 28

// check reports what keeps the shape from being one of a convolution.
func (s ConvShape) check() error {
	for _, d := range []struct {
		what string
		n    int
	}{
		{"number of channels", s.Channels}, {"height", s.Height}, {"width", s.Width},
		{"number of filters", s.Filters}, {"kernel", s.Kernel}, {"stride", s.Stride},
	} {
		if d.n < 1 || d.n > maxConvSize {
			return fmt.Errorf("dense: %s of a convolution must be 1..%d (%d)", d.what, maxConvSize, d.n)
		}
	}
	if s.Padding < 0 || s.Padding >= s.Kernel {
		return fmt.Errorf("dense: convolution needs a padding from 0 to below its kernel of %d (%d)", s.Kernel, s.Padding)
	}
	if least := s.Kernel - 2*s.Padding; s.Height < least || s.Width < least {
		return fmt.Errorf("dense: convolution has a kernel of %d that does not fit into %dx%d with a padding of %d",
			s.Kernel, s.Height, s.Width, s.Padding)
	}
	for _, a := range []struct {
		what string
		dims []int
	}{
		{"an input", []int{s.Channels, s.Height + 2*s.Kernel, s.Width + 2*s.Kernel}},
		{"an output", []int{s.Filters, s.OutHeight() + 2*s.Kernel, s.OutWidth() + 2*s.Kernel}},
		{"weights", []int{s.Filters, s.Channels, s.Kernel, s.Kernel}},
	} {
		n := 1
		for _, d := range a.dims {
			if d > maxConvSize/n {
				return fmt.Errorf("dense: convolution has %s of more than %d numbers (%v)", a.what, maxConvSize, a.dims)
			}
			n *= d
		}
	}
	return nil
}

// Conv is a convolution: its shape, and the tables that say where a filter finds its operands. It holds
// no weights and may be shared.
//
// # How it is computed
//
// No matrix of image patches is formed. An image is copied once into planes with a margin of zeros, in
// which a shift of the filter is a shift of the address: the products of one weight with all positions
// are the products with one row of memory, and the micro-kernel of matrix products finds these rows
// through a table of offsets. A stride s > 1 is taken apart first: of the positions that one tap of the
// filter meets, all have the same remainder by s, so each remainder ("phase") gets a plane of its own,
// and within a phase the stride is 1. Positions between two rows of the output are computed along and
// dropped.
//
// The adjoint, which is also the transposed convolution, goes the same way: per phase of the input it
// is a convolution of the errors with the taps of that phase, turned by half a turn.
//
// The sparse forms keep channels innermost: all weights of a kernel row, for all channels that it
// reaches, lie in one run of memory, and so do the membranes that they meet. A spike adds Kernel runs.
type Conv[F Real] struct {
	ConvShape
	rows, cols axis
	taps       int // taps of a kernel row that share a phase, at most
	phases     int // phases of an axis that have taps

	plane      int   // distance of two phase planes of the padded input
	offsets    []int // of each tap (c, ky, kx) in the padded input
	errorPlane int   // distance of two planes of the padded output error
	adjoint    []phase
	rowReach   []reach // of input rows, for the sparse form
	colReach   []reach
	rowSpread  []reach // of output rows, for the sparse form of the adjoint
	colSpread  []reach
	slot       []int // place of tap kx in a kernel row whose taps are sorted by phase, then descending
}

// axis is one direction of a convolution.
type axis struct {
	in, out int
	plane   int // extent of a phase plane: out + taps - 1
	first   int // first position of a phase that can lie in the image: its padding
	reach   int // number of positions of a phase, from first on
	wide    int // extent of the padded output error: first + reach + taps - 1
}

// phase is a convolution with stride 1 that gives the input gradient at all positions with the same
// remainders.
type phase struct {
	row, col         int // remainders
	rowTaps, colTaps int
	offsets          []int // of each tap (o, ky descending, kx descending) in the padded output error
	weights          int   // where its weights begin
	stride           int   // from the weights of one channel to those of the next
}

// NewConv makes the tables of a convolution.
func NewConv[F Real](s ConvShape) (*Conv[F], error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	c := &Conv[F]{ConvShape: s, taps: (s.Kernel-1)/s.Stride + 1, phases: min(s.Stride, s.Kernel)}
	c.rows, c.cols = c.axis(s.Height, s.OutHeight()), c.axis(s.Width, s.OutWidth())
	c.plane = unaliased(c.rows.plane * c.cols.plane)
	c.offsets = make([]int, 0, s.Channels*s.Kernel*s.Kernel)
	for ch := range s.Channels {
		for ky := range s.Kernel {
			for kx := range s.Kernel {
				c.offsets = append(c.offsets, c.tap(ch, ky, kx))
			}
		}
	}
	c.errorPlane = c.rows.wide * c.cols.wide
	c.slot = make([]int, s.Kernel)
	for kx := range c.slot {
		r := kx % s.Stride
		for before := range r {
			c.slot[kx] += c.tapsOf(before)
		}
		c.slot[kx] += c.tapsOf(r) - 1 - kx/s.Stride
	}
	c.addPhases()
	c.addReaches()
	return c, nil
}

func (c *Conv[F]) axis(in, out int) axis {
	a := axis{in: in, out: out, plane: out + c.taps - 1, first: c.Padding / c.Stride}
	positions := (in-1+c.Padding)/c.Stride + 1
	a.reach, a.wide = positions-a.first, positions+c.taps-1
	return a
}

// tapsOf is the number of taps of a kernel row whose phase is r.
func (c *Conv[F]) tapsOf(r int) int {
	if r >= c.Kernel {
		return 0
	}
	return (c.Kernel-1-r)/c.Stride + 1
}

// tap is where, in the padded input, the tap (ch, ky, kx) finds its operand for output position 0.
func (c *Conv[F]) tap(ch, ky, kx int) int {
	p := (ch*c.phases+ky%c.Stride)*c.phases + kx%c.Stride
	return p*c.plane + ky/c.Stride*c.cols.plane + kx/c.Stride
}

// addPhases fills the table of the adjoint.
func (c *Conv[F]) addPhases() {
	at := 0
	for r := range c.phases {
		for q := range c.phases {
			p := phase{row: r, col: q, rowTaps: c.tapsOf(r), colTaps: c.tapsOf(q), weights: at}
			for o := range c.Filters {
				for i := range p.rowTaps {
					for j := range p.colTaps {
						row, col := c.taps-p.rowTaps+i, c.taps-p.colTaps+j
						p.offsets = append(p.offsets, o*c.errorPlane+row*c.cols.wide+col)
					}
				}
			}
			p.stride = unaliased(len(p.offsets))
			at += c.Channels * p.stride
			c.adjoint = append(c.adjoint, p)
		}
	}
}

// FillBias sets each feature map of y to its bias, or to zero if there is none (nil).
func (c *Conv[F]) FillBias(y, bias []F, batch int) {
	size := c.OutHeight() * c.OutWidth()
	checkLen("y", y, batch*c.OutSize())
	if bias == nil {
		clear(y[:batch*c.OutSize()])
		return
	}
	checkLen("bias", bias, c.Filters)
	for m := range batch * c.Filters {
		plane, b := y[m*size:][:size], bias[m%c.Filters]
		for i := range plane {
			plane[i] = b
		}
	}
}
