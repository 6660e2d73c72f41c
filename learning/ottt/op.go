package ottt

import (
	"fmt"
	"math"
	"slices"
)

// maxSize bounds the number of values of a layer and of a parameter, so that a mistyped description
// ends in an error and not in an attempt to allocate it.
const maxSize = 1 << 31

// checkShape reports what keeps a shape from being that of a layer.
func checkShape(shape []int) error {
	if len(shape) != 1 && len(shape) != 3 {
		return fmt.Errorf("shape %v, want [features] or [channels, height, width]", shape)
	}
	n := 1
	for _, d := range shape {
		if d < 1 || d > maxSize/n {
			return fmt.Errorf("shape %v, want sizes of at least 1 and at most 2^31 values", shape)
		}
		n *= d
	}
	return nil
}

// size is the number of values of a shape.
func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// outShape returns what the operation makes of the shape of its input.
func (o Op) outShape(in []int) ([]int, error) {
	if err := o.checkFields(); err != nil {
		return nil, err
	}
	var out []int
	switch o.Kind {
	case Scale:
		return in, nil
	case Dense:
		out = []int{o.Units}
	default:
		if len(in) != 3 {
			return nil, fmt.Errorf("%s of an input of shape %v, want [channels, height, width]", o.Kind, in)
		}
		out = o.outImage(in)
	}
	if err := checkShape(out); err != nil {
		return nil, fmt.Errorf("%s of an input of shape %v: %w", o.Kind, in, err)
	}
	if o.weighted() {
		if fan := o.fanIn(in); fan > maxSize/o.Units {
			return nil, fmt.Errorf("%s of an input of shape %v has more than 2^31 weights", o.Kind, in)
		} else if o.Standardised && fan < 2 {
			return nil, fmt.Errorf("%s with one weight per unit cannot be standardised: it has no variance", o.Kind)
		}
	}
	return out, nil
}

// outImage is outShape for the operations on images.
func (o Op) outImage(in []int) []int {
	window := func(n int) int {
		if n+2*o.Padding < o.Kernel {
			return 0 // the kernel does not fit
		}
		return (n+2*o.Padding-o.Kernel)/o.Stride + 1
	}
	switch o.Kind {
	case Conv:
		return []int{o.Units, window(in[1]), window(in[2])}
	case AvgPool:
		return []int{in[0], window(in[1]), window(in[2])}
	case GlobalAvgPool:
		return []int{in[0]}
	default: // Upsample
		return []int{in[0], in[1] * o.Times, in[2] * o.Times}
	}
}

// fanIn is the number of weights that reach one output.
func (o Op) fanIn(in []int) int {
	if o.Kind == Conv {
		return in[0] * o.Kernel * o.Kernel
	}
	return size(in)
}

// maxExtent bounds kernels, strides and factors of enlargement: no image is larger.
const maxExtent = 1 << 15

// checkFields reports the first field that the kind does not have or that is out of range.
func (o Op) checkFields() error {
	type field struct {
		name   string
		value  int
		owners []OpKind
		lo, hi int
	}
	known := []OpKind{Dense, Conv, AvgPool, GlobalAvgPool, Upsample, Scale}
	if !slices.Contains(known, o.Kind) {
		return fmt.Errorf("unknown operation (%q), want one of %q", o.Kind, known)
	}
	for _, f := range []field{
		{"units", o.Units, []OpKind{Dense, Conv}, 1, maxSize},
		{"kernel", o.Kernel, []OpKind{Conv, AvgPool}, 1, maxExtent},
		{"stride", o.Stride, []OpKind{Conv, AvgPool}, 1, maxExtent},
		{"padding", o.Padding, []OpKind{Conv, AvgPool}, 0, max(o.Kernel-1, 0)},
		{"times", o.Times, []OpKind{Upsample}, 1, maxExtent},
	} {
		if own := slices.Contains(f.owners, o.Kind); !own && f.value != 0 {
			return fmt.Errorf("%s has no %s (%d)", o.Kind, f.name, f.value)
		} else if own && (f.value < f.lo || f.value > f.hi) {
			return fmt.Errorf("%s with %s %d, want %d to %d", o.Kind, f.name, f.value, f.lo, f.hi)
		}
	}
	switch {
	case o.Kind == Scale && (!finite(o.Factor) || o.Factor == 0):
		return fmt.Errorf("%s by %g, want a finite number other than 0", o.Kind, o.Factor)
	case o.Kind != Scale && o.Factor != 0:
		return fmt.Errorf("%s has no factor (%g)", o.Kind, o.Factor)
	case !o.weighted() && (o.Bias || o.Standardised || o.Init != ZeroInit):
		return fmt.Errorf("%s has no weights that could have a bias, be standardised or be drawn", o.Kind)
	}
	_, err := o.Init.scheme()
	return err
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// parameters is the number of trainable numbers of an operation on an input of the given shape: weights,
// and per output unit or channel a bias and the gain of standardised weights.
func (o Op) parameters(in []int) int {
	if !o.weighted() {
		return 0
	}
	each := o.fanIn(in)
	if o.Bias {
		each++
	}
	if o.Standardised {
		each++
	}
	return o.Units * each
}
