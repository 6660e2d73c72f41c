package manycore

import "math"

// survey counts what a layout uses, independently of how it was found.
type survey struct {
	*layout
	cores     []CoreUsage
	fanIn     []int64 // by neuron
	fanOut    []int64
	reach     []int64 // by neuron: cores that hold a target
	marked    []int32 // by neuron: the last core that it was found to reach
	worstCase bool
	bad       LimitError
}

// takeSurvey counts everything and holds it against the limits of the chip.
func (l *layout) takeSurvey() *survey {
	n := len(l.core)
	s := &survey{
		layout: l, fanIn: make([]int64, n), fanOut: make([]int64, n), reach: make([]int64, n), marked: make([]int32, n),
		bad: LimitError{Chip: l.chip.Name},
	}
	for i := range s.marked {
		s.marked[i] = nowhere
	}
	groups := l.byCore()
	for _, parts := range groups {
		s.incoming(parts)
	}
	for i := range l.d.Projections {
		if p := &l.d.Projections[i]; p.Wiring == nil {
			s.outgoingCounts(p)
		}
	}
	for i, parts := range groups {
		s.outgoing(&s.cores[i], parts)
	}
	s.description()
	return s
}

// incoming counts neurons, synapses and incoming axons of one core, part by part, so that the population
// that first passes a limit can be named.
func (s *survey) incoming(parts []Part) {
	number := parts[0].Core
	u := CoreUsage{Core: number, Name: s.chip.CoreName(number)}
	over := map[string]bool{}
	exact, counted := int64(0), make([]int64, len(s.d.Projections)) // incoming axons
	bits := int64(0)
	for i := range parts {
		p := &parts[i]
		u.Neurons += int64(p.Hi - p.Lo)
		for _, q := range s.into[s.index[p.Population]] {
			synapses, axons := s.synapses(&s.d.Projections[q], p, &counted[q])
			u.Synapses += synapses
			exact += axons
			bits += synapses * s.chip.Memory.bits(&s.d.Projections[q])
		}
		u.AxonsIn = exact
		for _, n := range counted {
			u.AxonsIn += n
		}
		u.SynapseBytes = (bits + 7) / 8
		s.holdCore(&u, p, over)
	}
	s.cores = append(s.cores, u)
}

// synapses counts the synapses of a projection that end in a part, and the axons that the part adds to
// those that reach its core: exact ones, or, of a projection known by its counts, all that it may have in counted.
func (s *survey) synapses(p *Projection, part *Part, counted *int64) (synapses, axons int64) {
	if p.Wiring == nil {
		lo, hi := p.overlap(part.Lo, part.Hi)
		if lo >= hi {
			return 0, 0
		}
		for t := s.targets(p) + lo; t < s.targets(p)+hi; t++ {
			s.fanIn[t] += int64(p.FanIn)
		}
		synapses = int64(hi-lo) * int64(p.FanIn)
		*counted = min(*counted+synapses, int64(p.From.Len()))
		s.worstCase = true
		return synapses, 0
	}
	core := int32(part.Core)
	s.visit(p, part.Lo, part.Hi, func(source, target int) {
		synapses++
		s.fanIn[target]++
		s.fanOut[source]++
		if s.marked[source] != core {
			s.marked[source] = core
			s.reach[source]++
			axons++
		}
	})
	return synapses, axons
}

// outgoingCounts adds what the sources of a projection known by its counts may have.
func (s *survey) outgoingCounts(p *Projection) {
	cores := map[int]bool{}
	for _, part := range s.parts {
		if lo, hi := p.overlap(part.Lo, part.Hi); part.Population == p.To.Population && lo < hi {
			cores[part.Core] = true
		}
	}
	first := s.sources(p)
	for i := first; i < first+p.From.Len(); i++ {
		s.fanOut[i] += int64(p.FanOut)
		s.reach[i] += min(int64(p.FanOut), int64(len(cores)))
	}
}

