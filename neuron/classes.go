package neuron

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// comparableModel is a model whose values can be compared with ==, as all structs of numbers and
// switches can.
type comparableModel interface {
	comparable
	Model
}

// classes sorts the neurons of a shard by their parameters: neurons with equal parameters share a
// class, so that a model computes and stores its propagators once per class and not once per
// neuron. Neuron i has the parameters distinct[class[i]]; the first class is that of the first
// neuron. A homogeneous shard has one class and a nil class slice.
//
// Parameters named in arrays do not make classes: the model keeps them per neuron and reads them
// with [Build.value]. In distinct they have the value of m.
//
// classes also checks everything a model has to know before it builds: the shard, the parameters
// of m, and every value of b.Each. The error lists all that is wrong, each with parameter, neuron
// and value.
func classes[M comparableModel](b Build, m M, arrays ...string) (distinct []M, class []uint32, err error) {
	if err := b.check(m); err != nil {
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
			own = p.With(own, b.Each[p.Name][i])
		}
		distinct[c] = own.(M)
	}
	if err := validate(b, distinct, first, len(varied) > 0); err != nil {
		return nil, nil, err
	}
	return distinct, class, nil
}

// validate reports what is wrong with the parameters of the classes, the same thing only once. If
// parameters vary, the message names the first neuron concerned.
func validate[M comparableModel](b Build, distinct []M, first []int, varied bool) error {
	var all []error
	known := make(map[ParamError]bool)
	for c, m := range distinct {
		for _, bad := range m.Validate() {
			if known[bad] {
				continue
			}
			known[bad] = true
			if varied {
				all = append(all, fmt.Errorf("%w (neuron %d)", bad, b.First+first[c]))
			} else {
				all = append(all, bad)
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

// check reports what is wrong with the shard and the values given per neuron.
func (b Build) check(m Model) error {
	if b.N < 0 || b.First < 0 {
		return fmt.Errorf("neuron: shard of %s starts at %d and has %d neurons; neither may be negative", m.Info().Name, b.First, b.N)
	}
	if !(b.TickMs > 0) || math.IsInf(b.TickMs, 0) {
		return fmt.Errorf("neuron: tick of %g ms for %s must be greater than 0", b.TickMs, m.Info().Name)
	}
	var all []error
	for _, name := range slices.Sorted(maps.Keys(b.Each)) {
		if err := b.checkEach(m, name); err != nil {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

// checkEach reports the first wrong value among those that b gives for one name.
func (b Build) checkEach(m Model, name string) error {
	allowed, unit, ok := overridable(m, name)
	if !ok {
		return fmt.Errorf("neuron: %s has no parameter or initial variable %q; it has %s", m.Info().Name, name, strings.Join(overridables(m), ", "))
	}
	values := b.Each[name]
	if len(values) != b.N {
		return fmt.Errorf("neuron: %s of %s: %d values for %d neurons", name, m.Info().Name, len(values), b.N)
	}
	for i, x := range values {
		if !allowed(x) {
			return fmt.Errorf("neuron: %s of %s, neuron %d: %g%s is out of range", name, m.Info().Name, b.First+i, x, suffix(unit))
		}
	}
	return nil
}

// overridable finds what may be given per neuron under a name.
func overridable(m Model, name string) (allowed func(float64) bool, unit string, ok bool) {
	for _, p := range Params(m) {
		if p.Name == name {
			if p.Bool {
				return func(x float64) bool { return x == 0 || x == 1 }, "", true
			}
			return p.Range.Contains, p.Unit, true
		}
	}
	for _, v := range m.Info().Variables {
		if v.Name == name && v.Init {
			return func(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }, v.Unit, true
		}
	}
	return nil, "", false
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
