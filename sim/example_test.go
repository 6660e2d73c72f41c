package sim_test

import (
	"context"
	"fmt"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/stats"
	"couplet/synapse"
)

// A balanced network of 1000 neurons: describe it, compile it, run it, look at its spikes.
func Example() {
	lif := neuron.NewPSCDelta()
	lif.Cm, lif.TauM, lif.EL, lif.VTh, lif.VReset = 1, 20, 0, 20, 0 // pF, ms, mV

	net := sim.NewNetwork("balanced", sim.TickMs(0.1), sim.Seed(1))
	exc := net.Population("exc", 800, lif)
	inh := net.Population("inh", 200, lif)
	for _, target := range []*sim.Population{exc, inh} {
		net.Project(exc, target, synapse.FixedInDegree(80), synapse.Fixed(1, 1.5))  // mV, ms
		net.Project(inh, target, synapse.FixedInDegree(20), synapse.Fixed(-6, 1.5)) // mV, ms
		net.Stimulate(target, sim.Poisson{RateHz: 20_000}).Weight = 0.1             // mV
	}
	net.RecordSpikes(exc)

	program, err := sim.Compile(net, sim.Options{})
	if err != nil {
		fmt.Println(err) // all that is wrong with the network
		return
	}
	s := program.Start()
	if err := s.Run(context.Background(), 500); err != nil { // ms
		fmt.Println(err)
		return
	}

	spikes := stats.Recording{Spikes: s.Spikes()[0], TickMs: net.TickMs, From: 0, To: s.Tick()}
	cv, _ := spikes.MeanCV()
	fmt.Printf("%d spikes, %.1f per second and neuron, CV %.2f\n", spikes.Count(), spikes.RateHz(), cv)
	fmt.Println(s.Activity().Projections[0].Events, "synaptic events from exc to exc")
	// Output:
	// 12974 spikes, 32.4 per second and neuron, CV 0.72
	// 1028296 synaptic events from exc to exc
}

// A simulator can be stopped at any tick, saved and branched; spikes can be injected.
func ExampleSimulator_Inject() {
	net := sim.NewNetwork("chain", sim.StepGrid())
	first := net.Population("first", 3, neuron.NewStepIF())
	second := net.Population("second", 3, neuron.NewStepIF())
	net.Project(first, second, synapse.OneToOne{}, synapse.Fixed(1, 2)) // threshold 1, delay of 2 steps
	net.RecordSpikes(second)
	program, err := sim.Compile(net, sim.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	s := program.Start()
	for _, err := range []error{s.Run(ctx, 4), s.Inject(first, 0, 2), s.Run(ctx, 6)} {
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	for i, neuron := range s.Spikes()[0].Neurons {
		fmt.Printf("step %d: neuron %d\n", s.Spikes()[0].Ticks[i], neuron)
	}
	// Output:
	// step 7: neuron 0
	// step 7: neuron 2
}
