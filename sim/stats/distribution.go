package stats

import "slices"

// KS is the distance of Kolmogorov and Smirnov between two samples: the largest difference of their
// empirical distribution functions, from 0 (the same) to 1 (apart). It is 1 if one sample is empty
// and the other is not. The samples may have any order and are left as they are.
func KS(a, b []float64) float64 {
	if len(a) == 0 || len(b) == 0 {
		if len(a) == len(b) {
			return 0
		}
		return 1
	}
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	var distance float64
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x := min(a[i], b[j])
		for i < len(a) && a[i] <= x {
			i++
		}
		for j < len(b) && b[j] <= x {
			j++
		}
		distance = max(distance, float64(i)/float64(len(a))-float64(j)/float64(len(b)),
			float64(j)/float64(len(b))-float64(i)/float64(len(a)))
	}
	return distance
}

// Quantile is the value below which the fraction q of a sorted sample lies, with linear interpolation
// between neighbours: q 0 is the smallest value, 1 the largest. The sample must not be empty.
func Quantile(sorted []float64, q float64) float64 {
	position := min(max(q, 0), 1) * float64(len(sorted)-1)
	i := min(int(position), len(sorted)-1)
	next := min(i+1, len(sorted)-1)
	return sorted[i] + float64((position-float64(i))*(sorted[next]-sorted[i]))
}
