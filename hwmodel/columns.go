package hwmodel

import (
	"strings"
	"unicode/utf8"
)

// columns is a table of text. A column whose heading begins with '>' is flush right.
type columns struct {
	heading []string
	right   []bool
	rows    [][]string
}

func newColumns(heading ...string) *columns {
	t := &columns{right: make([]bool, len(heading))}
	for c, h := range heading {
		h, t.right[c] = strings.CutPrefix(h, ">")
		t.heading = append(t.heading, h)
	}
	return t
}

func (t *columns) row(cells ...string) { t.rows = append(t.rows, cells) }

// String lays out the table, two blanks between columns.
func (t *columns) String() string {
	width := make([]int, len(t.heading))
	all := append([][]string{t.heading}, t.rows...)
	for _, row := range all {
		for c, cell := range row {
			width[c] = max(width[c], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range all {
		var line strings.Builder
		for c, cell := range row {
			gap := strings.Repeat(" ", width[c]-utf8.RuneCountInString(cell))
			if t.right[c] {
				line.WriteString(gap + cell + "  ")
			} else {
				line.WriteString(cell + gap + "  ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
