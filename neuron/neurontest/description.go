package neurontest

import (
	"fmt"
	"math"
	"strings"

	"couplet/neuron"
)

// description checks what a model says about itself, and what it says about wrong parameters.
func description(m neuron.Model, o Options) []error {
	var bad []error
	complain := func(format string, args ...any) { bad = append(bad, fmt.Errorf(format, args...)) }
	info := m.Info()
	if info.Name == "" || info.Doc == "" {
		complain("the model has no name (%q) or no description (%q)", info.Name, info.Doc)
	}
	names := make(map[string]bool)
	for _, v := range info.Variables {
		if v.Name == "" || v.Doc == "" || names[v.Name] {
			complain("variable %q is nameless, undescribed or listed twice", v.Name)
		}
		names[v.Name] = true
	}
	for _, p := range info.Ports {
		if p.Name == "" {
			complain("a port has no name")
		}
	}
	for _, p := range neuron.Params(m) {
		if p.Name == "" || p.Doc == "" || names[p.Name] {
			complain("parameter %q is nameless, undescribed or listed twice", p.Name)
		}
		names[p.Name] = true
		if !p.Bool && !p.Range.Contains(p.Default) {
			complain("default %g of %s is not %s", p.Default, p.Name, p.Range)
		}
		if !p.Bool {
			bad = append(bad, rangeReported(m, p, o)...)
		}
	}
	for _, e := range m.Validate() {
		complain("the model as given is wrong: %w", e)
	}
	return append(bad, buildErrors(m, o)...)
}

// rangeReported sets a parameter to values that it cannot have, for all neurons and for one.
func rangeReported(m neuron.Model, p neuron.Param, o Options) []error {
	wrong := []float64{math.NaN(), math.Inf(1)}
	if !math.IsInf(p.Range.Lo, -1) {
		wrong = append(wrong, p.Range.Lo-1)
	}
	if !math.IsInf(p.Range.Hi, 1) {
		wrong = append(wrong, p.Range.Hi+1)
	}
	var bad []error
	for _, x := range wrong {
		reported := false
		for _, e := range neuron.With(m, p, x).Validate() {
			reported = reported || e.Param == p.Name
		}
		if !reported {
			bad = append(bad, fmt.Errorf("the check of parameters does not report %s = %g", p.Name, x))
		}
		good := p.Value(m)
		_, err := m.Build(neuron.Build{First: 40, N: 3, TickMs: o.TickMs, Each: map[string][]float64{p.Name: {good, x, good}}})
		if err == nil {
			bad = append(bad, fmt.Errorf("a shard is built with %s = %g in a neuron", p.Name, x))
		} else if text := err.Error(); !strings.Contains(text, p.Name) || !strings.Contains(text, "41") || !strings.Contains(text, fmt.Sprint(x)) {
			bad = append(bad, fmt.Errorf("the error about %s = %g of neuron 41 lacks name, neuron or value: %w", p.Name, x, err))
		}
	}
	return bad
}

// buildErrors asks for shards that cannot be.
func buildErrors(m neuron.Model, o Options) []error {
	var bad []error
	for _, c := range []struct {
		what  string
		build neuron.Build
	}{
		{"no tick", neuron.Build{N: 1}},
		{"a tick that is no number", neuron.Build{N: 1, TickMs: math.NaN()}},
		{"a negative size", neuron.Build{N: -1, TickMs: o.TickMs}},
		{"a negative start", neuron.Build{N: 1, First: -1, TickMs: o.TickMs}},
		{"an unknown name", neuron.Build{N: 1, TickMs: o.TickMs, Each: map[string][]float64{"no_such_name": {1}}}},
	} {
		if _, err := m.Build(c.build); err == nil {
			bad = append(bad, fmt.Errorf("a shard is built with %s", c.what))
		} else if !strings.HasPrefix(err.Error(), "neuron: ") {
			bad = append(bad, fmt.Errorf("the error about %s does not name its package: %w", c.what, err))
		}
	}
	for _, p := range neuron.Params(m) {
		b := neuron.Build{N: 2, TickMs: o.TickMs, Each: map[string][]float64{p.Name: {p.Value(m)}}}
		if _, err := m.Build(b); err == nil {
			bad = append(bad, fmt.Errorf("a shard of 2 neurons is built with 1 value of %s", p.Name))
		}
	}
	return bad
}
