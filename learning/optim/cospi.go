package optim

import "math"

// cosPi is cos(πx) for x from 0 to 1, with the same bits on every machine: package math promises
// accuracy, not bits, and a learning rate decides spikes. The error is below 3e-16.
func cosPi(x float64) float64 {
	if x > 0.5 {
		return -cosPi(1 - x) // 1-x is exact
	}
	if x > 0.25 {
		return sinSeries(math.Pi * (0.5 - x)) // 0.5-x is exact
	}
	return cosSeries(math.Pi * x)
}

// The series end where the next term is below 1e-18 for arguments up to π/4.
const seriesTerms = 9

// cosSeries is Σ (-1)^k·y^2k/(2k)! in Horner's form.
func cosSeries(y float64) float64 {
	square, sum := float64(y*y), 1.0
	for k := seriesTerms; k > 0; k-- {
		sum = 1 - float64(square*sum)/float64((2*k-1)*(2*k))
	}
	return sum
}

// sinSeries is Σ (-1)^k·y^(2k+1)/(2k+1)! in Horner's form.
func sinSeries(y float64) float64 {
	square, sum := float64(y*y), 1.0
	for k := seriesTerms; k > 0; k-- {
		sum = 1 - float64(square*sum)/float64((2*k)*(2*k+1))
	}
	return float64(y * sum)
}
