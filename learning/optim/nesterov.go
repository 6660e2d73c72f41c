package optim

import "couplet/internal/param"

// Nesterov is Nesterov's accelerated gradient with a constant momentum. The parameters hold the point
// y at which the gradient is taken, the state the iterate x behind it,
//
//	x' = y - lr·(∇f(y) + decay·y)
//	y' = x' + momentum·(x' - x)
//
// and [Ahead.Iterate] gives x, which is what theorems are about. With
// momentum (√κ-1)/(√κ+1) and lr = 1/L it needs O(√κ·log(1/ε)) steps on functions that are L-smooth
// and strongly convex with condition number κ.
//
// Source: Yu. Nesterov, "Introductory Lectures on Convex Optimization", 2004, section 2.2.
type Nesterov struct {
	LR       float64 `param:"lr" default:"0.01" range:"[0,inf)" doc:"learning rate"`
	Momentum float64 `param:"momentum" default:"0.9" range:"[0,1)" doc:"how far to look ahead, as a part of the last step"`
	Decay    float64 `param:"decay" default:"0" range:"[0,inf)" doc:"weight decay, added to the gradient as decay·y"`
}

// NewNesterov gives the default options.
func NewNesterov() Nesterov { return param.Defaults(Nesterov{}) }

// Name returns "nesterov".
func (Nesterov) Name() string { return "nesterov" }

// Validate reports every option that is out of range.
func (c Nesterov) Validate() error { return checkRanges(c) }

// Words names the iterate x.
func (Nesterov) Words() []string { return []string{"x"} }

// Cost counts x' = y - lr·g and y' = x' + momentum·(x' - x).
func (c Nesterov) Cost() Cost {
	return kept(1).computes(3+decays(c.Decay), 2+decays(c.Decay), 0, 0)
}

type nesterovRule[F Real] struct {
	config              Nesterov
	lr, momentum, decay F
}

func (r *nesterovRule[F]) begin(_ int64, factor float64) {
	r.lr, r.momentum, r.decay = F(r.config.LR*factor), F(r.config.Momentum), F(r.config.Decay)
}

func (r *nesterovRule[F]) update(t *tensor[F], updates int64) {
	grad := t.Grad
	value, iterate := t.Value[:len(grad)], t.words[0][:len(grad)]
	if updates == 0 {
		copy(iterate, value) // y = x at the start
	}
	for i, g := range grad {
		y := value[i]
		g += F(r.decay * y)
		x := y - F(r.lr*g)
		value[i] = x + F(r.momentum*(x-iterate[i]))
		iterate[i] = x
	}
}

// restart goes on from the iterate at rest.
func (r *nesterovRule[F]) restart(t *tensor[F], updates int64) int64 {
	if updates > 0 {
		copy(t.Value, t.words[0])
	}
	t.forget()
	return 0
}

// aheadEngine is the engine of optimisers whose first word is the iterate.
type aheadEngine[F Real] struct{ *engine[F] }

// Iterate returns the iterate of a parameter.
func (e *aheadEngine[F]) Iterate(p *Param[F]) []F {
	for i, t := range e.tensors {
		if t.Param == p && e.updates[i] > 0 {
			return t.words[0]
		}
	}
	return nil
}
