package det

import "math"

// A twofold number is an unevaluated sum hi+lo of two float64 with
// |lo| <= ulp(hi)/2: about 106 bits. The three functions here make twofold
// numbers out of single operations; Log and Pow build on them.

// halfMask clears the lower 27 of the 52 stored bits of a significand, which
// leaves 26 bits (with the implicit one) to the upper half.
const halfMask = ^uint64(1<<27 - 1)

// upperHalf returns x cut to its leading 26 bits. The rest, x-upperHalf(x), is
// exact and has at most 27 bits.
func upperHalf(x float64) float64 {
	return math.Float64frombits(math.Float64bits(x) & halfMask)
}

// fastSum returns hi+lo = a+b exactly, provided |a| >= |b| or a = 0.
func fastSum(a, b float64) (hi, lo float64) {
	hi = a + b
	return hi, b - (hi - a)
}

// sum returns hi+lo = a+b exactly, in any order of magnitudes.
func sum(a, b float64) (hi, lo float64) {
	hi = a + b
	bb := hi - a
	return hi, (a - (hi - bb)) + (b - bb)
}

// product returns hi+lo = a*b, with a relative error of at most 2^-104. Of the
// four partial products of the halves (26 and 27 bits) the first three are exact
// and so are their sums; the last, 54 bits long and below 2^-50 of the whole, is
// rounded once. It does not use math.FMA, which is emulated bit by bit where the
// hardware has none.
//
// The arguments must be such that neither a*b overflows nor the last partial
// product underflows; the callers hold them between 2^-80 and 2^80.
func product(a, b float64) (hi, lo float64) {
	ah, bh := upperHalf(a), upperHalf(b)
	al, bl := a-ah, b-bh
	hi = float64(a * b)
	lo = float64(ah*bh) - hi
	lo += float64(ah * bl)
	lo += float64(al * bh)
	lo += float64(al * bl)
	return hi, lo
}
