package manycore

import (
	"fmt"
	"slices"

	"couplet/sim"
)

// Spikes are the spikes of a run of the network, to be replayed on a chip.
type Spikes struct {
	Ticks       int64 // of the run; tick 1 is the first
	Populations []PopulationSpikes
}

// PopulationSpikes are the spikes of one population: the number of each neuron, or all of them with their time.
type PopulationSpikes struct {
	Population string
	Counts     []int64 // by neuron
	// Ticks and Neurons list the spikes in order of time; a neuron that fires twice in a tick stands there
	// twice. They are used if Counts is nil.
	Ticks   []int64
	Neurons []uint32
	Signs   []int8 // +1 or -1, of the listed spikes; nil if all are positive. A message of either sign is the same
}

// SpikesOf takes the spikes of a run of package sim, as recorded by its simulator or read from a result directory.
// A population needs one recorder for all of its neurons; others are passed over.
func SpikesOf(ticks int64, trains []*sim.SpikeTrain) Spikes {
	s := Spikes{Ticks: ticks}
	for _, t := range trains {
		from := t.Recorder.From
		if !from.Whole() || s.of(from.Population.Name) != nil {
			continue
		}
		s.Populations = append(s.Populations, PopulationSpikes{Population: from.Population.Name, Ticks: t.Ticks, Neurons: t.Neurons, Signs: t.Signs})
	}
	return s
}

// of finds the spikes of a population, nil if there are none.
func (s *Spikes) of(population string) *PopulationSpikes {
	for i := range s.Populations {
		if s.Populations[i].Population == population {
			return &s.Populations[i]
		}
	}
	return nil
}

// Bounds of spikes; they keep sums of events and hops in range.
const (
	maxTicks  = 1 << 50
	maxEvents = 1 << 50
)

// check reports spikes that do not belong to the description, and populations whose spikes are needed and
// missing: those with projections.
func (s *Spikes) check(d *Description) error {
	var bad Problems
	if s.Ticks < 0 || s.Ticks > maxTicks {
		bad.add(Place{}, "a run of %d ticks; valid: 0 to 2^50", s.Ticks)
	}
	for i := range s.Populations {
		p := &s.Populations[i]
		k := slices.IndexFunc(d.Populations, func(q Population) bool { return q.Name == p.Population })
		switch {
		case k < 0:
			bad.add(Place{}, "spikes of population %q, which network %q does not have", p.Population, d.Name)
		case s.of(p.Population) != p:
			bad.add(d.Populations[k].Place, "the spikes of population %q are given twice", p.Population)
		default:
			if err := p.check(d.Populations[k].Size, s.Ticks); err != nil {
				bad.add(d.Populations[k].Place, "population %q: %v", p.Population, err)
			}
		}
	}
	for i := range d.Populations {
		p := &d.Populations[i]
		sends := slices.ContainsFunc(d.Projections, func(q Projection) bool { return q.From.Population == p.Name })
		if sends && s.of(p.Name) == nil {
			bad.add(p.Place, "the spikes of population %q are not known; valid: a recorder for all of its neurons, or counts", p.Name)
		}
	}
	return bad.err()
}

func (p *PopulationSpikes) check(size int, ticks int64) error {
	if p.Counts != nil {
		if len(p.Counts) != size {
			return fmt.Errorf("%d counts of spikes for %d neurons", len(p.Counts), size)
		}
		for n, count := range p.Counts {
			if count < 0 || count > maxEvents {
				return fmt.Errorf("%d spikes of neuron %d; valid: 0 to 2^50", count, n)
			}
		}
		return nil
	}
	if len(p.Ticks) != len(p.Neurons) {
		return fmt.Errorf("%d times for the spikes of %d neurons", len(p.Ticks), len(p.Neurons))
	}
	if p.Signs != nil && len(p.Signs) != len(p.Ticks) {
		return fmt.Errorf("%d signs for %d spikes", len(p.Signs), len(p.Ticks))
	}
	last := int64(1)
	for i, t := range p.Ticks {
		if t < last || t > ticks {
			return fmt.Errorf("spike %d is in tick %d; valid: in order of time, from 1 to %d", i, t, ticks)
		}
		last = t
		if int(p.Neurons[i]) >= size {
			return fmt.Errorf("spike %d is of neuron %d; valid: 0 to %d", i, p.Neurons[i], size-1)
		}
	}
	return nil
}

// timed tells whether the times of all spikes are known.
func (s *Spikes) timed() bool {
	return !slices.ContainsFunc(s.Populations, func(p PopulationSpikes) bool { return p.Counts != nil })
}

// counts returns the number of spikes of each neuron of a population.
func (p *PopulationSpikes) counts(size int) []int64 {
	if p.Counts != nil {
		return p.Counts
	}
	counts := make([]int64, size)
	for _, n := range p.Neurons {
		counts[n]++
	}
	return counts
}

// spikeAt is a spike of a neuron that is numbered through all populations.
type spikeAt struct {
	tick   int64
	neuron int
}

// negative returns the number of spikes of sign -1 of each neuron of a population.
func (p *PopulationSpikes) negative(size int) []int64 {
	counts := make([]int64, size)
	if p.Counts != nil {
		return counts
	}
	for i, sign := range p.Signs {
		if sign < 0 {
			counts[p.Neurons[i]]++
		}
	}
	return counts
}

// merged lists all spikes in order of time, and of neuron within a tick.
func (s *Spikes) merged(l *layout) []spikeAt {
	var all []spikeAt
	for i := range s.Populations {
		p := &s.Populations[i]
		first := l.first[l.index[p.Population]]
		for k, t := range p.Ticks {
			all = append(all, spikeAt{t, first + int(p.Neurons[k])})
		}
	}
	slices.SortFunc(all, func(a, b spikeAt) int {
		if a.tick != b.tick {
			return int(min(max(a.tick-b.tick, -1), 1))
		}
		return a.neuron - b.neuron
	})
	return all
}
