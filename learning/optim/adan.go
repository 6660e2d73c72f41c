package optim

import (
	"fmt"
	"math"

	"couplet/internal/det"
	"couplet/internal/param"
)

// Adan is adaptive Nesterov momentum as the authors' library computes it: the gradient at the point
// ahead is estimated from the change of the gradient, g + b2·(g - g⁻), so that no second forward pass
// is needed. In step k of a group, with all state zero before the first,
//
//	c = min(1, max_grad_norm / (√Σg² + eps))    over all groups, if max_grad_norm > 0, else 1
//	g ← c·g
//	g⁻ ← g                                      if k = 1, or if it is the parameter's first gradient
//	d = g - g⁻
//	m ← b1·m + (1-b1)·g
//	v ← b2·v + (1-b2)·d
//	u = g + b2·d
//	n ← b3·n + (1-b3)·u²
//	D = √n / √(1-b3^k) + eps
//	s1 = lr / (1-b1^k),  s2 = lr·b2 / (1-b2^k)
//	w ← (w - (s1·m + s2·v)/D) / (1 + lr·decay)  proximal decay, the default
//	w ← w·(1 - lr·decay) - (s1·m + s2·v)/D      with no_prox
//	g⁻ ← g
//
// The betas are the parts that are kept, 1 minus those of the paper; see [AdanPaper]. The counter k
// belongs to the group: it goes on for a parameter without a gradient. With several groups, eps in the
// clipping is that of the last one. Step overwrites the gradients with the clipped ones.
//
// [Optimizer.Restart] is the library's restart_opt: k, m, v and n become zero, and since k is then 1,
// the next gradient takes the place of g⁻. The library never restarts by itself, and according to its
// documentation the published results, but for one ablation, used no restart.
//
// Source: https://github.com/sail-sg/Adan, file adan.py, including that c is computed in single
// precision. The fused CUDA kernel of that version, which divides by another denominator, is not
// followed.
type Adan struct {
	LR      float64 `param:"lr" default:"0.001" range:"[0,inf)" doc:"learning rate; 5 to 10 times that of Adam is usual"`
	Beta1   float64 `param:"beta1" default:"0.98" range:"[0,1)" doc:"part of the mean gradient that is kept in a step"`
	Beta2   float64 `param:"beta2" default:"0.92" range:"[0,1)" doc:"part of the mean change of the gradient that is kept in a step"`
	Beta3   float64 `param:"beta3" default:"0.99" range:"[0,1)" doc:"part of the mean square that is kept in a step"`
	Eps     float64 `param:"eps" default:"1e-08" range:"[0,inf)" doc:"added to the root of the mean square"`
	Decay   float64 `param:"decay" default:"0" range:"[0,inf)" doc:"weight decay, decoupled from the gradient"`
	MaxNorm float64 `param:"max_grad_norm" default:"0" range:"[0,inf)" doc:"largest norm of all gradients together; longer ones are shortened; 0 for no limit"`
	NoProx  bool    `param:"no_prox" default:"false" doc:"decay the weight before the step instead of after it"`
}

// NewAdan gives the library's default options.
func NewAdan() Adan { return param.Defaults(Adan{}) }

// Name returns "adan".
func (Adan) Name() string { return "adan" }

// Validate reports every option that is out of range.
func (c Adan) Validate() error { return checkRanges(c) }

// Words names the means of the gradient m, of its change v and of the squares n, and the last
// gradient g.
func (Adan) Words() []string { return []string{"m", "v", secondMoment, "g"} }

// Cost counts the formulas above with the reciprocals of √(1-b3^k) and 1 + lr·decay computed once per
// step. Clipping reads the gradients twice.
func (c Adan) Cost() Cost {
	cost := kept(4).computes(8, 11+decays(c.Decay), 1, 1)
	if c.MaxNorm > 0 {
		cost.GradientReads++
		cost = cost.computes(1, 2, 0, 0) // Σg² and c·g
	}
	return cost
}

// maxNorm is the limit of the gradient's norm that is part of an optimiser; 0 if there is none.
func maxNorm(c Config) float64 {
	if a, ok := c.(Adan); ok {
		return a.MaxNorm
	}
	return 0
}

