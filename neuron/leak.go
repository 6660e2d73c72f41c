package neuron

import (
	"math"

	"couplet/internal/det"
)

// leak is the leaky membrane of one class on the grid,
//
//	V(n) = P·V(n-1) + drive,   P = exp(-h/tau_m),
//
// which all models of the iaf_psc family share: its solution over many ticks and the time at which
// it reaches a threshold.
type leak struct {
	perTick float64   // h/tau_m
	loss    float64   // 1 - P
	eps     float64   // rounding unit of the state's format
	single  bool      // the state is kept in float32
	powers  []float64 // P^k, filled on demand; its length may be 0
}

func newLeak[F real](tauMs, tickMs float64, table int) leak {
	x := tickMs / tauMs
	return leak{
		perTick: x, loss: -det.Expm1(-x),
		eps: epsilon[F](), single: single[F](),
		powers: make([]float64, table),
	}
}

// tableLength is the number of gaps whose propagators a class remembers. Clocked neurons meet no
// gaps; lazy ones of few classes ask each class often, while for many classes the tables would
// outweigh the state.
func tableLength(b Build, classes int) int {
	if !b.Lazy || classes > 16 {
		return 0
	}
	return 4096
}

// power is P^k = exp(-k·h/tau_m).
func (l *leak) power(k int64) float64 {
	if k < int64(len(l.powers)) {
		if l.powers[k] == 0 { // not asked for yet, or underflow
			l.powers[k] = det.Exp(-float64(float64(k) * l.perTick))
		}
		return l.powers[k]
	}
	return det.Exp(-float64(float64(k) * l.perTick))
}

// after is V(k) for V(0) = v and a constant drive.
func (l *leak) after(v, drive float64, k int64) float64 {
	switch {
	case k == 0:
		return v
	case drive == 0:
		return float64(v * l.power(k))
	}
	limit := drive / l.loss
	return limit + float64((v-limit)*l.power(k))
}

// firstCrossing is a lower bound of the first n ≥ 1 at which V(n) reaches the threshold; Never if
// there is none. It solves
//
//	V(n) = V∞ + (V(0) - V∞)·P^n,   V∞ = drive/(1-P)
//
// for a threshold lowered by the rounding errors that repeated updates can pile up, and takes one
// tick off for the rounding of the logarithm.
func (l *leak) firstCrossing(v, drive, threshold float64) int64 {
	limit := drive / l.loss
	scale := math.Abs(v) + math.Abs(threshold) + math.Abs(limit)
	low := threshold - float64(4*l.eps/l.loss*scale)
	switch {
	case v >= low:
		return 1
	case limit <= low:
		return Never
	}
	n := math.Floor(det.Log((limit-v)/(limit-low))/l.perTick) - 1
	switch {
	case n > 1<<53:
		return Never
	case n > 1:
		return int64(n)
	}
	return 1
}

// later adds n ticks to a tick; Never absorbs.
func later(tick, n int64) int64 {
	if n == Never {
		return Never
	}
	return tick + n
}
