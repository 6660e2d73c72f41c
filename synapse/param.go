package synapse

import (
	"errors"
	"fmt"
	"math"

	"couplet/internal/param"
)

// Param describes one parameter of a synapse model: name and unit in files, default, range,
// meaning.
type Param = param.Param

// Params lists the parameters of a synapse model, in the order of its struct, without weight and
// delay, which every model has.
func Params(s Synapse) []Param { return param.List(s) }

// With returns a copy of a synapse model in which the parameter p has the value x.
func With(s Synapse, p Param, x float64) Synapse { return param.With(s, p, x) }

// withDefaults gives every parameter of a model its documented default.
func withDefaults[S Synapse](s S) S { return param.Defaults(s) }

var inf = math.Inf(1)

// checkParams reports every parameter outside its range.
func checkParams(s Synapse) error {
	var bad []error
	for _, e := range param.Check(s) {
		bad = append(bad, fmt.Errorf("synapse: %s: %w", s.Name(), e))
	}
	return errors.Join(bad...)
}

func wrong(s Synapse, parameter, message string) error {
	return fmt.Errorf("synapse: %s: %w", s.Name(), param.Error{Param: parameter, Message: message})
}

// checkSign checks that all weights of a model have the sign of a number.
func checkSign(s Synapse, like float64) error {
	weight, _ := s.Strength()
	if weight == nil {
		return nil // reported by validateStrength
	}
	lo, hi := weight.Bounds()
	switch {
	case like > 0 && lo < 0:
		return fmt.Errorf("synapse: %s: weights down to %g, but they must not be negative here (clip the distribution)", s.Name(), lo)
	case like < 0 && hi > 0:
		return fmt.Errorf("synapse: %s: weights up to %g, but they must not be positive for a negative Wmax (clip the distribution)", s.Name(), hi)
	}
	return nil
}

// reach returns the bounds of weights that stay between 0 and limit once they are there, starting
// from the model's initial ones.
func reach(s Synapse, limit float64) (lo, hi float64) {
	weight, _ := s.Strength()
	lo, hi = weight.Bounds()
	return min(lo, limit, 0), max(hi, limit, 0)
}
