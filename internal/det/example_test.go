package det_test

import (
	"fmt"

	"couplet/internal/det"
)

// The exact solution of a leaky membrane needs two coefficients for a tick: how
// much of the potential remains, and what a constant current adds.
func Example() {
	const (
		tick = 0.1  // ms
		tau  = 10.  // ms
		r    = 0.04 // GOhm: 40 MOhm = 10 ms / 250 pF
	)
	keep := det.Exp(-tick / tau)
	add := -r * det.Expm1(-tick/tau)
	fmt.Printf("V' = %.12g V + %.12g I\n", keep, add)

	// Skipping 1000 silent ticks at once.
	fmt.Printf("after 100 ms remains %.12g\n", det.PowInt(keep, 1000))
	// Output:
	// V' = 0.990049833749 V + 0.000398006650033 I
	// after 100 ms remains 4.53999297625e-05
}

// The dependence of plasticity on the weight in power-law STDP is w^0.4.
func ExamplePow() {
	for _, w := range []float64{0, 0.5, 1, 2} {
		fmt.Println(w, det.Pow(w, 0.4))
	}
	// Output:
	// 0 0
	// 0.5 0.757858283255199
	// 1 1
	// 2 1.3195079107728942
}

func ExampleNormQuantile() {
	fmt.Printf("95 %% of a normal distribution lie within ±%.6f\n", det.NormQuantile(0.975))
	// Output:
	// 95 % of a normal distribution lie within ±1.959964
}
