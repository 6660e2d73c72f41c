package synapse

import (
	"fmt"
	"math"
)

// MaxPopulation is the largest number of neurons of a population: spike lists keep the sign of
// a spike in the top bit of a 32-bit index.
const MaxPopulation = math.MaxInt32

func validateSizes(rule string, sources, targets int) error {
	if sources < 1 || targets < 1 {
		return fmt.Errorf("synapse: %s: needs at least 1 source and 1 target (have %d and %d)", rule, sources, targets)
	}
	if sources > MaxPopulation || targets > MaxPopulation {
		return fmt.Errorf("synapse: %s: populations must not exceed %d neurons (have %d and %d)", rule, MaxPopulation, sources, targets)
	}
	return nil
}

// validateSelf checks that leaving out self connections can make sense; that source and target
// are one population, and not only of one size, is known to the network alone.
func validateSelf(rule string, noSelf bool, sources, targets int) error {
	if noSelf && sources != targets {
		return fmt.Errorf("synapse: %s: leaving out self connections needs one population as source and target (have %d and %d neurons)", rule, sources, targets)
	}
	return nil
}

// validateDegree checks a number of partners per neuron against the number of candidates.
func validateDegree(rule, what string, k, candidates int, partners string, noMultiple bool) error {
	switch {
	case k < 0 || k > MaxPopulation:
		return fmt.Errorf("synapse: %s: %s %d must be in [0, %d]", rule, what, k, MaxPopulation)
	case k > 0 && candidates == 0:
		return fmt.Errorf("synapse: %s: %s %d, but there are no %s beside the neuron itself", rule, what, k, partners)
	case noMultiple && k > candidates:
		return fmt.Errorf("synapse: %s: %s %d without multiple connections exceeds the %d possible %s", rule, what, k, candidates, partners)
	}
	return nil
}

// candidates is the number of possible partners of a neuron.
func candidates(n int, noSelf bool) int {
	if noSelf {
		return n - 1
	}
	return n
}

// ExcludesSelf tells whether a rule leaves out connections of a neuron to itself. It compares
// indices, so source and target must then be the same neurons.
func ExcludesSelf(r Rule) bool {
	switch r := r.(type) {
	case AllToAll:
		return r.NoSelf
	case InDegree:
		return r.NoSelf
	case OutDegree:
		return r.NoSelf
	case Bernoulli:
		return r.NoSelf
	case TotalNumber:
		return r.NoSelf
	}
	return false
}
