package sim

import "couplet/sim/wheel"

// kind orders the events of one population inside a tick.
type kind uint8

const (
	deliverEvent  kind = iota // a spike list arrives over one delay class of a piece; index = route
	cursorEvent               // cursors of a piece reach their next synapses; index = cursor route
	stimulusEvent             // a stimulus acts or changes; index = stimulus
	gapEvent                  // a sparse Poisson stimulus sends a spike; index = gap slot
	wakeEvent                 // a lazily hosted neuron may cross its threshold; index = slot in the shard
	updateEvent               // the population is updated; index unused
	injectEvent               // injected spikes are emitted; index unused
	sampleEvent               // a recorder samples; index = recorder
)

// The key of an event orders a tick: level (12 bits), population (16), kind (4), index (32).
const (
	levelShift = 52
	popShift   = 36
	kindShift  = 32
)

// at makes an event of a population.
func (q *population) at(tick int64, k kind, index uint32) wheel.Event {
	return wheel.Event{Tick: tick, Key: uint64(q.level)<<levelShift | uint64(q.index)<<popShift | uint64(k)<<kindShift | uint64(index)}
}

// levelEnd is the largest key of a level.
func levelEnd(level int) uint64 { return uint64(level+1)<<levelShift - 1 }

// read takes a key apart.
func read(key uint64) (population int, k kind, index uint32) {
	return int(key >> popShift & 0xffff), kind(key >> kindShift & 0xf), uint32(key)
}
