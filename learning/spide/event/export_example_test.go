package event_test

import (
	"context"
	"fmt"

	"couplet/learning/spide"
	"couplet/learning/spide/event"
	"couplet/sim"
)

// Write a ring down with a sample and run it: two neurons at different rates, read out as they are.
func ExampleExport() {
	ring, err := spide.BuildRing[float64](spide.Network{Input: []int{1}, Plan: "2", Classes: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	copy(ring.Params()[0].Value, []float64{0.5, 1})     // layer0.weight
	copy(ring.Params()[2].Value, []float64{1, 0, 0, 1}) // readout.weight
	c := spide.NewConfig()
	c.ForwardTicks = 8
	net, err := event.Export(c, ring, []float64{1})
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err := sim.Compile(net, sim.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	simulator := program.Start()
	if err := simulator.Run(context.Background(), net.RunMs); err != nil {
		fmt.Println(err)
		return
	}
	logits := simulator.Traces()[0]
	fmt.Println("neurons that fired:", simulator.Spikes()[0].Neurons)
	fmt.Println("logits:", logits.Row(c.ForwardTicks-1))
	// Output:
	// neurons that fired: [1 0 1 1 0 1]
	// logits: [0.25 0.5]
}
