package synapse

import (
	"fmt"
	"math"
)

// Learned synapses have weights that a learning rule outside the engine changes between ticks. They
// are kept in double precision by ordinal, as the rule's weights are, and summed in 64 bits.
type Learned struct {
	Weight  Value
	DelayMs Value
	// Limit bounds |weight| during the run: sums have room for no more.
	Limit float64 `param:"limit" default:"100" range:"(0,inf)" doc:"largest absolute value of a weight during the run"`
}

// NewLearned returns the model with its defaults.
func NewLearned() Learned { return withDefaults(Learned{}) }

// Name implements [Synapse].
func (l Learned) Name() string { return "learned" }

// Strength implements [Synapse].
func (l Learned) Strength() (weight, delayMs Value) { return l.Weight, l.DelayMs }

// Validate implements [Synapse].
func (l Learned) Validate() error {
	if !(l.Limit > 0) || math.IsInf(l.Limit, 0) {
		return fmt.Errorf("synapse: learned: limit %g must be greater than 0", l.Limit)
	}
	if err := validateStrength(l.Weight, l.DelayMs); err != nil {
		return err
	}
	if lo, hi := l.Weight.Bounds(); max(math.Abs(lo), math.Abs(hi)) > l.Limit {
		return fmt.Errorf("synapse: learned: initial weights in [%g, %g] must not exceed the limit %g", lo, hi, l.Limit)
	}
	return nil
}

// Adjustable is a connectivity whose weights can be set. A run that sets them works on a copy.
type Adjustable interface {
	Connectivity
	// Copy returns a connectivity with weights of its own.
	Copy() Adjustable
	// SetWeights sets all weights, given by the ordinals of the rule, in units of the scale.
	SetWeights(weights []float64, scale Scale)
}

// Copy implements [Adjustable].
func (d *Dense) Copy() Adjustable {
	c := *d
	c.rows64 = append([]int64(nil), d.rows64...)
	return &c
}

// SetWeights implements [Adjustable]; weights is the matrix W[target][source] of the whole projection.
func (d *Dense) SetWeights(weights []float64, scale Scale) {
	for k := range d.n {
		row := weights[(d.lo+k)*d.sources:][:d.sources]
		for source, w := range row {
			d.rows64[source*d.n+k] = scale.Units(w)
		}
	}
}

// Copy implements [Adjustable].
func (s *StencilSynapses) Copy() Adjustable {
	c := *s
	c.units = append([]int64(nil), s.units...)
	return &c
}

// SetWeights implements [Adjustable]; weights is the kernel.
func (s *StencilSynapses) SetWeights(weights []float64, scale Scale) {
	for k, w := range weights {
		s.units[k] = scale.Units(float64(w * s.gain))
	}
}

// Copy implements [Adjustable].
func (d *Diagonal) Copy() Adjustable {
	c := *d
	c.units = append([]int64(nil), d.units...)
	return &c
}

// SetWeights implements [Adjustable]; there is one weight for each target.
func (d *Diagonal) SetWeights(weights []float64, scale Scale) {
	for k := range d.units {
		d.units[k] = scale.Units(weights[d.lo+k])
	}
}
