package score

import "math"

// z95 is the 0.975 quantile of the standard normal distribution, for a confidence of 95 %.
const z95 = 1.959963984540054

// Confidence is that of every interval of this package.
const Confidence = 0.95

// Interval bounds a share, 0 ≤ Low ≤ High ≤ 1.
type Interval struct{ Low, High float64 }

// Wilson returns the 95 % score interval for the probability of success after k successes in n
// independent trials (E. B. Wilson 1927, "Probable inference, the law of succession, and statistical
// inference"):
//
//	( k + z²/2 ± z·√( k(n−k)/n + z²/4 ) ) / ( n + z² ),   z = 1.96
//
// Unlike the textbook interval k/n ± z·√(k(n−k)/n³) it stays within [0, 1], and does not shrink to a
// point at k = 0 and k = n. Without trials it is [0, 1]: nothing is known. Counts that cannot be, k < 0
// or k > n, are taken for the nearest that can.
func Wilson(k, n int) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	k = min(max(k, 0), n)
	successes, trials := float64(k), float64(n)
	z2 := float64(z95 * z95)
	centre := successes + z2/2
	spread := float64(z95 * math.Sqrt(float64(successes*(trials-successes))/trials+z2/4))
	i := Interval{(centre - spread) / (trials + z2), (centre + spread) / (trials + z2)}
	// Both roots are exact here; rounding must not take them off.
	if k == 0 {
		i.Low = 0
	}
	if k == n {
		i.High = 1
	}
	return i
}
