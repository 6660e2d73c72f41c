package event

import (
	"couplet/learning/spide"
	"couplet/sim"
)

// Projections gives, by the place of a block in the ring, what the engine has counted so far, in the present sample,
// of the projections that the block became: those into the first population of the layer at its end.
func (e *Executor) Projections(stage spide.Stage) map[int][]sim.ProjectionActivity {
	n := e.engine.backward
	if stage == spide.Forward {
		if n = e.engine.forward[0]; n == nil {
			n = e.engine.forward[1]
		}
	}
	a := n.simulator.Activity()
	blocks := map[int][]sim.ProjectionActivity{}
	for _, l := range n.links {
		for _, q := range l.indices {
			blocks[l.place] = append(blocks[l.place], a.Projections[q])
		}
	}
	return blocks
}
