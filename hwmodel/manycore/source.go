package manycore

import (
	"fmt"
	"math"
	"slices"

	"couplet/internal/rng"
)

// Input is a neuron that computes nothing: it fires by a given train, at a rate, or at random. It fires
// in a step if any of the three says so, and is idle otherwise.
type Input struct {
	// Train[i] tells whether the neuron fires in step i+1; later steps are silent.
	Train []bool `json:"train"`
	// Rate, in spikes per step, makes it fire in every step that is a multiple of floor(1/Rate).
	Rate float64 `json:"rate"`
	// Poisson is the probability to fire in a step. The draws depend on seed, neuron and step
	// alone, not on what else exists.
	Poisson float64 `json:"poisson"`
}

func (Input) model() SomaModel { return InputSpikes }

func (n Input) validate() error {
	if !(n.Rate >= 0 && n.Rate <= 1) {
		return fmt.Errorf("rate %g must lie between 0 and 1 spikes per step", n.Rate)
	}
	if !(n.Poisson >= 0 && n.Poisson <= 1) {
		return fmt.Errorf("poisson %g must be a probability", n.Poisson)
	}
	return nil
}

func (n Input) start(key rng.Key) somaState {
	s := inputState{Input: n, key: key}
	if n.Rate > 0 {
		s.every = int64(min(math.Floor(1/n.Rate), 1<<62))
	}
	return s
}

// inputState is an input neuron during a run.
type inputState struct {
	Input
	every int64 // steps between the spikes of a rate; 0 without
	key   rng.Key
}

func (s inputState) step(t int64, _ float64, _ bool) status {
	switch {
	case t <= int64(len(s.Train)) && s.Train[t-1],
		s.every > 0 && t%s.every == 0,
		s.Poisson > 0 && s.key.Bernoulli(uint64(t), s.Poisson):
		return fired
	}
	return idle
}

// Recorded is a neuron whose spikes are known from another run: it fires in the listed steps, whatever its
// input, and keeps the costs of its soma unit. In other steps it counts as updated if it has input, or
// in every step if Clocked is set.
type Recorded struct {
	Steps   []int64 // in ascending order, the first step is 1
	Clocked bool
}

func (Recorded) model() SomaModel { return "" }

func (r Recorded) validate() error {
	for i, t := range r.Steps {
		if t < 1 {
			return fmt.Errorf("step %d of a recorded spike must be at least 1", t)
		}
		if i > 0 && t <= r.Steps[i-1] {
			return fmt.Errorf("recorded spikes in steps %d and %d must be in ascending order, one per step", r.Steps[i-1], t)
		}
	}
	return nil
}

func (r Recorded) start(rng.Key) somaState { return recordedState{r} }

// recordedState is a recorded neuron during a run.
type recordedState struct{ Recorded }

func (s recordedState) step(t int64, _ float64, present bool) status {
	if _, found := slices.BinarySearch(s.Steps, t); found {
		return fired
	}
	if present || s.Clocked {
		return updated
	}
	return idle
}
