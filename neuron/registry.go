package neuron

// All lists every model with its default parameters, in the order of the manual: neurons on
// milliseconds, neurons on steps, relays and sources.
func All() []Model {
	return []Model{
		NewPSCDelta(),
		NewPSCExp(),
		NewPSCAlpha(),
		NewPSCExpPS(),
		NewStepIF(),
		NewStepLIF(),
		NewRestLIF(),
		NewCouple(),
		NewCouplePair(),
		NewParrot(),
		NewSpikeSource(),
		NewPoissonSource(),
	}
}

// ByName gives the model of a name, as files write it, with its default parameters.
func ByName(name string) (Model, bool) {
	for _, m := range All() {
		if m.Info().Name == name {
			return m, true
		}
	}
	return nil, false
}
