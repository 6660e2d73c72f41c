package optim

import (
	"errors"
	"fmt"
	"slices"

	"couplet/internal/det"
)

// Progress is the place in training for which a learning rate is asked: the epoch and the optimiser
// step that come next, both counted from 0 over the whole training.
type Progress struct{ Epoch, Step int }

// Schedule gives the factor of the learning rate at every place in training. It has no state.
type Schedule interface {
	// Factor is what the learning rate is multiplied by.
	Factor(at Progress) float64
	// Validate reports what is wrong with the schedule, or nil.
	Validate() error
}

// Unit is what a schedule counts.
type Unit uint8

const (
	// Epochs changes the learning rate between passes over the data.
	Epochs Unit = iota
	// Steps changes it between optimiser steps.
	Steps
)

// String returns "epochs" or "steps".
func (u Unit) String() string {
	switch u {
	case Epochs:
		return "epochs"
	case Steps:
		return "steps"
	}
	return fmt.Sprintf("unit(%d)", uint8(u))
}

// of counts in the unit.
func (u Unit) of(at Progress) int {
	if u == Steps {
		return at.Step
	}
	return at.Epoch
}

func (u Unit) validate() error {
	if u > Steps {
		return fmt.Errorf("optim: schedule counts in %s, want epochs (0) or steps (1)", u)
	}
	return nil
}

// Constant leaves the learning rate alone.
type Constant struct{}

// Factor is 1.
func (Constant) Factor(Progress) float64 { return 1 }

// Validate returns nil.
func (Constant) Validate() error { return nil }

// StepDecay multiplies the learning rate by Gamma every so many epochs or steps.
type StepDecay struct {
	Every int     // at least 1
	Gamma float64 // greater than 0, at most 1
	Unit  Unit
}

// Factor is Gamma^⌊k/Every⌋.
func (s StepDecay) Factor(at Progress) float64 {
	return det.PowInt(s.Gamma, int64(max(s.Unit.of(at), 0)/max(s.Every, 1)))
}

// Validate reports what is wrong with the schedule.
func (s StepDecay) Validate() error {
	list := []error{s.Unit.validate(), validateGamma("step", s.Gamma)}
	if s.Every < 1 {
		list = append(list, fmt.Errorf("optim: step schedule: every %d %s, want at least 1", s.Every, s.Unit))
	}
	return errors.Join(list...)
}

// MultiStep multiplies the learning rate by Gamma at each of the listed epochs or steps.
type MultiStep struct {
	At    []int   // ascending
	Gamma float64 // greater than 0, at most 1
	Unit  Unit
}

// Factor is Gamma to the power of the number of listed places that have been reached.
func (s MultiStep) Factor(at Progress) float64 {
	reached, _ := slices.BinarySearch(s.At, s.Unit.of(at)+1)
	return det.PowInt(s.Gamma, int64(reached))
}

// Validate reports what is wrong with the schedule.
func (s MultiStep) Validate() error {
	list := []error{s.Unit.validate(), validateGamma("multi-step", s.Gamma)}
	for i, k := range s.At {
		if k < 1 || i > 0 && k <= s.At[i-1] {
			list = append(list, fmt.Errorf("optim: multi-step schedule: %s %v, want ascending numbers of at least 1", s.Unit, s.At))
			break
		}
	}
	return errors.Join(list...)
}

func validateGamma(schedule string, gamma float64) error {
	if !(gamma > 0 && gamma <= 1) {
		return fmt.Errorf("optim: %s schedule: gamma %g, want a number in (0, 1]", schedule, gamma)
	}
	return nil
}

// Cosine lets the learning rate fall along half a wave of the cosine, from 1 to Floor.
type Cosine struct {
	Over  int     // length, at least 1
	Floor float64 // in [0, 1]
	Unit  Unit
}

// Factor is Floor + (1-Floor)·(1 + cos(πk/Over))/2, and Floor from k = Over on.
func (s Cosine) Factor(at Progress) float64 {
	k := max(s.Unit.of(at), 0)
	if k >= s.Over {
		return s.Floor
	}
	wave := (1 + cosPi(float64(k)/float64(s.Over))) / 2
	return s.Floor + float64((1-s.Floor)*wave)
}

// Validate reports what is wrong with the schedule.
func (s Cosine) Validate() error {
	list := []error{s.Unit.validate()}
	if s.Over < 1 {
		list = append(list, fmt.Errorf("optim: cosine schedule over %d %s, want at least 1", s.Over, s.Unit))
	}
	if !(s.Floor >= 0 && s.Floor <= 1) {
		list = append(list, fmt.Errorf("optim: cosine schedule: floor %g, want a number in [0, 1]", s.Floor))
	}
	return errors.Join(list...)
}

// WarmUp lets the learning rate rise linearly at the beginning, on top of another schedule.
type WarmUp struct {
	Over int     // length, at least 1
	From float64 // factor at the very beginning, in [0, 1]
	Unit Unit
	Then Schedule // nil: Constant
}

// Factor is From + (1-From)·k/Over, and 1 from k = Over on, times the factor of Then, which counts
// from the same beginning.
func (s WarmUp) Factor(at Progress) float64 {
	then := 1.0
	if s.Then != nil {
		then = s.Then.Factor(at)
	}
	k := max(s.Unit.of(at), 0)
	if k >= s.Over {
		return then
	}
	return then * (s.From + float64((1-s.From)*(float64(k)/float64(s.Over))))
}

// Validate reports what is wrong with the schedule and with the one that follows.
func (s WarmUp) Validate() error {
	list := []error{s.Unit.validate()}
	if s.Over < 1 {
		list = append(list, fmt.Errorf("optim: warm-up over %d %s, want at least 1", s.Over, s.Unit))
	}
	if !(s.From >= 0 && s.From <= 1) {
		list = append(list, fmt.Errorf("optim: warm-up from %g, want a number in [0, 1]", s.From))
	}
	if s.Then != nil {
		list = append(list, s.Then.Validate())
	}
	return errors.Join(list...)
}
