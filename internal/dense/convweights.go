package dense

// ConvWeights are the weights of a convolution in the layouts in which its passes read them. The
// layouts are made when they are first needed, and kept until the weights change.
type ConvWeights[F Real] struct {
	conv  *Conv[F]
	value []F

	forward, adjoint, sparse, sparseAdjoint         []F
	hasForward, hasAdjoint, hasSparse, hasSpAdjoint bool
}

// Weights gives w, of the shape [Filters, Channels, Kernel, Kernel], to the convolution. It is not
// copied: whoever changes it calls Changed.
func (c *Conv[F]) Weights(w []F) *ConvWeights[F] {
	checkLen("w", w, c.WeightSize())
	return &ConvWeights[F]{conv: c, value: w[:c.WeightSize()]}
}

// Changed tells that the weights have been changed.
func (w *ConvWeights[F]) Changed() {
	w.hasForward, w.hasAdjoint, w.hasSparse, w.hasSpAdjoint = false, false, false, false
}

// forwardForm gives the weights of filter o from element o*rs on, in the order of Conv.offsets.
func (w *ConvWeights[F]) forwardForm() operand[F] {
	n := len(w.conv.offsets)
	rs := unaliased(n)
	if rs == n {
		return operand[F]{data: w.value, rs: rs, cs: 1}
	}
	if !w.hasForward {
		w.forward = grown(w.forward, w.conv.Filters*rs)
		copyRows(w.forward, rs, w.value, n, w.conv.Filters, n)
		w.hasForward = true
	}
	return operand[F]{data: w.forward, rs: rs, cs: 1}
}

// adjointForm gives the weights in the order that the table Conv.adjoint says.
func (w *ConvWeights[F]) adjointForm() []F {
	if w.hasAdjoint {
		return w.adjoint
	}
	c, k := w.conv, w.conv.Kernel
	last := c.adjoint[len(c.adjoint)-1]
	w.adjoint = grown(w.adjoint, last.weights+c.Channels*last.stride)
	for _, p := range c.adjoint {
		for ch := range c.Channels {
			to := w.adjoint[p.weights+ch*p.stride:][:len(p.offsets)]
			n := 0
			for o := range c.Filters {
				from := w.value[(o*c.Channels+ch)*k*k:][:k*k]
				for i := p.rowTaps - 1; i >= 0; i-- {
					for j := p.colTaps - 1; j >= 0; j-- {
						to[n] = from[(p.row+c.Stride*i)*k+p.col+c.Stride*j]
						n++
					}
				}
			}
		}
	}
	w.hasAdjoint = true
	return w.adjoint
}

// sparseForm gives the weights as [channel][ky][slot of kx][filter]: the taps of a kernel row that meet
// one input position lie side by side, in the order of the output positions that they reach.
func (w *ConvWeights[F]) sparseForm() []F {
	if w.hasSparse {
		return w.sparse
	}
	c, k := w.conv, w.conv.Kernel
	w.sparse = grown(w.sparse, len(w.value))
	for i := range c.Channels * k {
		for kx, slot := range c.slot {
			to := w.sparse[(i*k+slot)*c.Filters:][:c.Filters]
			for o := range to {
				to[o] = w.value[o*c.Channels*k*k+i*k+kx]
			}
		}
	}
	w.hasSparse = true
	return w.sparse
}

// sparseAdjointForm gives the weights as [filter][ky][kx][channel].
func (w *ConvWeights[F]) sparseAdjointForm() []F {
	if w.hasSpAdjoint {
		return w.sparseAdjoint
	}
	c, taps := w.conv, w.conv.Kernel*w.conv.Kernel
	w.sparseAdjoint = grown(w.sparseAdjoint, len(w.value))
	for o := range c.Filters {
		at := o * c.Channels * taps
		transpose(w.sparseAdjoint[at:], c.Channels, w.value[at:], taps, c.Channels, taps)
	}
	w.hasSpAdjoint = true
	return w.sparseAdjoint
}
