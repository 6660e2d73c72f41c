package spide

import (
	"fmt"
	"math"
)

// FixedPoint puts the equilibrium rates a* in the place of the forward stage's, for a constant input x,
// batch × in:
//
//	a_0 = σ((F·x + b_F + S_(N−1)·a_(N−1))/θ),   a_(i+1) = σ((S_i·a_i + b_i)/θ),   σ(z) = min(1, max(0, z)),
//
// to which the rates of integrate-and-fire neurons converge with 1/T. It goes round the ring until no
// rate moves by more than the tolerance, which takes a contraction; not to get there in the given
// number of trips is an error.
func (e *Executor[F]) FixedPoint(pass Pass, x []F, batch int, tolerance float64, trips int) error {
	if err := e.begin(pass, batch, false); err != nil {
		return err
	}
	if len(x) != len(e.x) {
		return fmt.Errorf("spide: the input must have %d x %d values (%d)", batch, e.input.in, len(x))
	}
	if err := checkFinite("input", x, e.input.in); err != nil {
		return err
	}
	copy(e.x, x)
	e.enter(Forward, 0, batch)
	e.driveConstant()
	for _, l := range e.populations {
		clear(l.rate)
	}
	err := settle("equilibrium", tolerance, trips, e.rateTrip)
	for _, l := range e.populations {
		l.setGate()
	}
	if err == nil {
		e.done = fixedPointDone
	}
	return err
}

// rateTrip goes round the ring once and returns the largest change of a rate.
func (e *Executor[F]) rateTrip() float64 {
	first := e.populations[0]
	copy(first.u, e.drive.rows)
	if e.feedback != nil {
		e.arrive(e.feedback, e.last().rate, first, F(e.feedback.factor/first.unit))
	}
	change := e.squash(first)
	for i, p := range e.between {
		l := e.populations[i+1]
		clear(l.u)
		e.arrive(p, e.populations[i].rate, l, 1)
		change = math.Max(change, e.squash(l))
	}
	return change
}

// arrive adds what a block makes of rates to the membranes of a layer.
func (e *Executor[F]) arrive(p *projection[F], rates []F, l *population[F], gain F) {
	d := e.courier.sendArray(p, rates, e.batch, gain)
	for b := range e.batch {
		d.add(b, l.u[b*l.neurons:][:l.neurons], &e.courier)
	}
}

// squash sets the rates of a layer to σ(u/θ) and returns the largest change.
func (e *Executor[F]) squash(l *population[F]) float64 {
	scale, change := F(l.unit/e.config.Theta()), 0.0
	for j, u := range l.u {
		a := min(1, max(0, F(scale*u)))
		change = math.Max(change, math.Abs(float64(a)-float64(l.rate[j])))
		l.rate[j] = a
	}
	return change
}

// ExactBackward puts the exact β in the place of the backward stage's, for the gates and rates that
// the batch has: the limit of the backward stage for T_B → ∞,
//
//	β_(N−1) = g + S_(N−1)ᵀ·(m_0 ⊙ β_0)/θ,   β_i = S_iᵀ·(m_(i+1) ⊙ β_(i+1))/θ.
//
// After [Executor.FixedPoint] it gives the gradient of the loss by the implicit function theorem;
// after the forward stage, the twin of SPIDE that differs from it in the backward stage alone. It goes
// round the ring until no β moves by more than the tolerance; not to get there in the given number of
// trips is an error.
func (e *Executor[F]) ExactBackward(g []F, tolerance float64, trips int) error {
	if err := e.takeGradient(g); err != nil {
		return err
	}
	for i, l := range e.populations {
		l.saturated = 0
		l.updates[Backward] = 0
		clear(l.total)
		clear(l.beta)
		l.openGates(e.sender(i))
	}
	if err := settle("exact gradient", tolerance, trips, e.errorTrip); err != nil {
		return err
	}
	e.done = exactDone
	return nil
}

// errorTrip goes once round the ring, against its direction, and returns the largest change of a β.
func (e *Executor[F]) errorTrip() float64 {
	last := len(e.populations) - 1
	change := 0.0
	for i := last; i >= 0; i-- {
		l := e.populations[i]
		clear(l.u)
		if p := e.receiver(i); p != nil {
			from := e.populations[(i+1)%len(e.populations)]
			e.weigh(p, from, true)
			p.m.Back(from.delta, l.u, e.batch)
		}
		for j, u := range l.u {
			if i == last {
				u += e.g[j]
			}
			change = math.Max(change, math.Abs(float64(u)-float64(l.beta[j])))
			l.beta[j] = u
		}
	}
	return change
}

// settle repeats a trip round the ring until it changes nothing beyond the tolerance.
func settle(what string, tolerance float64, trips int, trip func() float64) error {
	change, done := math.Inf(1), 0
	for done < trips {
		done++
		if change = trip(); change <= tolerance {
			return nil
		}
		if math.IsNaN(change) || math.IsInf(change, 0) {
			break
		}
	}
	return fmt.Errorf("spide: the %s does not settle: after %d trips round the ring it still moves by %g, want at most %g; is the feedback a contraction?",
		what, done, change, tolerance)
}
