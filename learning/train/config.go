package train

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/spide"
)

// Engine says who carries the spikes of a training run.
type Engine string

const (
	// Batch is the batched executors: many samples at once, tick after tick. The choice for speed.
	Batch Engine = "batch"
	// Event is the event engine of package sim with the rule as event handlers: one sample at a time,
	// work that follows spikes. The same spikes and updates, in float64.
	Event Engine = "event"
)

// Precision is the number format of weights, membranes and gradients.
type Precision string

const (
	Float32 Precision = "float32"
	Float64 Precision = "float64"
)

// Config is a whole training run: what a run file describes. The zero value of a field that is not
// marked as optional is not valid.
type Config struct {
	Name    string
	Seed    uint64
	Data    Data
	Network Network
	Rule    Rule
	// Optimiser has the options of the optimiser, one of package optim.
	Optimiser optim.Config
	// Schedule is the course of the learning rate; nil leaves it constant.
	Schedule optim.Schedule
	// ClipNorm is the largest norm of all gradients together; 0 for no limit.
	ClipNorm float64
	Batch    int // samples of a mini-batch
	Epochs   int
	// Parts is the number of parts that a mini-batch is divided into, to be worked on side by side.
	// Sums of gradients run part after part, so Parts decides about last bits, and the number of
	// workers does not.
	Parts     int
	Engine    Engine
	Precision Precision
	// Initial refines the initial weights by their sample gradients; optional.
	Initial *Initial
	// CountEvents has synaptic events and the multiply-adds of updates counted, beside spikes. The event
	// engine counts in any case; in batches of convolutions it takes up to a third of the time.
	CountEvents bool
}

// Network describes the network. Exactly one field is set; the shape of the input and the number of
// classes are taken from the data.
type Network struct {
	FC       *ottt.FC // Sizes has the hidden populations only
	VGG      *ottt.VGG
	NFResNet *ottt.NFResNet
	Ring     *spide.Network
}

// Rule is the learning rule. Exactly one field is set.
type Rule struct {
	OTTT  *OTTT
	SPIDE *SPIDE
	BPTT  *BPTT
}

// OTTT is online training through time, see package ottt.
type OTTT struct {
	Mode ottt.Mode
	Loss loss.Instantaneous
}

// BPTT is back-propagation through time, the baseline that keeps the history of every tick.
type BPTT struct {
	Loss loss.Instantaneous
}

// SPIDE is spike-based implicit differentiation, see package spide.
type SPIDE struct {
	spide.Config
	// Exact puts the exact β of the implicit function theorem in the place of the backward stage: the
	// twin that SPIDE is measured against, without spikes on the way back.
	Exact bool
}

// NewConfig returns what a run file need not say.
func NewConfig() Config {
	return Config{Seed: 1, Batch: 128, Epochs: 1, Parts: 2, Engine: Batch, Precision: Float32, CountEvents: true}
}

// Validate reports everything that can be told to be wrong without the data.
func (c Config) Validate() error {
	var list []error
	report := func(format string, a ...any) { list = append(list, fmt.Errorf("train: "+format, a...)) }
	for _, n := range []struct {
		name     string
		value    int
		smallest int
	}{{"batch", c.Batch, 1}, {"epochs", c.Epochs, 1}, {"parts", c.Parts, 1}} {
		if n.value < n.smallest {
			report("%s: %d, want at least %d", n.name, n.value, n.smallest)
		}
	}
	if c.Parts > c.Batch && c.Batch >= 1 {
		report("parts: %d parts of a batch of %d, want at most one per sample", c.Parts, c.Batch)
	}
	if !(c.ClipNorm >= 0) {
		report("clip_norm: %g, want at least 0", c.ClipNorm)
	}
	if !slices.Contains([]Precision{Float32, Float64}, c.Precision) {
		report("precision: %q, want float32 or float64", c.Precision)
	}
	if c.Optimiser == nil {
		report("optimiser: missing, want one of %s", strings.Join(optimiserNames(), ", "))
	} else {
		list = append(list, c.Optimiser.Validate())
	}
	if c.Schedule != nil {
		list = append(list, c.Schedule.Validate())
	}
	list = append(list, c.Data.validate(), c.Rule.validate(), c.Network.validate(c.Rule), c.validateEngine())
	if c.Initial != nil {
		list = append(list, c.Initial.validate())
	}
	return errors.Join(list...)
}

