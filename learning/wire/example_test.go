package wire_test

import (
	"fmt"

	"couplet/learning/layer"
	"couplet/learning/wire"
)

// The feedback of a SPIDE network, a transposed convolution, and how errors travel back through it.
func Example() {
	up, err := layer.NewTransposedConv2D[float32]("feedback", []int{8, 4, 4},
		layer.Convolution{Out: 2, Kernel: 3, Stride: 2, Padding: 1, OutputPadding: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := wire.Of[float32](up)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range []wire.Direction{wire.Forward, wire.Back} {
		r := w.Rule(d)
		fmt.Printf("%s: %s, %d -> %d neurons, %g synapses of %d weights\n", d, r.Name(),
			w.Sources(d), w.Targets(d), r.Expect(w.Sources(d), w.Targets(d)), len(w.Weights(d, 1, nil)))
	}
	// Output:
	// forward: transposed_conv, 128 -> 128 neurons, 1936 synapses of 144 weights
	// back: conv, 128 -> 128 neurons, 1936 synapses of 144 weights
}
