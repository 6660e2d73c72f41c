package param_test

import (
	"fmt"

	"couplet/internal/param"
)

type decay struct {
	TauMs float64 `param:"tau" unit:"ms" default:"20" range:"(0,inf)" doc:"time constant"`
}

func ExampleDefaults() {
	d := param.Defaults(decay{})
	fmt.Println(d.TauMs)
	d.TauMs = -1
	fmt.Println(param.Check(d)[0])
	// Output:
	// 20
	// parameter tau: -1 ms must be greater than 0
}
