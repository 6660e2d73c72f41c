package manycore

import "fmt"

// Limits are the resources of one core, or of one neuron, that a mapping must not exceed. A limit that
// no source gives is left empty and not checked.
type Limits struct {
	NeuronsPerCore      Limit // neurons on one core
	SynapsesPerCore     Limit // synapses that end on one core
	SynapseBytesPerCore Limit // memory of those synapses, see [SynapseMemory]
	AxonsInPerCore      Limit // distinct presynaptic neurons, on the chip or outside, with a synapse on one core
	AxonsOutPerCore     Limit // sum over the neurons of one core of the cores that each of them reaches
	FanIn               Limit // synapses that end on one neuron
	FanOut              Limit // synapses that begin at one neuron
	CoresPerNeuron      Limit // distinct cores that one neuron reaches
	WeightBits          Limit // bits of a weight, with its sign
	DelaySteps          Limit // longest synaptic delay, in time-steps
	DecayBits           Limit // decay factors are whole multiples of 2^-bits
}

// Limit is a figure with its origin.
type Limit struct {
	Value  int64
	Source string
	Grade  string // evidence: "meas", "sim", "der" (derived), "2nd" (secondary source), …
	Note   string
}

// Given tells whether the chip has this limit.
func (l Limit) Given() bool { return l.Value > 0 }

// SynapseMemory says how many bits a synapse takes in the memory of a core. Published formats are more
// varied than this; the figure is an estimate that errs on the large side for regular wiring.
type SynapseMemory struct {
	WeightBits int // of a weight whose projection does not say how many bits it has
	IndexBits  int // that name the target neuron, where not all neurons of a core are targets in order
	DelayBits  int // of the delay, where the synapses of a projection differ in it
	Note       string
}

// bits returns the size of one synapse of a projection, 0 if the chip says nothing about its memory.
func (m SynapseMemory) bits(p *Projection) int64 {
	if m.WeightBits == 0 {
		return 0
	}
	bits := m.WeightBits
	if p.WeightBits > 0 {
		bits = p.WeightBits
	}
	if !p.Dense {
		bits += m.IndexBits
	}
	if p.DelaysDiffer {
		bits += m.DelayBits
	}
	return int64(bits)
}

// limitNames gives every limit its key in files and what it counts; the reader and the messages go
// through it.
var limitNames = []struct {
	key  string
	noun string // what is counted, for messages
	of   func(*Limits) *Limit
}{
	{"neurons_per_core", "neurons on the core", func(l *Limits) *Limit { return &l.NeuronsPerCore }},
	{"synapses_per_core", "synapses on the core", func(l *Limits) *Limit { return &l.SynapsesPerCore }},
	{"synapse_bytes_per_core", "bytes of synapses on the core", func(l *Limits) *Limit { return &l.SynapseBytesPerCore }},
	{"axons_in_per_core", "axons into the core", func(l *Limits) *Limit { return &l.AxonsInPerCore }},
	{"axons_out_per_core", "axons out of the core", func(l *Limits) *Limit { return &l.AxonsOutPerCore }},
	{"fan_in", "synapses into one neuron", func(l *Limits) *Limit { return &l.FanIn }},
	{"fan_out", "synapses out of one neuron", func(l *Limits) *Limit { return &l.FanOut }},
	{"cores_per_neuron", "cores reached by one neuron", func(l *Limits) *Limit { return &l.CoresPerNeuron }},
	{"weight_bits", "bits of a weight", func(l *Limits) *Limit { return &l.WeightBits }},
	{"delay_steps", "time-steps of delay", func(l *Limits) *Limit { return &l.DelaySteps }},
	{"decay_bits", "bits of a decay factor", func(l *Limits) *Limit { return &l.DecayBits }},
}

// limitNoun returns what a limit counts.
func limitNoun(key string) string {
	for _, n := range limitNames {
		if n.key == key {
			return n.noun
		}
	}
	return key
}

// Place is where something is described, so that a message can say it.
type Place struct {
	File         string
	Line, Column int
	Path         string // "projections[0]"
}

// String gives file:line:column: path, as far as it is known.
func (p Place) String() string {
	text := p.File
	if p.Line > 0 {
		text += fmt.Sprintf(":%d:%d", p.Line, p.Column)
	}
	if text != "" && p.Path != "" {
		text += ": "
	}
	return text + p.Path
}
