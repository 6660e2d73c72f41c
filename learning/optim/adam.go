package optim

import (
	"math"

	"couplet/internal/det"
	"couplet/internal/param"
)

// secondMoment is the word for the mean of squared gradients in every optimiser that keeps one.
const secondMoment = "n"

// Adam divides the mean of the gradients by the root of the mean of their squares, both corrected for
// their start at zero. In step k of a parameter,
//
//	g ← g + decay·w
//	m ← b1·m + (1-b1)·g
//	n ← b2·n + (1-b2)·g²
//	w ← w - lr/(1-b1^k)·m / (√n/√(1-b2^k) + eps)
//
// Every parameter counts the steps in which it had a gradient.
//
// Source: D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
type Adam struct {
	LR    float64 `param:"lr" default:"0.001" range:"[0,inf)" doc:"learning rate"`
	Beta1 float64 `param:"beta1" default:"0.9" range:"[0,1)" doc:"part of the mean gradient that is kept in a step"`
	Beta2 float64 `param:"beta2" default:"0.999" range:"[0,1)" doc:"part of the mean square that is kept in a step"`
	Eps   float64 `param:"eps" default:"1e-08" range:"[0,inf)" doc:"added to the root of the mean square"`
	Decay float64 `param:"decay" default:"0" range:"[0,inf)" doc:"weight decay, added to the gradient as decay·w"`
}

// NewAdam gives the default options.
func NewAdam() Adam { return param.Defaults(Adam{}) }

// Name returns "adam".
func (Adam) Name() string { return "adam" }

// Validate reports every option that is out of range.
func (c Adam) Validate() error { return checkRanges(c) }

// Words names the mean gradient m and the mean square n.
func (Adam) Words() []string { return []string{"m", secondMoment} }

// Cost counts the formulas above.
func (c Adam) Cost() Cost {
	return kept(2).computes(4+decays(c.Decay), 7+decays(c.Decay), 1, 1)
}

// AdamW is [Adam] with decoupled weight decay: the gradient is left alone, and before the step
//
//	w ← (1 - lr·decay)·w
//
// Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2,
// with the decay scaled by the learning rate as in the common frameworks.
type AdamW struct {
	LR    float64 `param:"lr" default:"0.001" range:"[0,inf)" doc:"learning rate"`
	Beta1 float64 `param:"beta1" default:"0.9" range:"[0,1)" doc:"part of the mean gradient that is kept in a step"`
	Beta2 float64 `param:"beta2" default:"0.999" range:"[0,1)" doc:"part of the mean square that is kept in a step"`
	Eps   float64 `param:"eps" default:"1e-08" range:"[0,inf)" doc:"added to the root of the mean square"`
	Decay float64 `param:"decay" default:"0.01" range:"[0,inf)" doc:"weight decay, applied to the weight as 1-lr·decay"`
}

// NewAdamW gives the default options.
func NewAdamW() AdamW { return param.Defaults(AdamW{}) }

// Name returns "adamw".
func (AdamW) Name() string { return "adamw" }

// Validate reports every option that is out of range.
func (c AdamW) Validate() error { return checkRanges(c) }

// Words names the mean gradient m and the mean square n.
func (AdamW) Words() []string { return []string{"m", secondMoment} }

// Cost counts the formulas of Adam and one product for the decay.
func (c AdamW) Cost() Cost { return kept(2).computes(4, 7+decays(c.Decay), 1, 1) }

type adamRule[F Real] struct {
	config                       Adam
	decoupled                    bool
	factor                       float64
	keep1, new1, keep2, new2     F
	eps, coupledDecay, remaining F
	updates                      int64 // for which size and root were computed last
	size, root                   F     // lr/(1-b1^k), 1/√(1-b2^k)
}

func (r *adamRule[F]) begin(_ int64, factor float64) {
	c := r.config
	r.factor, r.updates = factor, -1
	r.keep1, r.new1 = F(c.Beta1), F(1-c.Beta1)
	r.keep2, r.new2 = F(c.Beta2), F(1-c.Beta2)
	r.eps, r.coupledDecay, r.remaining = F(c.Eps), F(c.Decay), 1
	if r.decoupled {
		r.coupledDecay, r.remaining = 0, F(1-float64(c.LR*factor*c.Decay))
	}
}

// correct computes the step size and the bias correction for a parameter's step k.
func (r *adamRule[F]) correct(updates int64) {
	if updates == r.updates {
		return
	}
	k := float64(updates + 1)
	r.size = F(r.config.LR * r.factor / (1 - det.Pow(r.config.Beta1, k)))
	r.root = F(1 / math.Sqrt(1-det.Pow(r.config.Beta2, k)))
	r.updates = updates
}

func (r *adamRule[F]) update(t *tensor[F], updates int64) {
	r.correct(updates)
	grad := t.Grad
	value, mean, square := t.Value[:len(grad)], t.words[0][:len(grad)], t.words[1][:len(grad)]
	for i, g := range grad {
		w := value[i]
		g += F(r.coupledDecay * w)
		w = F(r.remaining * w)
		m := F(r.keep1*mean[i]) + F(r.new1*g)
		n := F(r.keep2*square[i]) + F(r.new2*F(g*g))
		mean[i], square[i] = m, n
		value[i] = w - ratio(F(r.size*m), F(root(n)*r.root)+r.eps)
	}
}

func (r *adamRule[F]) restart(t *tensor[F], _ int64) int64 {
	t.forget()
	return 0
}

// root is the square root in the arithmetic of F. For float32 the root of the exact double, rounded
// once more, is the correctly rounded root.
func root[F Real](x F) F { return F(math.Sqrt(float64(x))) }

// ratio is a/b. It is 0 where b is: with eps = 0 and no gradient so far, 0/0 must not move a weight.
func ratio[F Real](a, b F) F {
	if b == 0 {
		return 0
	}
	return a / b
}
