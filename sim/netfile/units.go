package netfile

import (
	"fmt"
	"strings"

	"couplet/internal/yamltree"
)

// dimension is a kind of quantity, with the units in which a file may give it. The first unit is
// the one in which couplet computes and in which Write writes.
type dimension struct {
	name  string // "a duration"
	units []unit // empty for a pure number
}

// unit stands for a power of ten times the first unit of its dimension.
type unit struct {
	symbol   string
	exponent int
}

// The dimensions of a network file. Every unit is a power of ten of the first one, so that
// a quantity is converted by moving the decimal point of its text: 0.1 ms and 100 us are
// the same number to the last bit.
var (
	number      = dimension{"a pure number", nil}
	duration    = dimension{"a duration", []unit{{"ms", 0}, {"s", 3}, {"us", -3}, {"µs", -3}, {"ns", -6}}}
	steps       = dimension{"a number of steps", []unit{{"steps", 0}, {"step", 0}}}
	voltage     = dimension{"a voltage", []unit{{"mV", 0}, {"V", 3}, {"uV", -3}, {"µV", -3}}}
	current     = dimension{"a current", []unit{{"pA", 0}, {"nA", 3}, {"uA", 6}, {"µA", 6}}}
	capacitance = dimension{"a capacitance", []unit{{"pF", 0}, {"nF", 3}, {"uF", 6}, {"µF", 6}}}
	rate        = dimension{"a rate", []unit{{"Hz", 0}, {"kHz", 3}, {"MHz", 6}}}
	// On a step grid a rate counts spikes per 1000 steps inside couplet.
	stepRate = dimension{"a rate per step", []unit{{"/step", 3}, {"per step", 3}}}
)

// dimensions lists those with units, in the order of the manual.
func dimensions() []dimension {
	return []dimension{duration, steps, rate, stepRate, voltage, current, capacitance}
}

// dimensionOf finds the dimension of a parameter by the unit it is declared in. A unit that no
// dimension knows has to be written as it is declared.
func dimensionOf(declared string) dimension {
	if declared == "" {
		return number
	}
	for _, d := range dimensions() {
		if _, ok := d.find(declared); ok {
			return d
		}
	}
	return dimension{"a quantity in " + declared, []unit{{declared, 0}}}
}

// grid holds the dimensions that depend on the tick: on a step grid durations and rates count steps.
type grid struct{ time, rate dimension }

func gridOf(inSteps bool) grid {
	if inSteps {
		return grid{steps, stepRate}
	}
	return grid{duration, rate}
}

// on gives the dimension that takes the place of another one on the grid. It is meant for what lives
// on any grid: sources and synapses.
func (g grid) on(d dimension) dimension {
	switch d.name {
	case duration.name:
		return g.time
	case rate.name:
		return g.rate
	}
	return d
}

func (d dimension) find(symbol string) (unit, bool) {
	for _, u := range d.units {
		if u.symbol == symbol {
			return u, true
		}
	}
	return unit{}, false
}

// symbols lists the units, "ms, s, us", without other spellings of the same unit.
func (d dimension) symbols() string {
	var list []string
	seen := map[int]bool{}
	for _, u := range d.units {
		if !seen[u.exponent] {
			list = append(list, u.symbol)
		}
		seen[u.exponent] = true
	}
	return strings.Join(list, ", ")
}

// valid says what a quantity looks like.
func (d dimension) valid() string {
	if len(d.units) == 0 {
		return "a number without a unit, such as 0.5"
	}
	return fmt.Sprintf("a number with a unit (%s), such as %s", d.symbols(), d.write("20"))
}

// write puts the first unit behind a number.
func (d dimension) write(number string) string {
	if len(d.units) == 0 {
		return number
	}
	if number == "1" && d.units[0].symbol == "steps" {
		return "1 step"
	}
	return number + " " + d.units[0].symbol
}

// read reads a quantity and reports what is wrong with it.
func (d dimension) read(c yamltree.Cursor) (float64, bool) {
	digits, symbol := splitQuantity(c.Raw())
	if c.Kind() != yamltree.Scalar || digits == "" {
		c.Errorf("%s is not %s; valid: %s", c.Describe(), d.name, d.valid())
		return 0, false
	}
	u, ok := d.find(symbol)
	if !ok && (symbol != "" || len(d.units) > 0) {
		c.Errorf("%s", d.wrongUnit(digits, symbol))
		return 0, false
	}
	if symbol == "" && !c.Plain() {
		c.Errorf("%s in quotes is a text; valid: %s without quotes", c.Describe(), digits)
		return 0, false
	}
	x, err := yamltree.ParseNumber(digits, u.exponent)
	if err != nil {
		c.Errorf("cannot read the number of %s; valid: %s", c.Describe(), d.valid())
		return 0, false
	}
	return x, true
}

// dimensions implements quantityReader.
func (d dimension) dimensions() []dimension { return []dimension{d} }

// outside implements quantityReader.
func (d dimension) outside(float64) string { return "" }

// splitQuantity splits a text into a number, as far as it looks like one, and a unit. Blanks
// between them do not matter.
func splitQuantity(text string) (digits, symbol string) {
	end := len(text) - len(strings.TrimLeft(text, "+-"))
	end += len(text[end:]) - len(strings.TrimLeft(text[end:], "0123456789._"))
	if !strings.ContainsAny(text[:end], "0123456789") {
		return "", text
	}
	if power := exponentLength(text[end:]); power > 0 {
		end += power
	}
	return text[:end], strings.TrimSpace(text[end:])
}

// exponentLength is the length of an exponent such as e-3 at the start of a text, 0 if none.
func exponentLength(text string) int {
	if text == "" || (text[0] != 'e' && text[0] != 'E') {
		return 0
	}
	sign := len(text) - len(strings.TrimLeft(text[1:], "+-"))
	end := len(text) - len(strings.TrimLeft(text[sign:], "0123456789"))
	if end == sign {
		return 0
	}
	return end
}

// wrongUnit says why a unit is not one of the dimension's.
func (d dimension) wrongUnit(digits, symbol string) string {
	if symbol == "" {
		return fmt.Sprintf("%s lacks its unit; valid: %s (units: %s)", digits, d.write(digits), d.symbols())
	}
	text := digits + " " + symbol
	for _, other := range dimensions() {
		if _, ok := other.find(symbol); !ok {
			continue
		}
		if len(d.units) == 0 {
			return fmt.Sprintf("%s is %s where %s is due; valid: %s", text, other.name, d.name, digits)
		}
		return fmt.Sprintf("%s is %s where %s is due; valid: units %s", text, other.name, d.name, d.symbols())
	}
	if len(d.units) == 0 {
		return fmt.Sprintf("%q is not %s; valid: %s", text, d.name, digits)
	}
	return fmt.Sprintf("unknown unit %q%s; valid: %s", symbol, yamltree.Suggest(symbol, strings.Split(d.symbols(), ", ")), d.symbols())
}
