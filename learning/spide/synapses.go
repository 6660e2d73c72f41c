package spide

import (
	"fmt"
	"math"
	"slices"

	"couplet/learning/layer"
)

// synapses counts the synapses of a block: who connects to whom, regardless of weights.
type synapses[F layer.Real] struct {
	outgoing []int64 // fan-out by neuron at the input
	incoming []int64 // in-degree by neuron at the output

	window *window[F] // of a convolution; nil for all-to-all connections and maps without parameters
}

// countSynapses counts the synapses of a map.
func countSynapses[F layer.Real](m layer.Map[F]) (*synapses[F], error) {
	if s, ok := m.(*layer.Standardised[F]); ok {
		m = s.Map
	}
	s := &synapses[F]{
		outgoing: make([]int64, layer.Size(m.InShape())),
		incoming: make([]int64, layer.Size(m.OutShape())),
	}
	switch m := m.(type) {
	case *layer.Dense[F]:
		fill(s.outgoing, len(s.incoming))
		fill(s.incoming, len(s.outgoing))
		return s, nil
	case *layer.Conv2D[F]:
		return s, s.setWindow(m.Convolution(), m.InShape(), m.OutShape(), false)
	case *layer.TransposedConv2D[F]:
		return s, s.setWindow(m.Convolution(), m.OutShape(), m.InShape(), true)
	}
	if len(m.Params()) > 0 || !s.setFixed(m) {
		return nil, fmt.Errorf("spide: the synapses of a %T cannot be counted", m)
	}
	return s, nil
}

func fill(x []int64, n int) {
	for i := range x {
		x[i] = int64(n)
	}
}

// pairs counts, for one sample, the synapses between an active input, x ≠ 0, and an active output: the
// multiplications of a weight update.
func (s *synapses[F]) pairs(x, gy []F) int64 {
	if s.window == nil {
		return nonzero(x) * nonzero(gy)
	}
	return s.window.pairs(x, gy)
}

// setFixed counts the synapses of a map without parameters, whose synapses all have the same weight,
// such as 1/4 in an average of four: a layer of ones sent through it gives every neuron the number of
// its synapses times that weight.
func (s *synapses[F]) setFixed(m layer.Map[F]) bool {
	x, y := make([]F, len(s.outgoing)), make([]F, len(s.incoming))
	m.Forward(ones(x), y, 1)
	m.Back(ones(slices.Clone(y)), x, 1)
	one := make([]F, len(x))
	connected := slices.IndexFunc(x, func(v F) bool { return v != 0 })
	if connected < 0 {
		return false
	}
	one[connected] = 1
	reached := make([]F, len(y))
	m.Forward(one, reached, 1)
	weight := float64(slices.Max(reached))
	if !(weight > 0) {
		return false
	}
	for i, v := range x {
		s.outgoing[i] = int64(math.Round(float64(v) / weight))
	}
	for o, v := range y {
		s.incoming[o] = int64(math.Round(float64(v) / weight))
	}
	return true
}

// ones fills x with ones.
func ones[F layer.Real](x []F) []F {
	for i := range x {
		x[i] = 1
	}
	return x
}

// nonzero counts the entries other than 0.
func nonzero[F layer.Real](x []F) int64 {
	n := int64(0)
	for _, v := range x {
		if v != 0 {
			n++
		}
	}
	return n
}

// window is the geometry of a convolution between the positions of a large map and those of a small
// one, as a convolution of one channel with a kernel of ones. Its channels are all connected.
type window[F layer.Real] struct {
	positions    *layer.Conv2D[F]
	large, small int // channels
	transposed   bool

	x, y, z []F // numbers of active channels, by position
}

// setWindow counts the synapses of a convolution, or of a transposed one, whose input is the small map.
func (s *synapses[F]) setWindow(c layer.Convolution, large, small []int, transposed bool) error {
	positions, err := layer.NewConv2D[F]("synapses", []int{1, large[1], large[2]},
		layer.Convolution{Out: 1, Kernel: c.Kernel, Stride: c.Stride, Padding: c.Padding})
	if err != nil {
		return err
	}
	ones(positions.Weight.Value)
	w := &window[F]{
		positions: positions, large: large[0], small: small[0], transposed: transposed,
		x: make([]F, large[1]*large[2]), y: make([]F, small[1]*small[2]), z: make([]F, small[1]*small[2]),
	}
	if layer.Size(positions.OutShape()) != len(w.y) {
		return fmt.Errorf("spide: the synapses of a convolution between %v and %v cannot be counted", large, small)
	}
	positions.Forward(ones(w.x), w.y, 1)
	positions.Back(ones(w.z), w.x, 1)
	largeDegrees, smallDegrees := s.outgoing, s.incoming
	if transposed {
		largeDegrees, smallDegrees = smallDegrees, largeDegrees
	}
	for i := range largeDegrees {
		largeDegrees[i] = int64(w.x[i%len(w.x)]) * int64(w.small)
	}
	for o := range smallDegrees {
		smallDegrees[o] = int64(w.y[o%len(w.y)]) * int64(w.large)
	}
	s.window = w
	return nil
}

// pairs counts the synapses between active units.
func (w *window[F]) pairs(x, gy []F) int64 {
	if w.transposed {
		x, gy = gy, x
	}
	perPosition(w.x, x)
	perPosition(w.z, gy)
	w.positions.Forward(w.x, w.y, 1)
	n := 0.0
	for o, v := range w.y {
		n += float64(v) * float64(w.z[o])
	}
	return int64(n)
}

// perPosition counts the active channels of each position.
func perPosition[F layer.Real](counts, x []F) {
	clear(counts)
	for ; len(x) > 0; x = x[len(counts):] {
		for j, v := range x[:len(counts)] {
			if v != 0 {
				counts[j]++
			}
		}
	}
}
