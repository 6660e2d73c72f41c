package det

import "math"

// The quantile z(u) of the normal distribution is odd about u = 1/2 and grows
// like sqrt(-2 ln u) towards u = 0. Three ratios of polynomials cover it:
//
//	|q| <= 27/64, q = u - 1/2:   z = q * R0(s),      s = (27/64)^2 - q^2
//	p = min(u, 1-u) < 5/64:      z = ∓R1(r - 51/32), r = sqrt(-ln p) < 5
//	                             z = ∓R2(r - 5),     r >= 5
//
// s and r make the functions smooth (z/q depends on q^2 only, and z/r tends to
// sqrt(2)). The arguments are counted from the end that lies nearest to the
// singularity, at q = ±1/2 or r = 0; all coefficients then turn out positive, so
// that nothing cancels. The coefficients interpolate z, and are solved for in
// 400-bit arithmetic by the tests; sampled there between the nodes, the relative
// distance of R and z is below 1.5e-16.

const (
	// normCentre is the half width of the central region of u, 27/64.
	normCentre = 0.421875
	// normTail is sqrt(-ln(5/64)) = 1.5967 cut to five bits, where R1 starts.
	normTail = 1.59375
	// normFar is where R2 starts: u = e^-25 = 1.4e-11.
	normFar = 5
)

// NormQuantile returns z such that a standard normal number is below z with
// probability u: the inverse of the cumulative distribution function.
//
// Special cases: NormQuantile(0) = -Inf, NormQuantile(1) = +Inf, and NaN for u
// outside [0, 1] or NaN.
func NormQuantile(u float64) float64 {
	q := u - 0.5
	if math.Abs(q) <= normCentre {
		return float64(q * ratio(&normR0, float64(normCentre*normCentre)-float64(q*q)))
	}
	p := u
	if q > 0 {
		p = 1 - u // exact
	}
	switch {
	case !(p >= 0): // also NaN
		return math.NaN()
	case p == 0:
		return math.Copysign(math.Inf(1), q)
	}
	var z float64
	if r := math.Sqrt(-Log(p)); r < normFar {
		z = ratio(&normR1, r-normTail)
	} else {
		z = ratio(&normR2, r-normFar)
	}
	return math.Copysign(z, q)
}

// rational is a ratio of two polynomials of degree 7, coefficients from the
// constant term up.
type rational struct {
	num, den [8]float64
}

// ratio evaluates f at x. The two Horner chains are independent of each other,
// so that the processor runs them side by side.
func ratio(f *rational, x float64) float64 {
	n, d := f.num[7], f.den[7]
	for i := 6; i >= 0; i-- {
		n = float64(n*x) + f.num[i]
		d = float64(d*x) + f.den[i]
	}
	return n / d
}
