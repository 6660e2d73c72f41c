package spide

import (
	"errors"
	"fmt"
)

// errNoReadout is the error of asking a network without readout for logits.
var errNoReadout = errors.New("spide: the network has no readout")

// Logits applies the readout to the rates of layer N−1: batch × classes.
func (e *Executor[F]) Logits() ([]F, error) {
	if e.ring.Readout == nil {
		return nil, errNoReadout
	}
	if e.done == nothing {
		return nil, errOrder
	}
	e.ring.Readout.Forward(e.last().rate, e.logits, e.batch)
	return e.logits, nil
}

// BackwardLogits takes the gradient of the loss with respect to the logits, batch × classes, times the
// loss scale, adds the gradient of the readout and runs the backward stage. With [Executor.Accumulate]
// after it, all gradients are scaled by the loss scale; [Config.LearningRate] takes it back.
//
// The scale is there because a couple counts in units of θ_B/T_B, in which the gradient of a mean loss
// is nearly nothing; [Executor.Warning] tells when it is too large.
func (e *Executor[F]) BackwardLogits(gLogits []F) error {
	if err := e.readoutGradient(gLogits); err != nil {
		return err
	}
	return e.Backward(e.g)
}

// ExactLogits is [Executor.BackwardLogits] with the exact β in place of the backward stage; see
// [Executor.ExactBackward].
func (e *Executor[F]) ExactLogits(gLogits []F, tolerance float64, trips int) error {
	if err := e.readoutGradient(gLogits); err != nil {
		return err
	}
	return e.ExactBackward(e.g, tolerance, trips)
}

// readoutGradient trains the readout and leaves the gradient of the rates in e.g.
func (e *Executor[F]) readoutGradient(gLogits []F) error {
	switch {
	case e.ring.Readout == nil:
		return errNoReadout
	case e.done == nothing:
		return errOrder
	case len(gLogits) != len(e.gLogits):
		return fmt.Errorf("spide: the gradient of the logits must have %d x %d values (%d)",
			e.batch, len(e.gLogits)/e.batch, len(gLogits))
	}
	if err := checkFinite("gradient of the logits", gLogits, len(e.gLogits)/e.batch); err != nil {
		return err
	}
	scale := F(e.config.LossScale)
	for j, v := range gLogits {
		e.gLogits[j] = scale * v
	}
	train(e.ring.Readout, e.last().rate, e.gLogits, e.batch)
	e.ring.Readout.Back(e.gLogits, e.g, e.batch)
	return nil
}
