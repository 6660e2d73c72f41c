package layer_test

import (
	"fmt"

	"couplet/learning/layer"
)

// What lies between two spiking layers of a small VGG: the spikes are scaled, pooled and fed to the
// synapses of the next layer.
func Example() {
	shape := []int{1, 4, 4}
	scale, err := layer.NewScale(shape, 2.0)
	if err != nil {
		fmt.Println(err)
		return
	}
	pool, err := layer.NewAvgPool2D[float64](scale.OutShape(), 2, 0, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	conv, err := layer.NewConv2D[float64]("features.4", pool.OutShape(), layer.Convolution{Out: 1, Kernel: 1, Bias: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := layer.NewChain[float64](scale, pool, conv)
	if err != nil {
		fmt.Println(err)
		return
	}
	conv.Weight.Value[0], conv.Bias.Value[0] = 3, 0.5

	spikes := []float64{
		1, 0, 0, 0,
		0, 0, 0, 0,
		0, 0, 1, 1,
		0, 0, 1, 1,
	}
	potentials := make([]float64, layer.Size(m.OutShape()))
	m.Forward(spikes, potentials, 1)
	fmt.Println("shape", m.OutShape(), "potentials", potentials)

	errors, back := []float64{0, 0, 0, 1}, make([]float64, len(spikes))
	m.Back(errors, back, 1)
	fmt.Println("errors before", back[8:])

	m.Accumulate(spikes, errors, 1)
	for _, p := range m.Params() {
		fmt.Println(p.Name, p.Shape, "gradient", p.Grad)
	}
	// Output:
	// shape [1 2 2] potentials [2 0.5 0.5 6.5]
	// errors before [0 0 1.5 1.5 0 0 1.5 1.5]
	// features.4.weight [1 1 1 1] gradient [2]
	// features.4.bias [1] gradient [1]
}

// A map with standardised weights has to be told when its parameters have changed.
func ExampleStandardised() {
	m, err := layer.NewStandardisedDense[float64]("fc", 4, 1, true)
	if err != nil {
		fmt.Println(err)
		return
	}
	copy(m.Weight.Value, []float64{1, 2, 3, 4}) // mean 2.5, variance 5/3
	m.Prepare()
	fmt.Printf("%.3f\n", m.Effective())

	m.Accumulate([]float64{1, 0, 0, 0}, []float64{1}, 1)
	m.Finish()
	fmt.Printf("%.3f %.3f\n", m.Weight.Grad, m.Gain.Grad)
	// Output:
	// [-0.581 -0.194 0.194 0.581]
	// [0.116 -0.155 -0.039 0.077] [-0.581]
}
