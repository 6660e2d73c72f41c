package neurobench

import (
	"fmt"
	"math"
)

// ClassificationAccuracy is the part of predictions that are the label. It is an error if there are none,
// or not one for each label.
func ClassificationAccuracy(predictions, labels []int) (float64, error) {
	if err := sameLength(len(predictions), len(labels)); err != nil {
		return 0, err
	}
	right := 0
	for i, p := range predictions {
		if p == labels[i] {
			right++
		}
	}
	return float64(right) / float64(len(labels)), nil
}

// MSE is the mean squared error over all elements.
func MSE[F Real](predictions, targets []F) (float64, error) {
	if err := sameLength(len(predictions), len(targets)); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, p := range predictions {
		d := float64(targets[i]) - float64(p)
		sum += float64(d * d)
	}
	return sum / float64(len(targets)), nil
}

// SMAPE is the symmetric mean absolute percentage error, 200 · mean(|p − y| / (|p| + |y|)), from 0 to 200. If
// a prediction and its target are both 0 the mean is not a number, and the result is 200: a single right
// prediction of nothing makes the worst score.
func SMAPE[F Real](predictions, targets []F) (float64, error) {
	if err := sameLength(len(predictions), len(targets)); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, p := range predictions {
		p, y := float64(p), float64(targets[i])
		sum += math.Abs(p-y) / (math.Abs(p) + math.Abs(y))
	}
	if mean := sum / float64(len(targets)); !math.IsNaN(mean) {
		return 200 * mean, nil
	}
	return 200, nil
}

func sameLength(predictions, targets int) error {
	if predictions != targets || targets == 0 {
		return fmt.Errorf("neurobench: %d predictions for %d targets, want one for each of at least 1", predictions, targets)
	}
	return nil
}

// R2 is the coefficient of determination 1 − SSE/SST of two columns, averaged, over everything seen. The
// zero value has seen nothing.
type R2 struct {
	squares [2]float64
	targets [2][]float64 // the variance needs them all
}

// Add adds a batch: rows of two predictions and two targets.
func (r *R2) Add(predictions, targets [][2]float64) error {
	if err := sameLength(len(predictions), len(targets)); err != nil {
		return err
	}
	for i, y := range targets {
		for c := range 2 {
			d := y[c] - predictions[i][c]
			r.squares[c] += float64(d * d)
			r.targets[c] = append(r.targets[c], y[c])
		}
	}
	return nil
}

// Result is the mean of both columns. SST is the population variance times the number of targets. A column
// whose targets are all the same has none: the result is −Inf then, or NaN if they are met, and it is NaN
// if nothing was seen.
func (r *R2) Result() float64 {
	sum := 0.0
	for c := range 2 {
		sum += 1 - r.squares[c]/scatter(r.targets[c])
	}
	return sum / 2
}

// scatter is the sum of squared distances from the mean.
func scatter(x []float64) float64 {
	mean := 0.0
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	sum := 0.0
	for _, v := range x {
		sum += float64((v - mean) * (v - mean))
	}
	return sum
}

// BatchMean combines the batches of a metric that the benchmark does not accumulate: the values of batches,
// weighted by batch size over data-set size. These are ActivationSparsity, ClassificationAccuracy, MSE and
// SMAPE. For a ratio whose denominators differ from batch to batch it is not the ratio over all.
//
// The other metrics, [SynapticOperations], [MembraneUpdates], [NeuronOperations], ActivationSparsityByLayer
// and [R2], are computed over everything seen.
type BatchMean struct {
	// DataSet is the number of samples of the data set.
	DataSet int

	sum  float64
	seen int
}

// Add adds the value of a batch of so many samples. It is an error if there are none, or in all more than
// the data set has.
func (b *BatchMean) Add(value float64, samples int) error {
	if samples < 1 {
		return errNoSamples(samples)
	}
	if samples > b.DataSet-b.seen {
		return fmt.Errorf("neurobench: batch of %d samples after %d, want no more than the %d of the data set", samples, b.seen, b.DataSet)
	}
	b.seen += samples
	b.sum += float64(value*float64(samples)) / float64(b.DataSet)
	return nil
}

// Result is the mean over the data set, of which batches that are still missing count as 0.
func (b *BatchMean) Result() float64 { return b.sum }
