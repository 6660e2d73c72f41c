package synapse

import (
	"math"
	"math/big"
	"slices"
)

// Scale is the fixed-point format in which a port sums its input: an arriving weight w counts
// Units(w) units of size Quantum. Integer sums do not depend on the order of their terms, which
// makes a run independent of the number of workers.
type Scale struct {
	Quantum float64
	Wide    bool // sums are 64 bits wide, else 32
}

// Units returns the weight as a whole number of quanta.
func (s Scale) Units(w float64) int64 { return int64(math.RoundToEven(w / s.Quantum)) }

// Feed describes one source of input to a port, for the choice of its scale.
type Feed struct {
	Weight  Value
	Limit   float64 // bound of |weight| if greater than the bounds of Weight (plastic synapses)
	Plastic bool    // weights change during the run
	Events  float64 // largest number of arrivals at one neuron in one tick
}

// ChooseScale picks the fixed-point format of a port. If every weight is a whole multiple of one
// quantum, and no tick can sum up to 2^31 of them, sums are exact in 32 bits. Otherwise sums are 64
// bits wide with a power of two as quantum, as fine as the largest possible sum allows: ten
// thousand synapses of equal weight leave 2^48 quanta to each.
func ChooseScale(feeds []Feed) Scale {
	if q, ok := commonQuantum(feeds); ok {
		return Scale{Quantum: q}
	}
	sum := 0.0
	for _, f := range feeds {
		sum += f.Events * f.Largest()
	}
	if sum == 0 {
		return Scale{Quantum: 1, Wide: true}
	}
	_, exponent := math.Frexp(sum) // sum < 2^exponent
	return Scale{Quantum: math.Ldexp(1, exponent-62), Wide: true}
}

// Largest bounds the absolute value of a feed's weights.
func (f Feed) Largest() float64 {
	lo, hi := f.Weight.Bounds()
	return max(math.Abs(lo), math.Abs(hi), f.Limit)
}

// commonQuantum looks for a quantum of which all weights are exact multiples and for which sums fit
// 31 bits. It tries the largest power of two that divides all weights, then the smallest weight.
func commonQuantum(feeds []Feed) (float64, bool) {
	var steps []float64
	for _, f := range feeds {
		s, ok := latticeOf(f.Weight)
		if !ok || f.Plastic {
			return 0, false
		}
		steps = append(steps, s...)
	}
	steps = slices.DeleteFunc(steps, func(x float64) bool { return x == 0 })
	if len(steps) == 0 {
		return 1, true
	}
	for _, q := range []float64{powerOfTwoDivisor(steps), slices.Min(steps)} {
		if q > 0 && allMultiples(steps, q) && sumFits(feeds, q) {
			return q, true
		}
	}
	return 0, false
}

// distinctLimit bounds the number of listed weights that are searched for a common quantum.
const distinctLimit = 1 << 20

// latticeOf returns positive numbers of which all draws of v are sums and multiples, if v draws
// from a lattice at all.
func latticeOf(v Value) ([]float64, bool) {
	switch v := v.(type) {
	case Const:
		return []float64{math.Abs(float64(v))}, true
	case Rounded:
		return []float64{v.Step}, true
	case Scaled:
		steps, ok := latticeOf(v.Value)
		for i := range steps {
			steps[i] = math.Abs(float64(steps[i] * v.Factor))
		}
		return steps, ok
	case Listed:
		if len(v) > distinctLimit {
			return nil, false
		}
		abs := make([]float64, len(v))
		for i, x := range v {
			abs[i] = math.Abs(x)
		}
		slices.Sort(abs)
		return slices.Compact(abs), true
	}
	return nil, false
}

// powerOfTwoDivisor is the largest power of two of which every x is a whole multiple.
func powerOfTwoDivisor(xs []float64) float64 {
	least := math.MaxInt
	for _, x := range xs {
		frac, exp := math.Frexp(x)
		mantissa := uint64(math.Ldexp(frac, 53))
		for mantissa&1 == 0 {
			mantissa >>= 1
			exp++
		}
		least = min(least, exp-53)
	}
	return math.Ldexp(1, least)
}

func allMultiples(xs []float64, q float64) bool {
	for _, x := range xs {
		k := math.RoundToEven(x / q)
		if k > math.MaxInt32 || float64(k*q) != x {
			return false
		}
	}
	return true
}

// sumFits tells whether no tick can bring a sum out of 31 bits.
func sumFits(feeds []Feed, q float64) bool {
	sum := new(big.Float)
	for _, f := range feeds {
		sum.Add(sum, new(big.Float).SetFloat64(f.Events*math.Ceil(f.Largest()/q)))
	}
	return sum.Cmp(big.NewFloat(math.MaxInt32)) < 0
}
