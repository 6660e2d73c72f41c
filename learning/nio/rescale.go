package nio

import (
	"math"

	"couplet/internal/det"
)

// The constants of RescaleAdam (nio.md §3).
const (
	firstDecay  = 0.9
	secondDecay = 0.999
	adamEpsilon = 1e-8
)

// branch is one of the two things that an iteration may descend on.
type branch int

const (
	objectiveBranch branch = iota
	constraintBranch
	branches
)

// rescaler moves the factors α: Adam with a first moment for each branch, as gradients of norm and cosine
// have nothing in common, and one second moment, whose number of steps is that of both together.
type rescaler struct {
	rate   float64
	floor  []float64 // per tensor
	skip   []bool    // tensors that stay as they are
	alphas []float64
	first  [branches][]float64
	second []float64
	steps  [branches]int64
}

// newRescaler starts all factors at 1. Tensors of norm 0 are left out: no factor changes them.
func newRescaler(tensors []Tensor, o Options) *rescaler {
	n := len(tensors)
	r := &rescaler{rate: o.Rate, floor: make([]float64, n), skip: make([]bool, n), alphas: make([]float64, n), second: make([]float64, n)}
	for b := range r.first {
		r.first[b] = make([]float64, n)
	}
	for l, t := range tensors {
		r.alphas[l] = 1
		r.skip[l] = t.Norm == 0
		if t.Kind != Bias {
			r.floor[l] = o.Floor
		}
	}
	return r
}

// step is one update along the derivatives by α. For branch b with k_b steps so far, this one included,
//
//	m_b = 0.9·m_b + 0.1·g,   q = 0.999·q + 0.001·g²
//	α   = max( α − rate/(1−0.9^k_b) · m_b / (√(q/(1−0.999^k)) + ε), floor ),   k = Σ k_b
//
// A factor that has reached 0, as that of a bias may, stays there.
func (r *rescaler) step(b branch, slopes []float64) {
	r.steps[b]++
	rate := r.rate / (1 - det.PowInt(firstDecay, r.steps[b]))
	correction := 1 - det.PowInt(secondDecay, r.steps[objectiveBranch]+r.steps[constraintBranch])
	for l, g := range slopes {
		if r.skip[l] {
			continue
		}
		m := float64(firstDecay*r.first[b][l]) + float64((1-firstDecay)*g)
		q := float64(secondDecay*r.second[l]) + float64((1-secondDecay)*float64(g*g))
		r.first[b][l], r.second[l] = m, q
		move := float64(rate * (m / (math.Sqrt(q/correction) + adamEpsilon)))
		r.alphas[l] = max(r.alphas[l]-move, r.floor[l])
		r.skip[l] = r.alphas[l] == 0
	}
}
