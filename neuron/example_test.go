package neuron_test

import (
	"fmt"

	"couplet/neuron"
)

// A neuron under a constant current, stepped tick by tick.
func Example() {
	lif := neuron.NewPSCDelta()
	lif.Ie = 500 // pA
	state, err := lif.Build(neuron.Build{N: 1, TickMs: 0.1})
	if err != nil {
		fmt.Println(err)
		return
	}
	arrived := []neuron.Input{{Sum32: make([]int32, 1), Quantum: 1}}
	var spikes neuron.Spikes
	for tick := int64(1); tick <= 500; tick++ {
		spikes.Neurons = spikes.Neurons[:0]
		state.(neuron.Clocked).Step(tick, arrived, &spikes)
		if len(spikes.Neurons) > 0 {
			fmt.Printf("spike at %.1f ms\n", float64(tick)*0.1)
		}
	}
	fmt.Printf("V_m = %.3f mV\n", state.Read(0, 0, 500))
	// Output:
	// spike at 13.9 ms
	// spike at 29.8 ms
	// spike at 45.7 ms
	// V_m = -65.891 mV
}

// The same neuron hosted lazily: nothing is computed between its spikes.
func ExampleLazy() {
	lif := neuron.NewPSCDelta()
	lif.Ie = 500
	state, err := lif.Build(neuron.Build{N: 1, TickMs: 0.1, Lazy: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	arrived := []neuron.Input{{Sum32: make([]int32, 1), Quantum: 1}}
	lazy, touches := state.(neuron.Lazy), 0
	for tick := lazy.Wake(0); tick <= 500; tick = lazy.Wake(0) {
		var spikes neuron.Spikes
		lazy.Touch(tick, []uint32{0}, arrived, &spikes)
		touches++
		if len(spikes.Neurons) > 0 {
			fmt.Printf("spike at %.1f ms\n", float64(tick)*0.1)
		}
	}
	fmt.Printf("V_m = %.3f mV after at most 9 updates: %v\n", state.Read(0, 0, 500), touches <= 9)
	// Output:
	// spike at 13.9 ms
	// spike at 29.8 ms
	// spike at 45.7 ms
	// V_m = -65.891 mV after at most 9 updates: true
}

// Parameters are described by the model itself.
func ExampleParams() {
	for _, p := range neuron.Params(neuron.NewPSCExp())[:3] {
		fmt.Printf("%s = %g %s: %s, %s\n", p.Name, p.Default, p.Unit, p.Doc, p.Range)
	}
	// Output:
	// C_m = 250 pF: membrane capacitance, greater than 0
	// tau_m = 10 ms: membrane time constant, greater than 0
	// E_L = -70 mV: leak reversal potential, a finite number
}

// Everything that is wrong is said at once, with its place.
func ExampleBuild() {
	_, err := neuron.NewPSCDelta().Build(neuron.Build{
		First: 100, N: 3, TickMs: 0.1,
		Each: map[string][]float64{"tau_m": {10, -1, 10}, "V_th": {-55, -55}},
	})
	fmt.Println(err)
	// Output:
	// neuron: V_th of iaf_psc_delta has 2 values for 3 neurons
	// neuron: tau_m of iaf_psc_delta must be greater than 0 (neuron 101: -1 ms)
}
