package score

import (
	"fmt"
	"math"
)

// Class is how a classifier does on one class.
type Class struct {
	Name string
	// Samples belong to the class, Predicted were taken for it, and Correct are both.
	Samples, Predicted, Correct int
}

// Recall is the part of the samples of the class that are found; NaN without samples.
func (c Class) Recall() float64 { return share(c.Correct, c.Samples) }

// Precision is the part of the samples taken for the class that belong to it; NaN if there are none.
func (c Class) Precision() float64 { return share(c.Correct, c.Predicted) }

// F1 is the harmonic mean of recall and precision, 2·Correct/(Samples + Predicted); NaN if the class
// neither occurs nor is predicted.
func (c Class) F1() float64 { return share(2*c.Correct, c.Samples+c.Predicted) }

func share(part, whole int) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return float64(part) / float64(whole)
}

// Classes reads the counts of every class off a confusion matrix, whose rows are the classes of samples
// and whose columns are the predicted ones. It is an error if the matrix does not have a row and a
// column for every name, or a count is negative.
func Classes(names []string, confusion [][]int) ([]Class, error) {
	if len(confusion) != len(names) {
		return nil, fmt.Errorf("score: confusion matrix of %d rows, want one for each of %d classes", len(confusion), len(names))
	}
	list := make([]Class, len(names))
	for i, row := range confusion {
		if len(row) != len(names) {
			return nil, fmt.Errorf("score: row %d of the confusion matrix has %d counts, want one for each of %d classes", i, len(row), len(names))
		}
		list[i].Name, list[i].Correct = names[i], row[i]
		for k, n := range row {
			if n < 0 {
				return nil, fmt.Errorf("score: row %d of the confusion matrix counts %d samples", i, n)
			}
			list[i].Samples += n
			list[k].Predicted += n
		}
	}
	return list, nil
}

// MeanRecall is the mean recall of the classes that have samples, also called balanced accuracy: unlike
// the accuracy it does not depend on how often a class occurs. It is NaN without samples.
func MeanRecall(classes []Class) float64 {
	sum, n := 0.0, 0
	for _, c := range classes {
		if c.Samples > 0 {
			sum += c.Recall()
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}
