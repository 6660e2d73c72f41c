package certify

import (
	"couplet/internal/det"
	"couplet/learning/optim"
)

// Method is an optimiser to be certified.
type Method struct {
	// Name stands in tables and pictures.
	Name string
	// Config describes the optimiser.
	Config optim.Config
	// Resolution, if it is not 0, is the step to whose multiples the parameters are rounded after every
	// update, as in a memory of few bits. A coordinate whose updates stay below half a step never
	// starts, and the chain ends there: see [Run.Depth].
	Resolution float64
}

// Methods lists every optimiser of package optim with settings that suit [Hard]: step 1/L where a
// theory of smooth functions says so, and 0.01 for those that scale every coordinate.
func Methods() []Method {
	const step, momentum, scaled = 1.0 / Smoothness, 0.9, 0.01
	sgd := optim.NewSGD()
	sgd.LR = step
	adam, adamW := optim.NewAdam(), optim.NewAdamW()
	adan, paper := optim.NewAdan(), optim.NewAdanPaper()
	adam.LR, adamW.LR, adan.LR, paper.LR = scaled, scaled, scaled, scaled
	adamW.Decay = 0.001 // its default moves the stationary point too far to reach 0.001·f(0)
	return []Method{
		{Name: "gradient descent", Config: sgd},
		{Name: "heavy ball", Config: optim.HeavyBall{LR: step, Momentum: momentum}},
		{Name: "Nesterov", Config: optim.Nesterov{LR: step, Momentum: momentum}},
		{Name: "Adam", Config: adam},
		{Name: "AdamW", Config: adamW},
		{Name: "Adan", Config: adan},
		{Name: "Adan (paper)", Config: paper},
	}
}

// Family is a method whose settings follow from the constants of the function, L-smooth and with μ of
// the PL inequality or of strong convexity.
type Family struct {
	Name string
	At   func(l, mu float64) Method
}

// Families lists gradient descent, the two accelerated methods with the settings that theory gives for
// strongly convex functions, and Adan.
func Families() []Family {
	return []Family{
		{"gradient descent", func(l, _ float64) Method {
			return Method{Name: "gradient descent", Config: optim.SGD{LR: 1 / l}}
		}},
		{"heavy ball", func(l, mu float64) Method {
			return Method{Name: "heavy ball", Config: optim.HeavyBall{LR: 1 / l, Momentum: inertia(l, mu)}}
		}},
		{"Nesterov", func(l, mu float64) Method {
			return Method{Name: "Nesterov", Config: optim.Nesterov{LR: 1 / l, Momentum: inertia(l, mu)}}
		}},
		{"Adan", func(_, _ float64) Method {
			adan := optim.NewAdan()
			adan.LR = 0.01
			return Method{Name: "Adan", Config: adan}
		}},
	}
}

// inertia is the momentum (√κ-1)/(√κ+1) of the constant-step method for condition number κ = l/mu.
func inertia(l, mu float64) float64 {
	root := det.Sqrt(l / mu)
	return (root - 1) / (root + 1)
}
