package event

import (
	"fmt"
	"math"
	"slices"

	"couplet/learning/ottt"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// Weights may grow during a sample. Sums of the engine have room for weights up to a limit; the smaller it
// is, the finer is their quantum. The limit is a power of two that leaves the largest weight a factor of
// at least headroom, and the network is compiled anew when a sample begins with less than half of that.
const (
	headroom = 8
	minLimit = 8
)

// lower writes the network down for the engine and compiles it.
func (n *Net) lower() error {
	largest := 0.0
	for _, p := range n.paths {
		p.derive()
		p.given = true
		largest = max(largest, largestOf(p.weights))
	}
	if math.IsNaN(largest) || math.IsInf(largest, 0) {
		return fmt.Errorf("event: weights are not finite%s", n.culprit())
	}
	n.limit = minLimit
	for n.limit < headroom*largest {
		n.limit *= 2
	}
	net := sim.NewNetwork("ottt", sim.StepGrid())
	n.addPopulations(net)
	for _, p := range n.paths {
		n.project(net, p)
	}
	program, err := sim.Compile(net, sim.Options{Workers: n.workers})
	if err != nil {
		return fmt.Errorf("event: %w", err)
	}
	n.harvest()
	n.simulator = program.Start()
	return nil
}

// addPopulations adds the neurons and the currents into them.
func (n *Net) addPopulations(net *sim.Network) {
	n.input = nil
	if n.spikingInput() {
		// Neurons that nothing reaches: they emit the spikes that are injected.
		n.input = net.Population(ottt.InputName, n.parameters.InputSize(), neuron.StepIF{VTh: 1}).Hosted(sim.LazyHosting)
	}
	constants := n.parameters.Network().Neuron
	for _, d := range n.nodes {
		d.current = nil
		switch {
		case d.lif != nil:
			d.population = net.Population(d.spec.Name, d.size, neuron.StepLIF{VTh: constants.Threshold, Lambda: constants.Lambda}).Hosted(n.hosting)
		case d.measured:
			// A membrane that forgets at once and never fires: u_pre[t] is the input of tick t.
			d.population = net.Population(d.spec.Name, d.size, neuron.StepLIF{VTh: math.MaxFloat64, Lambda: 0}).Hosted(sim.ClockedHosting)
		default:
			continue
		}
		d.population.Precision = sim.Float64
		d.population.Shape = d.shape
		if d.driven {
			d.current = net.Stimulate(d.population, sim.DC{Amplitude: synapse.Const(0)})
		}
	}
}

// spikingInput tells whether frames of 0 and 1 can be injected as spikes.
func (n *Net) spikingInput() bool {
	return slices.ContainsFunc(n.paths, func(p *path) bool { return p.source == nil })
}

// project adds the projection of a path.
func (n *Net) project(net *sim.Network, p *path) {
	from := n.input
	if p.source != nil {
		from = p.source.population
	}
	p.projection = net.Project(from, p.target.population, p.rule(), synapse.Learned{
		Weight: synapse.Listed(p.weights), DelayMs: synapse.Const(p.delay()), Limit: n.limit,
	})
}

// refresh gives the engine the weights that have changed since it last had them. Those of the input are
// left for the next frame that comes as spikes.
func (n *Net) refresh() error {
	for _, p := range n.paths {
		if p.given || p.source == nil && !n.injects {
			continue
		}
		p.derive()
		have, err := n.simulator.LearnedWeights(p.projection)
		if err != nil {
			return fmt.Errorf("event: %w", err)
		}
		if !slices.Equal(have, p.weights) {
			if err := n.simulator.SetLearnedWeights(p.projection, p.weights); err != nil {
				return fmt.Errorf("event: weights of %q within a sample: %w%s", p.name(), err, n.culprit())
			}
		}
		p.given = true
	}
	return nil
}

// fits tells whether the weights leave enough room for a sample.
func (n *Net) fits() bool {
	for _, p := range n.paths {
		if p.given || p.source == nil && !n.injects {
			continue
		}
		if p.derive(); !(largestOf(p.weights)*headroom/2 <= n.limit) {
			return false
		}
	}
	return true
}

// largestOf is the largest absolute value; NaN if one of them is.
func largestOf(weights []float64) float64 {
	largest := 0.0
	for _, w := range weights {
		largest = max(largest, math.Abs(w))
	}
	return largest
}
