package manycore

import "fmt"

// Wiring says which synapses a projection has. Neurons are counted from the beginning of its views.
type Wiring interface {
	// Validate says why the wiring does not fit that many sources and targets.
	Validate(sources, targets int) error
	// Visit calls visit for every synapse that ends on a target in [lo, hi): always the same ones, in the
	// same order.
	Visit(sources, targets, lo, hi int, visit func(source, target int))
}

// AllToAll connects every source to every target.
type AllToAll struct {
	NoSelf bool // but none to itself: source and target number i are one neuron
}

// Validate implements [Wiring].
func (a AllToAll) Validate(sources, targets int) error {
	if a.NoSelf && sources != targets {
		return fmt.Errorf("all to all, none to itself: %d sources and %d targets; valid: equal numbers", sources, targets)
	}
	return nil
}

// Visit implements [Wiring].
func (a AllToAll) Visit(sources, _, lo, hi int, visit func(source, target int)) {
	for t := lo; t < hi; t++ {
		for s := range sources {
			if !a.NoSelf || s != t {
				visit(s, t)
			}
		}
	}
}

// OneToOne connects source i to target i.
type OneToOne struct{}

// Validate implements [Wiring].
func (OneToOne) Validate(sources, targets int) error {
	if sources != targets {
		return fmt.Errorf("one to one: %d sources and %d targets; valid: equal numbers", sources, targets)
	}
	return nil
}

// Visit implements [Wiring].
func (OneToOne) Visit(_, _, lo, hi int, visit func(source, target int)) {
	for t := lo; t < hi; t++ {
		visit(t, t)
	}
}

// List is a list of synapses by target: those of target t come from
// Sources[Start[t]] … Sources[Start[t+1]-1].
type List struct {
	Start   []int
	Sources []uint32
}

// Validate implements [Wiring].
func (l List) Validate(sources, targets int) error {
	if len(l.Start) != targets+1 || l.Start[0] != 0 || l.Start[targets] != len(l.Sources) {
		return fmt.Errorf("list of synapses: %d starts for %d synapses; valid: one for each of %d targets, from 0, and the number of synapses", len(l.Start), len(l.Sources), targets)
	}
	for t := range targets {
		if l.Start[t] > l.Start[t+1] {
			return fmt.Errorf("list of synapses: start %d of target %d lies behind that of the next target, %d", l.Start[t], t, l.Start[t+1])
		}
	}
	for i, s := range l.Sources {
		if int(s) >= sources {
			return fmt.Errorf("list of synapses: source %d of synapse %d; valid: 0 to %d", s, i, sources-1)
		}
	}
	return nil
}

// Visit implements [Wiring].
func (l List) Visit(_, _, lo, hi int, visit func(source, target int)) {
	for t := lo; t < hi; t++ {
		for _, s := range l.Sources[l.Start[t]:l.Start[t+1]] {
			visit(int(s), t)
		}
	}
}
