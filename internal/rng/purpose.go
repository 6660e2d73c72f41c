package rng

import "strconv"

// Purpose says what a random number decides. It is part of the key, so that
// streams for different purposes are unrelated even with the same id.
//
// The values are part of every published result: they never change their
// meaning, and new ones are added at the end.
type Purpose uint32

const (
	// Connect draws who connects to whom.
	Connect Purpose = 1 + iota
	// Weight draws synaptic weights.
	Weight
	// Delay draws synaptic delays.
	Delay
	// InitialState draws the state of neurons at tick 0.
	InitialState
	// Parameter draws neuron parameters that differ from neuron to neuron.
	Parameter
	// Poisson draws the spike counts that a Poisson stimulus sends to each of its
	// targets independently.
	Poisson
	// PoissonSource draws the spikes of Poisson source neurons, which all targets
	// of a source share.
	PoissonSource
	// Noise draws random input that is not spikes.
	Noise
	// Release draws whether a stochastic synapse releases a vesicle.
	Release
	// Escape draws the spikes of neurons with a random threshold.
	Escape
	// Shuffle draws the order of samples.
	Shuffle
	// Initialise draws the initial weights of a trained network.
	Initialise
	// Dropout draws which units are silenced in a training step.
	Dropout
	// Augment draws the random changes made to a sample before training.
	Augment
	// Split draws the division of a data set into parts.
	Split
	// Encode draws the spikes that stand for an analogue value.
	Encode
	// Fault draws the defects of modelled hardware.
	Fault
	// Test draws whatever a test or a benchmark needs.
	Test

	purposeEnd // one above the last
)

// purposes is the table of the manual; see Purpose.Describe.
var purposes = [purposeEnd]struct{ name, decides, address string }{
	Connect:       {"connect", "who connects to whom: the draws of a connection rule", "projection / target neuron (source neuron for out-degree rules) / draw"},
	Weight:        {"weight", "synaptic weights", "projection / row / synapse of the row"},
	Delay:         {"delay", "synaptic delays", "projection / row / synapse of the row"},
	InitialState:  {"initial-state", "the state of neurons at tick 0, such as membrane potentials", "population / state variable / neuron"},
	Parameter:     {"parameter", "neuron parameters that differ from neuron to neuron", "population / parameter / neuron"},
	Poisson:       {"poisson", "spike counts that a Poisson stimulus sends to each target independently", "stimulus / target neuron / tick"},
	PoissonSource: {"poisson-source", "spikes of Poisson source neurons, shared by all targets of a source", "population / source neuron / tick"},
	Noise:         {"noise", "random input that is not spikes, such as noise currents", "stimulus / target neuron / tick"},
	Release:       {"release", "whether a stochastic synapse releases a vesicle", "projection / row / tick"},
	Escape:        {"escape", "spikes of neurons with a random threshold", "population / neuron / tick"},
	Shuffle:       {"shuffle", "the order of samples", "data set / epoch / exchange"},
	Initialise:    {"initialise", "initial weights of a trained network", "layer / weight"},
	Dropout:       {"dropout", "which units are silenced in a training step", "layer / training step / unit"},
	Augment:       {"augment", "random changes made to a sample before training", "data set / epoch / sample / draw"},
	Split:         {"split", "the division of a data set into parts", "data set / exchange"},
	Encode:        {"encode", "spikes that stand for an analogue value, as in rate coding", "input / sample / unit / step"},
	Fault:         {"fault", "defects of modelled hardware: dead cores, mismatch of devices", "core or array / element"},
	Test:          {"test", "whatever a test or a benchmark needs", "any"},
}

// String returns the name of the purpose, such as "poisson-source".
func (p Purpose) String() string {
	if !p.known() {
		return "purpose(" + strconv.FormatUint(uint64(p), 10) + ")"
	}
	return purposes[p].name
}

// Describe returns what the numbers of the purpose decide and how they are
// addressed: the id of NewKey, then an index for each Sub, and at last the
// counter. Both are empty for an unknown purpose.
func (p Purpose) Describe() (decides, address string) {
	if !p.known() {
		return "", ""
	}
	return purposes[p].decides, purposes[p].address
}

func (p Purpose) known() bool { return p >= Connect && p < purposeEnd }

// Purposes returns all purposes in the order of their values.
func Purposes() []Purpose {
	all := make([]Purpose, 0, purposeEnd-Connect)
	for p := Connect; p < purposeEnd; p++ {
		all = append(all, p)
	}
	return all
}
