package neuron_test

import (
	"math"
	"testing"

	"couplet/internal/rng"
	"couplet/neuron"
	"couplet/neuron/neurontest"

	"github.com/stretchr/testify/require"
)

func buildPoisson(t *testing.T, m neuron.PoissonSource, b neuron.Build) neuron.State {
	t.Helper()
	b.Lazy, b.Key = true, rng.NewKey(7, rng.PoissonSource, 3)
	state, err := m.Build(b)
	require.NoError(t, err)
	return state
}

// The number of spikes is Poisson: mean and variance over sources are rate × time, and the gaps have
// the coefficient of variation 1. Bounds are six standard errors.
func TestPoissonSourceStatistics(t *testing.T) {
	for _, tc := range []struct {
		rate, ms float64
		n        int
	}{
		{20, 1000, 400},
		{800, 50, 400},
		{25000, 20, 200}, // 2.5 spikes per tick
	} {
		state := buildPoisson(t, neuron.PoissonSource{Rate: tc.rate, Stop: tc.ms}, neuron.Build{N: tc.n, TickMs: 0.1})
		counts := make([]float64, tc.n)
		for _, e := range emissions(t, state, tc.n, neuron.Never-1) {
			counts[e.neuron]++
		}
		n, mean, square := float64(tc.n), 0.0, 0.0
		for _, k := range counts {
			mean += k / n
			square += k * k / n
		}
		want := tc.rate * tc.ms / 1000
		require.InDelta(t, want, mean, 6*math.Sqrt(want/n), "mean at %g Hz", tc.rate)
		require.InDelta(t, 1, (square-mean*mean)/want, 6*math.Sqrt((2+1/want)/n), "Fano factor at %g Hz", tc.rate)
	}
}

// Gaps between spikes are exponential: P(gap > mean) = 1/e, and neighbours are uncorrelated.
func TestPoissonSourceGaps(t *testing.T) {
	state := buildPoisson(t, neuron.PoissonSource{Rate: 10, Stop: 1e12}, neuron.Build{N: 1, TickMs: 0.01})
	var gaps []float64
	last := int64(0)
	for _, e := range emissions(t, state, 1, 200_000_000) { // 2000 s, about 20,000 spikes
		gaps = append(gaps, float64(e.tick-last)*0.01/100)
		last = e.tick
	}
	n := float64(len(gaps))
	longer, product := 0.0, 0.0
	for k, g := range gaps {
		if g > 1 {
			longer++
		}
		if k > 0 {
			product += (g - 1) * (gaps[k-1] - 1)
		}
	}
	require.InDelta(t, 1/math.E, longer/n, 6*0.5/math.Sqrt(n))
	require.InDelta(t, 0, product/n, 6/math.Sqrt(n))
}

// The train is on in (start, stop], and only there.
func TestPoissonSourceSwitches(t *testing.T) {
	state := buildPoisson(t, neuron.PoissonSource{Rate: 2000, Start: 20, Stop: 30}, neuron.Build{N: 50, TickMs: 0.1})
	all := emissions(t, state, 50, neuron.Never-1)
	require.InDelta(t, 1000, len(all), 200)
	first, last := all[0].tick, all[len(all)-1].tick
	require.GreaterOrEqual(t, first, int64(201))
	require.Less(t, first, int64(205))
	require.LessOrEqual(t, last, int64(300))
	require.Greater(t, last, int64(296))

	state = buildPoisson(t, neuron.NewPoissonSource(), neuron.Build{N: 1, TickMs: 0.1})
	require.Equal(t, neuron.Never, state.(neuron.Lazy).Wake(0))
}

// A train belongs to the neuron's place in its population, whatever the shards, and to the time,
// whatever the tick.
func TestPoissonSourceStreams(t *testing.T) {
	m := neuron.PoissonSource{Rate: 300, Stop: 100}
	whole := emissions(t, buildPoisson(t, m, neuron.Build{N: 4, TickMs: 0.1}), 4, neuron.Never-1)
	coarse := emissions(t, buildPoisson(t, m, neuron.Build{N: 4, TickMs: 0.4}), 4, neuron.Never-1)
	require.Len(t, coarse, len(whole))
	var tail []emission
	ticks := make([][]int64, 4)
	for _, e := range whole {
		if e.neuron >= 2 {
			tail = append(tail, e)
		}
		ticks[e.neuron] = append(ticks[e.neuron], e.tick)
	}
	require.Equal(t, tail, emissions(t, buildPoisson(t, m, neuron.Build{First: 2, N: 2, TickMs: 0.1}), 2, neuron.Never-1))
	require.NotEqual(t, ticks[0], ticks[1])
	for _, e := range coarse {
		require.Equal(t, (ticks[e.neuron][0]+3)/4, e.tick)
		ticks[e.neuron] = ticks[e.neuron][1:]
	}
}

func TestPoissonSourceRefusals(t *testing.T) {
	bad := neuron.PoissonSource{Rate: 1, Start: 5, Stop: 4}.Validate()
	require.Len(t, bad, 1)
	require.EqualError(t, bad[0], "parameter stop: 4 ms must not lie before start (5 ms)")
	require.NotEmpty(t, neuron.PoissonSource{Rate: 1e8, Stop: 1}.Validate())
	_, err := neuron.PoissonSource{Stop: 1}.Build(neuron.Build{N: 1, TickMs: 1, Each: map[string][]float64{"start": {2}}})
	require.ErrorContains(t, err, "stop")
}

func TestPoissonSourceConformance(t *testing.T) {
	neurontest.Run(t, neuron.PoissonSource{Rate: 900, Stop: 1e12}, neurontest.Options{
		Vary: map[string][2]float64{"rate": {0, 30000}, "start": {0, 8}, "stop": {8, 20}},
	})
}
