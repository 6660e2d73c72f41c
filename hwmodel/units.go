package hwmodel

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"couplet/internal/yamltree"
)

// dimension is a kind of quantity with the units in which a profile may give it. Every unit is a
// power of ten of the base unit, so that a text is converted without rounding.
type dimension struct {
	name  string // "an energy"
	units []unitSymbol
}

// unitSymbol stands for 10^exponent base units.
type unitSymbol struct {
	symbol   string
	exponent int
}

var (
	energies = dimension{"an energy", []unitSymbol{
		{"pJ", -12}, {"fJ", -15}, {"aJ", -18}, {"nJ", -9}, {"uJ", -6}, {"µJ", -6}, {"mJ", -3}, {"J", 0}}}
	times = dimension{"a time", []unitSymbol{
		{"ns", -9}, {"ps", -12}, {"us", -6}, {"µs", -6}, {"ms", -3}, {"s", 0}}}
	powers = dimension{"a power", []unitSymbol{
		{"mW", -3}, {"pW", -12}, {"nW", -9}, {"uW", -6}, {"µW", -6}, {"W", 0}}}
	frequencies = dimension{"a frequency", []unitSymbol{
		{"MHz", 6}, {"Hz", 0}, {"kHz", 3}, {"GHz", 9}}}
	// Power per frequency is energy per cycle.
	clockPowers = dimension{"a power per frequency", []unitSymbol{
		{"uW/MHz", -12}, {"µW/MHz", -12}, {"mW/MHz", -9}, {"nW/kHz", -12}, {"uW/kHz", -9}, {"nW/Hz", -9}, {"pW/Hz", -12}, {"W/Hz", 0}}}
	memorySizes = dimension{"a memory size", []unitSymbol{{"B", 0}, {"KB", 1}, {"MB", 2}, {"GB", 3}}} // powers of 1024
	wordWidths  = dimension{"a word width", []unitSymbol{{"bit", 0}, {"bits", 0}}}
)

func (Joule) dimension() dimension  { return energies }
func (Second) dimension() dimension { return times }
func (Watt) dimension() dimension   { return powers }
func (Hertz) dimension() dimension  { return frequencies }

func (d dimension) find(symbol string) (int, bool) {
	for _, u := range d.units {
		if u.symbol == symbol {
			return u.exponent, true
		}
	}
	return 0, false
}

// base is the symbol of the base unit.
func (d dimension) base() string {
	for _, u := range d.units {
		if u.exponent == 0 {
			return u.symbol
		}
	}
	return ""
}

// symbols lists the units, without other spellings of the micro sign.
func (d dimension) symbols() []string {
	var list []string
	for _, u := range d.units {
		if !strings.Contains(u.symbol, "µ") {
			list = append(list, u.symbol)
		}
	}
	return list
}

func (d dimension) valid() string {
	return fmt.Sprintf("a number with a unit, such as 20 %s (units: %s)", d.units[0].symbol, strings.Join(d.symbols(), ", "))
}

// quantityText is a decimal number and what follows it. Underscores may group digits.
var quantityText = regexp.MustCompile(`^([+-]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]{1,3})?) *(.*)$`)

// maxQuantityText bounds the text of a number, so that it cannot cost more than it is long.
const maxQuantityText = 60

// split takes a text apart; the error says what is wrong with it and what would be valid.
func (d dimension) split(text string) (number string, exponent int, err error) {
	m := quantityText.FindStringSubmatch(text)
	if m == nil || len(text) > maxQuantityText {
		if len(text) > maxQuantityText {
			text = text[:maxQuantityText] + "…"
		}
		return "", 0, fmt.Errorf("%q is not %s; valid: %s", text, d.name, d.valid())
	}
	number, symbol := strings.ReplaceAll(m[1], "_", ""), m[2]
	exponent, known := d.find(symbol)
	switch {
	case known:
		return number, exponent, nil
	case symbol == "":
		return "", 0, fmt.Errorf("%s lacks its unit; valid: %s %s (units: %s)", number, number, d.units[0].symbol, strings.Join(d.symbols(), ", "))
	}
	return "", 0, fmt.Errorf("unknown unit %q of %s%s; valid: %s", symbol, d.name, yamltree.Suggest(symbol, d.symbols()), strings.Join(d.symbols(), ", "))
}

// maxUnits bounds quantities of profiles, in their base unit.
var maxUnits = big.NewRat(1e15, 1)

// parseAtto reads a quantity of the dimension in attounits, without rounding.
func (d dimension) parseAtto(text string) (*big.Int, error) {
	number, exponent, err := d.split(text)
	if err != nil {
		return nil, err
	}
	r, ok := new(big.Rat).SetString(number)
	if !ok {
		return nil, fmt.Errorf("cannot read the number of %q; valid: %s", text, d.valid())
	}
	r.Mul(r, powerOfTen(exponent))
	switch {
	case r.Sign() < 0:
		return nil, fmt.Errorf("%s is negative; valid: %s of 0 or more", text, d.name)
	case r.Cmp(maxUnits) > 0:
		return nil, fmt.Errorf("%s is too large; valid: %s of at most 1e15 %s", text, d.name, d.base())
	}
	r.Mul(r, powerOfTen(18))
	if !r.IsInt() {
		return nil, fmt.Errorf("%s is too fine; valid: a multiple of 1e-18 %s", text, d.base())
	}
	return new(big.Int).Set(r.Num()), nil
}

func powerOfTen(exponent int) *big.Rat {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(exponent, -exponent))), nil)
	if exponent < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), p)
	}
	return new(big.Rat).SetInt(p)
}

// Parse reads a quantity with its unit, such as "23.6 pJ", "1 ms", "64.43 mW" or "75 MHz". It is read exactly; a
// bare number is an error, and so are negative quantities.
func Parse[U Unit](text string) (Quantity[U], error) {
	n, err := (*new(U)).dimension().parseAtto(text)
	if err != nil {
		return Quantity[U]{}, fmt.Errorf("hwmodel: %w", err)
	}
	return quantityOf[U](n), nil
}

// readQuantity reads a field of a profile; what is wrong is reported at its place.
func readQuantity[U Unit](c yamltree.Cursor, d dimension) (Quantity[U], bool) {
	if !isQuantity(c, d) {
		return Quantity[U]{}, false
	}
	n, err := d.parseAtto(c.Raw())
	if err != nil {
		c.Errorf("%s", err)
		return Quantity[U]{}, false
	}
	return quantityOf[U](n), true
}

// isQuantity reports nodes that cannot hold a quantity.
func isQuantity(c yamltree.Cursor, d dimension) bool {
	if c.Kind() != yamltree.Scalar {
		c.Errorf("%s is not %s; valid: %s", c.Describe(), d.name, d.valid())
	}
	return c.Kind() == yamltree.Scalar
}

// readWhole reads a whole number of base units from 1 to most: a memory size or a word width, whose
// units are powers of 1024.
func readWhole(c yamltree.Cursor, d dimension, most int64) (int64, bool) {
	if !isQuantity(c, d) {
		return 0, false
	}
	number, power, err := d.split(c.Raw())
	if err != nil {
		c.Errorf("%s", err)
		return 0, false
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 || n > most>>(10*power) {
		c.Errorf("%s is out of range; valid: a whole number from 1 %s to %d %s", c.Raw(), d.units[0].symbol, most, d.units[0].symbol)
		return 0, false
	}
	return n << (10 * power), true
}
