package netfile

import (
	"fmt"
	"math"
	"slices"

	"couplet/internal/yamltree"
	"couplet/synapse"
)

// arrayDraft is a mapping that names an array of a file, {file: weights.npz, array: w, unit: mV}, in
// the place of a list.
type arrayDraft struct {
	file, array, unit *yamltree.Cursor
}

var arrayFields = table[*arrayDraft]{
	{"file", form{"a path", nameForm.schema},
		"file of NumPy arrays (.npz, .npy), looked for beside the network file, then in the data directory",
		required, func(d *arrayDraft, c yamltree.Cursor) { d.file = &c }},
	{"array", form{"the name of an array", nameForm.schema},
		"which array of an .npz file",
		optional, func(d *arrayDraft, c yamltree.Cursor) { d.array = &c }},
	{"unit", form{"a unit, such as mV", schema{"type": "string"}},
		"unit of the numbers; needed where a quantity has one",
		optional, func(d *arrayDraft, c yamltree.Cursor) { d.unit = &c }},
}

// isArray tells whether a node names an array.
func isArray(c yamltree.Cursor) bool {
	return slices.ContainsFunc(arrayFields.names(), func(key string) bool {
		_, given := c.Field(key)
		return given
	})
}

// array reads an array of a file in the place of a list. What is wrong with the array is reported
// where the network file names it.
func (v valueReader) array(c yamltree.Cursor) (synapse.Value, bool) {
	d := &arrayDraft{}
	arrayFields.read(d, c)
	c.OnlyKeys(arrayFields.names()...)
	exponent, known := d.exponent(c, v.one.dimensions())
	if d.file == nil || !known {
		return nil, false
	}
	f, ok := v.r.arrayFile(*d.file)
	if !ok {
		return nil, false
	}
	name, ok := d.name(c, f)
	if !ok {
		return nil, false
	}
	at := *d.file
	if d.array != nil {
		at = *d.array
	}
	shape, ok := f.shape(at, name)
	if !ok || !v.fits(at, "the array", product(shape)) || !v.fitsExtents(at, shape) {
		return nil, false
	}
	numbers, ok := f.numbers(at, name)
	if !ok {
		return nil, false
	}
	return v.quantities(at, numbers, exponent)
}

// exponent is the power of ten that takes the numbers of the array to the unit inside couplet.
func (d *arrayDraft) exponent(c yamltree.Cursor, dims []dimension) (int, bool) {
	pure := slices.ContainsFunc(dims, func(d dimension) bool { return len(d.units) == 0 })
	valid := dims[0].symbols()
	if pure {
		valid = "no unit"
	}
	if d.unit == nil {
		if !pure {
			c.Missing("unit", valid)
		}
		return 0, pure
	}
	symbol, ok := d.unit.Name()
	if !ok {
		return 0, false
	}
	for _, dim := range dims {
		if u, ok := dim.find(symbol); ok {
			return u.exponent, true
		}
	}
	d.unit.Errorf("%q is not a unit of %s; valid: %s", symbol, dims[0].name, valid)
	return 0, false
}

// name is the name of the array in its file: "" if it is the only one.
func (d *arrayDraft) name(c yamltree.Cursor, f *arrayFile) (string, bool) {
	switch {
	case f.single && d.array == nil:
		return "", true
	case f.single:
		d.array.KeyErrorf("%q is a single array without a name; valid: file and unit only", f.file)
		return "", false
	}
	names := f.archive.Names()
	valid := "none, as the file has no arrays"
	if len(names) > 0 {
		valid = some(names)
	}
	if d.array == nil {
		c.Missing("array", valid)
		return "", false
	}
	name, ok := d.array.Name()
	if ok && !f.archive.Has(name) {
		d.array.Errorf("%q has no array %q%s; valid: %s", f.file, name, yamltree.Suggest(name, names), valid)
		ok = false
	}
	return name, ok
}

// fitsExtents reports an array that has the right number of entries and of axes, but the axes in
// another order: a matrix that is transposed, most likely.
func (v valueReader) fitsExtents(c yamltree.Cursor, shape []int) bool {
	if len(shape) != len(v.dims) || slices.Equal(shape, v.dims) {
		return true
	}
	c.Errorf("the array has the extents %s; valid: %s, or another number of axes, to be taken row by row", extentsText(shape), extentsText(v.dims))
	return false
}

// quantities converts the numbers of an array, which other values may share, and checks them.
func (v valueReader) quantities(c yamltree.Cursor, numbers []float64, exponent int) (synapse.Value, bool) {
	list := synapse.Listed(numbers)
	if exponent != 0 {
		if !v.r.takesNumbers(c, len(numbers)) {
			return nil, false
		}
		list = make(synapse.Listed, len(numbers))
		for i, x := range numbers {
			list[i] = timesPower(x, exponent)
		}
	}
	for i, x := range list {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			c.Errorf("entry %d of the array, %g, is not finite%s; valid: finite numbers", i, numbers[i], v.inUnit(exponent))
			return nil, false
		}
		if valid := v.one.outside(x); valid != "" {
			c.Errorf("entry %d of the array, %s, is out of range; valid: %s", i, v.one.dimensions()[0].write(fmt.Sprint(x)), valid)
			return nil, false
		}
	}
	return list, true
}

// inUnit says that a number was converted to the unit inside couplet.
func (v valueReader) inUnit(exponent int) string {
	if exponent == 0 {
		return ""
	}
	return " in " + v.one.dimensions()[0].units[0].symbol
}

// timesPower is x·10^exponent, rounded once: powers of ten up to 10^22 are exact.
func timesPower(x float64, exponent int) float64 {
	if exponent < 0 {
		return x / math.Pow10(-exponent)
	}
	return float64(x * math.Pow10(exponent))
}

// arrayReason is the text of an error about an array, and what would be right.
func arrayReason(err error) string {
	return reason(err) + "; valid: numbers of type float32 or float64 in C order"
}
