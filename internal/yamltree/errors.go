package yamltree

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one fault in a file.
type Error struct {
	File         string // name of the file, or the assignment that overrides it
	Line, Column int    // from 1; 0 if the fault belongs to no place
	Path         string // of the field, such as populations.exc.size; "" for the file itself
	Message      string // what is wrong; what would be valid
}

// Error gives file:line:column: path: message.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	if e.Path != "" {
		b.WriteString(": " + e.Path)
	}
	return b.String() + ": " + e.Message
}

// Errors is everything that was found wrong, in order of position.
type Errors struct {
	List []*Error
	More int // further faults that are not listed
}

// Error gives one line for each fault.
func (e *Errors) Error() string {
	lines := make([]string, 0, len(e.List)+1)
	for _, one := range e.List {
		lines = append(lines, one.Error())
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.More))
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the faults to errors.As.
func (e *Errors) Unwrap() []error {
	list := make([]error, len(e.List))
	for i, one := range e.List {
		list[i] = one
	}
	return list
}

// maxFaults bounds the report: a list of a million numbers without units is one mistake, not a
// million.
const maxFaults = 100

// fault is an error before its position has a file name.
type fault struct {
	at      Position
	path    string
	message string
}

// report collects faults, each once.
type report struct {
	list []fault
	seen map[fault]bool
	more int
}

func (r *report) add(at Position, path, message string) {
	f := fault{at, path, message}
	switch {
	case r.seen[f]:
	case len(r.list) == maxFaults:
		r.more++
	default:
		if r.seen == nil {
			r.seen = map[fault]bool{}
		}
		r.seen[f] = true
		r.list = append(r.list, f)
	}
}

// Full tells that further faults are only counted, so that it is not worth while to describe them.
func (t *Tree) Full() bool { return len(t.report.list) == maxFaults }

// Err returns what was reported so far as *[Errors], or nil.
func (t *Tree) Err() error {
	if len(t.report.list) == 0 {
		return nil
	}
	e := &Errors{More: t.report.more}
	for _, f := range t.report.inOrder() {
		e.List = append(e.List, &Error{
			File: t.sources[f.at.source], Line: int(f.at.Line), Column: int(f.at.Column),
			Path: f.path, Message: f.message,
		})
	}
	return e
}

func (r *report) inOrder() []fault {
	return slices.SortedStableFunc(slices.Values(r.list), func(a, b fault) int {
		return cmp.Or(
			cmp.Compare(a.at.source, b.at.source),
			cmp.Compare(a.at.Line, b.at.Line),
			cmp.Compare(a.at.Column, b.at.Column),
			strings.Compare(a.path, b.path),
			strings.Compare(a.message, b.message))
	})
}
