package synapse

import (
	"fmt"
)

// window is the geometry that convolutions and poolings share: a kernel that moves over the input
// in strides, the input being padded with silence on both sides. One entry per spatial axis.
type window struct {
	in                      Shape
	kernel, stride, padding []int
}

// newWindow fills in the defaults: the given stride for each axis and no padding.
func newWindow(in Shape, kernel, stride, padding []int, defaultStride []int) window {
	w := window{in: in, kernel: kernel, stride: stride, padding: perAxis(padding, len(kernel), 0)}
	if len(stride) == 0 {
		w.stride = defaultStride
	}
	return w
}

func (w window) validate() error {
	if err := w.in.validate("input"); err != nil {
		return err
	}
	n := len(w.in) - 1
	if len(w.kernel) != n || len(w.stride) != n || len(w.padding) != n {
		return fmt.Errorf("input shape %s has %d spatial axes, but there are %d kernel extents, %d strides, %d paddings",
			w.in, n, len(w.kernel), len(w.stride), len(w.padding))
	}
	size := 1
	for i, k := range w.kernel {
		switch {
		case k < 1 || k > maxAxisTaps:
			return fmt.Errorf("kernel extent %d must be in [1, %d]", k, maxAxisTaps)
		case w.stride[i] < 1 || w.stride[i] > maxAxisTaps:
			return fmt.Errorf("stride %d must be in [1, %d]", w.stride[i], maxAxisTaps)
		case w.padding[i] < 0 || w.padding[i] > maxAxisTaps:
			return fmt.Errorf("padding %d must be in [0, %d]", w.padding[i], maxAxisTaps)
		case k > MaxPopulation/size:
			return fmt.Errorf("kernel %s has more than %d entries", Shape(w.kernel), MaxPopulation)
		}
		size *= k
	}
	return nil
}

// kernelSize is the number of spatial kernel positions.
func (w window) kernelSize() int { return Shape(w.kernel).Size() }

// outExtents are the numbers of window positions: floor((in + 2·padding - kernel)/stride) + 1.
func (w window) outExtents() []int {
	out := make([]int, len(w.kernel))
	for i, k := range w.kernel {
		if room := w.in[i+1] + 2*w.padding[i] - k; room >= 0 {
			out[i] = room/w.stride[i] + 1
		}
	}
	return out
}

// gatherAxes makes the tables of a window that gathers: output o sees input o·stride - padding + k
// through kernel position k.
func (w window) gatherAxes(out []int) ([]axis, error) {
	if err := w.checkAxes(w.in[1:], out, out); err != nil {
		return nil, err
	}
	axes := make([]axis, len(out))
	for d := range axes {
		axes[d] = newAxis(w.in[d+1], out[d], func(i int, tap func(o, k int)) {
			at := i + w.padding[d]
			for o := max(0, ceilDiv(at-w.kernel[d]+1, w.stride[d])); o < out[d] && o*w.stride[d] <= at; o++ {
				tap(o, at-o*w.stride[d])
			}
		})
	}
	return axes, nil
}

// spreadAxes makes the tables of a window that spreads: input i reaches output
// i·stride - padding + k through kernel position k.
func (w window) spreadAxes(out []int) ([]axis, error) {
	if err := w.checkAxes(w.in[1:], out, w.in[1:]); err != nil {
		return nil, err
	}
	axes := make([]axis, len(out))
	for d := range axes {
		axes[d] = newAxis(w.in[d+1], out[d], func(i int, tap func(o, k int)) {
			from := i*w.stride[d] - w.padding[d]
			for k := max(0, -from); k < w.kernel[d] && from+k < out[d]; k++ {
				tap(from+k, k)
			}
		})
	}
	return axes, nil
}

// newAxis collects the taps of every input position.
func newAxis(in, out int, each func(i int, tap func(o, k int))) axis {
	a := axis{inSize: uint32(in), outSize: uint32(out), start: make([]uint32, 1, in+1)}
	for i := range in {
		each(i, func(o, k int) { a.taps = append(a.taps, axisTap{uint32(o), uint32(k)}) })
		a.start = append(a.start, uint32(len(a.taps)))
	}
	return a
}

// checkAxes refuses tables of unreasonable length before they are made. The window takes
// positions positions on each axis, so a table has at most positions × kernel extent taps.
func (w window) checkAxes(in, out, positions []int) error {
	for d, k := range w.kernel {
		if in[d] > maxAxisTaps || out[d] > maxAxisTaps || positions[d] > maxAxisTaps/k {
			return fmt.Errorf("axis %d: %d window positions times kernel extent %d exceed %d", d, positions[d], k, maxAxisTaps)
		}
	}
	return nil
}

func ceilDiv(a, b int) int {
	if a <= 0 {
		return -(-a / b)
	}
	return (a + b - 1) / b
}

// shapeOf is the shape with channels and extents.
func shapeOf(channels int, extents []int) Shape { return append(Shape{channels}, extents...) }
