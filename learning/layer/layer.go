package layer

// Real is the number format of a network: float64 to be held against references, float32 to train.
type Real interface{ float32 | float64 }

// Param is a trainable array with the place for its gradient. Optimisers change Value, layers add to
// Grad; both know it by name.
type Param[F Real] struct {
	Name  string // "features.3.weight"
	Shape []int
	Value []F
	Grad  []F
}

// NewParam makes a parameter of zeros.
func NewParam[F Real](name string, shape ...int) *Param[F] {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return &Param[F]{Name: name, Shape: shape, Value: make([]F, n), Grad: make([]F, n)}
}

// ZeroGrad clears the gradient.
func (p *Param[F]) ZeroGrad() { clear(p.Grad) }

// Map is a linear map between the activities of two layers of neurons, with or without trainable
// weights: dense, convolution, pooling, a constant factor. It is what lies between a spike and a
// membrane, and the only thing through which errors travel back: y = W·x + b, gx = Wᵀ·gy.
//
// All arrays are batches of flattened samples, row-major: batch × In(), batch × Out(). A map holds
// no activity of its own between calls, only scratch memory; it is for one goroutine.
type Map[F Real] interface {
	// InShape and OutShape are the shapes of one sample: [features], or [channels, height, width].
	InShape() []int
	OutShape() []int
	// Forward sets y = W·x + b.
	Forward(x, y []F, batch int)
	// Back sets gx = Wᵀ·gy.
	Back(gy, gx []F, batch int)
	// Accumulate adds the gradient of the parameters, for the input x and the error gy at the output,
	// summed over the batch: ∇W += gy·xᵀ, ∇b += gy.
	Accumulate(x, gy []F, batch int)
	// Params lists the trainable parameters, none for a fixed map.
	Params() []*Param[F]
}

// Prepared is a map whose weights derive from its parameters, as standardised ones do. Prepare must
// be called after the parameters have changed; Finish turns what Accumulate has gathered for the
// derived weights into gradients of the parameters.
type Prepared interface {
	Prepare()
	Finish()
}
