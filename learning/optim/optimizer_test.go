package optim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/optim"
)

func TestBuildReportsEverything(t *testing.T) {
	c := optim.NewAdan()
	c.LR, c.Beta2 = -1, 1
	shared := []float64{1, 2}
	_, err := optim.Build(c,
		optim.Group[float64]{Name: "weights", Params: []*optim.Param[float64]{
			{Name: "a", Value: shared}, {Name: "b", Value: shared}, {Name: "a", Value: []float64{1}}, {Value: []float64{1}}, {Name: "e"}, nil,
		}},
		optim.Group[float64]{Name: "bias", Config: optim.NewSGD()},
		optim.Group[float64]{Name: "gain", Config: optim.Adan{LR: 1, Beta1: 2}},
		optim.Group[float64]{Name: "clip", Config: optim.Adan{LR: 1, MaxNorm: 3}},
	)
	for _, want := range []string{
		"optim: adan: parameter lr: -1 must be at least 0",
		"optim: adan: parameter beta2: 1 must be in [0, 1)",
		`group 0 "weights": parameter "b" shares its values with "a"`,
		`group 0 "weights": parameter "a": the name is taken`,
		`group 0 "weights": parameter 3 has no name`,
		`group 0 "weights": parameter "e" has no values`,
		`group 0 "weights": parameter 5 is nil`,
		`group 1 "bias": options of sgd, want those of adan`,
		`optim: adan: parameter beta1: 2 must be in [0, 1) (in group 2 "gain")`,
		`group 3 "clip": max_grad_norm 3, want that of the optimiser, 0`,
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestBuildRefuses(t *testing.T) {
	p := []*optim.Param[float32]{single("w", float32(1))}
	_, err := optim.Build[float32](nil)
	require.EqualError(t, err, "optim: no optimiser is described (nil)")
	_, err = optim.Build[float32](optim.NewSGD())
	require.EqualError(t, err, "optim: no parameters to optimise")
	_, err = optim.Build(optim.SGD{LR: 1, Nesterov: true}, optim.Group[float32]{Params: p})
	require.EqualError(t, err, "optim: sgd: parameter nesterov: it needs a momentum greater than 0")
	_, err = optim.Build(optim.AdanPaper{LR: 1, Beta1: 0.98, Beta2: 0.92, Beta3: 0.99}, optim.Group[float32]{Params: p})
	require.ErrorContains(t, err, "here a beta is the weight of the new term")
	c := optim.NewAdam()
	_, err = optim.Build(optim.Config(&c), optim.Group[float32]{Params: p})
	require.ErrorContains(t, err, "unknown optimiser *optim.Adam")
}

func TestMomentumOfAGroup(t *testing.T) {
	plain, heavy := single("plain", 1.0), single("heavy", 1.0)
	c := optim.SGD{LR: 0.1, Momentum: 0.9}
	own := c
	own.Decay = 1
	o, err := optim.Build(c, optim.Group[float64]{Params: []*optim.Param[float64]{plain}},
		optim.Group[float64]{Params: []*optim.Param[float64]{heavy}, Config: own})
	require.NoError(t, err)
	require.NoError(t, o.Step(1))
	require.Equal(t, []float64{1}, plain.Value)
	require.InDelta(t, 0.9, heavy.Value[0], 1e-15)

	own.Momentum = 0 // another number of words
	_, err = optim.Build(c, optim.Group[float64]{Params: []*optim.Param[float64]{plain}, Config: own})
	require.ErrorContains(t, err, "remembers [], want [v] as the optimiser")
}

func TestStepRefuses(t *testing.T) {
	p := single("w", 1.0, 2.0)
	o := build(t, optim.Adan{LR: 0.1, Beta1: 0.9, Beta2: 0.9, Beta3: 0.9, Eps: 1e-8, MaxNorm: 1}, p)
	before := optim.Copy(o.Columns())
	require.ErrorContains(t, o.Step(math.NaN()), "factor of the learning rate NaN")
	require.ErrorContains(t, o.Step(-1), "factor of the learning rate -1")
	p.Grad = []float64{1}
	require.EqualError(t, o.Step(1), `optim: parameter "w" has 2 values and a gradient of 1`)
	p.Grad = []float64{1, math.Inf(1)}
	require.EqualError(t, o.Step(1), `optim: the norm of the gradient is not finite in single precision (+Inf): gradient +Inf at index 1 of parameter "w"`)
	p.Value = []float64{1}
	require.EqualError(t, o.Step(1), `optim: parameter "w" has 1 values, it had 2 when the optimiser was built`)
	require.Equal(t, before, o.Columns(), "an error changes nothing")
}

// Silence moves nothing in any optimiser without decay, even where eps is 0: the property that makes
// them zero-respecting.
func TestNoGradientNoMovement(t *testing.T) {
	for _, c := range optim.All() {
		for _, o := range optim.Options(c) {
			if o.Name == "decay" || o.Name == "eps" {
				c = optim.With(c, o, 0)
			}
		}
		p := single("w", 1.0, 0)
		o := build(t, c, p)
		for k := range 4 {
			p.Grad[1] = float64(k + 1)
			require.NoError(t, o.Step(1))
		}
		require.Equal(t, 1.0, p.Value[0], c.Name())
		require.Negative(t, p.Value[1], c.Name())
	}
}

// Every optimiser descends a convex quadratic, in both arithmetics to nearly the same point.
func TestEveryOptimizerDescends(t *testing.T) {
	for _, c := range optim.All() {
		c = optim.With(c, optim.Options(c)[0], 0.02)
		require.InDeltaSlice(t, descend[float64](t, c), descend[float32](t, c), 1e-3, c.Name())
	}
}

func descend[F optim.Real](t *testing.T, c optim.Config) []float64 {
	p := single[F]("x", 1, -2, 0.5)
	o := build(t, c, p)
	loss := func() (f float64) {
		for i, x := range p.Value {
			f += float64(i+1) * float64(x) * float64(x)
		}
		return f
	}
	start := loss()
	for range 500 {
		for i, x := range p.Value {
			p.Grad[i] = 2 * F(i+1) * x
		}
		require.NoError(t, o.Step(1))
	}
	require.Less(t, loss(), start/100, c.Name())
	return widen(p.Value)
}

// The parameters of an optimiser do not see each other: together or alone they move alike.
func TestParametersAreIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawConfig(t)
		if a, ok := c.(optim.Adan); ok {
			a.MaxNorm = 0
			c = a
		}
		s := testStream(rapid.Uint64().Draw(t, "stream"))
		a, b := single("a", 1.0, 2.0), single("b", 3.0)
		a1, b1 := single("a", 1.0, 2.0), single("b", 3.0)
		both, only, other := build(t, c, a, b), build(t, c, a1), build(t, c, b1)
		for range 6 {
			noise(s, a.Grad)
			noise(s, b.Grad)
			copy(a1.Grad, a.Grad)
			copy(b1.Grad, b.Grad)
			require.NoError(t, both.Step(0.5))
			require.NoError(t, only.Step(0.5))
			require.NoError(t, other.Step(0.5))
		}
		require.Equal(t, a.Value, a1.Value)
		require.Equal(t, b.Value, b1.Value)
	})
}

func TestCostCountsTheWords(t *testing.T) {
	for _, c := range optim.All() {
		cost := c.Cost()
		require.Equal(t, len(c.Words()), cost.StateWords, c.Name())
		require.Equal(t, cost.StateWords+1, cost.Reads, c.Name())
		require.Equal(t, cost.StateWords+1, cost.Writes, c.Name())
		require.Equal(t, 1, cost.GradientReads, c.Name())
	}
}

func TestStepDoesNotAllocate(t *testing.T) {
	for _, c := range optim.All() {
		p := single[float32]("w", make([]float32, 100)...)
		o := build(t, c, p)
		require.NoError(t, o.Step(1))
		require.Zero(t, testing.AllocsPerRun(10, func() { _ = o.Step(1) }), c.Name())
	}
}
