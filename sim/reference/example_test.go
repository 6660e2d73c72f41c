package reference_test

import (
	"fmt"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/reference"
	"couplet/synapse"
)

// A neuron is driven by a source; the reference says when it fires.
func Example() {
	net := sim.NewNetwork("example")
	source := net.Population("source", 1, neuron.NewSpikeSource([]float64{1, 2, 3}))
	cell := net.Population("cell", 1, neuron.NewPSCDelta())
	net.Project(source, cell, synapse.OneToOne{}, synapse.Fixed(8, 1.5))
	net.RecordSpikes(cell)

	s, err := reference.New(net, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	s.Run(100)
	fmt.Println(s.Spikes()[0].Ticks)
	// Output: [35]
}
