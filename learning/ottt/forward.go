package ottt

import "fmt"

// Tick advances the network by one tick with the input x, batch × InputSize, and returns the logits of
// this tick, batch × Classes, which are valid until the next one. The input is copied.
func (n *Net[F]) Tick(x []F) ([]F, error) {
	switch {
	case !n.started:
		return nil, errNotBegun
	case len(x) != len(n.input):
		return nil, fmt.Errorf("ottt: an input of %d values, want %d samples of %d", len(x), n.batch.Samples, n.inputSize)
	}
	n.settle() // what is owed belongs to the input that goes
	copy(n.input, x)
	n.renew = true
	return n.advance(), nil
}

// Hold advances the network by one tick with the input of the tick before, as an image shown as a
// constant current does. What the input gives through the weights is not computed again.
func (n *Net[F]) Hold() ([]F, error) {
	if !n.started || n.tick == 0 {
		return nil, fmt.Errorf("ottt: no input to hold: the first tick of a batch needs one")
	}
	return n.advance(), nil
}

func (n *Net[F]) advance() []F {
	if n.batch.Training && n.tracesInput {
		decay(n.inputTrace, n.input, F(n.network.Neuron.Lambda))
	}
	for _, d := range n.nodes {
		n.advanceNode(d)
	}
	n.renew, n.backward = false, false
	n.tick++
	n.sampleTicks += int64(n.batch.Samples)
	return n.readout().current
}

// advanceNode evaluates one node: the currents of its projections, then its neurons.
func (n *Net[F]) advanceNode(d *node[F]) {
	for k, p := range d.from {
		n.deliver(p)
		if !p.alone(d) {
			p.addTo(d.current, k == 0)
		}
	}
	if d.lif != nil {
		d.lif.step(d.current)
	}
}

// deliver computes what a projection delivers at this tick. Feedback is evaluated before its source is,
// and so finds the spikes of the tick before.
func (n *Net[F]) deliver(p *projection[F]) {
	activity := p.active(n)
	if n.counting {
		p.counted.Forward += events(p.synapses, activity)
	}
	if p.spec.Feedback && n.batch.Training {
		copy(p.before, p.presynaptic(n))
	}
	switch {
	case p.spec.Feedback && n.tick == 0:
		clear(p.out) // before the first tick there was none
	case p.m == nil && p.spec.Feedback:
		copy(p.out, activity) // which the source is about to overwrite
	case p.m == nil:
		p.out = activity
	case p.source != nil || n.renew:
		p.m.Forward(activity, p.out, n.batch.Samples)
	}
}

// active is the activity that the projection carries at this tick.
func (p *projection[F]) active(n *Net[F]) []F {
	if p.source == nil {
		return n.input
	}
	return p.source.output()
}

// presynaptic is the presynaptic factor of the weight gradient: trace or activity.
func (p *projection[F]) presynaptic(n *Net[F]) []F {
	switch {
	case p.spec.Traced && p.source == nil:
		return n.inputTrace
	case p.spec.Traced:
		return p.source.lif.trace
	}
	return p.active(n)
}

// addTo adds what the projection delivers to the current of its target; the first one sets it.
func (p *projection[F]) addTo(current []F, first bool) {
	factor := F(1)
	if p.gain != nil {
		factor = p.factor * p.gain.Value[0]
	}
	out := p.out[:len(current)]
	switch {
	case first && p.gain == nil:
		copy(current, out)
	case first:
		for i, v := range out {
			current[i] = F(factor * v)
		}
	case p.gain == nil:
		add(current, out)
	default:
		addScaled(current, out, factor)
	}
}
