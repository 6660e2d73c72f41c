package netfile

import (
	"fmt"
	"math"

	"couplet/internal/yamltree"
	"couplet/synapse"
)

// quantityReader reads the quantities of one key.
type quantityReader interface {
	// read reads a quantity and reports what is wrong with it.
	read(c yamltree.Cursor) (float64, bool)
	// dimensions are those that a quantity may have; the first one stands in messages.
	dimensions() []dimension
	// outside says the valid range if a number lies outside it, else "".
	outside(x float64) string
}

// lengthCheck reports a list or an array of the wrong length. What names it: "the list".
type lengthCheck func(c yamltree.Cursor, what string, length int) bool

// valueReader reads a value that may differ between neurons or synapses: a quantity, a list of
// quantities, an array of a file or a distribution.
type valueReader struct {
	r     *reader
	one   quantityReader
	drawn quantityReader // numbers of a distribution: a standard deviation need not lie in the range of the values
	dims  []int          // extents of the array that a list stands for; nil if lists are flat
	fits  lengthCheck
}

func (v valueReader) read(c yamltree.Cursor) (synapse.Value, bool) {
	switch {
	case c.Kind() == yamltree.Sequence:
		list, ok := v.list(c)
		return list, ok && v.fits(c, "the list", len(list))
	case isArray(c):
		return v.array(c)
	case c.Kind() == yamltree.Mapping:
		return readDistribution(c, v.drawn)
	}
	x, ok := v.one.read(c)
	return synapse.Const(x), ok
}

// list reads a list, flat or nested: then it is the rows of an array.
func (v valueReader) list(c yamltree.Cursor) (synapse.Listed, bool) {
	if c.Len() == 0 {
		c.Errorf("the list is empty; valid: one quantity for each neuron or synapse")
		return nil, false
	}
	n, dims := c.Len(), v.dims
	nested := false
	for _, item := range c.Items() {
		nested = nested || item.Kind() == yamltree.Sequence
	}
	if !nested {
		dims = []int{n}
	} else if dims == nil {
		c.Errorf("a nested list has no meaning here; valid: a flat list of quantities")
		return nil, false
	}
	list := make(synapse.Listed, 0, n)
	ok := appendArray(c, v.one, dims, &list)
	return list, ok
}

// appendArray appends the numbers of an array of known extents, in row order.
func appendArray(c yamltree.Cursor, one quantityReader, dims []int, to *synapse.Listed) bool {
	if len(dims) == 0 {
		x, ok := one.read(c)
		*to = append(*to, x)
		return ok
	}
	if !c.Sequence(fmt.Sprintf("a list of length %d, as the array has the extents %s", dims[0], extentsText(dims))) {
		return false
	}
	if c.Len() != dims[0] {
		c.Errorf("the list has length %d; valid: length %d", c.Len(), dims[0])
		return false
	}
	good := true
	for _, item := range c.Items() {
		good = appendArray(item, one, dims[1:], to) && good
	}
	return good
}

// distributions are the ways to draw a value.
var distributions = []variant[*distribution]{
	{"uniform", "evenly between two bounds, the second excluded", nil},
	{"normal", "a normal distribution, drawn again while outside min and max", normalFields},
	{"lognormal", "exp of a normal distribution, in ms, mV, pA and so on", lognormalFields},
}

// distribution collects what a distribution is given by; min and max may be missing.
type distribution struct {
	one            quantityReader
	mean, std      float64
	min, max       float64
	mu, sigma      float64
	hasMin, hasMax bool
	failed         bool
}

var normalFields = table[*distribution]{
	{"mean", quantityForm,
		"mean",
		required, func(d *distribution, c yamltree.Cursor) { d.mean = d.quantity(c) }},
	{"std", quantityForm,
		"standard deviation",
		required, func(d *distribution, c yamltree.Cursor) { d.std = d.quantity(c) }},
	{"min", quantityForm,
		"smallest value",
		optional, func(d *distribution, c yamltree.Cursor) { d.min, d.hasMin = d.quantity(c), true }},
	{"max", quantityForm,
		"largest value",
		optional, func(d *distribution, c yamltree.Cursor) { d.max, d.hasMax = d.quantity(c), true }},
}

var lognormalFields = table[*distribution]{
	{"mu", numberForm,
		"mean of the logarithm",
		required, func(d *distribution, c yamltree.Cursor) { d.mu = d.number(c) }},
	{"sigma", numberForm,
		"standard deviation of the logarithm",
		required, func(d *distribution, c yamltree.Cursor) { d.sigma = d.number(c) }},
}

func (d *distribution) quantity(c yamltree.Cursor) float64 {
	x, ok := d.one.read(c)
	d.failed = d.failed || !ok
	return x
}

func (d *distribution) number(c yamltree.Cursor) float64 {
	x, ok := number.read(c)
	d.failed = d.failed || !ok
	return x
}

