package picture_test

import (
	"bytes"
	"fmt"

	"couplet/learning/picture"
	"couplet/learning/train"
)

func ExampleCurve() {
	log := []train.Epoch{
		{Epoch: 1, Train: train.Tally{Samples: 1000, Correct: 620, Loss: 1100}},
		{Epoch: 2, Train: train.Tally{Samples: 1000, Correct: 810, Loss: 640}, Test: &train.Score{Samples: 500, Correct: 420}},
	}
	p, err := picture.Curve("digits", log)
	if err != nil {
		fmt.Println(err)
		return
	}
	var svg bytes.Buffer
	if err := p.WriteSVG(&svg); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Title)
	fmt.Println(p.Caption)
	// Output:
	// Training of digits
	// Course of the training over 2 epochs. Above: loss of a training sample, mean over the epoch. Below: accuracy on training samples (at last 81.00 %), test samples (at last 84.00 %); on training samples while the weights were changing.
}
