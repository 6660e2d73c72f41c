package neurontest

import (
	"testing"

	"couplet/neuron"

	"pgregory.net/rapid"
)

// Options say how a model is driven. The zero value drives one that needs nothing but weights
// around 1.
type Options struct {
	TickMs  float64 // default 0.1, or 1 for a step-coded model
	Ticks   int64   // length of a trial; default 250
	Weight  float64 // largest weight of an arrival, in the unit of the model's ports; default 1
	Current float64 // largest stimulus current; 0 for a model without one
	// Vary gives parameters and initial variables that may differ between neurons, with the range they
	// are drawn from. A switch has the range [0, 1].
	Vary map[string][2]float64
	// Tolerance is the largest difference of a variable between hostings, relative to 1 plus its
	// size; default 1e-9. In single precision SingleTolerance takes its place; its default 0 asks for
	// equality.
	Tolerance, SingleTolerance float64
}

func (o Options) withDefaults(m neuron.Model) Options {
	if o.TickMs == 0 {
		o.TickMs = 0.1
		if m.Info().Step {
			o.TickMs = 1
		}
	}
	if o.Ticks == 0 {
		o.Ticks = 250
	}
	if o.Weight == 0 {
		o.Weight = 1
	}
	if o.Tolerance == 0 {
		o.Tolerance = 1e-9
	}
	return o
}

// Run puts a model through the suite.
func Run(t *testing.T, m neuron.Model, o Options) {
	o = o.withDefaults(m)
	t.Run("description", func(t *testing.T) {
		for _, err := range description(m, o) {
			t.Error(err)
		}
	})
	checks := []struct {
		name  string
		check func(trial) error
	}{
		{"hosting", sameHosting},
		{"shards", sameShards},
		{"columns", sameAfterRestore},
		{"sums", sameSums},
		{"slots", clearedSlots},
		{"reading", harmlessRead},
		{"wake", honestWake},
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				if err := c.check(draw(rt, m, o)); err != nil {
					rt.Fatal(err)
				}
			})
		})
	}
	t.Run("allocations", func(t *testing.T) {
		if err := noAllocations(m, o); err != nil {
			t.Error(err)
		}
	})
}
