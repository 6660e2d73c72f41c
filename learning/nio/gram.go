package nio

import (
	"fmt"
	"math"

	"couplet/learning/layer"
)

// Gram is a symmetric matrix of inner products between the gradients of N samples, or of N parts of a batch:
// V[i·N+j] = ⟨g_i, g_j⟩.
type Gram struct {
	N int
	V []float64
}

// NewGram makes a matrix of zeros.
func NewGram(n int) Gram { return Gram{N: n, V: make([]float64, n*n)} }

// At returns ⟨g_i, g_j⟩.
func (g Gram) At(i, j int) float64 { return g.V[i*g.N+j] }

// add adds x to ⟨g_i, g_j⟩, and to its mirror image.
func (g Gram) add(i, j int, x float64) {
	g.V[i*g.N+j] += x
	if i != j {
		g.V[j*g.N+i] += x
	}
}

// Sum is the matrix of all tensors together: gradients are joined end to end, so their products add up. All
// matrices must have the size of the first one.
func Sum(grams []Gram) (Gram, error) {
	if len(grams) == 0 {
		return Gram{}, fmt.Errorf("nio: no Gram matrices to add up")
	}
	total := NewGram(grams[0].N)
	for k, g := range grams {
		if g.N != total.N || len(g.V) != len(total.V) {
			return Gram{}, fmt.Errorf("nio: the Gram matrix of tensor %d has %d samples and %d values, not %d samples", k, g.N, len(g.V), total.N)
		}
		for i, v := range g.V {
			total.V[i] += v
		}
	}
	return total, nil
}

// Blocks returns the matrix of the parts of the batch. The gradient of a part is the mean of those of its
// samples (nio.md §5), hence
//
//	⟨g_D, g_E⟩ = mean of ⟨g_i, g_j⟩ over i in D, j in E.
//
// Parts may overlap; an end beyond the batch means its end. A part without samples is an error.
func (g Gram) Blocks(parts []Part) (Gram, error) {
	for k, p := range parts {
		if !(0 <= p.Start && p.Start < p.End && p.Start < g.N) {
			return Gram{}, fmt.Errorf("nio: part %d has no samples ([%d, %d) of %d)", k, p.Start, p.End, g.N)
		}
	}
	b := NewGram(len(parts))
	for d, p := range parts {
		for e, q := range parts[:d+1] {
			b.add(d, e, g.mean(p.clip(g.N), q.clip(g.N)))
		}
	}
	return b, nil
}

// mean is the mean of a block.
func (g Gram) mean(p, q Part) float64 {
	sum := 0.0
	for i := p.Start; i < p.End; i++ {
		for _, v := range g.V[i*g.N:][q.Start:q.End] {
			sum += v
		}
	}
	return sum / float64((p.End-p.Start)*(q.End-q.Start))
}

// finite reports the first product that is not a number.
func (g Gram) finite() error {
	for k, v := range g.V {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("nio: the product of gradients %d and %d is %g", k/g.N, k%g.N, v)
		}
	}
	return nil
}

// dot is ⟨x, y⟩ in float64, products rounded one by one.
func dot[F layer.Real](x, y []F) float64 {
	sum := 0.0
	y = y[:len(x)]
	for i, v := range x {
		sum += float64(float64(v) * float64(y[i]))
	}
	return sum
}

// gramOf is the matrix of n explicit vectors that follow each other in v.
func gramOf[F layer.Real](v []F, n int) Gram {
	g := NewGram(n)
	size := len(v) / n
	for i := range n {
		for j := range i + 1 {
			g.add(i, j, dot(v[i*size:][:size], v[j*size:][:size]))
		}
	}
	return g
}
