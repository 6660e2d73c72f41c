package dense

import (
	"fmt"
	"testing"

	"couplet/internal/kernel"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// naiveProduct is the definition of a product: m x n from m x k and k x n. In float32 the sums are
// computed in float64 and rounded, which rounds them correctly, and which no compiler can fuse.
func naiveProduct[F Real](c, a, b []F, m, k, n int) {
	for i := range m {
		for j := range n {
			sum := c[i*n+j]
			for p := range k {
				sum = addProduct(sum, a[i*k+p], b[p*n+j])
			}
			c[i*n+j] = sum
		}
	}
}

// addProduct computes c + a·b with two roundings.
func addProduct[F Real](c, a, b F) F {
	if isFloat32[F]() {
		product := float32(float64(a) * float64(b)) // exact before the conversion
		return F(float32(float64(c) + float64(product)))
	}
	return c + F(a*b)
}

// transposed gives the n x m array of an m x n array.
func transposed[F Real](x []F, m, n int) []F {
	y := make([]F, len(x))
	for i := range m {
		for j := range n {
			y[j*m+i] = x[i*n+j]
		}
	}
	return y
}

// A product, in one of the forms that the workspace offers.
var productForms = map[string]struct {
	transposedA, transposedB bool
}{
	"Mul": {}, "MulT": {transposedB: true}, "TMul": {transposedA: true},
	"MulPacked": {}, "MulSparse": {}, "TMulSparse": {transposedA: true},
}

func multiplyAs[F Real](form string, w *Workspace[F], c, a, b Matrix[F]) {
	switch form {
	case "Mul":
		w.Mul(c, a, b)
	case "MulT":
		w.MulT(c, a, b)
	case "TMul":
		w.TMul(c, a, b)
	case "MulPacked":
		var p Packed[F]
		w.Pack(&p, b)
		w.MulPacked(c, a, &p)
	case "MulSparse":
		w.MulSparse(c, a, b)
	case "TMulSparse":
		w.TMulSparse(c, a, b)
	}
}

// testProduct holds one form against the definition, bit by bit.
func testProduct[F Real](t *testing.T, form string, w *Workspace[F]) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSource(t)
		m, k, n := s.size("m", 60), s.size("k", 300), s.size("n", 80)
		share := rapid.SampledFrom([]float64{1, 0.3, 0.02}).Draw(t, "share")
		av, bv, cv := spikes[F](s, m*k, share), numbers[F](s, k*n), numbers[F](s, m*n)
		want := append([]F(nil), cv...)
		naiveProduct(want, av, bv, m, k, n)

		a, _ := matrix(s, m, k, av)
		if productForms[form].transposedA {
			a, _ = matrix(s, k, m, transposed(av, m, k))
		}
		b, _ := matrix(s, k, n, bv)
		if productForms[form].transposedB {
			b, _ = matrix(s, n, k, transposed(bv, k, n))
		}
		c, cells := matrix(s, m, n, cv)
		multiplyAs(form, w, c, a, b)
		equalBits(t, want, c.compact(), form)
		cells.requireIntact(t, form)
		requireGaps(t, c)
	})
}

func TestProducts(t *testing.T) {
	for form := range productForms {
		t.Run(form, func(t *testing.T) {
			forEachLevel(t, func(t *testing.T) {
				w := NewWorkspace[float32](pool(t, 2), Reproducible)
				testProduct(t, form, w)
			})
			t.Run("float64", func(t *testing.T) {
				testProduct(t, form, NewWorkspace[float64](nil, Reproducible))
			})
		})
	}
}

// Fused sums differ in their last bits: they are held against float64. Both vector levels agree.
func TestFusedProducts(t *testing.T) {
	results := map[string][]float32{}
	forEachLevel(t, func(t *testing.T) {
		w := NewWorkspace[float32](nil, Fused)
		rapid.Check(t, func(t *rapid.T) {
			s := newSource(t)
			m, k, n := s.size("m", 40), s.size("k", 600), s.size("n", 80)
			a, b, c := numbers[float32](s, m*k), numbers[float32](s, k*n), numbers[float32](s, m*n)
			want := wide(c)
			naiveProduct(want, wide(a), wide(b), m, k, n)
			w.Mul(MatrixOf(c, m, n), MatrixOf(a, m, k), MatrixOf(b, k, n))
			near(t, want, c, float64(k+1), 1e-7, "fused")
		})
		key := fmt.Sprint(hasFused && kernel.Current() != kernel.Portable)
		s := &source{}
		c := make([]float32, 50*70)
		w.Mul(MatrixOf(c, 50, 70), MatrixOf(numbers[float32](s, 50*100), 50, 100), MatrixOf(numbers[float32](s, 100*70), 100, 70))
		if before := results[key]; before != nil {
			equalBits(t, before, c, "another level")
		}
		results[key] = c
	})
	if hasFused {
		require.NotEqual(t, results["false"], results["true"], "fused and not fused")
	}
}

// Any number of workers gives the same bits, in both arithmetics, for shapes beyond one item.
func TestProductsForAnyNumberOfWorkers(t *testing.T) {
	const m, k, n = 517, 70, 90
	s := &source{}
	a, b := MatrixOf(spikes[float32](s, m*k, 0.3), m, k), MatrixOf(numbers[float32](s, k*n), k, n)
	at := MatrixOf(transposed(a.Data, m, k), k, m)
	bt := MatrixOf(transposed(b.Data, k, n), n, k)
	for _, how := range []Arithmetic{Reproducible, Fused} {
		for form, f := range productForms {
			var want []float32
			for workers := 1; workers <= 5; workers++ {
				w := NewWorkspace[float32](pool(t, workers), how)
				require.Equal(t, workers, w.Workers())
				fa, fb := a, b
				if f.transposedA {
					fa = at
				}
				if f.transposedB {
					fb = bt
				}
				c := NewMatrix[float32](m, n)
				multiplyAs(form, w, c, fa, fb)
				if want == nil {
					want = c.Data
				}
				equalBits(t, want, c.Data, fmt.Sprintf("%s, %d workers", form, workers))
			}
		}
	}
}

