package stats_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/sim"
	"couplet/sim/stats"
)

func TestRateCountsSilentNeuronsAndTheWindowOnly(t *testing.T) {
	r := recording(4, 20000, spike{1, 0}, spike{10000, 0}, spike{10001, 2}, spike{20000, 3}, spike{20001, 3})
	require.Equal(t, 4, r.Count(), "tick 20001 lies behind the window")
	require.InDelta(t, 4/(4*2.0), r.RateHz(), 1e-12, "4 neurons for 2 s")
	r.From = 10000
	require.Equal(t, 2, r.Count(), "a spike at From belongs to the time before")
	require.InDelta(t, 0.5, r.RateHz(), 1e-12, "4 neurons for 1 s")
}

func TestViewIsCountedFromItsFirstNeuron(t *testing.T) {
	r := recording(10, 100, spike{5, 6}, spike{9, 7}, spike{12, 6}, spike{50, 1})
	r.Spikes.Recorder.From = r.Spikes.Recorder.From.Population.Slice(6, 8)
	trains := r.Trains()
	require.Len(t, trains, 2)
	require.InDeltaSlice(t, []float64{0.5, 1.2}, trains[0], 1e-12)
	require.InDeltaSlice(t, []float64{0.9}, trains[1], 1e-12)
	require.Equal(t, 3, r.Count(), "neuron 1 lies outside the view")
}

func TestPreciseSpikesKeepTheirOffsets(t *testing.T) {
	r := recording(1, 100, spike{10, 0}, spike{20, 0}, spike{20, 0})
	r.Spikes.Before = []float64{0.03, 0.01, 0.07}
	require.InDeltaSlice(t, []float64{0.97, 1.93, 1.99}, r.Trains()[0], 1e-12, "sorted inside a tick")
	require.InDelta(t, 1.93, r.TimeMs(2), 1e-12)
}

func TestCV(t *testing.T) {
	for _, c := range []struct {
		name  string
		train []float64
		want  float64
	}{
		{"silent", nil, math.NaN()},
		{"two spikes have one interval only", []float64{1, 2}, math.NaN()},
		{"intervals 1 and 3", []float64{1, 2, 5}, 0.5},
		{"all at once", []float64{3, 3, 3, 3}, math.NaN()},
		{"clock", []float64{0, 2, 4, 6, 8}, 0},
		{"intervals 1, 2, 3: variance 2/3 with divisor n, mean 2", []float64{0, 1, 3, 6}, math.Sqrt(2.0/3) / 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := stats.CV(c.train)
			require.Equal(t, math.IsNaN(c.want), math.IsNaN(got), "%v", got)
			if !math.IsNaN(c.want) {
				require.InDelta(t, c.want, got, 1e-15)
			}
		})
	}
}

func TestMeanCVTakesOnlyNeuronsWithEnoughSpikes(t *testing.T) {
	r := recording(3, 100,
		spike{10, 0}, spike{20, 0}, spike{30, 0}, spike{40, 0}, // 0
		spike{10, 1}, spike{20, 1}, spike{40, 1}, spike{70, 1}, // 0.408
		spike{10, 2}, spike{50, 2}, spike{51, 2})
	cv, n := r.MeanCV()
	require.Equal(t, 2, n)
	require.InDelta(t, math.Sqrt(2.0/3)/2/2, cv, 1e-12)
	require.Len(t, stats.CVs(r.Trains(), 3), 3, "neuron 2 has three spikes")
}

func TestRatesOfNeurons(t *testing.T) {
	r := recording(3, 5000, spike{1, 0}, spike{4000, 0}, spike{7, 2})
	require.InDeltaSlice(t, []float64{4, 0, 2}, r.RatesHz(), 1e-12)
}

func TestKS(t *testing.T) {
	require.Zero(t, stats.KS(nil, nil))
	require.Equal(t, 1.0, stats.KS(nil, []float64{1}))
	require.Equal(t, 1.0, stats.KS([]float64{1, 2}, []float64{3, 4, 5}))
	require.Zero(t, stats.KS([]float64{2, 1, 2}, []float64{2, 2, 1}))
	require.InDelta(t, 0.5, stats.KS([]float64{1, 2}, []float64{2, 3}), 1e-15)
	require.InDelta(t, 0.25, stats.KS([]float64{1, 1, 1, 2}, []float64{1, 2, 1, 2}), 1e-15)
}

func TestQuantile(t *testing.T) {
	x := []float64{1, 2, 4}
	for q, want := range map[float64]float64{-1: 1, 0: 1, 0.25: 1.5, 0.5: 2, 0.75: 3, 1: 4, 2: 4} {
		require.InDelta(t, want, stats.Quantile(x, q), 1e-15, "q = %g", q)
	}
	require.Equal(t, 7.0, stats.Quantile([]float64{7}, 0.3))
}

func TestIntervals(t *testing.T) {
	require.Empty(t, stats.Intervals([]float64{4}))
	require.Equal(t, []float64{1, 3}, stats.Intervals([]float64{1, 2, 5}))
}

