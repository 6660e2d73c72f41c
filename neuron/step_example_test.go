package neuron_test

import (
	"fmt"

	"couplet/neuron"
)

// A leaky neuron of a step-coded network under a constant charge of 0.75 per step.
func ExampleStepLIF() {
	m := neuron.NewStepLIF() // lambda = 0.5, V_th = 1
	m.Ie = 0.75
	state, err := m.Build(neuron.Build{N: 1, TickMs: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	in := []neuron.Input{{Sum32: make([]int32, 1), Quantum: 1}}
	for t := int64(1); t <= 4; t++ {
		var out neuron.Spikes
		state.(neuron.Clocked).Step(t, in, &out)
		fmt.Printf("t=%d u_pre=%v u=%v spikes=%d\n", t, state.Read(1, 0, t), state.Read(0, 0, t), len(out.Neurons))
	}
	// Output:
	// t=1 u_pre=0.75 u=0.75 spikes=0
	// t=2 u_pre=1.125 u=0.125 spikes=1
	// t=3 u_pre=0.8125 u=0.8125 spikes=0
	// t=4 u_pre=1.15625 u=0.15625 spikes=1
}

// A ternary couple emits its constant charge of -0.4 as spikes of sign -1, two in five steps.
func ExampleCouple() {
	state, err := neuron.NewCouple().Build(neuron.Build{N: 1, TickMs: 1, Lazy: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	couple := state.(neuron.Lazy)
	couple.SetCurrent(0, -0.4)
	in := []neuron.Input{{Sum32: make([]int32, 1), Quantum: 1}}
	for t := couple.Wake(0); t <= 10; t = couple.Wake(0) { // nothing happens in between
		var out neuron.Spikes
		couple.Touch(t, []uint32{0}, in, &out)
		if len(out.Neurons) > 0 {
			fmt.Printf("step %d: negative %v\n", t, out.Neurons[0]&neuron.Negative != 0)
		}
	}
	// Output:
	// step 2: negative true
	// step 4: negative true
	// step 7: negative true
	// step 9: negative true
}
