package optim_test

import (
	"fmt"

	"couplet/learning/optim"
)

// A least-squares line through three points, with the slope and the offset in groups of their own.
func Example() {
	slope := &optim.Param[float64]{Name: "slope", Value: []float64{0}, Grad: []float64{0}}
	offset := &optim.Param[float64]{Name: "offset", Value: []float64{0}, Grad: []float64{0}}
	c := optim.SGD{LR: 0.05, Momentum: 0.9, Decay: 1e-4}
	plain := c
	plain.Decay = 0
	o, err := optim.Build(c,
		optim.Group[float64]{Name: "weights", Params: []*optim.Param[float64]{slope}},
		optim.Group[float64]{Name: "offsets", Params: []*optim.Param[float64]{offset}, Config: plain})
	if err != nil {
		fmt.Println(err)
		return
	}
	schedule := optim.Cosine{Over: 400, Unit: optim.Steps}
	points := [][2]float64{{0, 1}, {1, 3}, {2, 5}}
	for step := range 400 {
		slope.Grad[0], offset.Grad[0] = 0, 0
		for _, p := range points {
			off := slope.Value[0]*p[0] + offset.Value[0] - p[1]
			slope.Grad[0] += off * p[0]
			offset.Grad[0] += off
		}
		if err := o.Step(schedule.Factor(optim.Progress{Step: step})); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("y = %.2f x + %.2f\n", slope.Value[0], offset.Value[0])
	// Output:
	// y = 2.00 x + 1.00
}

// What the optimisers would cost on a chip that keeps their state beside the synapses.
func ExampleConfig() {
	fmt.Println("optimiser   words  reads  writes  add  mul  div  root")
	for _, c := range optim.All() {
		k := c.Cost()
		fmt.Printf("%-10s %6d %6d %7d %4d %4d %4d %5d\n", c.Name(), k.StateWords, k.Reads, k.Writes, k.Adds, k.Muls, k.Divs, k.Roots)
	}
	// Output:
	// optimiser   words  reads  writes  add  mul  div  root
	// sgd             0      1       1    1    1    0     0
	// heavy_ball      1      2       2    2    2    0     0
	// nesterov        1      2       2    3    2    0     0
	// adam            2      3       3    4    7    1     1
	// adamw           2      3       3    4    8    1     1
	// adan            4      5       5    8   11    1     1
	// adan_paper      4      5       5    8   10    1     1
}

// Training that is interrupted goes on as if it had not been.
func ExampleOptimizer_restore() {
	train := func(o optim.Optimizer[float32], p *optim.Param[float32], from, to int) {
		for k := from; k < to; k++ {
			p.Grad[0] = p.Value[0] - float32(k)
			if err := o.Step(1); err != nil {
				fmt.Println(err)
			}
		}
	}
	start := func() (optim.Optimizer[float32], *optim.Param[float32]) {
		p := &optim.Param[float32]{Name: "w", Value: []float32{1}, Grad: []float32{0}}
		o, err := optim.Build(optim.NewAdan(), optim.Group[float32]{Params: []*optim.Param[float32]{p}})
		if err != nil {
			fmt.Println(err)
		}
		return o, p
	}
	whole, w := start()
	train(whole, w, 0, 100)

	first, v := start()
	train(first, v, 0, 60)
	kept := optim.Copy(first.Columns())
	second, u := start()
	u.Value[0] = v.Value[0]
	if err := second.Restore(kept); err != nil {
		fmt.Println(err)
	}
	train(second, u, 60, 100)
	fmt.Println(u.Value[0] == w.Value[0])
	// Output:
	// true
}

// A parameter of which few entries have a gradient is updated where events are.
func ExampleSparse() {
	p := &optim.Param[float64]{Name: "embeddings", Value: make([]float64, 1000)}
	s, err := optim.BuildSparse(optim.NewAdan(), optim.Frozen, p)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := s.Step([]uint32{3, 700}, []float64{0.5, -2}, 1); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f %.3f %.3f\n", p.Value[3], p.Value[4], p.Value[700])
	// Output:
	// -0.001 0.000 0.001
}
