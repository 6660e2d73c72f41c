package manycore

import (
	"fmt"
	"math"

	"couplet/internal/rng"
)

// Soma is what one neuron computes: [LIF], [Input], [TrueNorth] or, when the spikes of another run are
// replayed, [Recorded]. It is plain data.
type Soma interface {
	// model is the model that the neuron's soma unit must have; "" if any will do.
	model() SomaModel
	validate() error
	// start makes the state of a neuron; the key is that of its random numbers.
	start(key rng.Key) somaState
}

// somaState is one neuron during a run.
type somaState interface {
	// step advances the neuron by time-step t with the sum of what arrived in step t-1; present tells
	// whether anything did, even if its sum is 0.
	step(t int64, input float64, present bool) status
}

// status says what a soma did in a time-step, in order of cost.
type status uint8

const (
	idle status = iota
	updated
	fired
)

// ResetMode says what happens to a potential that has passed a threshold.
type ResetMode string

const (
	// HardReset sets the potential to the reset value; it is the default at the threshold.
	HardReset ResetMode = "hard"
	// SoftReset subtracts the threshold.
	SoftReset ResetMode = "soft"
	// Saturate holds the potential at the threshold; only at the reverse threshold.
	Saturate ResetMode = "saturate"
	// NoReset leaves it; it is the default at the reverse threshold.
	NoReset ResetMode = "none"
)

// LIF is the leaky integrate-and-fire soma of these chips. Potentials have a fixed point of 1/64: what lies
// below is cut off, toward zero, in every step. Use [NewLIF] for the defaults.
//
// A neuron counts as updated in a step if its potential is not 0 when the step begins, or if it has input, bias or
// ForceUpdate; otherwise it is idle, unless it fires. If it is not refractory, it computes in every step
//
//	I = InputDecay·I, v = trunc(64·LeakDecay·v)/64
//	I = I + input,    v = v + Bias + I
//
// (without the two decays in the first step), fires if v > Threshold and is reset. The decays go on while it is
// refractory.
type LIF struct {
	Threshold        float64   `json:"threshold"`
	Bias             float64   `json:"bias"`
	LeakDecay        float64   `json:"leak_decay"`
	InputDecay       float64   `json:"input_decay"`
	Reset            float64   `json:"reset"`
	ResetMode        ResetMode `json:"reset_mode"`
	RefractoryDelay  int       `json:"refractory_delay"` // steps; 1 has no effect: the step of the spike counts
	ForceUpdate      bool      `json:"force_update"`
	ReverseThreshold float64   `json:"reverse_threshold"`
	ReverseReset     float64   `json:"reverse_reset"`
	ReverseResetMode ResetMode `json:"reverse_reset_mode"`
}

// NewLIF returns the defaults: threshold 0, no bias, no leak, input that lasts one step, hard reset to 0.
func NewLIF() LIF { return LIF{LeakDecay: 1, ResetMode: HardReset, ReverseResetMode: NoReset} }

func (LIF) model() SomaModel { return LeakyIntegrateFire }

func (l LIF) validate() error {
	if err := finite("threshold", l.Threshold, "bias", l.Bias, "leak_decay", l.LeakDecay, "input_decay", l.InputDecay,
		"reset", l.Reset, "reverse_threshold", l.ReverseThreshold, "reverse_reset", l.ReverseReset); err != nil {
		return err
	}
	if l.RefractoryDelay < 0 || l.RefractoryDelay > math.MaxInt32 {
		return fmt.Errorf("refractory_delay %d must be a number of steps from 0", l.RefractoryDelay)
	}
	return resetModes(l.ResetMode, l.ReverseResetMode)
}

func resetModes(at, reverse ResetMode) error {
	switch at {
	case HardReset, SoftReset, NoReset:
	default:
		return fmt.Errorf("unknown reset_mode %q; valid: hard, soft, none", at)
	}
	switch reverse {
	case HardReset, SoftReset, Saturate, NoReset:
		return nil
	}
	return fmt.Errorf("unknown reverse_reset_mode %q; valid: hard, soft, saturate, none", reverse)
}

// finite reports the first of some named numbers that is not finite.
func finite(namesAndValues ...any) error {
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if x := namesAndValues[i+1].(float64); math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s %g must be a finite number", namesAndValues[i], x)
		}
	}
	return nil
}

