package certify

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WriteTable writes for every method the iterations to each eps and, in brackets, how many times the
// lower bound that is; the largest growth of the support in one iteration; and how many coordinates
// have moved. It is text for a terminal.
func (r *Report) WriteTable(w io.Writer) error {
	head, bound := []string{"method"}, []string{"lower bound"}
	for i, e := range r.Eps {
		head = append(head, fmt.Sprintf("f ≤ %g·f(0)", e))
		bound = append(bound, strconv.Itoa(r.Bounds[i]))
	}
	rows := [][]string{append(head, "growth", "depth"), append(bound, "1", strconv.Itoa(r.Length*r.Blocks))}
	for _, run := range r.Runs {
		row := []string{run.Method.Name}
		for i := range run.Hits {
			row = append(row, r.entry(run, i))
		}
		rows = append(rows, append(row, strconv.Itoa(run.Growth()), strconv.Itoa(run.Depth())))
	}
	return writeAligned(w, rows)
}

// entry says how a method fared with the i-th eps.
func (r *Report) entry(run *Run, i int) string {
	switch {
	case run.Hits[i] != NotReached:
		return fmt.Sprintf("%d (%.2f)", run.Hits[i], r.Ratio(run, i))
	case run.Diverged():
		return "diverged"
	}
	return fmt.Sprintf("not in %d", run.Iterations())
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
	head := []string{"method"}
	for _, k := range s.Kappas {
		head = append(head, fmt.Sprintf("κ = %.0f", k))
	}
	rows := [][]string{append(head, "exponent")}
	if s.Bounds != nil {
		rows = append(rows, StudyRow{"lower bound", s.Bounds, exponent(s.Kappas, s.Bounds)}.texts())
	}
	for _, row := range s.Rows {
		rows = append(rows, row.texts())
	}
	return writeAligned(w, rows)
}

func (r StudyRow) texts() []string {
	row := []string{r.Name}
	for _, k := range r.Iterations {
		if k == NotReached {
			row = append(row, "not reached")
			continue
		}
		row = append(row, strconv.Itoa(k))
	}
	if math.IsNaN(r.Exponent) {
		return append(row, "-")
	}
	return append(row, fmt.Sprintf("%.2f", r.Exponent))
}

// writeAligned writes rows of equal length with the first column flush left and the others flush right.
func writeAligned(w io.Writer, rows [][]string) error {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	b := bufio.NewWriter(w)
	for _, row := range rows {
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				fmt.Fprint(b, cell, space)
			} else {
				fmt.Fprint(b, "  ", space, cell)
			}
		}
		fmt.Fprintln(b)
	}
	return b.Flush()
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
