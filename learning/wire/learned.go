package wire

import (
	"math"

	"couplet/synapse"
)

// roomToGrow is how many times larger than now weights may become.
const roomToGrow = 4

// Limit is a bound for weights that begin with the given values and will be learned: a power of two, at
// least four times the largest. Past it a projection has to be compiled anew, with another quantum.
func Limit(weights []float64) float64 {
	largest := 0.0
	for _, w := range weights {
		largest = max(largest, math.Abs(w))
	}
	if largest == 0 {
		return 1
	}
	_, exponent := math.Frexp(roomToGrow * largest) // roomToGrow·largest < 2^exponent
	return math.Ldexp(1, exponent)
}

// Learned describes synapses that begin with the given weights, in the order of [Wires.Weights], and have
// one delay in ticks.
func Learned(weights []float64, delay int) synapse.Learned {
	return synapse.Learned{Weight: synapse.Listed(weights), DelayMs: synapse.Const(float64(delay)), Limit: Limit(weights)}
}
