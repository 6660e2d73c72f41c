package nio

import (
	"fmt"
	"slices"
)

// GramSlopes returns the derivatives of the Gram matrix of all tensors by the factors of the listed ones: exact,
// by carrying the change of every quantity along θ_k⁰ forward and back with it (forward over reverse). With a
// dot for such a change,
//
//	ż_l = Ẇ_l·h_{l−1} + W_l·ḣ_{l−1} + ḃ_l                      ḣ_l = act'(z_l) ⊙ ż_l
//	δ̇_L = (diag p − p·pᵀ)·ż_L                                  p = softmax(z_L)
//	δ̇_l = act''(z_l) ⊙ ż_l ⊙ W_{l+1}ᵀ·δ_{l+1} + act'(z_l) ⊙ (Ẇ_{l+1}ᵀ·δ_{l+1} + W_{l+1}ᵀ·δ̇_{l+1})
//
// and the product ⟨δ_i, δ_j⟩·⟨h_i, h_j⟩ of a layer changes by the product rule.
func (m *MLP) GramSlopes(b Batch, tensors []int) ([]Gram, error) {
	p, err := m.run(b)
	if err != nil {
		return nil, err
	}
	list := make([]Gram, len(tensors))
	for k, tensor := range tensors {
		if tensor < 0 || tensor >= len(m.layers)*m.perLayer() {
			return nil, fmt.Errorf("nio: no tensor %d among %d", tensor, len(m.layers)*m.perLayer())
		}
		c := change{p: p, layer: tensor / m.perLayer(), bias: tensor%m.perLayer() == 1}
		m.changeForward(&c)
		m.changeBack(&c)
		list[k] = m.changeOfGram(&c)
	}
	return list, nil
}

// change is what happens to a pass when one tensor moves along its first value: the dotted quantities.
type change struct {
	p       *mlpPass
	layer   int // of the tensor
	bias    bool
	z, h, d [][]float64 // ż_l, ḣ of the input of layer l, δ̇_l
}

// changeForward fills ḣ and ż.
func (m *MLP) changeForward(c *change) {
	n := c.p.n
	c.h = append(c.h, make([]float64, n*m.layers[0].in)) // the input stays as it is
	for l, y := range m.layers {
		z := mlpLayer{in: y.in, out: y.out, w: y.w, b: make([]float64, y.out)}.forward(c.h[l], n)
		if l == c.layer && c.bias {
			for i := range z {
				z[i] += y.b0[i%y.out]
			}
		} else if l == c.layer {
			along := mlpLayer{in: y.in, out: y.out, w: y.w0, b: make([]float64, y.out)}.forward(c.p.h[l], n)
			for i, v := range along {
				z[i] += v
			}
		}
		c.z = append(c.z, z)
		if l < len(m.layers)-1 {
			c.h = append(c.h, product(c.p.first[l], z))
		}
	}
}

// changeBack fills δ̇.
func (m *MLP) changeBack(c *change) {
	n, last := c.p.n, len(m.layers)-1
	c.d = make([][]float64, len(m.layers))
	c.d[last] = m.changeOfSoftmax(c)
	for l := last; l > 0; l-- {
		y := m.layers[l]
		curved := product(product(c.p.second[l-1], c.z[l-1]), y.back(y.w, c.p.delta[l], n))
		through := y.back(y.w, c.d[l], n)
		if l == c.layer && !c.bias {
			for i, v := range y.back(y.w0, c.p.delta[l], n) {
				through[i] += v
			}
		}
		for i, v := range product(c.p.first[l-1], through) {
			curved[i] += v
		}
		c.d[l-1] = curved
	}
}

// changeOfSoftmax is (diag p − p·pᵀ)·ż = p ⊙ (ż − ⟨p, ż⟩).
func (m *MLP) changeOfSoftmax(c *change) []float64 {
	last := len(m.layers) - 1
	classes := m.layers[last].out
	d := make([]float64, len(c.z[last]))
	for i := range c.p.n {
		p, z := slices.Clone(c.p.delta[last][i*classes:][:classes]), c.z[last][i*classes:][:classes]
		p[c.p.labels[i]]++ // δ_L = p − onehot(y)
		mean := dot(p, z)
		for k, v := range p {
			d[i*classes+k] = v * (z[k] - mean)
		}
	}
	return d
}

// changeOfGram is Σ over layers of ⟨δ̇,δ⟩·(⟨h,h⟩ + 1) + ⟨δ,δ⟩·⟨ḣ,h⟩, each made symmetric; the 1 is the bias.
func (m *MLP) changeOfGram(c *change) Gram {
	total := NewGram(c.p.n)
	constant := 0.0
	if m.bias {
		constant = 1
	}
	for l := range m.layers {
		errors, inputs := gramOf(c.p.delta[l], c.p.n), gramOf(c.p.h[l], c.p.n)
		dErrors, dInputs := crossed(c.d[l], c.p.delta[l], c.p.n), crossed(c.h[l], c.p.h[l], c.p.n)
		for i := range total.V {
			total.V[i] += float64(dErrors.V[i]*(inputs.V[i]+constant)) + float64(errors.V[i]*dInputs.V[i])
		}
	}
	return total
}

// crossed is ⟨ẋ_i, x_j⟩ + ⟨x_i, ẋ_j⟩ over rows of two arrays.
func crossed(dx, x []float64, n int) Gram {
	g := NewGram(n)
	size := len(x) / n
	row := func(v []float64, i int) []float64 { return v[i*size:][:size] }
	for i := range n {
		for j := range i + 1 {
			g.add(i, j, dot(row(dx, i), row(x, j))+dot(row(x, i), row(dx, j)))
		}
	}
	return g
}

// product is the entry-wise product.
func product(x, y []float64) []float64 {
	z := make([]float64, len(x))
	for i, v := range x {
		z[i] = v * y[i]
	}
	return z
}
