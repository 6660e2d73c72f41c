package dataset

import (
	"fmt"
	"math"
	"slices"
)

// Subset is a data set made of some samples of another one.
type Subset struct {
	base  Dataset
	index []int // in base
}

// NewSubset returns the samples of d with the given numbers, in that order.
func NewSubset(d Dataset, numbers []int) (*Subset, error) {
	if len(numbers) == 0 {
		return nil, fmt.Errorf("dataset: subset without samples (of %d)", d.Len())
	}
	for k, i := range numbers {
		if i < 0 || i >= d.Len() {
			return nil, fmt.Errorf("dataset: subset: no such sample (number %d is %d); valid is 0 to %d", k, i, d.Len()-1)
		}
	}
	return &Subset{base: d, index: slices.Clone(numbers)}, nil
}

// First returns the first n samples of d.
func First(d Dataset, n int) (*Subset, error) {
	if n < 1 || n > d.Len() {
		return nil, fmt.Errorf("dataset: number of first samples out of range (%d); valid is 1 to %d", n, d.Len())
	}
	index := make([]int, n)
	for i := range index {
		index[i] = i
	}
	return &Subset{base: d, index: index}, nil
}

// Len implements Dataset.
func (s *Subset) Len() int { return len(s.index) }

// Shape implements Dataset: that of the base.
func (s *Subset) Shape() []int { return s.base.Shape() }

// Classes implements Dataset: those of the base, though some may be without
// samples here; see RequireEveryClass.
func (s *Subset) Classes() []string { return s.base.Classes() }

// Label implements Dataset.
func (s *Subset) Label(i int) int { return s.base.Label(s.index[i]) }

// Base returns the number of sample i in the data set that s is a subset of.
func (s *Subset) Base(i int) int { return s.index[i] }

// Sample implements Dataset.
func (s *Subset) Sample(i int, dst []float32) (label int, err error) {
	if i < 0 || i >= len(s.index) {
		return 0, fmt.Errorf("dataset: no such sample (%d); valid is 0 to %d", i, len(s.index)-1)
	}
	return s.base.Sample(s.index[i], dst)
}

// SplitCounts divides the samples of d at random into parts of the given sizes,
// such as training, validation and test part. No sample is in two parts; samples
// beyond the sum of the counts are in none. Within a part they are in the order
// of d. Which samples are in the first parts does not depend on the sizes of the
// later ones.
func (r Random) SplitCounts(d Dataset, counts ...int) ([]*Subset, error) {
	total := 0
	for k, n := range counts {
		if n < 1 {
			return nil, fmt.Errorf("dataset: split: part %d has no samples (%d); valid is 1 or more", k, n)
		}
		if n > d.Len()-total {
			return nil, fmt.Errorf("dataset: split: parts are larger than the data (%v of %d samples)", counts, d.Len())
		}
		total += n
	}
	order := make([]int, d.Len())
	r.split(order)
	parts := make([]*Subset, len(counts))
	for k, n := range counts {
		index := slices.Clone(order[:n])
		slices.Sort(index)
		parts[k], order = &Subset{base: d, index: index}, order[n:]
	}
	return parts, nil
}

// SplitFractions is SplitCounts for parts of the whole. The boundary after a
// part is the sum of the fractions so far times d.Len(), rounded, so that
// fractions which sum to 1 leave no sample out.
func (r Random) SplitFractions(d Dataset, fractions ...float64) ([]*Subset, error) {
	counts := make([]int, len(fractions))
	sum, before := 0.0, 0
	for k, f := range fractions {
		if !(f > 0 && f <= 1) {
			return nil, fmt.Errorf("dataset: split: fraction %d out of range (%v); valid is above 0, at most 1", k, f)
		}
		// 0.7 + 0.2 + 0.1 and the like may miss 1 by a few roundings.
		if sum += f; sum > 1+1e-9 {
			return nil, fmt.Errorf("dataset: split: fractions sum to more than 1 (%v)", fractions)
		}
		boundary := min(int(math.Round(sum*float64(d.Len()))), d.Len())
		if counts[k] = boundary - before; counts[k] == 0 {
			return nil, fmt.Errorf("dataset: split: fraction %d is no sample (%v of %d)", k, f, d.Len())
		}
		before = boundary
	}
	return r.SplitCounts(d, counts...)
}
