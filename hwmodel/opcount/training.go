package opcount

import (
	"errors"
	"fmt"
	"strings"
)

// Training has the work of training by a local rule on some samples, as the counters of an engine give it
// or [SPIDE] recounts it from spikes. It is plain data; [Training.Items] makes the list of operations.
//
// The estimates are our own (spide.md §9). The energy formula and figures of the SPIDE paper were not at
// hand, so that no ratio to be had here is one of its authors'.
type Training struct {
	// Rule names the learning rule.
	Rule string
	// Samples is the number of samples that the counts belong to.
	Samples int64
	// Ticks is the number of steps of the forward stage of a sample.
	Ticks  int64
	Blocks []TrainedBlock
	Layers []TrainedLayer
	// ErrorAdds counts the additions of the output's error to the neurons of the backward stage.
	ErrorAdds int64
	// ReadoutMACs counts the products of a readout of rates, if it is not among the blocks: the outputs,
	// and in training the gradients of its weights and of the rates.
	ReadoutMACs int64
	// ReadoutSynapses is the number of weights of that readout.
	ReadoutSynapses int64
}

// TrainedBlock has the work of the synapses from one layer to another.
type TrainedBlock struct {
	Name string
	// Synapses is the number of synapses, for one sample: the products that a conventional network
	// computes in a forward pass.
	Synapses int64
	// Forward counts the synaptic events of the forward stage: spikes times fan-out, or with Graded,
	// real numbers other than 0 times fan-out, which multiply.
	Forward int64
	Graded  bool
	// DriveMACs and DriveAdds are the other way to compute a constant input, a block that is Constant:
	// its product with the weights once per sample, and the addition of the currents in every tick.
	Constant             bool
	DriveMACs, DriveAdds int64
	// Backward counts the synaptic events of errors on their way back: ternary spikes that add, or with
	// GradedErrors, real numbers that multiply.
	Backward     int64
	GradedErrors bool
	// UpdateMACs counts the products of the weights' gradient.
	UpdateMACs int64
}

// TrainedLayer has the work of the neurons of a layer.
type TrainedLayer struct {
	Name string
	// Updates and BackUpdates count updates of membranes in the two stages: an addition each, and a
	// multiplication if the neurons are Leaky.
	Updates, BackUpdates int64
	Leaky                bool
}

// Stage is a part of training.
type Stage uint8

const (
	// ForwardStage runs the network.
	ForwardStage Stage = iota
	// BackwardStage carries errors back.
	BackwardStage
	// UpdateStage computes the gradients of the weights.
	UpdateStage
	// ReadoutStage is the readout, in all of training.
	ReadoutStage
)

// String names a stage.
func (s Stage) String() string {
	names := [...]string{"forward", "backward", "update", "readout"}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("stage %d", uint8(s))
}

// TrainingItem is what a stage of training spends at one place.
type TrainingItem struct {
	Stage Stage
	// Where is the name of the block or layer, empty for what belongs to the whole network.
	Where string
	Term  Term
	Ops   Ops
	// Counted is false for the way that a constant input was not taken, and for neurons if they are to
	// be shown apart.
	Counted bool
}

// TrainingCount says what of the work of training is summed up; the rest is still listed.
type TrainingCount struct {
	// KeepConstant computes the product of a constant input once per sample.
	KeepConstant bool
	// Neurons counts the updates of membranes.
	Neurons bool
}

// Validate reports counts that are negative, or too large to be added up.
func (t Training) Validate() error {
	var sum tally
	check := func(where string, counts ...int64) error {
		for _, n := range counts {
			if n < 0 {
				return fmt.Errorf("opcount: %s: %d operations, want at least 0", where, n)
			}
			sum.add(n, 1)
		}
		return nil
	}
	list := []error{check("training", t.Samples, t.Ticks, t.ErrorAdds, t.ReadoutMACs, t.ReadoutSynapses)}
	for _, b := range t.Blocks {
		list = append(list, check(fmt.Sprintf("block %q", b.Name), b.Synapses, b.Forward, b.DriveMACs, b.DriveAdds, b.Backward, b.UpdateMACs))
	}
	for _, l := range t.Layers {
		list = append(list, check(fmt.Sprintf("layer %q", l.Name), l.Updates, l.BackUpdates))
	}
	return errors.Join(append(list, prefixed(sum.err()))...)
}

