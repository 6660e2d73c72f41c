package nio

import (
	"fmt"

	"couplet/learning/loss"
)

// MLP is a network of dense layers in real numbers, h = act(W·h + b), the last one linear, with the cross
// entropy of the softmax as the loss of a sample. It is the smooth counterpart of a spiking network of the same
// layers, and the reference against which NIO is tested: its derivatives by the factors are exact.
//
// Its tensors are W_1, b_1, W_2, b_2, … or, without biases, W_1, W_2, ….
type MLP struct {
	act    Activation
	layers []mlpLayer
	bias   bool
}

// mlpLayer is one layer: its first parameters, and those scaled by the present factors.
type mlpLayer struct {
	in, out int
	w0, b0  []float64
	w, b    []float64 // out × in, out
}

// NewMLP makes a network of the given layer sizes from copies of its weights, each out × in, row-major, and
// biases; nil for a network without.
func NewMLP(act Activation, sizes []int, weights, biases [][]float64) (*MLP, error) {
	if err := act.validate(); err != nil {
		return nil, err
	}
	if len(sizes) < 2 || len(weights) != len(sizes)-1 || (biases != nil && len(biases) != len(weights)) {
		return nil, fmt.Errorf("nio: a network of sizes %v needs a weight and, if any, a bias for each layer (%d, %d)", sizes, len(weights), len(biases))
	}
	m := &MLP{act: act, bias: biases != nil}
	for l, w := range weights {
		in, out := sizes[l], sizes[l+1]
		if in < 1 || out < 1 || len(w)%out != 0 || len(w)/out != in {
			return nil, fmt.Errorf("nio: weights of layer %d have %d values, want %d x %d", l+1, len(w), out, in)
		}
		layer := mlpLayer{in: in, out: out, w0: append([]float64(nil), w...), b0: make([]float64, out)}
		if m.bias {
			if len(biases[l]) != out {
				return nil, fmt.Errorf("nio: biases of layer %d have %d values, want %d", l+1, len(biases[l]), out)
			}
			copy(layer.b0, biases[l])
		}
		layer.w, layer.b = append([]float64(nil), layer.w0...), append([]float64(nil), layer.b0...)
		m.layers = append(m.layers, layer)
	}
	return m, nil
}

// Tensors describes the parameters.
func (m *MLP) Tensors() []Tensor {
	var list []Tensor
	for l, y := range m.layers {
		list = append(list, Tensor{Name: fmt.Sprintf("W%d", l+1), Kind: Weight, Size: len(y.w0), Norm: norm(y.w0)})
		if m.bias {
			list = append(list, Tensor{Name: fmt.Sprintf("b%d", l+1), Kind: Bias, Size: len(y.b0), Norm: norm(y.b0)})
		}
	}
	return list
}

// perLayer is the number of tensors of a layer.
func (m *MLP) perLayer() int {
	if m.bias {
		return 2
	}
	return 1
}

// Rescale sets each tensor to alpha times its first value.
func (m *MLP) Rescale(alphas []float64) error {
	if err := checkAlphas(alphas, len(m.layers)*m.perLayer()); err != nil {
		return err
	}
	for l, y := range m.layers {
		scale(y.w, y.w0, alphas[l*m.perLayer()])
		if m.bias {
			scale(y.b, y.b0, alphas[2*l+1])
		}
	}
	return nil
}

// Parameters returns the present weights and biases of layer l, counted from 0. They are the network's own.
func (m *MLP) Parameters(l int) (weights, biases []float64) { return m.layers[l].w, m.layers[l].b }

// mlpPass holds the activities and errors of a batch. Rows are samples.
type mlpPass struct {
	n      int
	h      [][]float64 // h[l]: input of layer l
	first  [][]float64 // act'(z) behind layer l; none for the last
	second [][]float64 // act''(z)
	logits []float64
	labels []int
	delta  [][]float64 // ∂loss of the sample/∂z of layer l
	losses []float64   // per sample
}

