package rng

import (
	"fmt"
	"slices"
)

// MaxPoissonMean is the largest mean a PoissonTable takes.
const MaxPoissonMean = 1000

// PoissonTable draws Poisson counts of one mean by inversion: from one 64-bit
// uniform number u it finds the smallest k with u < 2^64 * P(count <= k).
//
// A guide table leads from the upper bits of u straight to the first k that is
// possible for them, from where one comparison settles most draws. A table is
// read-only once made, and any number of goroutines may share it. It takes about
// 36*sqrt(mean) + 50 words.
//
// Counts whose tail (the probability of them and all beyond) is below 2^-64 are
// never drawn. For a mean of 2 that is 26 and above: at ten million draws a
// second such a count would come once in 100 000 years.
type PoissonTable struct {
	mean float64
	// threshold[i] is 2^64 * P(count <= first+i): the count first+i is drawn for
	// u below it and not below the one before. The largest count has no
	// threshold; it is what remains.
	threshold []uint64
	first     uint32
	// guide[g] is the smallest i possible for the numbers u with u>>shift = g.
	guide []uint16
	shift uint
}

// NewPoissonTable makes the table for a mean of 0 to MaxPoissonMean. The mean
// of a Poisson stimulus is rate times tick length.
func NewPoissonTable(mean float64) (*PoissonTable, error) {
	if !(mean >= 0 && mean <= MaxPoissonMean) {
		return nil, fmt.Errorf("rng: mean of a Poisson count must be between 0 and %d (%v)", MaxPoissonMean, mean)
	}
	t := &PoissonTable{mean: mean}
	t.fillThresholds()
	t.fillGuide()
	return t, nil
}

// fillThresholds sums both tails from their thin end towards the mode, so that
// a threshold is right to a few parts in 10^14 of its own distance from 0 or
// from 2^64, whichever is nearer, and the thinnest tails have the right size.
func (t *PoissonTable) fillThresholds() {
	mode := int(t.mean)
	below, above, total := poissonWeights(t.mean, mode)
	unit := 0x1p64 / total

	t.first = uint32(mode)
	upTo := 0.0 // weight of the counts up to this one
	for i := len(below) - 1; i >= 0; i-- {
		upTo += below[i]
		if v := uint64(upTo * unit); v > 0 {
			t.threshold = append(t.threshold, v)
			t.first = min(t.first, uint32(mode-1-i))
		}
	}
	beyond := 0.0 // weight of the counts after this one
	var upper []uint64
	for i := len(above) - 1; i >= 0; i-- {
		if v := uint64(beyond * unit); v > 0 {
			upper = append(upper, -v) // 2^64 - v
		}
		beyond += above[i]
	}
	slices.Reverse(upper)
	t.threshold = append(t.threshold, upper...)
}

// poissonWeights returns the probabilities of the counts mode-1, mode-2, ...
// and mode, mode+1, ..., relative to that of the mode, and their sum. The ratio
// P(k)/P(k-1) = mean/k leads from one to the next; dividing by the sum takes the
// place of the factor e^-mean mean^mode / mode!.
func poissonWeights(mean float64, mode int) (below, above []float64, total float64) {
	// The tails are left where they are far below 2^-64 of the whole.
	const negligible = 0x1p-80
	for w, k := 1.0, mode; w > negligible && k > 0; k-- {
		w = float64(w*float64(k)) / mean
		below = append(below, w)
	}
	for w, k := 1.0, mode+1; w > negligible; k++ {
		above = append(above, w)
		w = float64(w*mean) / float64(k)
	}
	for _, tail := range [][]float64{below, above} {
		sum := 0.0
		for i := len(tail) - 1; i >= 0; i-- {
			sum += tail[i]
		}
		total += sum
	}
	return below, above, total
}

// fillGuide makes the guide table, with at least twice as many entries as
// counts.
func (t *PoissonTable) fillGuide() {
	bits := uint(4)
	for 1<<bits < 2*len(t.threshold) {
		bits++
	}
	t.shift = 64 - bits
	t.guide = make([]uint16, 1<<bits)
	i := 0
	for g := range t.guide {
		least := uint64(g) << t.shift
		for i < len(t.threshold) && least >= t.threshold[i] {
			i++
		}
		t.guide[g] = uint16(i)
	}
}

// Mean returns the mean the table was made for.
func (t *PoissonTable) Mean() float64 { return t.mean }

// Max returns the largest count that can be drawn.
func (t *PoissonTable) Max() uint32 { return t.first + uint32(len(t.threshold)) }

// Count returns the count that belongs to the uniform number u, such as
// key.Uint64(tick). It never falls as u grows.
func (t *PoissonTable) Count(u uint64) uint32 {
	i := int(t.guide[u>>t.shift])
	for i < len(t.threshold) && u >= t.threshold[i] {
		i++
	}
	return t.first + uint32(i)
}
