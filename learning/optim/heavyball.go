package optim

import "couplet/internal/param"

// HeavyBall is gradient descent with inertia in Polyak's form: the step before is repeated in part,
//
//	x' = x - lr·(∇f(x) + decay·x) + momentum·(x - x⁻)
//
// The state is the displacement u = x - x⁻, so that the learning rate acts on the gradient of its own
// step only; [SGD] multiplies the whole sum by the present learning rate.
//
// Source: B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
type HeavyBall struct {
	LR       float64 `param:"lr" default:"0.01" range:"[0,inf)" doc:"learning rate"`
	Momentum float64 `param:"momentum" default:"0.9" range:"[0,1)" doc:"part of the last step that is repeated"`
	Decay    float64 `param:"decay" default:"0" range:"[0,inf)" doc:"weight decay, added to the gradient as decay·x"`
}

// NewHeavyBall gives the default options.
func NewHeavyBall() HeavyBall { return param.Defaults(HeavyBall{}) }

// Name returns "heavy_ball".
func (HeavyBall) Name() string { return "heavy_ball" }

// Validate reports every option that is out of range.
func (c HeavyBall) Validate() error { return checkRanges(c) }

// Words names the displacement u.
func (HeavyBall) Words() []string { return []string{"u"} }

// Cost counts u ← momentum·u - lr·g and x ← x + u.
func (c HeavyBall) Cost() Cost {
	return kept(1).computes(2+decays(c.Decay), 2+decays(c.Decay), 0, 0)
}

type heavyBallRule[F Real] struct {
	config              HeavyBall
	lr, momentum, decay F
}

func (r *heavyBallRule[F]) begin(_ int64, factor float64) {
	r.lr, r.momentum, r.decay = F(r.config.LR*factor), F(r.config.Momentum), F(r.config.Decay)
}

func (r *heavyBallRule[F]) update(t *tensor[F], _ int64) {
	grad := t.Grad
	value, displacement := t.Value[:len(grad)], t.words[0][:len(grad)]
	for i, g := range grad {
		x := value[i]
		g += F(r.decay * x)
		u := F(r.momentum*displacement[i]) - F(r.lr*g)
		displacement[i] = u
		value[i] = x + u
	}
}

func (r *heavyBallRule[F]) restart(t *tensor[F], _ int64) int64 {
	t.forget()
	return 0
}
