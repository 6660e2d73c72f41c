package nio

import (
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"couplet/learning/layer"
)

// parameters are the tensors of a network of layer.Map, with the values they had at first.
type parameters[F layer.Real] struct {
	params  []*layer.Param[F]
	first   [][]F
	tensors []Tensor
}

// add appends the parameters of one projection, into a population or, if that has no name, the readout.
func (p *parameters[F]) add(params []*layer.Param[F], population string) {
	for _, q := range params {
		p.params = append(p.params, q)
		p.first = append(p.first, slices.Clone(q.Value))
		p.tensors = append(p.tensors, Tensor{
			Name: q.Name, Kind: kindOf(q.Name, q.Shape), Size: len(q.Value), Norm: norm(q.Value),
			Population: population, Exclusive: population != "",
		})
	}
}

// share notes that a population has input that the factors do not scale, or not alike.
func (p *parameters[F]) share(population string) {
	for l := range p.tensors {
		if p.tensors[l].Population == population {
			p.tensors[l].Exclusive = false
		}
	}
}

// kindOf tells the kind of a parameter by the conventions of package layer: a bias has one dimension, a gain none,
// or the name of the gain of standardised weights.
func kindOf(name string, shape []int) Kind {
	switch {
	case len(shape) == 1:
		return Bias
	case len(shape) == 0 || strings.HasSuffix(name, ".gain"):
		return Gain
	}
	return Weight
}

// scalable tells whether a projection is scaled by the factor of its weight: it has one, and no gain.
func scalable[F layer.Real](params []*layer.Param[F]) bool {
	weights := 0
	for _, q := range params {
		switch kindOf(q.Name, q.Shape) {
		case Gain:
			return false
		case Weight:
			weights++
		}
	}
	return weights == 1
}

// rescale sets all values.
func (p *parameters[F]) rescale(alphas []float64) error {
	if err := checkAlphas(alphas, len(p.params)); err != nil {
		return err
	}
	for l, q := range p.params {
		scale(q.Value, p.first[l], alphas[l])
	}
	return nil
}

// clear sets all gradients to 0.
func (p *parameters[F]) clear() {
	for _, q := range p.params {
		q.ZeroGrad()
	}
}

// DefaultMaxBytes is the memory that gradients of single samples may take, where they have to be built.
const DefaultMaxBytes = 2 << 30

// explicit builds the gradient of each of n samples, which gradient leaves in the parameters, and multiplies
// them. Gradients are scaled on the way.
func (p *parameters[F]) explicit(n int, maxBytes int64, scale float64, gradient func(sample int) error) ([]Gram, error) {
	if err := p.fits(n, maxBytes); err != nil {
		return nil, err
	}
	all := make([][]F, len(p.params))
	defer p.clear()
	for i := range n {
		p.clear()
		if err := gradient(i); err != nil {
			return nil, fmt.Errorf("nio: sample %d: %w", i, err)
		}
		for l, q := range p.params {
			all[l] = append(slices.Grow(all[l], (n-i)*len(q.Grad)), q.Grad...)
		}
	}
	grams := make([]Gram, len(all))
	for l, v := range all {
		grams[l] = gramOf(v, n)
		for k := range grams[l].V {
			grams[l].V[k] *= scale * scale
		}
	}
	return grams, nil
}

// fits reports gradients that would take too much memory.
func (p *parameters[F]) fits(n int, maxBytes int64) error {
	values := 0
	for _, q := range p.params {
		values += len(q.Value)
	}
	if maxBytes == 0 {
		maxBytes = DefaultMaxBytes
	}
	if need := int64(n) * int64(values) * int64(unsafe.Sizeof(F(0))); need > maxBytes {
		return fmt.Errorf("nio: the gradients of %d samples by %d parameters take %d MB, more than the limit of %d MB: take fewer samples a batch, or raise MaxBytes", n, values, need>>20, maxBytes>>20)
	}
	return nil
}

// floats converts an input to the format of a network.
func floats[F layer.Real](x []float64) []F {
	y := make([]F, len(x))
	for i, v := range x {
		y[i] = F(v)
	}
	return y
}

// frames is an input of n samples that is constant or has a value for each tick, ticks × n × size.
type frames[F layer.Real] struct {
	x        []F
	n, size  int
	ticks    int
	constant bool
}

// newFrames checks the size of an input.
func newFrames[F layer.Real](b Batch, size, ticks int) (*frames[F], error) {
	n := len(b.Labels)
	tick := n * size
	if n < 1 || (len(b.Input) != tick && len(b.Input) != ticks*tick) {
		return nil, fmt.Errorf("nio: an input of %d values, want %d for each of %d samples, at least 1, once or at each of %d ticks", len(b.Input), size, n, ticks)
	}
	return &frames[F]{x: floats[F](b.Input), n: n, size: size, ticks: ticks, constant: len(b.Input) == tick}, nil
}

// at is the input of all samples at a tick.
func (f *frames[F]) at(tick int) []F {
	if f.constant {
		tick = 0
	}
	return f.x[tick*f.n*f.size:][:f.n*f.size]
}

// sample is the input of one sample, as a batch of one.
func (f *frames[F]) sample(i int) *frames[F] {
	one := &frames[F]{n: 1, size: f.size, ticks: f.ticks, constant: f.constant}
	last := f.ticks
	if f.constant {
		last = 1
	}
	for t := range last {
		one.x = append(one.x, f.at(t)[i*f.size:][:f.size]...)
	}
	return one
}
