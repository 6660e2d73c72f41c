package spide

import (
	"couplet/internal/dense"
	"couplet/learning/layer"
)

// projection is a block at work: the map, the ways into it, and what dropout and the norm restriction
// make of it for the present batch.
type projection[F layer.Real] struct {
	place   int // in Ring.blocks
	name    string
	m       layer.Map[F]
	lists   SpikeMap[F] // nil if the map takes no lists
	in, out int
	dropout float64

	bias    []F // what the map gives for silence
	biased  bool
	silence []F
	mask    []F // batch × out, 0 or 1/(1−p); nil without dropout
	masks   []F // storage of the mask
	factor  float64
}

func newProjection[F layer.Real](place int, name string, b Block[F]) *projection[F] {
	p := &projection[F]{
		place: place, name: name, m: b.Map, lists: asSpikeMap(b.Map), dropout: b.Dropout, factor: 1,
		in: layer.Size(b.Map.InShape()), out: layer.Size(b.Map.OutShape()),
	}
	p.silence, p.bias = make([]F, p.in), make([]F, p.out)
	return p
}

// prepare makes the projection ready for new parameters. spikes tells whether it is to carry any
// forward.
func (p *projection[F]) prepare(spikes bool) {
	prepare(p.m)
	if d, ok := p.lists.(*spikeDense[F]); ok && spikes {
		d.sort()
	}
	p.m.Forward(p.silence, p.bias, 1)
	p.biased = nonzero(p.bias) > 0
}

// prepare computes derived weights, for a map that has some.
func prepare[F layer.Real](m layer.Map[F]) {
	if d, ok := m.(layer.Prepared); ok {
		d.Prepare()
	}
}

// delivery is how the spikes of one tick go through a projection to all samples of the layer behind
// it. It is set up for the tick, and adds to the input of one sample of the group at a time.
type delivery[F layer.Real] struct {
	p     *projection[F]
	from  *Spikes[F]
	stage Stage
	gain  F   // brings the output of the map to the unit of the membranes
	array []F // what the map made of the spikes as an array, group × receiving neurons; nil for lists
}

// courier has the memory of deliveries.
type courier[F layer.Real] struct {
	listsUpTo float64
	first     int    // of the group in the batch
	x         []F    // group × the largest layer, zero between uses
	y         [2][]F // as long, in turn: a layer has two deliveries at most
	turn      int
	row       []F // as long as the largest layer
}

// hold makes room for a group of n numbers in the largest layer, from a sample of the batch on.
func (c *courier[F]) hold(first, n int) {
	c.first = first
	if n > len(c.x) {
		c.x, c.y[0], c.y[1] = make([]F, n), make([]F, n), make([]F, n)
	}
}

// array returns room for n numbers, which lasts until the next but one is asked for.
func (c *courier[F]) array(n int) []F {
	c.turn = 1 - c.turn
	return c.y[c.turn][:n]
}

// send prepares the delivery of the spikes of a tick, in the forward stage gain·mask ⊙ (W·s + b), in
// the backward stage Wᵀ·s. The couples that send have been gated and masked.
func (c *courier[F]) send(p *projection[F], from *Spikes[F], stage Stage, gain F) delivery[F] {
	d := delivery[F]{p: p, from: from, stage: stage, gain: gain}
	neurons := from.Samples() * from.neurons
	if p.lists != nil && float64(len(from.index)) <= c.listsUpTo*float64(neurons) {
		return d
	}
	if stage == Backward && len(from.index) == 0 {
		return d // and no sample will be reached
	}
	if from.array != nil {
		d.array = c.array(from.Samples() * p.out)
		p.m.Forward(from.array, d.array, from.Samples())
		return d
	}
	from.scatter(c.x)
	if stage == Forward {
		d.array = c.array(from.Samples() * p.out)
		p.m.Forward(c.x, d.array, from.Samples())
	} else {
		d.array = c.array(from.Samples() * p.in)
		p.m.Back(c.x, d.array, from.Samples())
	}
	from.unscatter(c.x)
	return d
}

// sendArray is send for an input that is not made of spikes, samples × in.
func (c *courier[F]) sendArray(p *projection[F], x []F, samples int, gain F) delivery[F] {
	d := delivery[F]{p: p, stage: Forward, gain: gain, array: c.array(samples * p.out)}
	p.m.Forward(x, d.array, samples)
	return d
}

// reaches tells whether a sample receives anything.
func (d *delivery[F]) reaches(sample int) bool {
	switch {
	case d.p == nil:
		return false
	case d.from == nil || d.stage == Forward && d.p.biased:
		return true
	}
	return !d.from.silent(sample)
}

// add adds what a sample receives to its input.
func (d *delivery[F]) add(sample int, input []F, c *courier[F]) {
	if d.stage == Backward {
		d.addBack(sample, input)
		return
	}
	var mask []F
	if d.p.mask != nil {
		mask = d.p.mask[(c.first+sample)*len(input):][:len(input)]
	}
	if d.array != nil {
		addMasked(input, d.array[sample*len(input):][:len(input)], mask, d.gain)
		return
	}
	neurons, sign := d.from.Of(sample)
	if mask == nil && d.gain == 1 {
		if d.p.biased {
			dense.AddScaled(input, 1, d.p.bias)
		}
		d.p.lists.AddSpikes(input, neurons, sign)
		return
	}
	row := c.row[:len(input)]
	copy(row, d.p.bias)
	d.p.lists.AddSpikes(row, neurons, sign)
	addMasked(input, row, mask, d.gain)
}

// addBack is add in the backward stage, whose constants are all in the unit of the membranes.
func (d *delivery[F]) addBack(sample int, input []F) {
	if d.array != nil {
		dense.AddScaled(input, 1, d.array[sample*len(input):][:len(input)])
		return
	}
	neurons, sign := d.from.Of(sample)
	d.p.lists.AddSpikesBack(input, neurons, sign)
}

// addMasked computes u += gain·mask ⊙ y. No mask is one of ones.
func addMasked[F layer.Real](u, y, mask []F, gain F) {
	if mask == nil {
		dense.AddScaled(u, gain, y)
		return
	}
	u, mask = u[:len(y)], mask[:len(y)]
	for j, v := range y {
		u[j] += F(F(gain*mask[j]) * v)
	}
}
