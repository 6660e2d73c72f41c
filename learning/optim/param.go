package optim

// Real is the arithmetic of parameters, gradients and optimiser state.
type Real interface{ float32 | float64 }

// Param is one parameter: a run of numbers with a name and a gradient. The optimiser changes Value in
// place; it belongs to the caller, as does Grad.
type Param[F Real] struct {
	// Name addresses the parameter in errors and in saved states, such as "fc1/weight". Names are
	// unique within an optimiser.
	Name string
	// Value holds the parameter's numbers, at least one.
	Value []F
	// Grad is the gradient of the loss by Value, of the same length. A nil Grad means that this step
	// has no gradient for the parameter: it stays as it is, with all of its state.
	Grad []F
}

// Group is a set of parameters that are updated with the same options.
type Group[F Real] struct {
	// Name addresses the group in errors. It may be empty.
	Name string
	// Params are the parameters of the group, in the order in which they are updated.
	Params []*Param[F]
	// Config holds the options of this group. It is nil for those of the optimiser, and otherwise of
	// the same type. The limit of the gradient's norm belongs to the optimiser and cannot differ.
	Config Config
}
