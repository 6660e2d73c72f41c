package ottt

import (
	"errors"
	"fmt"
	"slices"

	"couplet/internal/param"
)

// Validate reports everything that is wrong with the description, together.
func (n Network) Validate() error {
	_, err := n.plan()
	return err
}

// Parameters is the number of trainable numbers, or 0 for a description that is not valid.
func (n Network) Parameters() int {
	p, err := n.plan()
	if err != nil {
		return 0
	}
	count := 0
	for i, d := range n.Nodes {
		for k, from := range d.From {
			shape := p.shapeOf(p.source[i][k])
			for _, o := range from.Through {
				count += o.parameters(shape)
				shape, _ = o.outShape(shape)
			}
			if from.Gain.Name != "" {
				count++
			}
		}
	}
	return count
}

// plan is a description that has been understood: the shape of every node, and where each projection
// comes from.
type plan struct {
	input  []int
	shapes [][]int // per node
	source [][]int // per node and projection: index of the source node, fromInput for the input
}

const fromInput = -1

// shapeOf returns the shape of a source.
func (p *plan) shapeOf(source int) []int {
	if source == fromInput {
		return p.input
	}
	return p.shapes[source]
}

// planner collects what is wrong while the shapes are followed through the network.
type planner struct {
	net    Network
	plan   plan
	index  map[string]int    // node by name
	params map[string]string // who owns the parameters of a name
	errs   []error
}

func (n Network) plan() (*plan, error) {
	p := &planner{net: n, index: map[string]int{}, params: map[string]string{}}
	p.plan.input = n.Input
	p.constants()
	p.names()
	for i := range n.Nodes {
		p.node(i)
	}
	p.feedbacks()
	p.readout()
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return &p.plan, nil
}

func (p *planner) report(format string, a ...any) {
	p.errs = append(p.errs, fmt.Errorf("ottt: "+format, a...))
}

func (p *planner) constants() {
	if err := checkShape(p.net.Input); err != nil {
		p.report("input: %w", err)
	}
	for _, e := range param.Check(p.net.Neuron) {
		p.report("neuron: %w", e)
	}
}

func (p *planner) names() {
	for i, n := range p.net.Nodes {
		switch _, taken := p.index[n.Name]; {
		case n.Name == "":
			p.report("node %d has no name", i)
		case n.Name == InputName:
			p.report("node %d: the name %q is that of the network's input", i, n.Name)
		case taken:
			p.report("node %d: the name %q is taken", i, n.Name)
		default:
			p.index[n.Name] = i
		}
	}
}

// node checks one node and finds its shape, that of its projections. Feedback comes from nodes whose
// shapes are not known yet and is left for later, see feedbacks.
func (p *planner) node(i int) {
	n := p.net.Nodes[i]
	switch {
	case n.Kind != LIF && n.Kind != Sum:
		p.report("node %q: unknown kind (%q), want %q or %q", n.Name, n.Kind, LIF, Sum)
	case !(n.Dropout >= 0 && n.Dropout < 1): // also NaN
		p.report("node %q: dropout %g, want a probability from 0 to below 1", n.Name, n.Dropout)
	case n.Dropout > 0 && n.Kind != LIF:
		p.report("node %q: dropout %g, want 0: only a population has spikes to drop", n.Name, n.Dropout)
	}
	p.plan.shapes = append(p.plan.shapes, nil)
	p.plan.source = append(p.plan.source, make([]int, len(n.From)))
	for k, from := range n.From {
		if p.projection(i, k); !from.Feedback {
			p.deliver(i, k)
		}
	}
	if p.plan.shapes[i] == nil && len(p.errs) == 0 {
		p.report("node %q: no projection of the same tick ends here, which its shape could follow from", n.Name)
	}
}

