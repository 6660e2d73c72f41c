package dense

import (
	"math"
	"testing"

	"couplet/internal/kernel"
	"couplet/internal/rng"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// guardSlots is how many cells before and behind an array the tests watch: more than a panel.
const guardSlots = 48

// guarded is an array inside a larger one whose other cells must not change. Its begin is off the
// alignment of vectors by any number of elements, and its capacity reaches into the guard cells.
type guarded[F Real] struct {
	array      []F
	begin, end int
}

// mark is what guard cells hold. It is not NaN, since a NaN that is read would not be seen.
const mark = 1e30

func guard[F Real](values []F, offset int) guarded[F] {
	g := guarded[F]{begin: guardSlots + offset}
	g.end = g.begin + len(values)
	g.array = make([]F, g.end+guardSlots)
	for i := range g.array {
		g.array[i] = mark
	}
	copy(g.array[g.begin:], values)
	return g
}

func (g guarded[F]) slice() []F { return g.array[g.begin:g.end] }

// requireIntact fails if a cell around the array has changed.
func (g guarded[F]) requireIntact(t require.TestingT, what string) {
	for i, x := range g.array {
		if (i < g.begin || i >= g.end) && x != mark {
			require.Failf(t, "written outside", "%s: cell %d of 0..%d is %v", what, i-g.begin, g.end-g.begin-1, x)
		}
	}
}

// source makes arrays of random numbers.
type source struct {
	key  rng.Key
	next uint64
	t    *rapid.T
}

func newSource(t *rapid.T) *source {
	return &source{key: rng.NewKey(rapid.Uint64().Draw(t, "seed"), rng.Test, 0), t: t}
}

func (s *source) float64() float64 {
	s.next++
	return s.key.Float64(s.next)
}

// numbers gives n numbers between -1 and 1 that are not zero.
func numbers[F Real](s *source, n int) []F {
	x := make([]F, n)
	for i := range x {
		x[i] = F(2*s.float64() - 1)
		if x[i] == 0 {
			x[i] = 1
		}
	}
	return x
}

// spikes gives n numbers of which about the given share is not zero: -1, 1, or any.
func spikes[F Real](s *source, n int, share float64) []F {
	x := numbers[F](s, n)
	for i := range x {
		switch r := s.float64() / share; {
		case r >= 1:
			x[i] = 0
		case r < 0.5:
			x[i] = F(math.Copysign(1, float64(x[i])))
		}
	}
	return x
}

// odd are the numbers that computations go wrong at.
var odd = []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1e-45, -1e-45, 1e-39, 1, -1, 0.5, -0.5,
	math.MaxFloat32, -math.MaxFloat32, 20.999, -18.999, 100, -100}

// sprinkle puts odd numbers in places.
func sprinkle[F Real](s *source, x []F) []F {
	for i := range x {
		if s.float64() < 0.1 {
			x[i] = F(odd[int(s.float64()*float64(len(odd)))])
		}
	}
	return x
}

// offset draws by how many elements an array is off.
func (s *source) offset() int { return rapid.IntRange(0, 17).Draw(s.t, "offset") }

// size draws a size: mostly small, sometimes past the width of a panel, or zero.
func (s *source) size(what string, most int) int {
	return rapid.OneOf(rapid.IntRange(0, min(most, 20)), rapid.IntRange(0, most)).Draw(s.t, what)
}

// matrix lays a matrix into guard cells, with a gap between its rows that must not change either.
func matrix[F Real](s *source, rows, cols int, values []F) (Matrix[F], guarded[F]) {
	stride := cols + rapid.IntRange(0, 5).Draw(s.t, "gap")
	n := 0
	if rows > 0 {
		n = (rows-1)*stride + cols
	}
	laid := make([]F, n)
	for i := range laid {
		laid[i] = mark
	}
	for i := range rows {
		copy(laid[i*stride:], values[i*cols:][:cols])
	}
	g := guard(laid, s.offset())
	return Matrix[F]{Data: g.slice(), Rows: rows, Cols: cols, Stride: stride}, g
}

// requireGaps fails if a cell between rows has changed.
func requireGaps[F Real](t require.TestingT, m Matrix[F]) {
	for i := range m.Rows - 1 {
		for j := m.Cols; j < m.Stride; j++ {
			require.Equal(t, F(mark), m.Data[i*m.Stride+j], "gap behind row %d", i)
		}
	}
}

// compact gives the numbers of a matrix without gaps.
func (m Matrix[F]) compact() []F {
	x := make([]F, 0, m.Rows*m.Cols)
	for i := range m.Rows {
		x = append(x, m.Row(i)...)
	}
	return x
}

// equalBits holds two arrays against each other bit by bit. NaNs are equal: which NaN comes out is not
// promised.
func equalBits[F Real](t require.TestingT, want, got []F, what string) {
	require.Len(t, got, len(want), what)
	for i := range want {
		w, g := float64(want[i]), float64(got[i])
		if math.Float64bits(w) != math.Float64bits(g) && !(math.IsNaN(w) && math.IsNaN(g)) {
			require.Failf(t, "bits differ", "%s: number %d of %d is %x, want %x", what, i, len(want), g, w)
		}
	}
}

// near holds an array against a float64 reference. scale is the sum of the sizes of all terms.
func near[F Real](t require.TestingT, want []float64, got []F, scale, tolerance float64, what string) {
	require.Len(t, got, len(want), what)
	for i := range want {
		if d := math.Abs(float64(got[i]) - want[i]); !(d <= tolerance*scale) {
			require.Failf(t, "too far off", "%s: number %d is %g, want %g within %g", what, i, got[i], want[i], tolerance*scale)
		}
	}
}

// wide gives the numbers as float64.
func wide[F Real](x []F) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// forEachLevel runs a test at every level of this machine.
func forEachLevel(t *testing.T, f func(t *testing.T)) {
	for _, l := range kernel.Levels() {
		t.Run(l.String(), func(t *testing.T) {
			defer kernel.SetLevel(l)()
			f(t)
		})
	}
}

// pool starts workers for the time of a test.
func pool(t testing.TB, workers int) *Pool {
	p, err := NewPool(workers)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}
