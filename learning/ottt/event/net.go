package event

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"couplet/learning/layer"
	"couplet/learning/ottt"
	"couplet/sim"
)

// Net runs a network of package ottt on the event engine, one sample at a time, and learns by handlers that
// are called after every tick. Its methods are those of [ottt.Net] in float64. It is for one goroutine.
type Net struct {
	parameters *ottt.Net[float64] // the description, the parameters and the maps; it never runs
	nodes      []*node
	links      []*link
	paths      []*path

	populations  []*node // those nodes that fire
	tracesInput  bool
	feedbackBias bool // some feedback brings a bias, from the second tick on

	workers      int
	hosting      sim.Hosting
	memory       uint64
	currentInput bool
	exported     bool // the network has finished learning and is only laid out, see Export

	simulator *sim.Simulator
	input     *sim.Population // nil if the input never comes as spikes
	limit     float64         // of weights in the engine

	batch    ottt.Batch
	tick     int  // ticks since Begin
	started  bool // Begin has been called
	backward bool // the error of this tick has been sent back
	renew    bool // constant currents are out of date: new frame, or new weights
	injects  bool // the frame that is shown comes as spikes

	frame   activity // the input of this tick
	traced  *traces  // of the input; nil if it is not traced
	scratch []float64
	counted counts
	work    Work
}

// Option is a choice about how a network is run. None changes what it computes.
type Option func(*Net)

// Workers sets the number of workers of the engine. The default is 1: most networks of the rule are too
// small for more.
func Workers(workers int) Option { return func(n *Net) { n.workers = workers } }

// Hosted chooses how the engine updates the populations. By default it chooses itself.
func Hosted(h sim.Hosting) Option { return func(n *Net) { n.hosting = h } }

// MemoryLimit bounds the memory that the weights of all projections take, in bytes; the default is 1 GiB.
// Only what no common rule describes takes much: dense projections and chains of maps that cannot be folded
// into a convolution.
func MemoryLimit(bytes uint64) Option { return func(n *Net) { n.memory = bytes } }

// CurrentInput lets frames of 0 and 1 come as currents like all others, and saves the memory of the input's
// synapses.
func CurrentInput() Option { return func(n *Net) { n.currentInput = true } }

const defaultMemory = 1 << 30

// New lowers a network to the engine, with weights of zero. It is an error if the description is not valid,
// see [ottt.Network.Validate], or if a projection needs more memory than allowed.
func New(network ottt.Network, options ...Option) (*Net, error) {
	parameters, err := ottt.New[float64](network)
	if err != nil {
		return nil, err
	}
	return build(parameters, options)
}

func build(parameters *ottt.Net[float64], options []Option) (*Net, error) {
	n := &Net{parameters: parameters, workers: 1, memory: defaultMemory}
	for _, o := range options {
		o(n)
	}
	if err := n.layOut(); err != nil {
		return nil, err
	}
	if n.tracesInput {
		n.traced = newTraces(parameters.InputSize(), parameters.Network().Neuron.Lambda)
	}
	if err := n.lower(); err != nil {
		return nil, err
	}
	n.Changed()
	return n, nil
}

// layOut finds the ways of spikes through the network and makes room for their weights.
func (n *Net) layOut() error {
	n.buildGraph()
	if err := n.findPaths(); err != nil {
		return err
	}
	if err := n.takeMemory(); err != nil {
		return err
	}
	largest := n.parameters.InputSize()
	for _, d := range n.nodes {
		largest = max(largest, d.size)
	}
	n.scratch, n.frame = make([]float64, largest), newActivity(n.parameters.InputSize())
	return nil
}

// Twin builds a second network with the parameters of n, and gradients and activity of its own, so that two
// samples can be under way. The twin's [Net.Changed] takes over what the parameters of n have become.
func (n *Net) Twin() (*Net, error) {
	parameters, err := n.parameters.Twin()
	if err != nil {
		return nil, err
	}
	options := []Option{Workers(n.workers), Hosted(n.hosting), MemoryLimit(n.memory)}
	if n.currentInput {
		options = append(options, CurrentInput())
	}
	return build(parameters, options)
}

// Network returns the description.
func (n *Net) Network() ottt.Network { return n.parameters.Network() }

// Params lists the parameters, in the order of nodes and projections. Whoever changes a value calls
// [Net.Changed].
func (n *Net) Params() []*layer.Param[float64] { return n.parameters.Params() }

// Classes is the number of logits.
func (n *Net) Classes() int { return n.parameters.Classes() }

// InputSize is the number of values of a sample at one tick.
func (n *Net) InputSize() int { return n.parameters.InputSize() }

// Initialise draws all weights anew, as [ottt.Net.Initialise] does: the same for the same seed.
func (n *Net) Initialise(seed uint64) error {
	err := n.parameters.Initialise(seed)
	n.Changed()
	return err
}

// ZeroGrad clears all gradients.
func (n *Net) ZeroGrad() {
	n.parameters.ZeroGrad()
	for _, l := range n.links {
		l.walk.forget()
		clear(l.pending.value)
		l.owed = false
	}
}

// AddGradients adds the gradients of twins to those of n, in the given order.
func (n *Net) AddGradients(twins ...*Net) error {
	for _, t := range twins {
		if err := n.parameters.AddGradients(t.parameters); err != nil {
			return err
		}
	}
	return nil
}

// Changed must be called after parameters have changed. The engine gets those weights that have become
// others before the next tick.
func (n *Net) Changed() {
	n.parameters.Changed()
	for _, l := range n.links {
		l.walk.refresh()
	}
	for _, p := range n.paths {
		p.derived, p.given = false, false
	}
	n.renew = true
}

// InputSpikes tells whether frames of 0 and 1 come as spikes of an input population. Otherwise currents were
// asked for, or the synapses of the input did not fit into the memory.
func (n *Net) InputSpikes() bool { return n.input != nil }

func (n *Net) readout() *node { return n.nodes[len(n.nodes)-1] }

var (
	errNotBegun    = errors.New("event: no sample has begun")
	errNotTraining = errors.New("event: the sample is not one for training")
)

// culprit tells where activity stopped being finite.
func (n *Net) culprit() string {
	if i := notFinite(n.frame.value); i >= 0 {
		return fmt.Sprintf(": the input of sample %d is %g (index %d)", n.batch.First, n.frame.value[i], i)
	}
	for _, p := range n.Params() {
		if i := notFinite(p.Value); i >= 0 {
			return fmt.Sprintf(": the parameter %q is %g (index %d)", p.Name, p.Value[i], i)
		}
	}
	return ""
}

// notFinite returns the index of the first value that is infinite or NaN, or -1.
func notFinite(values []float64) int {
	sum := 0.0
	for _, v := range values {
		sum += v * 0 // 0, or NaN if v is not finite
	}
	if sum == 0 {
		return -1
	}
	return slices.IndexFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}
