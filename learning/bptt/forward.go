package bptt

// advance evaluates tick t, counted from 0, node after node.
func (n *Net[F]) advance(t int) {
	for _, d := range n.nodes {
		current := n.charge(d, t)
		if d.lif != nil {
			d.lif.fire(current, d.spikes.at(t), n.scratch)
		}
	}
	n.trainedTicks += int64(n.samples)
}

// charge sums what the projections deliver to a node, Σ W·s_in[t] + b. The order of the sum is that of
// online training, and with it every bit that decides about a spike.
func (n *Net[F]) charge(d *node[F], t int) []F {
	current := d.current.at(t)
	for k, p := range d.into {
		first := k == 0
		switch {
		case p.spec.Feedback && t == 0: // before the first tick there was none
			if first {
				clear(current)
			}
		case first && p.m != nil && p.gain == nil && !p.held:
			p.m.Forward(n.activity(p, t), current, n.samples)
		default:
			p.addTo(current, n.deliver(p, t, len(current)), first)
		}
	}
	return current
}

// activity is what the projection carries in tick t.
func (n *Net[F]) activity(p *projection[F], t int) []F {
	switch {
	case p.source == nil:
		return n.input.at(t)
	case p.spec.Feedback:
		return p.source.output().at(t - 1)
	}
	return p.source.output().at(t)
}

// deliver computes what the projection delivers in tick t, before the gain, or finds it where it does not
// change. Where there is a gain it is kept for its gradient.
func (n *Net[F]) deliver(p *projection[F], t, values int) []F {
	x := n.activity(p, t)
	switch {
	case p.m == nil:
		return x
	case p.held && t > 0:
		return p.out.at(0)
	}
	out := n.scratch[:values]
	if p.held || p.gain != nil {
		out = p.out.at(t)
	}
	p.m.Forward(x, out, n.samples)
	return out
}

// delivered is what deliver gave in tick t, for a projection with a gain.
func (n *Net[F]) delivered(p *projection[F], t int) []F {
	switch {
	case p.m == nil:
		return n.activity(p, t)
	case p.held:
		return p.out.at(0)
	}
	return p.out.at(t)
}

// addTo adds what the projection delivers to the current of its target; the first one sets it.
func (p *projection[F]) addTo(current, out []F, first bool) {
	factor := F(1)
	if p.gain != nil {
		factor = p.strength()
	}
	out = out[:len(current)]
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
		for i, v := range out {
			current[i] += F(factor * v)
		}
	}
}

// strength is the factor that a gain makes.
func (p *projection[F]) strength() F { return p.factor * p.gain.Value[0] }
