package certify

import (
	"fmt"
	"math/big"
)

// LowerBound is the smallest k with
//
//	(31/64)·Σ_(i>k) b_i² ≤ eps·f(0),
//
// in exact arithmetic. After k gradients at most k coordinates of a zero-respecting method that started
// at 0 differ from 0, every coordinate i that is still 0 contributes v_(b_i)(b_i) = (31/64)·b_i² to f, and
// no other term is negative. Hence no such method has f ≤ eps·f(0) after fewer than LowerBound(eps)
// gradients. It is about T·ln(1/eps)/ln(64/49) as long as the chain has not come to its end.
func (f *Hard) LowerBound(eps float64) (int, error) {
	if !(eps > 0 && eps < 1) {
		return 0, fmt.Errorf("certify: eps %g, want a number in (0, 1)", eps)
	}
	tails, length := f.tails(), big.NewInt(int64(f.length))
	allowed := f.allowed(eps, tails[0])
	for p := range f.blocks {
		after := new(big.Int).Mul(length, tails[p+1]) // the sum over all blocks after p
		room := new(big.Rat).Sub(allowed, new(big.Rat).SetInt(after))
		if room.Sign() < 0 {
			continue
		}
		share := new(big.Int).Sub(tails[p], tails[p+1]) // b² of block p
		room.Quo(room, new(big.Rat).SetInt(share))
		left := new(big.Int).Quo(room.Num(), room.Denom()) // coordinates of block p that may still be 0
		if left.Cmp(length) >= 0 {
			return p * f.length, nil
		}
		return (p+1)*f.length - int(left.Int64()), nil
	}
	return f.Dim(), nil
}

// allowed is what Σ_(i>k) b_i² may be at most, times 64^t: (64/31)·eps·f(0)·64^t, where
// f(0) = 1/2 + (31/64)·T·Σ_(j<t) (49/64)^j.
func (f *Hard) allowed(eps float64, sum *big.Int) *big.Rat {
	start := new(big.Rat).Mul(new(big.Rat).SetInt(sum), big.NewRat(31*int64(f.length), 64))
	start.Add(start, new(big.Rat).SetFrac(power(64, f.blocks), big.NewInt(2)))
	start.Mul(start, new(big.Rat).SetFloat64(eps))
	return start.Mul(start, big.NewRat(64, 31))
}

// tails[p] is 64^t·Σ_(j≥p) (49/64)^j, an integer, for p = 0 … t.
func (f *Hard) tails() []*big.Int {
	tails := make([]*big.Int, f.blocks+1)
	tails[f.blocks] = new(big.Int)
	level := new(big.Int).Mul(power(49, f.blocks-1), big.NewInt(64)) // 64^t·(49/64)^(t-1)
	for p := f.blocks - 1; p >= 0; p-- {
		tails[p] = new(big.Int).Add(tails[p+1], level)
		level = new(big.Int).Mul(level, big.NewInt(64))
		level.Quo(level, big.NewInt(49)) // exact for p > 0, not used after
	}
	return tails
}

func power(base int64, k int) *big.Int {
	return new(big.Int).Exp(big.NewInt(base), big.NewInt(int64(k)), nil)
}

// LowestValues gives the smallest value that f can have after k gradients, (31/64)·Σ_(i>k) b_i², for
// k = 0 … last: the curve of the bound.
func (f *Hard) LowestValues(last int) []float64 {
	curve := make([]float64, max(last, 0)+1)
	sum := 0.0
	for i := f.Dim(); i > 0; i-- {
		sum += square(f.b[i-1])
		if i-1 < len(curve) {
			curve[i-1] = flatShare * sum
		}
	}
	return curve
}