// Items lists the work, stage by stage.
func (t Training) Items(by TrainingCount) []TrainingItem {
	var list []TrainingItem
	add := func(s Stage, where string, term Term, o Ops, counted bool) {
		if o != (Ops{}) {
			list = append(list, TrainingItem{s, where, term, o, counted})
		}
	}
	for _, b := range t.Blocks {
		kept := b.Constant && by.KeepConstant
		add(ForwardStage, b.Name, SynapseOps, oneKind(b.Forward, b.Graded), !kept)
		if b.Constant {
			add(ForwardStage, b.Name, ConstantOps, Ops{AC: b.DriveAdds, MAC: b.DriveMACs}, kept)
		}
	}
	for _, l := range t.Layers {
		add(ForwardStage, l.Name, NeuronOps, oneKind(l.Updates, l.Leaky), by.Neurons)
	}
	add(BackwardStage, "", ConstantOps, Ops{AC: t.ErrorAdds}, true)
	for _, b := range t.Blocks {
		add(BackwardStage, b.Name, SynapseOps, oneKind(b.Backward, b.GradedErrors), true)
	}
	for _, l := range t.Layers {
		add(BackwardStage, l.Name, NeuronOps, oneKind(l.BackUpdates, l.Leaky), by.Neurons)
	}
	for _, b := range t.Blocks {
		add(UpdateStage, b.Name, SynapseOps, Ops{MAC: b.UpdateMACs}, true)
	}
	add(ReadoutStage, "", SynapseOps, Ops{MAC: t.ReadoutMACs}, true)
	return list
}

// oneKind makes additions, or multiplications with an addition.
func oneKind(n int64, multiplies bool) Ops {
	if multiplies {
		return Ops{MAC: n}
	}
	return Ops{AC: n}
}

// Total returns the operations that count.
func (t Training) Total(by TrainingCount) Ops {
	var sum Ops
	for _, i := range t.Items(by) {
		if i.Counted {
			sum = sum.Plus(i.Ops)
		}
	}
	return sum
}

// Of returns the operations of a stage that count.
func (t Training) Of(s Stage, by TrainingCount) Ops {
	var sum Ops
	for _, i := range t.Items(by) {
		if i.Counted && i.Stage == s {
			sum = sum.Plus(i.Ops)
		}
	}
	return sum
}

// Comparison is an estimate of what another way to train the same network on the same samples would take.
type Comparison struct {
	Name string
	// Formula says how the figure comes about.
	Formula string
	Ops     Ops
}

// Derived labels every [Comparison].
const Derived = "derived by us from the graph; no figure of the SPIDE paper"

// Comparisons returns the two comparison lines of spide.md §9: back-propagation in a conventional network
// of the same graph, and back-propagation through time with surrogate gradients over the ticks of the
// forward stage. The forward stage of the latter is that of the rule. It is an error if the counts do not
// stand [Training.Validate], or the result is out of range.
func (t Training) Comparisons(by TrainingCount) ([]Comparison, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	var dense, conventional, throughTime tally
	dense.add(t.ReadoutSynapses, 1)
	for _, b := range t.Blocks {
		dense.add(b.Synapses, 1)
	}
	perSample, err := product(t.Samples, dense.n)
	if err != nil {
		return nil, prefixed(err)
	}
	conventional.add(3, perSample)
	forward := t.Of(ForwardStage, by)
	ticks, err := product(2, t.Ticks)
	if err != nil {
		return nil, prefixed(err)
	}
	throughTime.add(forward.MAC, 1)
	throughTime.add(ticks, perSample)
	for _, n := range []tally{dense, conventional, throughTime} {
		if err := n.err(); err != nil {
			return nil, prefixed(err)
		}
	}
	return []Comparison{
		{"conventional back-propagation", "3 × forward MACs of the dense graph", Ops{MAC: conventional.n}},
		{"back-propagation through time", "forward stage as above + 2·T × MACs of the dense graph", Ops{AC: forward.AC, MAC: throughTime.n}},
	}, nil
}