func optimiserNames() []string {
	var names []string
	for _, c := range optim.All() {
		names = append(names, c.Name())
	}
	return names
}

// validateEngine reports what an engine cannot do.
func (c Config) validateEngine() error {
	switch c.Engine {
	case Batch:
		return nil
	case Event:
	default:
		return fmt.Errorf("train: engine: %q, want batch or event", c.Engine)
	}
	var list []error
	if c.Rule.BPTT != nil {
		list = append(list, errors.New("train: engine: back-propagation through time has no event form; want engine batch"))
	}
	if c.Rule.SPIDE != nil && c.Rule.SPIDE.Exact {
		list = append(list, errors.New("train: engine: the exact β of rule spide has no spikes; want engine batch"))
	}
	if c.Rule.OTTT != nil && c.Rule.OTTT.Mode == ottt.Online && c.Batch != 1 {
		list = append(list, fmt.Errorf("train: batch: the online mode learns within a sample on the event engine, so one sample at a time; want batch 1, not %d", c.Batch))
	}
	return errors.Join(list...)
}

// validate reports a rule that is missing, double or out of range.
func (r Rule) validate() error {
	n := 0
	var list []error
	if r.OTTT != nil {
		n++
		list = append(list, r.OTTT.Loss.Validate())
	}
	if r.BPTT != nil {
		n++
		list = append(list, r.BPTT.Loss.Validate())
	}
	if r.SPIDE != nil {
		n++
		list = append(list, r.SPIDE.Validate())
	}
	if n != 1 {
		list = append(list, fmt.Errorf("train: rule: %d rules, want exactly one of ottt, spide and bptt", n))
	}
	return errors.Join(list...)
}

// Ticks is the number of ticks for which a sample is shown.
func (r Rule) Ticks() int {
	switch {
	case r.OTTT != nil:
		return r.OTTT.Loss.Ticks
	case r.BPTT != nil:
		return r.BPTT.Loss.Ticks
	case r.SPIDE != nil:
		return r.SPIDE.ForwardTicks
	}
	return 0
}

// Name is the name of the rule in files.
func (r Rule) Name() string {
	switch {
	case r.OTTT != nil:
		return "ottt"
	case r.BPTT != nil:
		return "bptt"
	}
	return "spide"
}

// validate reports a network that is missing, double, or made for another rule.
func (n Network) validate(r Rule) error {
	count := 0
	for _, set := range []bool{n.FC != nil, n.VGG != nil, n.NFResNet != nil, n.Ring != nil} {
		if set {
			count++
		}
	}
	switch {
	case count != 1:
		return fmt.Errorf("train: network: %d networks, want exactly one of fc, vgg, nfresnet and ring", count)
	case n.Ring != nil && r.SPIDE == nil:
		return fmt.Errorf("train: network: a ring is trained by rule spide, not by %s; want fc, vgg or nfresnet", r.Name())
	case n.Ring == nil && r.SPIDE != nil:
		return errors.New("train: network: rule spide trains a ring; want network ring")
	}
	return nil
}

// describe writes out the network of an OTTT or BPTT run for samples of a shape.
func (n Network) describe(input []int, classes int) (ottt.Network, error) {
	switch {
	case n.FC != nil:
		fc := *n.FC
		size := 1
		for _, d := range input {
			size *= d
		}
		fc.Sizes = append(append([]int{size}, fc.Sizes...), classes)
		return fc.Network()
	case n.VGG != nil:
		vgg := *n.VGG
		vgg.Input, vgg.Classes = input, classes
		return vgg.Network()
	case n.NFResNet != nil:
		res := *n.NFResNet
		res.Input, res.Classes = input, classes
		return res.Network()
	}
	return ottt.Network{}, errors.New("train: network: none is described")
}
