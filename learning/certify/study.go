package certify

import (
	"context"
	"errors"
	"fmt"
	"math"

	"couplet/internal/det"
)

// EstimatedPL is an estimate of μ·T for [Hard]: its PL constant is at most about EstimatedPL/T. It is
// the smallest ratio |∇f|²/(2f) that a numerical search with many starts found for T = 1 … 16. A search
// can only over-estimate μ, so the condition number L/μ is at least about 217·T.
const EstimatedPL = 0.17

// StudyOptions say how iterations are counted against the condition number. Zero values stand for the
// defaults given.
type StudyOptions struct {
	Lengths []int // block lengths T, ascending; nil: 5, 10, 20, 40
	Blocks  int   // blocks of the hard function; 0: 30
	// Eps is the part of f(0) to be reached; 0: 0.01 on the hard function, 1e-6 on the quadratic, where
	// the first decades are not yet governed by κ.
	Eps float64
	// Families are the methods; nil: those of [Families], on the quadratic without Adan, which cannot
	// come that near with a constant step.
	Families   []Family
	Iterations int // the most that a method gets; 0: 200 000
}

func (o StudyOptions) withDefaults(eps float64, families []Family) StudyOptions {
	if o.Lengths == nil {
		o.Lengths = []int{5, 10, 20, 40}
	}
	if o.Blocks == 0 {
		o.Blocks = 30
	}
	if o.Eps == 0 {
		o.Eps = eps
	}
	if o.Families == nil {
		o.Families = families
	}
	if o.Iterations == 0 {
		o.Iterations = 200_000
	}
	return o
}

func (o StudyOptions) validate() error {
	list := []error{validateEps([]float64{o.Eps})}
	if len(o.Lengths) < 2 {
		list = append(list, fmt.Errorf("certify: block lengths %v, want at least two, as a slope is fitted", o.Lengths))
	}
	for i, t := range o.Lengths {
		if t < 1 || i > 0 && t <= o.Lengths[i-1] {
			list = append(list, fmt.Errorf("certify: block lengths %v, want ascending numbers of at least 1", o.Lengths))
			break
		}
	}
	if o.Iterations < 0 || o.Iterations > maxIterations {
		list = append(list, fmt.Errorf("certify: %d iterations, want 0 to %d", o.Iterations, maxIterations))
	}
	return errors.Join(list...)
}

// Study is how the iterations to eps·f(0) grow with the condition number.
type Study struct {
	Function string // what was minimised
	Eps      float64
	Lengths  []int     // block lengths T
	Kappas   []float64 // condition numbers L/μ, with μ = EstimatedPL/T
	Rows     []StudyRow
	// Bounds holds the lower bound for every length; nil where there is none.
	Bounds []int
}

// StudyRow is one method of a study.
type StudyRow struct {
	Name       string
	Iterations []int // for every length; NotReached if there were not enough
	// Exponent is the slope of log(iterations) against log(κ) by least squares: 1 without acceleration,
	// 1/2 with it. It is not a number if a count is missing.
	Exponent float64
}

// StudyPL counts iterations on the hard function, where momentum cannot do better than a constant
// factor.
func StudyPL(ctx context.Context, o StudyOptions) (*Study, error) {
	o = o.withDefaults(0.01, Families())
	s := &Study{Function: "hard PL function"}
	err := s.count(ctx, o, func(length int, _, _ float64) (Objective, error) {
		f, err := NewHard(length, o.Blocks)
		if err != nil {
			return nil, err
		}
		bound, err := f.LowerBound(o.Eps)
		s.Bounds = append(s.Bounds, bound)
		return f, err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// StudyConvex counts iterations of the same methods with the same settings on [Quadratic] with the same
// L and μ, where momentum turns κ into √κ.
func StudyConvex(ctx context.Context, o StudyOptions) (*Study, error) {
	s := &Study{Function: "strongly convex quadratic"}
	err := s.count(ctx, o.withDefaults(1e-6, Families()[:3]), func(_ int, l, mu float64) (Objective, error) {
		// The optimum falls by (√κ-1)/(√κ+1) per coordinate: after 6·√κ of them it is negligible.
		return NewQuadratic(int(6*math.Sqrt(l/mu))+1, l, mu)
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Study) count(ctx context.Context, o StudyOptions, objective func(length int, l, mu float64) (Objective, error)) error {
	if err := o.validate(); err != nil {
		return err
	}
	s.Eps, s.Lengths = o.Eps, o.Lengths
	for _, family := range o.Families {
		s.Rows = append(s.Rows, StudyRow{Name: family.Name})
	}
	for _, length := range o.Lengths {
		mu := EstimatedPL / float64(length)
		f, err := objective(length, Smoothness, mu)
		if err != nil {
			return err
		}
		s.Kappas = append(s.Kappas, Smoothness/mu)
		for i, family := range o.Families {
			run, err := start(ctx, f, family.At(Smoothness, mu), []float64{o.Eps}, o.Iterations)
			if err != nil {
				return err
			}
			s.Rows[i].Iterations = append(s.Rows[i].Iterations, run.Hits[0])
		}
	}
	for i := range s.Rows {
		s.Rows[i].Exponent = exponent(s.Kappas, s.Rows[i].Iterations)
	}
	return nil
}

// exponent is the slope of the line of least squares through (log x, log y).
func exponent(xs []float64, ys []int) float64 {
	var n, sx, sy, sxx, sxy float64
	for i, x := range xs {
		if ys[i] < 1 {
			return math.NaN()
		}
		lx, ly := det.Log(x), det.Log(float64(ys[i]))
		n, sx, sy = n+1, sx+lx, sy+ly
		sxx, sxy = sxx+float64(lx*lx), sxy+float64(lx*ly)
	}
	return (float64(n*sxy) - float64(sx*sy)) / (float64(n*sxx) - float64(sx*sx))
}
