package reference

import (
	"math"

	"couplet/neuron"
)

// negligible is the share of the sum of |weight| below which a net input may be zero but for rounding.
const negligible = 1e-9

// census counts the neurons that have net input in the present tick or fire, and those of which rounding
// decides whether they do.
func (s *Simulator) census(p *population, here map[int][]arrival, spikes []firing) {
	fires := map[int]bool{}
	for _, f := range spikes {
		fires[f.i] = true
	}
	for i := range p.Size {
		driven, doubtful := p.driven(here[i])
		switch {
		case driven || fires[i]:
			p.active++
		case doubtful:
			p.doubtful++
		}
	}
}

// driven tells whether the net input at a port is not zero, or not zero but negligible.
func (p *population) driven(in []arrival) (driven, doubtful bool) {
	info := p.Model.Info()
	for _, port := range info.Ports {
		net, size := 0.0, 0.0
		for _, a := range in {
			switch {
			case port.Kind == neuron.Counting, port.Kind == neuron.Timed && a.weight != 0:
				driven = true
			case port.Kind == neuron.Excitatory && a.weight <= 0, port.Kind == neuron.Inhibitory && a.weight > 0:
			default:
				net += a.weight
				size += math.Abs(a.weight)
			}
		}
		driven = driven || math.Abs(net) > negligible*size
		doubtful = doubtful || net != 0
	}
	return driven, doubtful
}

// Doubtful gives, for each population, the number of neuron-ticks that are not counted as active because
// their net input is zero but for rounding. Another order or format of the sums may count them.
func (s *Simulator) Doubtful() []int64 {
	var list []int64
	for _, p := range s.populations {
		list = append(list, p.doubtful)
	}
	return list
}

// takeUp counts the spikes of the present tick at the projections that they enter.
func (s *Simulator) takeUp(p *population, spikes []firing) {
	for _, q := range s.projections {
		for _, f := range spikes {
			if q.from == p && f.i >= q.From.Lo && f.i < q.From.Hi {
				q.taken++
			}
		}
	}
}