// projection checks what can be known before the shapes.
func (p *planner) projection(i, k int) {
	from := p.net.Nodes[i].From[k]
	where := p.where(i, k)
	source, known := p.index[from.From]
	switch {
	case from.From == InputName:
		source = fromInput
		if from.Feedback {
			p.report("%s: feedback from the input", where)
		}
	case !known:
		p.report("%s: there is no node %q", where, from.From)
		source = fromInput
	case from.Feedback && source < i:
		p.report("%s: feedback from an earlier node, whose spikes arrive in the same tick", where)
	case !from.Feedback && source >= i:
		p.report("%s: the source is evaluated later; want an earlier node, or feedback", where)
	case from.Feedback && p.net.Nodes[source].Kind != LIF:
		p.report("%s: feedback from a %s, want a population", where, p.net.Nodes[source].Kind)
	case from.Traced && p.net.Nodes[source].Kind != LIF:
		p.report("%s: only spikes leave traces, and %q is a %s", where, from.From, p.net.Nodes[source].Kind)
	}
	p.plan.source[i][k] = source
	if g := from.Gain; g.Name != "" {
		if !finite(g.Factor) || g.Factor == 0 {
			p.report("%s: gain %q has a factor of %g, want a finite number other than 0", where, g.Name, g.Factor)
		}
		p.own(g.Name, where)
	} else if g.Factor != 0 {
		p.report("%s: the gain has no name", where)
	}
	if _, ok := from.synapses(); ok {
		if from.Name == "" {
			p.report("%s: its weights need a name", where)
		} else {
			p.own(from.Name, where)
		}
	}
}

// own gives a name of parameters to a projection.
func (p *planner) own(name, where string) {
	if other, taken := p.params[name]; taken {
		p.report("%s: the name %q of its parameters is taken by the %s", where, name, other)
		return
	}
	p.params[name] = where
}

// deliver follows the shape of the source through the projection and holds it against the node's.
func (p *planner) deliver(i, k int) {
	shape := p.plan.input
	if source := p.plan.source[i][k]; source != fromInput {
		if source >= len(p.plan.shapes) || p.plan.shapes[source] == nil {
			return // the source is wrong and has been reported
		}
		shape = p.plan.shapes[source]
	} else if checkShape(shape) != nil {
		return
	}
	through := p.net.Nodes[i].From[k].Through
	for j, o := range through {
		var err error
		if shape, err = o.outShape(shape); err != nil {
			p.report("%s: %w", p.where(i, k), err)
			return
		}
		if o.weighted() && j != len(through)-1 {
			p.report("%s: operation %d (%s) has weights, which only the last one may have", p.where(i, k), j, o.Kind)
			return
		}
	}
	if p.plan.shapes[i] == nil {
		p.plan.shapes[i] = shape
	} else if !slices.Equal(p.plan.shapes[i], shape) {
		p.report("%s: it arrives with shape %v, and the node has %v", p.where(i, k), shape, p.plan.shapes[i])
	}
}

func (p *planner) feedbacks() {
	for i, n := range p.net.Nodes {
		for k, from := range n.From {
			if from.Feedback {
				p.deliver(i, k)
			}
		}
	}
}

func (p *planner) readout() {
	if len(p.net.Nodes) == 0 {
		p.report("the network has no nodes")
		return
	}
	last := len(p.net.Nodes) - 1
	n := p.net.Nodes[last]
	if n.Kind != Sum {
		p.report("node %q: the last node is the readout, want a %s", n.Name, Sum)
	}
	if s := p.plan.shapes[last]; s != nil && len(s) != 1 {
		p.report("node %q: the readout has shape %v, want [classes]", n.Name, s)
	}
}

// where names a projection in errors.
func (p *planner) where(i, k int) string {
	n := p.net.Nodes[i]
	if name := n.From[k].Name; name != "" {
		return fmt.Sprintf("projection %q to %q", name, n.Name)
	}
	return fmt.Sprintf("projection from %q to %q", n.From[k].From, n.Name)
}
