package spide_test

import (
	"fmt"

	"couplet/learning/layer"
	"couplet/learning/spide"
)

// A ring of one neuron with an excitatory synapse on itself and a constant input. Its rate is the
// equilibrium a = (0.5 + 0.8·a)/2 = 5/12, up to a spike or two, and the gradient of a loss with dL/da = 0.3 reaches it as
// β = 0.3 + 0.8·β/2 = 0.5.
func Example() {
	input, err := layer.NewDense[float64]("input", 1, 1, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	feedback, err := layer.NewDense[float64]("feedback", 1, 1, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	input.Weight.Value[0], feedback.Weight.Value[0] = 0.5, 0.8

	config := spide.NewConfig()
	config.ForwardTicks, config.BackwardTicks = 1000, 1000
	e, err := spide.New(config, spide.Ring[float64]{
		Input:    spide.Block[float64]{Map: input},
		Feedback: spide.Block[float64]{Map: feedback},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := e.Forward(spide.Pass{}, []float64{1}, 1); err != nil {
		fmt.Println(err)
		return
	}
	if err := e.Backward([]float64{0.3}); err != nil {
		fmt.Println(err)
		return
	}
	if err := e.Accumulate(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("rate      %.3f\n", e.Rates(0)[0])
	fmt.Printf("beta      %.3f\n", e.Beta(0)[0])
	fmt.Printf("gradient  %.3f of the input, %.3f of the feedback\n", input.Weight.Grad[0], feedback.Weight.Grad[0])

	a, err := e.Activity()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("spikes    %d forward, %d backward\n", a.Layers[0].Spikes, a.Layers[0].BackSpikes)
	// Output:
	// rate      0.416
	// beta      0.500
	// gradient  0.250 of the input, 0.104 of the feedback
	// spikes    416 forward, 500 backward
}
