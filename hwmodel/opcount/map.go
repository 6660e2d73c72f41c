package opcount

import (
	"fmt"
	"math"
)

// Map is what lies between the activity of one layer and the membranes of the next: [Dense], [Conv],
// [TransposedConv] or [Pool]. Neurons, biases and time are not part of it.
type Map interface {
	// analyse counts the synapses; errors have no prefix.
	analyse() (*Synapses, error)
}

// MaxNeurons is the largest number of sources or targets of a map.
const MaxNeurons = math.MaxInt32

// Dense connects every source with every target.
type Dense struct {
	In, Out int
	// NonZero tells which weights of the array [Out][In] are not zero; nil says that none is. [NonZero]
	// makes it from weights.
	NonZero []bool
}

// NonZero tells which of an array of weights are not zero. NaN is not zero, -0 is.
func NonZero[F ~float32 | ~float64](weights []F) []bool {
	mask := make([]bool, len(weights))
	for i, w := range weights {
		mask[i] = w != 0
	}
	return mask
}

// Synapses are the synapses of a map, counted once for any number of inferences. A weight that a
// convolution uses at many positions is one weight and many synapses.
type Synapses struct {
	Sources, Targets int
	// FanOut counts the synapses of weight other than zero that leave each source, FanIn those that
	// arrive at each target. A convolution's synapses end inside its output: a source at the border has
	// fewer.
	FanOut, FanIn []int64
	// AllOut and AllIn count the synapses of weight zero as well.
	AllOut, AllIn []int64
	// Total is the sum of FanOut, and of FanIn; All is the same with the synapses of weight zero.
	Total, All int64
	// Padded counts on top the products with the zeros of a convolution's padding: output positions
	// × kernel × channels, the "dense operations" of most counting tools.
	Padded int64
	// Weights is the number of stored weights, ZeroWeights of those that are zero. A pooling has none.
	Weights, ZeroWeights int64

	pairs func(source, target []bool) int64
	// pool says that it is a pooling, and max that it takes the largest.
	pool, max bool
}

// Analyse counts the synapses of a map. It is an error if the map is not one that can exist: sizes below
// 1, windows that do not fit, or a mask of weights of the wrong length.
func Analyse(m Map) (*Synapses, error) {
	if m == nil {
		return nil, fmt.Errorf("opcount: no map, want a dense one, a convolution or a pooling")
	}
	s, err := m.analyse()
	if err != nil {
		return nil, fmt.Errorf("opcount: %w", err)
	}
	return s, nil
}

// Pairs counts the synapses, those of weight zero included, between an active source and an active
// target: the multiplications of a weight update ∇W += δ·aᵀ that leaves out zeros. The two arrays tell
// who is active; it is an error if their lengths are not the numbers of sources and targets.
func (s *Synapses) Pairs(source, target []bool) (int64, error) {
	if len(source) != s.Sources || len(target) != s.Targets {
		return 0, fmt.Errorf("opcount: activity of %d sources and %d targets, want %d and %d",
			len(source), len(target), s.Sources, s.Targets)
	}
	return s.pairs(source, target), nil
}

// even tells whether all sources have the same number of synapses.
func (s *Synapses) even(fan []int64) bool {
	for _, n := range fan {
		if n != fan[0] {
			return false
		}
	}
	return true
}

// analyse implements [Map].
func (d Dense) analyse() (*Synapses, error) {
	if d.In < 1 || d.Out < 1 || d.In > MaxNeurons || d.Out > MaxNeurons {
		return nil, fmt.Errorf("dense map from %d to %d neurons, want 1 to %d on either side", d.In, d.Out, MaxNeurons)
	}
	weights := int64(d.In) * int64(d.Out)
	if d.NonZero != nil && int64(len(d.NonZero)) != weights {
		return nil, fmt.Errorf("dense map from %d to %d neurons with a mask of %d weights, want %d", d.In, d.Out, len(d.NonZero), weights)
	}
	s := &Synapses{
		Sources: d.In, Targets: d.Out,
		AllOut: filled(d.In, int64(d.Out)), AllIn: filled(d.Out, int64(d.In)),
		All: weights, Padded: weights, Weights: weights,
		pairs: func(source, target []bool) int64 { return active(source) * active(target) },
	}
	if d.NonZero == nil {
		s.FanOut, s.FanIn, s.Total = s.AllOut, s.AllIn, s.All
		return s, nil
	}
	s.FanOut, s.FanIn = make([]int64, d.In), make([]int64, d.Out)
	for k, set := range d.NonZero {
		if set {
			s.FanOut[k%d.In]++
			s.FanIn[k/d.In]++
			s.Total++
		}
	}
	s.ZeroWeights = s.Weights - s.Total
	return s, nil
}

func filled(n int, x int64) []int64 {
	a := make([]int64, n)
	for i := range a {
		a[i] = x
	}
	return a
}

// active counts the active of a layer.
func active(layer []bool) int64 {
	n := int64(0)
	for _, on := range layer {
		if on {
			n++
		}
	}
	return n
}
