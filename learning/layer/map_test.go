package layer

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
)

func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

// lengths returns |a|·|b|, the scale of a scalar product's rounding.
func lengths(a, b []float64) float64 { return math.Sqrt(dot(a, a) * dot(b, b)) }

// TestAdjoint: errors travel back through the transpose of what activity travels forward through,
// ⟨W·x, g⟩ = ⟨x, Wᵀ·g⟩, where W·x is what is left of Forward without its value at zero.
func TestAdjoint(t *testing.T) {
	eachKind(t, func(t *rapid.T, m Map[float64], key rng.Key) {
		in, out := sizes(m)
		const batch = 2
		x, g := numbers(key.Sub(100), batch*in, 0.3), numbers(key.Sub(101), batch*out, 0.3)
		y, offset, gx := make([]float64, batch*out), make([]float64, batch*out), make([]float64, batch*in)
		m.Forward(make([]float64, batch*in), offset, batch)
		m.Forward(x, y, batch)
		m.Back(g, gx, batch)
		scale := lengths(y, g) + lengths(offset, g) + lengths(x, gx)
		require.InDelta(t, dot(y, g)-dot(offset, g), dot(x, gx), 1e-13*(1+scale))
	})
}

// TestGradient: the gradient of ⟨y, g⟩ by every parameter is that of differences.
func TestGradient(t *testing.T) {
	eachKind(t, func(t *rapid.T, m Map[float64], key rng.Key) {
		in, out := sizes(m)
		const batch = 3
		x, g := numbers(key.Sub(100), batch*in, 0.3), numbers(key.Sub(101), batch*out, 0.3)
		y := make([]float64, batch*out)
		loss := func() float64 {
			prepare(m)
			m.Forward(x, y, batch)
			return dot(y, g)
		}
		m.Accumulate(x, g, batch)
		finish(m)
		for _, p := range m.Params() {
			// A few parameters of each array, the first and the last among them.
			for _, j := range []int{0, len(p.Value) - 1, int(key.Below(7, uint64(len(p.Value))))} {
				at := p.Value[j]
				want := slope(func(d float64) float64 {
					p.Value[j] = at + d
					return loss()
				})
				p.Value[j] = at
				scale := lengths(y, g)
				require.InDelta(t, want, p.Grad[j], 1e-7*(1+scale+math.Abs(want)), "%s[%d]", p.Name, j)
			}
		}
	})
}

// slope returns f'(0) by differences of the fourth order: standardised weights bend on the scale of
// √ε = 0.01 where a row of weights is nearly constant.
func slope(f func(float64) float64) float64 {
	const h = 1e-4
	return (8*(f(h)-f(-h)) - (f(2*h) - f(-2*h))) / (12 * h)
}

// TestBatch: a batch is its samples one by one, bit for bit; gradients add to what is there.
func TestBatch(t *testing.T) {
	eachKind(t, func(t *rapid.T, m Map[float64], key rng.Key) {
		in, out := sizes(m)
		const batch = 3
		x, g := numbers(key.Sub(100), batch*in, 0.5), numbers(key.Sub(101), batch*out, 0.5)
		y, gx := make([]float64, batch*out), make([]float64, batch*in)
		m.Forward(x, y, batch)
		m.Back(g, gx, batch)
		m.Accumulate(x, g, batch)
		finish(m)
		together := gradients(m)
		for _, p := range m.Params() {
			p.ZeroGrad()
		}
		for b := range batch {
			y1, gx1 := make([]float64, out), make([]float64, in)
			m.Forward(x[b*in:][:in], y1, 1)
			require.Equal(t, y[b*out:][:out], y1)
			m.Back(g[b*out:][:out], gx1, 1)
			require.Equal(t, gx[b*in:][:in], gx1)
			m.Accumulate(x[b*in:][:in], g[b*out:][:out], 1)
		}
		finish(m)
		require.Equal(t, together, gradients(m))
	})
}

func gradients(m Map[float64]) (all [][]float64) {
	for _, p := range m.Params() {
		all = append(all, slices.Clone(p.Grad))
	}
	return all
}

// TestOverwrite: results replace whatever is in the result's memory, write nothing beyond the batch, and
// leave the operands alone; the scratch of a larger batch leaves no trace.
func TestOverwrite(t *testing.T) {
	eachKind(t, func(t *rapid.T, m Map[float64], key rng.Key) {
		in, out := sizes(m)
		x, g := numbers(key.Sub(100), 3*in, 0.5), numbers(key.Sub(101), 3*out, 0.5)
		y, gx := make([]float64, out), make([]float64, in)
		m.Forward(x[:in], y, 1)
		m.Back(g[:out], gx, 1)

		x0, g0 := slices.Clone(x), slices.Clone(g)
		large, gLarge := make([]float64, 3*out), make([]float64, 3*in)
		m.Forward(x, large, 3)
		m.Back(g, gLarge, 3)
		m.Accumulate(x, g, 3)
		for i := range large {
			large[i] = math.NaN()
		}
		for i := range gLarge {
			gLarge[i] = math.NaN()
		}
		m.Forward(x, large, 1)
		m.Back(g, gLarge, 1)
		require.Equal(t, y, large[:out])
		require.Equal(t, gx, gLarge[:in])
		require.True(t, all(large[out:], math.IsNaN) && all(gLarge[in:], math.IsNaN))
		require.Equal(t, x0, x)
		require.Equal(t, g0, g)
	})
}

func all(x []float64, is func(float64) bool) bool {
	return !slices.ContainsFunc(x, func(v float64) bool { return !is(v) })
}

// TestAllocations: once a batch size has been seen, a tick of training allocates nothing.
func TestAllocations(t *testing.T) {
	eachKind(t, func(t *rapid.T, m Map[float64], key rng.Key) {
		in, out := sizes(m)
		const batch = 2
		x, g := numbers(key.Sub(100), batch*in, 0), numbers(key.Sub(101), batch*out, 0)
		y, gx := make([]float64, batch*out), make([]float64, batch*in)
		tick := func() {
			prepare(m)
			m.Forward(x, y, batch)
			m.Back(g, gx, batch)
			m.Accumulate(x, g, batch)
			finish(m)
		}
		tick()
		require.Zero(t, testing.AllocsPerRun(5, tick))
	})
}

// TestShapes: sizes agree with what the maps say of themselves, and parameters with their shapes.
func TestShapes(t *testing.T) {
	eachKind(t, func(t *rapid.T, m Map[float64], _ rng.Key) {
		for _, p := range m.Params() {
			require.Len(t, p.Value, Size(p.Shape))
			require.Len(t, p.Grad, Size(p.Shape))
		}
		for _, d := range append(slices.Clone(m.InShape()), m.OutShape()...) {
			require.Positive(t, d)
		}
	})
}
