package ottt

import (
	"fmt"
	"math"

	"couplet/learning/loss"
)

// Backward sends the error of the last tick back through the layers, not through time, and gathers the
// gradients of all parameters (ottt.md §2). It returns the loss of the tick: L[t] of the samples, times
// their share of the whole batch. The gradients are complete after [Net.Finish].
//
// An error for a loss that is not finite names the layer from which it comes.
func (n *Net[F]) Backward(labels []int) (float64, error) {
	if err := n.mayGoBack(len(labels)); err != nil {
		return 0, err
	}
	e, share := n.readout().errors, n.batch.share()
	l, err := loss.InstantaneousLoss(n.batch.Loss, n.readout().current, labels, e)
	if err != nil {
		return 0, fmt.Errorf("ottt: %w", err)
	}
	if !loss.Finite(l) {
		return 0, fmt.Errorf("ottt: the loss is %g at tick %d%s", l, n.tick, n.culprit())
	}
	if share != 1 {
		for i := range e {
			e[i] = F(float64(e[i]) * share)
		}
	}
	n.back()
	return l * share, nil
}

// BackwardFrom is Backward for a loss of the caller's own: e is its gradient by the logits of the last
// tick, batch × Classes.
func (n *Net[F]) BackwardFrom(e []F) error {
	if err := n.mayGoBack(n.batch.Samples); err != nil {
		return err
	}
	if own := n.readout().errors; len(e) != len(own) {
		return fmt.Errorf("ottt: errors of %d values, want %d samples of %d", len(e), n.batch.Samples, n.Classes())
	}
	copy(n.readout().errors, e)
	n.back()
	return nil
}

func (n *Net[F]) mayGoBack(labels int) error {
	switch {
	case !n.started:
		return errNotBegun
	case !n.batch.Training:
		return errNotTraining
	case n.tick == 0 || n.backward:
		return fmt.Errorf("ottt: no new tick whose error could be sent back (tick %d)", n.tick)
	case labels != n.batch.Samples:
		return fmt.Errorf("ottt: %d labels for a batch of %d samples", labels, n.batch.Samples)
	}
	return nil
}

// back goes through the nodes from the readout, whose errors have been set, to the input.
func (n *Net[F]) back() {
	n.backward = true
	for _, d := range n.nodes {
		d.reached = false
	}
	n.readout().reached = true
	for i := len(n.nodes) - 1; i >= 0; i-- {
		d := n.nodes[i]
		if !d.reached {
			clear(d.errors)
			continue
		}
		if d.lif != nil {
			d.lif.gate(d.errors, d.current) // now g[t]
		}
		for _, p := range d.from {
			n.backProjection(p, d.errors)
		}
	}
}

// backProjection gathers the gradients of one projection for the errors g of its target, and passes the
// errors on to its source. Nothing passes to the input, nor back through feedback.
func (n *Net[F]) backProjection(p *projection[F], g []F) {
	if p.spec.Feedback && n.tick == 1 {
		return // nothing was delivered
	}
	if p.gain != nil {
		g = p.backGain(g)
	}
	n.gather(p, g)
	if p.source != nil && !p.spec.Feedback {
		n.pass(p, g)
	}
}

// backGain adds to the gradient of the gain, ∂L/∂g = Factor·Σ error·out with what was delivered at this
// tick, untraced, and returns the errors before it.
func (p *projection[F]) backGain(g []F) []F {
	sum := 0.0
	out := p.out[:len(g)]
	for i, e := range g {
		sum += float64(float64(e) * float64(out[i]))
	}
	p.gain.Grad[0] += F(float64(p.factor) * sum)
	factor := p.factor * p.gain.Value[0]
	weighted := p.weighted[:len(g)]
	for i, e := range g {
		weighted[i] = F(factor * e)
	}
	return weighted
}

