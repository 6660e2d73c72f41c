package reference

import (
	"math"
	"slices"
)

// precise is iaf_psc_exp_ps: the equations of iaf_psc_exp solved at any real time. Within a tick,
// time runs from 0 to h.
type precise struct {
	membrane
	ex, in current
	// heldFor is the time in ms, from the end of the last tick on, for which V is still held.
	heldFor float64
	tRef    float64
}

func newPrecise(p values, tickMs float64) *precise {
	return &precise{
		membrane: newMembrane(p, tickMs),
		ex:       current{tau: p.get("tau_syn_ex"), i: p.initial("I_syn_ex", 0)},
		in:       current{tau: p.get("tau_syn_in"), i: p.initial("I_syn_in", 0)},
		tRef:     p.get("t_ref"),
	}
}

func (n *precise) update(in []arrival, drive float64) (spike int, before float64) {
	now := 0.0
	for _, end := range n.pieces(in) {
		length := end - now
		if n.heldFor <= now {
			v := n.after(length, drive)
			if v >= n.vTh {
				at := now + n.crossing(length, drive)
				spike, before = 1, n.h-at
				n.heldFor = at + n.tRef
				v = n.vReset
			}
			n.v = v
		}
		n.ex.i *= math.Exp(-length / n.ex.tau)
		n.in.i *= math.Exp(-length / n.in.tau)
		for _, a := range in {
			if n.h-a.before == end {
				ex, inh := bySign([]arrival{a})
				n.ex.i += ex
				n.in.i += inh
			}
		}
		now = end
	}
	n.heldFor = math.Max(0, n.heldFor-n.h)
	return spike, before
}

// pieces lists the ends of the pieces of a tick: arrivals, the end of refractoriness and the grid
// point.
func (n *precise) pieces(in []arrival) []float64 {
	ends := []float64{n.h}
	for _, a := range in {
		ends = append(ends, n.h-a.before)
	}
	if n.heldFor > 0 && n.heldFor < n.h {
		ends = append(ends, n.heldFor)
	}
	slices.Sort(ends)
	return slices.Compact(ends)
}

// after is V a time dt later, for a free neuron without arrivals.
func (n *precise) after(dt, drive float64) float64 {
	return n.v*math.Exp(-dt/n.tauM) +
		n.ex.effect(dt, n.tauM, n.cm) + n.in.effect(dt, n.tauM, n.cm) -
		n.tauM/n.cm*math.Expm1(-dt/n.tauM)*(n.ie+drive)
}

// crossing finds by bisection when V reaches the threshold in a piece at whose end it lies at
// or above it.
func (n *precise) crossing(length, drive float64) float64 {
	below, above := 0.0, length
	for range 200 {
		middle := (below + above) / 2
		if n.after(middle, drive) >= n.vTh {
			above = middle
		} else {
			below = middle
		}
	}
	return above
}

func (n *precise) read(variable string) float64 {
	switch variable {
	case "I_syn_ex":
		return n.ex.i
	case "I_syn_in":
		return n.in.i
	}
	return n.rest + n.v
}
