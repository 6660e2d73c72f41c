package bptt_test

import (
	"fmt"

	"couplet/learning/bptt"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
)

// Train a small network to tell two patterns apart, and see what the history of a batch takes.
func Example() {
	network, err := ottt.NewFC(4, 16, 16, 2).Network()
	if err != nil {
		fmt.Println(err)
		return
	}
	net, err := bptt.New[float32](network)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := net.Initialise(1); err != nil {
		fmt.Println(err)
		return
	}
	optimiser, err := optim.Build(optim.SGD{LR: 0.1, Momentum: 0.9}, group(net.Params()))
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
		_, err := net.Learn(batch, patterns, []int{0, 1}, func() error { return optimiser.Step(1) })
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
	for _, ticks := range []int{6, 60} {
		fmt.Println("bytes for", ticks, "ticks:", net.HistoryBytes(ticks, 2))
	}
	// Output:
	// classes: 0 1
	// bytes for 6 ticks: 3168
	// bytes for 60 ticks: 31680
}

// group hands parameters to an optimiser.
func group[F layer.Real](params []*layer.Param[F]) optim.Group[F] {
	var g optim.Group[F]
	for _, p := range params {
		g.Params = append(g.Params, &optim.Param[F]{Name: p.Name, Value: p.Value, Grad: p.Grad})
	}
	return g
}

// Divide a batch between two goroutines: each has a network of its own with the same parameters.
func ExampleNet_Twin() {
	network, err := ottt.NewFC(4, 16, 2).Network()
	if err != nil {
		fmt.Println(err)
		return
	}
	net, err := bptt.New[float64](network)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := net.Initialise(1); err != nil {
		fmt.Println(err)
		return
	}
	twin, err := net.Twin()
	if err != nil {
		fmt.Println(err)
		return
	}
	optimiser, err := optim.Build(optim.SGD{LR: 0.1}, group(net.Params()))
	if err != nil {
		fmt.Println(err)
		return
	}

	patterns := []float64{1, 0, 1, 0, 0, 1, 0, 1}
	part := func(first int) ottt.Batch {
		return ottt.Batch{Samples: 1, First: first, Of: 2, Loss: loss.Instantaneous{Ticks: 6}}
	}
	done := make(chan error)
	go func() {
		_, err := twin.Learn(part(1), patterns[4:], []int{1}, nil) // leaves its gradients
		done <- err
	}()
	_, err = net.Learn(part(0), patterns[:4], []int{0}, func() error {
		if err := <-done; err != nil {
			return err
		}
		if err := net.AddGradients(twin); err != nil {
			return err
		}
		return optimiser.Step(1)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	twin.Changed() // takes over the new weights
	fmt.Println("same weights:", net.Params()[0].Value[0] == twin.Params()[0].Value[0])
	// Output:
	// same weights: true
}
