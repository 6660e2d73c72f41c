package sim

import "couplet/neuron"

// spikeRing keeps the spike lists of the last ticks, by population, tick and shard. The synapses of
// a spike are walked when it arrives, so a list stays until the longest delay has passed.
type spikeRing struct {
	mask  int64
	parts [][]part // [population][(tick & mask) × shards + shard]
	count int      // shards
}

// part is what one shard of a population emitted in one tick.
type part struct {
	tick   int64
	spikes neuron.Spikes
}

// newSpikeRing makes a ring that holds depth ticks.
func newSpikeRing(populations, shards int, depth int64) *spikeRing {
	size := int64(1)
	for size < depth {
		size *= 2
	}
	r := &spikeRing{mask: size - 1, parts: make([][]part, populations), count: shards}
	for p := range r.parts {
		r.parts[p] = make([]part, size*int64(shards))
		for i := range r.parts[p] {
			r.parts[p][i].tick = -1
		}
	}
	return r
}

// all returns the parts of a population and tick, one per shard; a part of another tick is stale.
func (r *spikeRing) all(population int, tick int64) []part {
	at := int(tick&r.mask) * r.count
	return r.parts[population][at : at+r.count]
}

// open returns the part that a shard fills in a tick, emptied unless it was opened for this tick
// before.
func (r *spikeRing) open(population int, tick int64, shard int) *neuron.Spikes {
	p := &r.parts[population][int(tick&r.mask)*r.count+shard]
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
