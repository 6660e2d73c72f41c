package optim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/optim"
)

func TestSchedules(t *testing.T) {
	epoch := func(k int) optim.Progress { return optim.Progress{Epoch: k, Step: 1000} }
	step := func(k int) optim.Progress { return optim.Progress{Epoch: 1000, Step: k} }
	for name, c := range map[string]struct {
		schedule optim.Schedule
		at       func(int) optim.Progress
		want     map[int]float64
	}{
		"constant":        {optim.Constant{}, epoch, map[int]float64{0: 1, 99: 1}},
		"step":            {optim.StepDecay{Every: 30, Gamma: 0.1}, epoch, map[int]float64{0: 1, 29: 1, 30: 0.1, 59: 0.1, 60: 0.01}},
		"step in steps":   {optim.StepDecay{Every: 2, Gamma: 0.5, Unit: optim.Steps}, step, map[int]float64{0: 1, 1: 1, 2: 0.5, 5: 0.25}},
		"multi-step":      {optim.MultiStep{At: []int{20, 40}, Gamma: 0.1}, epoch, map[int]float64{0: 1, 19: 1, 20: 0.1, 39: 0.1, 40: 0.01, 90: 0.01}},
		"cosine":          {optim.Cosine{Over: 6}, epoch, map[int]float64{0: 1, 1: (2 + math.Sqrt(3)) / 4, 2: 0.75, 3: 0.5, 4: 0.25, 6: 0, 7: 0}},
		"cosine to floor": {optim.Cosine{Over: 4, Floor: 0.2, Unit: optim.Steps}, step, map[int]float64{0: 1, 2: 0.6, 4: 0.2, 9: 0.2}},
		"warm-up":         {optim.WarmUp{Over: 400, Unit: optim.Steps}, step, map[int]float64{0: 0, 100: 0.25, 399: 399.0 / 400, 400: 1, 401: 1}},
		"warm-up from":    {optim.WarmUp{Over: 4, From: 0.2}, epoch, map[int]float64{0: 0.2, 2: 0.6, 4: 1}},
		"warm-up then": {optim.WarmUp{Over: 4, Unit: optim.Epochs, Then: optim.MultiStep{At: []int{2, 50}, Gamma: 0.1}}, epoch,
			map[int]float64{0: 0, 1: 0.25, 2: 0.05, 4: 0.1, 50: 0.01}},
	} {
		require.NoError(t, c.schedule.Validate(), name)
		for k, want := range c.want {
			require.InDelta(t, want, c.schedule.Factor(c.at(k)), 1e-15, "%s at %d", name, k)
		}
	}
}

// The cosine is that of package math to three units in the last place of 1, and falls all the way.
func TestCosineIsACosine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		over := rapid.IntRange(1, 5000).Draw(t, "over")
		k := rapid.IntRange(0, over).Draw(t, "k")
		s := optim.Cosine{Over: over}
		got := s.Factor(optim.Progress{Epoch: k})
		require.InDelta(t, (1+math.Cos(math.Pi*float64(k)/float64(over)))/2, got, 4e-16)
		require.LessOrEqual(t, s.Factor(optim.Progress{Epoch: k + 1}), got)
	})
}

// The bits of a cosine schedule decide trained weights: they must not change from machine to machine.
func TestCosineBits(t *testing.T) {
	s := optim.Cosine{Over: 300}
	for k, bits := range map[int]uint64{1: 0x3fefffc681837d28, 77: 0x3feb1304b87ec4c4, 150: 0x3fe0000000000000, 222: 0x3fc4306155ddbfda, 299: 0x3efcbf3e416c0000} {
		require.Equal(t, bits, math.Float64bits(s.Factor(optim.Progress{Epoch: k})), "epoch %d", k)
	}
}

func TestSchedulesRefuse(t *testing.T) {
	for want, s := range map[string]optim.Schedule{
		"step schedule: every 0 epochs":                   optim.StepDecay{Gamma: 0.5},
		"step schedule: gamma 0":                          optim.StepDecay{Every: 1},
		"multi-step schedule: epochs [3 3]":               optim.MultiStep{At: []int{3, 3}, Gamma: 0.1},
		"multi-step schedule: steps [0]":                  optim.MultiStep{At: []int{0}, Gamma: 0.1, Unit: optim.Steps},
		"multi-step schedule: gamma 2":                    optim.MultiStep{Gamma: 2},
		"schedule counts in unit(2)":                      optim.Cosine{Over: 1, Unit: 2},
		"cosine schedule over 0 epochs":                   optim.Cosine{},
		"cosine schedule: floor NaN":                      optim.Cosine{Over: 1, Floor: math.NaN()},
		"warm-up over 0 steps":                            optim.WarmUp{Unit: optim.Steps},
		"warm-up from 2, want a number in [0, 1]":         optim.WarmUp{Over: 1, From: 2},
		"cosine schedule over -1 epochs, want at least 1": optim.WarmUp{Over: 1, Then: optim.Cosine{Over: -1}},
	} {
		require.ErrorContains(t, s.Validate(), want)
	}
}
