package stats

import (
	"math"
	"slices"

	"couplet/sim"
)

// Recording is a spike recording and the stretch of time (From, To] that is analysed: a spike
// of tick t belongs to it if From < t <= To. Ticks count from 1, so that From 0 and To the length
// of the run take in everything.
type Recording struct {
	Spikes *sim.SpikeTrain
	TickMs float64 // length of a tick in ms
	From   int64   // last tick that is left out
	To     int64   // last tick that is taken in
}

// Neurons is the number of recorded neurons.
func (r Recording) Neurons() int { return r.Spikes.Recorder.From.Len() }

// DurationMs is the length of the stretch in ms.
func (r Recording) DurationMs() float64 { return float64(r.To-r.From) * r.TickMs }

// Count is the number of spikes in the stretch.
func (r Recording) Count() int {
	n := 0
	r.each(func(int, int) { n++ })
	return n
}

// RateHz is the mean firing rate: spikes per second and neuron, silent neurons included. On a step
// grid, whose tick is 1, it is the number of spikes per 1000 steps and neuron.
func (r Recording) RateHz() float64 {
	return float64(r.Count()) / (float64(r.Neurons()) * r.DurationMs() / 1000)
}

// RatesHz returns the firing rate of every neuron, in order of index.
func (r Recording) RatesHz() []float64 {
	rates := make([]float64, r.Neurons())
	r.each(func(neuron, _ int) { rates[neuron]++ })
	for i := range rates {
		rates[i] /= r.DurationMs() / 1000
	}
	return rates
}

// each calls f with the index in the view and the index in the spike list of every spike in the
// stretch. A spike of a neuron outside the view, which no engine writes, is passed over.
func (r Recording) each(f func(neuron, spike int)) {
	view := r.Spikes.Recorder.From
	for i, t := range r.Spikes.Ticks {
		neuron := int(r.Spikes.Neurons[i])
		if t > r.From && t <= r.To && neuron >= view.Lo && neuron < view.Hi {
			f(neuron-view.Lo, i)
		}
	}
}

// TimeMs is the time of spike i in ms: the end of its tick, less the offset of a precise spike.
func (r Recording) TimeMs(i int) float64 {
	t := Ms(r.Spikes.Ticks[i], r.TickMs)
	if r.Spikes.Before != nil {
		t -= r.Spikes.Before[i]
	}
	return t
}

// Ms is the time of a tick in ms, rounded once: tick 3 of 0.1 ms is 0.3 ms and not 3 times the binary
// fraction nearest to 0.1.
func Ms(tick int64, tickMs float64) float64 {
	if perMs := math.Round(1 / tickMs); perMs*tickMs == 1 {
		return float64(tick) / perMs
	}
	return float64(tick) * tickMs
}

// Trains returns the spike times in ms of every recorded neuron, in order of time.
func (r Recording) Trains() [][]float64 {
	sizes := make([]int, r.Neurons())
	total := 0
	r.each(func(neuron, _ int) { sizes[neuron]++; total++ })
	times := make([]float64, total)
	trains := make([][]float64, len(sizes))
	for i, n := range sizes {
		trains[i], times = times[:0:n], times[n:]
	}
	r.each(func(neuron, spike int) { trains[neuron] = append(trains[neuron], r.TimeMs(spike)) })
	if r.Spikes.Before != nil {
		for _, train := range trains { // several precise spikes in one tick
			slices.Sort(train)
		}
	}
	return trains
}

// Counts returns the number of spikes of all neurons together in bins of so many ticks, starting
// after tick From. Ticks at the end that do not fill a bin are left out.
func (r Recording) Counts(bin int64) []float64 {
	bins := r.bins(bin)
	if bins == 0 {
		return nil
	}
	counts := make([]float64, bins)
	r.each(func(_, spike int) {
		if b := (r.Spikes.Ticks[spike] - r.From - 1) / bin; b < bins {
			counts[b]++
		}
	})
	return counts
}

// bins is the number of whole bins in the stretch.
func (r Recording) bins(bin int64) int64 {
	if bin < 1 || r.To <= r.From {
		return 0
	}
	return (r.To - r.From) / bin
}

// meanVar returns the mean and the variance with divisor n; NaN for no values.
func meanVar(x []float64) (mean, variance float64) {
	n := float64(len(x))
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	for _, v := range x {
		mean += v
	}
	mean /= n
	for _, v := range x {
		variance += float64((v - mean) * (v - mean))
	}
	return mean, variance / n
}
