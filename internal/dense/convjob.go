package dense

// convJob is the job of one pass of a convolution. The functions are its methods, made once.
type convJob[F Real] struct {
	w *Workspace[F]
	c *Conv[F]

	weights operand[F] // of the forward pass
	layout  []F        // of the weights, in the other passes
	to      []F        // y or gx
	from    []F        // x or gy, the senders

	forward, adjoint, sparse, sparseAdjoint func(worker, sample int)
}

func (j *convJob[F]) bind(w *Workspace[F]) {
	j.w = w
	j.forward, j.adjoint = j.forwardSample, j.adjointSample
	j.sparse, j.sparseAdjoint = j.sparseSample, j.sparseAdjointSample
}

// run does all samples, and lets go of the arrays.
func (j *convJob[F]) run(batch int, do func(worker, sample int)) {
	j.w.pool.Run(batch, do)
	j.c, j.weights, j.layout, j.to, j.from = nil, operand[F]{}, nil, nil, nil
}

// Forward computes y += w∗x for a batch of samples.
func (c *Conv[F]) Forward(w *Workspace[F], y []F, weights *ConvWeights[F], x []F, batch int) {
	j := w.convOf(c, weights, y, batch*c.OutSize(), x, batch*c.InSize())
	j.weights = weights.forwardForm()
	j.run(batch, j.forward)
}

// BackInput computes gx += wᵀ∗gy, the error of the input from that of the output.
func (c *Conv[F]) BackInput(w *Workspace[F], gx []F, weights *ConvWeights[F], gy []F, batch int) {
	j := w.convOf(c, weights, gx, batch*c.InSize(), gy, batch*c.OutSize())
	j.layout = weights.adjointForm()
	j.run(batch, j.adjoint)
}

// ForwardSparse gives the bits of Forward; its work follows the numbers of x that are not zero.
func (c *Conv[F]) ForwardSparse(w *Workspace[F], y []F, weights *ConvWeights[F], x []F, batch int) {
	j := w.convOf(c, weights, y, batch*c.OutSize(), x, batch*c.InSize())
	j.layout = weights.sparseForm()
	j.run(batch, j.sparse)
}

// BackInputSparse gives the bits of BackInput; its work follows the numbers of gy that are not zero.
func (c *Conv[F]) BackInputSparse(w *Workspace[F], gx []F, weights *ConvWeights[F], gy []F, batch int) {
	j := w.convOf(c, weights, gx, batch*c.InSize(), gy, batch*c.OutSize())
	j.layout = weights.sparseAdjointForm()
	j.run(batch, j.sparseAdjoint)
}

// convOf fills the job with what all passes share.
func (w *Workspace[F]) convOf(c *Conv[F], weights *ConvWeights[F], to []F, toSize int, from []F, fromSize int) *convJob[F] {
	if weights.conv != c {
		panic("dense: weights belong to another convolution")
	}
	checkLen("result", to, toSize)
	checkLen("operand", from, fromSize)
	j := &w.conv
	j.c, j.to, j.from = c, to[:toSize], from[:fromSize]
	return j
}
