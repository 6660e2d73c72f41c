package manycore

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAccumulator(t *testing.T) {
	d := newDendrite(Accumulator, Cable{})
	d.receive(&synapseEvent{weight: 2})
	d.receive(&synapseEvent{weight: -2})
	sum, present := d.take()
	require.Zero(t, sum)
	require.True(t, present, "a sum of 0 is there all the same")
	_, present = d.take()
	require.False(t, present)
}

// TestDelays sends a weight with every delay in one step: they arrive one step after the other.
func TestDelays(t *testing.T) {
	d := newDendrite(DelayedAccumulator, Cable{})
	for range 2 { // whatever the place in the ring
		for delay := range MaxDelay + 1 {
			d.receive(&synapseEvent{weight: float64(delay + 1), delay: delay})
		}
		for delay := range MaxDelay + 1 {
			sum, present := d.take()
			require.True(t, present)
			require.EqualValues(t, delay+1, sum)
		}
		_, present := d.take()
		require.False(t, present)
	}
}

// TestCableOfOne is a compartment alone: u = d·u + input.
func TestCableOfOne(t *testing.T) {
	d := newDendrite(Taps, Cable{Decay: []float64{0.5}})
	d.receive(&synapseEvent{weight: 8})
	for _, want := range []float64{8, 4, 2} {
		u, present := d.take()
		require.True(t, present)
		require.Equal(t, want, u)
	}
}

// TestCableSpreads works two compartments out by hand.
func TestCableSpreads(t *testing.T) {
	d := newDendrite(Taps, Cable{Decay: []float64{1, 1}, Coupling: []float64{0.25}})
	d.receive(&synapseEvent{weight: 1, tap: 1})
	for _, want := range []float64{0, 0.25, 0.375, 0.4375} {
		u, present := d.take()
		require.Equal(t, want, u)
		require.Equal(t, want != 0, present)
	}
}

// TestCableIsStable holds every valid cable to the maximum principle: without input no potential leaves
// the range of those before, with 0, and what is lost is lost to the decay alone.
func TestCableIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "compartments")
		c := Cable{Decay: make([]float64, n), Coupling: make([]float64, n-1)}
		for k := range c.Coupling {
			c.Coupling[k] = rapid.Float64Range(0, 0.5).Draw(t, "coupling")
		}
		for k := range c.Decay {
			c.Decay[k] = rapid.Float64Range(min(c.outflow(k), 1), 1).Draw(t, "decay")
		}
		require.NoError(t, c.validate())
		s := newCable(c)
		for k := range n {
			s.receive(&synapseEvent{weight: rapid.Float64Range(-1, 1).Draw(t, "input"), tap: k})
		}
		s.take()
		for range 20 {
			lo, hi, kept := 0.0, 0.0, 0.0
			for k, u := range s.u {
				lo, hi = min(lo, u), max(hi, u)
				kept += c.Decay[k] * u
			}
			s.take()
			sum := 0.0
			for _, u := range s.u {
				require.GreaterOrEqual(t, u, lo-1e-12)
				require.LessOrEqual(t, u, hi+1e-12)
				sum += u
			}
			require.InDelta(t, kept, sum, 1e-12)
		}
	})
}

func TestCableErrors(t *testing.T) {
	for want, c := range map[string]Cable{
		"a cable of 0 compartments":                       {},
		"has 0 couplings; valid: 1":                       {Decay: []float64{1, 1}},
		"coupling -1 of compartments 0 and 1":             {Decay: []float64{1, 1}, Coupling: []float64{-1}},
		"decay 0.2 of compartment 1 must lie between 0.3": {Decay: []float64{1, 0.2}, Coupling: []float64{0.3}},
		"decay 1.5 of compartment 0":                      {Decay: []float64{1.5}},
	} {
		require.ErrorContains(t, c.validate(), want)
	}
	require.Error(t, (Cable{Decay: make([]float64, maxCompartments+1)}).validate())
}
