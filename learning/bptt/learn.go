package bptt

import (
	"fmt"

	"couplet/learning/ottt"
)

// Learn trains with one batch of Batch.Loss.Ticks ticks: all ticks forward, all ticks back, and one step of
// the optimiser. The input is ticks × batch × InputSize, or batch × InputSize for a constant current; it is
// read until Learn returns and not copied. Step makes one optimiser step from the gradients; Learn clears
// them before and calls [Net.Changed] afterwards. Without a step (nil) it leaves the gradients.
//
// The result has the loss Σ_t L[t], times the share of the whole batch, and the logits Σ_t o[t]. Memory is
// allocated only for a history longer than all before, see [Net.HistoryBytes].
func (n *Net[F]) Learn(b ottt.Batch, input []F, labels []int, step func() error) (ottt.Result[F], error) {
	var r ottt.Result[F]
	if err := n.begin(b, input, labels); err != nil {
		return r, err
	}
	defer func() { n.input.values = nil }()
	r.Logits = make([]F, b.Samples*n.Classes())
	for t := range n.ticks {
		n.advance(t)
		l, err := n.lossAt(t, b.Loss, labels, share(b))
		if err != nil {
			return r, err
		}
		r.Loss += l
		add(r.Logits, n.readout().current.at(t))
	}
	n.ZeroGrad()
	n.back()
	if err := n.finish(); err != nil {
		return r, err
	}
	if step == nil {
		return r, nil
	}
	if err := step(); err != nil {
		return r, err
	}
	n.Changed()
	return r, nil
}

// Forward runs a batch without learning and returns Σ_t o[t], batch × classes. The input is that of
// [Net.Learn]. No history is kept: it is the run of online training, which has the same spikes.
func (n *Net[F]) Forward(input []F, samples, ticks int) ([]F, error) {
	logits, err := n.online.Forward(input, samples, ticks)
	if err != nil {
		return nil, fmt.Errorf("bptt: %w", err)
	}
	return logits, nil
}

// begin checks a batch and puts the network to rest.
func (n *Net[F]) begin(b ottt.Batch, input []F, labels []int) error {
	ticks := b.Loss.Ticks
	if err := check(b, labels); err != nil {
		return err
	}
	if err := n.checkHistory(ticks, b.Samples); err != nil {
		return err
	}
	tick := b.Samples * n.InputSize()
	constant := len(input) == tick
	if !constant && (len(input)%ticks != 0 || len(input)/ticks != tick) {
		return fmt.Errorf("bptt: an input of %d values, want %d samples of %d at each of %d ticks, or once", len(input), b.Samples, n.InputSize(), ticks)
	}
	n.samples, n.ticks, n.first = b.Samples, ticks, b.First
	n.input.size, n.input.length, n.input.whole, n.input.values = n.InputSize(), tick, !constant, input
	for _, r := range n.records {
		r.begin(b.Samples, ticks)
	}
	largest := 0
	for _, d := range n.nodes {
		largest = max(largest, d.size)
		n.beginNode(d, b, constant)
	}
	n.scratch = grown(n.scratch, b.Samples*largest)
	n.weighted = grown(n.weighted, b.Samples*largest)
	return nil
}

func (n *Net[F]) beginNode(d *node[F], b ottt.Batch, constant bool) {
	values := b.Samples * d.size
	d.errors, d.reached = grown(d.errors, values), false
	if d.lif != nil {
		d.lif.begin(values)
		d.lif.drop(b, d.spec.Dropout, d.size)
	}
	for _, p := range d.into {
		p.held = constant && p.source == nil
		if p.held && p.trains {
			p.pending = cleared(p.pending, values)
		}
	}
}

// check reports what keeps a batch from being trained with.
func check(b ottt.Batch, labels []int) error {
	of := b.Of
	if of == 0 {
		of = b.Samples
	}
	switch {
	case b.Samples < 1:
		return fmt.Errorf("bptt: a batch of %d samples, want at least 1", b.Samples)
	case b.First < 0 || b.First+b.Samples > of:
		return fmt.Errorf("bptt: samples %d to %d of a batch of %d", b.First, b.First+b.Samples-1, of)
	case len(labels) != b.Samples:
		return fmt.Errorf("bptt: %d labels for a batch of %d samples", len(labels), b.Samples)
	}
	if err := b.Loss.Validate(); err != nil {
		return fmt.Errorf("bptt: %w", err)
	}
	return nil
}

// share is the part of the whole batch that this one is.
func share(b ottt.Batch) float64 {
	if b.Of == 0 {
		return 1
	}
	return float64(b.Samples) / float64(b.Of)
}
