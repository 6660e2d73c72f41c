package nio

import (
	"errors"
	"fmt"

	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/spide"
)

// SPIDEOptions says how the sample gradients of a network of package spide are taken.
type SPIDEOptions struct {
	// MSE is the share of the squared error in the loss of the logits; the rest is cross entropy.
	MSE float64
	// MeanOver is the size of the mini-batches of training. A couple fires in proportion to the error, whose mean
	// is taken over as many samples: the gradient of a sample is what it contributes there, times MeanOver. 0
	// means the size of each batch.
	MeanOver int
	// MaxBytes bounds the memory for gradients of single samples; 0 means [DefaultMaxBytes]. Networks of dense
	// layers alone do without.
	MaxBytes int64
}

// SPIDE makes a network of package spide a [Net]. With the error β of the spikes of a layer, its gates m and the
// rates a before it, the gradient of a sample is
//
//	g_i(S) = (1/θ)·(m_i ⊙ β_i) ⊗ a_i,
//
// one outer product per block; the loss scale is taken out. [Batch.Input] is samples × inputs for a constant
// input, or ticks × samples × inputs. There is no dropout.
type SPIDE[F layer.Real] struct {
	executor   *spide.Executor[F]
	ring       spide.Ring[F]
	options    SPIDEOptions
	parameters parameters[F]
	dense      bool
}

// NewSPIDE takes the present parameters of a ring and its executor as θ⁰. Both are the adapter's until [Init] has
// returned; gradients are lost. The ring needs a readout.
func NewSPIDE[F layer.Real](e *spide.Executor[F], ring spide.Ring[F], o SPIDEOptions) (*SPIDE[F], error) {
	switch {
	case e == nil:
		return nil, errors.New("nio: no executor")
	case ring.Readout == nil:
		return nil, errors.New("nio: the ring has no readout, and so no loss")
	case o.MeanOver < 0:
		return nil, fmt.Errorf("nio: a mini-batch of %d samples, want at least 1, or 0 for the size of the batch", o.MeanOver)
	}
	if err := ring.Validate(); err != nil {
		return nil, fmt.Errorf("nio: %w", err)
	}
	if err := (loss.Instantaneous{Ticks: 1, MSE: o.MSE}).Validate(); err != nil {
		return nil, fmt.Errorf("nio: %w", err)
	}
	if err := sameLayers(e, ring); err != nil {
		return nil, err
	}
	a := &SPIDE[F]{executor: e, ring: ring, options: o}
	a.addParameters()
	a.dense = a.allDense()
	return a, nil
}

// sameLayers reports an executor that was made for another ring, as far as sizes tell.
func sameLayers[F layer.Real](e *spide.Executor[F], ring spide.Ring[F]) error {
	if e.Layers() != len(ring.Between)+1 {
		return fmt.Errorf("nio: an executor of %d layers for a ring of %d", e.Layers(), len(ring.Between)+1)
	}
	for i, b := range append([]spide.Block[F]{ring.Input}, ring.Between...) {
		if n := layer.Size(b.Map.OutShape()); n != e.Neurons(i) {
			return fmt.Errorf("nio: layer %d of the executor has %d neurons, that of the ring %d", i, e.Neurons(i), n)
		}
	}
	return nil
}

// spideBlock is a block between two layers; target is toReadout for the readout.
type spideBlock[F layer.Real] struct {
	m              layer.Map[F]
	source, target int
}

// blocks lists the blocks in the order of [spide.Ring.Params].
func (a *SPIDE[F]) blocks() []spideBlock[F] {
	list := []spideBlock[F]{{a.ring.Input.Map, fromInput, 0}}
	for i, b := range a.ring.Between {
		list = append(list, spideBlock[F]{b.Map, i, i + 1})
	}
	last := len(a.ring.Between)
	if m := a.ring.Feedback.Map; m != nil {
		list = append(list, spideBlock[F]{m, last, 0})
	}
	return append(list, spideBlock[F]{a.ring.Readout, last, toReadout})
}

// layerName names a layer of the ring as a population.
func layerName(i int) string {
	if i == toReadout {
		return ""
	}
	return fmt.Sprintf("layer%d", i)
}

// addParameters describes the tensors. A feedback of restricted norm does not scale with its weights.
func (a *SPIDE[F]) addParameters() {
	blocks := a.blocks()
	for _, b := range blocks {
		a.parameters.add(b.m.Params(), layerName(b.target))
	}
	for _, b := range blocks {
		if !scalable(b.m.Params()) {
			a.parameters.share(layerName(b.target))
		}
	}
	if a.ring.Feedback.Map != nil && a.executor.Config().FeedbackNorm > 0 {
		a.parameters.share(layerName(0))
	}
}

