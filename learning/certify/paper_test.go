// Each test takes a few statements of our notes on arXiv 2212.13551 ("PL §n"), sets up what they speak
// of, acts, and checks. Statements about the construction are checked as they are: they were written
// down from memory and are not quoted as the paper's.
package certify_test

import (
	"context"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/certify"
	"couplet/learning/optim"
)

func hard(t require.TestingT, length, blocks int) *certify.Hard {
	f, err := certify.NewHard(length, blocks)
	require.NoError(t, err)
	return f
}

func drawHard(t *rapid.T) *certify.Hard {
	return hard(t, rapid.IntRange(1, 6).Draw(t, "T"), rapid.IntRange(1, 40).Draw(t, "t"))
}

// PL §2: "v_y(0) = 0 (its minimum), v_y(y) = (31/64)·y², v_y'(y) = 0", slopes 1, -31, 33, 1, and v_y is
// continuously differentiable.
func TestScalarPiece(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.Float64Range(1e-6, 1).Draw(t, "y")
		require.Zero(t, certify.Piece(y, 0))
		require.InDelta(t, 31.0/64*y*y, certify.Piece(y, y), 1e-15*y*y)
		require.Zero(t, certify.PieceSlope(y, y))
		x := y * rapid.Float64Range(-2, 3).Draw(t, "x/y")
		require.GreaterOrEqual(t, certify.Piece(y, x), 0.0)
		for _, kink := range []float64{31 * y / 32, y, 33 * y / 32} {
			const h = 1e-9
			require.InDelta(t, certify.PieceSlope(y, kink*(1-h)), certify.PieceSlope(y, kink*(1+h)), 1e-6*y)
			require.InDelta(t, certify.Piece(y, kink*(1-h)), certify.Piece(y, kink*(1+h)), 1e-6*y*y)
		}
	})
	for x, slope := range map[float64]float64{0.5: 1, 0.98: -31, 1.02: 33, 1.5: 1} {
		const h = 1e-4
		require.InDelta(t, slope, (certify.PieceSlope(1, x+h)-certify.PieceSlope(1, x-h))/(2*h), 1e-9, "at %g", x)
	}
}

// PL §2: the gradient is that of f.
func TestGradientAgainstDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawHard(t)
		x, grad := make([]float64, f.Dim()), make([]float64, f.Dim())
		for i := range x {
			x[i] = rapid.Float64Range(-2, 2).Draw(t, "x")
		}
		f.Gradient(x, grad)
		const h = 1e-6
		i := rapid.IntRange(0, f.Dim()-1).Draw(t, "i")
		at := x[i]
		x[i] = at + h
		up := f.Value(x)
		x[i] = at - h
		down := f.Value(x)
		require.InDelta(t, (up-down)/(2*h), grad[i], 40*h, "a kink within h changes the slope by at most 64·h/2")
	})
}

// PL §2: "f* = 0 at x = b", where the gradient is zero, and f ≥ 0 everywhere.
func TestOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawHard(t)
		x, grad := f.Optimum(), make([]float64, f.Dim())
		f.Gradient(x, grad)
		require.Zero(t, f.Value(x))
		require.Zero(t, certify.Support(grad), "exactly")
		for i := range x {
			x[i] += rapid.Float64Range(-1, 1).Draw(t, "step")
		}
		require.GreaterOrEqual(t, f.Value(x), 0.0)
	})
}

// PL §2, constants: L = 37, and f(0) = 1/2 + (31/64)·T·Σ (49/64)^k ≤ 1/2 + (31/15)·T ≤ 3T.
func TestConstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawHard(t)
		zero := make([]float64, f.Dim())
		sum, level := 0.0, 1.0
		for range f.Blocks() {
			sum += level
			level *= 49.0 / 64
		}
		length := float64(f.Length())
		require.InEpsilon(t, 0.5+31.0/64*length*sum, f.Value(zero), 1e-13)
		require.LessOrEqual(t, f.Value(zero), 3*length)

		// Around the flat spots of v, where the curvature is largest.
		c, err := certify.Sample(f, certify.SampleOptions{Radius: 0.1, Samples: 50, Seed: rapid.Uint64().Draw(t, "seed")})
		require.NoError(t, err)
		require.LessOrEqual(t, c.Smoothness, certify.Smoothness*(1+1e-9))
		require.Greater(t, c.PL, 0.0)
	})
}

