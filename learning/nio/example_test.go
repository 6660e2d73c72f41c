package nio_test

import (
	"fmt"

	"couplet/learning/loss"
	"couplet/learning/nio"
	"couplet/learning/ottt"
)

// Scale the initial weights of a spiking classifier so that its samples agree on where to go, and put the factors
// of its hidden populations into their thresholds.
func Example() {
	description, err := ottt.NewFC(4, 16, 12, 2).Network()
	if err != nil {
		fmt.Println(err)
		return
	}
	spiking, err := ottt.New[float32](description)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := spiking.Initialise(3); err != nil {
		fmt.Println(err)
		return
	}
	net, err := nio.NewOTTT(spiking, nio.OTTTOptions{Loss: loss.Instantaneous{Ticks: 6}})
	if err != nil {
		fmt.Println(err)
		return
	}

	batch := nio.Batch{ // four samples of two classes, shown as constant currents
		Input: []float64{
			1, 0, 1, 0.5,
			0, 1, 0.5, 1,
			0.75, 0.25, 1, 0,
			0.25, 1, 0, 0.75,
		},
		Labels: []int{0, 1, 0, 1},
	}
	options := nio.NewOptions()
	options.Objective, options.Parts, options.Rate, options.Iterations = nio.GC, 0, 0.03, 50
	report, err := nio.Init(net, nio.Same(batch), options)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("GradCosine %.2f -> %.2f\n", report.Before().GC, report.After.GC)

	plan, err := nio.NewThresholds(report.Tensors, report.Alphas)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan)
	// Output:
	// GradCosine 0.09 -> 0.18
	// 26 writes in place of 280: threshold of lif0 / 0.8877, threshold of lif1 / 1.588, 24 values of lin.2.weight
}

// The parts of a batch of 16 by the rule of the authors' code: later ones are larger.
func ExampleChunks() {
	parts, err := nio.Chunks(nio.ReferenceWindows, 16, 4, 0.2)
	fmt.Println(parts, err)
	// Output: [{0 4} {3 9} {6 14} {9 16}] <nil>
}

// The exact derivatives of a float network give the steepest way at once.
func ExampleMLP() {
	net, err := nio.NewMLP(nio.Tanh, []int{2, 3, 2}, [][]float64{
		{0.5, -0.3, 0.2, 0.8, -0.6, 0.1},
		{0.4, -0.7, 0.3, 0.1, 0.5, -0.2},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	batch := nio.Batch{Input: []float64{1, 0, 0.8, 0.3, 0.1, 1, 0.4, 0.9}, Labels: []int{0, 0, 1, 1}}
	options := nio.NewOptions()
	options.Objective, options.Rate = nio.GC, 0.01
	report, err := nio.Init(net, nio.Same(batch), options)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report)
	// Output:
	// NIO, 100 iterations on gc, 0 of them on the norm (limit 10)
	//                     before  after
	// GradCosine          0.3787  0.4098
	// mean gradient norm  0.6534  0.6645
	// gradient variance   0.2082  0.2133
	// factor of W1        1       1.742
	// factor of W2        1       0.2579
}
