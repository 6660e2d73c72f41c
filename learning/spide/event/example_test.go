package event_test

import (
	"fmt"

	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/event"
)

// One neuron that excites itself. Its rate settles at a = (x + S·a)/θ = (0.75 + 0.5·a)/2, hence at 1/2,
// and the error at its rate at β = g + S·β/θ, hence at g·4/3.
func Example() {
	input, _ := layer.NewDense[float64]("x", 1, 1, true)
	back, _ := layer.NewDense[float64]("back", 1, 1, false)
	input.Weight.Value[0], back.Weight.Value[0] = 0.75, 0.5
	c := spide.NewConfig()
	c.ForwardTicks, c.BackwardTicks = 1000, 1000
	e, err := event.New(c, spide.Ring[float64]{
		Input:    spide.Block[float64]{Map: input},
		Feedback: spide.Block[float64]{Map: back},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := e.Forward(spide.Pass{}, []float64{1}, 1); err != nil {
		fmt.Println(err)
		return
	}
	if err := e.Backward([]float64{0.375}); err != nil {
		fmt.Println(err)
		return
	}
	if err := e.Accumulate(); err != nil {
		fmt.Println(err)
		return
	}
	a, err := e.Activity()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("rate %.2f from %d spikes, β %.2f from %d\n", e.Rates(0)[0], a.Layers[0].Spikes, e.Beta(0)[0], a.Layers[0].BackSpikes)
	fmt.Printf("gradients: input %.3f, feedback %.3f\n", input.Weight.Grad[0], back.Weight.Grad[0])
	// Output:
	// rate 0.50 from 500 spikes, β 0.50 from 500
	// gradients: input 0.250, feedback 0.125
}
