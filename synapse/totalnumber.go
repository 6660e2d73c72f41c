package synapse

import (
	"fmt"
	"math"
)

// TotalNumber makes exactly N synapses, each between a source and a target drawn uniformly from
// all pairs; several synapses between two neurons may occur. Synapse i has the ordinal i.
type TotalNumber struct {
	N int // synapses of the projection
	// NoSelf leaves out the synapses from a neuron to itself (autapses). Source and target must then be
	// one population.
	NoSelf bool
}

// FixedTotalNumber makes n synapses between random pairs.
func FixedTotalNumber(n int) TotalNumber { return TotalNumber{N: n} }

// maxTotal keeps the counters of the draws in their range.
const maxTotal = math.MaxInt / 2

// Name implements [Rule].
func (TotalNumber) Name() string { return "fixed_total_number" }

// Validate implements [Rule].
func (r TotalNumber) Validate(sources, targets int) error {
	if err := validateSizes(r.Name(), sources, targets); err != nil {
		return err
	}
	if r.N < 0 || r.N > maxTotal {
		return fmt.Errorf("synapse: %s: number %d must be in [0, %d]", r.Name(), r.N, maxTotal)
	}
	if r.N > 0 && candidates(sources, r.NoSelf) == 0 {
		return fmt.Errorf("synapse: %s: a single neuron has no partner beside itself", r.Name())
	}
	return validateSelf(r.Name(), r.NoSelf, sources, targets)
}

// Expect implements [Rule]; the number is exact.
func (r TotalNumber) Expect(_, _ int) float64 { return float64(r.N) }

// MaxInDegree implements [Rule].
func (r TotalNumber) MaxInDegree(_, _ int) int { return r.N }

// Visit implements [Rule]. It draws the target of every synapse, and the source of those whose
// target lies in the range.
func (r TotalNumber) Visit(w Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	n := uint64(candidates(w.Sources, r.NoSelf))
	for i := range uint64(r.N) {
		target := w.Key.Below(2*i, uint64(w.Targets))
		if target < uint64(lo) || target >= uint64(hi) {
			continue
		}
		source := w.Key.Below(2*i+1, n)
		if r.NoSelf && source >= target {
			source++
		}
		visit(uint32(source), uint32(target), i)
	}
}
