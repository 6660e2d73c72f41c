package nio_test

import (
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/nio"
)

// tester is what both *testing.T and *rapid.T are.
type tester interface {
	require.TestingT
	Helper()
}

// draw returns n numbers of [lo, hi) that depend on a drawn seed alone.
func draw(t *rapid.T, what string, n int, lo, hi float64) []float64 {
	key := rng.NewKey(rapid.Uint64().Draw(t, what), rng.Test, 0)
	x := make([]float64, n)
	for i := range x {
		x[i] = key.Between(uint64(i), lo, hi)
	}
	return x
}

// fill gives all parameters random values: biases too, which start at 0 elsewhere.
func fill[F layer.Real](params []*layer.Param[F], seed uint64, width float64) {
	for k, p := range params {
		key := rng.NewKey(seed, rng.Test, uint64(k)+1)
		for i := range p.Value {
			p.Value[i] = F(key.Between(uint64(i), -width, width))
		}
	}
}

func drawLabels(t *rapid.T, n, classes int) []int {
	return rapid.SliceOfN(rapid.IntRange(0, classes-1), n, n).Draw(t, "labels")
}

// explicitGram multiplies gradients that were built.
func explicitGram(gradients [][]float64) nio.Gram {
	g := nio.NewGram(len(gradients))
	for i, x := range gradients {
		for j, y := range gradients {
			for k := range x {
				g.V[i*g.N+j] += x[k] * y[k]
			}
		}
	}
	return g
}

// sameGrams compares Gram matrices to within a tolerance relative to the largest product.
func sameGrams(t tester, what string, want, have nio.Gram, tolerance float64) {
	t.Helper()
	require.Equal(t, want.N, have.N, what)
	largest := 0.0
	for i := range want.N {
		largest = max(largest, want.At(i, i))
	}
	for k, w := range want.V {
		require.InDelta(t, w, have.V[k], tolerance*largest, "%s: product %d, %d", what, k/want.N, k%want.N)
	}
}

// must returns a value that comes without an error, and stops the test binary otherwise.
func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// gradientsOf returns the gradients of all parameters, one slice each.
func gradientsOf[F layer.Real](params []*layer.Param[F]) [][]float64 {
	list := make([][]float64, len(params))
	for l, p := range params {
		for _, v := range p.Grad {
			list[l] = append(list[l], float64(v))
		}
	}
	return list
}

// perTensor turns sample × tensor into tensor × sample.
func perTensor(samples [][][]float64, l int) (list [][]float64) {
	for _, s := range samples {
		list = append(list, s[l])
	}
	return list
}

// drive returns n numbers of [0, 1.5).
func drive(n int, seed uint64) []float64 {
	key := rng.NewKey(seed, rng.Test, 0)
	x := make([]float64, n)
	for i := range x {
		x[i] = key.Between(uint64(i), 0, 1.5)
	}
	return x
}
