package netfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"couplet/internal/yamltree"
	"couplet/sim"
)

// endpoints reads one population or range, or a list of them. Parts that are wrong are reported and
// left out.
func (r *reader) endpoints(c yamltree.Cursor) []sim.View {
	if c.Kind() != yamltree.Sequence {
		if v, ok := r.endpoint(c); ok {
			return []sim.View{v}
		}
		return nil
	}
	if c.Len() == 0 {
		c.Errorf("the list is empty; valid: %s", endpointsForm.valid)
	}
	var views []sim.View
	for _, item := range c.Items() {
		v, ok := r.endpoint(item)
		switch {
		case !ok:
		case slices.Contains(views, v):
			item.Errorf("%s stands in the list twice; valid: once", viewLabel(v))
		default:
			views = append(views, v)
		}
	}
	return views
}

// endpoint reads "exc", "exc[5]" or "exc[0..99]", the ends included. A view of a population that has
// faults of its own is left out without a word.
func (r *reader) endpoint(c yamltree.Cursor) (sim.View, bool) {
	text, ok := c.Name()
	if !ok {
		return sim.View{}, false
	}
	name, inside, isRange := strings.Cut(text, "[")
	p, ok := r.populations[name]
	if !ok {
		r.noPopulation(c, name)
		return sim.View{}, false
	}
	if !p.usable {
		return sim.View{}, false
	}
	if !isRange {
		return p.pop.All(), true
	}
	span, closed := strings.CutSuffix(inside, "]")
	if !closed {
		c.Errorf("%q is not a range of neurons; valid: %s[first..last]", text, name)
		return sim.View{}, false
	}
	return readRange(c, p.pop, span)
}

// readRange reads "5" or "0..99" as neurons of a population.
func readRange(c yamltree.Cursor, p *sim.Population, span string) (sim.View, bool) {
	first, last, pair := strings.Cut(span, "..")
	if !pair {
		last = first
	}
	lo, err1 := strconv.Atoi(first)
	hi, err2 := strconv.Atoi(last)
	switch {
	case err1 != nil || err2 != nil || lo < 0 || hi < 0:
		c.Errorf("%q is not a range of neurons; valid: first..last, both included, such as 0..%d", span, p.Size-1)
	case lo > hi:
		c.Errorf("the range %s runs backwards; valid: %d..%d", span, hi, lo)
	case hi >= p.Size:
		c.Errorf("neuron %d is not in population %q of size %d; valid: 0..%d", hi, p.Name, p.Size, p.Size-1)
	default:
		return p.Slice(lo, hi+1), true
	}
	return sim.View{}, false
}

// viewText writes a view as endpoint reads it.
func viewText(v sim.View) string {
	if v.Whole() {
		return yamltree.Quote(v.Population.Name)
	}
	return yamltree.Quote(fmt.Sprintf("%s[%s]", v.Population.Name, rangeText(v)))
}

// rangeText writes the neurons of a view as first..last.
func rangeText(v sim.View) string {
	if v.Len() == 1 {
		return strconv.Itoa(v.Lo)
	}
	return fmt.Sprintf("%d..%d", v.Lo, v.Hi-1)
}
