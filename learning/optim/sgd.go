package optim

import (
	"errors"

	"couplet/internal/param"
)

// SGD is stochastic gradient descent with momentum as the common frameworks define it, and as the
// OTTT and SPIDE settings mean it: the velocity sums gradients, and the learning rate stands outside,
//
//	g ← g + decay·w
//	v ← momentum·v + g
//	w ← w - lr·v                    or, with nesterov, w ← w - lr·(g + momentum·v)
//
// Without momentum there is no state. While the learning rate is constant, this is [HeavyBall], and
// with nesterov [Nesterov], where the parameters hold the point ahead in both.
type SGD struct {
	LR       float64 `param:"lr" default:"0.01" range:"[0,inf)" doc:"learning rate"`
	Momentum float64 `param:"momentum" default:"0" range:"[0,1)" doc:"part of the velocity that is kept in a step"`
	Nesterov bool    `param:"nesterov" default:"false" doc:"step along the velocity that the next step would have"`
	Decay    float64 `param:"decay" default:"0" range:"[0,inf)" doc:"weight decay, added to the gradient as decay·w"`
}

// NewSGD gives the default options: no momentum.
func NewSGD() SGD { return param.Defaults(SGD{}) }

// Name returns "sgd".
func (SGD) Name() string { return "sgd" }

// Validate reports every option that is out of range.
func (c SGD) Validate() error {
	if c.Nesterov && c.Momentum == 0 {
		return checkRanges(c, errors.New("parameter nesterov: it needs a momentum greater than 0"))
	}
	return checkRanges(c)
}

// Words names the velocity v, if there is momentum.
func (c SGD) Words() []string {
	if c.Momentum == 0 {
		return nil
	}
	return []string{"v"}
}

// Cost counts w - lr·g, with momentum also momentum·v + g.
func (c SGD) Cost() Cost {
	cost := kept(len(c.Words())).computes(1, 1, 0, 0)
	if c.Momentum != 0 {
		cost = cost.computes(1, 1, 0, 0)
	}
	if c.Nesterov {
		cost = cost.computes(1, 1, 0, 0)
	}
	return cost.computes(decays(c.Decay), decays(c.Decay), 0, 0)
}

type sgdRule[F Real] struct {
	config              SGD
	lr, momentum, decay F
}

func (r *sgdRule[F]) begin(_ int64, factor float64) {
	r.lr, r.momentum, r.decay = F(r.config.LR*factor), F(r.config.Momentum), F(r.config.Decay)
}

func (r *sgdRule[F]) update(t *tensor[F], _ int64) {
	if len(t.words) == 0 {
		r.plain(t.Value, t.Grad)
		return
	}
	r.inertial(t.Value, t.Grad, t.words[0])
}

func (r *sgdRule[F]) plain(value, grad []F) {
	value = value[:len(grad)]
	for i, g := range grad {
		w := value[i]
		g += F(r.decay * w)
		value[i] = w - F(r.lr*g)
	}
}

func (r *sgdRule[F]) inertial(value, grad, velocity []F) {
	value, velocity = value[:len(grad)], velocity[:len(grad)]
	for i, g := range grad {
		w := value[i]
		g += F(r.decay * w)
		v := F(r.momentum*velocity[i]) + g
		velocity[i] = v
		if r.config.Nesterov {
			v = g + F(r.momentum*v)
		}
		value[i] = w - F(r.lr*v)
	}
}

func (r *sgdRule[F]) restart(t *tensor[F], _ int64) int64 {
	t.forget()
	return 0
}
