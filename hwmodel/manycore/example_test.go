package manycore_test

import (
	"context"
	"fmt"
	"os"

	"couplet/hwmodel/manycore"
)

// A network of two layers is mapped on Loihi, and the spikes of a run are followed on it.
func Example() {
	chip, err := manycore.Named("loihi_sanafe_fit")
	if err != nil {
		fmt.Println(err)
		return
	}
	net := &manycore.Description{
		Name: "mnist",
		Populations: []manycore.Population{
			{Name: "image", Size: 784, External: true},
			{Name: "hidden", Size: 400},
			{Name: "digit", Size: 10},
		},
		Projections: []manycore.Projection{
			{Name: "image->hidden", From: manycore.View{Population: "image", Hi: 784}, To: manycore.View{Population: "hidden", Hi: 400}, Wiring: manycore.AllToAll{}, Dense: true, WeightBits: 8},
			{Name: "hidden->digit", From: manycore.View{Population: "hidden", Hi: 400}, To: manycore.View{Population: "digit", Hi: 10}, Wiring: manycore.AllToAll{}, Dense: true, WeightBits: 8},
		},
	}
	placement, err := manycore.Map(chip, net, manycore.MapOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := placement.WriteTable(os.Stdout, chip); err != nil {
		fmt.Println(err)
	}

	// In tick 1 pixel 100 fires, in tick 2 neurons 0 and 399 of the hidden layer do.
	spikes := &manycore.Spikes{Ticks: 3, Populations: []manycore.PopulationSpikes{
		{Population: "image", Ticks: []int64{1}, Neurons: []uint32{100}},
		{Population: "hidden", Ticks: []int64{2, 2}, Neurons: []uint32{0, 399}},
	}}
	traffic, err := chip.Traffic(net, placement, spikes)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d messages between cores, %d from outside, %d synaptic events\n",
		traffic.Total.Messages, traffic.Total.FromOutside, traffic.Total.SynapseEvents)

	machine, err := chip.Replay(net, placement, spikes, manycore.ReplayOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := machine.Run(context.Background(), spikes.Ticks)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range run.Steps {
		fmt.Printf("step %d: %.1f nJ, %.1f us\n", s.T, s.Energy.Total()*1e9, s.Detailed*1e6)
	}
	// Output:
	// chip loihi_sanafe_fit: 3 of 128 cores on 1 of 32 tiles
	// core  neurons   synapses  bytes          axons in   axons out  fan-in  fan-out  cores/neuron  holds
	// 0.0   167/1024  130928/-  130928/131072  784/4096   167/4096   784/-   10/-     1/-           hidden[0..166]
	// 0.1   167/1024  130928/-  130928/131072  784/4096   167/4096   784/-   10/-     1/-           hidden[167..333]
	// 0.2   76/1024   55744/-   55744/131072   1184/4096  66/4096    784/-   10/-     1/-           hidden[334..399], digit[0..9]
	// not checked: delays above 8 time-steps leave room for fewer compartments, by a rule that is not published
	// not checked: 20 KB of routing tables per core: the size of an entry is not published
	// not checked: thresholds have 17 bits, potentials and currents 24
	// 2 messages between cores, 3 from outside, 420 synaptic events
	// step 1: 35.2 nJ, 1.6 us
	// step 2: 30.7 nJ, 2.3 us
	// step 3: 21.2 nJ, 1.6 us
}

// A network that does not fit is refused before anything runs.
func ExampleLimitError() {
	chip, err := manycore.Named("truenorth")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = manycore.Map(chip, &manycore.Description{
		Populations: []manycore.Population{{Name: "image", Size: 784, External: true}, {Name: "hidden", Size: 400, Place: manycore.Place{File: "net.yaml", Line: 5, Column: 3}}},
		Projections: []manycore.Projection{{
			Name: "image->hidden", From: manycore.View{Population: "image", Hi: 784}, To: manycore.View{Population: "hidden", Hi: 400}, Wiring: manycore.AllToAll{},
		}},
	}, manycore.MapOptions{})
	fmt.Println(err)
	// Output:
	// manycore: chip "truenorth": net.yaml:5:3: population "hidden", neuron 0, on core 0.0: 784 axons into the core exceed the limit of 256 (axons_in_per_core: Akopyan et al. 2015: axons of the crossbar)
}

// A chip runs its own neurons, too: an input that fires twice, and a neuron that it drives.
func ExampleNewMachine() {
	chip, err := manycore.Named("loihi_sanafe_fit")
	if err != nil {
		fmt.Println(err)
		return
	}
	lif := manycore.NewLIF()
	lif.Threshold = 1.5
	machine, err := manycore.NewMachine(chip, &manycore.Netlist{
		Neurons: []manycore.Neuron{
			{Core: 0, Params: manycore.Input{Train: []bool{true, true}}},
			{Core: 5, Params: lif, Synapse: "loihi_sparse_synapse"},
		},
		Edges: []manycore.Edge{{From: 0, To: 1, Weight: 1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := machine.Run(context.Background(), 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range run.Spikes {
		fmt.Printf("step %d: neuron %d fires\n", s.T, s.Neuron)
	}
	total := run.Totals()
	fmt.Printf("%d hops, %.1f pJ in the network, %.1f pJ in all\n", total.Hops(), total.Energy.Network()*1e12, total.Energy.Total()*1e12)
	// Output:
	// step 1: neuron 0 fires
	// step 2: neuron 0 fires
	// step 3: neuron 1 fires
	// 2 hops, 230.4 pJ in the network, 614.9 pJ in all
}
