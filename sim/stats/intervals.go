package stats

import "math"

// MinSpikes is the number of spikes, three intervals, from which on a neuron counts in the mean CV of
// its population. Fewer intervals give a CV that is mostly chance.
const MinSpikes = 4

// Intervals returns the inter-spike intervals of a spike train, in the unit of its times.
func Intervals(train []float64) []float64 {
	if len(train) < 2 {
		return nil
	}
	intervals := make([]float64, len(train)-1)
	for i := range intervals {
		intervals[i] = train[i+1] - train[i]
	}
	return intervals
}

// CV is the coefficient of variation of the inter-spike intervals of one spike train: their
// standard deviation (divisor n) over their mean. It is NaN for fewer than three spikes, which have
// no two intervals to compare, and for a neuron whose spikes all fall on one instant.
func CV(train []float64) float64 {
	if len(train) < 3 {
		return math.NaN()
	}
	mean, variance := meanVar(Intervals(train))
	if mean == 0 {
		return math.NaN()
	}
	return math.Sqrt(variance) / mean
}

// CVs returns the CV of every spike train of at least so many spikes, in order; trains without one
// are left out.
func CVs(trains [][]float64, minSpikes int) []float64 {
	var list []float64
	for _, train := range trains {
		if cv := CV(train); len(train) >= minSpikes && !math.IsNaN(cv) {
			list = append(list, cv)
		}
	}
	return list
}

// MeanCV is the mean CV of the inter-spike intervals over the neurons with at least [MinSpikes]
// spikes, and their number; NaN if there is none.
func (r Recording) MeanCV() (cv float64, neurons int) {
	list := CVs(r.Trains(), MinSpikes)
	mean, _ := meanVar(list)
	return mean, len(list)
}
