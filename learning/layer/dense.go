package layer

import "couplet/internal/dense"

// Dense connects every input to every output, y = W·x + b.
type Dense[F Real] struct {
	// Weight has the shape [out, in].
	Weight *Param[F]
	// Bias has the shape [out]. It is nil for a map without.
	Bias *Param[F]

	in, out [1]int
	weights weights[F]
}

// NewDense makes a dense map of zeros with the parameters name.weight and, if asked for, name.bias.
// Sizes below 1 are errors.
func NewDense[F Real](name string, in, out int, bias bool) (*Dense[F], error) {
	if err := checkShape(name+".weight", []int{out, in}); err != nil {
		return nil, err
	}
	d := &Dense[F]{Weight: NewParam[F](name+".weight", out, in), in: [1]int{in}, out: [1]int{out}}
	d.weights = newWeights(d.Weight, in, out)
	if bias {
		d.Bias = NewParam[F](name+".bias", out)
	}
	return d, nil
}

// InShape returns [in].
func (d *Dense[F]) InShape() []int { return d.in[:] }

// OutShape returns [out].
func (d *Dense[F]) OutShape() []int { return d.out[:] }

// Params returns the weight and the bias, if there is one.
func (d *Dense[F]) Params() []*Param[F] { return withBias(d.Weight, d.Bias) }

// Prepare holds the weights as they are. A map that has been prepared keeps them in the layouts that
// products read, and has to be prepared again when they have changed; one that never was is right, but
// slower.
func (d *Dense[F]) Prepare() { d.weights.hold() }

// Finish does nothing: the weights are the parameters themselves.
func (d *Dense[F]) Finish() {}

// SetWorkspace has the work done in a workspace that other maps use as well.
func (d *Dense[F]) SetWorkspace(ws *dense.Workspace[F]) { d.weights.ws = ws }

// Forward sets y = W·x + b. Each output starts from its bias and takes its inputs in ascending order.
func (d *Dense[F]) Forward(x, y []F, batch int) {
	fillRows(y[:batch*d.out[0]], values(d.Bias))
	d.weights.addForward(y, x, batch)
}

// Back sets gx = Wᵀ·gy.
func (d *Dense[F]) Back(gy, gx []F, batch int) {
	clear(gx[:batch*d.in[0]])
	d.weights.addBack(gx, gy, batch)
}

// Accumulate adds gy·xᵀ to the gradient of the weight and gy to that of the bias.
func (d *Dense[F]) Accumulate(x, gy []F, batch int) {
	d.weights.addOuter(gy, x, batch)
	if d.Bias != nil {
		addRows(d.Bias.Grad, gy[:batch*d.out[0]])
	}
}

// values returns the values of a parameter that may be missing.
func values[F Real](p *Param[F]) []F {
	if p == nil {
		return nil
	}
	return p.Value
}

// withBias lists a weight and a bias that may be missing.
func withBias[F Real](weight, bias *Param[F]) []*Param[F] {
	if bias == nil {
		return []*Param[F]{weight}
	}
	return []*Param[F]{weight, bias}
}

// fillRows sets every row of y to the given one, and to zero if there is none.
func fillRows[F Real](y, row []F) {
	if row == nil {
		clear(y)
		return
	}
	for ; len(y) > 0; y = y[len(row):] {
		copy(y, row)
	}
}

// addRows adds all rows of gy to sum: the gradient of a bias.
func addRows[F Real](sum, gy []F) {
	for ; len(gy) > 0; gy = gy[len(sum):] {
		for o, g := range gy[:len(sum)] {
			sum[o] += g
		}
	}
}
