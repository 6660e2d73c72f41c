package stats_test

import (
	"cmp"
	"slices"

	"couplet/sim"
	"couplet/sim/stats"
)

type spike struct {
	tick   int64
	neuron uint32
}

// recording makes a recording of n neurons over ticks 1 … ticks.
func recording(n int, ticks int64, spikes ...spike) stats.Recording {
	slices.SortFunc(spikes, func(a, b spike) int {
		return cmp.Or(cmp.Compare(a.tick, b.tick), cmp.Compare(a.neuron, b.neuron))
	})
	pop := &sim.Population{Name: "p", Size: n}
	train := &sim.SpikeTrain{Recorder: &sim.Recorder{What: "spikes", From: pop.All()}}
	for _, s := range spikes {
		train.Ticks = append(train.Ticks, s.tick)
		train.Neurons = append(train.Neurons, s.neuron)
	}
	return stats.Recording{Spikes: train, TickMs: 0.1, To: ticks}
}
