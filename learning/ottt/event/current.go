package event

import "fmt"

// Real values reach the network as constant currents: what the input and all biases give without any spike is
// computed once, when a frame is shown or weights have changed, and flows until then. A Sum hands on what
// has reached it that way, through the operations behind it.

// setCurrents gives the engine the currents of the coming tick, if they are not those of the last one.
func (n *Net) setCurrents() error {
	if !n.renew {
		return nil
	}
	for _, d := range n.nodes {
		if d.driven {
			n.sumConstants(d)
		}
		if d.current == nil {
			continue
		}
		if err := n.simulator.SetCurrent(d.current, d.constant); err != nil {
			return fmt.Errorf("event: the current into %q: %w%s", d.spec.Name, err, n.culprit())
		}
	}
	n.renew = false
	return nil
}

// sumConstants computes the constant current of a node, those of earlier nodes being there.
func (n *Net) sumConstants(d *node) {
	clear(d.constant)
	for _, l := range d.links {
		switch {
		case l.graded() || l.Spec.Feedback && n.tick == 0: // feedback brings nothing yet, not even its bias
		case l.source == nil && !n.injects:
			n.work.Currents += l.inputWays
			n.pass(l, n.frame.value)
		case l.source != nil && l.source.lif == nil && l.source.driven:
			n.work.Currents += l.ways.Forward(l.source.constant)
			n.pass(l, l.source.constant)
		case l.bias != nil:
			factor, area := l.factor(), d.size/len(l.bias.Value)
			for i := range d.constant {
				d.constant[i] += float64(factor * l.bias.Value[i/area])
			}
		}
	}
}

// pass adds what a link makes of real values to the constant current of its target.
func (n *Net) pass(l *link, values []float64) {
	out := values
	if l.Map != nil {
		out = n.scratch[:l.target.size]
		l.Map.Forward(values, out, 1)
	}
	factor := l.factor()
	for i, v := range out {
		l.target.constant[i] += float64(factor * v)
	}
}
