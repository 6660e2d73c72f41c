package loss

import (
	"errors"
	"fmt"
	"math"
)

// Real is the number format of a network.
type Real interface{ float32 | float64 }

// classesOf returns the number of classes of a batch with one label per sample, after checking that
// outputs, gradients and labels fit together. A nil grad asks for no gradient.
func classesOf[F Real](outputs []F, labels []int, grad []F) (int, error) {
	if len(labels) == 0 {
		return 0, errors.New("loss: the batch is empty")
	}
	if len(outputs) == 0 || len(outputs)%len(labels) != 0 {
		return 0, fmt.Errorf("loss: outputs must be batch × classes (%d values for %d labels)", len(outputs), len(labels))
	}
	if grad != nil && len(grad) != len(outputs) {
		return 0, fmt.Errorf("loss: the gradient must have as many values as the outputs (%d, not %d)", len(grad), len(outputs))
	}
	classes := len(outputs) / len(labels)
	for i, y := range labels {
		if y < 0 || y >= classes {
			return 0, fmt.Errorf("loss: label of sample %d is outside of the %d classes (%d)", i, classes, y)
		}
	}
	return classes, nil
}

// Finite reports whether a loss is a number training can go on with.
func Finite(loss float64) bool { return !math.IsNaN(loss) && !math.IsInf(loss, 0) }

// Predict returns the class with the largest output, the first of several; it never prefers NaN. For a
// spiking network the outputs are those summed over all ticks.
func Predict[F Real](outputs []F) int {
	best := 0
	for c, o := range outputs {
		if o > outputs[best] || outputs[best] != outputs[best] {
			best = c
		}
	}
	return best
}

// Correct returns how many samples of a batch have the class of their label predicted.
func Correct[F Real](outputs []F, labels []int) (int, error) {
	classes, err := classesOf(outputs, labels, nil)
	if err != nil {
		return 0, err
	}
	n := 0
	for i, y := range labels {
		if Predict(outputs[i*classes:][:classes]) == y {
			n++
		}
	}
	return n, nil
}
