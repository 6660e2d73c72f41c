package det

import (
	"math"
	"math/big"
)

// The reference: the same functions in arithmetic of refPrec bits, by series
// that share nothing with the code under test.

const refPrec = 400

func bigF(x float64) *big.Float      { return newBig().SetFloat64(x) }
func newBig() *big.Float             { return new(big.Float).SetPrec(refPrec) }
func bigInt(n int64) *big.Float      { return newBig().SetInt64(n) }
func add(a, b *big.Float) *big.Float { return newBig().Add(a, b) }
func sub(a, b *big.Float) *big.Float { return newBig().Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return newBig().Mul(a, b) }
func quo(a, b *big.Float) *big.Float { return newBig().Quo(a, b) }
func shift(a *big.Float, n int) *big.Float {
	return newBig().SetMantExp(a, n)
}

// negligible says whether term no longer changes total.
func negligible(term, total *big.Float) bool {
	return term.Sign() == 0 || term.MantExp(nil) < total.MantExp(nil)-refPrec
}

// bigAtanh is x + x^3/3 + x^5/5 + ... for |x| well below 1.
func bigAtanh(x *big.Float) *big.Float {
	total, power, x2 := newBig().Set(x), newBig().Set(x), mul(x, x)
	for n := int64(3); ; n += 2 {
		power = mul(power, x2)
		term := quo(power, bigInt(n))
		if negligible(term, total) {
			return total
		}
		total = add(total, term)
	}
}

// bigLn2 is 2*atanh(1/3).
var bigLn2 = shift(bigAtanh(quo(bigInt(1), bigInt(3))), 1)

// bigLog is e*ln2 + 2*atanh((m-1)/(m+1)), m between 1/2 and 1.
func bigLog(x *big.Float) *big.Float {
	m := newBig()
	e := x.MantExp(m)
	if m.Cmp(bigF(math.Sqrt(0.5))) < 0 {
		m, e = shift(m, 1), e-1
	}
	one := bigInt(1)
	l := shift(bigAtanh(quo(sub(m, one), add(m, one))), 1)
	return add(l, mul(bigInt(int64(e)), bigLn2))
}

// bigExpm1 is the Taylor series of e^x - 1, for |x| not much above 1.
func bigExpm1(x *big.Float) *big.Float {
	total, term := newBig().Set(x), newBig().Set(x)
	for n := int64(2); ; n++ {
		term = quo(mul(term, x), bigInt(n))
		if negligible(term, total) {
			return total
		}
		total = add(total, term)
	}
}

// bigExp is 2^k * e^r, r = x - k*ln2.
func bigExp(x *big.Float) *big.Float {
	k, _ := quo(x, bigLn2).Int64()
	r := sub(x, mul(bigInt(k), bigLn2))
	return shift(add(bigExpm1(r), bigInt(1)), int(k))
}

// bigPi is Machin's formula in atan(1/5) and atan(1/239).
var bigPi = func() *big.Float {
	atan := func(inverse int64) *big.Float {
		total, power := newBig(), quo(bigInt(1), bigInt(inverse))
		square := bigInt(inverse * inverse)
		for n := int64(1); ; n += 2 {
			term := quo(power, bigInt(n))
			if n > 1 && negligible(term, total) {
				return total
			}
			if n%4 == 3 {
				term.Neg(term)
			}
			total = add(total, term)
			power = quo(power, square)
		}
	}
	return shift(sub(shift(atan(5), 2), atan(239)), 2)
}()

// bigUpperTail returns Q(z), the probability of a standard normal number above
// z >= 0, and the density at z. It is 1/2 minus the all-positive series
// density * (z + z^3/3 + z^5/(3*5) + ...), with as many more bits as the
// subtraction will cancel.
func bigUpperTail(z *big.Float) (tail, density *big.Float) {
	zf, _ := z.Float64()
	prec := uint(refPrec + 1.5*zf*zf)
	wide := func() *big.Float { return new(big.Float).SetPrec(prec) }
	z2 := wide().Mul(z, z)
	density = quo(bigExp(wide().Neg(wide().Quo(z2, wide().SetInt64(2)))), newBig().Sqrt(shift(bigPi, 1)))
	if zf < 5 {
		total, term := wide().Set(z), wide().Set(z)
		for n := int64(3); ; n += 2 {
			term.Quo(wide().Mul(term, z2), wide().SetInt64(n))
			if negligible(term, total) {
				break
			}
			total.Add(total, term)
		}
		return sub(quo(bigInt(1), bigInt(2)), mul(density, total)), density
	}
	// Mills' ratio as a continued fraction 1/(z + 1/(z + 2/(z + 3/(z + ...)))),
	// from depth n, where it has settled to about e^(-2z*sqrt(2n)): beyond 280
	// bits.
	f := newBig().Set(z)
	for n := int64(200); n >= 1; n-- {
		f = add(z, quo(bigInt(n), f))
	}
	return quo(density, f), density
}

// bigTailQuantile returns z >= 0 with Q(z) = p for 0 < p <= 1/2, by Newton's
// iteration on ln Q, which is concave, so that it cannot run away.
func bigTailQuantile(p *big.Float) *big.Float {
	target := bigLog(p)
	z := newBig()
	if start, _ := target.Float64(); start < -1 {
		z.SetFloat64(math.Sqrt(-2*start) * 0.8)
	}
	for range 60 {
		tail, density := bigUpperTail(z)
		step := mul(quo(tail, density), sub(bigLog(tail), target))
		z = add(z, step)
		if step.Sign() == 0 || step.MantExp(nil) < z.MantExp(nil)-120 {
			break
		}
	}
	return z
}

// ulps returns the distance of got from want in units in the last place of a
// float64 of want's size.
func ulps(got float64, want *big.Float) float64 {
	exp := want.MantExp(nil) - 53
	if exp < -1074 {
		exp = -1074
	}
	d, _ := shift(sub(bigF(got), want), -exp).Float64()
	return math.Abs(d)
}
