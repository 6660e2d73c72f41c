package neuron

import (
	"math"

	"couplet/internal/det"
)

// stepRule is a stepSpec in the format of the state. The order of its roundings is part of every
// spike train: leak, input, drive, threshold, reset, leak.
type stepRule[F real] struct {
	before, after, threshold, quantum F
	signed                            bool
	shift                             bool // before·after is a power of two: decay is exact
}

func newStepRule[F real](spec stepSpec) stepRule[F] {
	r := stepRule[F]{
		before: F(spec.before), after: F(spec.after),
		threshold: F(spec.threshold), quantum: F(spec.quantum), signed: spec.signed,
	}
	fraction, _ := math.Frexp(r.lambda())
	r.shift = fraction == 0.5
	return r
}

// lambda is the leak of one step, wherever it happens. One of the factors is 1.
func (r *stepRule[F]) lambda() float64 { return float64(r.before) * float64(r.after) }

// charge is u_pre.
func (r *stepRule[F]) charge(u, input, drive F) F {
	pre := F(r.before*u) + input
	pre += drive
	return pre
}

// fire is q, the sign of the spike that u_pre gives.
func (r *stepRule[F]) fire(pre F) int {
	switch {
	case pre >= r.threshold:
		return 1
	case r.signed && pre <= -r.threshold:
		return -1
	}
	return 0
}

// settle is u after a spike q.
func (r *stepRule[F]) settle(pre F, q int) F {
	switch q {
	case 1:
		pre -= r.quantum
	case -1:
		pre += r.quantum
	}
	return r.after * pre
}

// pass lets k steps without arrivals and spikes go by.
//
// A closed form such as lambda^k·u would round differently from k steps, and step-coded networks
// live close to ties (weights and thresholds are often short binary fractions, states float32): one
// rounding can move a spike. So a closed form is used where it is exact, and the steps are repeated
// where it is not, until the membrane no longer moves. That end is certain: one step is a
// non-decreasing function of u, so that the potentials form a monotonous sequence of a finite
// number of floats. With a leak it comes after about 100/(1 - lambda) steps in float32, and in no
// case does a neuron cost more than it would clocked.
func (r *stepRule[F]) pass(u, pre, drive F, k int64) (F, F) {
	if k <= 0 {
		return u, pre
	}
	if drive == 0 && r.shift {
		decayed := float64(u) * det.PowInt(r.lambda(), k-1)
		if exact := F(decayed); float64(exact) == decayed && (math.Abs(decayed) >= smallestNormal || u == 0) {
			pre = r.charge(exact, 0, 0)
			return r.settle(pre, 0), pre
		}
	}
	for ; k > 0; k-- {
		pre = r.charge(u, 0, drive)
		next := r.settle(pre, 0)
		if next == u {
			break
		}
		u = next
	}
	return u, pre
}

// smallestNormal is the smallest float64 of full precision: what is smaller may have been rounded.
const smallestNormal = 0x1p-1022

// wake is the number of steps after which a membrane at u may fire without arrivals, at least 1;
// Never if it cannot.
func (r *stepRule[F]) wake(u, drive F) int64 {
	pre, d := float64(r.charge(u, 0, drive)), float64(drive)
	n := r.reach(pre, d)
	if r.signed {
		n = min(n, r.reach(-pre, -d))
	}
	return n
}

// reach is a lower bound of the first n ≥ 1 at which u_pre reaches the threshold, given its value
// for n = 1. In real numbers
//
//	u_pre(n+1) = lambda·u_pre(n) + drive,   limit = drive/(1 - lambda).
//
// In floats a step can exceed this by one rounding of the membrane and one of the sum. The bound
// takes the drive larger by twice as much, which makes it a bound for the floats too.
func (r *stepRule[F]) reach(pre, drive float64) int64 {
	threshold, lambda := float64(r.threshold), r.lambda()
	switch {
	case pre >= threshold:
		return 1
	case drive <= 0: // below the threshold nothing goes up but towards 0
		return Never
	}
	scale := max(math.Abs(pre), threshold) + drive
	drive += 2 * epsilon[F]() * scale
	if loss := 1 - lambda; loss < 0x1p-30 {
		// The leak is too weak to take its logarithm. It lifts a negative membrane by up to loss·|u|.
		return stepsTo((threshold - pre) / (drive + float64(loss*math.Abs(pre))))
	}
	limit := drive / (1 - lambda)
	slack := 0x1p-48 * (limit + scale) // more than the roundings of the following lines
	if limit+slack < threshold {
		return Never
	}
	above, below := limit-threshold+slack, limit-pre-slack
	if above >= below {
		return 1
	}
	return stepsTo(math.Floor(det.Log(above/below) / det.Log(lambda)))
}

// stepsTo turns the real number of steps after n = 1, 0 or more, into the first n at or after it,
// allowing for the rounding of that number.
func stepsTo(steps float64) int64 {
	steps = math.Ceil(steps * (1 - 0x1p-48))
	if steps >= maxTick {
		return Never
	}
	return 1 + int64(steps)
}
