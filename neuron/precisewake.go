package neuron

import "math"

// The search for the first grid point at which a free neuron may be at its threshold rests on the
// shape of the parts of V(t): the drive's part, Vinf + (v - Vinf)·exp(-t/tau_m), is monotonous; the
// part of a synapse rises to its peak and falls from there (or the reverse, for a negative current).
// So the largest value of each part in an interval is that at one of its ends or at the peak, and
// their sum is a bound for V.

// psBound is the free membrane at one time, in parts.
type psBound struct{ t, drive, ex, in float64 }

// psSearch holds what does not change during a search.
type psSearch struct {
	curve   *psCurve
	from    psPoint
	limit   float64 // Vinf: the potential under the constant current after long time
	current float64
	safe    float64 // a bound below this one proves that the threshold is not reached
}

// searchLimit is the number of intervals looked at before the search gives the tick that it has
// come to. The state is then searched again from there.
const searchLimit = 24

// firstReach is the number n of the first grid point at which the potential may be at the
// threshold: n ticks plus lead ms after the state p, n ≥ 0. If the state is itself on the grid,
// lead is 0 and n ≥ 1. Never if no grid point is.
func (c *psCurve) firstReach(p psPoint, current, lead, tickMs float64) int64 {
	s := psSearch{curve: c, from: p, limit: c.resistance * current, current: current}
	scale := math.Abs(p.v) + math.Abs(s.limit) + math.Abs(c.threshold) +
		math.Abs(p.ex*c.peakE.height) + math.Abs(p.in*c.peakI.height)
	s.safe = c.threshold - 1e-10*scale // far more than closed and stepwise forms differ
	here := psBound{drive: p.v}
	if s.tail(here) < s.safe {
		return Never
	}
	n, stride := int64(0), int64(1)
	if lead == 0 {
		n = 1
	}
	time := func(n int64) float64 { return float64(float64(n)*tickMs) + lead }
	here = s.at(time(n))
	for range searchLimit {
		switch {
		case here.drive+here.ex+here.in >= s.safe:
			return n
		case s.tail(here) < s.safe:
			return Never
		}
		next := s.at(time(n + stride))
		// The grid points n and n+1 have none between them.
		if stride == 1 || s.between(here, next) < s.safe {
			n, here = n+stride, next
			stride *= 2
		} else {
			stride = max(stride/4, 1)
		}
	}
	return n
}

// at gives the parts at a time.
func (s *psSearch) at(t float64) psBound {
	step := s.curve.step(t)
	return psBound{
		t:     t,
		drive: float64(step.pM*s.from.v) + float64(step.g*s.current),
		ex:    step.aE * s.from.ex,
		in:    step.aI * s.from.in,
	}
}

// between bounds V between two times.
func (s *psSearch) between(a, b psBound) float64 {
	part := func(x, y, source float64, peak psPeak) float64 {
		if source > 0 && a.t < peak.at && peak.at < b.t {
			return source * peak.height
		}
		return max(x, y)
	}
	return max(a.drive, b.drive) + part(a.ex, b.ex, s.from.ex, s.curve.peakE) + part(a.in, b.in, s.from.in, s.curve.peakI)
}

// tail bounds V from a time on.
func (s *psSearch) tail(a psBound) float64 {
	part := func(x, source float64, peak psPeak) float64 {
		if source > 0 && a.t < peak.at {
			return source * peak.height
		}
		return max(x, 0)
	}
	return max(a.drive, s.limit) + part(a.ex, s.from.ex, s.curve.peakE) + part(a.in, s.from.in, s.curve.peakI)
}
