package neuron_test

import (
	"fmt"

	"couplet/internal/rng"
	"couplet/neuron"
)

// Two sources with their own spike times, on a grid of 0.1 ms.
func ExampleSpikeSource() {
	state, err := neuron.NewSpikeSource([]float64{0.2, 0.5}, []float64{0.5}).Build(neuron.Build{N: 2, TickMs: 0.1, Lazy: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	var out neuron.Spikes
	state.(neuron.Lazy).Touch(2, []uint32{0}, nil, &out)
	state.(neuron.Lazy).Touch(5, []uint32{0, 1}, nil, &out)
	fmt.Println(out.Neurons)

	_, err = neuron.NewSpikeSource([]float64{0.25}).Build(neuron.Build{N: 1, TickMs: 0.1, Lazy: true})
	fmt.Println(err)
	// Output:
	// [0 0 1]
	// neuron: spike_source: neuron 0: time 0.25 ms is not a positive multiple of the tick of 0.1 ms; round it, choose another tick or make the source precise
}

// The first ticks with spikes of a Poisson source of 1 kHz.
func ExamplePoissonSource() {
	m := neuron.NewPoissonSource()
	m.Rate = 1000
	state, err := m.Build(neuron.Build{N: 1, TickMs: 0.1, Lazy: true, Key: rng.NewKey(1, rng.PoissonSource, 0)})
	if err != nil {
		fmt.Println(err)
		return
	}
	source := state.(neuron.Lazy)
	for range 3 {
		var out neuron.Spikes
		tick := source.Wake(0)
		source.Touch(tick, []uint32{0}, nil, &out)
		fmt.Println(tick, len(out.Neurons))
	}
	// Output:
	// 4 1
	// 35 1
	// 42 1
}
