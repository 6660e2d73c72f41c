package loss

import "fmt"

// Instantaneous is the loss of one tick out of Ticks of online training through time (ottt.md §3),
//
//	L[t] = ((1 − α)·CE(o[t], y) + α·MSE(o[t], onehot(y))) / T .
//
// Summed over the ticks it is the loss of the sample.
type Instantaneous struct {
	// Ticks is the number of ticks T of a sample, at least 1.
	Ticks int
	// MSE is the share α of the squared error, from 0 to 1: 0.05 for CIFAR, 0.001 for event cameras, 0
	// for ImageNet in the reference.
	MSE float64
}

// Validate reports what keeps l from being a loss.
func (l Instantaneous) Validate() error {
	if l.Ticks < 1 {
		return fmt.Errorf("loss: the instantaneous loss needs at least 1 tick (%d)", l.Ticks)
	}
	if !(l.MSE >= 0 && l.MSE <= 1) {
		return fmt.Errorf("loss: the share of the squared error must be from 0 to 1 (%v)", l.MSE)
	}
	return nil
}

// InstantaneousLoss returns the loss of one tick and sets grad to its gradient by the outputs of that
// tick, unless it is nil. A share of 0 leaves the part it belongs to out, so that outputs cannot spoil
// a loss that ignores them.
func InstantaneousLoss[F Real](l Instantaneous, outputs []F, labels []int, grad []F) (float64, error) {
	if err := l.Validate(); err != nil {
		return 0, err
	}
	classes, err := classesOf(outputs, labels, grad)
	if err != nil {
		return 0, err
	}
	clear(grad)
	total, ticks := 0.0, float64(l.Ticks)
	if l.MSE < 1 {
		total += addCrossEntropy(outputs, labels, grad, classes, (1-l.MSE)/ticks)
	}
	if l.MSE > 0 {
		total += addSquaredError(outputs, labels, grad, classes, l.MSE/ticks)
	}
	return total, nil
}
