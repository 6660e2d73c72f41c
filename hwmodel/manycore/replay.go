package manycore

import (
	"fmt"
	"iter"
)

// ReplayOptions say how the somas of a replay count.
type ReplayOptions struct {
	// Clocked counts every neuron as updated in every step, as a chip does whose neurons have bias or leak. Otherwise a
	// neuron is updated in the steps after those in which something reached it.
	Clocked bool
}

// maxReplaySynapses bounds the tables of a replay: each synapse takes 40 bytes.
const maxReplaySynapses = 1 << 26

// Replay makes a machine whose neurons fire when those of another run did: what is known of a run in full
// precision gives energy and time, step by step, on a chip. Messages, hops, synaptic events and both
// times are those that the spikes cause; weights do not matter. A step is a tick of the run.
//
// The spikes need their times ([PopulationSpikes.Ticks]), and no neuron may fire twice in a tick, as a core
// updates it once.
func (c *Chip) Replay(d *Description, p *Placement, spikes *Spikes, o ReplayOptions) (*Machine, error) {
	l, err := c.mapped(d, p.Parts)
	if err != nil {
		return nil, err
	}
	if err := spikes.check(d); err != nil {
		return nil, err
	}
	if err := l.replayable(spikes); err != nil {
		return nil, err
	}
	n, number := l.netlist(o)
	if err := l.record(n, number, spikes); err != nil {
		return nil, err
	}
	return newMachine(c, n, l.edges(number))
}

// netlist lists the neurons in the order of their cores, those outside the chip at the end, and gives the
// place of each in the list.
func (l *layout) netlist(o ReplayOptions) (n *Netlist, number []int) {
	n, number = &Netlist{Name: l.d.Name}, make([]int, len(l.core))
	add := func(neuron, core int, part *Part) {
		number[neuron] = len(n.Neurons)
		n.Neurons = append(n.Neurons, Neuron{
			Core: core, Soma: part.Soma, Synapse: part.Synapse, Dendrite: part.Dendrite,
			Params: Recorded{Clocked: o.Clocked}, Cable: Cable{Decay: []float64{0}},
		})
	}
	for i := range l.parts {
		part := &l.parts[i]
		for k := part.Lo; k < part.Hi; k++ {
			add(l.first[l.index[part.Population]]+k, part.Core, part)
		}
	}
	for neuron, core := range l.core {
		if core == External {
			add(neuron, External, &Part{})
		}
	}
	return n, number
}

// replayable reports spikes without times, and wiring that is not known or too large.
func (l *layout) replayable(spikes *Spikes) error {
	var bad Problems
	for i := range spikes.Populations {
		if p := &spikes.Populations[i]; p.Counts != nil {
			bad.add(Place{}, "population %q: a replay needs the time of every spike, not counts", p.Population)
		}
	}
	synapses := 0
	for i := range l.d.Projections {
		p := &l.d.Projections[i]
		if p.Wiring == nil {
			bad.add(p.Place, "projection %q: its wiring is known by its counts only; valid: a projection with Wiring", p.Name)
			continue
		}
		p.Wiring.Visit(p.From.Len(), p.To.Len(), 0, p.To.Len(), func(_, _ int) { synapses++ })
	}
	if synapses > maxReplaySynapses {
		bad.add(Place{}, "%d synapses are too many for a replay; valid: at most %d, or Traffic for a network of any size", synapses, maxReplaySynapses)
	}
	return bad.err()
}

// record gives every neuron its spikes.
func (l *layout) record(n *Netlist, number []int, spikes *Spikes) error {
	steps := make([][]int64, len(n.Neurons))
	for _, s := range spikes.merged(l) {
		list := &steps[number[s.neuron]]
		if k := len(*list); k > 0 && (*list)[k-1] == s.tick {
			population, index := l.population(s.neuron)
			return Problems{{Message: fmt.Sprintf("neuron %d of population %q fires twice in tick %d; valid: one spike per tick in a replay, or Traffic",
				index, l.d.Populations[population].Name, s.tick)}}
		}
		*list = append(*list, s.tick)
	}
	for i := range n.Neurons {
		recorded := n.Neurons[i].Params.(Recorded)
		recorded.Steps = steps[i]
		n.Neurons[i].Params = recorded
	}
	return nil
}

// edges goes through all synapses in the order of projections and targets.
func (l *layout) edges(number []int) iter.Seq[Edge] {
	return func(yield func(Edge) bool) {
		going := true
		for i := range l.d.Projections {
			p := &l.d.Projections[i]
			from, to := l.sources(p), l.targets(p)
			p.Wiring.Visit(p.From.Len(), p.To.Len(), 0, p.To.Len(), func(source, target int) {
				going = going && yield(Edge{From: number[from+source], To: number[to+target], Weight: 1})
			})
		}
	}
}
