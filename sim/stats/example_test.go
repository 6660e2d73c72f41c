package stats_test

import (
	"fmt"

	"couplet/sim"
	"couplet/sim/stats"
)

// Two neurons over one second: a clock at 10 spikes/s and a silent one.
func Example() {
	pop := &sim.Population{Name: "exc", Size: 2}
	train := &sim.SpikeTrain{Recorder: &sim.Recorder{What: "spikes", From: pop.All()}}
	for tick := int64(1000); tick <= 10000; tick += 1000 {
		train.Ticks = append(train.Ticks, tick)
		train.Neurons = append(train.Neurons, 0)
	}
	r := stats.Recording{Spikes: train, TickMs: 0.1, To: 10000}
	cv, neurons := r.MeanCV()
	fmt.Printf("%.0f spikes/s, CV %.2f (%d neuron), Fano factor %.2f\n",
		r.RateHz(), cv, neurons, stats.Fano(r.Counts(500)))
	// Output: 5 spikes/s, CV 0.00 (1 neuron), Fano factor 0.50
}