func (l LIF) start(rng.Key) somaState { return &lifState{LIF: l} }

// lifState is a LIF neuron during a run.
type lifState struct {
	LIF
	v, current float64
	refractory int
}

func (s *lifState) step(t int64, input float64, present bool) status {
	did := idle
	if s.v != 0 || present || s.Bias != 0 || s.ForceUpdate {
		did = updated
	}
	if t > 1 {
		s.current = float64(s.InputDecay * s.current)
		s.v = float64(s.LeakDecay * s.v)
	}
	s.v = math.Trunc(float64(64*s.v)) / 64
	if s.refractory == 0 {
		s.current += input
		s.v = s.v + s.Bias + s.current
		if s.v > s.Threshold {
			did = fired
			s.v = reset(s.ResetMode, s.v, s.Threshold, s.Reset)
			s.refractory = s.RefractoryDelay
		}
		if s.v < s.ReverseThreshold {
			s.v = reset(s.ReverseResetMode, s.v, s.ReverseThreshold, s.ReverseReset)
		}
	}
	if s.refractory > 0 {
		s.refractory--
	}
	return did
}

// reset returns the potential after it has passed a threshold.
func reset(mode ResetMode, v, threshold, to float64) float64 {
	switch mode {
	case HardReset:
		return to
	case SoftReset:
		return v - threshold
	case Saturate:
		return threshold
	}
	return v
}

// TrueNorth is the deterministic neuron of TrueNorth: additive leak, threshold that fires when it is reached
// (>=, where [LIF] needs more). Use [NewTrueNorth] for the defaults.
//
//	v = v ∓ Leak (toward zero, without passing it, or v = v + Leak as signed number)
//	v = v + Bias + input
type TrueNorth struct {
	Threshold        float64   `json:"threshold"`
	Bias             float64   `json:"bias"`
	Leak             float64   `json:"leak"`
	LeakTowardsZero  bool      `json:"leak_towards_zero"`
	Reset            float64   `json:"reset"`
	ResetMode        ResetMode `json:"reset_mode"`
	ForceUpdate      bool      `json:"force_update"`
	ReverseThreshold float64   `json:"reverse_threshold"`
	ReverseReset     float64   `json:"reverse_reset"`
	ReverseResetMode ResetMode `json:"reverse_reset_mode"`
}

// NewTrueNorth returns the defaults: threshold 0, no leak (toward zero), hard reset to 0.
func NewTrueNorth() TrueNorth {
	return TrueNorth{LeakTowardsZero: true, ResetMode: HardReset, ReverseResetMode: NoReset}
}

func (TrueNorth) model() SomaModel { return TrueNorthNeuron }

func (n TrueNorth) validate() error {
	if err := finite("threshold", n.Threshold, "bias", n.Bias, "leak", n.Leak, "reset", n.Reset,
		"reverse_threshold", n.ReverseThreshold, "reverse_reset", n.ReverseReset); err != nil {
		return err
	}
	if n.LeakTowardsZero && n.Leak < 0 {
		return fmt.Errorf("leak %g toward zero must be at least 0", n.Leak)
	}
	return resetModes(n.ResetMode, n.ReverseResetMode)
}

func (n TrueNorth) start(rng.Key) somaState { return &trueNorthState{TrueNorth: n} }

// trueNorthState is a TrueNorth neuron during a run.
type trueNorthState struct {
	TrueNorth
	v float64
}

func (s *trueNorthState) step(_ int64, input float64, present bool) status {
	active := s.v != 0 || present || s.Bias != 0 || s.ForceUpdate || (!s.LeakTowardsZero && s.Leak != 0)
	if !active {
		return idle
	}
	switch {
	case !s.LeakTowardsZero:
		s.v += s.Leak
	case s.v > 0:
		s.v = max(s.v-s.Leak, 0)
	default:
		s.v = min(s.v+s.Leak, 0)
	}
	s.v = s.v + s.Bias + input
	did := updated
	if s.v >= s.Threshold {
		did = fired
		s.v = reset(s.ResetMode, s.v, s.Threshold, s.Reset)
	}
	if s.v < s.ReverseThreshold {
		s.v = reset(s.ReverseResetMode, s.v, s.ReverseThreshold, s.ReverseReset)
	}
	return did
}
