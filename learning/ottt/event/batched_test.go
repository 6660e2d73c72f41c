package event_test

import (
	"math"
	"slices"
	"testing"

	"couplet/learning/internal/ottt/vectors"
	"couplet/learning/layer"
	"couplet/learning/ottt"
	"couplet/learning/ottt/event"
	"couplet/sim"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// learner is what a trainer needs of an executor: either of the two will do.
type learner interface {
	Params() []*layer.Param[float64]
	Initialise(seed uint64) error
	Learn(mode ottt.Mode, b ottt.Batch, input []float64, labels []int, step func() error) (ottt.Result[float64], error)
	Forward(input []float64, samples, ticks int) ([]float64, error)
	ZeroGrad()
	Changed()
	Activity() ottt.Activity
	ResetActivity()
	CountSynapses(on bool)
	Classes() int
	InputSize() int
}

var (
	_ learner = (*event.Net)(nil)
	_ learner = (*ottt.Net[float64])(nil)
)

// both makes the two executors of a task, with the same parameters.
func (c *task) both(t require.TestingT, options ...event.Option) (*ottt.Net[float64], *event.Net) {
	batched, err := ottt.New[float64](c.network)
	require.NoError(t, err)
	events, err := event.New(c.network, options...)
	require.NoError(t, err)
	for _, net := range []learner{batched, events} {
		c.fill(net.Params())
		net.Changed()
	}
	return batched, events
}

// options draws choices that change nothing.
func options(t *rapid.T) []event.Option {
	list := []event.Option{
		event.Workers(rapid.IntRange(1, 2).Draw(t, "workers")),
		event.Hosted(rapid.SampledFrom([]sim.Hosting{sim.Auto, sim.ClockedHosting, sim.LazyHosting}).Draw(t, "hosting")),
	}
	if rapid.Bool().Draw(t, "input as current") {
		list = append(list, event.CurrentInput())
	}
	return list
}

// §6 and §7.7: the event form gives what the batched executor gives: the same spikes, losses, logits, gradients,
// and parameters after optimiser steps, in both modes, for networks of all families.
func TestEventIsBatched(t *testing.T) {
	spikes, learned := int64(0), 0
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t)
		mode := rapid.SampledFrom([]ottt.Mode{ottt.Accumulate, ottt.Online}).Draw(t, "mode")
		if mode == ottt.Online {
			n := len(c.input) / c.batch.Samples
			frame := layer.Size(c.network.Input)
			c.input = slices.Clone(c.input[:n/frame*frame])
			c.batch.Samples, c.labels = 1, c.labels[:1]
		} else if rapid.Bool().Draw(t, "part of a batch") {
			c.batch.First = rapid.IntRange(0, 2).Draw(t, "first")
			c.batch.Of = c.batch.First + c.batch.Samples + rapid.IntRange(0, 2).Draw(t, "others")
		}
		batched, events := c.both(t, options(t)...)
		c.sameInference(t, batched, events)
		batched.ResetActivity()
		events.ResetActivity()
		var results []ottt.Result[float64]
		for _, net := range []learner{batched, events} {
			r, err := net.Learn(mode, c.batch, c.input, c.labels, vectors.SGD(t, net.Params(), 0.01, 0.9))
			require.NoError(t, err)
			results = append(results, r)
		}
		require.InDelta(t, results[0].Loss, results[1].Loss, 1e-9*max(1, results[0].Loss), "loss")
		near(t, 1e-9, results[0].Logits, results[1].Logits, "logits")
		for i, p := range batched.Params() {
			near(t, 1e-9, p.Grad, events.Params()[i].Grad, "gradient of "+p.Name)
			near(t, 1e-9, p.Value, events.Params()[i].Value, p.Name)
		}
		require.Equal(t, batched.Activity().Populations, events.Activity().Populations, "spikes")
		for _, p := range events.Activity().Populations {
			spikes += p.Spikes
		}
		for _, p := range events.Params() {
			if vectors.Largest(p.Grad) > 0 {
				learned++
			}
		}
		c.sameInference(t, batched, events)
	})
	require.Greater(t, spikes, int64(1000), "spikes in all networks")
	require.Greater(t, learned, 100, "parameters that have learned")
}

// sameInference compares the runs without learning, in which nothing is dropped.
func (c *task) sameInference(t require.TestingT, batched, events learner) {
	want, err := batched.Forward(c.input, c.batch.Samples, c.batch.Loss.Ticks)
	require.NoError(t, err)
	got, err := events.Forward(c.input, c.batch.Samples, c.batch.Loss.Ticks)
	require.NoError(t, err)
	near(t, 1e-9, want, got, "logits of inference")
}

// near compares relative to the largest entry.
func near(t require.TestingT, tolerance float64, want, got []float64, what string) {
	require.Len(t, got, len(want), what)
	bound := tolerance * max(vectors.Largest(want), 1e-3)
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= bound) {
			require.Failf(t, what, "index %d: have %v, want %v", i, got[i], w)
		}
	}
}

// The two executors side by side, tick by tick: spikes of every neuron, and of short binary fractions
// membranes and traces bit for bit.
func TestTicksAreEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t)
		batched, events := c.both(t, options(t)...)
		b := c.batch
		b.Training, b.Samples = true, 1
		require.NoError(t, batched.Begin(b))
		require.NoError(t, events.Begin(b))
		size := layer.Size(c.network.Input)
		for tick := range c.batch.Loss.Ticks {
			x := c.input[(tick*c.batch.Samples*size)%len(c.input):][:size]
			want, err := batched.Tick(x)
			require.NoError(t, err)
			got, err := events.Tick(x)
			require.NoError(t, err)
			near(t, 1e-12, want, got, "logits")
			_, err = batched.Backward(c.labels[:1])
			require.NoError(t, err)
			_, err = events.Backward(c.labels[:1])
			require.NoError(t, err)
			populations, err := events.Populations()
			require.NoError(t, err)
			for k, p := range batched.Populations() {
				q := populations[k]
				require.Equal(t, p.Spikes, q.Spikes, "spikes of %s at tick %d", p.Name, tick)
				if c.dyadic && !c.averages() {
					require.Equal(t, p.Charged, q.Charged, "u_pre of %s at tick %d", p.Name, tick)
					require.Equal(t, p.Membrane, q.Membrane, "u of %s at tick %d", p.Name, tick)
				}
				near(t, 1e-11, p.Charged, q.Charged, "u_pre of "+p.Name)
				near(t, 1e-12, p.Trace, q.Trace, "trace of "+p.Name)
				near(t, 1e-9, p.Errors, q.Errors, "errors of "+p.Name)
			}
		}
	})
}

// averages tells whether some average divides by a number that is no power of two.
func (c *task) averages() bool {
	for _, d := range c.network.Nodes {
		for _, p := range d.From {
			for _, o := range p.Through {
				if d.Kind == ottt.LIF && o.Kind == ottt.GlobalAvgPool {
					return true
				}
			}
		}
	}
	return false
}
