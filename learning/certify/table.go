package certify

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// WriteTable writes for every method the iterations to each eps and, in brackets, how many times the
// lower bound that is, as text for a terminal.
func (r *Report) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "method\t")
	for _, e := range r.Eps {
		fmt.Fprintf(t, "f ≤ %g·f(0)\t", e)
	}
	fmt.Fprintf(t, "growth\tdepth\t\nlower bound\t")
	for _, k := range r.Bounds {
		fmt.Fprintf(t, "%d\t", k)
	}
	fmt.Fprintf(t, "1\t%d\t\n", r.Length*r.Blocks)
	for _, run := range r.Runs {
		fmt.Fprintf(t, "%s\t", run.Method.Name)
		for i, k := range run.Hits {
			switch {
			case k != NotReached:
				fmt.Fprintf(t, "%d (%.2f)\t", k, r.Ratio(run, i))
			case run.Diverged():
				fmt.Fprintf(t, "diverged\t")
			default:
				fmt.Fprintf(t, "not in %d\t", run.Iterations())
			}
		}
		fmt.Fprintf(t, "%d\t%d\t\n", run.Growth(), run.Depth())
	}
	return t.Flush()
}

// WriteCSV writes f/f(0) after k gradients, one row per k: the bound, then every method. A method has
// empty fields after its last iteration. Numbers are exact.
func (r *Report) WriteCSV(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "gradients,lower bound")
	for _, run := range r.Runs {
		fmt.Fprintf(b, ",%s", quoted(run.Method.Name))
	}
	for k, lowest := range r.lowest {
		fmt.Fprintf(b, "\n%d,%s", k, exactly(lowest/r.Start))
		for _, run := range r.Runs {
			fmt.Fprint(b, ",")
			if k < len(run.Values) {
				fmt.Fprint(b, exactly(run.Values[k]/r.Start))
			}
		}
	}
	fmt.Fprintln(b)
	return b.Flush()
}

// WriteTable writes the iterations of every method for every condition number, and the exponent of the
// fitted power.
func (s *Study) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "iterations to %g·f(0), %s\t", s.Eps, s.Function)
	for _, k := range s.Kappas {
		fmt.Fprintf(t, "κ = %.0f\t", k)
	}
	fmt.Fprintf(t, "exponent\t\n")
	if s.Bounds != nil {
		writeRow(t, StudyRow{"lower bound", s.Bounds, exponent(s.Kappas, s.Bounds)})
	}
	for _, row := range s.Rows {
		writeRow(t, row)
	}
	return t.Flush()
}

func writeRow(w io.Writer, row StudyRow) {
	fmt.Fprintf(w, "%s\t", row.Name)
	for _, k := range row.Iterations {
		if k == NotReached {
			fmt.Fprintf(w, "not reached\t")
			continue
		}
		fmt.Fprintf(w, "%d\t", k)
	}
	fmt.Fprintf(w, "%.2f\t\n", row.Exponent)
}

func exactly(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// quoted writes a name as a CSV field.
func quoted(s string) string {
	q := []byte{'"'}
	for i := range len(s) {
		if s[i] == '"' {
			q = append(q, '"')
		}
		q = append(q, s[i])
	}
	return string(append(q, '"'))
}
