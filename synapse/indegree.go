package synapse

// InDegree gives every target exactly K synapses from sources drawn uniformly. Synapse number j of
// target t has the ordinal t·K + j.
type InDegree struct {
	K int // synapses per target
	// NoMultiple allows at most one synapse between two neurons (no multapses): the K sources of
	// a target are a random subset.
	NoMultiple bool
	// NoSelf leaves out the synapses from a neuron to itself (autapses). Source and target must then be
	// one population.
	NoSelf bool
}

// FixedInDegree connects every target to k random sources; several synapses between two neurons
// and synapses from a neuron to itself may occur.
func FixedInDegree(k int) InDegree { return InDegree{K: k} }

// Name implements [Rule].
func (InDegree) Name() string { return "fixed_indegree" }

// Validate implements [Rule].
func (r InDegree) Validate(sources, targets int) error {
	if err := validateSizes(r.Name(), sources, targets); err != nil {
		return err
	}
	if err := validateSelf(r.Name(), r.NoSelf, sources, targets); err != nil {
		return err
	}
	return validateDegree(r.Name(), "in-degree", r.K, candidates(sources, r.NoSelf), "sources", r.NoMultiple)
}

// Expect implements [Rule]; the number is exact.
func (r InDegree) Expect(_, targets int) float64 { return float64(r.K) * float64(targets) }

// MaxInDegree implements [Rule].
func (r InDegree) MaxInDegree(_, _ int) int { return r.K }

// Visit implements [Rule].
func (r InDegree) Visit(w Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	d := newDegreeDraw(w.Key, r.K, w.Sources, r.NoMultiple, r.NoSelf)
	for target := lo; target < hi; target++ {
		ordinal := uint64(target) * uint64(r.K)
		for j, source := range d.partners(target) {
			visit(source, uint32(target), ordinal+uint64(j))
		}
	}
}
