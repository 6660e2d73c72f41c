package event

import (
	"fmt"
	"slices"

	"couplet/learning/ottt"
)

// Populations reads the state of all populations after a tick, in the order of evaluation: membranes from
// the engine, the rest from the handlers. The arrays are copies. Traces and errors are nil outside training.
func (n *Net) Populations() ([]ottt.Population[float64], error) {
	list := make([]ottt.Population[float64], len(n.populations))
	for i, d := range n.populations {
		p := ottt.Population[float64]{
			Name: d.spec.Name, Shape: slices.Clone(d.shape),
			Charged: make([]float64, d.size), Membrane: make([]float64, d.size), Spikes: slices.Clone(d.lif.spikes.value),
		}
		if err := n.simulator.Read(d.population, "u_pre", p.Charged); err != nil {
			return nil, fmt.Errorf("event: %w", err)
		}
		if err := n.simulator.Read(d.population, "u", p.Membrane); err != nil {
			return nil, fmt.Errorf("event: %w", err)
		}
		if n.batch.Training {
			d.lif.traces.settle(int64(n.tick))
			p.Trace, p.Errors = slices.Clone(d.lif.traces.value), slices.Clone(d.errors.value)
		}
		list[i] = p
	}
	return list, nil
}

// Lowered is a projection of the engine: a way of spikes from one population to another.
type Lowered struct {
	// Way names the populations, and the Sums between them: "a -> sum -> b".
	Way string
	// Rule is the name of the synapses' rule.
	Rule string
	// Weights is the number of different weights: those of a kernel, or of a matrix.
	Weights int
	// Delay is 1 tick for feedback and 0 otherwise.
	Delay int
	// Folded tells that the operations on the way have become one rule. A matrix stands for those that have
	// none; it has a synapse between any two neurons, also where the weight is 0.
	Folded bool
}

// Lowered lists what has become of the projections of the description.
func (n *Net) Lowered() []Lowered {
	var list []Lowered
	for _, p := range n.paths {
		list = append(list, Lowered{Way: p.name(), Rule: p.rule().Name(), Weights: len(p.weights), Delay: p.delay(), Folded: p.fold.rule != nil})
	}
	return list
}
