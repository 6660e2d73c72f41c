package kernel_test

import (
	"fmt"
	"math"

	"couplet/internal/kernel"
)

// Three neurons: one that gets constant current, one that gets a volley of spikes in tick 2, and one
// that gets nothing.
func ExampleDelta64() {
	c := kernel.DeltaConst{
		P:          0.9950124791926823, // exp(-0.1/20): tick 0.1 ms, tau_m 20 ms
		Quantum:    0.125,              // mV
		Vmin:       math.Inf(-1),
		Vth:        20,
		Vreset:     0,
		Refractory: 20, // ticks: 2 ms
	}
	v := make([]float64, 3)
	drive := []float64{5, 0, 0}
	ref, in := make([]int32, 3), make([]int32, 3)
	spikes := make([]uint32, 0, 3)
	for tick := range 30 {
		if tick == 2 {
			in[1] = 200 // 25 mV
		}
		spikes = kernel.Delta64(v, drive, ref, in, &c, 100, spikes[:0])
		if len(spikes) > 0 {
			fmt.Printf("tick %d: neurons %d fire\n", tick, spikes)
		}
	}
	// Output:
	// tick 2: neurons [101] fire
	// tick 4: neurons [100] fire
	// tick 29: neurons [100] fire
}

// Tests and benchmarks walk through the levels of the machine.
func ExampleSetLevel() {
	for _, level := range kernel.Levels() {
		restore := kernel.SetLevel(level)
		if level == kernel.Portable {
			fmt.Println(level, kernel.Current() == level)
		}
		restore()
	}
	fmt.Println(kernel.Current() <= kernel.Best())
	// Output:
	// portable true
	// true
}
