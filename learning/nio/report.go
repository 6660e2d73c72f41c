package nio

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Report tells what NIO did, iteration by iteration.
type Report struct {
	Tensors   []Tensor
	Objective Objective
	Limit     float64 // γ
	// Iterations are in order; their figures are those before the iteration's step.
	Iterations []Iteration
	// After are the figures with the final factors, on the batch of the last iteration, and Alphas these
	// factors, one per tensor.
	After  Figures
	Alphas []float64
}

// Iteration is one iteration of NIO.
type Iteration struct {
	// Figures describe the gradients of the parts of the batch, before the step.
	Figures
	// Constraint says that the mean norm was above its limit, and was lowered.
	Constraint bool
	// Objective is the value that was minimised: the mean norm, if Constraint.
	Objective float64
	// Slopes are the derivatives of it by the factors, clipped, and Alphas the factors after the step.
	Slopes, Alphas []float64
}

// Before returns the figures at the beginning: After, if there was no iteration.
func (r Report) Before() Figures {
	if len(r.Iterations) == 0 {
		return r.After
	}
	return r.Iterations[0].Figures
}

// String sums the run up: the figures before and after, and the factors.
func (r Report) String() string {
	var b strings.Builder
	limited := 0
	for _, i := range r.Iterations {
		if i.Constraint {
			limited++
		}
	}
	fmt.Fprintf(&b, "NIO, %d iterations on %s, %d of them on the norm (limit %g)\n", len(r.Iterations), r.Objective, limited, r.Limit)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	before, after := r.Before(), r.After
	fmt.Fprint(w, "\tbefore\tafter\n")
	for _, row := range []struct {
		name          string
		before, after float64
	}{
		{"GradCosine", before.GC, after.GC},
		{"mean gradient norm", before.MeanNorm, after.MeanNorm},
		{"gradient variance", before.Variance, after.Variance},
	} {
		fmt.Fprintf(w, "%s\t%.4g\t%.4g\n", row.name, row.before, row.after)
	}
	for l, t := range r.Tensors {
		fmt.Fprintf(w, "factor of %s\t1\t%.4g\n", t.Name, r.Alphas[l])
	}
	w.Flush() // a strings.Builder takes everything
	return strings.TrimRight(b.String(), "\n")
}

// WriteTable writes the iterations as a table for a terminal: the figures before each step, and the factors
// after it.
func (r Report) WriteTable(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "iteration\tGC\tmean norm\tvariance\tminimised")
	for _, t := range r.Tensors {
		fmt.Fprintf(w, "\t%s", t.Name)
	}
	fmt.Fprintln(w)
	for k, i := range r.Iterations {
		what := r.Objective
		if i.Constraint {
			what = meanNorm
		}
		fmt.Fprintf(w, "%d\t%.4f\t%.4g\t%.4g\t%s", k, i.GC, i.MeanNorm, i.Variance, what)
		for _, a := range i.Alphas {
			fmt.Fprintf(w, "\t%.4f", a)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "end\t%.4f\t%.4g\t%.4g\t\n", r.After.GC, r.After.MeanNorm, r.After.Variance)
	return w.Flush()
}

// WriteCSV writes the iterations with exact numbers.
func (r Report) WriteCSV(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprint(w, "iteration,gradcosine,mean_norm,variance,constraint,objective")
	for _, t := range r.Tensors {
		fmt.Fprintf(w, ",alpha %s", strings.ReplaceAll(t.Name, ",", " "))
	}
	fmt.Fprintln(w)
	for k, i := range r.Iterations {
		fmt.Fprintf(w, "%d,%v,%v,%v,%t,%v", k, i.GC, i.MeanNorm, i.Variance, i.Constraint, i.Objective)
		for _, a := range i.Alphas {
			fmt.Fprintf(w, ",%v", a)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}
