package optim

// Cost is what one update of one parameter takes, as counts for an energy model. Scalars that all
// parameters of a step share, such as bias corrections, are computed once and not counted; neither is
// the computation of the gradient, which belongs to the learning rule.
//
// The counts are our own, from the formulas as the code evaluates them.
type Cost struct {
	// StateWords is the number of words kept per parameter beside the parameter itself.
	StateWords int
	// Reads and Writes count words of state and parameter that an update reads and writes.
	Reads, Writes int
	// GradientReads counts the reads of the gradient. It is 2 where the norm of all gradients has to
	// be known before the first parameter moves.
	GradientReads int
	// Adds counts additions and subtractions.
	Adds int
	Muls int
	Divs int
	// Roots counts square roots.
	Roots int
}

// kept is the traffic of an update that reads and writes the parameter and all of its state.
func kept(words int) Cost {
	return Cost{StateWords: words, Reads: words + 1, Writes: words + 1, GradientReads: 1}
}

// computes adds operations.
func (c Cost) computes(adds, muls, divs, roots int) Cost {
	c.Adds += adds
	c.Muls += muls
	c.Divs += divs
	c.Roots += roots
	return c
}
