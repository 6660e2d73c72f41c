package synapse

// AllToAll connects every source to every target.
//
// The ordinal of the synapse from source s to target t is t·Sources + s, so that [Listed] weights
// are the rows of a dense matrix W[target][source].
type AllToAll struct {
	// NoSelf leaves out the synapses from a neuron to itself (autapses). Source and target must then be
	// one population.
	NoSelf bool
}

// Name implements [Rule].
func (AllToAll) Name() string { return "all_to_all" }

// Validate implements [Rule].
func (r AllToAll) Validate(sources, targets int) error {
	if err := validateSizes(r.Name(), sources, targets); err != nil {
		return err
	}
	return validateSelf(r.Name(), r.NoSelf, sources, targets)
}

// Expect implements [Rule]; the number is exact.
func (r AllToAll) Expect(sources, targets int) float64 {
	return float64(r.MaxInDegree(sources, targets)) * float64(targets)
}

// MaxInDegree implements [Rule].
func (r AllToAll) MaxInDegree(sources, _ int) int { return candidates(sources, r.NoSelf) }

// Ordinals implements [Numbered]. Left-out synapses keep their place.
func (AllToAll) Ordinals(sources, targets int) uint64 { return uint64(sources) * uint64(targets) }

// Visit implements [Rule].
func (r AllToAll) Visit(w Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	for target := lo; target < hi; target++ {
		row := uint64(target) * uint64(w.Sources)
		for source := range w.Sources {
			if r.NoSelf && source == target {
				continue
			}
			visit(uint32(source), uint32(target), row+uint64(source))
		}
	}
}
