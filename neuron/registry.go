package neuron

// All lists every model with its default parameters, in the order of the manual.
func All() []Model {
	return []Model{
		NewPSCDelta(),
		NewPSCExp(),
		NewPSCAlpha(),
		NewParrot(),
	}
}

// ByName finds a model, with its default parameters, by its name in files.
func ByName(name string) (Model, bool) {
	for _, m := range All() {
		if m.Info().Name == name {
			return m, true
		}
	}
	return nil, false
}
