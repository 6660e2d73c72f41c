package spide

// SetRates puts rates in the place of those that a stage left in layer i, and the gates that belong to
// them, for tests.
func (e *Executor[F]) SetRates(i int, rates []F) {
	copy(e.populations[i].rate, rates)
	e.populations[i].setGate()
}

// Masks returns the dropout masks of the present batch, by block in the order of the ring; nil for a
// block without dropout.
func (e *Executor[F]) Masks() [][]F {
	var list [][]F
	for _, p := range e.projections {
		list = append(list, p.mask)
	}
	return list
}

// FeedbackFactor returns the factor of the norm restriction in the present batch.
func (e *Executor[F]) FeedbackFactor() float64 { return e.feedback.factor }

// GroupSize returns the number of samples that go through the ticks together.
func (e *Executor[F]) GroupSize() int { return e.groupSize() }
