package manycore

import (
	"math/bits"
	"slices"

	"couplet/internal/rng"
	"couplet/sim"
	"couplet/synapse"
)

// Describe makes the description of a network of package sim. The seed is that of the run, 0 for the
// network's own: it decides what random rules connect. place tells where something is described, from its path
// ("populations.exc"); it may be nil.
//
// Populations whose model takes no input, such as spike sources, are taken to be outside the chip. Stimuli are
// not spikes of the network and are left out. The bits of a weight are known where the network
// rounds its weights.
func Describe(net *sim.Network, seed uint64, place func(path string) Place) (*Description, error) {
	if err := net.Validate(); err != nil {
		return nil, err
	}
	if seed == 0 {
		seed = net.Seed
	}
	if place == nil {
		place = func(path string) Place { return Place{Path: path} }
	}
	d := &Description{Name: net.Name}
	for _, p := range net.Populations {
		d.Populations = append(d.Populations, Population{
			Name: p.Name, Size: p.Size, External: p.Model.Info().Source(), Place: place(p.Path),
		})
	}
	for i, p := range net.Projections {
		d.Projections = append(d.Projections, describeProjection(net, p, sim.ConnectKey(seed, i), place))
	}
	return d, d.Validate()
}

func describeProjection(net *sim.Network, p *sim.Projection, key rng.Key, place func(string) Place) Projection {
	weight, delay := synapse.StrengthOf(p.Rule, p.Synapse)
	_, longest := delay.Bounds()
	_, oneDelay := delay.(synapse.Const)
	dense, allToAll := p.Rule.(synapse.AllToAll)
	return Projection{
		Name:         p.Name,
		From:         View{p.From.Population.Name, p.From.Lo, p.From.Hi},
		To:           View{p.To.Population.Name, p.To.Lo, p.To.Hi},
		Wiring:       wiringOf(p.Rule, key, p.From.Len(), p.To.Len()),
		WeightBits:   weightBits(weight),
		Dense:        allToAll && !dense.NoSelf,
		DelaySteps:   int(synapse.Ticks(longest, net.TickMs, 0)),
		DelaysDiffer: !oneDelay,
		Place:        place(p.Path),
	}
}

// wiringOf turns a rule into wiring. The rules named here go through all of their synapses to find those of a few
// targets, so their synapses are listed by target once; the others are asked whenever they are needed.
func wiringOf(r synapse.Rule, key rng.Key, sources, targets int) Wiring {
	byRule := ruled{r, key}
	switch r.(type) {
	case synapse.Explicit, synapse.OutDegree, synapse.TotalNumber:
	default:
		return byRule
	}
	list := List{Start: make([]int, targets+1)}
	byRule.Visit(sources, targets, 0, targets, func(_, target int) { list.Start[target+1]++ })
	for t := range targets {
		list.Start[t+1] += list.Start[t]
	}
	list.Sources = make([]uint32, list.Start[targets])
	next := slices.Clone(list.Start)
	byRule.Visit(sources, targets, 0, targets, func(source, target int) {
		list.Sources[next[target]] = uint32(source)
		next[target]++
	})
	return list
}

// ruled is the wiring of a rule of package synapse.
type ruled struct {
	rule synapse.Rule
	key  rng.Key
}

func (r ruled) Validate(sources, targets int) error { return r.rule.Validate(sources, targets) }

func (r ruled) Visit(sources, targets, lo, hi int, visit func(source, target int)) {
	w := synapse.Wiring{Key: r.key, Sources: sources, Targets: targets}
	r.rule.Visit(w, lo, hi, func(source, target uint32, _ uint64) { visit(int(source), int(target)) })
}

// weightBits is the size of weights that are whole multiples of a step; 0 for others.
func weightBits(w synapse.Value) int {
	r, ok := w.(synapse.Rounded)
	if !ok || !(r.Step > 0) {
		return 0
	}
	lo, hi := r.Bounds()
	levels := max(hi, -lo) / r.Step
	if !(levels < 1<<62) {
		return 64
	}
	n := max(bits.Len64(uint64(levels+0.5)), 1)
	if lo < 0 {
		n++
	}
	return n
}
