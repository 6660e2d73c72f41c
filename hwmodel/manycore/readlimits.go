package manycore

import (
	"strings"

	"couplet/internal/yamltree"
)

// energyUnits and timeUnits are powers of ten of a joule and a second; the empty unit is a bare number.
var (
	energyUnits = map[string]int{"": 0, "J": 0, "mJ": -3, "uJ": -6, "nJ": -9, "pJ": -12, "fJ": -15, "aJ": -18}
	timeUnits   = map[string]int{"": 0, "s": 0, "ms": -3, "us": -6, "ns": -9, "ps": -12}
)

// cost reads energy and latency of an event.
func cost(c yamltree.Cursor, event string) (k Cost) {
	if e, ok := c.Field("energy_" + event); ok {
		k.Energy = price(e, energyUnits, "energy")
	}
	if l, ok := c.Field("latency_" + event); ok {
		k.Latency = price(l, timeUnits, "time")
	}
	return k
}

// price reads a figure of at least 0 with or without its unit, or the word unpriced.
func price(c yamltree.Cursor, units map[string]int, noun string) Price {
	const valid = "a number of at least 0 with its unit"
	example := ", such as 23.6 pJ, or unpriced"
	if noun == "time" {
		example = ", such as 3.5 ns, or unpriced"
	}
	text := strings.TrimSpace(c.Raw())
	if c.Kind() == yamltree.Scalar && text == "unpriced" {
		return Price{}
	}
	number, unit, _ := strings.Cut(text, " ")
	power, known := units[strings.TrimSpace(unit)]
	if c.Kind() != yamltree.Scalar || text == "" {
		c.Errorf("%s is not a %s; valid: %s%s", c.Describe(), noun, valid, example)
		return Price{}
	}
	value, err := yamltree.ParseNumber(number, power)
	switch {
	case err == nil && !known:
		c.Errorf("%q is not a unit of %s; valid: %s", unit, noun, unitList(noun))
	case err != nil:
		c.Errorf("%s is not a %s; valid: %s%s", c.Describe(), noun, valid, example)
	case value < 0:
		c.Errorf("%s is negative; valid: %s%s", c.Describe(), valid, example)
	default:
		return Known(value)
	}
	return Price{}
}

func unitList(noun string) string {
	if noun == "time" {
		return "ps, ns, us, ms, s"
	}
	return "aJ, fJ, pJ, nJ, uJ, mJ, J"
}

// extras reads what is beside the architecture.
func (r *chipReader) extras(root yamltree.Cursor) {
	if l, ok := root.Field("limits"); ok {
		readLimits(l, &r.chip.Limits)
	}
	if m, ok := root.Field("synapse_memory"); ok {
		readMemory(m, &r.chip.Memory)
	}
	r.chip.Sources = texts(root, "sources")
	r.chip.Unchecked = texts(root, "unchecked")
	if r.chip.Limits.SynapseBytesPerCore.Given() && r.chip.Memory.WeightBits == 0 {
		root.Missing("synapse_memory", "the bits of a synapse, which the limit synapse_bytes_per_core needs")
	}
}

// readLimits reads the mapping of limits; every one needs its source.
func readLimits(c yamltree.Cursor, to *Limits) {
	var keys []string
	for _, n := range limitNames {
		keys = append(keys, n.key)
	}
	if !c.Mapping(strings.Join(keys, ", ")) {
		return
	}
	c.OnlyKeys(keys...)
	for _, n := range limitNames {
		f, ok := c.Field(n.key)
		if !ok || !f.Mapping("value, source, grade and note") {
			continue
		}
		f.OnlyKeys("value", "source", "grade", "note")
		limit := n.of(to)
		if v, ok := f.Field("value"); ok {
			limit.Value, _ = v.Integer(1, maxPerCore)
		} else {
			f.Missing("value", "a whole number of "+n.noun)
		}
		limit.Source = text(f, "source", "where the figure comes from")
		limit.Grade = text(f, "grade", "")
		limit.Note = text(f, "note", "")
	}
	if bits := to.DecayBits.Value; bits > 52 {
		f, _ := c.Field("decay_bits")
		f.Errorf("%d bits; valid: at most 52", bits)
	}
}

// readMemory reads the sizes that a synapse is made of.
func readMemory(c yamltree.Cursor, to *SynapseMemory) {
	if !c.Mapping("weight_bits, index_bits, delay_bits and note") {
		return
	}
	c.OnlyKeys("weight_bits", "index_bits", "delay_bits", "note")
	for _, f := range []struct {
		key string
		to  *int
		lo  int64
	}{{"weight_bits", &to.WeightBits, 1}, {"index_bits", &to.IndexBits, 0}, {"delay_bits", &to.DelayBits, 0}} {
		if v, ok := c.Field(f.key); ok {
			n, _ := v.Integer(f.lo, 64)
			*f.to = int(n)
		} else if f.key == "weight_bits" {
			c.Missing(f.key, "a whole number from 1 to 64")
		}
	}
	to.Note = text(c, "note", "")
}

// text reads a text field; due says what must stand there, "" if it may be left out.
func text(c yamltree.Cursor, key, due string) string {
	f, ok := c.Field(key)
	if !ok {
		if due != "" {
			c.Missing(key, due)
		}
		return ""
	}
	if f.Kind() != yamltree.Scalar || strings.TrimSpace(f.Raw()) == "" {
		f.Errorf("%s is not a text; valid: a text", f.Describe())
		return ""
	}
	return f.Raw()
}

// texts reads a list of texts that may be left out.
func texts(c yamltree.Cursor, key string) (list []string) {
	f, ok := c.Field(key)
	if !ok || !f.Sequence("a list of texts") {
		return nil
	}
	for _, e := range f.Items() {
		if e.Kind() != yamltree.Scalar || strings.TrimSpace(e.Raw()) == "" {
			e.Errorf("%s is not a text; valid: a text", e.Describe())
			continue
		}
		list = append(list, e.Raw())
	}
	return list
}
