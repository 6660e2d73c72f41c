package optim

import (
	"errors"
	"fmt"
	"slices"
)

// Column is one array of an optimiser's state; exactly one of the slices is set.
type Column struct {
	Name string
	F64  []float64
	F32  []float32
	I64  []int64
}

// Names of the columns that count; those of a word are "parameter/word".
const (
	stepsColumn   = "groups/steps"
	updatesColumn = "params/updates"
)

// Copy returns the columns with slices of their own, to be kept while the optimiser runs on.
func Copy(columns []Column) []Column {
	kept := slices.Clone(columns)
	for i, c := range kept {
		kept[i].F64, kept[i].F32, kept[i].I64 = slices.Clone(c.F64), slices.Clone(c.F32), slices.Clone(c.I64)
	}
	return kept
}

// column wraps a slice of state.
func column[F Real](name string, s []F) Column {
	switch s := any(s).(type) {
	case []float64:
		return Column{Name: name, F64: s}
	case []float32:
		return Column{Name: name, F32: s}
	}
	return Column{Name: name}
}

// Columns lists the counters of the groups and of the parameters, then the words of each parameter.
func (e *engine[F]) Columns() []Column {
	list := []Column{{Name: stepsColumn, I64: e.steps}, {Name: updatesColumn, I64: e.updates}}
	for _, t := range e.tensors {
		for k, w := range t.words {
			list = append(list, column(t.Name+"/"+e.words[k], w))
		}
	}
	return list
}

func (e *engine[F]) Restore(columns []Column) error { return restore(e.Columns(), columns) }

// restore copies saved columns into live ones after checking all of them.
func restore(live, saved []Column) error {
	if len(saved) != len(live) {
		return fmt.Errorf("optim: restore: %d columns of state, want %d", len(saved), len(live))
	}
	var list []error
	for i, c := range saved {
		if err := live[i].accepts(c); err != nil {
			list = append(list, fmt.Errorf("optim: restore: column %d %q: %w", i, c.Name, err))
		}
	}
	if err := errors.Join(list...); err != nil {
		return err
	}
	for i, c := range saved {
		copy(live[i].F64, c.F64)
		copy(live[i].F32, c.F32)
		copy(live[i].I64, c.I64)
	}
	return nil
}

// accepts tells whether a saved column can take the place of a live one.
func (c Column) accepts(saved Column) error {
	switch {
	case saved.Name != c.Name:
		return fmt.Errorf("want %q", c.Name)
	case len(saved.F64) != len(c.F64) || len(saved.F32) != len(c.F32) || len(saved.I64) != len(c.I64):
		return fmt.Errorf("%s, want %s", saved.size(), c.size())
	}
	for i, n := range saved.I64 {
		if n < 0 {
			return fmt.Errorf("count %d at index %d, want at least 0", n, i)
		}
	}
	if i := notFinite(saved.F64); i >= 0 {
		return fmt.Errorf("%g at index %d, want a finite number", saved.F64[i], i)
	}
	if i := notFinite(saved.F32); i >= 0 {
		return fmt.Errorf("%g at index %d, want a finite number", saved.F32[i], i)
	}
	if !isSecondMoment(c.Name) {
		return nil
	}
	if i := negative(saved.F64); i >= 0 {
		return fmt.Errorf("mean square %g at index %d, want at least 0", saved.F64[i], i)
	}
	if i := negative(saved.F32); i >= 0 {
		return fmt.Errorf("mean square %g at index %d, want at least 0", saved.F32[i], i)
	}
	return nil
}

// size says how many numbers of which type a column has.
func (c Column) size() string {
	return fmt.Sprintf("%d float64, %d float32 and %d int64", len(c.F64), len(c.F32), len(c.I64))
}

// isSecondMoment tells whether a column holds means of squares, of which roots are taken.
func isSecondMoment(name string) bool {
	return len(name) > 2 && name[len(name)-2:] == "/"+secondMoment
}

// notFinite returns the index of the first number that is infinite or not a number, or -1.
func notFinite[F Real](s []F) int {
	return slices.IndexFunc(s, func(x F) bool { return !finite(float64(x)) })
}

func negative[F Real](s []F) int {
	return slices.IndexFunc(s, func(x F) bool { return x < 0 })
}
