package det

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// sampler draws arguments for the accuracy tests; its seed is fixed, so that a
// test passes or fails for good.
type sampler struct{ *rand.Rand }

func newSampler() sampler { return sampler{rand.New(rand.NewPCG(1, 2))} }

func (s sampler) between(a, b float64) float64 { return a + float64((b-a)*s.Float64()) }

// anyPositive has every exponent of the normal and subnormal numbers with equal
// probability.
func (s sampler) anyPositive() float64 {
	return math.Ldexp(1+s.Float64(), s.IntN(2098)-1074)
}

const samples = 2000

func TestAccuracy(t *testing.T) {
	s := newSampler()
	one := bigInt(1)
	cases := []struct {
		name  string
		limit float64 // ulp
		arg   func() float64
		got   func(float64) float64
		want  func(*big.Float) *big.Float
	}{
		{"exp/whole range", 0.55, func() float64 { return s.between(-708, 709.7) }, Exp, bigExp},
		{"exp/membrane decay", 0.55, func() float64 { return s.between(-2, 0) }, Exp, bigExp},
		{"exp/near zero", 0.55, func() float64 { return math.Copysign(math.Ldexp(s.between(1, 2), -s.IntN(60)-6), s.between(-1, 1)) }, Exp, bigExp},
		{"exp/subnormal result", 1.05, func() float64 { return s.between(-745, -708) }, Exp, bigExp},
		{"expm1/middle", 1.5, func() float64 { return s.between(-1, 1) }, Expm1, func(x *big.Float) *big.Float { return sub(bigExp(x), one) }},
		{"expm1/first steps", 1.5, func() float64 { return s.between(-0.1, 0.1) }, Expm1, bigExpm1},
		{"expm1/near zero", 0.55, func() float64 { return math.Copysign(math.Ldexp(s.between(1, 2), -s.IntN(1000)-8), s.between(-1, 1)) }, Expm1, bigExpm1},
		{"expm1/whole range", 1.5, func() float64 { return s.between(-45, 709.7) }, Expm1, func(x *big.Float) *big.Float { return sub(bigExp(x), one) }},
		{"log/whole range", 0.55, s.anyPositive, Log, bigLog},
		{"log/around one", 0.55, func() float64 { return s.between(0.7, 1.42) }, Log, bigLog},
		{"log/close to one", 0.55, func() float64 { return 1 + math.Copysign(math.Ldexp(s.between(1, 2), -s.IntN(44)-8), s.between(-1, 1)) }, Log, bigLog},
		{"quantile/centre", 4, func() float64 { return s.between(0.0625, 0.9375) }, NormQuantile, bigQuantile},
		{"quantile/near one half", 4, func() float64 {
			return 0.5 + math.Copysign(math.Ldexp(s.between(1, 2), -s.IntN(48)-4), s.between(-1, 1))
		}, NormQuantile, bigQuantile},
		{"quantile/lower tail", 6, func() float64 { return math.Ldexp(s.between(1, 2), -s.IntN(55)-4) }, NormQuantile, bigQuantile},
		{"quantile/upper tail", 6, func() float64 { return 1 - math.Ldexp(s.between(1, 2), -s.IntN(48)-4) }, NormQuantile, bigQuantile},
		{"quantile/deep tail", 6, func() float64 { return math.Ldexp(s.between(1, 2), -s.IntN(1020)-55) }, NormQuantile, bigQuantile},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			worst, at := 0.0, 0.0
			n := samples
			if c.name[0] == 'q' {
				n /= 8 // the reference iterates
			}
			for range n {
				x := c.arg()
				if e := ulps(c.got(x), c.want(bigF(x))); !(e <= worst) {
					worst, at = e, x
				}
			}
			t.Logf("largest error %.3f ulp at %v", worst, at)
			require.LessOrEqual(t, worst, c.limit, "at %v", at)
		})
	}
}

func bigQuantile(u *big.Float) *big.Float {
	if u.Cmp(bigF(0.5)) < 0 {
		z := bigTailQuantile(u)
		return z.Neg(z)
	}
	return bigTailQuantile(sub(bigInt(1), u))
}

