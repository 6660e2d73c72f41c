package opcount_test

import (
	"fmt"

	"couplet/hwmodel/opcount"
)

// An image that drives a spiking network as currents in each of eight steps costs more than a
// conventional network; as spikes it costs less.
func Example() {
	prices := opcount.Prices{Add: 0.9e-12, Mul: 3.7e-12} // 32-bit floating point, 45 nm, 0.9 V: Horowitz 2014
	net := opcount.Network{Steps: 8, Layers: []opcount.Layer{
		{Name: "hidden", Map: opcount.Dense{In: 784, Out: 400}, Input: opcount.Analog{}},
		{Name: "output", Map: opcount.Dense{In: 400, Out: 10}, Input: opcount.SpikeTotal{Total: 1000}},
	}}
	for _, input := range []opcount.Input{opcount.Analog{}, opcount.SpikeTotal{Total: 753}} {
		net.Layers[0].Input = input
		r, err := opcount.Count(net, opcount.Exact())
		if err != nil {
			fmt.Println(err)
			return
		}
		o := r.Total()
		fmt.Printf("%d AC, %d MAC: %.6f uJ, %.3f times the conventional network, %.3f spikes per synapse\n",
			o.AC, o.MAC, 1e6*o.Energy(prices), r.Ratio(prices), r.SpikesPerSynapse())
	}
	// Output:
	// 10000 AC, 2508800 MAC: 11.549480 uJ, 7.905 times the conventional network, 2.500 spikes per synapse
	// 311200 AC, 0 MAC: 0.280080 uJ, 0.192 times the conventional network, 0.980 spikes per synapse
}

// The same three spikes, one of them negative, by four conventions.
func ExampleCount() {
	net := opcount.Network{Steps: 1, Layers: []opcount.Layer{{
		Map:   opcount.Conv{In: []int{1, 4, 4}, Out: 8, Kernel: []int{3, 3}, Padding: []int{1, 1}},
		Input: opcount.Tensor{Steps: [][]float64{{1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}},
	}}}
	for _, by := range opcount.Conventions() {
		r, err := opcount.Count(net, by)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-13s %3d AC %4d MAC\n", by.Name, r.Total().AC, r.Total().MAC)
	}
	// Output:
	// exact         136 AC    0 MAC
	// syops-counter   0 AC 1152 MAC
	// neurobench    136 AC    0 MAC
	// keras-spiking 216 AC    0 MAC
}

func ExampleTraining_Text() {
	work := opcount.Training{
		Rule: "spide", Samples: 1, Ticks: 30,
		Blocks: []opcount.TrainedBlock{
			{Name: "input", Synapses: 5000, Forward: 60_000, UpdateMACs: 5000},
			{Name: "recurrent", Synapses: 10_000, Forward: 30_000, Backward: 45_000, UpdateMACs: 10_000},
			{Name: "readout", Synapses: 1000, Forward: 3000, UpdateMACs: 1000},
		},
	}
	text, err := work.Text(opcount.TrainingCount{}, opcount.Prices{Add: 0.9e-12, Mul: 3.7e-12})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(text)
	// Output:
	// Training by "spide", per sample of 1; add 9e-13 J, multiply 3.7e-12 J
	//
	// stage     where      term          AC    MAC   energy/J
	// forward   input      synapses   60000      0    5.4e-08
	// forward   recurrent  synapses   30000      0    2.7e-08
	// forward   readout    synapses    3000      0    2.7e-09
	// backward  recurrent  synapses   45000      0   4.05e-08
	// update    input      synapses       0   5000    2.3e-08
	// update    recurrent  synapses       0  10000    4.6e-08
	// update    readout    synapses       0   1000    4.6e-09
	// all                            138000  16000  1.978e-07
	//
	// In comparison (derived by us from the graph; no figure of the SPIDE paper):
	//   conventional back-propagation: 0 AC, 48000 MAC, 2.208e-07 J (3 × forward MACs of the dense graph)
	//   back-propagation through time: 93000 AC, 960000 MAC, 4.4997e-06 J (forward stage as above + 2·T × MACs of the dense graph)
}

func ExampleOptimiserCost_Price() {
	adan := opcount.OptimiserCost{StateWords: 4, Reads: 5, Writes: 5, GradientReads: 1, Adds: 8, Muls: 12, Divs: 1, Roots: 1}
	b, err := adan.Price(opcount.SinglePrecision(), opcount.UpdatePrices{Add: 0.9e-12, Mul: 3.7e-12, Read: 10e-12, Write: 10e-12})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d bits a synapse; traffic %.1f pJ, arithmetic %.1f pJ, unpriced %v\n",
		b.StateBits, 1e12*b.Traffic, 1e12*b.Arithmetic, b.Unpriced)
	// Output:
	// 160 bits a synapse; traffic 55.0 pJ, arithmetic 51.6 pJ, unpriced [divisions square roots]
}
