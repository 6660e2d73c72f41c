package layer

import (
	"fmt"
	"math"

	"couplet/internal/dense"
)

// StandardisationEpsilon keeps the standardised weights of a channel finite when all its weights are
// equal (ottt.md's reference value).
const StandardisationEpsilon = 1e-4

// Standardised is a dense map or convolution with scaled weight standardisation, which stands in for
// batch normalisation where statistics over time would be needed. Per output channel o with n inputs
// (its fan-in), mean μ and unbiased variance v (divisor n − 1) of its weights,
//
//	Ŵ[o, ·] = gain[o] · (W[o, ·] − μ) / √(v·n + ε).
//
// Prepare computes Ŵ, which Forward and Back use; Accumulate gathers the gradient of Ŵ, which Finish
// turns into those of W, through μ and v, and of the gain. A. Brock, S. De, S. L. Smith, "Characterizing
// signal propagation to close the performance gap in unnormalized ResNets" (ICLR 2021).
type Standardised[F Real] struct {
	// Weight holds the weights W before standardisation, in the shape of the plain map's weight.
	Weight *Param[F]
	// Gain has one value per output channel and starts at 1. Its shape is [out, 1, …], with as many
	// dimensions as Weight.
	Gain *Param[F]

	Map[F]            // the plain map, with the weights Ŵ
	derived *Param[F] // Ŵ and its gradient
	params  []*Param[F]
	fanIn   int
}

// NewStandardisedConv2D makes a convolution with standardised weights: [NewConv2D] with the parameters
// name.weight, name.gain and, if asked for, name.bias.
func NewStandardisedConv2D[F Real](name string, in []int, c Convolution) (*Standardised[F], error) {
	m, err := NewConv2D[F](name, in, c)
	if err != nil {
		return nil, err
	}
	return standardise(name, Map[F](m), m.Weight)
}

// NewStandardisedDense makes a dense map with standardised weights: [NewDense] with the parameters
// name.weight, name.gain and, if asked for, name.bias.
func NewStandardisedDense[F Real](name string, in, out int, bias bool) (*Standardised[F], error) {
	m, err := NewDense[F](name, in, out, bias)
	if err != nil {
		return nil, err
	}
	return standardise(name, Map[F](m), m.Weight)
}

// standardise puts the standardisation before a plain map, whose weight becomes the derived one.
func standardise[F Real](name string, m Map[F], derived *Param[F]) (*Standardised[F], error) {
	fanIn := Size(derived.Shape[1:])
	if fanIn < 2 {
		return nil, fmt.Errorf("layer: %s: standardisation needs at least 2 weights per output (%d)", name, fanIn)
	}
	ones := make([]int, len(derived.Shape))
	for i := range ones {
		ones[i] = 1
	}
	ones[0] = derived.Shape[0]
	s := &Standardised[F]{
		Weight:  NewParam[F](name+".weight", derived.Shape...),
		Gain:    NewParam[F](name+".gain", ones...),
		Map:     m,
		derived: derived,
		fanIn:   fanIn,
	}
	for o := range s.Gain.Value {
		s.Gain.Value[o] = 1
	}
	s.params = append([]*Param[F]{s.Weight, s.Gain}, m.Params()[1:]...)
	return s, nil
}

// Params returns the weight, the gain and the bias, if there is one.
func (s *Standardised[F]) Params() []*Param[F] { return s.params }

// Effective returns the standardised weights Ŵ as of the last Prepare, in the shape of Weight.
func (s *Standardised[F]) Effective() []F { return s.derived.Value }

// SetWorkspace has the work of the plain map done in a workspace that other maps use as well.
func (s *Standardised[F]) SetWorkspace(ws *dense.Workspace[F]) { SetWorkspace(s.Map, ws) }

// Prepare computes the standardised weights.
func (s *Standardised[F]) Prepare() {
	n := s.fanIn
	for o, gain := range s.Gain.Value {
		row, std := s.Weight.Value[o*n:][:n], s.derived.Value[o*n:][:n]
		mean, r := spread(row)
		for j, w := range row {
			std[j] = F(float64(gain) * ((float64(w) - mean) * r))
		}
	}
	if p, ok := s.Map.(Prepared); ok {
		p.Prepare()
	}
}

// spread returns the mean μ of a row of weights and the factor r = 1/√(v·n + ε) that scales it.
// Statistics are in float64 for either kind of weight.
func spread[F Real](row []F) (mean, r float64) {
	n := float64(len(row))
	sum, squares := 0.0, 0.0
	for _, w := range row {
		sum += float64(w)
	}
	mean = sum / n
	for _, w := range row {
		d := float64(w) - mean
		squares += float64(d * d)
	}
	v := squares / (n - 1)
	return mean, 1 / math.Sqrt(float64(v*n)+StandardisationEpsilon)
}

// Finish adds the gradients of weight and gain that follow from that of the standardised weights, and
// clears the latter. With g = ∂L/∂Ŵ, d = W − μ and r = 1/√(v·n + ε), per output channel:
//
//	∂L/∂gain = r · Σ g·d
//	∂L/∂W_j  = gain · r · ( g_j − mean(g) − d_j · r² · n/(n−1) · Σ g·d )
//
// The middle term comes through the mean, the last one through the variance: ∂v/∂W_j = 2·d_j/(n−1).
func (s *Standardised[F]) Finish() {
	n := s.fanIn
	for o, gain := range s.Gain.Value {
		row, g := s.Weight.Value[o*n:][:n], s.derived.Grad[o*n:][:n]
		mean, r := spread(row)
		sum, project := 0.0, 0.0
		for j, w := range row {
			sum += float64(g[j])
			project += float64(float64(g[j]) * (float64(w) - mean))
		}
		s.Gain.Grad[o] += F(r * project)

		through := float64(r*r) * project * float64(n) / float64(n-1)
		gw := s.Weight.Grad[o*n:][:n]
		for j, w := range row {
			d := float64(g[j]) - sum/float64(n) - float64((float64(w)-mean)*through)
			gw[j] += F(float64(gain) * r * d)
		}
	}
	clear(s.derived.Grad)
}
