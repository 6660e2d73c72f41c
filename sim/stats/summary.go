package stats

import "math"

// Summary holds the figures of one recording. NaN stands for a figure that the recording does not
// have.
type Summary struct {
	Neurons     int     // recorded neurons
	Active      int     // those that fired
	Spikes      int     // spikes in the stretch
	RateHz      float64 // spikes per second and neuron
	CV          float64 // mean CV of the inter-spike intervals
	CVNeurons   int     // neurons that have one
	Fano        float64 // of the population count per bin
	Correlation float64 // mean over all pairs of neurons
}

// Summarise computes all figures of a recording, the Fano factor and the correlation in bins of so
// many ticks.
func (r Recording) Summarise(fanoBin, correlationBin int64) Summary {
	s := Summary{Neurons: r.Neurons(), Spikes: r.Count(), RateHz: math.NaN()}
	if s.Neurons > 0 && r.To > r.From {
		s.RateHz = r.RateHz()
	}
	trains := r.Trains()
	for _, train := range trains {
		if len(train) > 0 {
			s.Active++
		}
	}
	cvs := CVs(trains, MinSpikes)
	s.CV, _ = meanVar(cvs)
	s.CVNeurons = len(cvs)
	s.Fano = Fano(r.Counts(fanoBin))
	s.Correlation, _ = r.Correlation(correlationBin)
	return s
}
