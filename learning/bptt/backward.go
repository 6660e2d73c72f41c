package bptt

import (
	"fmt"

	"couplet/learning/layer"
)

// back goes through the ticks from the last to the first, and in each through the nodes from the readout to
// the input, and gathers the gradients of all parameters.
func (n *Net[F]) back() {
	for t := n.ticks - 1; t >= 0; t-- {
		readout := n.readout()
		copy(readout.errors, n.loss.at(t))
		readout.reached = true
		for i := len(n.nodes) - 1; i >= 0; i-- {
			n.backNode(n.nodes[i], t)
		}
	}
	for _, d := range n.nodes {
		for _, p := range d.into {
			if p.held && p.trains {
				p.m.Accumulate(n.input.at(0), p.pending, n.samples)
			}
		}
	}
}

// backNode turns the errors of a node's output into those of its current, δ[t] of a population, and hands
// them to the projections. All that had to arrive has: in this tick from later nodes, from the tick after
// over feedback.
func (n *Net[F]) backNode(d *node[F], t int) {
	if !d.reached {
		clear(d.errors)
	}
	d.reached = false // from here on, errors are those of the tick before
	delta := d.errors
	if d.lif != nil {
		delta = d.lif.back(d.errors, d.current.at(t))
	}
	for _, p := range d.into {
		if !p.spec.Feedback || t > 0 { // nothing was delivered otherwise
			n.backProjection(p, delta, t)
		}
	}
}

// backProjection gathers the gradients of one projection for the errors δ[t] of its target,
//
//	∇W += δ[t]·s_in[t]ᵀ,   ∇b += δ[t],
//
// and sends the errors on through the weights; feedback sends them to the tick before.
func (n *Net[F]) backProjection(p *projection[F], delta []F, t int) {
	if p.gain != nil {
		delta = n.backGain(p, delta, t)
	}
	switch {
	case !p.trains:
	case p.held: // Σ_t δ[t]·xᵀ = (Σ_t δ[t])·xᵀ
		add(p.pending, delta)
	default:
		p.m.Accumulate(n.activity(p, t), delta, n.samples)
	}
	if p.source != nil {
		n.pass(p, delta)
	}
}

// backGain adds to the gradient of the gain, ∂L/∂g = Factor·Σ δ·delivered, and returns the errors before it.
func (n *Net[F]) backGain(p *projection[F], delta []F, t int) []F {
	sum := 0.0
	out := n.delivered(p, t)[:len(delta)]
	for i, e := range delta {
		sum += float64(float64(e) * float64(out[i]))
	}
	p.gain.Grad[0] += F(float64(p.factor) * sum)
	factor := p.strength()
	weighted := n.weighted[:len(delta)]
	for i, e := range delta {
		weighted[i] = F(factor * e)
	}
	return weighted
}

// pass sends errors through the weights to the source, on top of those from other projections.
func (n *Net[F]) pass(p *projection[F], delta []F) {
	to := p.source.errors
	switch {
	case p.m == nil && p.source.reached:
		add(to, delta)
	case p.m == nil:
		copy(to, delta)
	case p.source.reached:
		scratch := n.scratch[:len(to)]
		p.m.Back(delta, scratch, n.samples)
		add(to, scratch)
	default:
		p.m.Back(delta, to, n.samples)
	}
	p.source.reached = true
}

// finish completes the gradients: those of weights that derive from parameters become those of the
// parameters. A gradient or a membrane that is not finite is an error that names the place.
func (n *Net[F]) finish() error {
	for _, d := range n.nodes {
		for _, p := range d.into {
			if prepared, ok := p.m.(layer.Prepared); ok {
				prepared.Finish()
			}
		}
	}
	for _, p := range n.Params() {
		if i := notFinite(p.Grad); i >= 0 {
			return fmt.Errorf("bptt: the gradient of %q is %g (index %d)%s", p.Name, p.Grad[i], i, n.culprit(n.ticks-1))
		}
	}
	// An infinite membrane fires for ever and learns nothing, as ψ is 0 there: no gradient would tell.
	for _, d := range n.nodes {
		if d.lif != nil && notFinite(d.lif.membrane) >= 0 {
			return fmt.Errorf("bptt: membranes are not finite%s", n.culprit(n.ticks-1))
		}
	}
	return nil
}

// culprit tells where activity stopped being finite, up to tick last: the first parameter, or the first
// tick, and in it the first layer in the order of evaluation.
func (n *Net[F]) culprit(last int) string {
	for _, p := range n.Params() {
		if i := notFinite(p.Value); i >= 0 {
			return fmt.Sprintf(": the parameter %q is %g (index %d)", p.Name, p.Value[i], i)
		}
	}
	for t := range last + 1 {
		if x := n.input.at(t); notFinite(x) >= 0 {
			i := notFinite(x)
			return fmt.Sprintf(": the input of sample %d is %g at tick %d (index %d)", n.first+i/n.input.size, x[i], t+1, i%n.input.size)
		}
		for _, d := range n.nodes {
			if !d.current.whole && t < last {
				continue
			}
			if u := d.current.at(t); notFinite(u) >= 0 {
				i := notFinite(u)
				return fmt.Sprintf(": in sample %d unit %d of layer %q is at %g in tick %d", n.first+i/d.size, i%d.size, d.spec.Name, u[i], t+1)
			}
		}
	}
	return ""
}

// notFinite returns the index of the first value that is infinite or NaN, or -1.
func notFinite[F layer.Real](values []F) int {
	for i, v := range values {
		if v-v != 0 {
			return i
		}
	}
	return -1
}