// clip is the clipping that belongs to an optimiser.
type clip struct{ maxNorm, eps float64 }

// clipping is the clipping of an optimiser whose last group has the given options.
func clipping(c, last Config) clip {
	if a, ok := last.(Adan); ok {
		return clip{maxNorm(c), a.Eps}
	}
	return clip{}
}

// addSquares adds the squares of one parameter's gradient. As in the library, each parameter's sum is
// rounded to single precision when it is added to that of the parameters before.
func addSquares[F Real](sum float32, grad []F) float32 {
	return sum + float32(sumSquares(0, grad))
}

// factor is min(1, max_grad_norm / (√sum + eps)), in single precision like the library's.
func (c clip) factor(sum float32) (float64, error) {
	norm := root(sum)
	if !finite(float64(norm)) {
		return 0, fmt.Errorf("optim: the norm of the gradient is not finite in single precision (%g)", norm)
	}
	return float64(min(1, float32(c.maxNorm)/(norm+float32(c.eps)))), nil
}

type adanRule[F Real] struct {
	config  Adan
	scalars adanScalars[F]
}

func (r *adanRule[F]) begin(step int64, factor float64) {
	r.scalars = newAdanScalars[F](r.config, step, factor)
}

func (r *adanRule[F]) update(t *tensor[F], updates int64) {
	r.scalars.apply(updates == 0, t.Value, t.Grad, t.words)
}

// restart zeroes the moments. The last gradient stays for a parameter that has none in the next step,
// as in the library.
func (r *adanRule[F]) restart(t *tensor[F], updates int64) int64 {
	for _, w := range t.words[:3] {
		clear(w)
	}
	return updates
}

// adanScalars is what all parameters of a group share in a step.
type adanScalars[F Real] struct {
	keep1, new1, keep2, new2, keep3, new3 F
	root                                  F // 1/√(1-b3^k)
	eps                                   F
	size, sizeOfChange                    F // s1, s2
	before, after                         F // the decay: factors of the weight before and after the step
	first                                 bool
}

func newAdanScalars[F Real](c Adan, step int64, factor float64) adanScalars[F] {
	k, lr := float64(step), c.LR*factor
	s := adanScalars[F]{
		keep1: F(c.Beta1), new1: F(1 - c.Beta1),
		keep2: F(c.Beta2), new2: F(1 - c.Beta2),
		keep3: F(c.Beta3), new3: F(1 - c.Beta3),
		root:         F(1 / math.Sqrt(1-det.Pow(c.Beta3, k))),
		eps:          F(c.Eps),
		size:         F(lr / (1 - det.Pow(c.Beta1, k))),
		sizeOfChange: F(lr * c.Beta2 / (1 - det.Pow(c.Beta2, k))),
		before:       1, after: F(1 / (1 + float64(lr*c.Decay))),
		first: step == 1,
	}
	if c.NoProx {
		s.before, s.after = F(1-float64(lr*c.Decay)), 1
	}
	return s
}

// apply moves values with the words m, v, n and g. A fresh parameter has had no gradient before.
func (s *adanScalars[F]) apply(fresh bool, value, grad []F, words [][]F) {
	value = value[:len(grad)]
	mean, change := words[0][:len(grad)], words[1][:len(grad)]
	square, last := words[2][:len(grad)], words[3][:len(grad)]
	if fresh || s.first {
		copy(last, grad)
	}
	for i, g := range grad {
		d := g - last[i]
		m := F(s.keep1*mean[i]) + F(s.new1*g)
		v := F(s.keep2*change[i]) + F(s.new2*d)
		u := g + F(s.keep2*d)
		n := F(s.keep3*square[i]) + F(s.new3*F(u*u))
		mean[i], change[i], square[i], last[i] = m, v, n, g
		step := ratio(F(s.size*m)+F(s.sizeOfChange*v), F(root(n)*s.root)+s.eps)
		value[i] = F((F(value[i]*s.before) - step) * s.after)
	}
}
