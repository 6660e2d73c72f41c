package ottt

import (
	"couplet/internal/dense"
	"couplet/internal/rng"
	"couplet/learning/layer"
)

// population is the state of leaky integrate-and-fire neurons, batch × size each.
type population[F layer.Real] struct {
	neuron    dense.Membrane[F]
	surrogate dense.Surrogate[F]
	lambda    F
	index     int // among the populations of the network

	membrane []F // u_post[t], membrane after the reset
	spikes   []F // s[t], times the dropout mask: what leaves the neuron
	trace    []F // â[t] of what leaves the neuron
	mask     []F // 0 for dropped neurons, 1/(1-p) for the others; empty without dropout
	unmasked []F // the trace before the mask; empty without dropout
	fired    int64
}

func newPopulation[F layer.Real](c Neuron, index int) *population[F] {
	lambda, threshold := F(c.Lambda), F(c.Threshold)
	return &population[F]{
		neuron:    dense.Membrane[F]{Before: lambda, Threshold: threshold, Quantum: threshold, After: 1, Trace: lambda},
		surrogate: dense.Surrogate[F]{Steepness: F(c.Alpha), Threshold: threshold},
		lambda:    lambda, index: index,
	}
}

// begin puts the neurons to rest: u_post[0] = 0, â[0] = 0.
func (p *population[F]) begin(values int) {
	resize(&p.membrane, values)
	resize(&p.spikes, values)
	resize(&p.trace, values)
}

// drop chooses the neurons that are silenced while the samples of a training batch are shown. The
// choice depends on the place of a sample in the whole batch, not on how the batch is divided.
func (p *population[F]) drop(b Batch, probability float64, size int) {
	if probability == 0 || !b.Training {
		p.mask, p.unmasked = p.mask[:0], p.unmasked[:0]
		return
	}
	resize(&p.mask, b.Samples*size)
	resize(&p.unmasked, b.Samples*size)
	key := rng.NewKey(b.Seed, rng.Dropout, uint64(p.index)).Sub(b.Step)
	first, kept := uint64(b.First*size), F(1/(1-probability))
	for i := range p.mask {
		if key.Bernoulli(first+uint64(i), 1-probability) {
			p.mask[i] = kept
		}
	}
}

// step advances all neurons by one tick (ottt.md §1) and leaves u_pre in the place of the current:
//
//	u_pre[t]  = λ·u_post[t-1] + current[t]
//	s[t]      = 1 if u_pre[t] ≥ V, else 0
//	u_post[t] = u_pre[t] - V·s[t]
//	â[t]      = λ·â[t-1] + s[t]
//
// The membrane sees its own spike whether or not the neuron is dropped; the trace sees what leaves.
func (p *population[F]) step(current []F) {
	if len(p.mask) == 0 {
		p.fired += int64(p.neuron.Fire(p.membrane, current, p.spikes, p.trace))
		return
	}
	p.fired += int64(p.neuron.Fire(p.membrane, current, p.spikes, p.unmasked))
	multiply(p.spikes, p.mask)
	decay(p.trace, p.spikes, p.lambda)
}

// decay sets trace = λ·trace + activity. The product is rounded before the sum, as everywhere.
func decay[F layer.Real](trace, activity []F, lambda F) {
	trace = trace[:len(activity)]
	for i, a := range activity {
		trace[i] = F(lambda*trace[i]) + a
	}
}

// gate turns errors of spikes into errors of membranes: g = e·mask·ψ(u_pre).
func (p *population[F]) gate(errors, charged []F) {
	if len(p.mask) > 0 {
		multiply(errors, p.mask)
	}
	p.surrogate.Apply(errors, charged)
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

// addScaled sets y = y + a·x.
func addScaled[F layer.Real](y, x []F, a F) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += F(a * v)
	}
}
