package det

import "math"

// The logarithm uses
//
//	ln x = e*ln2 - ln c + ln(1+r),   x = 2^e * m,   1+r = c*m,
//
// with m in [sqrt(1/2), sqrt(2)) and c the reciprocal of m to seven bits, taken
// from a table together with its logarithm. The table is indexed by 128m
// rounded; 1/c is then within 1/256 of m, so that |r| <= 0.00555, and in the cell
// around m = 1 c is exactly 1, which keeps the relative error small where the
// logarithm passes through zero.
//
// c has 17 bits. Cut into halves, m*c is then exact, and so is 1+r: the
// reduction loses nothing. The series of ln(1+r) is cut after r^9/9. The rest is
// less than |r|^10/10, that is 2^-78 where |ln x| >= 2^-8, and 2^-75 of the result
// in the cell around 1, where |r| <= 2^-8.
//
// ln2 and ln c are stored in an upper part that is a multiple of 2^-42, so that
// e*ln2 - ln c is exact in the upper parts, and a lower part.

const (
	// sqrtHalfBits are the bits of sqrt(1/2), the lower end of m.
	sqrtHalfBits = 0x3fe6a09e667f3bcd

	// logFirst is the index of the table's first cell, 128*sqrt(1/2) rounded.
	logFirst = 91

	// logLast is the index of the last one, 128*sqrt(2) rounded.
	logLast = 181
)

// Log returns the natural logarithm of x.
//
// Special cases: Log(+Inf) = +Inf, Log(0) = -Inf, Log(x < 0) = NaN,
// Log(NaN) = NaN.
func Log(x float64) float64 {
	switch {
	case x != x || x > math.MaxFloat64:
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	base, baseLow, r, rLow := logReduce(x)
	hi, lo := fastSum(base, r)
	r2 := float64(r * r)
	tail := float64(r2*float64(r*logSeries(r, r2))) - float64(0.5*r2)
	return hi + (lo + (tail + (rLow + baseLow)))
}

// logTwofold returns ln x as a twofold number with a relative error below
// 2^-67, for finite x > 0.
func logTwofold(x float64) (hi, lo float64) {
	base, baseLow, r, rLow := logReduce(x)
	hi, lo = fastSum(base, r)
	sq, sqLow := product(r, r)
	hi, lo2 := fastSum(hi, float64(-0.5*sq))
	// (r+rLow)^2/2 = sq/2 + sqLow/2 + r*rLow + ...
	sqLow = float64(0.5*sqLow) + float64(r*rLow)
	tail := float64(sq * float64(r*logSeries(r, sq)))
	lo = lo + (lo2 + (tail + (rLow + (baseLow - sqLow))))
	return fastSum(hi, lo)
}

// logReduce returns ln x = base + baseLow + ln(1 + r + rLow), where base is
// exact and either 0 or larger than r.
func logReduce(x float64) (base, baseLow, r, rLow float64) {
	e := 0
	if x < 0x1p-1022 {
		x = float64(x * 0x1p54)
		e = -54
	}
	bits := math.Float64bits(x)
	above := bits - sqrtHalfBits
	e += int(int64(above) >> 52)
	m := math.Float64frombits(bits - above&(0xfff<<52))
	cell := &logTable[int(float64(m*128)+0.5)-logFirst]

	c := cell.reciprocal
	mUpper := upperHalf(m)
	r, rLow = sum(float64(mUpper*c)-1, float64((m-mUpper)*c))
	ef := float64(e)
	base = float64(ef*ln2Upper) + cell.upper
	baseLow = float64(ef*ln2Lower) + cell.lower
	return base, baseLow, r, rLow
}

// logSeries returns 1/3 - r/4 + r^2/5 - r^3/6 + r^4/7 - r^5/8 + r^6/9, which
// times r^3 are the terms of ln(1+r) from the cubic one on. r2 is r*r.
func logSeries(r, r2 float64) float64 {
	low := 1.0/3 - float64(r*(1.0/4))
	mid := 1.0/5 - float64(r*(1.0/6))
	top := 1.0/7 - float64(r*(1.0/8)) + float64(r2*(1.0/9))
	return low + float64(r2*(mid+float64(r2*top)))
}

// logCell is one cell of the table of the logarithm: c, and -ln c in two parts.
type logCell struct {
	reciprocal, upper, lower float64
}
