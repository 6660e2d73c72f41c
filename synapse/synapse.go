package synapse

import "errors"

// Synapse says what the synapses of a projection are: weight, delay and, for plastic synapses,
// the rule that changes the weight. The unit of a weight is that of the target's port: mV for delta
// neurons, pA for current-based ones, a pure number for step-coded ones. Delays are in ms (steps on
// a step grid).
type Synapse interface {
	// Name is the synapse model's name in files.
	Name() string
	// Strength returns the (initial) weight and the delay.
	Strength() (weight, delayMs Value)
	// Validate says what is wrong with the parameters.
	Validate() error
}

// Static synapses keep their weight.
type Static struct{ Weight, DelayMs Value }

// Fixed is a static synapse of one weight and one delay.
func Fixed(weight, delayMs float64) Static { return Static{Const(weight), Const(delayMs)} }

// Name implements [Synapse].
func (s Static) Name() string { return "static" }

// Strength implements [Synapse].
func (s Static) Strength() (weight, delayMs Value) { return s.Weight, s.DelayMs }

// Validate implements [Synapse].
func (s Static) Validate() error { return validateStrength(s.Weight, s.DelayMs) }

// validateStrength checks weight and delay; that a delay is not too short only the network can say.
func validateStrength(weight, delay Value) error {
	if weight == nil || delay == nil {
		return errors.New("synapse: a synapse needs both a weight and a delay")
	}
	return errors.Join(valueOf("weight", weight.Validate()), valueOf("delay", delay.Validate()))
}
