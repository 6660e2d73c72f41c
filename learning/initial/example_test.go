package initial_test

import (
	"fmt"

	"couplet/learning/initial"
)

func ExampleFill() {
	// A feedback block: rows of length 0.1, too weak to make the ring of layers unstable.
	weights := make([]float64, 3*4)
	if err := initial.Fill(weights, []int{3, 4}, initial.UnitRows{Length: 0.1}, initial.Key(1, 0)); err != nil {
		fmt.Println(err)
		return
	}
	for o := range 3 {
		squares := 0.0
		for _, w := range weights[o*4:][:4] {
			squares += w * w
		}
		fmt.Printf("row %d: squared length %.4f\n", o, squares)
	}
	// Output:
	// row 0: squared length 0.0100
	// row 1: squared length 0.0100
	// row 2: squared length 0.0100
}
