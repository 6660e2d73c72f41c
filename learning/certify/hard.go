package certify

import "fmt"

// Objective is a function to be minimised.
type Objective interface {
	// Dim is the number of coordinates.
	Dim() int
	// Value is the function above its minimum, f(x) - f*.
	Value(x []float64) float64
	// Gradient writes the gradient at x.
	Gradient(x, grad []float64)
}

// Smoothness is the Lipschitz constant L of the gradient of [Hard]: the chain part of its Hessian is
// tridiagonal with absolute row sums of at most 4, and |v″| ≤ 33.
const Smoothness = 37

// Limits of the construction.
const (
	maxBlocks = 2000    // (7/8)^2000 squared is still far from underflow
	maxDim    = 1 << 22 // coordinates
)

// Hard is the hard function of T coordinates per block and t blocks, d = T·t,
//
//	f(x) = ½·Σ (c_i·x_(i-1) - x_i)² + Σ v_(b_i)(b_i - x_i),   i = 1 … d,
//
// with b_i = (7/8)^⌊(i-1)/T⌋, c_i = 7/8 at the beginning of a block and 1 elsewhere, and c_1·x_0 = 1. Its
// minimum is x = b, where f = 0. It is L-smooth with L = [Smoothness], not convex, and made to satisfy the
// PL inequality |∇f|² ≥ 2μf with μ of the order 1/T; see the package comment for what of this is proved.
//
// It is hard because ∂f/∂x_i = 0 as long as x_(i-1) = x_i = 0: a method that starts at 0 and moves along
// gradients discovers one coordinate per iteration.
type Hard struct {
	length, blocks int
	b, c           []float64
}

// NewHard makes the function of the given number of blocks, each of length coordinates.
func NewHard(length, blocks int) (*Hard, error) {
	if length < 1 || blocks < 1 || blocks > maxBlocks || length > maxDim/blocks {
		return nil, fmt.Errorf("certify: hard function of %d blocks of length %d, want 1 to %d blocks of at least 1 and at most %d coordinates in all", blocks, length, maxBlocks, maxDim)
	}
	f := &Hard{length: length, blocks: blocks, b: make([]float64, length*blocks), c: make([]float64, length*blocks)}
	level := 1.0
	for i := range f.b {
		f.c[i] = 1
		if i%length == 0 {
			f.c[i] = 7.0 / 8
			if i > 0 {
				level *= 7.0 / 8
			}
		}
		f.b[i] = level
	}
	return f, nil
}

// Length is the number T of coordinates of a block, which sets the condition number.
func (f *Hard) Length() int { return f.length }

// Blocks is the number t of blocks, which sets how small f can be before the chain ends.
func (f *Hard) Blocks() int { return f.blocks }

// Dim is the number d = T·t of coordinates.
func (f *Hard) Dim() int { return len(f.b) }

// Optimum returns the point b at which f is 0.
func (f *Hard) Optimum() []float64 { return append([]float64(nil), f.b...) }

// Value is f(x).
func (f *Hard) Value(x []float64) float64 {
	chain, pieces := 0.0, 0.0
	for i, xi := range x {
		chain += square(f.inflow(x, i) - xi)
		pieces += piece(f.b[i], f.b[i]-xi)
	}
	return chain/2 + pieces
}

// Gradient writes ∇f(x),
//
//	∂f/∂x_i = -(c_i·x_(i-1) - x_i) + c_(i+1)·(c_(i+1)·x_i - x_(i+1)) - v′_(b_i)(b_i - x_i).
func (f *Hard) Gradient(x, grad []float64) {
	for i, xi := range x {
		g := xi - f.inflow(x, i)
		if i+1 < len(x) {
			c := f.c[i+1]
			g += float64(c * (float64(c*xi) - x[i+1]))
		}
		grad[i] = g - pieceSlope(f.b[i], f.b[i]-xi)
	}
}

// inflow is c_i·x_(i-1), which is 1 for the first coordinate.
func (f *Hard) inflow(x []float64, i int) float64 {
	if i == 0 {
		return 1
	}
	return float64(f.c[i] * x[i-1])
}

// Support is the largest 1-based index of a coordinate that is not zero, 0 if there is none.
func Support(x []float64) int {
	for i := len(x); i > 0; i-- {
		if x[i-1] != 0 {
			return i
		}
	}
	return 0
}
