package hwmodel

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Count is an exact number of equal things that happened at one place.
type Count struct {
	Path  Path
	Layer string // the line of the report that the count belongs to; "" means the population
	Place Place  // the line of the network file that describes what it happened to
	Term  Term
	// Memory is the memory that a [MemRead] or [MemWrite] went to.
	Memory Memory
	N      int64
}

// Path says where something happened, from the chip to the operation. Levels may be empty: chip and core
// before a network is mapped, the projection for what neurons do, the operation if the term says it all.
type Path struct {
	Chip, Core, Population, Projection, Operation string
}

// operation is the name of the operation of a count.
func operation(c Count) string { return cmp.Or(c.Path.Operation, string(c.Term)) }

// levels lists the levels of the path that are given.
func (p Path) levels() []string {
	var list []string
	for _, level := range []string{p.Chip, p.Core, p.Population, p.Projection, p.Operation} {
		if level != "" {
			list = append(list, level)
		}
	}
	return list
}

// String joins the levels: "chip0/core3/exc/inh->exc/synaptic_op".
func (p Path) String() string { return strings.Join(p.levels(), "/") }

// Place is a line of a file. The zero value is no place.
type Place struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"` // from 1
}

// String gives file:line, or "" for no place.
func (p Place) String() string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Memory is a memory of a chip: the price of an access follows from size and word width.
type Memory struct {
	Name  string `json:"name,omitempty"`
	Bytes int64  `json:"bytes,omitempty"`
	Bits  int    `json:"bits,omitempty"` // width of a word
}

// Bounds of what a memory of a profile or of a count may be.
const (
	MaxMemoryBytes = 1 << 40
	MaxMemoryBits  = 4096
)

// MaxEvents bounds the sum of all counts of one bill, so that no sum of counts can overflow. It is
// also the largest whole number up to which every reader of JSON is exact.
const MaxEvents = 1 << 53

// Counts is everything that was counted, and what is known to be missing from it.
type Counts struct {
	List []Count
	// Missing are things that happened but that nobody counted. A bill lists them.
	Missing []Missing
	// Assumptions are what had to be assumed to get the counts, one sentence each.
	Assumptions []string
}

// Missing is something that happened and was not counted.
type Missing struct {
	Term  Term   `json:"term"`
	Where string `json:"where"`
	Why   string `json:"why"`
}

// Check tells whether the counts can be priced: known terms, no negative count, memories where a term needs
// one, and not more than [MaxEvents] in all.
func (c Counts) Check() error {
	var bad []error
	total := int64(0)
	for i, one := range c.List {
		if err := one.check(); err != nil {
			bad = append(bad, fmt.Errorf("hwmodel: count %d (%s): %w", i, one.Path, err))
			continue
		}
		if one.N > MaxEvents-total {
			return errors.Join(append(bad, fmt.Errorf("hwmodel: the counts add up to more than 2^53 events; valid: price the run in parts"))...)
		}
		total += one.N
	}
	return errors.Join(bad...)
}

func (c Count) check() error {
	info, known := c.Term.Info()
	switch {
	case !known:
		return fmt.Errorf("unknown term %q", c.Term)
	case c.N < 0:
		return fmt.Errorf("%s: a count must not be negative (%d)", c.Term, c.N)
	case !info.Sized:
		return nil
	case c.Memory.Bytes < 1 || c.Memory.Bytes > MaxMemoryBytes:
		return fmt.Errorf("%s: a memory must have 1 to 2^40 bytes (%d)", c.Term, c.Memory.Bytes)
	case c.Memory.Bits < 1 || c.Memory.Bits > MaxMemoryBits:
		return fmt.Errorf("%s: a word must have 1 to %d bits (%d)", c.Term, MaxMemoryBits, c.Memory.Bits)
	}
	return nil
}

// layer is the layer of the count, or what stands for it.
func (c Count) layer() string { return cmp.Or(c.Layer, c.Path.Population, c.Path.Core, c.Path.Chip) }

// Total counts a term and its special cases.
func (c Counts) Total(t Term) int64 {
	n := int64(0)
	for _, one := range c.List {
		if one.Term.Is(t) {
			n += one.N
		}
	}
	return n
}

// TermTotal is how often a term happened.
type TermTotal struct {
	Term Term
	N    int64
}

// PerTerm adds the counts of each term, special cases apart, in the order of [Terms]. Terms that did not
// happen are left out.
func (c Counts) PerTerm() []TermTotal {
	var list []TermTotal
	for _, one := range c.List {
		list = addTerm(list, one.Term, one.N)
	}
	slices.SortFunc(list, func(a, b TermTotal) int { return compareTerms(a.Term, b.Term) })
	return list
}

func addTerm(list []TermTotal, t Term, n int64) []TermTotal {
	if n == 0 {
		return list
	}
	i := slices.IndexFunc(list, func(x TermTotal) bool { return x.Term == t })
	if i < 0 {
		return append(list, TermTotal{t, n})
	}
	list[i].N += n
	return list
}

// LayerTotal is what happened in a layer.
type LayerTotal struct {
	Layer string
	Terms []TermTotal
}

// PerLayer adds the counts of each layer, layers in order of their first count.
func (c Counts) PerLayer() []LayerTotal {
	var list []LayerTotal
	place := map[string]int{}
	for _, one := range c.List {
		i, known := place[one.layer()]
		if !known {
			i = len(list)
			place[one.layer()] = i
			list = append(list, LayerTotal{Layer: one.layer()})
		}
		list[i].Terms = addTerm(list[i].Terms, one.Term, one.N)
	}
	for _, l := range list {
		slices.SortFunc(l.Terms, func(a, b TermTotal) int { return compareTerms(a.Term, b.Term) })
	}
	return list
}

// Merge adds counts of the same place and term, as of several runs of one network. What is missing and what is
// assumed is kept once. Order is that of first appearance.
func Merge(parts ...Counts) Counts {
	var sum Counts
	place := map[Count]int{}
	for _, p := range parts {
		for _, one := range p.List {
			key := one
			key.N = 0
			i, known := place[key]
			if !known {
				i = len(sum.List)
				place[key] = i
				sum.List = append(sum.List, key)
			}
			sum.List[i].N += one.N
		}
		sum.Missing = appendNew(sum.Missing, p.Missing...)
		sum.Assumptions = appendNew(sum.Assumptions, p.Assumptions...)
	}
	return sum
}

// appendNew appends what is not yet in the list.
func appendNew[T comparable](list []T, more ...T) []T {
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}
