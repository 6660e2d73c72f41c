package neuron

import (
	"math"

	"couplet/internal/det"
)

// alphaSynapse is the state of the synapses of one sign of one neuron.
type alphaSynapse[F real] struct {
	rise F // y in pA/ms
	flow F // i in pA
}

// alphaFilter holds the constants of the synapses of one sign: those of one tick in the format of
// the state, and all that lazy hosting needs.
type alphaFilter[F real] struct {
	filter
	decay, climb F       // e^{-h/τ} and h·e^{-h/τ}
	a, b         F       // mV per pA of i and per pA/ms of y
	kick         float64 // e/τ: y per pA of weight
	peakA, peakB float64 // largest effect of 1 pA of i, 1 pA/ms of y on the potential, mV; only for lazy hosting
	tickMs       float64
	gaps         []alphaGap // propagators over k ticks, filled on demand; its length may be 0
}

// alphaGap holds the propagators over a time t.
type alphaGap struct{ t, decay, a, b float64 }

func newAlphaFilter[F real](f filter, b Build, table int) alphaFilter[F] {
	c := alphaFilter[F]{filter: f, kick: math.E / f.tau, tickMs: b.TickMs, gaps: make([]alphaGap, table)}
	one := c.over(1)
	c.decay, c.climb = F(one.decay), F(b.TickMs*one.decay)
	c.a, c.b = F(one.a), F(one.b)
	if b.Lazy {
		c.peakA, c.peakB = f.peak(f.a), f.peak(f.b)
	}
	return c
}

// over gives the propagators over k ticks.
func (c *alphaFilter[F]) over(k int64) alphaGap {
	if k >= int64(len(c.gaps)) {
		return c.propagate(k)
	}
	g := &c.gaps[k]
	if g.t == 0 { // not asked for yet
		*g = c.propagate(k)
	}
	return *g
}

func (c *alphaFilter[F]) propagate(k int64) alphaGap {
	t := float64(k) * c.tickMs
	return alphaGap{t, c.filter.decay(t), c.filter.a(t), c.filter.b(t)}
}

// decayed is the state of a synapse after the gap.
func (g alphaGap) decayed(rise, flow float64) (float64, float64) {
	return g.decay * rise, g.decay * (flow + float64(g.t*rise))
}

// push is what a synapse adds to a free potential in one tick.
func (c *alphaFilter[F]) push(rise, flow F) F { return F(c.b*rise) + F(c.a*flow) }

// relax is the synapse after one tick at whose end a weight arrived.
func (c *alphaFilter[F]) relax(rise, flow F, weight float64) (F, F) {
	return F(c.decay*rise) + F(c.kick*weight), F(c.climb*rise) + F(c.decay*flow)
}

// most is an upper bound of what the synapse can add to a free potential in any one coming tick,
// in mV: i at its maximum, which a positive rise reaches at t = τ - i/y, together with y now.
func (c *alphaFilter[F]) most(rise, flow float64) float64 {
	top := max(flow, 0)
	if rise > 0 {
		if t := c.tau - flow/rise; t > 0 {
			top = c.tau * rise * det.Exp(-t/c.tau)
		}
	}
	return float64(float64(c.a)*top) + float64(float64(c.b)*max(rise, 0))
}
