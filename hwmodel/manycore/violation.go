package manycore

import (
	"fmt"
	"strings"
)

// Violation is one limit of a chip that a mapping does not keep.
type Violation struct {
	Limit      string `json:"limit"`      // key, such as axons_in_per_core
	Population string `json:"population"` // that does not fit
	Neuron     int    `json:"neuron"`     // of the population; -1 if no single one is concerned
	Projection string `json:"projection,omitempty"`
	Core       string `json:"core,omitempty"` // "tile.core"; "" if no core is concerned
	Used       int64  `json:"used"`
	Max        int64  `json:"max"`
	WorstCase  bool   `json:"worst_case,omitempty"` // Used is an upper bound
	Detail     string `json:"detail,omitempty"`     // takes the place of the sentence about Used and Max
	Source     string `json:"source,omitempty"`     // of the limit
	Place      Place  `json:"-"`
}

// String says what does not fit, where, and which limit forbids it.
func (v *Violation) String() string {
	var b strings.Builder
	if at := v.Place.String(); at != "" {
		b.WriteString(at + ": ")
	}
	fmt.Fprintf(&b, "population %q", v.Population)
	if v.Neuron >= 0 {
		fmt.Fprintf(&b, ", neuron %d,", v.Neuron)
	}
	if v.Core != "" {
		fmt.Fprintf(&b, " on core %s", v.Core)
	}
	if v.Projection != "" {
		fmt.Fprintf(&b, ", projection %q", v.Projection)
	}
	b.WriteString(": ")
	if v.Detail != "" {
		b.WriteString(v.Detail)
	} else {
		up := ""
		if v.WorstCase {
			up = "up to "
		}
		fmt.Fprintf(&b, "%s%d %s exceed the limit of %d", up, v.Used, limitNoun(v.Limit), v.Max)
	}
	fmt.Fprintf(&b, " (%s", v.Limit)
	if v.Source != "" {
		b.WriteString(": " + v.Source)
	}
	return b.String() + ")"
}

// LimitError is the error of a network that does not fit on a chip.
type LimitError struct {
	Chip string
	List []Violation // the first ones found, core by core
	More int         // further ones that are not listed
}

// Error gives one line for each violation.
func (e *LimitError) Error() string {
	lines := make([]string, 0, len(e.List)+1)
	for i := range e.List {
		lines = append(lines, fmt.Sprintf("manycore: chip %q: %s", e.Chip, e.List[i].String()))
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("manycore: chip %q: and %d more", e.Chip, e.More))
	}
	return strings.Join(lines, "\n")
}

func (e *LimitError) add(v Violation) {
	if len(e.List) < maxProblems {
		e.List = append(e.List, v)
	} else {
		e.More++
	}
}

// err is nil if nothing was found.
func (e *LimitError) err() error {
	if len(e.List) == 0 {
		return nil
	}
	return e
}
