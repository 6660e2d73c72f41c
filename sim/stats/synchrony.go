package stats

import "math"

// Fano is the Fano factor of counts: their variance (divisor n) over their mean. It is NaN if there
// is nothing to count.
func Fano(counts []float64) float64 {
	mean, variance := meanVar(counts)
	if mean == 0 {
		return math.NaN()
	}
	return variance / mean
}

// Correlation is the mean of Pearson's correlation coefficient of the spike counts in bins of so
// many ticks, over all pairs of neurons, and the number of neurons whose counts vary; the others
// have no coefficient. It is NaN for fewer than two such neurons.
//
// All pairs are taken, at the cost of one pass over the spikes. With z_i(b) the standardised count
// of neuron i in bin b, the coefficient of two neurons is the mean of z_i·z_j over the B bins, and
//
//	sum over pairs = (1/2B) · Σ_b [ (Σ_i z_i(b))² - Σ_i z_i(b)² ] = (Σ_b (Σ_i z_i(b))² / B - n) / 2
func (r Recording) Correlation(bin int64) (mean float64, neurons int) {
	bins := r.bins(bin)
	if bins == 0 {
		return math.NaN(), 0
	}
	scale, base, n := r.standard(bin, bins)
	if n < 2 {
		return math.NaN(), n
	}
	sum := make([]float64, bins) // Σ_i z_i(b)
	for b := range sum {
		sum[b] = -base
	}
	r.each(func(neuron, spike int) {
		if b := (r.Spikes.Ticks[spike] - r.From - 1) / bin; b < bins {
			sum[b] += scale[neuron]
		}
	})
	var square float64
	for _, s := range sum {
		square += float64(s * s)
	}
	pairs := float64(n) * float64(n-1) / 2
	return (square/float64(bins) - float64(n)) / 2 / pairs, n
}

// Correlations returns the correlation coefficients of all pairs of the chosen neurons (indices in the
// view) whose counts in bins of so many ticks vary, in order of (first, second). The cost grows with
// the square of the number of neurons: it is meant for a sample of some hundred.
func (r Recording) Correlations(bin int64, neurons []int) []float64 {
	bins := r.bins(bin)
	rows := make(map[int][]float64, len(neurons))
	for _, i := range neurons {
		rows[i] = make([]float64, bins)
	}
	r.each(func(neuron, spike int) {
		b := (r.Spikes.Ticks[spike] - r.From - 1) / max(bin, 1)
		if row := rows[neuron]; b < int64(len(row)) {
			row[b]++
		}
	})
	var varying [][]float64
	for _, i := range neurons {
		if standardise(rows[i]) {
			varying = append(varying, rows[i])
		}
	}
	var list []float64
	for i, x := range varying {
		for _, y := range varying[i+1:] {
			var sum float64
			for b := range x {
				sum += float64(x[b] * y[b])
			}
			list = append(list, sum/float64(bins))
		}
	}
	return list
}

// standardise shifts and scales counts to mean 0 and variance 1 and tells whether they vary.
func standardise(counts []float64) bool {
	mean, variance := meanVar(counts)
	if !(variance > 0) {
		return false
	}
	scale := 1 / math.Sqrt(variance)
	for b := range counts {
		counts[b] = (counts[b] - mean) * scale
	}
	return true
}

// standard returns 1/σ_i of the binned counts of every neuron (0 where they do not vary), the
// sum of mean_i/σ_i, and the number of neurons whose counts vary.
func (r Recording) standard(bin, bins int64) (scale []float64, base float64, varying int) {
	type tally struct{ last, inLast, sum, squares int64 }
	tallies := make([]tally, r.Neurons())
	r.each(func(neuron, spike int) {
		b := (r.Spikes.Ticks[spike]-r.From-1)/bin + 1 // counted from 1, so that 0 means none yet
		if b > bins {
			return
		}
		t := &tallies[neuron]
		if t.last != b {
			t.squares += t.inLast * t.inLast
			t.last, t.inLast = b, 0
		}
		t.inLast++
		t.sum++
	})
	scale = make([]float64, len(tallies))
	for i, t := range tallies {
		// B²·variance, in integers: no cancellation, and exactly 0 for the same count in every bin.
		spread := (t.squares+t.inLast*t.inLast)*bins - t.sum*t.sum
		if spread == 0 {
			continue
		}
		scale[i] = float64(bins) / math.Sqrt(float64(spread))
		base += float64(float64(t.sum) / float64(bins) * scale[i])
		varying++
	}
	return scale, base, varying
}
