package bptt

import (
	"couplet/internal/dense"
	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/ottt"
)

// population is what leaky integrate-and-fire neurons need besides the record of their node: batch × size
// each, of the present tick.
type population[F layer.Real] struct {
	neuron    dense.Membrane[F]
	surrogate dense.Surrogate[F]
	lambda    F
	index     int // among the populations of the network

	membrane []F // after the reset: u[t] - V·s[t]
	mask     []F // 0 for dropped neurons, 1/(1-p) for the others; empty without dropout
	adjoint  []F // δ[t] = ∂L/∂u[t], on the way back that of the tick before: δ[t+1]
	fired    int64
}

func newPopulation[F layer.Real](c ottt.Neuron, index int) *population[F] {
	lambda, threshold := F(c.Lambda), F(c.Threshold)
	return &population[F]{
		// The kernel integrates spikes as well, as online training needs. Here the result is thrown away.
		neuron:    dense.Membrane[F]{Before: lambda, Threshold: threshold, Quantum: threshold, After: 1, Trace: 0},
		surrogate: dense.Surrogate[F]{Steepness: F(c.Alpha), Threshold: threshold},
		lambda:    lambda, index: index,
	}
}

// begin puts the neurons to rest, before the first tick and after the last.
func (p *population[F]) begin(values int) {
	p.membrane = cleared(p.membrane, values)
	p.adjoint = cleared(p.adjoint, values)
}

// drop chooses the neurons that are silenced while the samples of a batch are shown: those that online
// training drops for the same seed, step and place in the whole batch.
func (p *population[F]) drop(b ottt.Batch, probability float64, size int) {
	if probability == 0 {
		p.mask = p.mask[:0]
		return
	}
	p.mask = cleared(p.mask, b.Samples*size)
	key := rng.NewKey(b.Seed, rng.Dropout, uint64(p.index)).Sub(b.Step)
	first, kept := uint64(b.First*size), F(1/(1-probability))
	for i := range p.mask {
		if key.Bernoulli(first+uint64(i), 1-probability) {
			p.mask[i] = kept
		}
	}
}

// fire advances all neurons by one tick. Where the current was is the potential u[t] afterwards.
//
//	u[t] = λ·(u[t-1] - V·s[t-1]) + current[t]
//	s[t] = 1 if u[t] ≥ V, else 0
//
// A dropped neuron sees its own spikes in its membrane; they do not leave it.
func (p *population[F]) fire(current, spikes, scratch []F) {
	p.fired += int64(p.neuron.Fire(p.membrane, current, spikes, scratch[:len(spikes)]))
	if len(p.mask) > 0 {
		multiply(spikes, p.mask)
	}
}

// back makes of the errors ∂L/∂s[t] and the potentials u[t] the adjoint of this tick,
//
//	δ[t] = ∂L/∂s[t]·ψ(u[t]) + λ·δ[t+1]
//
// with the reset detached: the way from s[t] to u[t+1] over -λV is left out. The errors are overwritten.
func (p *population[F]) back(errors, potentials []F) []F {
	if len(p.mask) > 0 {
		multiply(errors, p.mask)
	}
	p.surrogate.Apply(errors, potentials)
	adjoint := p.adjoint[:len(errors)]
	for i, e := range errors {
		adjoint[i] = F(p.lambda*adjoint[i]) + e
	}
	return adjoint
}

// multiply sets y = y·x.
func multiply[F layer.Real](y, x []F) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] *= v
	}
}

// add sets y = y + x.
func add[F layer.Real](y, x []F) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += v
	}
}
