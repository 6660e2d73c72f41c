package ottt

import (
	"slices"

	"couplet/learning/layer"
)

// Population shows the state of a population after a tick. The arrays are batch × neurons, belong to the
// network and change with its next tick.
type Population[F layer.Real] struct {
	Name  string
	Shape []int // of one sample
	// Charged is u_pre[t], the membrane after the charge, and Membrane u_post[t], after the reset.
	Charged, Membrane []F
	// Spikes is s[t]: 0 or 1, and for neurons that dropout has kept 1/(1-p).
	Spikes []F
	// Trace is â[t], of the spikes as they leave.
	Trace []F
	// Errors is g[t] = ∂L[t]/∂u, after [Net.Backward], and nil outside training.
	Errors []F
}

// Populations shows all populations, in the order of evaluation.
func (n *Net[F]) Populations() []Population[F] {
	list := make([]Population[F], len(n.populations))
	for i, d := range n.populations {
		list[i] = Population[F]{
			Name: d.spec.Name, Shape: slices.Clone(d.shape),
			Charged: d.current, Membrane: d.lif.membrane, Spikes: d.lif.spikes, Trace: d.lif.trace,
		}
		if n.batch.Training {
			list[i].Errors = d.errors
		}
	}
	return list
}
