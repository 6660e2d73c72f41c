package opcount

import (
	"errors"
	"fmt"
)

// Term is what operations are spent on.
type Term uint8

const (
	// SynapseOps are the products of inputs and weights.
	SynapseOps Term = iota
	// ConstantOps are the additions of the kept currents of a constant input.
	ConstantOps
	// BiasOps are the additions of biases.
	BiasOps
	// NormOps are those of normalisations.
	NormOps
	// PoolOps are those of poolings.
	PoolOps
	// NeuronOps are the updates of neurons.
	NeuronOps
)

// String names a term.
func (t Term) String() string {
	names := [...]string{"synapses", "constant input", "bias", "normalisation", "pooling", "neurons"}
	if int(t) < len(names) {
		return names[t]
	}
	return fmt.Sprintf("term %d", uint8(t))
}

// Report has the counts of a network by one convention.
type Report struct {
	Convention     Convention
	Steps, Samples int
	Layers         []LayerReport
}

// LayerReport has the counts of a layer, over all steps of all samples.
type LayerReport struct {
	Name             string
	Sources, Targets int
	// Synapses is the number of synapses by the convention: the multiplications of a conventional
	// network of the same graph, for one sample. A pooling counts as none.
	Synapses int64
	// Spiking says that all that arrives is spikes by the convention, and Spikes is their number. Whole
	// multiples of a folded unit count as so many spikes.
	Spiking bool
	Spikes  int64
	// Updates is the number of updates of neurons, whether their work is counted or not.
	Updates int64
	// Estimated says that the counts of synapses follow from a mean rate, or from a total where sources
	// have different fan-outs.
	Estimated bool
	Items     []Item
}

// Item is what a layer spends on a term.
type Item struct {
	Term Term
	Ops  Ops
	// Counted says that the convention counts it.
	Counted bool
}

// Count counts the operations of a network by a convention. Errors name the layer.
func Count(n Network, by Convention) (Report, error) {
	if err := errors.Join(n.validate(), prefixed(by.validate())); err != nil {
		return Report{}, err
	}
	r := Report{Convention: by, Steps: n.Steps, Samples: n.samples()}
	var total tally
	for k, l := range n.Layers {
		report, err := l.count(n, by)
		for _, item := range report.Items {
			total.add(item.Ops.AC, 1)
			total.add(item.Ops.MAC, 1)
		}
		total.add(report.Synapses, int64(r.Samples))
		if err = errors.Join(err, total.err()); err != nil {
			return Report{}, fmt.Errorf("opcount: layer %d %q: %w", k, l.Name, err)
		}
		r.Layers = append(r.Layers, report)
	}
	return r, nil
}

func prefixed(err error) error {
	if err != nil {
		return fmt.Errorf("opcount: %w", err)
	}
	return nil
}

// counter counts one layer.
type counter struct {
	layer Layer
	where
	synapses *Synapses
	in       *arrivals
	report   LayerReport
}

func (l Layer) count(n Network, by Convention) (LayerReport, error) {
	if l.Map == nil {
		return LayerReport{}, errors.New("no map, want a dense one, a convolution or a pooling")
	}
	if l.Input == nil {
		return LayerReport{}, errNoInput
	}
	s, err := l.Map.analyse()
	if err != nil {
		return LayerReport{}, err
	}
	c := &counter{
		layer: l, synapses: s,
		where:  where{sources: s.Sources, steps: n.Steps, samples: n.samples(), convention: by},
		report: LayerReport{Name: l.Name, Sources: s.Sources, Targets: s.Targets},
	}
	if c.in, err = l.Input.arrive(c.where); err != nil {
		return LayerReport{}, err
	}
	c.report.Spiking = c.in.gradedCalls == 0
	if err := c.countSpikes(); err != nil {
		return LayerReport{}, err
	}
	parts := []func() error{c.connections, c.bias, c.norm, c.neurons}
	if s.pool {
		parts[0] = c.pool
	}
	for _, part := range parts {
		if err := part(); err != nil {
			return LayerReport{}, err
		}
	}
	return c.report, nil
}

// add lists what a term takes.
func (c *counter) add(t Term, o Ops, counted bool) {
	c.report.Items = append(c.report.Items, Item{Term: t, Ops: o, Counted: counted})
}

func (c *counter) countSpikes() error {
	var n tally
	if c.in.spikeCalls > 0 {
		n.add(c.in.total, 1)
	}
	for _, k := range c.in.spikes {
		n.add(k, 1)
	}
	c.report.Spikes = n.n
	return n.err()
}

