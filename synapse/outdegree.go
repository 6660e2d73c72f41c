package synapse

import "math"

// OutDegree gives every source exactly K synapses to targets drawn uniformly. Synapse number j of
// source s has the ordinal s·K + j.
type OutDegree struct {
	K int // synapses per source
	// NoMultiple allows at most one synapse between two neurons (no multapses): the K targets of
	// a source are a random subset.
	NoMultiple bool
	// NoSelf leaves out the synapses from a neuron to itself (autapses). Source and target must then be
	// one population.
	NoSelf bool
}

// FixedOutDegree connects every source to k random targets; several synapses between two neurons
// and synapses from a neuron to itself may occur.
func FixedOutDegree(k int) OutDegree { return OutDegree{K: k} }

// Name implements [Rule].
func (OutDegree) Name() string { return "fixed_outdegree" }

// Validate implements [Rule].
func (r OutDegree) Validate(sources, targets int) error {
	if err := validateSizes(r.Name(), sources, targets); err != nil {
		return err
	}
	if err := validateSelf(r.Name(), r.NoSelf, sources, targets); err != nil {
		return err
	}
	return validateDegree(r.Name(), "out-degree", r.K, candidates(targets, r.NoSelf), "targets", r.NoMultiple)
}

// Expect implements [Rule]; the number is exact.
func (r OutDegree) Expect(sources, _ int) float64 { return float64(r.K) * float64(sources) }

// MaxInDegree implements [Rule]. Where a source may reach a target several times the bound is all
// synapses of all sources.
func (r OutDegree) MaxInDegree(sources, _ int) int {
	switch {
	case r.K == 0:
		return 0
	case r.NoMultiple:
		return candidates(sources, r.NoSelf)
	case sources > math.MaxInt/r.K:
		return math.MaxInt
	}
	return sources * r.K
}

// Visit implements [Rule]. It draws the targets of all sources, whatever the range.
func (r OutDegree) Visit(w Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	d := newDegreeDraw(w.Key, r.K, w.Targets, r.NoMultiple, r.NoSelf)
	for source := range w.Sources {
		ordinal := uint64(source) * uint64(r.K)
		for j, target := range d.partners(source) {
			if int(target) >= lo && int(target) < hi {
				visit(uint32(source), target, ordinal+uint64(j))
			}
		}
	}
}
