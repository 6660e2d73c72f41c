package neuron_test

import (
	"math"
	"testing"

	"couplet/neuron"
	"couplet/neuron/neurontest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// emission is one spike of a source.
type emission struct {
	tick   int64
	neuron uint32
	before float64
}

// emissions runs a source to the end or to a tick, always jumping to the next wake-up.
func emissions(t require.TestingT, state neuron.State, n int, until int64) []emission {
	lazy := state.(neuron.Lazy)
	_, clocked := state.(neuron.Clocked)
	require.False(t, clocked)
	var all []emission
	for {
		next := neuron.Never
		for i := range n {
			next = min(next, lazy.Wake(i))
		}
		if next > until {
			return all
		}
		var list []uint32
		for i := range uint32(n) {
			if lazy.Wake(int(i)) == next {
				list = append(list, i)
			}
		}
		var out neuron.Spikes
		lazy.Touch(next, list, nil, &out)
		require.NotEmpty(t, out.Neurons)
		for k, i := range out.Neurons {
			e := emission{tick: next, neuron: i}
			if len(out.Before) > 0 {
				e.before = out.Before[k]
			}
			all = append(all, e)
		}
	}
}

// "A source time t gives a spike of step t/h", also where t/h is not exact; a repeated time is one
// spike more.
func TestSpikeSourceOnTheGrid(t *testing.T) {
	m := neuron.NewSpikeSource([]float64{0.1, 0.3, 0.3, 0.7}, nil, []float64{0.3, 1e5})
	state, err := m.Build(neuron.Build{N: 3, TickMs: 0.1, Lazy: true})
	require.NoError(t, err)
	require.Equal(t, []emission{{1, 0, 0}, {3, 0, 0}, {3, 0, 0}, {3, 2, 0}, {7, 0, 0}, {1000000, 2, 0}},
		emissions(t, state, 3, neuron.Never-1))
	require.Equal(t, neuron.Never, state.(neuron.Lazy).Wake(1))
}

func TestSpikeSourceShard(t *testing.T) {
	m := neuron.NewSpikeSource([]float64{1}, []float64{2}, []float64{3})
	state, err := m.Build(neuron.Build{First: 1, N: 2, TickMs: 1, Lazy: true})
	require.NoError(t, err)
	require.Equal(t, []emission{{2, 1, 0}, {3, 2, 0}}, emissions(t, state, 2, 10))
}

// A precise source keeps its times: tick·h - before is the time, and before lies in [0, h).
func TestSpikeSourcePrecise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := rapid.SampledFrom([]float64{0.1, 0.125, 1, 0.3}).Draw(t, "tick")
		var times []float64
		now := 0.0
		for range rapid.IntRange(1, 20).Draw(t, "spikes") {
			if rapid.Bool().Draw(t, "grid") {
				now = (math.Floor(now/h) + 1) * h
			} else {
				now += rapid.Float64Range(0.001, 3).Draw(t, "gap")
			}
			times = append(times, now)
		}
		m := neuron.SpikeSource{Times: [][]float64{times}, Precise: true}
		require.True(t, m.Info().Precise)
		state, err := m.Build(neuron.Build{N: 1, TickMs: h, Lazy: true})
		require.NoError(t, err)
		got := emissions(t, state, 1, neuron.Never-1)
		require.Len(t, got, len(times))
		for k, e := range got {
			require.GreaterOrEqual(t, e.before, 0.0)
			require.Less(t, e.before, h)
			require.InDelta(t, times[k], float64(e.tick)*h-e.before, 1e-13)
		}
	})
	state, err := neuron.SpikeSource{Times: [][]float64{{0.3, 0.7, 1.1}}, Precise: true}.Build(neuron.Build{N: 1, TickMs: 0.1})
	require.NoError(t, err)
	require.Equal(t, []emission{{3, 0, 0}, {7, 0, 0}, {11, 0, 0}}, emissions(t, state, 1, 100)) // on the grid but for rounding
}

func TestSpikeSourceErrors(t *testing.T) {
	for _, tc := range []struct {
		times []float64
		tick  float64
		want  string
	}{
		{[]float64{0.1, 0.15}, 0.1, "neuron: spike_source: neuron 1: time 0.15 ms is not a positive multiple of the tick of 0.1 ms; " +
			"round it, choose another tick or make the source precise"},
		{[]float64{1e-12}, 0.1, "neuron: spike_source: neuron 1: time 1e-12 ms is not a positive multiple of the tick of 0.1 ms; " +
			"round it, choose another tick or make the source precise"},
		{[]float64{0}, 0.1, "neuron: parameter times: neuron 1: time 0 ms must be a finite number greater than 0"},
		{[]float64{math.NaN()}, 0.1, "neuron: parameter times: neuron 1: time NaN ms must be a finite number greater than 0"},
		{[]float64{math.Inf(1)}, 0.1, "neuron: parameter times: neuron 1: time +Inf ms must be a finite number greater than 0"},
		{[]float64{2, 1}, 0.1, "neuron: parameter times: neuron 1: time 1 ms follows 2 ms, but times must never decrease"},
		{[]float64{1e18}, 0.1, "neuron: spike_source: neuron 1: time 1e+18 ms is later than tick 2^53, the last that a source can use"},
	} {
		_, err := neuron.NewSpikeSource(nil, tc.times).Build(neuron.Build{N: 2, TickMs: tc.tick})
		require.EqualError(t, err, tc.want)
	}
	_, err := neuron.NewSpikeSource(nil, nil).Build(neuron.Build{First: 1, N: 2, TickMs: 0.1})
	require.EqualError(t, err, "neuron: spike_source has spike times for 2 neurons, but its population has at least 3")
}

func TestSpikeSourceConformance(t *testing.T) {
	m := neuron.SpikeSource{Times: make([][]float64, 16)}
	for i := range m.Times {
		for k := range 40 {
			m.Times[i] = append(m.Times[i], float64((k*(i+3)+1)/2+1)/10)
		}
	}
	neurontest.Run(t, m, neurontest.Options{})
	neurontest.Run(t, neuron.NewSpikeSource(), neurontest.Options{})
	m.Precise = true
	m.Times[2] = []float64{0.05, 0.111, 0.112, 7.25}
	neurontest.Run(t, m, neurontest.Options{})
}
