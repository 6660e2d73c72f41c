package opcount

import (
	"strings"
	"unicode/utf8"
)

// table is rows of cells of the same number. The first columns are text and stand to the left, as does the
// last one, a remark; the others are numbers and stand to the right.
type table struct {
	text int // columns of text before the numbers
	rows [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// write lays the rows out, without blanks at their ends.
func (t *table) write(b *strings.Builder) {
	var width []int
	for _, row := range t.rows {
		for c, cell := range row {
			if c == len(width) {
				width = append(width, 0)
			}
			width[c] = max(width[c], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range t.rows {
		line := ""
		for c, cell := range row {
			if c > 0 {
				line += "  "
			}
			blanks := strings.Repeat(" ", width[c]-utf8.RuneCountInString(cell))
			if c < t.text || c == len(row)-1 {
				line += cell + blanks
			} else {
				line += blanks + cell
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
