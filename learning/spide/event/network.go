package event

import (
	"context"
	"fmt"
	"math"
	"slices"

	"couplet/learning/spide"
	"couplet/learning/wire"
	"couplet/sim"
)

// network is one of the networks, compiled and running.
type network struct {
	stage     spide.Stage
	ticks     int
	leak      float64
	layers    []*cells
	links     []*link
	input     *sim.Population // relays the spikes of frames; nil in networks without
	simulator *sim.Simulator
	byTick    bool // the engine must be stopped at every tick, or it would run on past spikes unseen

	words    []uint32  // spikes of a layer in a tick
	injected []uint32  // spikes of a frame
	row      []float64 // masked currents of a layer
	current  []float64 // F·x + b of a frame of real numbers
	other    []float64 // a variable of a member
	analog   bool      // the present sample had a frame of other numbers than 0 and 1
	activity sim.Activity
	sample   int
	observe  func(Tick)
	shown    Tick
}

// cells is a layer of neurons.
type cells struct {
	size    int
	members []*member
	biased  *block // the block whose bias is a current of this network; nil if there is none
	// currentOnly says that the input reaches the layer as a current, beside the spikes of a feedback.
	currentOnly bool
	choice      []int // by neuron: the member in which it is heard in the present sample, or silent

	// What the neurons have done in the present sample, in the executor's memory.
	state *spide.LayerState[float64]
	at    []int64 // the tick to which state.Sum has decayed
}

// member is a population of a layer. Layers have one; layer 0 has more where dropout silences its two
// blocks apart, neuron by neuron. All members have all neurons of the layer, and each neuron is heard
// in the one that receives what its masks leave.
type member struct {
	population *sim.Population
	index      int // in the network
	hears      [2]bool
	stimulus   *sim.Stimulus // nil if no current ever flows
	current    []float64     // its amplitudes
	wanted     []float64     // what they are to be
	mute       []bool
	muted      bool // some of mute are set
}

// The blocks that end in layer 0.
const (
	fromInput = iota
	fromFeedback
)

// link is a block as projections, from every member of one layer to members of another.
type link struct {
	place       int // of the block in the ring
	block       *block
	direction   wire.Direction
	projections []*sim.Projection
	indices     []int     // in the network, of the projections that end in the first member
	weights     []float64 // of the synapses
	wanted      []float64 // what they are to be
	limit       float64   // of their absolute values
}

// takeWeights asks the maps for their present weights and tells whether the sums have room for them.
func (n *network) takeWeights(scales []float64) (fit bool) {
	for _, l := range n.links {
		l.wanted = l.block.wires.Weights(l.direction, scales[l.place], l.wanted)
		for _, w := range l.wanted {
			if !(math.Abs(w) <= l.limit) {
				return false
			}
		}
	}
	return true
}

// setWeights gives the synapses the weights that were taken, where they have changed.
func (n *network) setWeights() error {
	for _, l := range n.links {
		if slices.Equal(l.wanted, l.weights) {
			continue
		}
		copy(l.weights, l.wanted)
		for _, q := range l.projections {
			if err := n.simulator.SetLearnedWeights(q, l.weights); err != nil {
				return fmt.Errorf("event: the %s: %w", l.block.name, err)
			}
		}
	}
	return nil
}

// takeBias asks the maps for their present biases.
func (n *network) takeBias() {
	for _, c := range n.layers {
		if c.biased != nil {
			c.biased.bias = c.biased.wires.Bias(c.biased.bias)
		}
	}
}

// flow gives the neurons of a member their constant currents, where they have changed. They stay over
// a reset of the simulator.
func (n *network) flow(m *member) error {
	if m.stimulus == nil || slices.Equal(m.wanted, m.current) {
		return nil
	}
	copy(m.current, m.wanted)
	return n.simulator.SetCurrent(m.stimulus, m.current)
}

// begin puts the network to rest and prepares it for a sample: who is heard, and what flows.
func (n *network) begin(s *spide.Sample[float64]) error {
	if err := n.simulator.Reset(); err != nil {
		return err
	}
	n.sample, n.analog = s.Number, false
	for i, c := range n.layers {
		c.state = &s.Layers[i]
		clear(c.at)
		clear(c.state.Sum)
		clear(c.state.Counts)
	}
	if n.stage == spide.Backward {
		return n.beginBackward(s)
	}
	return n.beginForward(s)
}

// beginBackward opens the gates and lets the gradient flow into the last layer.
func (n *network) beginBackward(s *spide.Sample[float64]) error {
	for i, c := range n.layers {
		m := c.members[0]
		for j, open := range s.Layers[i].Open {
			m.mute[j] = !open
		}
		if err := n.silence(m); err != nil {
			return err
		}
	}
	last := n.layers[len(n.layers)-1].members[0]
	copy(last.wanted, s.Current)
	return n.flow(last)
}

// silence mutes the neurons of a member that are not to be heard.
func (n *network) silence(m *member) error {
	muted := slices.Contains(m.mute, true)
	if !muted && !m.muted {
		return nil
	}
	m.muted = muted
	if !muted {
		return n.simulator.Mute(m.population, nil)
	}
	return n.simulator.Mute(m.population, m.mute)
}

// run runs all ticks.
func (n *network) run(s *spide.Sample[float64], observe func(Tick)) error {
	n.observe = observe
	ctx := context.Background()
	if s.Frame == nil && !n.byTick && observe == nil {
		return n.simulator.RunTicks(ctx, int64(n.ticks))
	}
	for t := range n.ticks {
		if s.Frame != nil {
			if err := n.feed(s, t); err != nil {
				return err
			}
		}
		if err := n.simulator.RunTicks(ctx, 1); err != nil {
			return err
		}
	}
	return nil
}
