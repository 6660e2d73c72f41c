package layer

import (
	"fmt"
	"slices"
)

// maxSize bounds the numbers of one sample or one parameter, so that a mistyped network description
// ends in an error and not in an attempt to allocate it.
const maxSize = 1 << 28

// Size returns the number of values in an array of the given shape, 1 for the empty shape.
func Size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// checkShape reports what keeps a shape from being that of an array: a dimension below 1, or more
// values than can be meant.
func checkShape(what string, shape []int) error {
	n := 1
	for _, d := range shape {
		if d < 1 {
			return fmt.Errorf("layer: %s has a dimension below 1 (%v)", what, shape)
		}
		if d > maxSize/n {
			return fmt.Errorf("layer: %s has more than 2^28 values (%v)", what, shape)
		}
		n *= d
	}
	return nil
}

// checkImage reports what keeps a shape from being that of a stack of feature maps.
func checkImage(what string, shape []int) error {
	if len(shape) != 3 {
		return fmt.Errorf("layer: %s must be [channels, height, width] (%v)", what, shape)
	}
	return checkShape(what, shape)
}

// grown returns s with n values, allocating only when n has not been reached before.
func grown[F Real](s []F, n int) []F {
	if cap(s) < n {
		return make([]F, n)
	}
	return s[:n]
}

// window is one spatial direction of a convolution or pooling: the relation between the positions
// of its input and of its output, in = stride·out − padding + offset.
type window struct {
	in, out, kernel, stride, padding int
}

// newWindow lays windows over in positions; the last ones that do not fit are left out.
func newWindow(in, kernel, stride, padding int) window {
	return window{
		in: in, out: (in+2*padding-kernel)/stride + 1,
		kernel: kernel, stride: stride, padding: padding,
	}
}

// span returns the output positions [lo, hi) whose input position at the given offset of the kernel
// lies inside the input, and the input position that belongs to lo. The padding outside is zero and
// needs no work.
func (w window) span(offset int) (lo, hi, at int) {
	if d := w.padding - offset; d > 0 {
		lo = (d + w.stride - 1) / w.stride
	}
	if d := w.in - 1 + w.padding - offset; d >= 0 {
		hi = min(d/w.stride+1, w.out)
	}
	return lo, max(lo, hi), lo*w.stride - w.padding + offset
}

// maxKernel bounds the side of a kernel, and with it the padding.
const maxKernel = 1 << 10

// checkKernel reports what keeps a kernel from being meant.
func checkKernel(what string, kernel, stride, padding int) error {
	switch {
	case kernel < 1 || kernel > maxKernel:
		return fmt.Errorf("layer: %s needs a kernel from 1 to %d (%d)", what, maxKernel, kernel)
	case stride < 1 || stride > maxKernel:
		return fmt.Errorf("layer: %s needs a stride from 1 to %d (%d)", what, maxKernel, stride)
	case padding < 0 || padding >= kernel:
		return fmt.Errorf("layer: %s needs a padding from 0 to below its kernel of %d (%d)", what, kernel, padding)
	}
	return nil
}

// checkWindow reports what keeps a kernel from being laid over an image of the given shape.
func checkWindow(what string, image []int, kernel, stride, padding int) error {
	if err := checkKernel(what, kernel, stride, padding); err != nil {
		return err
	}
	if slices.Min(image[1:])+2*padding < kernel {
		return fmt.Errorf("layer: %s has a kernel of %d that does not fit into its padded input (%v, padding %d)",
			what, kernel, image, padding)
	}
	return nil
}
