package optim

import (
	"errors"

	"couplet/internal/param"
)

// AdanPaper is adaptive Nesterov momentum as the paper writes it. It is not [Adan] with other numbers:
// a beta is the weight of the new term, there is no bias correction, the moments start from the first
// gradient, and eps stands under the root,
//
//	m ← (1-b1)·m + b1·g
//	v ← (1-b2)·v + b2·(g - g⁻)
//	n ← (1-b3)·n + b3·(g + (1-b2)·(g - g⁻))²
//	w ← (w - lr/√(n + eps)·(m + (1-b2)·v)) / (1 + lr·decay)
//
// The first gradient g₀ moves nothing: it sets m = g₀, v = 0, n = g₀², g⁻ = g₀. With the second,
// v = g₁ - g₀ without averaging. This start and the restart, which is the same again with the next
// gradient, follow our notes and were not checked against the paper's text.
//
// Source: arXiv 2208.06677, algorithm 1. The test that decides about restarts in the paper's analysis is
// not part of this package; call [Optimizer.Restart].
type AdanPaper struct {
	LR         float64 `param:"lr" default:"0.001" range:"[0,inf)" doc:"learning rate, the paper's eta"`
	Beta1      float64 `param:"beta1" default:"0.02" range:"(0,1]" doc:"weight of a new gradient in the mean"`
	Beta2      float64 `param:"beta2" default:"0.08" range:"(0,1]" doc:"weight of a new change of the gradient in the mean"`
	Beta3      float64 `param:"beta3" default:"0.01" range:"(0,1]" doc:"weight of a new square in the mean"`
	Eps        float64 `param:"eps" default:"1e-08" range:"[0,inf)" doc:"added to the mean square"`
	Decay      float64 `param:"decay" default:"0" range:"[0,inf)" doc:"proximal weight decay, the paper's lambda"`
	EpsOutside bool    `param:"eps_outside" default:"false" doc:"add eps to the root instead, lr/(√n + eps)"`
}

// NewAdanPaper gives the paper's default options.
func NewAdanPaper() AdanPaper { return param.Defaults(AdanPaper{}) }

// Name returns "adan_paper".
func (AdanPaper) Name() string { return "adan_paper" }

// Validate reports every option that is out of range.
func (c AdanPaper) Validate() error {
	if c.Beta1 > 0.5 && c.Beta2 > 0.5 && c.Beta3 > 0.5 {
		return checkRanges(c, errors.New("parameters beta1, beta2, beta3: all above 0.5; here a beta is the weight of the new term, want 1 minus those of adan, such as 0.02, 0.08, 0.01"))
	}
	return checkRanges(c)
}

// Words names the means of the gradient m, of its change v and of the squares n, and the last
// gradient g.
func (AdanPaper) Words() []string { return []string{"m", "v", secondMoment, "g"} }

// Cost counts the formulas above with the reciprocal of 1 + lr·decay computed once per step.
func (c AdanPaper) Cost() Cost { return kept(4).computes(8, 10+decays(c.Decay), 1, 1) }

type adanPaperRule[F Real] struct {
	config                                AdanPaper
	keep1, new1, keep2, new2, keep3, new3 F
	lr, inside, outside, after            F
}

func (r *adanPaperRule[F]) begin(_ int64, factor float64) {
	c := r.config
	lr := c.LR * factor
	r.keep1, r.new1 = F(1-c.Beta1), F(c.Beta1)
	r.keep2, r.new2 = F(1-c.Beta2), F(c.Beta2)
	r.keep3, r.new3 = F(1-c.Beta3), F(c.Beta3)
	r.lr, r.after = F(lr), F(1/(1+float64(lr*c.Decay)))
	r.inside, r.outside = F(c.Eps), 0
	if c.EpsOutside {
		r.inside, r.outside = 0, F(c.Eps)
	}
}

func (r *adanPaperRule[F]) update(t *tensor[F], updates int64) {
	if updates == 0 {
		r.start(t)
		return
	}
	grad := t.Grad
	value := t.Value[:len(grad)]
	mean, change := t.words[0][:len(grad)], t.words[1][:len(grad)]
	square, last := t.words[2][:len(grad)], t.words[3][:len(grad)]
	keep2, new2 := r.keep2, r.new2
	if updates == 1 {
		keep2, new2 = 0, 1
	}
	for i, g := range grad {
		d := g - last[i]
		m := F(r.keep1*mean[i]) + F(r.new1*g)
		v := F(keep2*change[i]) + F(new2*d)
		u := g + F(r.keep2*d)
		n := F(r.keep3*square[i]) + F(r.new3*F(u*u))
		mean[i], change[i], square[i], last[i] = m, v, n, g
		step := ratio(F(r.lr*(m+F(r.keep2*v))), root(n+r.inside)+r.outside)
		value[i] = F((value[i] - step) * r.after)
	}
}

// start sets the moments from the first gradient.
func (r *adanPaperRule[F]) start(t *tensor[F]) {
	copy(t.words[0], t.Grad)
	clear(t.words[1])
	for i, g := range t.Grad {
		t.words[2][i] = F(g * g)
	}
	copy(t.words[3], t.Grad)
}

func (r *adanPaperRule[F]) restart(t *tensor[F], _ int64) int64 {
	t.forget()
	return 0
}
