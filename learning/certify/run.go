package certify

import (
	"context"
	"fmt"
	"math"

	"couplet/learning/optim"
)

// NotReached stands for the number of iterations to a value that was not reached.
const NotReached = -1

// Run is the course of one method from x = 0.
type Run struct {
	Method Method
	// Values holds f at the iterate after k gradients, k = 0, 1, ….
	Values []float64
	// Supports holds the largest index of a coordinate that is not zero after k gradients, in the
	// iterate or in the point at which the next gradient is taken.
	Supports []int
	// Hits holds for every eps the first k at which f ≤ eps·f(0), or NotReached.
	Hits []int
}

// Iterations is the number of gradients taken.
func (r *Run) Iterations() int { return len(r.Values) - 1 }

// Depth is the largest index of a coordinate that has moved.
func (r *Run) Depth() int { return r.Supports[len(r.Supports)-1] }

// Diverged tells whether the value has stopped to be a finite number.
func (r *Run) Diverged() bool {
	last := r.Values[len(r.Values)-1]
	return math.IsNaN(last) || math.IsInf(last, 0)
}

// start runs a method until f is at most the last eps times f(0), the value is not finite, or the
// iterations are used up. The eps descend.
func start(ctx context.Context, f Objective, m Method, eps []float64, iterations int) (*Run, error) {
	if !(m.Resolution >= 0) || math.IsInf(m.Resolution, 0) {
		return nil, fmt.Errorf("certify: %s: resolution %g, want a finite number of at least 0", m.Name, m.Resolution)
	}
	p := &optim.Param[float64]{Name: "x", Value: make([]float64, f.Dim()), Grad: make([]float64, f.Dim())}
	o, err := optim.Build(m.Config, optim.Group[float64]{Params: []*optim.Param[float64]{p}})
	if err != nil {
		return nil, fmt.Errorf("certify: %s: %w", m.Name, err)
	}
	r := &Run{Method: m, Hits: make([]int, len(eps))}
	for i := range r.Hits {
		r.Hits[i] = NotReached
	}
	reached := 0
	r.record(f, p.Value, p.Value)
	for k := 1; k <= iterations && reached < len(eps) && !r.Diverged(); k++ {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("certify: %s: stopped after %d of at most %d iterations: %w", m.Name, k-1, iterations, err)
		}
		f.Gradient(p.Value, p.Grad)
		if err := o.Step(1); err != nil {
			return nil, fmt.Errorf("certify: %s: iteration %d: %w", m.Name, k, err)
		}
		round(p.Value, m.Resolution)
		r.record(f, iterate(o, p), p.Value)
		for reached < len(eps) && r.Values[k] <= eps[reached]*r.Values[0] {
			r.Hits[reached] = k
			reached++
		}
	}
	return r, nil
}

// iterate is the point that a method claims to approach the minimum: the parameters, or what is behind
// them for a method whose parameters are ahead.
func iterate(o optim.Optimizer[float64], p *optim.Param[float64]) []float64 {
	if a, ok := o.(optim.Ahead[float64]); ok {
		if x := a.Iterate(p); x != nil {
			return x
		}
	}
	return p.Value
}

func (r *Run) record(f Objective, iterate, ahead []float64) {
	r.Values = append(r.Values, f.Value(iterate))
	r.Supports = append(r.Supports, max(Support(iterate), Support(ahead)))
}

// round rounds to multiples of a step, if there is one.
func round(x []float64, step float64) {
	if step == 0 {
		return
	}
	for i := range x {
		x[i] = math.RoundToEven(x[i]/step) * step
	}
}
