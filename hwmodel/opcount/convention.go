package opcount

import (
	"fmt"
	"math"
)

// Convention is a way to count, as switches. Published counts of one network differ by all of them, so
// that a count means nothing without its convention; a [Report] carries it.
//
// The four conventions of the package are [Exact], [SyopsCounter], [NeuroBench] and [KerasSpiking]; any
// other mixture may be described as well.
type Convention struct {
	// Name is the name of the convention in reports.
	Name string
	// SpikeTest tells spikes from real numbers: additions from multiplications.
	SpikeTest SpikeTest
	// EachStep applies the test to each step by itself, instead of to all steps of a layer together.
	EachStep bool
	// FanOut says how many synapses a spike meets.
	FanOut FanOut
	// FoldUnit takes the factor of [Tensor] into the weights, so that whole multiples of it are sums of
	// spikes.
	FoldUnit bool
	// KeepConstant computes the product of a constant input with its weights once per sample and adds
	// the currents in every step, instead of computing it anew in every step.
	KeepConstant bool
	// Bias, Norm and Pool count the additions of biases, normalisations and poolings. What is not
	// counted is still listed.
	Bias, Norm bool
	Pool       PoolCount
	// Neurons says what of the neurons' own work is counted.
	Neurons NeuronCount
}

// SpikeTest tells spikes from real numbers.
type SpikeTest uint8

const (
	// Ternary values are −1, 0 and 1.
	Ternary SpikeTest = iota
	// TwoValues passes for spikes whatever has at most two different values, none above 1 and none
	// below 0. Spikes of −1 fail, and so do two-valued currents above 1; 0 and 0.25 pass.
	TwoValues
	// AlwaysSpikes takes every input for spikes.
	AlwaysSpikes
)

// FanOut says how many synapses a spike meets.
type FanOut uint8

const (
	// NonZeroFanOut is the number of weights other than zero that leave the source, inside the borders
	// of a convolution.
	NonZeroFanOut FanOut = iota
	// FullFanOut is the same with weights of zero.
	FullFanOut
	// MeanFanOut knows no single source: the operations of a layer are its dense ones, those with zero
	// weights and with a convolution's padding included, times the mean value of the input.
	MeanFanOut
)

// PoolCount says what a pooling costs.
type PoolCount uint8

const (
	// PoolFree does not count poolings.
	PoolFree PoolCount = iota
	// PoolWindows counts an addition for every spike and window that it lies in. A maximum adds nothing.
	PoolWindows
	// PoolInputs counts an operation per input value, whatever the windows, of maxima too.
	PoolInputs
)

// NeuronCount says what of the neurons' own work is counted.
type NeuronCount uint8

const (
	// NeuronsApart leaves the work of neurons out of the sums.
	NeuronsApart NeuronCount = iota
	// LeaksOnly counts a multiply-accumulate for every update of a multiplicative leak, and nothing for
	// other neurons.
	LeaksOnly
	// AllUpdates counts on top an addition for every update of a neuron with a subtractive leak or none.
	AllUpdates
	// OneAddition counts an addition for every update of any neuron.
	OneAddition
)

// Exact counts what event-driven arithmetic does: every spike, of either sign, times its synapses of
// weight other than zero; real numbers other than zero likewise, as multiplications; average poolings by
// their windows; and a multiplication for each leak of a neuron that has one (hardware/README.md §3).
func Exact() Convention {
	return Convention{Name: "exact", FoldUnit: true, Pool: PoolWindows, Neurons: LeaksOnly}
}

// SyopsCounter counts like version 0.0.2 of github.com/iCGY96/syops-counter, the tool behind many
// published tables of ACs and MACs: dense operations times mean rate, biases included, two operations per
// normalised value, one per value that goes into a pooling and one per neuron and step. Its test of spikes
// sees multiplications in ternary spikes.
func SyopsCounter() Convention {
	return Convention{
		Name: "syops-counter", SpikeTest: TwoValues, FanOut: MeanFanOut,
		Bias: true, Norm: true, Pool: PoolInputs, Neurons: OneAddition,
	}
}

// NeuroBench counts like the metric of synaptic operations of github.com/NeuroBench/neurobench: by weight
// and input other than zero, step by step, connections only. Package neurobench has the metric itself,
// with its batches and averages.
func NeuroBench() Convention {
	return Convention{Name: "neurobench", EachStep: true}
}

// KerasSpiking counts like ModelEnergy of github.com/nengo/keras-spiking on a spiking device: connections
// times mean absolute input, which is taken for spikes whatever it is. The device has a price of its own
// for the update of a neuron, which is therefore left out of the sums.
func KerasSpiking() Convention {
	return Convention{Name: "keras-spiking", SpikeTest: AlwaysSpikes, FanOut: MeanFanOut}
}

// Conventions lists the conventions of the package.
func Conventions() []Convention {
	return []Convention{Exact(), SyopsCounter(), NeuroBench(), KerasSpiking()}
}

// validate reports a switch that stands nowhere.
func (c Convention) validate() error {
	if c.SpikeTest > AlwaysSpikes || c.FanOut > MeanFanOut || c.Pool > PoolInputs || c.Neurons > OneAddition {
		return fmt.Errorf("convention %q has a switch of unknown position", c.Name)
	}
	return nil
}

// passes applies the test to the values of steps. Folded values are spikes if they are whole multiples of
// the unit.
func (s SpikeTest) passes(steps [][]float64, unit float64, folded bool) bool {
	switch s {
	case AlwaysSpikes:
		return true
	case TwoValues:
		return twoValues(steps)
	}
	for _, row := range steps {
		for _, x := range row {
			m := math.Abs(x / unit)
			if m != math.Trunc(m) || !folded && m > 1 || m > 1<<31 {
				return false
			}
		}
	}
	return true
}

func twoValues(steps [][]float64) bool {
	var seen []float64
	for _, row := range steps {
		for _, x := range row {
			if x > 1 || x < 0 {
				return false
			}
			if len(seen) > 0 && x == seen[0] || len(seen) > 1 && x == seen[1] {
				continue
			}
			if seen = append(seen, x); len(seen) > 2 {
				return false
			}
		}
	}
	return true
}

// takes tells whether spikes of one sign, or of both, pass the test.
func (s SpikeTest) takes(ternary bool) bool { return s != TwoValues || !ternary }

// weight is what a value contributes to the mean rate.
func (s SpikeTest) weight(x float64) float64 {
	if s == TwoValues {
		return x
	}
	return math.Abs(x)
}
