package sim

import (
	"hash/fnv"

	"couplet/internal/rng"
)

// The streams of a network. Every random number of a run comes from one of these keys and a
// counter, so that a description and a seed fix the run, whatever the workers do. The index of a
// population, projection or stimulus is its position in the network.

// ConnectKey draws the wiring of a projection.
func ConnectKey(seed uint64, projection int) rng.Key {
	return rng.NewKey(seed, rng.Connect, uint64(projection))
}

// WeightKey draws the weights of a projection; the counter is the synapse's ordinal.
func WeightKey(seed uint64, projection int) rng.Key {
	return rng.NewKey(seed, rng.Weight, uint64(projection))
}

// DelayKey draws the delays of a projection; the counter is the synapse's ordinal.
func DelayKey(seed uint64, projection int) rng.Key {
	return rng.NewKey(seed, rng.Delay, uint64(projection))
}

// NeuronKey draws a parameter or an initial variable of a population; the counter is the neuron.
func NeuronKey(seed uint64, population int, name string) rng.Key {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rng.NewKey(seed, rng.Parameter, uint64(population)).Sub(h.Sum64())
}

// SourceKey belongs to a population whose model draws its own spikes.
func SourceKey(seed uint64, population int) rng.Key {
	return rng.NewKey(seed, rng.PoissonSource, uint64(population))
}

// StimulusKey belongs to a stimulus that draws.
func StimulusKey(seed uint64, stimulus int) rng.Key {
	return rng.NewKey(seed, rng.Poisson, uint64(stimulus))
}
