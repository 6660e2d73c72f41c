package ottt_test

import (
	"fmt"

	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
)

// Train a small network to tell two patterns apart, with one optimiser step per tick.
func Example() {
	network, err := ottt.NewFC(4, 16, 2).Network()
	if err != nil {
		fmt.Println(err)
		return
	}
	net, err := ottt.New[float32](network)
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

	patterns := []float32{ // two samples, shown as constant currents
		1, 0, 1, 0,
		0, 1, 0, 1,
	}
	batch := ottt.Batch{Samples: 2, Loss: loss.Instantaneous{Ticks: 6}}
	for range 20 {
		_, err := net.Learn(ottt.Online, batch, patterns, []int{0, 1}, func() error { return optimiser.Step(1) })
		if err != nil {
			fmt.Println(err)
			return
		}
	}

	logits, err := net.Forward(patterns, 2, 6)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("classes:", loss.Predict(logits[:2]), loss.Predict(logits[2:]))
	// Output:
	// classes: 0 1
}

// group hands parameters to an optimiser.
func group(params []*layer.Param[float32]) optim.Group[float32] {
	var g optim.Group[float32]
	for _, p := range params {
		g.Params = append(g.Params, &optim.Param[float32]{Name: p.Name, Value: p.Value, Grad: p.Grad})
	}
	return g
}

// Follow a network from tick to tick, and read what it costs.
func ExampleNet_Tick() {
	network, err := ottt.NewFC(2, 3, 2).Network()
	if err != nil {
		fmt.Println(err)
		return
	}
	net, err := ottt.New[float64](network)
	if err != nil {
		fmt.Println(err)
		return
	}
	copy(net.Params()[0].Value, []float64{0.75, 0, 0, 0.5, 0.25, 0.25}) // weights to three neurons
	net.Changed()
	net.CountSynapses(true)
	if err := net.Begin(ottt.Batch{Samples: 1}); err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		if _, err := net.Tick([]float64{1, 1}); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(net.Populations()[0].Spikes)
	}
	for _, p := range net.Activity().Projections {
		fmt.Println(p.Name, "synaptic events:", p.Forward)
	}
	// Output:
	// [0 0 0]
	// [1 0 0]
	// [0 0 0]
	// lin.0 synaptic events: 18
	// lin.1 synaptic events: 2
}