// gather adds g[t]·â[t]ᵀ to the gradient of the weights and g[t] to that of the bias.
func (n *Net[F]) gather(p *projection[F], g []F) {
	if len(p.params) == 0 {
		return
	}
	presynaptic := p.before
	if !p.spec.Feedback {
		presynaptic = p.presynaptic(n)
	}
	if n.counting {
		p.counted.Update += pairs(p.synapses, presynaptic, g)
	}
	switch {
	case !p.deferred():
		p.m.Accumulate(presynaptic, g, n.batch.Samples)
	case p.owed:
		add(p.pending, g)
	default:
		copy(p.pending, g)
		p.owed = true
	}
}

// pass sends errors through the weights to the source, on top of those from other projections.
func (n *Net[F]) pass(p *projection[F], g []F) {
	if n.counting {
		p.counted.Backward += returns(p.synapses, g)
	}
	to := p.source.errors
	switch {
	case p.m == nil && p.source.reached:
		add(to, g)
	case p.m == nil:
		copy(to, g)
	case p.source.reached:
		scratch := n.scratch[:len(to)]
		p.m.Back(g, scratch, n.batch.Samples)
		add(to, scratch)
	default:
		p.m.Back(g, to, n.batch.Samples)
	}
	p.source.reached = true
}

// settle adds the gradients that are owed to an input held over several ticks.
func (n *Net[F]) settle() {
	for _, d := range n.nodes {
		for _, p := range d.from {
			if p.owed {
				p.m.Accumulate(n.input, p.pending, n.batch.Samples)
				p.owed = false
			}
		}
	}
}

// Finish completes the gradients of the ticks since they were cleared, for an optimiser to use. A gradient
// or a membrane that is not finite is an error that names the place.
func (n *Net[F]) Finish() error {
	n.settle()
	for _, p := range n.prepared {
		p.Finish()
	}
	for _, p := range n.params {
		if i := notFinite(p.Grad); i >= 0 {
			return fmt.Errorf("ottt: the gradient of %q is %g (index %d) after tick %d%s", p.Name, p.Grad[i], i, n.tick, n.culprit())
		}
	}
	// An infinite membrane fires for ever and learns nothing, as ψ is 0 there: no gradient would tell.
	for _, d := range n.populations {
		if notFinite(d.lif.membrane) >= 0 {
			return fmt.Errorf("ottt: membranes are not finite after tick %d%s", n.tick, n.culprit())
		}
	}
	return nil
}

// culprit tells where activity stopped being finite: the first layer in the order of evaluation.
func (n *Net[F]) culprit() string {
	if i := notFinite(n.input); i >= 0 {
		return fmt.Sprintf(": the input of sample %d is %g (index %d)", n.batch.First+i/n.inputSize, n.input[i], i%n.inputSize)
	}
	for _, p := range n.params {
		if i := notFinite(p.Value); i >= 0 {
			return fmt.Sprintf(": the parameter %q is %g (index %d)", p.Name, p.Value[i], i)
		}
	}
	for _, d := range n.nodes {
		if i := notFinite(d.current); i >= 0 {
			return fmt.Sprintf(": in sample %d unit %d of layer %q is at %g", n.batch.First+i/d.size, i%d.size, d.spec.Name, d.current[i])
		}
	}
	return ""
}

// notFinite returns the index of the first value that is infinite or NaN, or -1.
func notFinite[F ~float32 | ~float64](values []F) int {
	// x·0 is 0 unless x is not finite, when it is NaN and stays so in the sums: four, to go side by side.
	var a, b, c, d F
	i := 0
	for ; i+4 <= len(values); i += 4 {
		v := values[i : i+4 : i+4]
		a, b, c, d = a+v[0]*0, b+v[1]*0, c+v[2]*0, d+v[3]*0
	}
	for _, v := range values[i:] {
		a += v * 0
	}
	if a+b+c+d == 0 {
		return -1
	}
	for i, v := range values {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return i
		}
	}
	return -1
}
