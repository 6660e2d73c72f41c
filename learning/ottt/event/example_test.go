package event_test

import (
	"fmt"

	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/ottt/event"
)

// Train a small network on the event engine to tell two patterns of spikes apart, with one optimiser step per
// tick, and read what it costs.
func Example() {
	network, err := ottt.NewFC(4, 16, 2).Network()
	if err != nil {
		fmt.Println(err)
		return
	}
	net, err := event.New(network)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := net.Initialise(1); err != nil {
		fmt.Println(err)
		return
	}
	optimiser, err := optim.Build(optim.SGD{LR: 0.05, Momentum: 0.9}, group(net.Params()))
	if err != nil {
		fmt.Println(err)
		return
	}

	patterns := [][]float64{{1, 0, 1, 0}, {0, 1, 0, 1}}
	batch := ottt.Batch{Samples: 1, Loss: loss.Instantaneous{Ticks: 6}}
	for step := range 40 {
		class := step % 2
		_, err := net.Learn(ottt.Online, batch, patterns[class], []int{class}, func() error { return optimiser.Step(1) })
		if err != nil {
			fmt.Println(err)
			return
		}
	}

	net.ResetActivity()
	for _, pattern := range patterns {
		logits, err := net.Forward(pattern, 1, 6)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("class:", loss.Predict(logits))
	}
	fmt.Println("synaptic events of the input:", net.Activity().Projections[0].Forward)
	// Output:
	// class: 0
	// class: 1
	// synaptic events of the input: 384
}

// group hands parameters to an optimiser.
func group(params []*layer.Param[float64]) optim.Group[float64] {
	var g optim.Group[float64]
	for _, p := range params {
		g.Params = append(g.Params, &optim.Param[float64]{Name: p.Name, Value: p.Value, Grad: p.Grad})
	}
	return g
}

// See what becomes of a description: pooling goes into the kernel of the convolution behind it.
func ExampleNet_Lowered() {
	network, err := ottt.NewVGG([]int{1, 8, 8}, "4C3-AP2-8C3-GAP", 2).Network()
	if err != nil {
		fmt.Println(err)
		return
	}
	net, err := event.New(network)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range net.Lowered() {
		fmt.Println(l.Way, l.Rule, l.Weights)
	}
	// Output:
	// input -> lif0 conv 36
	// lif0 -> lif1 conv 1152
	// lif1 -> readout all_to_all 256
}
