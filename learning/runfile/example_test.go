package runfile_test

import (
	"fmt"

	"couplet/learning/runfile"
)

func Example() {
	c, err := runfile.Load("../../examples/mnist-ottt.yaml", "epochs=5")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Name, c.Rule.Name(), c.Network.FC.Sizes, c.Epochs)

	_, err = runfile.Read("run.yaml", []byte("train: x\nepochs: 3\nbatch: many\ndata: {set: mnist}\n"))
	fmt.Println(err)
	// Output:
	// mnist-ottt ottt [256 256] 5
	// run.yaml:1:1: "network" is missing; valid: network: a mapping with exactly one of the keys fc, vgg, nfresnet, ring
	// run.yaml:1:1: "optimiser" is missing; valid: optimiser: a mapping with one of sgd, heavy_ball, nesterov, adam, adamw, adan, adan_paper, such as sgd: {lr: 0.1}
	// run.yaml:1:1: "rule" is missing; valid: rule: a mapping with exactly one of the keys ottt, spide, bptt
	// run.yaml:3:8: batch: "many" is not a whole number; valid: a whole number from 1 to 2147483647
}
