// Package spike holds the few words about spikes that neurons, synapses and the engine share.
package spike

// Negative marks a spike of sign -1: the top bit of a neuron index in a spike list.
const Negative uint32 = 1 << 31

// Index is the neuron index of a spike word, its sign removed.
func Index(s uint32) uint32 { return s &^ Negative }

// Arrival is one input spike handed over with its exact time.
type Arrival struct {
	Neuron uint32  // index of the receiving neuron in its shard
	Before float64 // ms before the end of the tick, in [0, tick)
	Weight float64
}
