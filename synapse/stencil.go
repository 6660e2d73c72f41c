package synapse

import "fmt"

// Stencil is a rule in which the synapses of a neuron follow from its place: a convolution or
// a pooling. No synapse is stored; a spike walks along small per-axis tables, the [Taps].
//
// Synapses share weights. The ordinal of a synapse is the index of its weight in the kernel, so that
// a [Listed] weight is the flattened kernel, and a random one is drawn once for each kernel entry.
type Stencil interface {
	Rule
	// InShape and OutShape are the shapes of source and target. They are only meaningful for a stencil that
	// compiles.
	InShape() Shape
	OutShape() Shape
	// Compile checks the stencil and makes its tables.
	Compile() (*Taps, error)
	// Transpose returns the adjoint map, from targets back to sources, with the same kernel array: if
	// the stencil computes y = A·x, its transpose computes A^T·y.
	Transpose() Stencil
}

// Adjoint is a stencil turned around: its sources are the targets of Of.
type Adjoint struct{ Of Stencil }

// Name implements [Rule].
func (a Adjoint) Name() string { return "adjoint_" + a.Of.Name() }

// InShape implements [Stencil].
func (a Adjoint) InShape() Shape { return a.Of.OutShape() }

// OutShape implements [Stencil].
func (a Adjoint) OutShape() Shape { return a.Of.InShape() }

// Transpose implements [Stencil].
func (a Adjoint) Transpose() Stencil { return a.Of }

// Gain implements [Gainer].
func (a Adjoint) Gain() float64 { return gain(a.Of) }

// Compile implements [Stencil].
func (a Adjoint) Compile() (*Taps, error) {
	t, err := a.Of.Compile()
	if err != nil {
		return nil, err
	}
	return t.reversed(), nil
}

// Validate implements [Rule].
func (a Adjoint) Validate(sources, targets int) error { return validateStencil(a, sources, targets) }

// Expect implements [Rule]; the number is exact.
func (a Adjoint) Expect(_, _ int) float64 { return stencilSynapses(a) }

// MaxInDegree implements [Rule].
func (a Adjoint) MaxInDegree(_, _ int) int { return stencilInDegree(a) }

// Ordinals implements [Numbered].
func (a Adjoint) Ordinals(_, _ int) uint64 { return stencilWeights(a) }

// Visit implements [Rule].
func (a Adjoint) Visit(_ Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	visitStencil(a, lo, hi, visit)
}

// validateStencil is the Validate of all stencils.
func validateStencil(s Stencil, sources, targets int) error {
	t, err := s.Compile()
	if err != nil {
		return err
	}
	if in := t.in.Size(); in != sources {
		return fmt.Errorf("synapse: %s: input shape %s has %d neurons, but there are %d sources", s.Name(), t.in, in, sources)
	}
	if out := t.out.Size(); out != targets {
		return fmt.Errorf("synapse: %s: output shape %s has %d neurons, but there are %d targets", s.Name(), t.out, out, targets)
	}
	return nil
}

// The following serve the interface Rule. A stencil that does not compile has no synapses; why
// it does not is said by Validate.

func stencilSynapses(s Stencil) float64 {
	t, err := s.Compile()
	if err != nil {
		return 0
	}
	return t.Synapses()
}

func stencilInDegree(s Stencil) int {
	t, err := s.Compile()
	if err != nil {
		return 0
	}
	return t.reversed().maxRow()
}

func stencilWeights(s Stencil) uint64 {
	t, err := s.Compile()
	if err != nil {
		return 0
	}
	return uint64(t.Weights())
}

// visitStencil enumerates target by target, along the rows of the reversed tables.
func visitStencil(s Stencil, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	t, err := s.Compile()
	if err != nil {
		return
	}
	back := t.reversed()
	sources := uint32(back.out.Size())
	var row []Tap
	for target := lo; target < hi; target++ {
		row = back.Row(uint32(target), 0, sources, row[:0])
		for _, tap := range row {
			visit(tap.Target, uint32(target), uint64(tap.Weight))
		}
	}
}
