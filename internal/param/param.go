package param

import (
	"fmt"
	"reflect"
	"strconv"
)

// Param describes one parameter of a model: what a reader of files, a JSON Schema or a manual
// needs to know about it.
type Param struct {
	Name    string
	Unit    string // "ms", "mV", "pF", "pA", "step" or "" for a pure number
	Doc     string
	Default float64
	Bool    bool // the parameter is a switch; 0 is false and 1 true
	Range   Interval
	field   int
}

// List gives the parameters of a model, a struct, in the order of its fields.
func List(model any) []Param {
	t := reflect.TypeOf(model)
	var list []Param
	for i := range t.NumField() {
		f := t.Field(i)
		name, ok := f.Tag.Lookup("param")
		if !ok {
			continue
		}
		list = append(list, Param{
			Name: name, Unit: f.Tag.Get("unit"), Doc: f.Tag.Get("doc"),
			Default: parseDefault(f.Tag.Get("default")),
			Bool:    f.Type.Kind() == reflect.Bool,
			Range:   ParseInterval(f.Tag.Get("range")),
			field:   i,
		})
	}
	return list
}

// Value returns the parameter's value in a model; a switch gives 0 or 1.
func (p Param) Value(model any) float64 {
	f := reflect.ValueOf(model).Field(p.field)
	switch {
	case !p.Bool:
		return f.Float()
	case f.Bool():
		return 1
	}
	return 0
}

// With returns a copy of the model in which the parameter p has the value x.
func With[M any](model M, p Param, x float64) M {
	v := reflect.New(reflect.TypeOf(model)).Elem() // the dynamic type, where M is an interface
	v.Set(reflect.ValueOf(model))
	if p.Bool {
		v.Field(p.field).SetBool(x != 0)
	} else {
		v.Field(p.field).SetFloat(x)
	}
	return v.Interface().(M)
}

// Defaults returns a copy of the model in which every parameter has its documented default.
func Defaults[M any](model M) M {
	for _, p := range List(model) {
		model = With(model, p, p.Default)
	}
	return model
}

// Check reports every parameter of a model that lies outside its range.
func Check(model any) []Error {
	var bad []Error
	for _, p := range List(model) {
		if x := p.Value(model); !p.Bool && !p.Range.Contains(x) {
			bad = append(bad, Error{p.Name, fmt.Sprintf("%s must be %s", p.Quantity(x), p.Range)})
		}
	}
	return bad
}

// Quantity writes a value with the parameter's unit.
func (p Param) Quantity(x float64) string {
	if p.Unit == "" {
		return fmt.Sprintf("%g", x)
	}
	return fmt.Sprintf("%g %s", x, p.Unit)
}

// Error says what is wrong with one parameter of a model.
type Error struct {
	Param   string // parameter name as in files
	Message string // the value and what would be right
}

// Error gives the text without the package and model it is about: those add their names.
func (e Error) Error() string { return fmt.Sprintf("parameter %s: %s", e.Param, e.Message) }

func parseDefault(s string) float64 {
	if s == "true" {
		return 1
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0 // "", "false"
	}
	return x
}
