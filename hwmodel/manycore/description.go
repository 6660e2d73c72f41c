package manycore

import (
	"fmt"
	"strings"

	"couplet/internal/yamltree"
)

// Description is a network as far as a mapping needs it: how many neurons, and who connects to whom. It
// is plain data; [Describe] makes it from a network of package sim.
type Description struct {
	Name        string
	Populations []Population // in the order in which they are placed: that of the layers
	Projections []Projection
}

// Population is a group of neurons.
type Population struct {
	Name string
	Size int
	// External populations stay outside the chip: they take no core, but their spikes come in over axons.
	External bool
	// Decays are the factors by which the neurons' variables shrink in a time-step, if they have to be held
	// against [Limits.DecayBits].
	Decays []float64
	Place  Place
}

// Projection connects a range of a population to a range of a population.
type Projection struct {
	Name     string
	From, To View
	// Wiring says which synapse leads from where to where. If it is nil, only FanIn and FanOut are known, and
	// limits are held against the worst case they allow.
	Wiring        Wiring
	FanIn, FanOut int // largest number of synapses of one target and of one source; used if Wiring is nil
	WeightBits    int // bits of a weight with its sign; 0 if it is not known
	// Dense says that a source has a synapse to every target in order, so that no target needs a name in the
	// synapse memory.
	Dense        bool
	DelaySteps   int // longest delay in time-steps; 0 if it is not known
	DelaysDiffer bool
	Place        Place
}

// View is a range of neurons of a population, Hi excluded.
type View struct {
	Population string
	Lo, Hi     int
}

// Len is the number of neurons in the view.
func (v View) Len() int { return v.Hi - v.Lo }

// Whole returns the view of a whole population.
func (p *Population) Whole() View { return View{p.Name, 0, p.Size} }

// Bounds of a description; they keep sums in range.
const (
	maxNeurons    = 1 << 30
	maxSynapses   = 1 << 40 // in one projection known by its counts
	maxDelaySteps = 1 << 30
)

// Problem is one thing that is wrong with a description, a mapping or a set of spikes.
type Problem struct {
	Place   Place
	Message string
}

func (p *Problem) Error() string {
	if at := p.Place.String(); at != "" {
		return "manycore: " + at + ": " + p.Message
	}
	return "manycore: " + p.Message
}

// Problems is everything that was found wrong.
type Problems []*Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the problems to errors.As.
func (p Problems) Unwrap() []error {
	list := make([]error, len(p))
	for i, one := range p {
		list[i] = one
	}
	return list
}

// err is nil if nothing was found.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// maxProblems bounds a report.
const maxProblems = 100

func (p *Problems) add(at Place, format string, args ...any) {
	if len(*p) < maxProblems {
		*p = append(*p, &Problem{at, fmt.Sprintf(format, args...)})
	}
}

// Validate reports everything that is wrong with the description, as [Problems].
func (d *Description) Validate() error {
	var bad Problems
	sizes := map[string]int{}
	names := make([]string, 0, len(d.Populations))
	neurons := 0
	for i := range d.Populations {
		p := &d.Populations[i]
		_, twice := sizes[p.Name]
		switch {
		case p.Name == "":
			bad.add(p.Place, "population %d has no name", i)
		case twice:
			bad.add(p.Place, "two populations have the name %q", p.Name)
		case p.Size < 1 || p.Size > maxNeurons:
			bad.add(p.Place, "population %q has %d neurons; valid: 1 to %d", p.Name, p.Size, maxNeurons)
		default:
			neurons += p.Size
		}
		sizes[p.Name] = p.Size
		names = append(names, p.Name)
	}
	if neurons > maxNeurons {
		bad.add(Place{}, "%d neurons in all; valid: at most %d", neurons, maxNeurons)
	}
	for i := range d.Projections {
		d.Projections[i].validate(&bad, sizes, names)
	}
	for i := range d.Populations {
		d.Populations[i].validateTargets(&bad, d)
	}
	return bad.err()
}

// validate checks one projection against the sizes of the populations.
func (p *Projection) validate(bad *Problems, sizes map[string]int, names []string) {
	known := true
	for _, v := range []View{p.From, p.To} {
		size, ok := sizes[v.Population]
		switch {
		case !ok:
			bad.add(p.Place, "projection %q: unknown population %q%s", p.Name, v.Population, yamltree.Suggest(v.Population, names))
			known = false
		case v.Lo < 0 || v.Hi > size || v.Lo >= v.Hi:
			bad.add(p.Place, "projection %q: neurons %d to %d of population %q; valid: a range within 0 to %d", p.Name, v.Lo, v.Hi-1, v.Population, size-1)
			known = false
		}
	}
	if !known {
		return
	}
	if p.WeightBits < 0 || p.WeightBits > 64 {
		bad.add(p.Place, "projection %q: %d bits of a weight; valid: 1 to 64, or 0 if it is not known", p.Name, p.WeightBits)
	}
	if p.DelaySteps < 0 || p.DelaySteps > maxDelaySteps {
		bad.add(p.Place, "projection %q: a delay of %d steps; valid: 0 to %d", p.Name, p.DelaySteps, maxDelaySteps)
	}
	if p.Wiring != nil {
		if err := p.Wiring.Validate(p.From.Len(), p.To.Len()); err != nil {
			bad.add(p.Place, "projection %q: %v", p.Name, err)
		}
		return
	}
	if p.FanIn < 0 || p.FanOut < 0 || float64(p.FanIn)*float64(p.To.Len()) > maxSynapses || float64(p.FanOut)*float64(p.From.Len()) > maxSynapses {
		bad.add(p.Place, "projection %q: fan-in %d, fan-out %d; valid: from 0, and at most 2^40 synapses in all", p.Name, p.FanIn, p.FanOut)
	}
}

// validateTargets reports projections that end outside the chip.
func (p *Population) validateTargets(bad *Problems, d *Description) {
	if !p.External {
		return
	}
	for i := range d.Projections {
		if q := &d.Projections[i]; q.To.Population == p.Name {
			bad.add(q.Place, "projection %q ends in population %q, which is outside the chip; valid: a population on the chip", q.Name, p.Name)
		}
	}
}
