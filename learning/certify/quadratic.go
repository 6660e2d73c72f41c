package certify

import (
	"fmt"
	"math"
)

// Quadratic is a strongly convex function with the same first-order structure as [Hard]: a chain whose
// coordinates are discovered one by one, with Hessian eigenvalues between μ and L,
//
//	f(x) = (L-μ)/8·(x_1² + Σ (x_i - x_(i+1))² + x_d² - 2·x_1) + (μ/2)·|x|² - f*.
//
// On it acceleration helps: Nesterov's method needs of the order of √(L/μ) iterations where gradient
// descent needs L/μ. Without this contrast, counts that grow linearly on Hard would say nothing about
// acceleration.
//
// Source: Yu. Nesterov, "Introductory Lectures on Convex Optimization", 2004, section 2.1.4, cut off
// after d coordinates.
type Quadratic struct {
	l, mu   float64
	optimum []float64
}

// NewQuadratic makes the function of d coordinates with 0 < mu < l.
func NewQuadratic(d int, l, mu float64) (*Quadratic, error) {
	if d < 1 || d > maxDim || !(mu > 0 && mu < l) || math.IsInf(l, 0) {
		return nil, fmt.Errorf("certify: quadratic of %d coordinates with mu = %g and L = %g, want 1 to %d coordinates and 0 < mu < L", d, mu, l, maxDim)
	}
	q := &Quadratic{l: l, mu: mu}
	q.optimum = q.solve(d)
	return q, nil
}

// solve finds the minimum, (a·tridiag(-1, 2, -1) + μ)·x = a·e_1 with a = (L-μ)/4, by elimination.
func (q *Quadratic) solve(d int) []float64 {
	a := q.stiffness()
	diagonal := float64(2*a) + q.mu
	upper, x := make([]float64, d), make([]float64, d)
	pivot := diagonal
	x[0] = a / pivot
	for i := 1; i < d; i++ {
		upper[i-1] = -a / pivot
		pivot = diagonal + float64(a*upper[i-1])
		x[i] = float64(a*x[i-1]) / pivot
	}
	for i := d - 2; i >= 0; i-- {
		x[i] -= float64(upper[i] * x[i+1])
	}
	return x
}

func (q *Quadratic) stiffness() float64 { return (q.l - q.mu) / 4 }

// Dim is the number of coordinates.
func (q *Quadratic) Dim() int { return len(q.optimum) }

// Optimum returns the minimum.
func (q *Quadratic) Optimum() []float64 { return append([]float64(nil), q.optimum...) }

// Value is ½·(x-x*)·A·(x-x*), which is f(x) - f* without the cancellation.
func (q *Quadratic) Value(x []float64) float64 {
	chain, norm, last := 0.0, 0.0, 0.0
	for i, xi := range x {
		delta := xi - q.optimum[i]
		chain += square(delta - last)
		norm += square(delta)
		last = delta
	}
	chain += square(last)
	return float64(q.stiffness()*chain)/2 + float64(q.mu*norm)/2
}

// Gradient writes A·x - a·e_1.
func (q *Quadratic) Gradient(x, grad []float64) {
	a := q.stiffness()
	for i, xi := range x {
		before, after := 0.0, 0.0
		if i == 0 {
			before = 1
		} else {
			before = x[i-1]
		}
		if i+1 < len(x) {
			after = x[i+1]
		}
		grad[i] = float64(a*(float64(2*xi)-before-after)) + float64(q.mu*xi)
	}
}
