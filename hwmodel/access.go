package hwmodel

import (
	"math/big"
	"math/bits"

	"couplet/internal/det"
)

// AccessCurve gives the energy of one access to a memory from its size: straight lines in log2(bytes)
// through some points, constant outside, times word width / Word.
type AccessCurve struct {
	Points []AccessPoint // in order of size, at least one
	Word   int           // bits of an access at the energies of the points
	Figure
}

// AccessPoint is the energy of an access to a memory of a size.
type AccessPoint struct {
	Bytes  int64
	Energy Energy
}

// Energy is that of one access to a memory, rounded to an attojoule.
func (a *AccessCurve) Energy(m Memory) Energy {
	return a.full(m.Bytes).scaled(big.NewRat(int64(m.Bits), int64(a.Word)))
}

// full is the energy of an access to a whole word.
func (a *AccessCurve) full(size int64) Energy {
	last := len(a.Points) - 1
	if size <= a.Points[0].Bytes {
		return a.Points[0].Energy
	}
	for k := 1; k <= last; k++ {
		lo, hi := a.Points[k-1], a.Points[k]
		if size > hi.Bytes {
			continue
		}
		way := new(big.Rat).Quo(logRatio(size, lo.Bytes), logRatio(hi.Bytes, lo.Bytes))
		return lo.Energy.Plus(hi.Energy.Minus(lo.Energy).scaled(way))
	}
	return a.Points[last].Energy
}

// logRatio is log2(a/b), exact for powers of two, as memories are.
func logRatio(a, b int64) *big.Rat {
	if a&(a-1) == 0 && b&(b-1) == 0 {
		return big.NewRat(int64(bits.Len64(uint64(a))-bits.Len64(uint64(b))), 1)
	}
	return new(big.Rat).SetFloat64((det.Log(float64(a)) - det.Log(float64(b))) / ln2)
}

const ln2 = 0.6931471805599453