// run propagates a batch forward and its errors back.
func (m *MLP) run(b Batch) (*mlpPass, error) {
	n := len(b.Labels)
	if n < 1 || len(b.Input) != n*m.layers[0].in {
		return nil, fmt.Errorf("nio: an input of %d values, want %d for each of %d samples, at least 1", len(b.Input), m.layers[0].in, n)
	}
	p := &mlpPass{n: n, labels: b.Labels, h: [][]float64{b.Input}, delta: make([][]float64, len(m.layers)), losses: make([]float64, n)}
	for l, y := range m.layers {
		z := y.forward(p.h[l], n)
		if l == len(m.layers)-1 {
			p.logits = z
			break
		}
		first, second := make([]float64, len(z)), make([]float64, len(z))
		for i, v := range z {
			z[i], first[i], second[i] = m.act.at(v)
		}
		p.h, p.first, p.second = append(p.h, z), append(p.first, first), append(p.second, second)
	}
	return p, m.back(p)
}

// back fills losses and errors: δ_L = softmax(z) − onehot(y), δ_l = act'(z_l) ⊙ W_{l+1}ᵀ·δ_{l+1}.
func (m *MLP) back(p *mlpPass) error {
	last := len(m.layers) - 1
	classes := m.layers[last].out
	p.delta[last] = make([]float64, p.n*classes)
	for i := range p.n {
		l, err := loss.CrossEntropy(p.logits[i*classes:][:classes], p.labels[i:i+1], p.delta[last][i*classes:][:classes])
		if err != nil {
			return fmt.Errorf("nio: sample %d: %w", i, err)
		}
		p.losses[i] = l
	}
	for l := last; l > 0; l-- {
		p.delta[l-1] = m.layers[l].back(m.layers[l].w, p.delta[l], p.n)
		for i, f := range p.first[l-1] {
			p.delta[l-1][i] *= f
		}
	}
	return nil
}

// forward returns W·x + b for each row x.
func (y mlpLayer) forward(x []float64, n int) []float64 {
	z := make([]float64, n*y.out)
	for i := range n {
		for o := range y.out {
			z[i*y.out+o] = y.b[o] + dot(y.w[o*y.in:][:y.in], x[i*y.in:][:y.in])
		}
	}
	return z
}

// back returns wᵀ·d for each row d; w is the layer's weight or a change of it.
func (y mlpLayer) back(w, d []float64, n int) []float64 {
	x := make([]float64, n*y.in)
	for i := range n {
		row := x[i*y.in:][:y.in]
		for o := range y.out {
			e := d[i*y.out+o]
			for j, v := range w[o*y.in:][:y.in] {
				row[j] += float64(e * v)
			}
		}
	}
	return x
}

// Losses returns the loss of each sample.
func (m *MLP) Losses(b Batch) ([]float64, error) {
	p, err := m.run(b)
	if err != nil {
		return nil, err
	}
	return p.losses, nil
}

// SampleGradients returns the gradient of each sample by all parameters, in the order of the tensors.
func (m *MLP) SampleGradients(b Batch) ([][]float64, error) {
	p, err := m.run(b)
	if err != nil {
		return nil, err
	}
	list := make([][]float64, p.n)
	for i := range list {
		for l, y := range m.layers {
			h, d := p.h[l][i*y.in:][:y.in], p.delta[l][i*y.out:][:y.out]
			for _, e := range d {
				for _, v := range h {
					list[i] = append(list[i], e*v)
				}
			}
			if m.bias {
				list[i] = append(list[i], d...)
			}
		}
	}
	return list, nil
}

// Grams returns ⟨g_i, g_j⟩ = ⟨δ_i, δ_j⟩·⟨h_i, h_j⟩ for a weight, and ⟨δ_i, δ_j⟩ for a bias.
func (m *MLP) Grams(b Batch) ([]Gram, error) {
	p, err := m.run(b)
	if err != nil {
		return nil, err
	}
	var list []Gram
	for l := range m.layers {
		errors := gramOf(p.delta[l], p.n)
		list = append(list, hadamard(errors, gramOf(p.h[l], p.n)))
		if m.bias {
			list = append(list, errors)
		}
	}
	return list, nil
}

// hadamard is the entry-wise product.
func hadamard(a, b Gram) Gram {
	g := NewGram(a.N)
	for i, v := range a.V {
		g.V[i] = v * b.V[i]
	}
	return g
}
