package event

import (
	"fmt"

	"couplet/learning/layer"
	"couplet/learning/loss"
)

// Backward sends the error of the last tick back through the synapses, not through time, and gathers the
// gradients of all parameters (ottt.md §2). It returns the loss of the tick, L[t] of the sample times its share
// of the batch. The gradients are complete after [Net.Finish].
func (n *Net) Backward(labels []int) (float64, error) {
	if err := n.mayGoBack(); err != nil {
		return 0, err
	}
	if len(labels) != 1 {
		return 0, fmt.Errorf("event: %d labels for one sample", len(labels))
	}
	e := n.readout().errors.value
	l, err := loss.InstantaneousLoss(n.batch.Loss, n.readout().values.value, labels, e)
	if err != nil {
		return 0, fmt.Errorf("event: %w", err)
	}
	if !loss.Finite(l) {
		return 0, fmt.Errorf("event: the loss is %g at tick %d%s", l, n.tick, n.culprit())
	}
	share := 1 / float64(max(n.batch.Of, 1))
	for i := range e {
		e[i] = float64(e[i] * share)
	}
	return float64(l * share), n.back()
}

// BackwardFrom is Backward for a loss of the caller's own: e is its gradient by the logits of the last tick.
func (n *Net) BackwardFrom(e []float64) error {
	if err := n.mayGoBack(); err != nil {
		return err
	}
	if len(e) != n.Classes() {
		return fmt.Errorf("event: errors of %d values, want %d", len(e), n.Classes())
	}
	copy(n.readout().errors.value, e)
	return n.back()
}

func (n *Net) mayGoBack() error {
	switch {
	case !n.started:
		return errNotBegun
	case !n.batch.Training:
		return errNotTraining
	case n.tick == 0 || n.backward:
		return fmt.Errorf("event: no new tick whose error could be sent back (tick %d)", n.tick)
	}
	return nil
}

// back goes through the nodes from the readout, whose errors have been set, to the input. Only neurons with
// an error send one on.
func (n *Net) back() error {
	n.backward = true
	for _, d := range n.nodes {
		if d != n.readout() {
			d.errors.clear()
		}
	}
	for k := len(n.nodes) - 1; k >= 0; k-- {
		d := n.nodes[k]
		if d.lif == nil {
			d.errors.collect()
		} else if err := d.lif.gate(n.simulator, d.population, &d.errors); err != nil {
			return fmt.Errorf("event: %w", err)
		}
		if len(d.errors.list) == 0 {
			continue
		}
		for _, l := range d.links {
			if !l.Spec.Feedback || n.tick > 1 { // before, feedback delivered nothing
				n.backLink(l, &d.errors)
			}
		}
	}
	return nil
}

// backLink gathers the gradients of one projection for the errors g of its target, and passes the errors on
// to its source. Nothing passes to the input, nor back through feedback.
func (n *Net) backLink(l *link, g *activity) {
	passes := l.source != nil && !l.Spec.Feedback
	if l.gained() {
		n.backGain(l, g, passes)
		g = &l.weighted
	} else if passes {
		ops := l.walk.back(g, l.source.errors.value)
		l.counted.Backward += ops
		n.work.Backward += ops
	}
	if !l.learned || len(g.list) == 0 {
		return
	}
	if l.deferred() {
		for _, o := range g.list {
			l.pending.value[o] += g.value[o]
		}
		l.owed = true
		l.counted.Update += l.updates(&n.frame, g)
		return
	}
	ops := l.walk.gather(g, n.presynaptic(l))
	l.counted.Update += ops
	n.work.Update += ops
}

// updates counts the synapses between two activities without walking them.
func (l *link) updates(pre, post *activity) int64 {
	if _, dense := l.walk.(*matrix); dense {
		return int64(len(pre.list) * len(post.list))
	}
	return l.ways.Update(pre.value, post.value)
}

// backGain adds to the gradient of a gain, ∂L/∂g = Factor·Σ error·(W·a + b), for the activity a that the
// projection has carried, and sets the errors before the gain. The sum is taken where the errors arrive:
// Σ error·(W·a) = Σ (Wᵀ·error)·a.
func (n *Net) backGain(l *link, g *activity, passes bool) {
	clear(l.back)
	ops := l.walk.back(g, l.back)
	sum := 0.0
	a := n.carried(l)
	for _, i := range a.list {
		sum += float64(l.back[i] * a.value[i])
	}
	if l.bias != nil {
		area := l.target.size / len(l.bias.Value)
		for _, o := range g.list {
			sum += float64(g.value[o] * l.bias.Value[int(o)/area])
		}
	}
	l.Gain.Grad[0] += float64(l.Spec.Gain.Factor * sum)

	factor := l.factor()
	l.weighted.clear()
	if factor != 0 {
		for _, o := range g.list {
			if e := float64(factor * g.value[o]); e != 0 {
				l.weighted.set(o, e)
			}
		}
	}
	if !passes || len(l.weighted.list) == 0 {
		n.work.Gain += ops
		return
	}
	addScaled(l.source.errors.value, l.back, factor)
	l.counted.Backward += ops
	n.work.Backward += ops
}

// carried is the activity that a projection has delivered at this tick.
func (n *Net) carried(l *link) *activity {
	switch {
	case l.source == nil:
		return &n.frame
	case l.source.lif == nil:
		return &l.source.values
	case l.Spec.Feedback:
		return &l.source.lif.lastSpikes
	}
	return &l.source.lif.spikes
}

// presynaptic is the presynaptic factor of the weight gradient: trace or activity.
func (n *Net) presynaptic(l *link) *activity {
	switch {
	case !l.Spec.Traced:
		return n.carried(l)
	case l.source == nil:
		n.traced.settle(int64(n.tick))
		return &n.traced.activity
	case l.Spec.Feedback:
		return &l.source.lif.lastTraces
	}
	l.source.lif.traces.settle(int64(n.tick))
	return &l.source.lif.traces.activity
}

// settle adds the gradients that are owed to an input held over several ticks.
func (n *Net) settle() {
	for _, l := range n.links {
		if !l.owed {
			continue
		}
		l.pending.collect()
		n.work.Update += l.walk.gather(&l.pending, &n.frame)
		l.pending.clear()
		l.owed = false
	}
}

// Finish completes the gradients of the ticks since they were cleared, for an optimiser to use. A gradient
// that is not finite is an error that names it.
func (n *Net) Finish() error {
	n.settle()
	for _, l := range n.links {
		l.walk.settle()
		if p, ok := l.Map.(layer.Prepared); ok {
			p.Finish()
		}
	}
	for _, p := range n.Params() {
		if i := notFinite(p.Grad); i >= 0 {
			return fmt.Errorf("event: the gradient of %q is %g (index %d) after tick %d%s", p.Name, p.Grad[i], i, n.tick, n.culprit())
		}
	}
	return nil
}
