package synapse

import "fmt"

// AvgPool averages over a window, channel by channel: every synapse has the weight
// 1/(number of kernel positions) times the synapse model's weight, also where the window hangs over the
// edge. All synapses have the ordinal 0.
type AvgPool struct {
	In      Shape
	Kernel  []int
	Stride  []int // nil means the extents of the kernel
	Padding []int // nil means 0
}

// SumPool sums over a window, channel by channel; otherwise it is an [AvgPool].
type SumPool struct {
	In      Shape
	Kernel  []int
	Stride  []int // nil means the extents of the kernel
	Padding []int // nil means 0
}

// Name implements [Rule].
func (AvgPool) Name() string { return "avg_pool" }

// Gain implements [Gainer].
func (p AvgPool) Gain() float64 { return 1 / float64(Shape(p.Kernel).Size()) }

func (p AvgPool) window() window { return SumPool(p).window() }

// InShape implements [Stencil].
func (p AvgPool) InShape() Shape { return p.In }

// OutShape implements [Stencil]: extents are floor((in + 2·padding - kernel)/stride) + 1.
func (p AvgPool) OutShape() Shape { return p.window().pooledShape() }

// Compile implements [Stencil].
func (p AvgPool) Compile() (*Taps, error) { return p.window().compilePool(p.Name()) }

// Transpose implements [Stencil].
func (p AvgPool) Transpose() Stencil { return Adjoint{p} }

// Validate implements [Rule].
func (p AvgPool) Validate(sources, targets int) error { return validateStencil(p, sources, targets) }

// Expect implements [Rule]; the number is exact.
func (p AvgPool) Expect(_, _ int) float64 { return stencilSynapses(p) }

// MaxInDegree implements [Rule].
func (p AvgPool) MaxInDegree(_, _ int) int { return stencilInDegree(p) }

// Ordinals implements [Numbered].
func (p AvgPool) Ordinals(_, _ int) uint64 { return stencilWeights(p) }

// Visit implements [Rule].
func (p AvgPool) Visit(_ Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	visitStencil(p, lo, hi, visit)
}

// Name implements [Rule].
func (SumPool) Name() string { return "sum_pool" }

func (p SumPool) window() window { return newWindow(p.In, p.Kernel, p.Stride, p.Padding, p.Kernel) }

// InShape implements [Stencil].
func (p SumPool) InShape() Shape { return p.In }

// OutShape implements [Stencil]: extents are floor((in + 2·padding - kernel)/stride) + 1.
func (p SumPool) OutShape() Shape { return p.window().pooledShape() }

// Compile implements [Stencil].
func (p SumPool) Compile() (*Taps, error) { return p.window().compilePool(p.Name()) }

// Transpose implements [Stencil].
func (p SumPool) Transpose() Stencil { return Adjoint{p} }

// Validate implements [Rule].
func (p SumPool) Validate(sources, targets int) error { return validateStencil(p, sources, targets) }

// Expect implements [Rule]; the number is exact.
func (p SumPool) Expect(_, _ int) float64 { return stencilSynapses(p) }

// MaxInDegree implements [Rule].
func (p SumPool) MaxInDegree(_, _ int) int { return stencilInDegree(p) }

// Ordinals implements [Numbered].
func (p SumPool) Ordinals(_, _ int) uint64 { return stencilWeights(p) }

// Visit implements [Rule].
func (p SumPool) Visit(_ Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	visitStencil(p, lo, hi, visit)
}

func (w window) pooledShape() Shape {
	if w.validate() != nil {
		return nil
	}
	return shapeOf(w.in[0], w.outExtents())
}

// compilePool makes the tables of a window in which every channel reaches itself only, all
// through one weight.
func (w window) compilePool(name string) (*Taps, error) {
	fail := func(err error) (*Taps, error) { return nil, fmt.Errorf("synapse: %s: %w", name, err) }
	if err := w.validate(); err != nil {
		return fail(err)
	}
	out := w.pooledShape()
	if err := out.validate("output"); err != nil {
		return fail(err)
	}
	axes, err := w.gatherAxes(out[1:])
	if err != nil {
		return fail(err)
	}
	for d := range axes {
		for i := range axes[d].taps {
			axes[d].taps[i].kernel = 0
		}
	}
	t := newTaps(w.in, out, axes, w.kernel)
	t.diagonal = true
	return t, nil
}
