package rng

import "strconv"

// Purpose says what a random number decides. It is part of the key, so that
// streams for different purposes are unrelated even with the same id.
//
// The values are part of the file format of checkpoints and of every published
// result: they never change their meaning, and new ones are added at the end.
type Purpose uint32

const (
	// Connect draws who connects to whom: the sources, targets and choices of a
	// connection rule. id = projection, Sub = target or source neuron.
	Connect Purpose = 1 + iota
	// Weight draws synaptic weights. id = projection, Sub = row, counter = synapse.
	Weight
	// Delay draws synaptic delays. id = projection, Sub = row, counter = synapse.
	Delay
	// InitialState draws the state at tick 0, as membrane potentials.
	// id = population, Sub = state variable, counter = neuron.
	InitialState
	// Parameter draws neuron parameters that differ from neuron to neuron.
	// id = population, Sub = parameter, counter = neuron.
	Parameter
	// Poisson draws the spike counts that a Poisson stimulus sends to each of
	// its targets independently. id = stimulus, Sub = target neuron, counter = tick.
	Poisson
	// PoissonSource draws the spikes of a population of Poisson sources, which
	// all targets of a source share. id = population, Sub = source, counter = tick.
	PoissonSource
	// Noise draws noise currents and other random input that is not spikes.
	// id = stimulus, Sub = target neuron, counter = tick.
	Noise
	// Release draws whether a vesicle is released at a stochastic synapse.
	// id = projection, Sub = row, counter = tick.
	Release
	// Escape draws the spikes of neurons with a random threshold.
	// id = population, Sub = neuron, counter = tick.
	Escape
	// Shuffle draws the order of samples. id = data set, Sub = epoch.
	Shuffle
	// Initialise draws the initial weights of a trained network.
	// id = layer, counter = weight.
	Initialise
	// Dropout draws which units are silenced. id = layer, Sub = training step,
	// counter = unit.
	Dropout
	// Augment draws the random changes made to a sample before training.
	// id = data set, Sub = epoch, counter = sample.
	Augment
	// Split draws the division of a data set into parts. id = data set.
	Split
	// Encode draws the spikes that stand for an analogue value, as in rate
	// coding. id = input, Sub = sample, counter = (unit, step).
	Encode
	// Fault draws the defects of a hardware model: dead cores, device mismatch.
	// id = core or array, counter = element.
	Fault
	// Test draws whatever a test or a benchmark needs.
	Test

	purposes // one above the last
)

var purposeNames = [purposes]string{
	Connect:       "connect",
	Weight:        "weight",
	Delay:         "delay",
	InitialState:  "initial-state",
	Parameter:     "parameter",
	Poisson:       "poisson",
	PoissonSource: "poisson-source",
	Noise:         "noise",
	Release:       "release",
	Escape:        "escape",
	Shuffle:       "shuffle",
	Initialise:    "initialise",
	Dropout:       "dropout",
	Augment:       "augment",
	Split:         "split",
	Encode:        "encode",
	Fault:         "fault",
	Test:          "test",
}

// String returns the purpose's name in the manual, such as "poisson-source".
func (p Purpose) String() string {
	if p > 0 && p < purposes {
		return purposeNames[p]
	}
	return "purpose(" + strconv.FormatUint(uint64(p), 10) + ")"
}

// Purposes returns all purposes in the order of their values.
func Purposes() []Purpose {
	all := make([]Purpose, 0, purposes-1)
	for p := Connect; p < purposes; p++ {
		all = append(all, p)
	}
	return all
}