// Add adds the work of further samples on the same network, block by block. It is an error if the
// networks are not the same, or the sums outgrow their range.
func (t *Training) Add(u Training) error {
	if t.Samples == 0 && t.Blocks == nil && t.Layers == nil {
		*t = u
		t.Blocks = append([]TrainedBlock(nil), u.Blocks...)
		t.Layers = append([]TrainedLayer(nil), u.Layers...)
		return nil
	}
	if err := t.same(u); err != nil {
		return err
	}
	t.Samples += u.Samples
	t.ErrorAdds += u.ErrorAdds
	t.ReadoutMACs += u.ReadoutMACs
	for k, b := range u.Blocks {
		s := &t.Blocks[k]
		s.Forward += b.Forward
		s.DriveMACs += b.DriveMACs
		s.DriveAdds += b.DriveAdds
		s.Backward += b.Backward
		s.UpdateMACs += b.UpdateMACs
	}
	for k, l := range u.Layers {
		t.Layers[k].Updates += l.Updates
		t.Layers[k].BackUpdates += l.BackUpdates
	}
	return t.Validate() // what outgrew its range is negative
}

func (t *Training) same(u Training) error {
	if t.Rule != u.Rule || t.Ticks != u.Ticks || t.ReadoutSynapses != u.ReadoutSynapses ||
		len(t.Blocks) != len(u.Blocks) || len(t.Layers) != len(u.Layers) {
		return fmt.Errorf("opcount: work of %q on a network of %d blocks, want %q on one of %d", u.Rule, len(u.Blocks), t.Rule, len(t.Blocks))
	}
	for k, b := range u.Blocks {
		if s := t.Blocks[k]; s.Name != b.Name || s.Synapses != b.Synapses ||
			s.Graded != b.Graded || s.Constant != b.Constant || s.GradedErrors != b.GradedErrors {
			return fmt.Errorf("opcount: block %d is %q of %d synapses, want %q of %d of the same kind", k, b.Name, b.Synapses, s.Name, s.Synapses)
		}
	}
	for k, l := range u.Layers {
		if s := t.Layers[k]; s.Name != l.Name || s.Leaky != l.Leaky {
			return fmt.Errorf("opcount: layer %d is %q, want %q of the same neurons", k, l.Name, s.Name)
		}
	}
	return nil
}

// Text writes the work as a table, per sample, with the comparison lines.
func (t Training) Text(by TrainingCount, p Prices) (string, error) {
	others, err := t.Comparisons(by)
	if err != nil {
		return "", err
	}
	if t.Samples < 1 {
		return "", fmt.Errorf("opcount: work on %d samples, want at least 1", t.Samples)
	}
	var b strings.Builder
	n := float64(t.Samples)
	fmt.Fprintf(&b, "Training by %q, per sample of %d; add %g J, multiply %g J\n\n", t.Rule, t.Samples, p.Add, p.Mul)
	w := table{text: 3}
	row := func(stage, where, term string, o Ops, mark string) {
		w.row(stage, where, term, fmt.Sprintf("%.7g", float64(o.AC)/n), fmt.Sprintf("%.7g", float64(o.MAC)/n), fmt.Sprintf("%.7g", o.Energy(p)/n), mark)
	}
	w.row("stage", "where", "term", "AC", "MAC", "energy/J", "")
	for _, i := range t.Items(by) {
		mark := ""
		if !i.Counted {
			mark = "not counted"
		}
		row(i.Stage.String(), i.Where, i.Term.String(), i.Ops, mark)
	}
	row("all", "", "", t.Total(by), "")
	w.write(&b)
	fmt.Fprintf(&b, "\nIn comparison (%s):\n", Derived)
	for _, c := range others {
		fmt.Fprintf(&b, "  %s: %.7g AC, %.7g MAC, %.7g J (%s)\n", c.Name, float64(c.Ops.AC)/n, float64(c.Ops.MAC)/n, c.Ops.Energy(p)/n, c.Formula)
	}
	return b.String(), nil
}
