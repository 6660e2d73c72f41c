package neuron

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// Param describes one parameter of a model: what a reader of files, a JSON Schema or a manual
// needs to know about it. It is read from the tags of the model's struct, so that the struct is
// the only place where a parameter is declared:
//
//	TauM float64 `param:"tau_m" unit:"ms" default:"10" range:"(0,inf)" doc:"membrane time constant"`
//
// A range is an interval in the usual notation: a square bracket includes the end, a round one
// excludes it.
type Param struct {
	Name    string
	Unit    string // "ms", "mV", "pF", "pA", "step" or "" for a pure number
	Doc     string
	Default float64
	Bool    bool // the parameter is a switch; 0 is false and 1 true
	Range   Interval
	field   int
}

// Interval is a range of allowed values.
type Interval struct {
	Lo, Hi         float64
	OpenLo, OpenHi bool
}

// Contains tells whether x is a number inside the interval.
func (v Interval) Contains(x float64) bool {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return false
	}
	if x < v.Lo || (v.OpenLo && x == v.Lo) {
		return false
	}
	return x < v.Hi || (!v.OpenHi && x == v.Hi)
}

// String says the interval in words that finish the sentence "must be …".
func (v Interval) String() string {
	noLo, noHi := math.IsInf(v.Lo, -1), math.IsInf(v.Hi, 1)
	switch {
	case noLo && noHi:
		return "a finite number"
	case noHi && v.OpenLo:
		return fmt.Sprintf("greater than %g", v.Lo)
	case noHi:
		return fmt.Sprintf("at least %g", v.Lo)
	case noLo && v.OpenHi:
		return fmt.Sprintf("less than %g", v.Hi)
	case noLo:
		return fmt.Sprintf("at most %g", v.Hi)
	}
	open, closing := "[", "]"
	if v.OpenLo {
		open = "("
	}
	if v.OpenHi {
		closing = ")"
	}
	return fmt.Sprintf("in %s%g, %g%s", open, v.Lo, v.Hi, closing)
}

// Params lists the parameters of a model in the order of its struct.
func Params(m Model) []Param {
	t := reflect.TypeOf(m)
	var list []Param
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		name, ok := tag.Lookup("param")
		if !ok {
			continue
		}
		p := Param{
			Name: name, Unit: tag.Get("unit"), Doc: tag.Get("doc"),
			Bool: t.Field(i).Type.Kind() == reflect.Bool,
			Range: parseInterval(tag.Get("range")), field: i,
		}
		switch d := tag.Get("default"); d {
		case "", "false":
		case "true":
			p.Default = 1
		default:
			p.Default, _ = strconv.ParseFloat(d, 64)
		}
		list = append(list, p)
	}
	return list
}

// Value returns a parameter's value; a switch gives 0 or 1.
func (p Param) Value(m Model) float64 {
	f := reflect.ValueOf(m).Field(p.field)
	if p.Bool {
		if f.Bool() {
			return 1
		}
		return 0
	}
	return f.Float()
}

// With returns a copy of the model with this parameter set to x.
func (p Param) With(m Model, x float64) Model {
	v := reflect.New(reflect.TypeOf(m)).Elem()
	v.Set(reflect.ValueOf(m))
	if p.Bool {
		v.Field(p.field).SetBool(x != 0)
	} else {
		v.Field(p.field).SetFloat(x)
	}
	return v.Interface().(Model)
}

// withDefaults fills every parameter of m with its documented default.
func withDefaults[M Model](m M) M {
	for _, p := range Params(m) {
		m = p.With(m, p.Default).(M)
	}
	return m
}

// checkRanges reports every parameter that lies outside its declared range.
func checkRanges(m Model) []ParamError {
	var bad []ParamError
	for _, p := range Params(m) {
		if x := p.Value(m); !p.Bool && !p.Range.Contains(x) {
			bad = append(bad, ParamError{p.Name, fmt.Sprintf("%g%s must be %s", x, suffix(p.Unit), p.Range)})
		}
	}
	return bad
}

func suffix(unit string) string {
	if unit == "" {
		return ""
	}
	return " " + unit
}

// ParamError says what is wrong with one parameter of a model.
type ParamError struct {
	Param   string // parameter name as in files
	Message string // value and what would be right
}

func (e ParamError) Error() string { return fmt.Sprintf("neuron: parameter %s: %s", e.Param, e.Message) }

// parseInterval reads "(0,inf)"; an empty text is the whole line of numbers.
func parseInterval(s string) Interval {
	v := Interval{Lo: math.Inf(-1), Hi: math.Inf(1)}
	if s == "" {
		return v
	}
	v.OpenLo, v.OpenHi = s[0] == '(', s[len(s)-1] == ')'
	lo, hi, _ := strings.Cut(s[1:len(s)-1], ",")
	if x, err := strconv.ParseFloat(lo, 64); err == nil {
		v.Lo = x
	}
	if x, err := strconv.ParseFloat(hi, 64); err == nil {
		v.Hi = x
	}
	return v
}
