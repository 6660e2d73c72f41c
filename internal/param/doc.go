// Package param reads the description of a model's parameters from the tags of its struct, so that
// the struct is the only place where a parameter is declared:
//
//	type Leak struct {
//		TauM float64 `param:"tau_m" unit:"ms" default:"10" range:"(0,inf)" doc:"membrane time constant"`
//		Soft bool    `param:"soft" default:"true" doc:"reset by subtraction"`
//	}
//
// From that one line come the default value, the check of the range, the name and unit in files,
// the JSON Schema and the table in the manual.
//
// A parameter is a float64 or a bool. Fields without the tag param are left alone. A range is an
// interval in the usual notation: a square bracket includes the end, a round one excludes it; no
// range means any finite number.
package param
