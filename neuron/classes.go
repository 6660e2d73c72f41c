package neuron

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"couplet/internal/param"
)

// comparableModel is a model whose values can be compared with ==, as all structs of numbers and
// switches can.
type comparableModel interface {
	comparable
	Model
}

// classes sorts the neurons of a shard by their parameters: neurons with equal parameters share a
// class, so that a model computes and stores its propagators once per class and not once per
// neuron. Neuron i has the parameters distinct[class[i]]. A homogeneous shard has one class and a
// nil class slice.
//
// Parameters named in arrays do not make classes: the model keeps them per neuron and reads them
// with [Build.value]. In distinct they have the value of m.
//
// classes also checks all that a model has to know before it builds: the shard, every value of
// b.Each, and the parameters of each class. The error lists what is wrong, with parameter, neuron
// and value.
func classes[M comparableModel](b Build, m M, arrays ...string) (distinct []M, class []uint32, err error) {
	if err := b.checkValues(m); err != nil {
		return nil, nil, err
	}
	var varied []Param
	for _, p := range Params(m) {
		if b.Each[p.Name] != nil && !slices.Contains(arrays, p.Name) {
			varied = append(varied, p)
		}
	}
	class, first := b.partition(varied)
	if len(first) == 1 {
		class = nil
	}
	distinct = make([]M, len(first))
	for c, i := range first {
		own := Model(m)
		for _, p := range varied {
			if b.N > 0 {
				own = With(own, p, b.Each[p.Name][i])
			}
		}
		distinct[c] = own.(M)
	}
	if err := checkClasses(b, distinct, first, len(varied) > 0); err != nil {
		return nil, nil, err
	}
	return distinct, class, nil
}

// checkClasses reports what is wrong with the parameters of the classes, the same thing only once.
// If parameters vary, the message names the first neuron concerned.
func checkClasses[M Model](b Build, distinct []M, first []int, varied bool) error {
	var all []error
	known := make(map[ParamError]bool)
	for c, m := range distinct {
		for _, bad := range m.Validate() {
			if known[bad] {
				continue
			}
			known[bad] = true
			if varied {
				all = append(all, fmt.Errorf("neuron: %w (neuron %d)", bad, b.First+first[c]))
			} else {
				all = append(all, fmt.Errorf("neuron: %w", bad))
			}
		}
	}
	return errors.Join(all...)
}

// partition groups the neurons by their values of the varied parameters. It refines one parameter
// at a time, so that its cost is that of one map look-up per neuron and parameter. first[c] is the
// first neuron of class c; a shard without neurons still has the one class of the model itself.
func (b Build) partition(varied []Param) (class []uint32, first []int) {
	class = make([]uint32, b.N)
	if len(varied) == 0 || b.N == 0 {
		return class, []int{0}
	}
	type refined struct {
		class uint32
		value float64
	}
	for _, p := range varied {
		first = first[:0]
		known := make(map[refined]uint32)
		for i, x := range b.Each[p.Name] {
			key := refined{class[i], x}
			c, ok := known[key]
			if !ok {
				c = uint32(len(first))
				known[key] = c
				first = append(first, i)
			}
			class[i] = c
		}
	}
	return class, first
}

// check reports everything that is wrong with a shard of a model without classes.
func (b Build) check(m Model) error {
	if err := b.checkValues(m); err != nil {
		return err
	}
	return checkClasses(b, []Model{m}, []int{0}, false)
}

// checkValues reports what is wrong with the shard and with the values given per neuron.
func (b Build) checkValues(m Model) error {
	if b.N < 0 || b.First < 0 {
		return fmt.Errorf("neuron: a shard of %s cannot start at neuron %d and have %d neurons; both must be at least 0",
			m.Info().Name, b.First, b.N)
	}
	if !(b.TickMs > 0) || math.IsInf(b.TickMs, 0) {
		return fmt.Errorf("neuron: the tick of %s must be greater than 0 (%g ms)", m.Info().Name, b.TickMs)
	}
	var all []error
	for _, name := range slices.Sorted(maps.Keys(b.Each)) {
		if err := b.checkEach(m, name); err != nil {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

// checkEach reports what is wrong with the values given for one name; of several wrong values the
// first.
func (b Build) checkEach(m Model, name string) error {
	model := m.Info().Name
	p, ok := overridable(m, name)
	if !ok {
		return fmt.Errorf("neuron: %s has nothing called %q that can differ between neurons; there is %s",
			model, name, strings.Join(overridables(m), ", "))
	}
	values := b.Each[name]
	if len(values) != b.N {
		return fmt.Errorf("neuron: %s of %s has %d values for %d neurons", name, model, len(values), b.N)
	}
	for i, x := range values {
		switch {
		case p.Bool && x != 0 && x != 1:
			return fmt.Errorf("neuron: %s of %s must be 0 or 1 (neuron %d: %g)", name, model, b.First+i, x)
		case !p.Range.Contains(x):
			return fmt.Errorf("neuron: %s of %s must be %s (neuron %d: %s)", name, model, p.Range, b.First+i, p.Quantity(x))
		}
	}
	return nil
}

// overridable describes the parameter or initial variable of a name. An initial variable may have
// any finite value.
func overridable(m Model, name string) (Param, bool) {
	for _, p := range Params(m) {
		if p.Name == name {
			return p, true
		}
	}
	for _, v := range m.Info().Variables {
		if v.Name == name && v.Init {
			return Param{Name: v.Name, Unit: v.Unit, Range: param.ParseInterval("")}, true
		}
	}
	return Param{}, false
}

// overridables lists the names that may be given per neuron.
func overridables(m Model) []string {
	var names []string
	for _, p := range Params(m) {
		names = append(names, p.Name)
	}
	for _, v := range m.Info().Variables {
		if v.Init {
			names = append(names, v.Name)
		}
	}
	return names
}

// value is what b gives for a name in neuron i of the shard, or else the given value.
func (b Build) value(name string, i int, otherwise float64) float64 {
	if values := b.Each[name]; values != nil {
		return values[i]
	}
	return otherwise
}
