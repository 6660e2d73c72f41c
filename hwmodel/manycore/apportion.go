package manycore

import (
	"cmp"
	"math/bits"
	"slices"
)

// apportion divides a whole number in proportion to weights, by the method of largest remainders: every part
// is within one of its share, and the parts add up to the number. If the weights add up to it, the parts are the
// weights. Of equal remainders the first ones are rounded up. Neither the number nor a weight may be negative, and
// the weights must add up to less than 2^63; if all are 0, the first part is the whole.
func apportion(n int64, weights []int64) []int64 {
	parts := make([]int64, len(weights))
	total := uint64(sum(weights))
	if len(parts) == 0 || n == 0 {
		return parts
	}
	if total == 0 {
		parts[0] = n
		return parts
	}
	remainders := make([]uint64, len(weights))
	order := make([]int, len(weights))
	left := n
	for i, w := range weights {
		// w <= total, so that the quotient fits into a word.
		hi, lo := bits.Mul64(uint64(n), uint64(w))
		quotient, remainder := bits.Div64(hi, lo, total)
		parts[i], remainders[i], order[i] = int64(quotient), remainder, i
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
