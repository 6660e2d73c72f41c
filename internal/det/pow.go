package det

import "math"

// Pow returns x^y for x >= 0.
//
// It is e^(y*ln x) with ln x and the product kept to 67 bits and more, since an
// error of the exponent of, say, 700*2^-53 would be a relative error of the
// result of the same size. Results which are exact in float64, such as
// Pow(9, 0.5), come out exact.
//
// Special cases, those of math.Pow as far as they concern x >= 0:
//
//	Pow(x, ±0) = 1 for any x, also 0, +Inf and NaN
//	Pow(1, y) = 1 for any y, also NaN
//	Pow(x, 1) = x for any x >= 0
//	Pow(±0, y) = +Inf for y < 0, and 0 for y > 0
//	Pow(+Inf, y) = 0 for y < 0, and +Inf for y > 0
//	Pow(x, ±Inf) = +Inf or 0, as x is above or below 1
//	Pow(x, NaN) = Pow(NaN, y) = NaN
//	Pow(x, y) = NaN for x < 0; PowInt takes negative bases
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y || x < 0:
		return math.NaN()
	case y == 1:
		return x + 0 // turns -0 into 0
	case x == 0:
		return limit(y < 0)
	case math.IsInf(x, 1):
		return limit(y > 0)
	}
	// Outside this range of y the result is decided without arithmetic: x
	// differs from 1 by 2^-53 or more and lies between 2^-1074 and 2^1024.
	switch ay := math.Abs(y); {
	case ay >= 0x1p65:
		return limit((x > 1) == (y > 0))
	case ay <= 0x1p-66:
		return 1
	}
	ln, lnLow := logTwofold(x)
	hi, lo := product(ln, y)
	hi, lo = fastSum(hi, lo+float64(lnLow*y))
	switch {
	case hi > expOverflow:
		return math.Inf(1)
	case hi < expUnderflow:
		return 0
	}
	return expTwofold(hi, lo)
}

// limit returns +Inf or 0.
func limit(infinite bool) float64 {
	if infinite {
		return math.Inf(1)
	}
	return 0
}

// PowInt returns p^k by repeated squaring, from the lowest bit of k up; for
// negative k it is 1/p^-k. The order of the products is part of the promise:
// a propagator over a gap of k ticks is this number on every machine.
//
// The relative error is below |k|*2^-53, as the squarings double what they are
// given and there is one rounding a squaring. PowInt(p, 0) = 1 for any p.
func PowInt(p float64, k int64) float64 {
	n := uint64(k)
	if k < 0 {
		n = -n
	}
	result := 1.0
	for {
		if n&1 != 0 {
			result = float64(result * p)
		}
		if n >>= 1; n == 0 {
			break
		}
		p = float64(p * p)
	}
	if k < 0 {
		return 1 / result
	}
	return result
}

// Sqrt returns the square root of x, which IEEE 754 defines to the last bit:
// it is math.Sqrt under the name that tells the reader it is safe here.
func Sqrt(x float64) float64 { return math.Sqrt(x) }
