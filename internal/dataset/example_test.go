package dataset_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"couplet/internal/aer"
	"couplet/internal/dataset"
)

// From a table to batches: a split by seed, statistics of the training part, two
// epochs in orders of their own.
func Example() {
	random := dataset.Random{Seed: 1}
	points, err := random.GenerateYinYang(dataset.Whole, 32)
	if err != nil {
		fmt.Println(err)
		return
	}
	parts, err := random.SplitFractions(points, 0.75, 0.25)
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test := parts[0], parts[1]
	fmt.Println("training samples by class:", dataset.Histogram(train), "test:", dataset.Histogram(test))

	statistics, err := dataset.Statistics(train)
	if err != nil {
		fmt.Println(err)
		return
	}
	batches, err := dataset.NewBatches(train, dataset.BatchOptions{Size: 10, Shuffle: true, Random: random, Normalise: statistics})
	if err != nil {
		fmt.Println(err)
		return
	}
	x, labels := batches.Buffers()
	for epoch := range uint64(2) {
		for step := range batches.Steps() {
			n, err := batches.Load(epoch, step, x, labels)
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Printf("epoch %d, step %d: labels %v, x1 of the first %+.2f\n", epoch, step, labels[:n], x[0])
		}
	}
	// Output:
	// training samples by class: [5 9 10] test: [3 1 4]
	// epoch 0, step 0: labels [2 2 0 1 1 2 0 2 2 0], x1 of the first -0.63
	// epoch 0, step 1: labels [1 2 2 2 1 1 1 0 1 2], x1 of the first +0.57
	// epoch 0, step 2: labels [1 0 2 1], x1 of the first -0.13
	// epoch 1, step 0: labels [2 0 0 0 2 1 0 1 1 2], x1 of the first +1.26
	// epoch 1, step 1: labels [1 1 2 1 1 2 2 2 2 2], x1 of the first -0.47
	// epoch 1, step 2: labels [2 0 1 1], x1 of the first -1.07
}

// A label file that does not belong to the images.
func ExampleReadIDX() {
	images := []byte{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40} // two images of 1x2
	labels := []byte{0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 1}                                // three labels
	_, err := dataset.ReadIDX(bytes.NewReader(images), bytes.NewReader(labels), dataset.Options{})
	fmt.Println(err)
	// Output:
	// dataset: idx labels: byte 4: counts do not agree (3 labels for 2 images)
}

func ExampleReadTable() {
	flowers, err := dataset.ReadTable(strings.NewReader("3,2,setosa,virginica\n5.1,3.5,0\n6.3,3.3,1\n4.9,3.0,0\n"),
		dataset.TableOptions{Header: dataset.CountsHeader})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(flowers.Len(), flowers.Shape(), flowers.Classes(), dataset.Histogram(flowers))
	// Output:
	// 3 [2] [setosa virginica] [2 1]
}

// The same five events of a 2x1 sensor in two frames, by time and by number.
func ExampleFraming() {
	rec := &aer.Recording{Width: 2, Height: 1, Events: []aer.Event{
		{T: 0, X: 0, On: true}, {T: 100, X: 0, On: true}, {T: 200, X: 1}, {T: 1100, X: 1, On: true}, {T: 2500, X: 0},
	}}
	frames := make([]float32, 2*2*1*2) // frames, polarities (OFF, ON), rows, columns
	for _, f := range []dataset.Framing{{Frames: 2, TickUs: 1000}, {Frames: 2}} {
		left, err := f.Bin(rec, frames)
		fmt.Println(frames, left, err)
	}
	// Output:
	// [0 1 2 0 0 0 0 1] 1 <nil>
	// [0 0 2 0 1 1 0 1] 0 <nil>
}

func ExampleOpen() {
	_, err := dataset.Open(context.Background(), dataset.Spec{Name: "minst"})
	fmt.Println(err)
	// Output:
	// dataset: unknown data set ("minst"); valid are cifar10, digits, fashion-mnist, mnist, nmnist, uci, yinyang
}