const validDistribution = "{uniform: [a, b]}, {normal: {mean: m, std: s}} or {lognormal: {mu: m, sigma: s}}; or {file: weights.npz, array: name}"

// readDistribution reads a mapping whose only key is the name of a distribution.
func readDistribution(c yamltree.Cursor, one quantityReader) (synapse.Value, bool) {
	if c.Len() != 1 {
		c.Errorf("a mapping of %d keys is no distribution; valid: %s", c.Len(), validDistribution)
		return nil, false
	}
	c.OnlyKeys(append(variantNames(distributions), "file")...)
	for name, body := range c.Fields() {
		var value synapse.Value
		var ok bool
		switch name {
		case "uniform":
			value, ok = readUniform(body, one)
		case "normal":
			value, ok = readNormal(body, one)
		case "lognormal":
			value, ok = readLognormal(body)
		default:
			return nil, false
		}
		if !ok {
			return nil, false
		}
		if err := value.Validate(); err != nil {
			body.Errorf("%s", reason(err))
			return nil, false
		}
		return value, true
	}
	return nil, false
}

func readUniform(c yamltree.Cursor, one quantityReader) (synapse.Value, bool) {
	const bounds = "[lowest, highest]"
	if !c.Sequence(bounds) {
		return nil, false
	}
	if c.Len() != 2 {
		c.Errorf("a list of length %d is no pair of bounds; valid: %s", c.Len(), bounds)
		return nil, false
	}
	var ends [2]float64
	good := true
	for i, item := range c.Items() {
		x, ok := one.read(item)
		ends[i], good = x, good && ok
	}
	return synapse.Uniform{Lo: ends[0], Hi: ends[1]}, good
}

func readNormal(c yamltree.Cursor, one quantityReader) (synapse.Value, bool) {
	d := &distribution{one: one}
	if !readBody(c, d, "{mean: m, std: s}", normalFields) {
		return nil, false
	}
	v := synapse.Normal{Mean: d.mean, Std: d.std, Min: d.min, Max: d.max}
	switch {
	case d.hasMin && !d.hasMax:
		v.Max = max(openMax(v), v.Min)
	case d.hasMax && !d.hasMin:
		v.Min = min(openMin(v), v.Max)
	case d.hasMin && d.hasMax && d.min >= d.max:
		c.Errorf("min %g is not below max %g; valid: min below max", d.min, d.max)
		return nil, false
	}
	if (d.hasMin || d.hasMax) && v.Min == 0 && v.Max == 0 {
		c.Errorf("nothing but 0 is left between the bounds; valid: 0 itself, or other bounds")
		return nil, false
	}
	return v, true
}

// tail is how far from the mean a normal draw can lie, in standard deviations, rounded up: the
// bound that is as good as none.
const tail = 8.5

func openMin(v synapse.Normal) float64 { return v.Mean - float64(tail*v.Std) }
func openMax(v synapse.Normal) float64 { return v.Mean + float64(tail*v.Std) }

func readLognormal(c yamltree.Cursor) (synapse.Value, bool) {
	d := &distribution{}
	ok := readBody(c, d, "{mu: m, sigma: s}", lognormalFields)
	return synapse.Lognormal{Mu: d.mu, Sigma: d.sigma}, ok
}

// readBody reads the fields of a distribution; false means that it cannot be used.
func readBody(c yamltree.Cursor, d *distribution, valid string, fields table[*distribution]) bool {
	if !c.Mapping(valid) {
		return false
	}
	c.OnlyKeys(fields.names()...)
	fields.read(d, c)
	for _, f := range fields {
		if _, given := c.Field(f.name); f.required && !given {
			return false
		}
	}
	return !d.failed
}

// readQuantities reads a flat list of quantities.
func readQuantities(c yamltree.Cursor, d dimension) ([]float64, bool) {
	if !c.Sequence("a list of quantities, such as [" + d.write("1") + ", " + d.write("2") + "]") {
		return nil, false
	}
	list, good := make([]float64, 0, c.Len()), true
	for _, item := range c.Items() {
		x, ok := d.read(item)
		list, good = append(list, x), good && ok
	}
	return list, good
}

// readIntegers reads a list of whole numbers from lo to hi.
func readIntegers(c yamltree.Cursor, lo, hi int64) ([]int, bool) {
	if !c.Sequence(fmt.Sprintf("a list of whole numbers from %d to %d", lo, hi)) {
		return nil, false
	}
	list, good := make([]int, 0, c.Len()), true
	for _, item := range c.Items() {
		x, ok := item.Integer(lo, hi)
		list, good = append(list, int(x)), good && ok
	}
	return list, good
}

// product is the number of places in an array, or the largest int if that is too many.
func product(dims []int) int {
	n := 1
	for _, d := range dims {
		if d > 0 && n > math.MaxInt/d {
			return math.MaxInt
		}
		n *= d
	}
	return n
}
