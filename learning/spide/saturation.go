package spide

import (
	"fmt"
	"math"
)

// countSaturated counts the couples with an open gate that received more than they could give off. A
// couple fires at most once a tick, so that |β| stays below θ_B. What it received beyond is still in
// its membrane: from the sum of the charge equation over the stage,
//
//	mean input = β + u[T]/(λ·Σ_(k<T) λ^k),
//
// and the couple is saturated if that exceeds θ_B. A closed gate hides β from everything, hence such
// couples do not count.
func (l *population[F]) countSaturated(quantum, leak, ticks float64) {
	l.saturated = 0
	perTick := l.unit / (leak * ticks)
	for j, open := range l.gate {
		if open && math.Abs(float64(l.beta[j])+float64(l.u[j])*perTick) > quantum {
			l.saturated++
		}
	}
}

// Saturated returns, for each layer, the number of couples of the batch whose β is cut off at ±θ_B in
// the backward stage: their error is larger than the couple can tell.
func (e *Executor[F]) Saturated() []int {
	list := make([]int, len(e.populations))
	for i, l := range e.populations {
		list[i] = l.saturated
	}
	return list
}

// Warning says that couples were saturated in the last backward stage, and what to do. It is empty if
// none were.
func (e *Executor[F]) Warning() string {
	saturated, all := 0, 0
	for _, l := range e.populations {
		saturated += l.saturated
		all += len(l.gate)
	}
	if saturated == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d couples are saturated: their errors exceed the %g that one spike per tick can tell and are cut off; lower the loss scale (%g)",
		saturated, all, e.config.BackTheta(), e.config.LossScale)
}