// allDense tells whether all blocks are plain dense maps without restriction.
func (a *SPIDE[F]) allDense() bool {
	for _, b := range a.blocks() {
		if _, ok := b.m.(*layer.Dense[F]); !ok {
			return false
		}
	}
	return a.ring.Feedback.Map == nil || a.executor.Config().FeedbackNorm == 0
}

// Tensors describes the parameters, in the order of [spide.Ring.Params].
func (a *SPIDE[F]) Tensors() []Tensor { return a.parameters.tensors }

// Rescale scales the parameters of the ring, which the executor takes over with the next batch.
func (a *SPIDE[F]) Rescale(alphas []float64) error { return a.parameters.rescale(alphas) }

// Grams runs the batch through both stages. For rings of dense blocks it takes one pass, and no gradient is built;
// others run sample by sample.
func (a *SPIDE[F]) Grams(b Batch) ([]Gram, error) {
	x, err := newFrames[F](b, layer.Size(a.ring.Input.Map.InShape()), a.executor.Config().ForwardTicks)
	if err != nil {
		return nil, err
	}
	mean := a.options.MeanOver
	if mean == 0 {
		mean = x.n
	}
	scale := float64(mean) / a.executor.Config().LossScale
	if a.dense {
		return a.gramsOfDense(b, x, mean, scale)
	}
	return a.parameters.explicit(x.n, a.options.MaxBytes, scale, func(i int) error {
		pass := spide.Pass{Step: b.Step, First: i}
		if _, err := a.play(pass, x.sample(i), b.Labels[i:i+1], mean); err != nil {
			return err
		}
		return a.executor.Accumulate()
	})
}

// play runs both stages for the samples, each of whose losses counts 1/mean, and returns the errors of the logits.
func (a *SPIDE[F]) play(pass spide.Pass, x *frames[F], labels []int, mean int) ([]F, error) {
	var err error
	if x.constant {
		err = a.executor.Forward(pass, x.x, x.n)
	} else {
		err = a.executor.ForwardFrames(pass, x.at, x.n)
	}
	if err != nil {
		return nil, err
	}
	logits, err := a.executor.Logits()
	if err != nil {
		return nil, err
	}
	e := make([]F, len(logits))
	classes := layer.Size(a.ring.Readout.OutShape())
	if classes*x.n != len(logits) {
		return nil, fmt.Errorf("the executor has %d classes, the ring %d", len(logits)/x.n, classes)
	}
	for i := range labels {
		_, err := loss.InstantaneousLoss(loss.Instantaneous{Ticks: 1, MSE: a.options.MSE}, logits[i*classes:][:classes], labels[i:i+1], e[i*classes:][:classes])
		if err != nil {
			return nil, err
		}
	}
	for i := range e {
		e[i] /= F(mean)
	}
	return e, a.executor.BackwardLogits(e)
}

// gramsOfDense multiplies rates and errors: ⟨g_i, g_j⟩ = ⟨δ_i, δ_j⟩·⟨a_i, a_j⟩ (nio.md §5).
func (a *SPIDE[F]) gramsOfDense(b Batch, x *frames[F], mean int, scale float64) ([]Gram, error) {
	defer a.parameters.clear()
	e, err := a.play(spide.Pass{Step: b.Step}, x, b.Labels, mean)
	if err != nil {
		return nil, fmt.Errorf("nio: %w", err)
	}
	var grams []Gram
	for _, block := range a.blocks() {
		f := newFactors(x.n, 1, layer.Size(block.m.InShape()), layer.Size(block.m.OutShape()))
		if block.target == toReadout {
			record(f, 0, e, a.before(block, x), float64(mean))
		} else {
			record(f, 0, a.gated(block.target), a.before(block, x), scale/a.executor.Config().Theta())
		}
		grams = append(grams, f.weightGram())
		if len(block.m.Params()) > 1 {
			grams = append(grams, f.biasGram())
		}
	}
	return grams, nil
}

// before is what the block learns from: rates, or the mean of the input over the ticks.
func (a *SPIDE[F]) before(b spideBlock[F], x *frames[F]) []F {
	if b.source != fromInput {
		return a.executor.Rates(b.source)
	}
	if x.constant {
		return x.x
	}
	mean := make([]F, x.n*x.size)
	for t := range x.ticks {
		for i, v := range x.at(t) {
			mean[i] += v
		}
	}
	for i := range mean {
		mean[i] /= F(x.ticks)
	}
	return mean
}

// gated is m ⊙ β of a layer.
func (a *SPIDE[F]) gated(i int) []F {
	list := make([]F, len(a.executor.Beta(i)))
	for j, open := range a.executor.Gate(i) {
		if open {
			list[j] = a.executor.Beta(i)[j]
		}
	}
	return list
}
