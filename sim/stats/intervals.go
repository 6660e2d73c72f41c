package stats

import "math"

// MinSpikes is the number of spikes that a neuron needs to have a CV of its inter-spike intervals:
// three intervals.
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
// standard deviation (divisor n) over their mean. It is NaN for fewer than [MinSpikes] spikes and
// for a neuron whose spikes all fall on one instant.
func CV(train []float64) float64 {
	if len(train) < MinSpikes {
		return math.NaN()
	}
	mean, variance := meanVar(Intervals(train))
	if mean == 0 {
		return math.NaN()
	}
	return math.Sqrt(variance) / mean
}

// CVs returns the CV of every spike train that has one, in order.
func CVs(trains [][]float64) []float64 {
	var list []float64
	for _, train := range trains {
		if cv := CV(train); !math.IsNaN(cv) {
			list = append(list, cv)
		}
	}
	return list
}

// MeanCV is the mean CV of the inter-spike intervals and the number of neurons that have one; NaN
// if none has.
func (r Recording) MeanCV() (cv float64, neurons int) {
	list := CVs(r.Trains())
	mean, _ := meanVar(list)
	return mean, len(list)
}