// Rows of A at distances that compete for the cache take a way of their own.
func TestProductsWithAliasedRows(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		const m, k, n = 14, aliasStride, 100
		s := &source{}
		a, b := numbers[float32](s, m*k), numbers[float32](s, k*n)
		want, c := make([]float32, m*n), make([]float32, m*n)
		naiveProduct(want, a, b, m, k, n)
		NewWorkspace[float32](nil, Reproducible).Mul(MatrixOf(c, m, n), MatrixOf(a, m, k), MatrixOf(b, k, n))
		equalBits(t, want, c, "aliased")
	})
}

// A matrix that is packed once, and used with other shapes in between, keeps its numbers.
func TestPackedIsKept(t *testing.T) {
	s := &source{}
	w := NewWorkspace[float32](nil, Reproducible)
	weights := MatrixOf(numbers[float32](s, 33*20), 33, 20) // out x in
	var p Packed[float32]
	require.Equal(t, "0x0, packed", p.String())
	w.PackT(&p, weights)
	require.Equal(t, 20, p.Rows())
	require.Equal(t, 33, p.Cols())
	for _, batch := range []int{1, 13, 2} {
		x := MatrixOf(numbers[float32](s, batch*20), batch, 20)
		c, want := NewMatrix[float32](batch, 33), NewMatrix[float32](batch, 33)
		w.MulPacked(c, x, &p)
		w.MulT(want, x, weights)
		equalBits(t, want.Data, c.Data, "packed")
	}
	w.Pack(&p, NewMatrix[float32](3, 0))
	require.Equal(t, "3x0, packed", p.String())
}

func TestProductsAllocateNothing(t *testing.T) {
	s := &source{}
	for _, workers := range []int{1, 2} {
		w := NewWorkspace[float32](pool(t, workers), Reproducible)
		a, b, c := MatrixOf(spikes[float32](s, 50*40, 0.2), 50, 40), MatrixOf(numbers[float32](s, 40*50), 40, 50), NewMatrix[float32](50, 50)
		at, square := MatrixOf(a.Data, 40, 50), MatrixOf(b.Data, 40, 50)
		require.Zero(t, testing.AllocsPerRun(20, func() {
			w.Mul(c, a, b)
			w.MulT(c, a, MatrixOf(b.Data, 50, 40))
			w.TMul(c, at, square)
			w.MulSparse(c, a, b)
			w.TMulSparse(c, at, square)
		}), "%d workers", workers)
	}
}

func TestProductsOfWrongShapesPanic(t *testing.T) {
	w := NewWorkspace[float32](nil, Reproducible)
	m := NewMatrix[float32]
	short := MatrixOf(make([]float32, 11), 3, 4)
	tests := map[string]func(){
		"dense: A must be 2x4 (2x3, stride 3)": func() { w.Mul(m(2, 5), m(2, 3), m(4, 5)) },
		"dense: C must be 2x5 (2x4, stride 4)": func() { w.Mul(m(2, 4), m(2, 3), m(3, 5)) },
		"dense: A must be 2x5 (2x3, stride 3)": func() { w.MulT(m(2, 4), m(2, 3), m(4, 5)) },
		"dense: A must be 3x2 (2x3, stride 3)": func() { w.TMul(m(2, 4), m(2, 3), m(3, 4)) },
		"dense: B must be 3x4 (3x5, stride 5)": func() { w.MulSparse(m(2, 4), m(2, 3), m(3, 5)) },
		"dense: A must be 4x2 (3x2, stride 2)": func() { w.TMulSparse(m(2, 5), m(3, 2), m(4, 5)) },
		"dense: A is longer than its array of 11 numbers (3x4, stride 4)": func() {
			w.Mul(m(3, 5), short, m(4, 5))
		},
		"dense: packed matrix must be 2x4 (2x4, stride 3)": func() {
			w.Pack(new(Packed[float32]), Matrix[float32]{Data: make([]float32, 8), Rows: 2, Cols: 4, Stride: 3})
		},
	}
	for want, f := range tests {
		require.PanicsWithValue(t, want, f)
	}
}

func TestTranspose(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			s := newSource(t)
			rows, cols := s.size("rows", 40), s.size("cols", 40)
			x := numbers[float32](s, rows*cols)
			from, _ := matrix(s, rows, cols, x)
			to, cells := matrix(s, cols, rows, make([]float32, rows*cols))
			Transpose(to, from)
			equalBits(t, transposed(x, rows, cols), to.compact(), "transpose")
			cells.requireIntact(t, "transpose")
			requireGaps(t, to)
		})
	})
}

func TestMatrix(t *testing.T) {
	m := MatrixOf([]float64{1, 2, 3, 4, 5, 6}, 3, 2)
	require.Equal(t, []float64{3, 4}, m.Row(1))
	require.Equal(t, []float64{5, 6}, m.Slice(1, 3).Row(1))
	require.Equal(t, "2x2, stride 2", m.Slice(1, 3).String())
}
