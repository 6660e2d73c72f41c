package optim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/optim"
)

func TestClipNorm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := single("a", rapid.SliceOfN(rapid.Float64Range(-9, 9), 1, 6).Draw(t, "a")...)
		b := single("b", rapid.SliceOfN(rapid.Float64Range(-9, 9), 1, 6).Draw(t, "b")...)
		params := []*optim.Param[float64]{a, b}
		copy(a.Grad, a.Value)
		copy(b.Grad, b.Value)
		limit := rapid.Float64Range(0.1, 20).Draw(t, "limit")
		norm, err := optim.ClipNorm(params, limit)
		require.NoError(t, err)
		require.InDelta(t, min(norm, limit), optim.Norm(params), 1e-12)
		for _, p := range params {
			for i, g := range p.Grad {
				require.InDelta(t, p.Value[i]*min(1, limit/norm), g, 1e-12, "one factor for all")
			}
		}
	})
}

func TestClipNormRefuses(t *testing.T) {
	p := single("w", 1.0, 1)
	params := []*optim.Param[float64]{p}
	for _, limit := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err := optim.ClipNorm(params, limit)
		require.ErrorContains(t, err, "limit of the gradient's norm")
	}
	p.Grad = []float64{1, math.NaN()}
	_, err := optim.ClipNorm(params, 1)
	require.EqualError(t, err, `optim: parameter "w": gradient NaN at index 1, want a finite number`)
	p.Grad = []float64{1e200, 1e200}
	_, err = optim.ClipNorm(params, 1)
	require.EqualError(t, err, "optim: the norm of the gradient is not finite (+Inf)")
	require.Equal(t, []float64{1e200, 1e200}, p.Grad)
}

func TestClipValue(t *testing.T) {
	p := single[float32]("w", 0, 0, 0, 0)
	copy(p.Grad, []float32{-3, 0.25, 2, -0.5})
	changed, err := optim.ClipValue([]*optim.Param[float32]{p}, 0.5)
	require.NoError(t, err)
	require.Equal(t, 2, changed)
	require.Equal(t, []float32{-0.5, 0.25, 0.5, -0.5}, p.Grad)
	_, err = optim.ClipValue([]*optim.Param[float32]{p}, 0)
	require.ErrorContains(t, err, "limit of the gradient's values 0")
}

func TestCheckFinite(t *testing.T) {
	a, b := single("a", 1.0), single("b", 1.0, 2.0)
	params := []*optim.Param[float64]{a, b}
	require.NoError(t, optim.CheckFinite(params))
	b.Grad[1] = math.Inf(-1)
	require.EqualError(t, optim.CheckFinite(params), `optim: parameter "b": gradient -Inf at index 1, want a finite number`)
	a.Value[0] = math.NaN()
	require.EqualError(t, optim.CheckFinite(params), `optim: parameter "a": value NaN at index 0, want a finite number`)
}
