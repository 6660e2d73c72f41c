package synapse

import "fmt"

// OneToOne connects source i to target i; both populations have the same size. The ordinal is i.
type OneToOne struct{}

// Name implements [Rule].
func (OneToOne) Name() string { return "one_to_one" }

// Validate implements [Rule].
func (r OneToOne) Validate(sources, targets int) error {
	if sources != targets {
		return fmt.Errorf("synapse: %s: the number of sources (%d) must equal the number of targets (%d)", r.Name(), sources, targets)
	}
	return validateSizes(r.Name(), sources, targets)
}

// Expect implements [Rule]; the number is exact.
func (OneToOne) Expect(_, targets int) float64 { return float64(targets) }

// MaxInDegree implements [Rule].
func (OneToOne) MaxInDegree(_, _ int) int { return 1 }

// Ordinals implements [Numbered].
func (OneToOne) Ordinals(_, targets int) uint64 { return uint64(targets) }

// Visit implements [Rule].
func (OneToOne) Visit(_ Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	for i := lo; i < hi; i++ {
		visit(uint32(i), uint32(i), uint64(i))
	}
}
