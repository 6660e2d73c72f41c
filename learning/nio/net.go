package nio

import (
	"fmt"
)

// Kind says what the values of a tensor do.
type Kind int

const (
	// Weight is a tensor of synaptic weights.
	Weight Kind = iota
	// Bias is a constant current, one per neuron or channel.
	Bias
	// Gain is a factor on weights or a whole projection.
	Gain
)

// String returns "weight", "bias" or "gain".
func (k Kind) String() string {
	switch k {
	case Weight:
		return "weight"
	case Bias:
		return "bias"
	case Gain:
		return "gain"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// Tensor describes a parameter tensor θ⁰, which NIO multiplies by one number α.
type Tensor struct {
	Name string
	Kind Kind
	// Size is the number of values, and Norm their 2-norm at first. A tensor of norm 0 is left alone.
	Size int
	Norm float64
	// Population is the one into whose membranes the tensor leads. It is empty where there is no threshold, as
	// at a readout.
	Population string
	// Exclusive says that scaling all tensors of the population is scaling its whole input. It is false if
	// something reaches the population without weights, or by way of weights that are normalised.
	Exclusive bool
}

// Batch is a batch of labelled samples.
type Batch struct {
	// Input has the samples one after the other, in the layout of the network.
	Input  []float64
	Labels []int
	// Step addresses random numbers, such as dropout masks; all passes of an iteration have the same.
	Step uint64
}

// Net is a network that can be scaled tensor by tensor, and that knows the inner products between the
// gradients of single samples.
type Net interface {
	// Tensors describes the parameter tensors, always in the same order.
	Tensors() []Tensor
	// Rescale sets θ_l = alphas[l]·θ_l⁰ for all tensors.
	Rescale(alphas []float64) error
	// Grams returns for each tensor the inner products between the gradients of the batch's samples, at the
	// present factors: the gradients of the loss of each sample by θ_l, not by α_l.
	Grams(b Batch) ([]Gram, error)
}

// Differentiable is a Net whose gradients have exact derivatives by the factors.
type Differentiable interface {
	Net
	// GramSlopes returns for each k of the list the derivative by α_k of the Gram matrix of all tensors
	// together.
	GramSlopes(b Batch, tensors []int) ([]Gram, error)
}

// Sampler hands out the batch of an iteration, counted from 0.
type Sampler func(iteration int) (Batch, error)

// Same is the sampler that gives the same batch every time.
func Same(b Batch) Sampler { return func(int) (Batch, error) { return b, nil } }

// checkAlphas reports factors that do not fit the tensors of a network.
func checkAlphas(alphas []float64, tensors int) error {
	if len(alphas) != tensors {
		return fmt.Errorf("nio: %d factors for %d tensors", len(alphas), tensors)
	}
	return nil
}