// PL §2: the PL ratio at the origin is 1/(2·f(0)), so μ·T is at most about 0.24 for long chains; points
// with about 0.17 are known from a search, which is [certify.EstimatedPL].
func TestPLConstantAtTheOrigin(t *testing.T) {
	for _, length := range []int{1, 4, 16} {
		f := hard(t, length, 40)
		c, err := certify.Sample(f, certify.SampleOptions{Radius: 1e-3, Samples: 20})
		require.NoError(t, err)
		require.LessOrEqual(t, c.PL, 1/(2*f.Value(make([]float64, f.Dim())))*(1+1e-12))
		require.Greater(t, c.PL*float64(length), certify.EstimatedPL)
	}
}

// PL §3: "If x_j = 0 for all j > k then grad_j = 0 for all j > k+1 … Exactly zero in floating point",
// also beyond 17 blocks, where powers of 7/8 are no longer exact.
func TestZeroChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawHard(t)
		k := rapid.IntRange(0, f.Dim()).Draw(t, "k")
		x, grad := make([]float64, f.Dim()), make([]float64, f.Dim())
		for i := range k {
			x[i] = rapid.Float64Range(-2, 2).Draw(t, "x")
		}
		f.Gradient(x, grad)
		require.LessOrEqual(t, certify.Support(grad), k+1)
		require.GreaterOrEqual(t, f.Value(x), f.LowestValues(k)[k]*(1-1e-12), "f ≥ (31/64)·Σ_(i>k) b_i²")
	})
}

// PL §3: "The exact integer bound is: smallest k with (31/64)·Σ_(i>k) b_i² ≤ eps·f(0)". Here the
// inequality itself is evaluated in exact arithmetic on both sides of the bound.
func TestLowerBoundIsTheSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawHard(t)
		eps := math.Pow(10, -rapid.Float64Range(1e-3, 12).Draw(t, "digits"))
		k, err := f.LowerBound(eps)
		require.NoError(t, err)
		require.True(t, enough(f, k, eps), "%d coordinates", k)
		if k > 0 {
			require.False(t, enough(f, k-1, eps), "%d coordinates", k-1)
		}
	})
}

func enough(f *certify.Hard, k int, eps float64) bool {
	tail, start := new(big.Rat), big.NewRat(1, 2)
	share, level := big.NewRat(31, 64), big.NewRat(1, 1)
	for i := range f.Dim() {
		if i > 0 && i%f.Length() == 0 {
			level.Mul(level, big.NewRat(49, 64))
		}
		v := new(big.Rat).Mul(share, level)
		start.Add(start, v)
		if i >= k {
			tail.Add(tail, v)
		}
	}
	return tail.Cmp(start.Mul(start, new(big.Rat).SetFloat64(eps))) <= 0
}

// PL §3: reaching eps·f(0) takes "at least about T·ln(1/eps)/ln(64/49) = 3.74·T·ln(1/eps) gradients".
func TestLowerBoundIsLinearInT(t *testing.T) {
	for _, length := range []int{5, 20, 80} {
		for _, eps := range []float64{0.1, 1e-3, 1e-6} {
			k, err := hard(t, length, 120).LowerBound(eps)
			require.NoError(t, err)
			require.InEpsilon(t, 3.744*float64(length)*math.Log(1/eps), k, 0.03, "T = %d, eps = %g", length, eps)
		}
	}
}

