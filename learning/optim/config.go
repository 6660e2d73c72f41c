package optim

import (
	"errors"
	"fmt"

	"couplet/internal/param"
)

// Config describes an optimiser: a struct of hyper-parameters. Those of this package are [SGD],
// [HeavyBall], [Nesterov], [Adam], [AdamW], [Adan] and [AdanPaper].
type Config interface {
	// Name is the optimiser's name in files and tables, such as "adan".
	Name() string
	// Validate reports every hyper-parameter that is out of range, or nil.
	Validate() error
	// Words names what the optimiser remembers for each parameter, one word each.
	Words() []string
	// Cost counts what one update of one parameter takes.
	Cost() Cost
}

// All lists the optimisers with their default options.
func All() []Config {
	return []Config{NewSGD(), NewHeavyBall(), NewNesterov(), NewAdam(), NewAdamW(), NewAdan(), NewAdanPaper()}
}

// Option describes one hyper-parameter of a [Config] as its struct declares it: name in files,
// default, range and meaning.
type Option = param.Param

// Options lists the hyper-parameters of an optimiser in the order of its struct.
func Options(c Config) []Option { return param.List(c) }

// With returns a copy of the optimiser's description with one hyper-parameter set to x; a switch is
// on for any x but 0.
func With(c Config, o Option, x float64) Config { return param.With(c, o, x) }

// checkRanges reports every hyper-parameter outside its declared range, and further problems.
func checkRanges(c Config, further ...error) error {
	var list []error
	for _, e := range param.Check(c) {
		list = append(list, fmt.Errorf("optim: %s: %w", c.Name(), e))
	}
	for _, e := range further {
		list = append(list, fmt.Errorf("optim: %s: %w", c.Name(), e))
	}
	return errors.Join(list...)
}

// decays tells the cost of a weight decay: nothing where there is none.
func decays(rate float64) int {
	if rate != 0 {
		return 1
	}
	return 0
}
