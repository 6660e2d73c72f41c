package spide

import (
	"errors"

	"couplet/learning/layer"
)

// Accumulate adds the gradients of all blocks to their parameters, summed over the batch, from what
// the two stages have left in each neuron and nothing else. For a block from layer i to layer j
//
//	∇S = (1/θ)·(m_j ⊙ β_j)·a_iᵀ,   ∇b = (1/θ)·(m_j ⊙ β_j)
//
// and for the input block with the input in place of a_i. Where dropout or the norm restriction
// multiply the block by a mask and a factor, the gradient is multiplied likewise, unless
// [Config.ReferenceDropout] leaves the masks out.
func (e *Executor[F]) Accumulate() error {
	if e.done != backwardDone && e.done != exactDone {
		return errors.New("spide: the batch has had no backward stage")
	}
	e.accumulate(e.input, e.x, e.populations[0])
	for i, p := range e.between {
		e.accumulate(p, e.populations[i].rate, e.populations[i+1])
	}
	if e.feedback != nil {
		e.accumulate(e.feedback, e.last().rate, e.populations[0])
	}
	return nil
}

// accumulate adds the gradient of one block, from the activity before it and the layer after it.
func (e *Executor[F]) accumulate(p *projection[F], before []F, after *population[F]) {
	e.weigh(p, after, !e.config.ReferenceDropout)
	train(p.m, before, after.delta, e.batch)
}

// weigh computes (1/θ)·m ⊙ β, times the factor of the block p and, if asked for, its mask: the error
// of the layer as the block sees it.
func (e *Executor[F]) weigh(p *projection[F], l *population[F], masked bool) {
	scale := F(p.factor / e.config.Theta())
	for j, open := range l.gate {
		v := F(0)
		if open {
			v = F(scale * l.beta[j])
			if masked && p.mask != nil {
				v *= p.mask[j]
			}
		}
		l.delta[j] = v
	}
}

// train adds the gradient of a map, down to the parameters from which its weights derive.
func train[F layer.Real](m layer.Map[F], x, gy []F, batch int) {
	m.Accumulate(x, gy, batch)
	if d, ok := m.(layer.Prepared); ok {
		d.Finish()
	}
}