// connections counts the products of inputs and weights, by the fan-out of each source or by the mean.
func (c *counter) connections() error {
	s := c.synapses
	var o Ops
	var err error
	switch c.convention.FanOut {
	case MeanFanOut:
		c.report.Synapses = s.Padded
		o, err = c.byMean(s.Padded, c.productCalls())
	case FullFanOut:
		c.report.Synapses = s.All
		o, err = c.bySource(s.AllOut, s.All)
	default:
		c.report.Synapses = s.Total
		o, err = c.bySource(s.FanOut, s.Total)
	}
	if err != nil {
		return err
	}
	c.add(SynapseOps, o, true)
	if c.kept() {
		adds, err := product(int64(c.synapses.Targets), c.in.gradedCalls)
		if err != nil {
			return err
		}
		c.add(ConstantOps, Ops{AC: adds}, true)
	}
	return nil
}

// kept tells whether the currents of a constant input are kept.
func (c *counter) kept() bool {
	return c.convention.KeepConstant && c.in.constant && c.in.gradedCalls > 0
}

// repeats is how often the products of a constant input are computed in a sample.
func (c *counter) repeats() int64 {
	if c.in.constant && !c.kept() {
		return int64(c.steps)
	}
	return 1
}

// bySource counts with the fan-out of each source, or where only totals are known, with the mean of all.
func (c *counter) bySource(fan []int64, all int64) (Ops, error) {
	if c.in.spikes == nil && c.in.graded == nil {
		return c.byTotal(fan, all)
	}
	var ac, mac tally
	for i, n := range c.in.spikes {
		ac.add(n, fan[i])
	}
	for i, n := range c.in.graded {
		mac.add(n, fan[i])
	}
	once := mac.n
	mac.n = 0
	mac.add(once, c.repeats())
	return Ops{AC: ac.n, MAC: mac.n}, errors.Join(ac.err(), mac.err())
}

func (c *counter) byTotal(fan []int64, all int64) (Ops, error) {
	ops, err := int64(0), error(nil)
	even := c.synapses.even(fan)
	if even && !c.in.expected {
		ops, err = product(c.in.total, fan[0])
	} else {
		ops, err = whole(c.in.expects * float64(all) / float64(c.sources))
	}
	c.report.Estimated = c.in.expected || !even
	if c.in.gradedCalls > 0 {
		return Ops{MAC: ops}, err
	}
	return Ops{AC: ops}, err
}

// productCalls is the number of steps in which products with real numbers are computed.
func (c *counter) productCalls() int64 {
	if c.kept() {
		return c.in.gradedCalls / int64(c.steps)
	}
	return c.in.gradedCalls
}

// byMean counts dense operations times the mean input, which is the sum of the inputs of a step divided by
// the number of sources, and all of them in the given number of steps with real numbers.
func (c *counter) byMean(dense, gradedCalls int64) (Ops, error) {
	ac, err := whole(float64(dense) * (c.in.sum / float64(c.sources)))
	if err != nil {
		return Ops{}, err
	}
	mac, err := product(dense, gradedCalls)
	c.report.Estimated = c.report.Estimated || c.in.expected
	return Ops{AC: ac, MAC: mac}, err
}

// bias counts an addition for every target and step; the mean convention multiplies by the mean input
// also here.
func (c *counter) bias() error {
	if !c.layer.Bias {
		return nil
	}
	if c.convention.FanOut == MeanFanOut {
		o, err := c.byMean(int64(c.synapses.Targets), c.in.gradedCalls)
		c.add(BiasOps, o, c.convention.Bias)
		return err
	}
	n, err := product(int64(c.synapses.Targets), c.calls())
	c.add(BiasOps, Ops{AC: n}, c.convention.Bias)
	return err
}

// norm counts two operations for every target and step, a scale and a shift. They are counted as MACs,
// since what is normalised are sums, not spikes.
func (c *counter) norm() error {
	if !c.layer.Norm {
		return nil
	}
	n, err := product(2*int64(c.synapses.Targets), c.calls())
	c.add(NormOps, Ops{MAC: n}, c.convention.Norm)
	return err
}

// pool counts a pooling.
func (c *counter) pool() error {
	if c.convention.Pool == PoolInputs {
		o, err := c.byMean(int64(c.synapses.Sources), c.in.gradedCalls)
		c.add(PoolOps, o, true)
		return err
	}
	var o Ops
	if !c.synapses.max {
		var err error
		if o, err = c.bySource(c.synapses.FanOut, c.synapses.Total); err != nil {
			return err
		}
	}
	o = Ops{AC: o.AC + o.MAC} // also real numbers are only added up
	c.add(PoolOps, o, c.convention.Pool == PoolWindows)
	return nil
}

// neurons counts the updates of neurons.
func (c *counter) neurons() error {
	n := c.layer.Neurons
	updates, err := n.updates(c.synapses.Targets, c.calls())
	if err != nil || n.Kind == NoNeurons {
		return err
	}
	c.report.Updates = updates
	o, counted := Ops{AC: updates}, c.convention.Neurons >= AllUpdates
	if n.Kind == MultiplicativeLeak && c.convention.Neurons != OneAddition {
		o, counted = Ops{MAC: updates}, c.convention.Neurons != NeuronsApart
	}
	c.add(NeuronOps, o, counted)
	return nil
}
