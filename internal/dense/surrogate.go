package dense

import (
	"math"

	"couplet/internal/det"
)

// Surrogate is the derivative that takes the place of that of a spike, the derivative of a logistic
// function through the threshold V (arXiv 2210.04195, α = 4):
//
//	ψ(u) = α·σ(α(u-V))·(1-σ(α(u-V))) = α·e/(1+e)², e = exp(-|α(u-V)|)
//
// The second form loses no digits where σ is close to 1.
type Surrogate[F Real] struct {
	Steepness F // α
	Threshold F // V
}

// silentExponent is the exponent below which float32 takes ψ as 0: ψ < 2e-35·α, and e would soon be
// denormal.
const silentExponent = -80

// Apply computes g *= ψ(u), the error of a neuron from that of its spike and from its potential before
// the spike.
//
// In float32 the exponential is a polynomial, the same at every level, and ψ differs from its exact
// value at the rounded exponent x = -|α(u-V)| by at most 4e-7·ψ, or by 2e-35·α where x < -80, where it
// is 0. The roundings of u-V and α(u-V) come on top. In float64 the exponential is that of package det.
// A potential that is NaN makes the error NaN.
func (s *Surrogate[F]) Apply(g, u []F) {
	u = u[:len(g)]
	done := 0
	if level, ok := vectorised[F](); ok {
		done = len(g) &^ 15
		c := s.constants32()
		surrogateVector(level, as32(g)[:done], as32(u), &c)
	}
	s.applyPortable(g[done:], u[done:])
}

// applyPortable is the specification of Apply.
func (s *Surrogate[F]) applyPortable(g, u []F) {
	u = u[:len(g)]
	single := isFloat32[F]()
	for i := range g {
		x := -F(math.Abs(float64(F(s.Steepness * (u[i] - s.Threshold)))))
		var e F
		if single {
			if x < silentExponent {
				g[i] *= 0
				continue
			}
			e = F(exp32(float32(x)))
		} else {
			e = F(det.Exp(float64(x)))
		}
		d := 1 + e
		g[i] *= F(s.Steepness * F(e/F(d*d)))
	}
}

// The constants of exp32. ln2High has so few digits that its products with whole numbers are exact.
const (
	log2e   = 1 / math.Ln2
	magic   = 3 << 22 // 1.5·2^23: adding it rounds to a whole number, which then stands in the low bits
	ln2High = 355.0 / 512
	ln2Low  = math.Ln2 - ln2High
)

// exp32 computes exp(x) for -80 <= x <= 0 from the power series of exp(r), x = n·ln 2 + r with n whole
// and |r| < 0.35: the terms that are left out are below 6e-9.
func exp32(x float32) float32 {
	t := float32(x*log2e) + magic
	n := t - magic
	r := x - float32(n*ln2High)
	r -= float32(n * ln2Low)
	p := float32(1.0 / 5040)
	for _, c := range [...]float32{1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1, 1} {
		p = float32(p*r) + c
	}
	return p * math.Float32frombits(math.Float32bits(t)<<23+math.Float32bits(1))
}

// surrogateConstants32 is what the assembly gets: see asm/surrogate.go for the indices.
type surrogateConstants32 = [15]float32

func (s *Surrogate[F]) constants32() surrogateConstants32 {
	return surrogateConstants32{
		float32(s.Steepness), float32(s.Threshold), float32(math.Copysign(0, -1)), log2e, magic, ln2High, ln2Low,
		silentExponent, 1.0, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2,
	}
}
