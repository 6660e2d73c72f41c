package neurobench

import (
	"fmt"

	"couplet/hwmodel/opcount"
)

// Layer is a connection layer: linear, or a convolution in one to three dimensions. It holds counts of
// weights, not weights, and serves any number of calls.
type Layer struct {
	Name     string
	synapses *opcount.Synapses
}

// NewLayer makes a layer of a map, [opcount.Dense] or [opcount.Conv]. Poolings, transposed convolutions and
// what else a network has are no connection layers for the benchmark, and refused.
func NewLayer(name string, m opcount.Map) (*Layer, error) {
	switch m.(type) {
	case opcount.Dense, opcount.Conv:
	default:
		return nil, fmt.Errorf("neurobench: layer %q is a %T, want a dense map or a convolution", name, m)
	}
	s, err := opcount.Analyse(m)
	if err != nil {
		return nil, fmt.Errorf("neurobench: layer %q: %w", name, err)
	}
	return &Layer{name, s}, nil
}

// Operations are the synaptic operations of one call of a layer, summed over the batch.
type Operations struct {
	// Effective counts the products in which neither weight nor input is zero.
	Effective int64
	// Spiking says that all inputs of the call are −1, 0 or 1: the effective operations are ACs then,
	// and MACs otherwise. One fraction in the batch makes MACs of the whole call. A silent call is
	// spiking.
	Spiking bool
	// Dense counts all products, those with the zeros of a padding excepted.
	Dense int64
}

// Call counts the operations of one call: for a network that goes step by step, of one step. The input
// has a row for every sample, batch × sources: the batch is the first dimension, and a layout with time
// first would be taken for samples. It is an error if the input is empty or not made of whole rows.
func Call[F Real](l *Layer, input []F) (Operations, error) {
	n := l.synapses.Sources
	if len(input) == 0 || len(input)%n != 0 {
		return Operations{}, fmt.Errorf("neurobench: layer %q: input of %d values, want rows of %d", l.Name, len(input), n)
	}
	o := Operations{Spiking: spiking(input)}
	for k, x := range input {
		if x != 0 {
			o.Effective += l.synapses.FanOut[k%n]
		}
	}
	dense, err := times(l.synapses.All, int64(len(input)/n))
	if err != nil {
		return Operations{}, fmt.Errorf("neurobench: layer %q: %w", l.Name, err)
	}
	o.Dense = dense
	return o, nil
}

// spiking tells whether all inputs are −1, 0 or 1.
func spiking[F Real](input []F) bool {
	for _, x := range input {
		if x != 0 && x != 1 && x != -1 {
			return false
		}
	}
	return true
}

// SynapticOperations is the metric of that name, over all batches. The zero value has seen none. Biases,
// poolings, normalisations and neurons are not part of it.
type SynapticOperations struct {
	MACs, ACs, Dense int64
	Samples          int64
}

// PerSample are the three numbers of the metric.
type PerSample struct {
	EffectiveMACs, EffectiveACs, Dense float64
}

// Add adds a batch of so many samples with the operations of all calls of all connection layers. It is an
// error if there are no samples, or more operations than can be counted.
func (s *SynapticOperations) Add(samples int, calls ...Operations) error {
	if samples < 1 {
		return errNoSamples(samples)
	}
	sum := *s
	sum.Samples += int64(samples)
	for _, o := range calls {
		if o.Effective < 0 || o.Dense < 0 {
			return fmt.Errorf("neurobench: %d operations of %d, want none to be negative", o.Effective, o.Dense)
		}
		if o.Spiking {
			sum.ACs += o.Effective
		} else {
			sum.MACs += o.Effective
		}
		sum.Dense += o.Dense
		if sum.ACs < 0 || sum.MACs < 0 || sum.Dense < 0 {
			return fmt.Errorf("neurobench: synaptic operations: %w", errOverflow)
		}
	}
	*s = sum
	return nil
}

// Result divides by the number of samples, without rounding; all zero if no batch was added.
func (s SynapticOperations) Result() PerSample {
	return PerSample{perSample(s.MACs, s.Samples), perSample(s.ACs, s.Samples), perSample(s.Dense, s.Samples)}
}

func perSample(n, samples int64) float64 {
	if samples == 0 {
		return 0
	}
	return float64(n) / float64(samples)
}

func errNoSamples(n int) error {
	return fmt.Errorf("neurobench: batch of %d samples, want at least 1", n)
}
