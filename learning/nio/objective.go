package nio

import (
	"fmt"
	"math"
	"slices"
)

// Objective names what is minimised while the norm of the gradients is within its limit (nio.md §3). GC and the
// sum over the parts of the batch are those of [Figures]; c is [Options.NormWeight].
type Objective string

const (
	// GC is −GC, the objective of the paper.
	GC Objective = "gc"
	// GCNorm is −GC − c·Σ|g|².
	GCNorm Objective = "gc_gn"
	// GCNormRoot is −GC − c·Σ|g|, the objective of the released runs.
	GCNormRoot Objective = "gc_gn_sqrt"
	// Variance is the total variance of the gradients over the parts.
	Variance Objective = "gv"
	// VarianceNorm is the variance − c·Σ|g|².
	VarianceNorm Objective = "gv_gn"
	// VarianceNormRoot is the variance − c·Σ|g|.
	VarianceNormRoot Objective = "gv_gn_sqrt"
	// meanNorm is the constraint: the mean norm itself. It is not among the choices.
	meanNorm Objective = "mean_norm"
)

// Objectives lists the choices.
func Objectives() []Objective {
	return []Objective{GC, GCNorm, GCNormRoot, Variance, VarianceNorm, VarianceNormRoot}
}

func (o Objective) validate() error {
	if !slices.Contains(Objectives(), o) {
		return fmt.Errorf("nio: unknown objective (%q), want one of %q", o, Objectives())
	}
	return nil
}

// target is an objective with the weight of its norm term.
type target struct {
	objective Objective
	weight    float64
}

// value is what is minimised, for the Gram matrix of the parts.
func (t target) value(g Gram) float64 {
	switch t.objective {
	case meanNorm:
		return sumNorms(g) / float64(g.N)
	case GC, GCNorm, GCNormRoot:
		return -Measure(g).GC - t.norms(trace, sumNorms, g)
	}
	return variance(g) - t.norms(trace, sumNorms, g)
}

// slope is the derivative of the value at the matrix g along d.
func (t target) slope(g, d Gram) float64 {
	ofNorms := func(d Gram) float64 { return slopeNorms(g, d) }
	switch t.objective {
	case meanNorm:
		return slopeNorms(g, d) / float64(g.N)
	case GC, GCNorm, GCNormRoot:
		return -slopeGC(g, d) - t.norms(trace, ofNorms, d)
	}
	return variance(d) - t.norms(trace, ofNorms, d)
}

// norms is the norm term: of squares, of roots, or none.
func (t target) norms(squares, roots func(Gram) float64, g Gram) float64 {
	switch t.objective {
	case GCNorm, VarianceNorm:
		return float64(t.weight * squares(g))
	case GCNormRoot, VarianceNormRoot:
		return float64(t.weight * roots(g))
	}
	return 0
}

// sumNorms is Σ |g_i|.
func sumNorms(g Gram) float64 {
	sum := 0.0
	for i := range g.N {
		sum += math.Sqrt(g.At(i, i))
	}
	return sum
}