func TestPowAccuracy(t *testing.T) {
	s := newSampler()
	bigPow := func(x, y float64) *big.Float { return bigExp(mul(bigF(y), bigLog(bigF(x)))) }
	cases := []struct {
		name string
		arg  func() (x, y float64)
	}{
		{"results of every size", func() (x, y float64) {
			x = s.anyPositive()
			return x, s.between(-707, 707) / Log(x)
		}},
		{"base near one, large exponent", func() (x, y float64) {
			x = 1 + math.Copysign(math.Ldexp(s.between(1, 2), -s.IntN(44)-8), s.between(-1, 1))
			return x, s.between(-707, 707) / math.Log1p(x-1)
		}},
		{"weight dependence of plasticity", func() (x, y float64) { return s.Float64(), s.between(0, 2) }},
		{"whole exponents", func() (x, y float64) { return s.between(1./8, 8), float64(s.IntN(601) - 300) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			worst, atX, atY := 0.0, 0.0, 0.0
			for range samples {
				x, y := c.arg()
				if e := ulps(Pow(x, y), bigPow(x, y)); !(e <= worst) {
					worst, atX, atY = e, x, y
				}
			}
			t.Logf("largest error %.3f ulp at %v, %v", worst, atX, atY)
			require.LessOrEqual(t, worst, 0.6, "at %v, %v", atX, atY)
		})
	}
}

// TestTwofold holds the error-free operations to what they promise: the two
// parts are the exact result.
func TestTwofold(t *testing.T) {
	s := newSampler()
	for range samples {
		a := math.Copysign(math.Ldexp(s.between(1, 2), s.IntN(60)-30), s.between(-1, 1))
		b := math.Copysign(math.Ldexp(s.between(1, 2), s.IntN(60)-30), s.between(-1, 1))

		hi, lo := sum(a, b)
		require.Zero(t, add(bigF(hi), bigF(lo)).Cmp(add(bigF(a), bigF(b))), "sum(%v, %v)", a, b)
		if math.Abs(a) < math.Abs(b) {
			a, b = b, a
		}
		fhi, flo := fastSum(a, b)
		require.Equal(t, [2]float64{hi, lo}, [2]float64{fhi, flo}, "fastSum(%v, %v)", a, b)

		hi, lo = product(a, b)
		require.Equal(t, a*b, hi)
		exact := mul(bigF(a), bigF(b))
		rest := sub(exact, add(bigF(hi), bigF(lo)))
		if rest.Sign() != 0 {
			require.LessOrEqual(t, rest.MantExp(nil), exact.MantExp(nil)-103, "product(%v, %v)", a, b)
		}
	}
}

// TestLogTwofold checks the 66 bits that Pow needs.
func TestLogTwofold(t *testing.T) {
	s := newSampler()
	least := 1000
	for i := range samples {
		x := s.anyPositive()
		if i%2 == 0 {
			x = 1 + math.Copysign(math.Ldexp(s.between(1, 2), -s.IntN(50)-2), s.between(-1, 1))
		}
		hi, lo := logTwofold(x)
		want := bigLog(bigF(x))
		if rest := sub(want, add(bigF(hi), bigF(lo))); rest.Sign() != 0 {
			bits := want.MantExp(nil) - rest.MantExp(nil)
			require.GreaterOrEqual(t, bits, 68, "ln(%v)", x)
			least = min(least, bits)
		}
	}
	t.Logf("at least %d bits", least)
}

// TestNormQuantileFit measures the fitted functions themselves, between the
// nodes, apart from rounding.
func TestNormQuantileFit(t *testing.T) {
	bigRatio := func(f *rational, x float64) *big.Float {
		n, d := newBig(), newBig()
		for i := 7; i >= 0; i-- {
			n = add(mul(n, bigF(x)), bigF(f.num[i]))
			d = add(mul(d, bigF(x)), bigF(f.den[i]))
		}
		return quo(n, d)
	}
	fits := map[string]*rational{"normR0": &normR0, "normR1": &normR1, "normR2": &normR2}
	for _, region := range normRegions() {
		t.Run(region.name, func(t *testing.T) {
			worst := 0.0
			for i := range 100 {
				x := region.width * (float64(i) + 0.5) / 100
				want := region.z(bigF(x))
				e, _ := quo(sub(bigRatio(fits[region.name], x), want), want).Float64()
				worst = max(worst, math.Abs(e))
			}
			t.Logf("largest relative distance %.2g", worst)
			require.Less(t, worst, 1.5e-16)
		})
	}
}