// outgoing counts the outgoing axons of one core and holds its neurons against the limits of one neuron.
func (s *survey) outgoing(u *CoreUsage, parts []Part) {
	over := map[string]bool{}
	for i := range parts {
		p := &parts[i]
		for n := p.Lo; n < p.Hi; n++ {
			neuron := s.first[s.index[p.Population]] + n
			u.AxonsOut += s.reach[neuron]
			u.FanIn = max(u.FanIn, s.fanIn[neuron])
			u.FanOut = max(u.FanOut, s.fanOut[neuron])
			u.Reach = max(u.Reach, s.reach[neuron])
			s.holdNeuron(neuron, p, over)
		}
		s.hold("axons_out_per_core", u.AxonsOut, s.chip.Limits.AxonsOutPerCore, p, -1, over)
	}
}

// holdCore checks the incoming side of a core after the part that was counted last.
func (s *survey) holdCore(u *CoreUsage, p *Part, over map[string]bool) {
	l := &s.chip.Limits
	if most, ok := s.chip.NeuronsPerCore(p.Core); ok {
		limit := l.NeuronsPerCore
		limit.Value = most
		s.hold("neurons_per_core", u.Neurons, limit, p, -1, over)
	}
	s.hold("synapses_per_core", u.Synapses, l.SynapsesPerCore, p, -1, over)
	s.hold("synapse_bytes_per_core", u.SynapseBytes, l.SynapseBytesPerCore, p, -1, over)
	s.hold("axons_in_per_core", u.AxonsIn, l.AxonsInPerCore, p, -1, over)
}

// holdNeuron checks one neuron; the first offender of a part is named.
func (s *survey) holdNeuron(neuron int, p *Part, over map[string]bool) {
	l := &s.chip.Limits
	_, index := s.population(neuron)
	s.hold("fan_in", s.fanIn[neuron], l.FanIn, p, index, over)
	s.hold("fan_out", s.fanOut[neuron], l.FanOut, p, index, over)
	s.hold("cores_per_neuron", s.reach[neuron], l.CoresPerNeuron, p, index, over)
}

// hold reports a value above its limit, once for each core.
func (s *survey) hold(key string, used int64, limit Limit, p *Part, neuron int, over map[string]bool) {
	if !limit.Given() || used <= limit.Value || over[key] {
		return
	}
	over[key] = true
	place := p.Place
	if place == (Place{}) {
		place = s.d.Populations[s.index[p.Population]].Place
	}
	s.bad.add(Violation{
		Limit: key, Population: p.Population, Neuron: neuron, Core: s.chip.CoreName(p.Core),
		Used: used, Max: limit.Value, WorstCase: s.worstCase && key != "neurons_per_core", Source: limit.Source, Place: place,
	})
}

// description checks what does not depend on the placement.
func (s *survey) description() {
	for i := range s.d.Projections {
		s.chip.holdProjection(&s.d.Projections[i], func(v Violation) {
			v.Core = s.chip.CoreName(int(s.core[s.targets(&s.d.Projections[i])]))
			s.bad.add(v)
		})
	}
	for i := range s.d.Populations {
		p := &s.d.Populations[i]
		s.chip.holdDecays(p, func(v Violation) {
			v.Core = s.chip.CoreName(int(s.core[s.first[i]]))
			s.bad.add(v)
		})
	}
}

// holdProjection checks the weights and delays of a projection.
func (c *Chip) holdProjection(p *Projection, report func(Violation)) {
	for _, h := range []struct {
		key   string
		used  int
		limit Limit
	}{{"weight_bits", p.WeightBits, c.Limits.WeightBits}, {"delay_steps", p.DelaySteps, c.Limits.DelaySteps}} {
		if h.limit.Given() && int64(h.used) > h.limit.Value {
			report(Violation{
				Limit: h.key, Population: p.To.Population, Neuron: -1, Projection: p.Name,
				Used: int64(h.used), Max: h.limit.Value, Source: h.limit.Source, Place: p.Place,
			})
		}
	}
}

// holdDecays checks that decay factors of neurons on the chip are multiples of its step.
func (c *Chip) holdDecays(p *Population, report func(Violation)) {
	limit := c.Limits.DecayBits
	if !limit.Given() || p.External {
		return
	}
	steps := math.Ldexp(1, int(limit.Value))
	for _, d := range p.Decays {
		if scaled := d * steps; scaled != math.Trunc(scaled) {
			report(Violation{
				Limit: "decay_bits", Population: p.Name, Neuron: -1, Max: limit.Value, Source: limit.Source, Place: p.Place,
				Detail: decayDetail(d, math.RoundToEven(scaled), steps),
			})
		}
	}
}
