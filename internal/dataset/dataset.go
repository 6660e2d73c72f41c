package dataset

import (
	"fmt"
	"strconv"
)

// Dataset is a numbered list of labelled samples, all of one shape. Any number
// of goroutines may call its methods at once.
type Dataset interface {
	// Len is the number of samples, at least 1.
	Len() int
	// Shape is the extents of a sample, outermost first; its product is the
	// number of values. The caller may keep and change it.
	Shape() []int
	// Classes names the classes; label k is Classes()[k]. The caller must not
	// change it.
	Classes() []string
	// Label returns the class of sample i, 0 <= i < Len(), without reading the
	// sample's values.
	Label(i int) int
	// Sample writes the values of sample i to dst, whose length must be the
	// product of Shape, and returns the label.
	Sample(i int, dst []float32) (label int, err error)
}

// Options are what the readers of files have in common. The zero value is a
// good choice.
type Options struct {
	// Classes names the classes in the order of their labels. Without it they
	// are named by number, 0 to the largest label found, or by their folders.
	Classes []string
	// MaxBytes bounds the memory of the data; 0 means DefaultMaxBytes.
	MaxBytes int64
}

// Volume is the number of values of a sample: the product of its extents.
func Volume(shape []int) int {
	n := 1
	for _, extent := range shape {
		n *= extent
	}
	return n
}

// Histogram counts the samples of each class.
func Histogram(d Dataset) []int {
	counts := make([]int, len(d.Classes()))
	for i := range d.Len() {
		counts[d.Label(i)]++
	}
	return counts
}

// RequireEveryClass returns an ErrEmptyClass that names the classes without a
// sample, if there are any. A classifier cannot learn such a class, and most
// often it is a sign of a wrong split.
func RequireEveryClass(d Dataset) error {
	if err := everyClass(Histogram(d), d.Classes()); err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	return nil
}

// everyClass is RequireEveryClass for counts.
func everyClass(counts []int, classes []string) error {
	missing, n := "", 0
	for k, count := range counts {
		if count > 0 {
			continue
		}
		switch n++; {
		case n == 1:
			missing = strconv.Quote(classes[k])
		case n <= 5:
			missing += ", " + strconv.Quote(classes[k])
		case n == 6:
			missing += ", …"
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%w (%d of %d classes: %s)", ErrEmptyClass, n, len(classes), missing)
}

// numbered names n classes by their numbers.
func numbered(n int) []string {
	names := make([]string, n)
	for k := range names {
		names[k] = strconv.Itoa(k)
	}
	return names
}

// checkSample validates the arguments of Dataset.Sample.
func checkSample(d Dataset, i int, dst []float32, volume int) error {
	if i < 0 || i >= d.Len() {
		return fmt.Errorf("dataset: no such sample (%d); valid is 0 to %d", i, d.Len()-1)
	}
	if len(dst) != volume {
		return fmt.Errorf("dataset: destination has the wrong length (%d); a sample of shape %v has %d values", len(dst), d.Shape(), volume)
	}
	return nil
}
