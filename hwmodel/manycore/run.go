package manycore

import (
	"context"
	"fmt"
)

// Run is the record of a run, step by step.
type Run struct {
	Steps    []Step      `json:"steps"`
	Spikes   []Spike     `json:"spikes"`   // in order of step, and of core and neuron within one
	Cores    []CoreTotal `json:"cores"`    // by number
	Unpriced []string    `json:"unpriced"` // what the sums of energy and time lack, see [Chip.Unpriced]
}

// Spike is a spike of a neuron, by its index in the netlist.
type Spike struct {
	T      int64 `json:"t"`
	Neuron int   `json:"neuron"`
}

// Totals are sums over the steps of a run.
type Totals struct {
	Steps int64 `json:"steps"`
	Counters
	Energy   Energy  `json:"energy"`
	Simple   float64 `json:"time_simple"`   // s
	Detailed float64 `json:"time_detailed"` // s
}

// Totals adds the steps up.
func (r *Run) Totals() Totals {
	t := Totals{Steps: int64(len(r.Steps))}
	for i := range r.Steps {
		s := &r.Steps[i]
		t.Counters.add(&s.Counters)
		t.Energy.add(&s.Energy)
		t.Simple += s.Simple
		t.Detailed += s.Detailed
	}
	return t
}

// Run runs a number of steps and keeps all of them. It stops early, with what it has and the
// context's error, when the context is done. A run that is too long to keep can call [Machine.Step] itself.
func (m *Machine) Run(ctx context.Context, steps int64) (*Run, error) {
	if steps < 0 {
		return nil, fmt.Errorf("manycore: %d steps; valid: 0 or more", steps)
	}
	r := &Run{Unpriced: m.chip.Unpriced()}
	var err error
	for range steps {
		if err = ctx.Err(); err != nil {
			break
		}
		r.Steps = append(r.Steps, m.Step())
		for _, n := range m.spikes {
			r.Spikes = append(r.Spikes, Spike{m.t, int(n)})
		}
	}
	r.Cores = m.CoreTotals()
	return r, err
}

// Fired returns the neurons that fired in the last step, by index in the netlist: those outside the chip,
// then core by core. The list is valid until the next step.
func (m *Machine) Fired() []int32 { return m.spikes }
