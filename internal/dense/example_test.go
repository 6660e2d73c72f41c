package dense_test

import (
	"fmt"

	"couplet/internal/dense"
)

// One tick of a layer of four neurons with three inputs, for a batch of two samples: the charge is a
// product of input spikes and weights, on top of the bias.
func Example() {
	weights := dense.MatrixOf([]float32{ // [out, in]
		1, 0, 0.5,
		0, 0.5, 0.5,
		1, 1, 1,
		-1, 0, 0,
	}, 4, 3)
	spikes := dense.MatrixOf([]float32{
		1, 0, 1,
		0, 1, 0,
	}, 2, 3)
	w := dense.NewWorkspace[float32](nil, dense.Reproducible)
	var packed dense.Packed[float32]
	w.PackT(&packed, weights) // once for all ticks between two changes of the weights

	in := dense.NewMatrix[float32](2, 4)
	for b := range in.Rows {
		copy(in.Row(b), []float32{0.25, 0.25, 0.25, 0.25})
	}
	w.MulPacked(in, spikes, &packed)

	lif := &dense.Membrane[float32]{Before: 0.5, Threshold: 1, Quantum: 1, After: 1, Trace: 0.5}
	u, out, trace := make([]float32, 8), make([]float32, 8), make([]float32, 8)
	n := lif.Fire(u, in.Data, out, trace)
	fmt.Println("fired:", n, out)
	fmt.Println("left: ", u)
	// Output:
	// fired: 3 [1 0 1 0 0 0 1 0]
	// left:  [0.75 0.75 1.25 -0.75 0.25 0.75 0.25 0.25]
}

// A spike walks to the membranes that its row of weights names.
func ExampleAddScaledRows() {
	weights := dense.MatrixOf([]float64{ // [from, to]
		1, 2, 3,
		10, 20, 30,
		100, 200, 300,
	}, 3, 3)
	couples := []float64{1, 0, -1}
	index, sign := dense.AppendNonzero[float64](nil, nil, couples)
	u := make([]float64, 3)
	dense.AddScaledRows(u, weights, index, sign)
	fmt.Println(index, sign, u)
	// Output: [0 2] [1 -1] [-99 -198 -297]
}

// A pool shares the work of a workspace; the result does not depend on it.
func ExampleNewPool() {
	pool, err := dense.NewPool(2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	a, b := dense.NewMatrix[float32](64, 100), dense.NewMatrix[float32](100, 10)
	for i := range a.Data {
		a.Data[i] = 1 / float32(i+1)
	}
	for i := range b.Data {
		b.Data[i] = float32(i%7) - 3
	}
	one, two := dense.NewMatrix[float32](64, 10), dense.NewMatrix[float32](64, 10)
	dense.NewWorkspace[float32](nil, dense.Reproducible).Mul(one, a, b)
	dense.NewWorkspace[float32](pool, dense.Reproducible).Mul(two, a, b)
	same := true
	for i := range one.Data {
		same = same && one.Data[i] == two.Data[i]
	}
	fmt.Println(same)
	// Output: true
}

// A vertical edge, found by a filter of two columns; its adjoint sends an error back to both sides.
func ExampleConv() {
	conv, err := dense.NewConv[float32](dense.ConvShape{
		Channels: 1, Height: 1, Width: 5, Filters: 1, Kernel: 2, Stride: 1, Padding: 1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	weights := conv.Weights([]float32{
		-1, 1,
		0, 0,
	})
	w := dense.NewWorkspace[float32](nil, dense.Reproducible)
	x := []float32{0, 0, 1, 1, 1}
	y := make([]float32, conv.OutSize())
	conv.Forward(w, y, weights, x, 1)
	fmt.Println(conv.OutHeight(), "x", conv.OutWidth())
	fmt.Println(y[conv.OutWidth():])

	gy, gx := make([]float32, len(y)), make([]float32, len(x))
	gy[conv.OutWidth()+2] = 1
	conv.BackInputSparse(w, gx, weights, gy, 1)
	fmt.Println(gx)
	// Output:
	// 2 x 6
	// [0 0 1 0 0 -1]
	// [0 -1 1 0 0]
}

// The feedback block of a SPIDE network: stride 2, twice the height and the width.
func ExampleTransposed() {
	up, err := dense.NewTransposed[float32](dense.TransposedShape{
		Channels: 64, Height: 7, Width: 7, Filters: 64, Kernel: 3, Stride: 2, Padding: 1, OutputPadding: 1,
	})
	fmt.Println(up.OutHeight(), up.OutWidth(), up.WeightSize(), err)
	// Output: 14 14 36864 <nil>
}

func ExampleAvgPool2() {
	y := make([]float32, 2)
	dense.AvgPool2(y, []float32{
		1, 0, 1, 1, 1,
		0, 0, 1, 1, 1,
	}, 1, 2, 5)
	fmt.Println(y)
	// Output: [0.25 1]
}
