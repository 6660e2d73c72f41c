package sim

import "couplet/neuron"

// spikeRing keeps the spike lists of the last ticks, by population, tick and shard. The synapses of
// a spike are walked when it arrives, so a list stays until the longest delay has passed.
type spikeRing struct {
	lanes []lane // by population
	count int    // shards
}

// lane keeps the lists of one population, for as many ticks as its own longest delay asks for.
type lane struct {
	mask  int64
	parts []part // [(tick & mask) × shards + shard]
}

// part is what one shard of a population emitted in one tick.
type part struct {
	tick   int64
	spikes neuron.Spikes
}

// newSpikeRing makes the ring of a program.
func newSpikeRing(p *Program) *spikeRing {
	r := &spikeRing{count: p.shards}
	for _, q := range p.populations {
		size := laneSize(q.maxDelay, p.window())
		l := lane{mask: size - 1, parts: make([]part, size*int64(p.shards))}
		r.lanes = append(r.lanes, l)
	}
	r.clear()
	return r
}

// laneSize is the number of ticks that a lane holds: while the last tick of a window is written, the
// first one may still read lists that were sent the longest delay before it.
func laneSize(maxDelay, window int64) int64 {
	size := int64(1)
	for size < maxDelay+window+1 {
		size *= 2
	}
	return size
}

// all returns the parts of a population and tick, one per shard; a part of another tick is stale.
func (r *spikeRing) all(population int, tick int64) []part {
	l := &r.lanes[population]
	at := int(tick&l.mask) * r.count
	return l.parts[at : at+r.count]
}

// open returns the part that a shard fills in a tick, emptied unless it was opened for this tick
// before.
func (r *spikeRing) open(population int, tick int64, shard int) *neuron.Spikes {
	p := &r.all(population, tick)[shard]
	if p.tick != tick {
		p.tick = tick
		p.spikes.Neurons, p.spikes.Before = p.spikes.Neurons[:0], p.spikes.Before[:0]
	}
	return &p.spikes
}

// emission says that a population emitted spikes in a tick.
type emission struct {
	tick       int64
	population int
}

// clear empties the ring.
func (r *spikeRing) clear() {
	for _, l := range r.lanes {
		for i := range l.parts {
			l.parts[i].tick = -1
		}
	}
}
