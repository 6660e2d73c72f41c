package synapse

import "couplet/internal/rng"

// Rule says who connects to whom. It enumerates the synapses of a projection from Sources to
// Targets neurons, always the same ones for a key, and can be asked for the synapses of a range of
// targets only, so that shards build their own tables side by side. Nothing is stored.
type Rule interface {
	// Name is the rule's name in files.
	Name() string
	// Validate says why the rule cannot connect that many sources and targets.
	Validate(sources, targets int) error
	// Expect returns the expected number of synapses (exact where the rule fixes it).
	Expect(sources, targets int) float64
	// MaxInDegree bounds the number of synapses that one target can receive.
	MaxInDegree(sources, targets int) int
	// Visit calls visit for every synapse whose target lies in [lo, hi). The ordinal names the synapse
	// within the projection: weights and delays are drawn by it. Ordinals need not be contiguous.
	Visit(w Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64))
}

// Wiring is what a rule needs beside its own parameters.
type Wiring struct {
	Key              rng.Key // the projection's stream of connection draws
	Sources, Targets int
}
