package result

import (
	"time"

	"couplet/sim"
	"couplet/sim/stats"
)

// Run is everything that is kept of a run.
type Run struct {
	Outline   Outline
	Config    []byte // the resolved configuration, kept as it is in run.yaml
	Version   string // version of couplet
	Seed      uint64
	PlannedMs float64 // duration that was asked for, in ms (steps on a step grid)
	Partial   bool    // the run was stopped before its planned end
	// StatsFromMs is the time from which on recordings enter the statistics; what lies before is the
	// time in which a network settles. Counts and rates of populations are those of the whole run.
	StatsFromMs float64

	Activity sim.Activity
	Spikes   []*sim.SpikeTrain
	Traces   []*sim.Trace
	Weights  []*sim.WeightLog

	Timing Timing
	// Extra are further files of the result directory, by name, such as the checkpoint of a run that
	// was stopped and the arrays of the network. Load does not read them.
	Extra map[string][]byte
	// Force lets Write replace an earlier result in the same directory. It is not kept.
	Force bool
}

// Timing holds the wall-clock times of a run, and what they depend on.
type Timing struct {
	Started time.Time `json:"started"`
	Machine string    `json:"machine,omitempty"` // processor, operating system, kernel level
	Workers int       `json:"workers,omitempty"`
	Phases  []Phase   `json:"phases"`
}

// Phase is one stretch of the work, in the order in which it was done.
type Phase struct {
	Name    string  `json:"name"` // "compile", "run", …
	Seconds float64 `json:"seconds"`
}

// modelMs is the duration of the run in ms (steps on a step grid).
func (r *Run) modelMs() float64 { return r.ms(r.Activity.Ticks) }

// ms is the time of a tick in ms (steps on a step grid).
func (r *Run) ms(tick int64) float64 { return stats.Ms(tick, r.Outline.TickMs) }

// statsFrom is the last tick that the statistics leave out.
func (r *Run) statsFrom() int64 {
	return min(int64(r.StatsFromMs/r.Outline.TickMs+0.5), r.Activity.Ticks)
}
