package yamltree_test

import (
	"fmt"

	"couplet/internal/yamltree"
)

// All faults of a file are reported together, each with its place.
func Example() {
	const text = "size: many\nrat: 10\n"
	tree, err := yamltree.Parse("net.yaml", []byte(text), yamltree.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	root := tree.Root()
	root.OnlyKeys("size", "rate")
	if size, ok := root.Field("size"); ok {
		size.Integer(1, 1000)
	}
	fmt.Println(tree.Err())
	// Output:
	// net.yaml:1:7: size: "many" is not a whole number; valid: a whole number from 1 to 1000
	// net.yaml:2:1: rat: unknown key "rat" (did you mean "rate"?); valid: size, rate
}
