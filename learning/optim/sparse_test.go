package optim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/optim"
)

// events draws which entries have a gradient in a step, and their gradients.
func events[F optim.Real](t *rapid.T, n int) (index []uint32, grad []F) {
	for i := range n {
		if rapid.IntRange(0, 3).Draw(t, "event") == 0 {
			index = append(index, uint32(i))
			grad = append(grad, F(rapid.Float64Range(-2, 2).Draw(t, "gradient")))
		}
	}
	return index, grad
}

// Mode Exact makes up silent steps to the bits of dense Adan, in any order of events, with changing
// learning rates, clipping and restarts, and across a saved state.
func TestSparseExactEqualsDense(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if rapid.Bool().Draw(t, "single precision") {
			sparseEqualsDense[float32](t)
		} else {
			sparseEqualsDense[float64](t)
		}
	})
}

func sparseEqualsDense[F optim.Real](t *rapid.T) {
	const n = 5
	c := optim.NewAdan()
	c.LR, c.Decay = 0.1, rapid.SampledFrom([]float64{0, 0.1}).Draw(t, "decay")
	c.NoProx = rapid.Bool().Draw(t, "no prox")
	c.MaxNorm = rapid.SampledFrom([]float64{0, 1}).Draw(t, "max norm")
	dense, lazy := single[F]("w", 1, 2, 3, 4, 5), single[F]("w", 1, 2, 3, 4, 5)
	o := build(t, c, dense)
	s, err := optim.BuildSparse(c, optim.Exact, lazy)
	require.NoError(t, err)
	for k := range rapid.IntRange(1, 12).Draw(t, "steps") {
		switch rapid.IntRange(0, 9).Draw(t, "between") {
		case 0:
			o.Restart()
			s.Restart()
		case 1:
			s.Flush()
		case 2:
			kept := optim.Copy(s.Columns())
			s, err = optim.BuildSparse(c, optim.Exact, lazy)
			require.NoError(t, err)
			require.NoError(t, s.Restore(kept))
		}
		index, grad := events[F](t, n)
		s.CatchUp(index)
		for _, i := range index {
			require.Equal(t, dense.Value[i], lazy.Value[i], "value before the gradient is taken")
		}
		clear(dense.Grad)
		for e, i := range index {
			dense.Grad[i] = grad[e]
		}
		factor := 1 / float64(k+1)
		require.NoError(t, o.Step(factor))
		require.NoError(t, s.Step(index, grad, factor))
	}
	s.Flush()
	require.Equal(t, dense.Value, lazy.Value)
	byName := map[string]optim.Column{}
	for _, col := range s.Columns() {
		byName[col.Name] = col
	}
	for _, col := range o.Columns()[2:] {
		require.Equal(t, col, byName[col.Name])
	}
}

// Mode Frozen moves each entry as if the steps without a gradient for it had not happened.
func TestSparseFrozenIsAdanPerEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 4
		c := optim.NewAdan()
		c.LR, c.Decay = 0.1, 0.01
		p := single("w", 1.0, 2, 3, 4)
		s, err := optim.BuildSparse(c, optim.Frozen, p)
		require.NoError(t, err)
		var own [n]*optim.Param[float64]
		var opts [n]optim.Optimizer[float64]
		for i := range own {
			own[i] = single("w", p.Value[i])
			opts[i] = build(t, c, own[i])
		}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			index, grad := events[float64](t, n)
			require.NoError(t, s.Step(index, grad, 0.5))
			for e, i := range index {
				own[i].Grad[0] = grad[e]
				require.NoError(t, opts[i].Step(0.5))
			}
			for i := range own {
				require.Equal(t, own[i].Value[0], p.Value[i])
			}
		}
	})
}

func TestSparseRefuses(t *testing.T) {
	c := optim.NewAdan()
	_, err := optim.BuildSparse[float64](optim.Adan{Beta1: 1}, 2, nil)
	require.ErrorContains(t, err, "beta1: 1 must be in [0, 1)")
	require.ErrorContains(t, err, "sparse mode(2), want exact (0) or frozen (1)")
	require.ErrorContains(t, err, "the parameter has no values")

	c.MaxNorm = 1
	p := single("w", 1.0, 2)
	s, err := optim.BuildSparse(c, optim.Exact, p)
	require.NoError(t, err)
	before := optim.Copy(s.Columns())
	for want, step := range map[string]func() error{
		`2 entries with 1 gradients`:                    func() error { return s.Step([]uint32{0, 1}, []float64{1}, 1) },
		`entry 2, want below 2`:                         func() error { return s.Step([]uint32{2}, []float64{1}, 1) },
		`entry 0 after 1, want ascending order`:         func() error { return s.Step([]uint32{1, 0}, []float64{1, 1}, 1) },
		`factor of the learning rate -Inf`:              func() error { return s.Step(nil, nil, math.Inf(-1)) },
		`not finite in single precision (NaN)`:          func() error { return s.Step([]uint32{1}, []float64{math.NaN()}, 1) },
		`restore: 0 columns of state, want 7`:           func() error { return s.Restore(nil) },
		`restore: entry 1 stands at step 3, want 0`:     func() error { c := optim.Copy(before); c[2].I64[1] = 3; return s.Restore(c) },
		`column 0 "groups/steps": 0 float64, 0 float32`: func() error { c := optim.Copy(before); c[0].I64 = nil; return s.Restore(c) },
	} {
		require.ErrorContains(t, step(), want)
	}
	require.Equal(t, before, s.Columns())
	require.Equal(t, []float64{1, 2}, p.Value)
}
