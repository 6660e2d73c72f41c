package neuron

import (
	"couplet/internal/param"
)

// Param describes one parameter of a model. It is read from the tags of the model's struct, so that
// the struct is the only place where a parameter is declared:
//
//	TauM float64 `param:"tau_m" unit:"ms" default:"10" range:"(0,inf)" doc:"membrane time constant"`
type Param = param.Param

// Interval is a range of allowed values.
type Interval = param.Interval

// ParamError says what is wrong with one parameter of a model: its name and, in a sentence that
// begins with the value, what would be right.
type ParamError = param.Error

// Params lists the parameters of a model in the order of its struct.
func Params(m Model) []Param { return param.List(m) }

// With returns a copy of the model with one parameter set to x.
func With(m Model, p Param, x float64) Model { return param.With(m, p, x) }

// withDefaults fills every parameter of m with its documented default.
func withDefaults[M Model](m M) M { return param.Defaults(m) }

// checkRanges reports every parameter that lies outside its declared range.
func checkRanges(m Model) []ParamError { return param.Check(m) }
