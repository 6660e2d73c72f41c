package event

import (
	"fmt"
	"slices"

	"couplet/learning/layer"
	"couplet/sim"
	"couplet/synapse"
)

// path is a way of spikes from a population, or the input, to a population: one projection of the engine.
// Where it passes a Sum it is made of several projections of the description.
type path struct {
	source, target *node // source is nil for the input
	links          []*link
	fold           fold
	weights        []float64 // by the ordinals of the rule, with gains and dropout
	projection     *sim.Projection
	derived        bool // weights are those of the parameters,
	given          bool // and the engine has them
}

// maxPaths bounds the number of ways through branching Sums.
const maxPaths = 1 << 12

// findPaths lists the paths to all populations, in the order of nodes and projections.
func (n *Net) findPaths() error {
	for _, d := range n.nodes {
		if d.lif == nil && !d.measured {
			continue
		}
		for _, l := range d.links {
			if l.graded() {
				continue
			}
			if err := n.extend([]*link{l}); err != nil {
				return err
			}
		}
	}
	return nil
}

// extend follows a path from its end to the populations where it begins.
func (n *Net) extend(links []*link) error {
	first := links[0]
	if first.source != nil && first.source.lif == nil {
		for _, l := range first.source.links {
			if err := n.extend(append([]*link{l}, links...)); err != nil {
				return err
			}
		}
		return nil
	}
	if len(n.paths) == maxPaths {
		return fmt.Errorf("event: spikes have more than %d ways through the sums of the network", maxPaths)
	}
	p := &path{source: first.source, target: links[len(links)-1].target, links: links}
	var chain []layer.Map[float64]
	for _, l := range links {
		chain = append(chain, stages(l.Map)...)
	}
	p.fold = newFold(chain, first.fold.in, p.target.size)
	n.paths = append(n.paths, p)
	return nil
}

// delay is that of the path in ticks.
func (p *path) delay() int {
	if p.links[0].Spec.Feedback {
		return 1
	}
	return 0
}

// count is the number of weights of the path, which for a matrix is the number of synapses.
func (p *path) count() int { return int(p.rule().(synapse.Numbered).Ordinals(p.fold.in, p.fold.out)) }

// rule says who connects to whom.
func (p *path) rule() synapse.Rule {
	if p.fold.rule == nil {
		return synapse.AllToAll{}
	}
	return p.fold.rule
}

// derive computes the weights of the path, if they are out of date.
func (p *path) derive() {
	if p.derived {
		return
	}
	p.derived = true
	scale := 1.0
	if p.source != nil {
		scale = p.source.lif.kept
	}
	for _, l := range p.links {
		scale = float64(scale * l.factor())
	}
	p.fold.weights(scale, p.weights)
}

// bytesPerWeight is what a weight of a learned projection takes: here, where the projection is described, and
// in the engine twice in double precision and twice in fixed point.
const bytesPerWeight = 40

// takeMemory makes room for the weights, if they fit. An input whose synapses do not fit comes as currents.
func (n *Net) takeMemory() error {
	left := n.memory
	for _, p := range n.paths {
		if p.source == nil && n.currentInput {
			continue
		}
		need := uint64(p.count()) * bytesPerWeight
		switch {
		case need <= left:
			left -= need
		case p.source == nil:
			n.currentInput = true
		default:
			return fmt.Errorf("event: the %d synapses of %q have no common rule and need a matrix of %d bytes, with %d left (see MemoryLimit)",
				p.count(), p.name(), need, left)
		}
	}
	if n.currentInput {
		n.paths = slices.DeleteFunc(n.paths, func(p *path) bool { return p.source == nil })
	}
	for _, p := range n.paths {
		p.weights = make([]float64, p.count())
	}
	return nil
}

// name tells the way for messages: its projections in their order.
func (p *path) name() string {
	s := "input"
	if p.source != nil {
		s = p.source.spec.Name
	}
	for _, l := range p.links {
		s += " -> " + l.target.spec.Name
	}
	return s
}
