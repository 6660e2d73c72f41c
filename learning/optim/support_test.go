package optim_test

import (
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
	"couplet/learning/optim"
)

// single makes a parameter of the given values with a zero gradient.
func single[F optim.Real](name string, values ...F) *optim.Param[F] {
	return &optim.Param[F]{Name: name, Value: values, Grad: make([]F, len(values))}
}

func build[F optim.Real](t require.TestingT, c optim.Config, params ...*optim.Param[F]) optim.Optimizer[F] {
	o, err := optim.Build(c, optim.Group[F]{Params: params})
	require.NoError(t, err)
	return o
}

// noise fills s with normal numbers of a stream.
func noise[F optim.Real](s *rng.Stream, to []F) {
	for i := range to {
		to[i] = F(s.NextNormal())
	}
}

func testStream(id uint64) *rng.Stream {
	s := rng.NewKey(1, rng.Test, id).Stream()
	return &s
}

// drawConfig draws an optimiser with options in their ranges.
func drawConfig(t *rapid.T) optim.Config {
	c := rapid.SampledFrom(optim.All()).Draw(t, "optimiser")
	for _, o := range optim.Options(c) {
		x := rapid.Float64Range(0, 1).Draw(t, o.Name)
		switch {
		case o.Bool:
			x = float64(int(x + 0.5))
		case o.Name == "eps":
			x = 1e-8 + x/100
		case !o.Range.Contains(x):
			x = o.Default
		}
		if c.Name() == "adan_paper" && len(o.Name) == 5 && o.Name[:4] == "beta" {
			x = 0.01 + x/3
		}
		c = optim.With(c, o, x)
	}
	if c.Validate() != nil { // nesterov without momentum
		return optim.NewSGD()
	}
	return c
}
