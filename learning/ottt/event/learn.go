package event

import (
	"fmt"

	"couplet/learning/ottt"
)

// Learn trains with one batch of Batch.Loss.Ticks ticks, as [ottt.Net.Learn] does. The input is ticks ×
// batch × InputSize, or batch × InputSize for a constant current. Step makes one optimiser step from the
// gradients; Learn clears them before and calls [Net.Changed] afterwards.
//
// [ottt.Accumulate] shows the samples of a batch one after the other. [ottt.Online] changes weights after
// every tick, which all samples of a batch would have to share: it takes one sample.
func (n *Net) Learn(mode ottt.Mode, b ottt.Batch, input []float64, labels []int, step func() error) (ottt.Result[float64], error) {
	r := ottt.Result[float64]{}
	ticks := b.Loss.Ticks
	switch {
	case mode != ottt.Accumulate && mode != ottt.Online:
		return r, fmt.Errorf("event: unknown mode (%d), want Accumulate or Online", int(mode))
	case mode == ottt.Online && (b.Samples != 1 || b.Of > 1):
		return r, fmt.Errorf("event: OTTT_O changes weights at every tick and runs a single sample, not a batch of %d; want Accumulate", max(b.Samples, b.Of))
	case len(labels) != b.Samples:
		return r, fmt.Errorf("event: %d labels for a batch of %d samples", len(labels), b.Samples)
	}
	if err := n.checkInput(input, b, ticks); err != nil {
		return r, err
	}
	b.Training = true
	r.Logits = make([]float64, b.Samples*n.Classes())
	n.ZeroGrad()
	for s := range b.Samples {
		run := sampleRun{net: n, batch: b, sample: s, input: input, logits: r.Logits[s*n.Classes():][:n.Classes()]}
		if mode == ottt.Online {
			run.step = step
		}
		l, err := run.learn(labels[s : s+1])
		if err != nil {
			return r, err
		}
		r.Loss += l
	}
	if mode == ottt.Accumulate {
		return r, n.update(step)
	}
	return r, nil
}

// update makes one optimiser step.
func (n *Net) update(step func() error) error {
	if err := n.Finish(); err != nil {
		return err
	}
	if err := step(); err != nil {
		return err
	}
	n.Changed()
	return nil
}

// sampleRun is one sample of a batch on its way through the ticks.
type sampleRun struct {
	net    *Net
	batch  ottt.Batch // the whole one
	sample int
	input  []float64    // of the whole batch
	logits []float64    // Σ_t o[t] of the sample
	step   func() error // after every tick; nil in Accumulate mode
}

// begin starts the sample.
func (r *sampleRun) begin() error {
	b := r.batch
	if b.Of == 0 {
		b.Of = b.Samples
	}
	b.First, b.Samples = b.First+r.sample, 1
	return r.net.Begin(b)
}

// show presents the input of one tick and adds the logits to the sum.
func (r *sampleRun) show(tick int) error {
	n := r.net
	size := n.InputSize()
	var logits []float64
	var err error
	switch frame := r.batch.Samples * size; {
	case len(r.input) != frame:
		logits, err = n.Tick(r.input[tick*frame+r.sample*size:][:size])
	case tick == 0:
		logits, err = n.Tick(r.input[r.sample*size:][:size])
	default:
		logits, err = n.Hold()
	}
	for i, v := range logits {
		r.logits[i] += v
	}
	return err
}

// learn runs the sample and returns its share of the loss.
func (r *sampleRun) learn(label []int) (float64, error) {
	if err := r.begin(); err != nil {
		return 0, err
	}
	total, n := 0.0, r.net
	for tick := range r.batch.Loss.Ticks {
		if err := r.show(tick); err != nil {
			return 0, err
		}
		l, err := n.Backward(label)
		if err != nil {
			return 0, err
		}
		total += l
		if r.step == nil {
			continue
		}
		if err := n.update(r.step); err != nil {
			return 0, err
		}
		if tick < r.batch.Loss.Ticks-1 {
			n.ZeroGrad()
		}
	}
	return total, nil
}

// Forward runs samples without learning, one after the other, and returns Σ_t o[t], samples × classes. The
// input is that of [Net.Learn].
func (n *Net) Forward(input []float64, samples, ticks int) ([]float64, error) {
	b := ottt.Batch{Samples: samples}
	if err := n.checkInput(input, b, ticks); err != nil {
		return nil, err
	}
	logits := make([]float64, samples*n.Classes())
	for s := range samples {
		run := sampleRun{net: n, batch: b, sample: s, input: input, logits: logits[s*n.Classes():][:n.Classes()]}
		if err := run.begin(); err != nil {
			return nil, err
		}
		for tick := range ticks {
			if err := run.show(tick); err != nil {
				return nil, err
			}
		}
	}
	return logits, nil
}

// checkInput checks sizes.
func (n *Net) checkInput(input []float64, b ottt.Batch, ticks int) error {
	frame := b.Samples * n.InputSize()
	switch {
	case b.Samples < 1:
		return fmt.Errorf("event: a batch of %d samples, want at least 1", b.Samples)
	case ticks < 1:
		return fmt.Errorf("event: %d ticks, want at least 1", ticks)
	case b.First < 0 || b.Of != 0 && b.First+b.Samples > b.Of || b.Of == 0 && b.First > 0:
		return fmt.Errorf("event: samples %d to %d of a batch of %d", b.First, b.First+b.Samples-1, max(b.Of, b.Samples))
	case len(input) != frame && (len(input)%ticks != 0 || len(input)/ticks != frame):
		return fmt.Errorf("event: an input of %d values, want %d samples of %d at each of %d ticks, or once", len(input), b.Samples, n.InputSize(), ticks)
	}
	return nil
}
