package golden

import (
	"fmt"
	"math"

	"couplet/internal/rng"
	"couplet/synapse"
)

// r is the draw of the seed rule: number k of a stream as a whole number below n,
//
//	r(k, n) = ((z >> 32)·n) >> 32,   z = number k of the SplitMix64 stream of the seed.
func r(seed, k, n uint64) uint64 { return rng.SplitMixBelow(seed, k, n) }

// SeededInDegree gives every target the connections of its slots First … First+Count-1, out of
// Slots that it has over all projections. Slot j of neuron i is connection k = i·Slots + j, and k is
// the synapse's ordinal. It draws from its own seed, not from the network's.
type SeededInDegree struct {
	Seed         uint64
	Slots        int
	First, Count int
	Target       int // index in the population of the target view's first neuron
	// Stratified draws the source of slot number j, counted from First, from part j of Count
	// equal parts of the sources, so that no source connects twice.
	Stratified bool
}

// Name implements [synapse.Rule].
func (SeededInDegree) Name() string { return "seeded_indegree" }

// Validate implements [synapse.Rule].
func (s SeededInDegree) Validate(sources, targets int) error {
	switch {
	case sources < 1 || targets < 1:
		return fmt.Errorf("golden: %s: needs at least 1 source and 1 target (have %d and %d)", s.Name(), sources, targets)
	case s.First < 0 || s.Count < 0 || s.Target < 0 || s.First+s.Count > s.Slots:
		return fmt.Errorf("golden: %s: slots %d … %d must lie among %d", s.Name(), s.First, s.First+s.Count-1, s.Slots)
	case s.Stratified && s.Count > sources:
		return fmt.Errorf("golden: %s: %d sources cannot be split into %d parts", s.Name(), sources, s.Count)
	case float64(s.Target+targets)*float64(s.Slots) >= math.MaxInt64:
		return fmt.Errorf("golden: %s: %d slots of %d targets cannot be numbered", s.Name(), s.Slots, targets)
	}
	return nil
}

// Expect implements [synapse.Rule]; the number is exact.
func (s SeededInDegree) Expect(_, targets int) float64 { return float64(s.Count) * float64(targets) }

// MaxInDegree implements [synapse.Rule].
func (s SeededInDegree) MaxInDegree(_, _ int) int { return s.Count }

// Visit implements [synapse.Rule].
func (s SeededInDegree) Visit(w synapse.Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	part := uint64(w.Sources)
	if s.Stratified {
		part /= uint64(s.Count)
	}
	for target := lo; target < hi; target++ {
		k := uint64(target+s.Target)*uint64(s.Slots) + uint64(s.First)
		for j := range uint64(s.Count) {
			source := r(s.Seed, k+j, part)
			if s.Stratified {
				source += j * part
			}
			visit(uint32(source), uint32(target), k+j)
		}
	}
}

// Blocks connects every source g of G to the block g·N/G … (g+1)·N/G-1 of the N targets. The
// ordinal is the target's index.
type Blocks struct{}

// Name implements [synapse.Rule].
func (Blocks) Name() string { return "blocks" }

// Validate implements [synapse.Rule].
func (b Blocks) Validate(sources, targets int) error {
	if sources < 1 || targets < sources || targets > maxNeurons {
		return fmt.Errorf("golden: %s: needs at least 1 source and as many targets (have %d and %d)", b.Name(), sources, targets)
	}
	return nil
}

// Expect implements [synapse.Rule]; the number is exact.
func (Blocks) Expect(_, targets int) float64 { return float64(targets) }

// MaxInDegree implements [synapse.Rule].
func (Blocks) MaxInDegree(_, _ int) int { return 1 }

// Visit implements [synapse.Rule].
func (Blocks) Visit(w synapse.Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	for t := lo; t < hi; t++ {
		// g·N/G <= t, rounded down, means g·N < (t+1)·G.
		g := ((t+1)*w.Sources - 1) / w.Targets
		visit(uint32(g), uint32(t), uint64(t))
	}
}

// SeededSteps draws whole numbers of ticks from [Lo, Hi] by the synapse's ordinal and gives them
// in ms.
type SeededSteps struct {
	Seed   uint64
	Lo, Hi int
	TickMs float64
}

// Draw implements [synapse.Value].
func (s SeededSteps) Draw(_ rng.Key, ordinal uint64) float64 {
	steps := s.Lo + int(r(s.Seed, ordinal, uint64(s.Hi-s.Lo+1)))
	return float64(steps) * s.TickMs
}

// Bounds implements [synapse.Value].
func (s SeededSteps) Bounds() (lo, hi float64) {
	return float64(s.Lo) * s.TickMs, float64(s.Hi) * s.TickMs
}

// Validate implements [synapse.Value].
func (s SeededSteps) Validate() error {
	if s.Lo < 1 || s.Hi < s.Lo {
		return fmt.Errorf("golden: delays of %d to %d steps must be a range from 1 on", s.Lo, s.Hi)
	}
	return nil
}

// SeededUniform gives number i of its stream as Base + Span·r(i, N)/N.
type SeededUniform struct {
	Seed       uint64
	Base, Span float64
	N          uint64
}

// Draw implements [synapse.Value].
func (s SeededUniform) Draw(_ rng.Key, ordinal uint64) float64 {
	return s.at(r(s.Seed, ordinal, s.N))
}

func (s SeededUniform) at(k uint64) float64 {
	return s.Base + float64(s.Span*float64(k))/float64(s.N)
}

// Bounds implements [synapse.Value].
func (s SeededUniform) Bounds() (lo, hi float64) {
	return min(s.Base, s.at(s.N-1)), max(s.Base, s.at(s.N-1))
}

// Validate implements [synapse.Value].
func (s SeededUniform) Validate() error {
	if s.N < 1 {
		return fmt.Errorf("golden: number of values %d must be at least 1", s.N)
	}
	if x := s.Base + s.Span; math.IsNaN(x) || math.IsInf(x, 0) {
		return fmt.Errorf("golden: values from %g on with a span of %g must be finite", s.Base, s.Span)
	}
	return nil
}
