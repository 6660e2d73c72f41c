package manycore

import (
	"slices"

	"couplet/internal/yamltree"
)

// layout is a description with a core for every neuron. Neurons are numbered through, population by
// population.
type layout struct {
	chip  *Chip
	d     *Description
	index map[string]int // populations by name
	first []int          // number of the first neuron of each population; one more entry for the end
	into  [][]int        // projections that end in each population
	core  []int32        // by neuron; External outside the chip, nowhere before it is placed
	parts []Part         // by core
}

// nowhere is the core of a neuron that has none yet.
const nowhere = -2

// newLayout numbers the neurons of a valid description.
func newLayout(c *Chip, d *Description) *layout {
	l := &layout{chip: c, d: d, index: map[string]int{}, first: make([]int, 1), into: make([][]int, len(d.Populations))}
	for i := range d.Populations {
		l.index[d.Populations[i].Name] = i
		l.first = append(l.first, l.first[i]+d.Populations[i].Size)
	}
	for i := range d.Projections {
		to := l.index[d.Projections[i].To.Population]
		l.into[to] = append(l.into[to], i)
	}
	l.core = make([]int32, l.first[len(d.Populations)])
	for i := range l.core {
		l.core[i] = nowhere
	}
	for i := range d.Populations {
		if d.Populations[i].External {
			l.fill(i, 0, d.Populations[i].Size, External)
		}
	}
	return l
}

func (l *layout) fill(population, lo, hi, core int) {
	cores := l.core[l.first[population]+lo : l.first[population]+hi]
	for i := range cores {
		cores[i] = int32(core)
	}
}

// population returns the population that a neuron belongs to, and its index there.
func (l *layout) population(neuron int) (population, index int) {
	i, found := slices.BinarySearch(l.first, neuron)
	if !found {
		i--
	}
	return i, neuron - l.first[i]
}

// sources returns the number of the neuron that a projection counts its sources from.
func (l *layout) sources(p *Projection) int { return l.first[l.index[p.From.Population]] + p.From.Lo }

// targets returns the number of the neuron that a projection counts its targets from.
func (l *layout) targets(p *Projection) int { return l.first[l.index[p.To.Population]] + p.To.Lo }

// overlap is the range of a projection's targets that lies in neurons lo … hi-1 of its population, counted
// from the beginning of its view.
func (p *Projection) overlap(lo, hi int) (int, int) {
	return max(lo, p.To.Lo) - p.To.Lo, min(hi, p.To.Hi) - p.To.Lo
}

// visit goes through the synapses that end on neurons lo … hi-1 of a projection's target population, with
// sources and targets numbered through.
func (l *layout) visit(p *Projection, lo, hi int, visit func(source, target int)) {
	from, to := l.sources(p), l.targets(p)
	if a, b := p.overlap(lo, hi); a < b {
		p.Wiring.Visit(p.From.Len(), p.To.Len(), a, b, func(source, target int) { visit(from+source, to+target) })
	}
}

// put places the parts; it reports everything that keeps them from being a complete mapping.
func (l *layout) put(parts []Part) error {
	var bad Problems
	names := make([]string, len(l.d.Populations))
	for i := range names {
		names[i] = l.d.Populations[i].Name
	}
	for i := range parts {
		l.putPart(&parts[i], names, &bad)
	}
	for i := range l.d.Populations {
		p := &l.d.Populations[i]
		homes := l.core[l.first[i]:l.first[i+1]]
		if k := slices.Index(homes, nowhere); k >= 0 && len(bad) == 0 {
			end := k
			for end < len(homes) && homes[end] == nowhere {
				end++
			}
			bad.add(p.Place, "population %q: neurons %d to %d are on no core; valid: a mapping of all %d neurons", p.Name, k, end-1, p.Size)
		}
	}
	l.parts = arrange(parts)
	return bad.err()
}

func (l *layout) putPart(p *Part, names []string, bad *Problems) {
	i, known := l.index[p.Population]
	if !known {
		bad.add(p.Place, "unknown population %q%s; valid: %v", p.Population, yamltree.Suggest(p.Population, names), names)
		return
	}
	q := &l.d.Populations[i]
	switch {
	case q.External:
		bad.add(p.Place, "population %q is outside the chip; valid: a mapping without it", p.Population)
	case p.Lo < 0 || p.Hi > q.Size || p.Lo >= p.Hi:
		bad.add(p.Place, "neurons %d to %d of population %q; valid: a range within 0 to %d", p.Lo, p.Hi-1, p.Population, q.Size-1)
	case p.Core < 0 || p.Core >= len(l.chip.Cores):
		bad.add(p.Place, "population %q: core number %d does not exist on chip %q; valid: 0 to %d", p.Population, p.Core, l.chip.Name, len(l.chip.Cores)-1)
	default:
		homes := l.core[l.first[i]+p.Lo : l.first[i]+p.Hi]
		if k := slices.IndexFunc(homes, func(c int32) bool { return c != nowhere }); k >= 0 {
			bad.add(p.Place, "neuron %d of population %q is on core %s already; valid: one core for each neuron", p.Lo+k, p.Population, l.chip.CoreName(int(homes[k])))
			return
		}
		if err := l.chip.Cores[p.Core].has(p); err != nil {
			bad.add(p.Place, "population %q on core %s: %v", p.Population, l.chip.CoreName(p.Core), err)
		}
		l.fill(i, p.Lo, p.Hi, p.Core)
	}
}

// has tells whether a core has the units that a part names.
func (k *Core) has(p *Part) error {
	if _, err := k.soma(p.Soma, ""); err != nil {
		return err
	}
	if _, err := unit("synapse", p.Synapse, k.Synapses, func(u *SynapseUnit) string { return u.Name }); err != nil {
		return err
	}
	_, err := unit("dendrite", p.Dendrite, k.Dendrites, func(u *DendriteUnit) string { return u.Name })
	return err
}

// byCore cuts the parts into those of each core.
func (l *layout) byCore() [][]Part {
	var groups [][]Part
	for lo := 0; lo < len(l.parts); {
		hi := lo + 1
		for hi < len(l.parts) && l.parts[hi].Core == l.parts[lo].Core {
			hi++
		}
		groups = append(groups, l.parts[lo:hi])
		lo = hi
	}
	return groups
}
