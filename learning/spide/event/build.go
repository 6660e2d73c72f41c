package event

import (
	"fmt"
	"slices"

	"couplet/learning/spide"
	"couplet/learning/wire"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// builder describes a network to the engine.
type builder struct {
	*engine
	sample *spide.Sample[float64]
	net    *sim.Network
	n      *network
}

// build compiles the network that a sample needs, with the present weights.
func (e *engine) build(s *spide.Sample[float64]) (*network, error) {
	b := builder{e, s, sim.NewNetwork("spide "+s.Stage.String(), sim.StepGrid()), &network{stage: s.Stage}}
	b.n.ticks, b.n.leak = e.config.ForwardTicks, e.config.Leak
	if s.Stage == spide.Forward {
		b.forward()
	} else {
		b.backward()
	}
	program, err := sim.Compile(b.net, sim.Options{Workers: e.workers})
	if err != nil {
		return nil, fmt.Errorf("event: the network of the %s stage: %w", s.Stage, err)
	}
	b.n.simulator = program.Start()
	b.n.simulator.OnProgress(b.n.note)
	b.n.byTick = program.Describe().WindowTicks > 1
	return b.n, nil
}

// forward describes the network of the forward stage: layers of neurons that reset by θ, every block a
// projection within the tick, and the feedback one with a delay of a tick.
func (b *builder) forward() {
	c := b.config
	model := neuron.RestLIF{VTh: c.Threshold, VRest: c.Rest, Lambda: c.Leak}
	frames := b.sample.Frame != nil
	depth := b.depth()
	for i, block := range b.blocks[:depth] {
		b.layer(i, block.size(), model)
		if i > 0 && block.wires.Biased() {
			b.n.layers[i].biased = block
			b.drive(b.n.layers[i])
		}
	}
	first := b.n.layers[0]
	b.divide(first, model, frames)
	b.drive(first)
	if frames {
		first.biased = b.blocks[0]
		b.n.input = b.population("input", b.blocks[0].in(), neuron.NewStepIF()).Hosted(sim.LazyHosting)
		b.link(0, wire.Forward, []*sim.Population{b.n.input}, first.that(fromInput), 0)
	}
	for i := 1; i < depth; i++ {
		b.link(i, wire.Forward, b.n.layers[i-1].populations(), b.n.layers[i].members, 0)
	}
	if b.feedback() != nil {
		b.link(depth, wire.Forward, b.n.layers[depth-1].populations(), first.that(fromFeedback), 1)
	}
}

// divide gives layer 0 the members that dropout asks for, beside the one that hears both blocks.
func (b *builder) divide(first *cells, model neuron.Model, frames bool) {
	feedback := b.feedback()
	first.currentOnly = feedback != nil && !frames
	if feedback == nil {
		return
	}
	if feedback.dropout > 0 {
		b.member(first, "layer 0 without feedback", model, [2]bool{fromInput: true})
	}
	if frames && b.blocks[0].dropout > 0 {
		b.member(first, "layer 0 without input", model, [2]bool{fromFeedback: true})
	}
}

// backward describes the network of the backward stage: the neurons as couples, every block a
// projection against its direction, and the gradient a current into the last layer.
func (b *builder) backward() {
	c := b.config
	if c.BackLeak != 0 {
		b.n.leak = c.BackLeak
	}
	b.n.ticks = c.BackwardTicks
	depth := b.depth()
	for i, block := range b.blocks[:depth] {
		unit := b.sample.Layers[i].Unit
		b.layer(i, block.size(), neuron.Couple{VTh: c.BackThreshold / unit, VRest: c.BackRest / unit, Lambda: b.n.leak})
	}
	last := b.n.layers[depth-1]
	b.drive(last)
	for i := 1; i < depth; i++ {
		b.link(i, wire.Back, b.n.layers[i].populations(), b.n.layers[i-1].members, 0)
	}
	if b.feedback() != nil {
		b.link(depth, wire.Back, b.n.layers[0].populations(), last.members, 1)
	}
}

// layer adds a layer with its first member.
func (b *builder) layer(i, size int, model neuron.Model) {
	c := &cells{size: size, choice: make([]int, size), at: make([]int64, size)}
	b.n.layers = append(b.n.layers, c)
	b.member(c, fmt.Sprintf("layer %d", i), model, [2]bool{true, true})
}

// member adds a population to a layer.
func (b *builder) member(c *cells, name string, model neuron.Model, hears [2]bool) {
	c.members = append(c.members, &member{
		population: b.population(name, c.size, model).Hosted(b.host),
		index:      len(b.net.Populations) - 1,
		hears:      hears, mute: make([]bool, c.size),
	})
}

// population adds a population in double precision.
func (b *builder) population(name string, size int, model neuron.Model) *sim.Population {
	p := b.net.Population(name, size, model)
	p.Precision = sim.Float64
	return p
}

// drive adds a constant current into the members of a layer that hear its input block.
func (b *builder) drive(c *cells) {
	for _, m := range c.that(fromInput) {
		m.stimulus = b.net.Stimulate(m.population, sim.DC{Amplitude: synapse.Const(0)})
		m.current, m.wanted = make([]float64, c.size), make([]float64, c.size)
	}
}

// link adds a block as projections.
func (b *builder) link(place int, d wire.Direction, from []*sim.Population, to []*member, delay int) {
	block := b.blocks[place]
	l := &link{place: place, block: block, direction: d}
	l.weights = block.wires.Weights(d, b.sample.Scales[place], nil)
	learned := wire.Learned(slices.Clone(l.weights), delay)
	l.limit = learned.Limit
	for _, source := range from {
		for k, target := range to {
			if k == 0 {
				l.indices = append(l.indices, len(b.net.Projections))
			}
			l.projections = append(l.projections, b.net.Project(source, target.population, block.wires.Rule(d), learned))
		}
	}
	b.n.links = append(b.n.links, l)
}

// that lists the members that hear a block.
func (c *cells) that(block int) (list []*member) {
	for _, m := range c.members {
		if m.hears[block] {
			list = append(list, m)
		}
	}
	return list
}

// populations lists those of all members.
func (c *cells) populations() (list []*sim.Population) {
	for _, m := range c.members {
		list = append(list, m.population)
	}
	return list
}
