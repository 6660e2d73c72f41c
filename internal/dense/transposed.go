package dense

import "fmt"

// TransposedShape describes a two-dimensional transposed convolution with square filters, which enlarges
// images: the adjoint of a convolution from its output to its input.
//
//	x  [batch, Channels, Height, Width]             input
//	w  [Channels, Filters, Kernel, Kernel]          weights
//	y  [batch, Filters, OutHeight(), OutWidth()]    output
//
// y[o][oy·..] receives w[c][o][ky][kx]·x[c][iy][ix] at oy = iy·Stride-Padding+ky, and likewise for
// columns. OutputPadding adds rows and columns at the end; it is below Stride.
type TransposedShape struct {
	Channels, Height, Width int
	Filters                 int
	Kernel, Stride, Padding int
	OutputPadding           int
}

// OutHeight is the height of the output.
func (s TransposedShape) OutHeight() int {
	return (s.Height-1)*s.Stride - 2*s.Padding + s.Kernel + s.OutputPadding
}

// OutWidth is the width of the output.
func (s TransposedShape) OutWidth() int {
	return (s.Width-1)*s.Stride - 2*s.Padding + s.Kernel + s.OutputPadding
}

// InSize is how many numbers one sample of the input has.
func (s TransposedShape) InSize() int { return s.Channels * s.Height * s.Width }

// OutSize is how many numbers one sample of the output has.
func (s TransposedShape) OutSize() int { return s.Filters * s.OutHeight() * s.OutWidth() }

// WeightSize is how many weights there are.
func (s TransposedShape) WeightSize() int { return s.Channels * s.Filters * s.Kernel * s.Kernel }

// Transposed is a transposed convolution. Its passes are those of the convolution from its output to
// its input, with the roles of forward and backward changed.
type Transposed[F Real] struct {
	TransposedShape
	conv *Conv[F]
}

// NewTransposed makes the tables of a transposed convolution.
func NewTransposed[F Real](s TransposedShape) (*Transposed[F], error) {
	if s.Height < 1 || s.Width < 1 || s.Height > maxConvSize || s.Width > maxConvSize {
		return nil, fmt.Errorf("dense: transposed convolution needs an image of 1 to %d rows and columns (%dx%d)", maxConvSize, s.Height, s.Width)
	}
	if s.Stride < 1 || s.Stride > maxConvSize || s.Kernel < 1 || s.Kernel > maxConvSize {
		return nil, fmt.Errorf("dense: transposed convolution needs a kernel and a stride of 1 to %d (%d, %d)", maxConvSize, s.Kernel, s.Stride)
	}
	if s.OutputPadding < 0 || s.OutputPadding >= s.Stride {
		return nil, fmt.Errorf("dense: transposed convolution needs an output padding from 0 to below its stride of %d (%d)", s.Stride, s.OutputPadding)
	}
	conv, err := NewConv[F](ConvShape{
		Channels: s.Filters, Height: s.OutHeight(), Width: s.OutWidth(), Filters: s.Channels,
		Kernel: s.Kernel, Stride: s.Stride, Padding: s.Padding,
	})
	if err != nil {
		return nil, fmt.Errorf("dense: transposed convolution, seen from its output: %w", err)
	}
	return &Transposed[F]{TransposedShape: s, conv: conv}, nil
}

// Weights gives w, of the shape [Channels, Filters, Kernel, Kernel], to the transposed convolution. It
// is not copied: whoever changes it calls Changed.
func (t *Transposed[F]) Weights(w []F) *ConvWeights[F] { return t.conv.Weights(w) }

// Forward computes y += wᵀ∗x for a batch of samples.
func (t *Transposed[F]) Forward(w *Workspace[F], y []F, weights *ConvWeights[F], x []F, batch int) {
	t.conv.BackInput(w, y, weights, x, batch)
}

// ForwardSparse gives the bits of Forward; its work follows the numbers of x that are not zero.
func (t *Transposed[F]) ForwardSparse(w *Workspace[F], y []F, weights *ConvWeights[F], x []F, batch int) {
	t.conv.BackInputSparse(w, y, weights, x, batch)
}

// BackInput computes gx += w∗gy, the error of the input from that of the output.
func (t *Transposed[F]) BackInput(w *Workspace[F], gx []F, weights *ConvWeights[F], gy []F, batch int) {
	t.conv.Forward(w, gx, weights, gy, batch)
}

// BackInputSparse gives the bits of BackInput; its work follows the numbers of gy that are not zero.
func (t *Transposed[F]) BackInputSparse(w *Workspace[F], gx []F, weights *ConvWeights[F], gy []F, batch int) {
	t.conv.ForwardSparse(w, gx, weights, gy, batch)
}

// BackWeight computes gw += Σ x·gy, the gradient of the weights, over the samples of a batch.
func (t *Transposed[F]) BackWeight(w *Workspace[F], gw, gy, x []F, batch int) {
	t.conv.BackWeight(w, gw, nil, x, gy, batch)
}

// BackWeightSparse gives the bits of BackWeight; its work follows the numbers of x that are not zero.
func (t *Transposed[F]) BackWeightSparse(w *Workspace[F], gw, gy, x []F, batch int) {
	t.conv.BackWeightSparse(w, gw, nil, x, gy, batch)
}
