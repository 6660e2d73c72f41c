package neuron

import (
	"fmt"
	"math"
)

// real is the floating-point format of a state, sum that of the input sums.
type (
	real interface{ float32 | float64 }
	sum  interface{ int32 | int64 }
)

// single tells whether F is float32.
func single[F real]() bool { return epsilon[F]() == 0x1p-23 }

// epsilon is the distance from 1 to the next larger number of the format.
func epsilon[F real]() float64 {
	var x F
	if _, ok := any(x).(float32); ok {
		return 0x1p-23
	}
	return 0x1p-52
}

// take gives the weight that arrived at neuron i and clears its slot.
func (in *Input) take(i int) float64 {
	var x float64
	if in.Sum32 != nil {
		x, in.Sum32[i] = float64(in.Sum32[i]), 0
	} else {
		x, in.Sum64[i] = float64(in.Sum64[i]), 0
	}
	return float64(x * in.Quantum)
}

// takeCount gives the number of spikes that arrived at neuron i of a counting port, which is the
// slot itself, and clears it.
func (in *Input) takeCount(i int) int64 {
	var k int64
	if in.Sum32 != nil {
		k, in.Sum32[i] = int64(in.Sum32[i]), 0
	} else {
		k, in.Sum64[i] = in.Sum64[i], 0
	}
	return k
}

// refractoryTicks is R = round(t_ref/h), the number of updates for which a neuron keeps V_reset.
func refractoryTicks(refMs, tickMs float64) (int32, error) {
	r := math.Round(refMs / tickMs)
	if r > math.MaxInt32 {
		return 0, fmt.Errorf("neuron: %w", ParamError{
			Param: "t_ref", Message: fmt.Sprintf("%g ms must be at most %d ticks of %g ms", refMs, math.MaxInt32, tickMs),
		})
	}
	return int32(r), nil
}

// checkReset reports a reset potential at which a neuron would fire again and again.
func checkReset(reset, threshold float64) []ParamError {
	if reset >= threshold {
		return []ParamError{{Param: "V_reset", Message: fmt.Sprintf("%g mV must be less than V_th (%g mV)", reset, threshold)}}
	}
	return nil
}
