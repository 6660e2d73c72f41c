package estimate

import (
	"fmt"

	"couplet/sim"
)

// Run is a run of a network as the engine counted it.
type Run struct {
	Network  *sim.Network
	Activity sim.Activity
	// Spikes are what was recorded. Recordings of whole populations make the estimates exact for weights
	// of 0 as well.
	Spikes []*sim.SpikeTrain
	// Inferences is how many results the run computed, one after the other in as many ticks each; 0 means one.
	Inferences int64
}

// inferences is the number of inferences, at least one.
func (r Run) inferences() int64 { return max(r.Inferences, 1) }

// check tells whether estimates can be made.
func (r Run) check() error {
	net, a := r.Network, r.Activity
	if len(a.Populations) != len(net.Populations) || len(a.Projections) != len(net.Projections) {
		return fmt.Errorf("estimate: the activity is not that of network %q: it counts %d populations and %d projections where the network has %d and %d",
			net.Name, len(a.Populations), len(a.Projections), len(net.Populations), len(net.Projections))
	}
	for i, p := range net.Populations {
		if p.Model == nil || p.Size != a.Populations[i].Neurons || p.Name != a.Populations[i].Name {
			return fmt.Errorf("estimate: the activity is not that of network %q: population %d is %q with %d neurons, not %q with %d",
				net.Name, i, a.Populations[i].Name, a.Populations[i].Neurons, p.Name, p.Size)
		}
	}
	for i, p := range net.Projections {
		if p.Rule == nil || p.Synapse == nil || p.From.Population == nil || p.To.Population == nil {
			return fmt.Errorf("estimate: projection %d (%q) of network %q is incomplete", i, p.Name, net.Name)
		}
	}
	switch {
	case a.Ticks < 1:
		return fmt.Errorf("estimate: a run of %d ticks, want at least 1", a.Ticks)
	case r.Inferences < 0 || a.Ticks%r.inferences() != 0:
		return fmt.Errorf("estimate: %d inferences in %d ticks, want a number that divides the ticks", r.Inferences, a.Ticks)
	}
	return nil
}

// ticks is the number of ticks of one inference.
func (r Run) ticks() int64 { return r.Activity.Ticks / r.inferences() }

// perSource counts the recorded spikes of each neuron of a view, and tells whether some are negative; false if
// the population was not recorded as a whole or if a neuron spiked more than once in a tick.
func (r Run) perSource(v sim.View) (counts []int64, ternary, ok bool) {
	for _, s := range r.Spikes {
		if from := s.Recorder.From; from.Population == nil || from.Population.Name != v.Population.Name || from.Lo > v.Lo || from.Hi < v.Hi {
			continue
		}
		counts = make([]int64, v.Len())
		for k, neuron := range s.Neurons {
			if n := int(neuron); n >= v.Lo && n < v.Hi {
				counts[n-v.Lo]++
				ternary = ternary || s.Signs != nil && s.Signs[k] < 0
			}
		}
		for _, n := range counts {
			if n > r.Activity.Ticks {
				return nil, false, false
			}
		}
		return counts, ternary, true
	}
	return nil, false, false
}
