package event

import (
	"couplet/internal/dense"
	"couplet/internal/rng"
	"couplet/learning/ottt"
	"couplet/sim"
)

// neurons is what the rule keeps of a population of leaky integrate-and-fire neurons. Their membranes are
// the engine's.
type neurons struct {
	index     int // among the populations of the network
	surrogate dense.Surrogate[float64]

	mask   []bool  // neurons that dropout silences, if it is on
	kept   float64 // what a spike of the others counts: 1/(1-p), or 1 without dropout
	spikes activity
	traces *traces

	// Feedback learns from what it carries, and that is a tick old.
	lastSpikes activity
	lastTraces activity
	holdSpikes bool
	holdTraces bool

	charged []float64 // u_pre, where errors arrive
	fired   []uint32  // scratch
	g, u    []float64 // scratch
}

func newNeurons(c ottt.Neuron, index, size int) *neurons {
	return &neurons{
		index: index, kept: 1,
		surrogate: dense.Surrogate[float64]{Steepness: c.Alpha, Threshold: c.Threshold},
		spikes:    newActivity(size), traces: newTraces(size, c.Lambda), charged: make([]float64, size),
		g: make([]float64, size), u: make([]float64, size), fired: make([]uint32, 0, size),
	}
}

// remembers asks for the activity of the last tick to be kept.
func (p *neurons) remembers(traced bool) {
	size := len(p.charged)
	if p.lastSpikes.value == nil {
		p.lastSpikes = newActivity(size)
	}
	p.holdSpikes = true
	if traced && !p.holdTraces {
		p.holdTraces, p.lastTraces = true, newActivity(size)
	}
}

// rest silences the neurons at the start of a sample.
func (p *neurons) rest() {
	p.spikes.clear()
	p.traces.rest()
	p.lastSpikes.clear()
	p.lastTraces.clear()
}

// drop chooses the neurons that are silenced while a training sample is shown, with the random numbers of
// the batched executor.
func (p *neurons) drop(b ottt.Batch, probability float64) {
	p.kept, p.mask = 1, p.mask[:0]
	if probability == 0 || !b.Training {
		return
	}
	p.kept = 1 / (1 - probability)
	key := rng.NewKey(b.Seed, rng.Dropout, uint64(p.index)).Sub(b.Step)
	first := uint64(b.First * len(p.charged))
	for i := range p.charged {
		p.mask = append(p.mask, !key.Bernoulli(first+uint64(i), 1-probability))
	}
}

// remember keeps the activity of the tick that is over, before the next one.
func (p *neurons) remember(tick int64) {
	if p.holdSpikes {
		p.lastSpikes.assign(&p.spikes)
	}
	if p.holdTraces {
		p.traces.settle(tick)
		p.lastTraces.assign(&p.traces.activity)
	}
}

// hear takes over the spikes of a tick, those of silenced neurons left out.
func (p *neurons) hear(s *sim.Simulator, q *sim.Population, tick int64, training bool) {
	p.spikes.clear()
	p.fired = s.Emitted(q, p.fired[:0])
	for _, i := range p.fired {
		p.spikes.set(i, p.kept)
		if training {
			p.traces.add(i, tick, p.kept)
		}
	}
}

// gate turns errors of spikes into errors of membranes, g = e·mask·ψ(u_pre), and lists those that are
// not 0.
func (p *neurons) gate(s *sim.Simulator, q *sim.Population, errors *activity) error {
	errors.collect()
	if len(errors.list) == 0 {
		return nil
	}
	if err := s.Read(q, "u_pre", p.charged); err != nil {
		return err
	}
	p.g, p.u = p.g[:0], p.u[:0]
	for _, i := range errors.list {
		e := errors.value[i]
		if len(p.mask) > 0 {
			if e *= p.kept; p.mask[i] {
				e = 0
			}
		}
		p.g, p.u = append(p.g, e), append(p.u, p.charged[i])
	}
	p.surrogate.Apply(p.g, p.u)
	for k, i := range errors.list {
		errors.value[i] = p.g[k]
	}
	errors.collect()
	return nil
}
