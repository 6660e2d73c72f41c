package layer

import (
	"fmt"

	"couplet/internal/dense"
)

// filters are the weights of a convolution, and the ways to multiply by them. As with the weights of a
// dense map, each way gives the same bits, and the choice is one of speed.
type filters[F Real] struct {
	param *Param[F]
	conv  *dense.Conv[F]
	form  *dense.ConvWeights[F] // layouts of the weights, made when first needed
	ws    *dense.Workspace[F]
	held  bool // the weights change only with a call of hold
}

func newFilters[F Real](name string, p *Param[F], s dense.ConvShape) (*filters[F], error) {
	conv, err := dense.NewConv[F](s)
	if err != nil {
		return nil, fmt.Errorf("layer: %s: %w", name, err)
	}
	return &filters[F]{
		param: p, conv: conv, form: conv.Weights(p.Value),
		ws: dense.NewWorkspace[F](nil, dense.Reproducible),
	}, nil
}

// hold takes the weights as they are now, until the next call.
func (f *filters[F]) hold() {
	f.held = true
	f.form.Changed()
}

// current returns the weights as they are held, or as they are.
func (f *filters[F]) current() *dense.ConvWeights[F] {
	if !f.held {
		f.form.Changed()
	}
	return f.form
}

// correlate adds the correlation of x with the weights to y.
func (f *filters[F]) correlate(y, x []F, batch int) {
	if sparse(x[:batch*f.conv.InSize()], f.conv.Filters*f.conv.Kernel) {
		f.conv.ForwardSparse(f.ws, y, f.current(), x, batch)
		return
	}
	f.conv.Forward(f.ws, y, f.current(), x, batch)
}

// spread adds y, spread through the weights, to x: the adjoint of correlate.
func (f *filters[F]) spread(x, y []F, batch int) {
	if sparse(y[:batch*f.conv.OutSize()], f.conv.Channels*f.conv.Kernel) {
		f.conv.BackInputSparse(f.ws, x, f.current(), y, batch)
		return
	}
	f.conv.BackInput(f.ws, x, f.current(), y, batch)
}

// addOuter adds the gradient of the weights, of which x and y are the two sides, and with bias that of y's.
func (f *filters[F]) addOuter(bias *Param[F], y, x []F, batch int) {
	var gb []F
	if bias != nil {
		gb = bias.Grad
	}
	if sparse(y[:batch*f.conv.OutSize()], f.conv.Channels*f.conv.Kernel) {
		f.conv.BackWeightSparse(f.ws, f.param.Grad, gb, y, x, batch)
		return
	}
	f.conv.BackWeight(f.ws, f.param.Grad, gb, y, x, batch)
}
