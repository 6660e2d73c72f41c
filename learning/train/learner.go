package train

import (
	"fmt"

	"couplet/internal/dense"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/optim"
)

// learner is a network with its rule and its optimiser, in one number format and on one engine.
type learner interface {
	// learn makes the optimiser steps of a mini-batch.
	learn(b batch) (Outcome, error)
	// classify runs samples without learning and returns the outputs by which a class is predicted: after
	// each tick if the course is wanted, ticks × samples × classes, or samples × classes after the last one.
	classify(x []float32, samples int, course bool) ([]float64, Work, error)
	// state lists the parameters, then what the optimiser remembers. The slices are live.
	state() (params, memory []optim.Column)
	// restore sets both.
	restore(params, memory []optim.Column) error
	// warning says what is out of bounds without being an error, or "".
	warning() string
}

// batch is a mini-batch at its place in training.
type batch struct {
	x      []float32 // samples × values
	labels []int
	step   uint64  // number of the mini-batch over the whole training
	factor float64 // of the learning rate
}

// Outcome is what a mini-batch came to.
type Outcome struct {
	Loss    float64 // mean over the samples
	Correct int     // of Work.Samples, in training
	Work    Work
}

// weights is what all learners have in common: the parameters and their optimiser.
type weights[F layer.Real] struct {
	params []*layer.Param[F]
	owned  []*optim.Param[F]
	opt    optim.Optimizer[F]
	clip   float64
}

func newWeights[F layer.Real](c Config, params []*layer.Param[F]) (*weights[F], error) {
	w := &weights[F]{params: params, clip: c.ClipNorm}
	for _, p := range params {
		w.owned = append(w.owned, &optim.Param[F]{Name: p.Name, Value: p.Value, Grad: p.Grad})
	}
	var err error
	w.opt, err = optim.Build(c.Optimiser, optim.Group[F]{Params: w.owned})
	return w, err
}

// step is one step of the optimiser.
func (w *weights[F]) step(factor float64) error {
	if w.clip > 0 {
		if _, err := optim.ClipNorm(w.owned, w.clip); err != nil {
			return err
		}
	}
	return w.opt.Step(factor)
}

// scaleGradients multiplies all gradients.
func (w *weights[F]) scaleGradients(factor F) {
	for _, p := range w.params {
		for i := range p.Grad {
			p.Grad[i] *= factor
		}
	}
}

// addGradients adds the gradients of another part of the mini-batch.
func (w *weights[F]) addGradients(part []*layer.Param[F]) {
	for k, p := range part {
		to := w.params[k].Grad
		for i, g := range p.Grad {
			to[i] += g
		}
	}
}

// state implements learner.
func (w *weights[F]) state() (params, memory []optim.Column) {
	for _, p := range w.params {
		params = append(params, columnOf(p))
	}
	return params, w.opt.Columns()
}

// columnOf wraps the values of a parameter.
func columnOf[F layer.Real](p *layer.Param[F]) optim.Column {
	switch v := any(p.Value).(type) {
	case []float32:
		return optim.Column{Name: p.Name, F32: v}
	case []float64:
		return optim.Column{Name: p.Name, F64: v}
	}
	return optim.Column{Name: p.Name}
}

// setParams copies saved values into parameters, after checking all of them.
func setParams[F layer.Real](params []*layer.Param[F], saved []optim.Column) error {
	if len(saved) != len(params) {
		return fmt.Errorf("train: %d parameters, want %d", len(saved), len(params))
	}
	for i, p := range params {
		c := saved[i]
		if n := len(c.F32) + len(c.F64); c.Name != p.Name || n != len(p.Value) {
			return fmt.Errorf("train: parameter %q of %d numbers, want %q of %d", c.Name, n, p.Name, len(p.Value))
		}
	}
	for i, p := range params {
		for k, x := range saved[i].F32 {
			p.Value[k] = F(x)
		}
		for k, x := range saved[i].F64 {
			p.Value[k] = F(x)
		}
	}
	return nil
}

// restoreAll sets parameters and optimiser.
func (w *weights[F]) restoreAll(params, memory []optim.Column) error {
	if err := setParams(w.params, params); err != nil {
		return err
	}
	if memory == nil {
		return nil
	}
	return w.opt.Restore(memory)
}

// span is the samples of one part of a mini-batch.
type span struct{ lo, hi int }

// spans divides n samples into parts, which differ by one sample at most; empty parts are left out.
func spans(n, parts int) []span {
	var list []span
	for i := range parts {
		if s := (span{i * n / parts, (i + 1) * n / parts}); s.hi > s.lo {
			list = append(list, s)
		}
	}
	return list
}

// sideBySide works on parts with the workers of a pool and returns the first error by part.
func sideBySide(pool *dense.Pool, parts int, do func(part int) error) error {
	failures := make([]error, parts)
	pool.Run(parts, func(_, part int) { failures[part] = do(part) })
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// correct counts the samples whose class is predicted.
func correct[F layer.Real](outputs []F, labels []int) int {
	n, classes := 0, len(outputs)/len(labels)
	for i, y := range labels {
		if loss.Predict(outputs[i*classes:][:classes]) == y {
			n++
		}
	}
	return n
}
