package neurobench_test

import (
	"fmt"

	"couplet/hwmodel/neurobench"
	"couplet/hwmodel/opcount"
)

// Two samples pass a sparse layer.
func Example() {
	weights := []float32{
		1.3, 0, -3.2,
		0, 1.2, -5.1,
		-1.1, 2.7, 0,
	}
	layer, err := neurobench.NewLayer("fc", opcount.Dense{In: 3, Out: 3, NonZero: opcount.NonZero(weights)})
	if err != nil {
		fmt.Println(err)
		return
	}
	call, err := neurobench.Call(layer, []float32{
		0, 1, -1,
		1, 0, 0,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var operations neurobench.SynapticOperations
	if err := operations.Add(2, call); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+v\n", operations.Result())
	fmt.Println("connection sparsity", neurobench.ConnectionSparsity(weights))
	// Output:
	// {EffectiveMACs:0 EffectiveACs:3 Dense:9}
	// connection sparsity 0.3333
}

// Three leaky neurons in four steps, of which the second never changes.
func ExampleMembraneUpdatesOf() {
	before := [][]float64{{0, 0, 0}, {1, 0, 0.5}, {0.5, 0, 0.75}, {1, 0, 0.875}}
	after := [][]float64{{1, 0, 0.5}, {0.5, 0, 0.75}, {1, 0, 0.875}, {0.5, 0, 0.6875}}
	updates, err := neurobench.MembraneUpdatesOf(before, after)
	if err != nil {
		fmt.Println(err)
		return
	}
	var operations neurobench.NeuronOperations
	if err := operations.Add(1, neurobench.NeuronLayer{Type: neurobench.Leaky, Updates: updates}); err != nil {
		fmt.Println(err)
		return
	}
	effective, dense := operations.Result()
	fmt.Println(updates.Count, effective, dense)
	// Output:
	// 9 36 48
}

// Accuracy is a mean over batches, weighted by their sizes.
func ExampleBatchMean() {
	accuracy := neurobench.BatchMean{DataSet: 6}
	for _, batch := range [][2][]int{
		{{1, 2, 3, 4}, {1, 2, 3, 9}},
		{{5, 6}, {5, 9}},
	} {
		part, err := neurobench.ClassificationAccuracy(batch[0], batch[1])
		if err == nil {
			err = accuracy.Add(part, len(batch[0]))
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("%.4f\n", accuracy.Result())
	// Output:
	// 0.6667
}
