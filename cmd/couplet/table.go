package main

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// table prints rows in columns two blanks apart. A column whose heading begins with '>' is flush right,
// as numbers are read best.
type table struct {
	rows [][]string // the first one is the heading
}

func newTable(heading ...string) *table { return &table{rows: [][]string{heading}} }

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// write prints the table, every line behind the same indent.
func (t *table) write(w io.Writer, indent string) error {
	heading := t.rows[0]
	right := make([]bool, len(heading))
	width := make([]int, len(heading))
	for c, cell := range heading {
		heading[c], right[c] = strings.CutPrefix(cell, ">")
	}
	for _, row := range t.rows {
		for c, cell := range row {
			width[c] = max(width[c], utf8.RuneCountInString(cell))
		}
	}
	b := bufio.NewWriter(w)
	for _, row := range t.rows {
		line := indent
		for c, cell := range row {
			space := strings.Repeat(" ", width[c]-utf8.RuneCountInString(cell))
			if right[c] {
				line += space + cell + "  "
			} else {
				line += cell + space + "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.Flush()
}
