package ottt

import "fmt"

// Mode says how often a batch changes the parameters.
type Mode int

const (
	// Accumulate is OTTT_A: the gradients of all ticks are added up, and one optimiser step ends the
	// batch.
	Accumulate Mode = iota
	// Online is OTTT_O: one optimiser step after every tick, while membranes and traces live on.
	Online
)

// String returns the name that the paper gives the mode.
func (m Mode) String() string {
	switch m {
	case Accumulate:
		return "OTTT_A"
	case Online:
		return "OTTT_O"
	}
	return fmt.Sprintf("Mode(%d)", int(m))
}

// Result is the outcome of a batch.
type Result[F any] struct {
	// Loss is Σ_t L[t].
	Loss float64
	// Logits are Σ_t o[t], batch × classes, by whose largest entry a class is predicted.
	Logits []F
}

// Learn trains with one batch of Batch.Loss.Ticks ticks, whether or not Batch.Training is set. The input is ticks × batch × InputSize, or
// batch × InputSize for a constant current. Step makes one optimiser step from the gradients; Learn clears
// them before and calls [Net.Changed] afterwards.
func (n *Net[F]) Learn(mode Mode, b Batch, input []F, labels []int, step func() error) (Result[F], error) {
	var r Result[F]
	if mode != Accumulate && mode != Online {
		return r, fmt.Errorf("ottt: unknown mode (%d), want Accumulate or Online", int(mode))
	}
	b.Training = true
	ticks := b.Loss.Ticks
	if err := n.begin(b, input, ticks); err != nil {
		return r, err
	}
	r.Logits = make([]F, b.Samples*n.Classes())
	n.ZeroGrad()
	for t := range ticks {
		if err := n.show(input, t, ticks, r.Logits); err != nil {
			return r, err
		}
		l, err := n.Backward(labels)
		if err != nil {
			return r, err
		}
		r.Loss += l
		if mode == Accumulate && t < ticks-1 {
			continue
		}
		if err := n.Finish(); err != nil {
			return r, err
		}
		if err := step(); err != nil {
			return r, err
		}
		n.Changed()
		if t < ticks-1 {
			n.ZeroGrad()
		}
	}
	return r, nil
}

// Forward runs a batch without learning and returns Σ_t o[t], batch × classes. The input is that of
// [Net.Learn].
func (n *Net[F]) Forward(input []F, samples, ticks int) ([]F, error) {
	if err := n.begin(Batch{Samples: samples}, input, ticks); err != nil {
		return nil, err
	}
	logits := make([]F, samples*n.Classes())
	for t := range ticks {
		if err := n.show(input, t, ticks, logits); err != nil {
			return nil, err
		}
	}
	return logits, nil
}

// begin checks the size of the input and starts a batch.
func (n *Net[F]) begin(b Batch, input []F, ticks int) error {
	if ticks < 1 {
		return fmt.Errorf("ottt: %d ticks, want at least 1", ticks)
	}
	if err := n.Begin(b); err != nil {
		return err
	}
	if tick := b.Samples * n.inputSize; len(input) != tick && (len(input)%ticks != 0 || len(input)/ticks != tick) {
		return fmt.Errorf("ottt: an input of %d values, want %d samples of %d at each of %d ticks, or once", len(input), b.Samples, n.inputSize, ticks)
	}
	return nil
}

// show presents the input of one tick and adds the logits to the sum.
func (n *Net[F]) show(input []F, t, ticks int, total []F) error {
	tick := len(n.input)
	constant := len(input) == tick
	var logits []F
	var err error
	switch {
	case !constant:
		logits, err = n.Tick(input[t*tick:][:tick])
	case t == 0:
		logits, err = n.Tick(input)
	default:
		logits, err = n.Hold()
	}
	if err != nil {
		return err
	}
	add(total, logits)
	return nil
}