func TestCountsLeaveOutTheUnfilledBin(t *testing.T) {
	r := recording(2, 35, spike{1, 0}, spike{10, 1}, spike{11, 0}, spike{31, 0})
	require.Equal(t, []float64{2, 1, 0}, r.Counts(10))
	r.From = 10
	require.Equal(t, []float64{1, 0}, r.Counts(10), "bins start behind From")
	require.Empty(t, r.Counts(0))
	require.Empty(t, r.Counts(100))
}

func TestFano(t *testing.T) {
	require.Zero(t, stats.Fano([]float64{3, 3, 3}))
	require.InDelta(t, (8.0/3)/2, stats.Fano([]float64{0, 2, 4}), 1e-15)
	require.True(t, math.IsNaN(stats.Fano(nil)))
	require.True(t, math.IsNaN(stats.Fano([]float64{0, 0})))
}

func TestCorrelationOfTwinsAndOpposites(t *testing.T) {
	twins := recording(3, 40, spike{5, 0}, spike{6, 1}, spike{25, 0}, spike{27, 1})
	mean, n := twins.Correlation(10)
	require.Equal(t, 2, n, "the silent neuron has no coefficient")
	require.InDelta(t, 1, mean, 1e-12)
	opposites := recording(2, 40, spike{5, 0}, spike{15, 1}, spike{25, 0}, spike{35, 1})
	mean, _ = opposites.Correlation(10)
	require.InDelta(t, -1, mean, 1e-12)
	mean, n = recording(2, 40, spike{5, 0}).Correlation(10)
	require.Equal(t, 1, n)
	require.True(t, math.IsNaN(mean))
	_, n = recording(2, 40, spike{5, 0}, spike{5, 1}).Correlation(100)
	require.Zero(t, n, "no whole bin")
}

// TestCorrelationEqualsTheSumOverPairs holds the one-pass formula against Pearson's coefficient
// pair by pair.
func TestCorrelationEqualsTheSumOverPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "neurons")
		ticks := rapid.Int64Range(4, 60).Draw(t, "ticks")
		bin := rapid.Int64Range(1, 9).Draw(t, "bin")
		from := rapid.Int64Range(0, 5).Draw(t, "from")
		var spikes []spike
		for range rapid.IntRange(0, 80).Draw(t, "spikes") {
			spikes = append(spikes, spike{
				rapid.Int64Range(1, ticks).Draw(t, "tick"),
				uint32(rapid.IntRange(0, n-1).Draw(t, "neuron")),
			})
		}
		r := recording(n, ticks, spikes...)
		r.From = from
		got, varying := r.Correlation(bin)
		want, wantVarying := pairwise(r, bin)
		require.Equal(t, wantVarying, varying)
		if varying < 2 {
			require.True(t, math.IsNaN(got))
			return
		}
		require.InDelta(t, want, got, 1e-9)
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		var sum float64
		list := r.Correlations(bin, all)
		for _, c := range list {
			sum += c
		}
		require.Len(t, list, varying*(varying-1)/2)
		require.InDelta(t, want, sum/float64(len(list)), 1e-9)
	})
}

// pairwise is the definition, written plainly.
func pairwise(r stats.Recording, bin int64) (mean float64, varying int) {
	var counts [][]float64
	for i := range r.Neurons() {
		one := r
		one.Spikes = &sim.SpikeTrain{
			Recorder: &sim.Recorder{From: r.Spikes.Recorder.From.Population.Slice(i, i+1)},
			Ticks:    r.Spikes.Ticks, Neurons: r.Spikes.Neurons,
		}
		c := one.Counts(bin)
		if fano := stats.Fano(c); fano > 0 {
			counts = append(counts, c)
		}
	}
	pairs := 0.0
	for i := range counts {
		for j := range i {
			mean += pearson(counts[i], counts[j])
			pairs++
		}
	}
	return mean / pairs, len(counts)
}

func pearson(x, y []float64) float64 {
	n := float64(len(x))
	var sx, sy, sxx, syy, sxy float64
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
		sxx, syy, sxy = sxx+x[i]*x[i], syy+y[i]*y[i], sxy+x[i]*y[i]
	}
	return (sxy/n - sx*sy/n/n) / math.Sqrt((sxx/n-sx*sx/n/n)*(syy/n-sy*sy/n/n))
}

func TestSummariseAgreesWithTheSingleFigures(t *testing.T) {
	r := recording(4, 1000, spike{10, 0}, spike{200, 0}, spike{210, 0}, spike{900, 0}, spike{205, 1}, spike{910, 1})
	s := r.Summarise(50, 20)
	require.Equal(t, 4, s.Neurons)
	require.Equal(t, 2, s.Active)
	require.Equal(t, 6, s.Spikes)
	require.Equal(t, r.RateHz(), s.RateHz)
	cv, n := r.MeanCV()
	require.Equal(t, cv, s.CV)
	require.Equal(t, n, s.CVNeurons)
	require.Equal(t, stats.Fano(r.Counts(50)), s.Fano)
	correlation, _ := r.Correlation(20)
	require.Equal(t, correlation, s.Correlation)
}

func TestSummariseOfNothing(t *testing.T) {
	s := recording(3, 0).Summarise(10, 10)
	require.Zero(t, s.Spikes)
	for _, x := range []float64{s.RateHz, s.CV, s.Fano, s.Correlation} {
		require.True(t, math.IsNaN(x))
	}
}