// PL §4, reading of the table: "all grow linearly in T; momentum wins a constant factor 1.2 to 2.1, not a
// square root; coordinate-wise scaling (Adan) wins most for T ≥ 5 … but never below" the bound; "at
// T = 1 it loses. Adan with lr 1e-3 needs about 1060 steps at .001 whatever T".
func TestMeasuredTable(t *testing.T) {
	slow := optim.NewAdan()
	methods := append(certify.Methods(), certify.Method{Name: "slow Adan", Config: slow})
	for _, row := range []struct {
		length, blocks       int
		bounds               []int
		gd, hb, nesterov, ad []int
	}{
		{1, 40, []int{2, 8, 17, 25}, []int{21, 57, 101, 143}, []int{11, 34, 62, 89}, []int{10, 27, 49, 70}, []int{28, 65, 202, 312}},
		{10, 15, []int{25, 80, 134, 149}, []int{111, 312, 505, 564}, []int{82, 245, 405, 447}, []int{65, 194, 320, 353}, []int{66, 110, 217, 343}},
		{40, 12, []int{99, 299, 449, 477}, []int{376, 1100, 1641, 1743}, []int{300, 894, 1338, 1421}, []int{237, 705, 1054, 1120}, []int{140, 333, 478, 576}},
	} {
		r, err := certify.Certify(context.Background(), certify.Options{
			Length: row.length, Blocks: row.blocks, Eps: []float64{0.5, 0.1, 0.01, 0.001}, Methods: methods,
		})
		require.NoError(t, err)
		require.NoError(t, r.Err())
		require.Equal(t, row.bounds, r.Bounds)
		byName := map[string]*certify.Run{}
		for _, run := range r.Runs {
			byName[run.Method.Name] = run
		}
		require.InDeltaSlice(t, row.gd, byName["gradient descent"].Hits, 1)
		require.InDeltaSlice(t, row.hb, byName["heavy ball"].Hits, 1)
		require.InDeltaSlice(t, row.nesterov, byName["Nesterov"].Hits, 1)
		require.InDeltaSlice(t, row.ad, byName["Adan"].Hits, 1)
		require.InDelta(t, 1060, byName["slow Adan"].Hits[3], 25)
	}
}

// PL §5: "slope linear = no acceleration beyond constants", fitted over T = 5, 10, 20, 40 with t ≥ 30; and
// (c) "a plain tridiagonal quadratic with the same L, mu on which Nesterov shows the sqrt".
func TestAccelerationHelpsOnConvexFunctionsOnly(t *testing.T) {
	pl, err := certify.StudyPL(context.Background(), certify.StudyOptions{})
	require.NoError(t, err)
	convex, err := certify.StudyConvex(context.Background(), certify.StudyOptions{})
	require.NoError(t, err)
	require.Equal(t, []int{5, 10, 20, 40}, pl.Lengths)
	require.Equal(t, pl.Kappas, convex.Kappas)
	for i, want := range []float64{1, 0.5, 0.5} { // gradient descent, heavy ball, Nesterov
		require.InDelta(t, 1, pl.Rows[i].Exponent, 0.05, "hard function: %s", pl.Rows[i].Name)
		require.InDelta(t, want, convex.Rows[i].Exponent, 0.08, "convex: %s", convex.Rows[i].Name)
	}
	for _, row := range pl.Rows {
		for k, n := range row.Iterations {
			require.GreaterOrEqual(t, n, pl.Bounds[k], row.Name)
		}
	}
}

// PL §5 (b): "with step size q a coordinate whose gradient is below q/lr never starts, so the chain stops;
// report the depth reached". With lr = 1/37 the first coordinate has a gradient of 1.
func TestResolutionStopsTheChain(t *testing.T) {
	depth := func(resolution float64) int {
		r, err := certify.Certify(context.Background(), certify.Options{
			Length: 5, Blocks: 30, Iterations: 5000,
			Methods: []certify.Method{{Name: "gd", Config: optim.SGD{LR: 1.0 / certify.Smoothness}, Resolution: resolution}},
		})
		require.NoError(t, err)
		require.NoError(t, r.Err())
		return r.Runs[0].Depth()
	}
	require.Zero(t, depth(0.06), "half a step is above lr·1")
	require.Positive(t, depth(0.05))
	coarse, fine, exact := depth(1.0/256), depth(1.0/65536), depth(0)
	require.Less(t, coarse, fine)
	require.Less(t, fine, exact+1)
}
