package det

import "math"

// The exponential uses
//
//	e^x = 2^m * 2^(j/32) * e^r,   x = (32m+j)*ln2/32 + r,   |r| <= ln2/64.
//
// With |r| <= 0.01083 the Taylor series of e^r - 1 is cut after r^7/7!. By
// Lagrange the rest is at most e^|r| * |r|^8/8!, that is 4.4e-19 of |r| itself
// (2^-61), so that even e^r - 1 alone is right to well below half an ulp.
//
// 2^(j/32) is stored twofold, upper and lower part, because its rounding error
// would otherwise be the largest one of the result.

const (
	// expOverflow is the largest x with a finite e^x: 1024*ln2 rounded down.
	expOverflow = 0x1.62e42fefa39efp+9
	// expUnderflow is the smallest x with e^x above half the smallest
	// subnormal, -1075*ln2 rounded up.
	expUnderflow = -0x1.74910d52d3051p+9

	// expShift is 1.5*2^52: a sum with it has an ulp of one, so that adding it
	// rounds to the nearest integer, which then stands in the low bits.
	expShift = 0x1.8p52

	// stepsPerLn2 is 32/ln2.
	stepsPerLn2 = 0x1.71547652b82fep+5
)

// Exp returns e^x.
//
// Special cases: Exp(+Inf) = +Inf, Exp(-Inf) = 0, Exp(NaN) = NaN. The result
// is +Inf above 709.782712893384 and 0 below -745.1332191019412.
func Exp(x float64) float64 {
	switch {
	case x > expOverflow:
		return math.Inf(1)
	case x < expUnderflow:
		return 0
	case x != x:
		return x
	}
	return expTwofold(x, 0)
}

// Expm1 returns e^x - 1, accurately also where e^x is close to 1: the form
// in which a membrane's decay over a short step enters a propagator matrix.
//
// Special cases: Expm1(+Inf) = +Inf, Expm1(-Inf) = -1, Expm1(±0) = ±0,
// Expm1(NaN) = NaN.
func Expm1(x float64) float64 {
	switch {
	case x > expOverflow:
		return math.Inf(1)
	case x < -40: // e^x < 2^-57, less than a quarter ulp of 1
		return -1
	case x != x || x == 0:
		return x
	}
	m, j, r := expReduce(x, 0)
	q := expm1Series(r)
	upper, lower := exp2Upper[j], exp2Lower[j]
	rest := lower + float64(upper*q)
	if m > 60 { // 1 is less than a quarter ulp of e^x
		return scale(upper+rest, m)
	}
	s := math.Float64frombits(uint64(m+1023) << 52) // 2^m is normal: -58 <= m <= 60
	hi, lo := sum(float64(upper*s), -1)
	return hi + (lo + float64(rest*s))
}

// expTwofold returns e^(hi+lo) for expUnderflow <= hi <= expOverflow and
// |lo| <= ulp(hi).
func expTwofold(hi, lo float64) float64 {
	m, j, r := expReduce(hi, lo)
	upper, lower := exp2Upper[j], exp2Lower[j]
	return scale(upper+(lower+float64(upper*expm1Series(r))), m)
}

// expReduce splits hi+lo = (32m+j)*ln2/32 + r with 0 <= j < 32 and |r| not
// above ln2/64 (and a rounding error).
//
// |32m+j| < 2^16 and ln2By32Upper has 36 bits, so that the product is exact; it
// lies within a factor of two of hi, so that the difference is exact too. Only
// the two small corrections round, by less than 2^-59.
func expReduce(hi, lo float64) (m, j int, r float64) {
	shifted := float64(hi*stepsPerLn2) + expShift
	k := int(int32(uint32(math.Float64bits(shifted))))
	kf := shifted - expShift
	r = hi - float64(kf*ln2By32Upper)
	r -= float64(kf * ln2By32Lower)
	return k >> 5, k & 31, r + lo
}

// expm1Series returns e^r - 1 for |r| <= 0.011 by its Taylor series up to
// r^7/7!, the terms in pairs so that the processor can overlap them.
func expm1Series(r float64) float64 {
	r2 := float64(r * r)
	low := 1.0/2 + float64(r*(1.0/6))
	mid := 1.0/24 + float64(r*(1.0/120))
	top := 1.0/720 + float64(r*(1.0/5040))
	p := low + float64(r2*(mid+float64(r2*top)))
	return r + float64(r2*p)
}

// scale returns x*2^m for 1/2 < x < 4. Out of the range of normal numbers the
// factor is applied in two steps, of which only the second rounds.
func scale(x float64, m int) float64 {
	switch {
	case m > 1022:
		return float64(float64(x*2) * math.Float64frombits(uint64(m-1+1023)<<52))
	case m < -1020:
		return float64(float64(x*math.Float64frombits(uint64(m+100+1023)<<52)) * 0x1p-100)
	}
	return float64(x * math.Float64frombits(uint64(m+1023)<<52))
}
