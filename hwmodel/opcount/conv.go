package opcount

import "fmt"

// Conv is a convolution, in the sense of neural networks a cross-correlation, in one to three spatial
// dimensions: source (i, p) reaches target (o, q) through kernel position k if, on every axis,
//
//	p = q·Stride − Padding + k·Dilation.
type Conv struct {
	// In is the shape of the sources: channels, then one to three extents.
	In []int
	// Out is the number of output channels.
	Out int
	// Kernel has one extent an axis, as have the following. Output extents are
	// ⌊(in + 2·padding − dilation·(kernel−1) − 1)/stride⌋ + 1.
	Kernel []int
	// Stride and Dilation are 1 if nil, Padding is 0.
	Stride, Padding, Dilation []int
	// Groups is the number of groups of channels, which are only connected among themselves; 0 means 1.
	Groups int
	// NonZero tells which weights of the array [Out][channels/Groups][kernel…] are not zero; nil says
	// that none is.
	NonZero []bool
}

// TransposedConv is the adjoint of a convolution: source (i, p) reaches target (o, q) through kernel
// position k if, on every axis, q = p·Stride − Padding + k·Dilation.
type TransposedConv struct {
	// In is the shape of the sources: channels, then one to three extents.
	In []int
	// Out is the number of output channels.
	Out int
	// Kernel has one extent an axis, as have the following. Output extents are
	// (in−1)·stride − 2·padding + dilation·(kernel−1) + output padding + 1.
	Kernel []int
	// Stride and Dilation are 1 if nil, Padding and OutputPadding are 0.
	Stride, Padding, Dilation, OutputPadding []int
	// Groups is the number of groups of channels, which are only connected among themselves; 0 means 1.
	Groups int
	// NonZero tells which weights of the array [channels][Out/Groups][kernel…] are not zero; nil says
	// that none is.
	NonZero []bool
}

// Pool sums, averages or takes the largest over windows, channel by channel. It has synapses, one for
// every position of a window inside the input, and no weights.
type Pool struct {
	// In is the shape of the sources: channels, then one to three extents.
	In []int
	// Kernel has one extent an axis, as have the following.
	Kernel []int
	// Stride is Kernel if nil, windows side by side, and Padding is 0. Rows and columns at the end that
	// do not fill a window are left out.
	Stride, Padding []int
	// Max marks a pooling that takes the largest: of spikes that is a logical or, which adds nothing.
	Max bool
}

// analyse implements [Map].
func (c Conv) analyse() (*Synapses, error) {
	g := geometry{in: c.In, out: c.Out, kernel: c.Kernel, stride: c.Stride, padding: c.Padding, dilation: c.Dilation, groups: c.Groups}
	return analyseWindows("convolution", g, c.NonZero)
}

// analyse implements [Map].
func (c TransposedConv) analyse() (*Synapses, error) {
	g := geometry{
		in: c.In, out: c.Out, kernel: c.Kernel, stride: c.Stride, padding: c.Padding, dilation: c.Dilation,
		groups: c.Groups, transposed: true, rest: c.OutputPadding,
	}
	return analyseWindows("transposed convolution", g, c.NonZero)
}

// analyse implements [Map].
func (c Pool) analyse() (*Synapses, error) {
	g := geometry{in: c.In, kernel: c.Kernel, stride: c.Stride, padding: c.Padding}
	if len(c.In) > 0 {
		g.out, g.groups = c.In[0], c.In[0]
	}
	if c.Stride == nil {
		g.stride = c.Kernel
	}
	s, err := analyseWindows("pooling", g, nil)
	if err != nil {
		return nil, err
	}
	s.Weights, s.pool, s.max = 0, true, c.Max
	return s, nil
}

func analyseWindows(what string, g geometry, mask []bool) (*Synapses, error) {
	w, err := newStencil(g)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if mask != nil && len(mask) != w.weights() {
		return nil, fmt.Errorf("%s: mask of %d weights, want %d", what, len(mask), w.weights())
	}
	return w.count(mask), nil
}
