package sim

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a description.
type Problem struct {
	Path    string // the field concerned: "projections[0].delay"
	Message string // value, reason and what would be valid
}

func (p Problem) Error() string { return p.Path + ": " + p.Message }

// Problems is everything that is wrong with a description, in the order of its parts.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// add appends a problem.
func (ps *Problems) add(path, format string, args ...any) {
	*ps = append(*ps, Problem{path, fmt.Sprintf(format, args...)})
}

// err is nil if there is no problem.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}
