package neuron_test

import (
	"fmt"

	"couplet/neuron"
)

// A spike source and a precise neuron, with the spike of the source arriving 1 ms later at its exact
// time.
func ExamplePSCExpPS() {
	const tick, delay = 0.1, 10 // ms, ticks
	built, err := neuron.SpikeSource{Times: [][]float64{{1.2345}}, Precise: true}.Build(neuron.Build{N: 1, TickMs: tick, Lazy: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	source := built.(neuron.Lazy)
	var sent neuron.Spikes
	arrives := source.Wake(0) + delay
	source.Touch(source.Wake(0), []uint32{0}, nil, &sent)

	built, err = neuron.NewPSCExpPS().Build(neuron.Build{N: 1, TickMs: tick, Lazy: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	cell := built.(neuron.Lazy)
	var out neuron.Spikes
	in := []neuron.Input{{Timed: []neuron.Arrival{{Neuron: 0, Before: sent.Before[0], Weight: 4000}}}}
	cell.Touch(arrives, []uint32{0}, in, &out)
	fired := cell.Wake(0)
	cell.Touch(fired, []uint32{0}, in, &out)
	fmt.Printf("arrival at %.4f ms, spike at %.6f ms\n", float64(arrives)*tick-sent.Before[0], float64(fired)*tick-out.Before[0])
	// Output:
	// arrival at 2.2345 ms, spike at 3.648371 ms
}
