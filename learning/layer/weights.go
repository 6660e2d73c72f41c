package layer

import "couplet/internal/dense"

// weights are those of a dense map, W of the shape [out, in], and the ways to multiply by them. Each of
// them gives the same bits: package dense has one order for every sum, whether it multiplies zeros or
// leaves them out. So the choice is one of speed alone.
type weights[F Real] struct {
	param   *Param[F]
	in, out int
	ws      *dense.Workspace[F]

	// held says that the weights change only with a call of hold. Then the layouts below are made when
	// first needed and kept.
	held                        bool
	hasForward, hasBack, hasOut bool
	forward, back               dense.Packed[F] // Wᵀ and W, packed for products
	outgoing                    []F             // Wᵀ, in × out: the weights that leave an input in a row
}

// fewSamples is the batch below which weights that may have changed are not worth packing.
const fewSamples = 8

func newWeights[F Real](p *Param[F], in, out int) weights[F] {
	return weights[F]{param: p, in: in, out: out, ws: dense.NewWorkspace[F](nil, dense.Reproducible)}
}

// hold takes the weights as they are now, until the next call.
func (w *weights[F]) hold() {
	w.held = true
	w.hasForward, w.hasBack, w.hasOut = false, false, false
}

// need reports whether a layout has to be made, and notes that it is there from now on.
func (w *weights[F]) need(has *bool) bool {
	if w.held && *has {
		return false
	}
	*has = true
	return true
}

func (w *weights[F]) matrix() dense.Matrix[F] { return dense.MatrixOf(w.param.Value, w.out, w.in) }

// addForward computes y += x·Wᵀ: the potentials that activities cause.
func (w *weights[F]) addForward(y, x []F, batch int) {
	if !w.held && batch < fewSamples {
		addProductT(y, x, w.param.Value, batch, w.in, w.out)
		return
	}
	ys, xs := dense.MatrixOf(y, batch, w.out), dense.MatrixOf(x, batch, w.in)
	if !sparse(x[:batch*w.in], w.out) {
		if w.need(&w.hasForward) {
			w.ws.PackT(&w.forward, w.matrix())
		}
		w.ws.MulPacked(ys, xs, &w.forward)
		return
	}
	if w.need(&w.hasOut) {
		w.outgoing = grown(w.outgoing, w.in*w.out)
		dense.Transpose(dense.MatrixOf(w.outgoing, w.in, w.out), w.matrix())
	}
	w.ws.MulSparse(ys, xs, dense.MatrixOf(w.outgoing, w.in, w.out))
}

// addBack computes gx += gy·W: errors sent back.
func (w *weights[F]) addBack(gx, gy []F, batch int) {
	gxs, gys := dense.MatrixOf(gx, batch, w.in), dense.MatrixOf(gy, batch, w.out)
	if (!w.held && batch < fewSamples) || sparse(gy[:batch*w.out], w.in) {
		w.ws.MulSparse(gxs, gys, w.matrix())
		return
	}
	if w.need(&w.hasBack) {
		w.ws.Pack(&w.back, w.matrix())
	}
	w.ws.MulPacked(gxs, gys, &w.back)
}

// addOuter computes ∇W += gyᵀ·x: the gradient, summed over the batch.
func (w *weights[F]) addOuter(gy, x []F, batch int) {
	gw := dense.MatrixOf(w.param.Grad, w.out, w.in)
	gys, xs := dense.MatrixOf(gy, batch, w.out), dense.MatrixOf(x, batch, w.in)
	if batch < fewSamples || sparse(gy[:batch*w.out], w.in) {
		w.ws.TMulSparse(gw, gys, xs)
		return
	}
	w.ws.TMul(gw, gys, xs)
}

// addProductT computes y += x·Wᵀ from W as it is. Each product is rounded on its own, F(a*b) + c: a compiler
// that fused the two would change the last bit of a potential, and with it spikes. Four rows of W at a
// time keep four independent sums in flight.
func addProductT[F Real](y, x, w []F, batch, in, out int) {
	for b := range batch {
		xs, ys := x[b*in:][:in], y[b*out:][:out]
		o := 0
		for ; o+4 <= out; o += 4 {
			w0, w1, w2, w3 := w[o*in:][:in], w[(o+1)*in:][:in], w[(o+2)*in:][:in], w[(o+3)*in:][:in]
			s0, s1, s2, s3 := ys[o], ys[o+1], ys[o+2], ys[o+3]
			for i, v := range xs {
				s0 += F(w0[i] * v)
				s1 += F(w1[i] * v)
				s2 += F(w2[i] * v)
				s3 += F(w3[i] * v)
			}
			ys[o], ys[o+1], ys[o+2], ys[o+3] = s0, s1, s2, s3
		}
		for ; o < out; o++ {
			s := ys[o]
			for i, v := range w[o*in:][:in] {
				s += F(v * xs[i])
			}
			ys[o] = s
		}
	}
}
