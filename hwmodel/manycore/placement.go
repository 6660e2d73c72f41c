package manycore

import (
	"cmp"
	"slices"
	"sort"
)

// Part is a range of a population's neurons on one core, Hi excluded.
type Part struct {
	Population string `json:"population"`
	Lo         int    `json:"lo"`
	Hi         int    `json:"hi"`
	Core       int    `json:"core"` // number in [Chip.Cores]
	// Units that work for the neurons, by name; "" is the first that fits. Only a replay uses them.
	Soma     string `json:"soma,omitempty"`
	Synapse  string `json:"synapse,omitempty"`
	Dendrite string `json:"dendrite,omitempty"`
	Place    Place  `json:"-"` // where a manual mapping says so
}

// Placement says which neurons of which population are on which core, and what that uses.
type Placement struct {
	Network string `json:"network"`
	Chip    string `json:"chip"`
	// Parts in the order in which cores go through their neurons, core by core.
	Parts []Part      `json:"parts"`
	Cores []CoreUsage `json:"cores"` // those that hold neurons, in order of number
	Tiles int         `json:"tiles"` // that hold neurons
	// WorstCase tells that the wiring of some projections is known by its counts only, so that synapses and
	// axons are upper bounds.
	WorstCase bool `json:"worst_case"`

	byPopulation map[string][]Part // sorted by Lo
}

// CoreUsage is what one core uses of its limits.
type CoreUsage struct {
	Core         int    `json:"core"`
	Name         string `json:"name"` // "tile.core"
	Neurons      int64  `json:"neurons"`
	Synapses     int64  `json:"synapses"`
	SynapseBytes int64  `json:"synapse_bytes"` // 0 if the chip does not say what a synapse takes
	AxonsIn      int64  `json:"axons_in"`
	AxonsOut     int64  `json:"axons_out"`
	// Largest values of one neuron on the core.
	FanIn  int64 `json:"fan_in"`
	FanOut int64 `json:"fan_out"`
	Reach  int64 `json:"cores_per_neuron"`
}

// Locate returns the core of a neuron; false if it is not on the chip. It knows placements made by [Map] and
// [Check].
func (p *Placement) Locate(population string, neuron int) (core int, ok bool) {
	parts := p.byPopulation[population]
	i := sort.Search(len(parts), func(i int) bool { return parts[i].Hi > neuron })
	if i == len(parts) || parts[i].Lo > neuron {
		return 0, false
	}
	return parts[i].Core, true
}

// arrange sorts parts by core, leaving the order within a core as it is, and joins neighbours.
func arrange(parts []Part) []Part {
	sorted := slices.Clone(parts)
	slices.SortStableFunc(sorted, func(a, b Part) int { return cmp.Compare(a.Core, b.Core) })
	joined := sorted[:0]
	for _, p := range sorted {
		if n := len(joined); n > 0 && joined[n-1].continues(&p) {
			joined[n-1].Hi = p.Hi
			continue
		}
		joined = append(joined, p)
	}
	return joined
}

// continues tells whether q is the next piece of p.
func (p *Part) continues(q *Part) bool {
	return p.Population == q.Population && p.Hi == q.Lo && p.Core == q.Core &&
		p.Soma == q.Soma && p.Synapse == q.Synapse && p.Dendrite == q.Dendrite
}

// index makes the table that Locate searches.
func (p *Placement) index() {
	p.byPopulation = map[string][]Part{}
	for _, part := range p.Parts {
		p.byPopulation[part.Population] = append(p.byPopulation[part.Population], part)
	}
	for _, list := range p.byPopulation {
		slices.SortFunc(list, func(a, b Part) int { return cmp.Compare(a.Lo, b.Lo) })
	}
}
