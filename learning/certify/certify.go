package certify

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Options say what to certify. Zero values stand for the defaults given.
type Options struct {
	Length  int       // coordinates per block, T; 0: 20
	Blocks  int       // blocks, t; 0: 40
	Eps     []float64 // parts of f(0) to be reached, descending, in (0, 1); nil: 0.1, 0.01, 0.001
	Methods []Method  // nil: those of [Methods]
	// Iterations is the most that a method gets; 0: 100 times the bound of the last eps, and 2000.
	Iterations int
}

// maxIterations bounds a run: the course of every method is kept.
const maxIterations = 10_000_000

func (o Options) withDefaults() Options {
	if o.Length == 0 {
		o.Length = 20
	}
	if o.Blocks == 0 {
		o.Blocks = 40
	}
	if o.Eps == nil {
		o.Eps = []float64{0.1, 0.01, 0.001}
	}
	if o.Methods == nil {
		o.Methods = Methods()
	}
	return o
}

func (o Options) validate() error {
	list := []error{validateEps(o.Eps)}
	if o.Iterations < 0 || o.Iterations > maxIterations {
		list = append(list, fmt.Errorf("certify: %d iterations, want 0 to %d", o.Iterations, maxIterations))
	}
	names := map[string]bool{}
	for i, m := range o.Methods {
		if m.Name == "" || names[m.Name] {
			list = append(list, fmt.Errorf("certify: method %d %q, want a name of its own", i, m.Name))
		}
		names[m.Name] = true
	}
	return errors.Join(list...)
}

func validateEps(eps []float64) error {
	if len(eps) == 0 {
		return errors.New("certify: no eps, want at least one number in (0, 1)")
	}
	for i, e := range eps {
		if !(e > 0 && e < 1) || i > 0 && e >= eps[i-1] {
			return fmt.Errorf("certify: eps %g, want descending numbers in (0, 1)", eps)
		}
	}
	return nil
}

// Report is the outcome of a certification.
type Report struct {
	Length, Blocks int
	Start          float64 // f(0)
	Eps            []float64
	Bounds         []int // for every eps, what no zero-respecting method can go below
	Runs           []*Run
	lowest         []float64 // of f after k gradients
}

// Certify runs methods on the hard function from x = 0 and compares them with its lower bound. It
// returns an error if something cannot be run; whether the runs are sound tells [Report.Err].
func Certify(ctx context.Context, o Options) (*Report, error) {
	o = o.withDefaults()
	f, err := NewHard(o.Length, o.Blocks)
	if err := errors.Join(err, o.validate()); err != nil {
		return nil, err
	}
	r := &Report{Length: o.Length, Blocks: o.Blocks, Start: f.Value(make([]float64, f.Dim())), Eps: o.Eps}
	for _, e := range o.Eps {
		k, err := f.LowerBound(e)
		if err != nil {
			return nil, err
		}
		r.Bounds = append(r.Bounds, k)
	}
	iterations := o.Iterations
	if iterations == 0 {
		iterations = min(100*r.Bounds[len(r.Bounds)-1]+2000, maxIterations)
	}
	longest := 0
	for _, m := range o.Methods {
		run, err := start(ctx, f, m, o.Eps, iterations)
		if err != nil {
			return nil, err
		}
		r.Runs = append(r.Runs, run)
		longest = max(longest, run.Iterations())
	}
	r.lowest = f.LowestValues(longest)
	return r, nil
}

// Err reports what is impossible for a zero-respecting method: either the optimiser or the function is
// wrong then, or the method is not zero-respecting. It lists for every method the first iteration in
// which the support grew by more than one coordinate, and the first with f below the bound.
func (r *Report) Err() error {
	var list []error
	for _, run := range r.Runs {
		if k := run.leap(); k > 0 {
			list = append(list, fmt.Errorf("certify: %s: the support grew from %d to %d coordinates in iteration %d, want one at most",
				run.Method.Name, run.Supports[k-1], run.Supports[k], k))
		}
		if k := run.below(r.lowest); k >= 0 {
			list = append(list, fmt.Errorf("certify: %s: f = %g after %d gradients, want at least %g",
				run.Method.Name, run.Values[k], k, r.lowest[k]))
		}
	}
	return errors.Join(list...)
}

// leap is the first iteration in which the support grew by more than one, or 0.
func (r *Run) leap() int {
	for k := 1; k < len(r.Supports); k++ {
		if r.Supports[k] > r.Supports[k-1]+1 {
			return k
		}
	}
	return 0
}

// below is the first iteration with a value below the bound by more than rounding, or -1.
func (r *Run) below(lowest []float64) int {
	const rounding = 1e-12
	for k, v := range r.Values {
		if v < lowest[k]*(1-rounding) {
			return k
		}
	}
	return -1
}

// Growth is the largest number of coordinates by which the support grew in one iteration.
func (r *Run) Growth() int {
	most := 0
	for k := 1; k < len(r.Supports); k++ {
		most = max(most, r.Supports[k]-r.Supports[k-1])
	}
	return most
}

// Ratio is how many times the bound a method needs for the i-th eps; infinite if it did not get there.
func (r *Report) Ratio(run *Run, i int) float64 {
	if run.Hits[i] == NotReached {
		return math.Inf(1)
	}
	return float64(run.Hits[i]) / float64(r.Bounds[i])
}
