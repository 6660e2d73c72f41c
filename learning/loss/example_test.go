package loss_test

import (
	"fmt"

	"couplet/learning/loss"
)

// Two samples, three classes: the second one is classified wrongly and has the larger gradient.
func ExampleCrossEntropy() {
	outputs := []float64{
		2, 0, 0,
		1, 0, -1,
	}
	labels := []int{0, 2}
	grad := make([]float64, len(outputs))
	l, err := loss.CrossEntropy(outputs, labels, grad)
	if err != nil {
		fmt.Println(err)
		return
	}
	correct, err := loss.Correct(outputs, labels)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("loss %.3f, %d of 2 correct\n%.3f\n%.3f\n", l, correct, grad[:3], grad[3:])
	// Output:
	// loss 1.324, 1 of 2 correct
	// [-0.107 0.053 0.053]
	// [0.333 0.122 -0.455]
}
