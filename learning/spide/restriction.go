package spide

import (
	"fmt"
	"math"

	"couplet/internal/rng"
	"couplet/learning/layer"
)

// restrictFeedback sets the factor min(f, R)/f of the feedback block, for f the norm of its weights.
// It keeps the network a contraction, or near it: what it bounds is the norm of the weight array, not
// that of a convolution as an operator. The gradient takes the factor as a constant.
func (e *Executor[F]) restrictFeedback() error {
	if e.feedback == nil || e.config.FeedbackNorm == 0 {
		return nil
	}
	f := e.feedbackNorm()
	if !(f < math.Inf(1)) {
		return fmt.Errorf("spide: the norm of the feedback weights is not finite (%g)", f)
	}
	e.feedback.factor = 1
	if r := e.config.FeedbackNorm; f > r {
		e.feedback.factor = r / f
	}
	return nil
}

// feedbackNorm is the Frobenius norm of the feedback weights, exact or estimated.
func (e *Executor[F]) feedbackNorm() float64 {
	w, rows := weights(e.feedback.m)
	if n := e.config.NormVectors; n > 0 {
		return estimateNorm(w, rows, n, rng.NewKey(e.config.Seed, rng.Noise, uint64(e.feedback.place)).Sub(e.pass.Step))
	}
	sum := 0.0
	for _, v := range w {
		sum += float64(float64(v) * float64(v))
	}
	return math.Sqrt(sum)
}

// weights returns the weights of a map as a matrix: all values and the number of rows. Derived weights
// are those that act.
func weights[F layer.Real](m layer.Map[F]) (w []F, rows int) {
	p := m.Params()[0]
	if d, ok := m.(interface{ Effective() []F }); ok {
		return d.Effective(), p.Shape[0]
	}
	return p.Value, p.Shape[0]
}

// estimateNorm is √(mean of ‖vᵀ·W‖²) over n vectors v of normal numbers, the reference's estimate of
// the Frobenius norm of W: its square has the right mean.
func estimateNorm[F layer.Real](w []F, rows, n int, key rng.Key) float64 {
	columns := len(w) / rows
	product := make([]float64, columns)
	sum := 0.0
	for k := range n {
		clear(product)
		stream := key.Sub(uint64(k)).Stream()
		for r := range rows {
			v := stream.NextNormal()
			for c, x := range w[r*columns:][:columns] {
				product[c] += float64(v * float64(x))
			}
		}
		for _, x := range product {
			sum += float64(x * x)
		}
	}
	return math.Sqrt(sum / float64(n))
}
