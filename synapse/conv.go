package synapse

import "fmt"

// Conv is a convolution (in the sense of neural networks: a cross-correlation) in one to three
// spatial dimensions. Source (i, p) reaches target (o, q) through kernel position k if
// p = q·Stride - Padding + k on every axis. The weight index is that of an array
// [OutChannels][in channels][kernel…], the layout of PyTorch's ConvNd.weight.
type Conv struct {
	In          Shape // shape of the sources: channels, then spatial extents
	OutChannels int
	Kernel      []int // extents of the kernel
	Stride      []int // nil means 1
	Padding     []int // nil means 0
}

// Name implements [Rule].
func (Conv) Name() string { return "conv" }

func (c Conv) window() window {
	return newWindow(c.In, c.Kernel, c.Stride, c.Padding, perAxis(nil, len(c.Kernel), 1))
}

// InShape implements [Stencil].
func (c Conv) InShape() Shape { return c.In }

// OutShape implements [Stencil]: extents are floor((in + 2·padding - kernel)/stride) + 1.
func (c Conv) OutShape() Shape {
	w := c.window()
	if w.validate() != nil {
		return nil
	}
	return shapeOf(c.OutChannels, w.outExtents())
}

// Compile implements [Stencil].
func (c Conv) Compile() (*Taps, error) {
	w := c.window()
	if err := w.validate(); err != nil {
		return nil, fmt.Errorf("synapse: conv: %w", err)
	}
	return compileConv(c, w, c.OutShape(), w.gatherAxes)
}

// Transpose implements [Stencil]; it is the [TransposedConv] whose kernel array has the same order.
func (c Conv) Transpose() Stencil {
	w := c.window()
	if w.validate() != nil {
		return Adjoint{c}
	}
	out := c.OutShape()
	rest := make([]int, len(w.kernel))
	for i, k := range w.kernel {
		rest[i] = w.in[i+1] + 2*w.padding[i] - k - (out[i+1]-1)*w.stride[i]
	}
	return TransposedConv{
		In: out, OutChannels: c.In[0], Kernel: c.Kernel,
		Stride: w.stride, Padding: w.padding, OutputPadding: rest,
	}
}

// Validate implements [Rule].
func (c Conv) Validate(sources, targets int) error { return validateStencil(c, sources, targets) }

// Expect implements [Rule]; the number is exact.
func (c Conv) Expect(_, _ int) float64 { return stencilSynapses(c) }

// MaxInDegree implements [Rule].
func (c Conv) MaxInDegree(_, _ int) int { return stencilInDegree(c) }

// Ordinals implements [Numbered].
func (c Conv) Ordinals(_, _ int) uint64 { return stencilWeights(c) }

// Visit implements [Rule].
func (c Conv) Visit(_ Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	visitStencil(c, lo, hi, visit)
}

// TransposedConv is the adjoint of a convolution, used to enlarge pictures: source (i, p) reaches
// target (o, q) through kernel position k if q = p·Stride - Padding + k on every axis. The weight index is
// that of an array [in channels][OutChannels][kernel…], the layout of PyTorch's
// ConvTransposeNd.weight.
type TransposedConv struct {
	In          Shape // shape of the sources: channels, then spatial extents
	OutChannels int
	Kernel      []int // extents of the kernel
	Stride      []int // nil means 1
	Padding     []int // nil means 0; it makes the output smaller
	// OutputPadding makes the output larger at the end of each axis, by less than the stride; nil
	// means 0.
	OutputPadding []int
}

// Name implements [Rule].
func (TransposedConv) Name() string { return "transposed_conv" }

func (c TransposedConv) window() window {
	return newWindow(c.In, c.Kernel, c.Stride, c.Padding, perAxis(nil, len(c.Kernel), 1))
}

// InShape implements [Stencil].
func (c TransposedConv) InShape() Shape { return c.In }

// OutShape implements [Stencil]: extents are (in-1)·stride - 2·padding + kernel + output padding.
func (c TransposedConv) OutShape() Shape {
	w := c.window()
	rest := perAxis(c.OutputPadding, len(w.kernel), 0)
	if w.validate() != nil || len(rest) != len(w.kernel) {
		return nil
	}
	out := make([]int, len(w.kernel))
	for i, k := range w.kernel {
		out[i] = (w.in[i+1]-1)*w.stride[i] - 2*w.padding[i] + k + rest[i]
	}
	return shapeOf(c.OutChannels, out)
}

// Compile implements [Stencil].
func (c TransposedConv) Compile() (*Taps, error) {
	w := c.window()
	err := w.validate()
	if err == nil {
		err = w.validateRest(perAxis(c.OutputPadding, len(w.kernel), 0))
	}
	if err != nil {
		return nil, fmt.Errorf("synapse: transposed_conv: %w", err)
	}
	return compileConv(c, w, c.OutShape(), w.spreadAxes)
}

// validateRest checks an output padding: with a full stride more, the convolution would have
// another window position.
func (w window) validateRest(rest []int) error {
	if len(rest) != len(w.kernel) {
		return fmt.Errorf("%d output paddings for %d spatial axes", len(rest), len(w.kernel))
	}
	for i, r := range rest {
		if r < 0 || r >= w.stride[i] {
			return fmt.Errorf("output padding %d must be in [0, %d), below the stride", r, w.stride[i])
		}
	}
	return nil
}

// Transpose implements [Stencil]; it is the [Conv] whose kernel array has the same order.
func (c TransposedConv) Transpose() Stencil {
	out := c.OutShape()
	if out == nil {
		return Adjoint{c}
	}
	return Conv{In: out, OutChannels: c.In[0], Kernel: c.Kernel, Stride: c.Stride, Padding: c.Padding}
}

// Validate implements [Rule].
func (c TransposedConv) Validate(sources, targets int) error {
	return validateStencil(c, sources, targets)
}

// Expect implements [Rule]; the number is exact.
func (c TransposedConv) Expect(_, _ int) float64 { return stencilSynapses(c) }

// MaxInDegree implements [Rule].
func (c TransposedConv) MaxInDegree(_, _ int) int { return stencilInDegree(c) }

// Ordinals implements [Numbered].
func (c TransposedConv) Ordinals(_, _ int) uint64 { return stencilWeights(c) }

// Visit implements [Rule].
func (c TransposedConv) Visit(_ Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	visitStencil(c, lo, hi, visit)
}

// compileConv puts together the tables of a convolution in which every source channel reaches
// every target channel.
func compileConv(s Stencil, w window, out Shape, tables func(out []int) ([]axis, error)) (*Taps, error) {
	fail := func(err error) (*Taps, error) { return nil, fmt.Errorf("synapse: %s: %w", s.Name(), err) }
	if err := out.validate("output"); err != nil {
		return fail(err)
	}
	size, channels := w.kernelSize(), w.in[0]
	if size > MaxPopulation/channels/out[0] {
		return fail(fmt.Errorf("kernel %dx%dx%s has more than %d entries", out[0], channels, Shape(w.kernel), MaxPopulation))
	}
	axes, err := tables(out[1:])
	if err != nil {
		return fail(err)
	}
	t := newTaps(w.in, out, axes, w.kernel)
	t.weights = out[0] * channels * size
	if _, transposed := s.(TransposedConv); transposed { // [in][out][kernel…]
		t.perSource, t.perTarget = uint32(out[0]*size), uint32(size)
	} else { // [out][in][kernel…]
		t.perSource, t.perTarget = uint32(size), uint32(channels*size)
	}
	return t, nil
}
