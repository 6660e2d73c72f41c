package event

import (
	"slices"

	"couplet/learning/ottt"
)

// Work is what has been computed, by who did it and how. [Net.Activity] counts what the rule asks for; the
// two differ where work is spared, for an input that is held, or where spikes have to be counted apart from
// real values.
type Work struct {
	// Events are synaptic events of the engine: spikes times synapses.
	Events int64
	// Updates are updates of neurons in the engine, sums that are measured included.
	Updates int64
	// Currents are multiply-adds of real values outside the engine: those of input frames on their way to
	// constant currents, once for each frame and change of weights.
	Currents int64
	// Graded are multiply-adds of the real values of a Sum, by the handler that evaluates the readout.
	Graded int64
	// Backward are multiply-adds of errors on their way back, Update those of the three-factor rule, and
	// Gain those of errors that only a gain has needed.
	Backward, Update, Gain int64
}

// counts are what the engine has counted, which begins anew with each sample.
type counts struct {
	ticks   int64
	spikes  []int64 // by population
	events  []int64 // by path
	updates int64
}

// harvest takes over the engine's counts before it is reset.
func (n *Net) harvest() { n.counted.add(n, 1) }

// add adds the present counts of the engine, times a sign.
func (c *counts) add(n *Net, sign int64) {
	if c.spikes == nil {
		c.spikes, c.events = make([]int64, len(n.populations)), make([]int64, len(n.paths))
	}
	if n.simulator == nil {
		return
	}
	a := n.simulator.Activity()
	for _, p := range a.Populations {
		c.updates += sign * p.Updates
	}
	if n.input != nil {
		a.Populations = a.Populations[1:] // the input comes first, and its spikes are not counted
	}
	at := 0
	for _, d := range n.nodes {
		if d.lif != nil {
			c.spikes[d.lif.index] += sign * a.Populations[at].Spikes
		}
		if d.population != nil {
			at++
		}
	}
	for k, p := range a.Projections {
		c.events[k] += sign * p.Events
	}
}

// total is what has been counted up to now.
func (n *Net) total() counts {
	c := counts{ticks: n.counted.ticks, updates: n.counted.updates, spikes: slices.Clone(n.counted.spikes), events: slices.Clone(n.counted.events)}
	c.add(n, 1)
	return c
}

// CountSynapses is there for those who run either executor: here everything is counted in any case, by the
// engine and by the handlers.
func (n *Net) CountSynapses(bool) {}

// Activity returns the counts since the start or the last [Net.ResetActivity]. Synaptic events of spikes are
// the engine's. They are those of the batched executor, with these exceptions: where several ways lead from
// one neuron to another, through windows that overlap or through an enlargement, they are one synapse here;
// a matrix has synapses also where no way leads (see [Net.Lowered]); and a projection from a Sum that is no population of its own costs nothing, since it is part of the
// synapses before it.
func (n *Net) Activity() ottt.Activity {
	c := n.total()
	a := ottt.Activity{SampleTicks: c.ticks}
	for i, d := range n.populations {
		p := ottt.PopulationActivity{Name: d.spec.Name, Neurons: d.size, Spikes: c.spikes[i]}
		if c.ticks > 0 {
			p.Rate = float64(p.Spikes) / (float64(p.Neurons) * float64(c.ticks))
		}
		a.Populations = append(a.Populations, p)
	}
	for _, l := range n.links {
		p := l.counted
		p.Name, p.From, p.To = l.Spec.Name, l.Spec.From, l.target.spec.Name
		p.Graded = l.source == nil || l.source.lif == nil
		p.Synapses = l.ways.Total()
		for k, q := range n.paths {
			if q.links[0] == l {
				p.Forward += c.events[k]
			}
		}
		a.Projections = append(a.Projections, p)
	}
	return a
}

// Work returns what has been computed since the start or the last [Net.ResetActivity].
func (n *Net) Work() Work {
	c, w := n.total(), n.work
	w.Updates = c.updates
	for _, e := range c.events {
		w.Events += e
	}
	return w
}

// ResetActivity sets all counts to 0.
func (n *Net) ResetActivity() {
	n.work, n.counted = Work{}, counts{}
	n.counted.add(n, -1) // what the engine has now does not count
	for _, l := range n.links {
		l.counted = ottt.ProjectionActivity{}
	}
}
