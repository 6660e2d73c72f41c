package rng

import (
	"fmt"

	"couplet/internal/det"
)

// MaxPoissonMean is the largest mean a PoissonTable takes.
const MaxPoissonMean = 1000

// PoissonTable draws Poisson counts of one mean by inversion: from one 64-bit
// uniform number u it finds the smallest k with u < 2^64 * P(count <= k).
//
// A guide table leads from the upper bits of u straight to the first k that is
// possible for them, from where one comparison settles most draws. A table is
// read-only once made and may be shared by any number of goroutines; it takes
// about 40*sqrt(mean) + 20 words.
//
// Counts with a cumulative probability below 2^-64 or a probability above
// them of less than 2^-64 cannot be drawn: nobody could draw so often.
type PoissonTable struct {
	mean float64
	// threshold[i] is 2^64 * P(count <= first+i), rounded, so that count
	// first+i is drawn for u below it and not below the one before. The last
	// count has no threshold: it is what remains.
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
	t.fill()
	t.index()
	return t, nil
}

// fill computes the thresholds.
//
// Both tails are summed from their thin end towards the mode, so that every
// threshold is right to a few parts in 10^15 of its own distance from 0 or from
// 2^64, whichever is nearer.
func (t *PoissonTable) fill() {
	mode := int(t.mean)
	pmf := poissonMass(t.mean, mode)

	// below[i] belongs to count mode-1-i, above[i] to count mode+i.
	var below, above []float64
	for p, k := pmf, mode; p > tinyMass && k > 0; k-- {
		p = p * float64(k) / t.mean
		below = append(below, p)
	}
	for p, k := pmf, mode; p > tinyMass; k++ {
		above = append(above, p)
		p = p * t.mean / float64(k+1)
	}

	t.first = uint32(mode - len(below))
	cumulative := 0.0
	for i := len(below) - 1; i >= 0; i-- {
		cumulative += below[i]
		t.threshold = append(t.threshold, uint64(cumulative*0x1p64))
	}
	upper := make([]uint64, len(above))
	beyond := 0.0
	for i := len(above) - 1; i >= 0; i-- {
		upper[i] = -uint64(beyond * 0x1p64)
		beyond += above[i]
	}
	t.threshold = append(t.threshold, upper...)
	t.trim()
}

// tinyMass is where the tails are left: what lies beyond is far below 2^-64.
const tinyMass = 0x1p-80

// poissonMass returns P(count = k) = mean^k e^-mean / k!, with the factors of
// k! taken in turn so that no intermediate value leaves the range of float64.
func poissonMass(mean float64, k int) float64 {
	p := 1.0
	// e^-mean is split over the k factors, to balance mean/i.
	if k == 0 {
		return det.Exp(-mean)
	}
	each := det.Exp(-mean / float64(k))
	for i := 1; i <= k; i++ {
		p = p * (mean / float64(i)) * each
	}
	return p
}

// trim drops counts that no u selects from both ends, and the threshold of the
// last count.
func (t *PoissonTable) trim() {
	for len(t.threshold) > 1 && t.threshold[0] == 0 && t.threshold[1] == 0 {
		t.threshold = t.threshold[1:]
		t.first++
	}
	for i, v := range t.threshold {
		if v == 0 && i > 0 { // -0: nothing is beyond this count
			t.threshold = t.threshold[:i]
			return
		}
	}
}

// index makes the guide table, with at least twice as many entries as counts.
func (t *PoissonTable) index() {
	t.shift = 64 - 4
	for 1<<(64-t.shift) < 2*len(t.threshold) {
		t.shift--
	}
	t.guide = make([]uint16, 1<<(64-t.shift))
	i := 0
	for g := range t.guide {
		for i < len(t.threshold) && t.threshold[i] <= uint64(g)<<t.shift {
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
// key.Uint64(tick). It grows with u.
func (t *PoissonTable) Count(u uint64) uint32 {
	i := int(t.guide[u>>t.shift])
	for i < len(t.threshold) && u >= t.threshold[i] {
		i++
	}
	return t.first + uint32(i)
}
