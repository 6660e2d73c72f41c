package manycore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"couplet/hwmodel"
	"couplet/sim"
)

// chipLayer is the line of a bill for what belongs to no population.
const chipLayer = "chip"

// Located puts the counts of a run where a placement says that they happened: the path of each begins with
// chip and core ("tile.core"), and what the messages between cores cause is added. The counts are those of
// [hwmodel.FromActivity] for the network, the traffic is that of the same run.
//
// Every count is divided among cores without a remainder, so that the parts add up to it: spikes by those of
// the neurons on a core, synaptic events and the spikes that a projection takes up by what the traffic finds
// on a core, updates and currents by the number of neurons. Where that does not follow from what was counted
// (the engine leaves out what is still on its way when the run ends, and does not tell which neurons were
// touched), the parts are in proportion, and an assumption says so. What happens outside the chip stays without
// a core.
//
// Added are: messages sent, those within a tile and hops, by the core and population that sends; messages
// received, by the receiving core and the population that sends; and a barrier for each tick.
func Located(counts hwmodel.Counts, net *sim.Network, d *Description, p *Placement, t *Traffic) (hwmodel.Counts, error) {
	l, err := newLocator(counts, net, d, p, t)
	if err != nil {
		return hwmodel.Counts{}, err
	}
	for _, c := range counts.List {
		if err := l.locate(c); err != nil {
			return hwmodel.Counts{}, err
		}
	}
	l.messages()
	l.explain(counts.Assumptions)
	return l.out, l.out.Check()
}

// locator divides counts among the cores of a placement.
type locator struct {
	placement *Placement
	traffic   *Traffic
	out       hwmodel.Counts

	core      map[string]int           // index in the placement's list, by name
	neurons   map[string][]int64       // of a population, by core; nil outside the chip
	sizes     map[string]int64         // of populations
	spikes    map[string][]int64       // of a population, by core
	negative  map[string][]int64       // those of sign -1
	targets   map[[2]string]targets    // by population and name of a projection or stimulus onto it
	like      map[string]hwmodel.Count // a count of each population, for layer and line of its messages
	active    map[string][]int64       // active updates of a population, as they were divided
	estimated map[string][]string      // what was divided in proportion, by how
}

// targets say what a projection or stimulus does on every core.
type targets struct {
	stimulus                  bool
	messages, events, neurons []int64
}

func newLocator(counts hwmodel.Counts, net *sim.Network, d *Description, p *Placement, t *Traffic) (*locator, error) {
	l := &locator{
		placement: p, traffic: t, core: map[string]int{}, neurons: map[string][]int64{}, sizes: map[string]int64{},
		spikes: map[string][]int64{}, negative: map[string][]int64{}, targets: map[[2]string]targets{},
		like: map[string]hwmodel.Count{}, active: map[string][]int64{}, estimated: map[string][]string{},
	}
	l.out.Missing = slices.Clone(counts.Missing)
	for i := range p.Cores {
		l.core[p.Cores[i].Name] = i
	}
	for i := range d.Populations {
		q := &d.Populations[i]
		l.sizes[q.Name] = int64(q.Size)
		l.spikes[q.Name], l.negative[q.Name] = l.row(), l.row()
		if !q.External {
			l.neurons[q.Name] = l.onCores(q.Whole())
		}
	}
	for i := range t.Senders {
		s := &t.Senders[i]
		if s.Core == "" {
			continue
		}
		k, known := l.core[s.Core]
		if !known || l.sizes[s.Population] == 0 {
			return nil, Problems{{Message: fmt.Sprintf("the traffic names population %q on core %s, which the placement does not have; valid: traffic of this placement", s.Population, s.Core)}}
		}
		l.spikes[s.Population][k] += s.Spikes
		l.negative[s.Population][k] += s.Negative
	}
	for _, c := range counts.List {
		if _, known := l.like[c.Path.Population]; !known && c.Path.Projection == "" {
			l.like[c.Path.Population] = c
		}
	}
	return l, l.onto(net, d)
}

// row has a zero for every core.
func (l *locator) row() []int64 { return make([]int64, len(l.placement.Cores)) }

// onCores counts the neurons of a view on every core.
func (l *locator) onCores(v View) []int64 {
	row := l.row()
	for _, part := range l.placement.Parts {
		if lo, hi := max(part.Lo, v.Lo), min(part.Hi, v.Hi); part.Population == v.Population && lo < hi {
			k, _ := slices.BinarySearchFunc(l.placement.Cores, part.Core, func(u CoreUsage, core int) int { return cmp.Compare(u.Core, core) })
			row[k] += int64(hi - lo)
		}
	}
	return row
}

// onto finds what projections and stimuli do on every core. It numbers those of the same name onto one
// population as hwmodel does.
func (l *locator) onto(net *sim.Network, d *Description) error {
	if len(net.Projections) != len(d.Projections) || len(net.Populations) != len(d.Populations) {
		return Problems{{Message: fmt.Sprintf("network %q has %d populations and %d projections where the description has %d and %d; valid: the network that was described",
			net.Name, len(net.Populations), len(net.Projections), len(d.Populations), len(d.Projections))}}
	}
	rows := make([]targets, len(d.Projections))
	for i := range d.Projections {
		rows[i] = targets{messages: l.row(), events: l.row(), neurons: l.onCores(d.Projections[i].To)}
	}
	for _, s := range l.traffic.Synapses {
		k, known := l.core[s.Core]
		if !known || s.Index < 0 || s.Index >= len(rows) {
			return Problems{{Message: fmt.Sprintf("the traffic names projection %q on core %s, which the placement does not have; valid: traffic of this placement", s.Projection, s.Core)}}
		}
		rows[s.Index].messages[k] += s.Messages
		rows[s.Index].events[k] += s.Events
	}
	taken := map[[2]string]int{}
	name := func(to, name string) [2]string {
		taken[[2]string{to, name}]++
		if n := taken[[2]string{to, name}]; n > 1 {
			name = fmt.Sprintf("%s#%d", name, n)
		}
		return [2]string{to, name}
	}
	for i := range d.Projections {
		l.targets[name(d.Projections[i].To.Population, d.Projections[i].Name)] = rows[i]
	}
	for _, s := range net.Stimuli {
		to := s.To.Population.Name
		l.targets[name(to, s.Name)] = targets{stimulus: true, neurons: l.onCores(View{to, s.To.Lo, s.To.Hi})}
	}
	return nil
}

// locate divides one count.
func (l *locator) locate(c hwmodel.Count) error {
	size, known := l.sizes[c.Path.Population]
	switch {
	case c.Path.Core != "":
		return Problems{{Message: fmt.Sprintf("the count of %s is on a core already; valid: counts of a network that is not mapped", c.Path)}}
	case !known:
		return Problems{{Message: fmt.Sprintf("the count of %s is of no population of the network; valid: counts of the network that was mapped", c.Path)}}
	case l.neurons[c.Path.Population] == nil: // outside
		l.out.List = append(l.out.List, c)
		return nil
	case c.Path.Projection == "":
		l.locateNeurons(c, size)
		return nil
	}
	t, known := l.targets[[2]string{c.Path.Population, c.Path.Projection}]
	if !known {
		return Problems{{Message: fmt.Sprintf("the count of %s is of no projection of the network; valid: counts of the network that was mapped", c.Path)}}
	}
	l.locateTargets(c, &t)
	return nil
}

// Ways of dividing that are no counts of their own.
const (
	byNeurons  = "by the number of neurons on a core"
	bySpikes   = "by the spikes of the neurons on a core"
	byEvents   = "by the synaptic events on a core"
	byMessages = "by the messages that meet the projection on a core"
)

// locateNeurons divides what neurons do.
func (l *locator) locateNeurons(c hwmodel.Count, size int64) {
	neurons, spikes := l.neurons[c.Path.Population], l.spikes[c.Path.Population]
	negative := l.negative[c.Path.Population]
	positive := l.row()
	for k := range positive {
		positive[k] = spikes[k] - negative[k]
	}
	switch {
	case c.Term.Is(hwmodel.SpikeNegative) && sum(negative) == c.N:
		l.divide(c, negative, "")
	case c.Term.Is(hwmodel.SpikePositive) && sum(positive) == c.N:
		l.divide(c, positive, "")
	case c.Term == hwmodel.SpikeOut && sum(spikes) == c.N:
		l.divide(c, spikes, "")
	case c.Term.Is(hwmodel.SpikeOut) && sum(spikes) > 0:
		l.divide(c, spikes, bySpikes)
	case c.Term == hwmodel.NeuronUpdateActive:
		how := byNeurons
		if l.everyTick(c.N, size) {
			how = ""
		}
		l.active[c.Path.Population] = l.divide(c, neurons, how)
	case c.Term == hwmodel.NeuronUpdateIdle:
		l.divide(c, l.idle(c, size), "")
	case !c.Term.Is(hwmodel.SpikeOut) && l.everyTick(c.N, size):
		l.divide(c, neurons, "")
	default:
		l.divide(c, neurons, byNeurons)
	}
}

// idle gives every core the idle updates that are left of all updates of its neurons, so that the two always make
// up one for every neuron and tick.
func (l *locator) idle(c hwmodel.Count, size int64) []int64 {
	neurons, active := l.neurons[c.Path.Population], l.active[c.Path.Population]
	all := c.N + sum(active)
	if !l.everyTick(all, size) {
		return neurons
	}
	rest := l.row()
	for k := range rest {
		rest[k] = neurons[k] * (all / size)
		if active != nil {
			rest[k] -= active[k]
		}
	}
	return rest
}

// everyTick tells whether a count is one, or a whole number, of things for every neuron and tick.
func (l *locator) everyTick(n, size int64) bool {
	return n%size == 0 && l.traffic.Ticks > 0 && (n/size)%l.traffic.Ticks == 0
}

// locateTargets divides what happens at the synapses of a projection, or at those of a stimulus.
func (l *locator) locateTargets(c hwmodel.Count, t *targets) {
	how := func(exact bool, how string) string {
		if exact {
			return ""
		}
		return how
	}
	switch {
	case c.Term == hwmodel.InputCurrent: // for every neuron in the same ticks
		l.divide(c, t.neurons, how(c.N%max(sum(t.neurons), 1) == 0, byNeurons))
	case t.stimulus:
		l.divide(c, t.neurons, byNeurons)
	case c.Term == hwmodel.SpikeIn && sum(t.messages) > 0:
		l.divide(c, t.messages, how(sum(t.messages) == c.N, byMessages))
	case sum(t.events) > 0:
		exact := sum(t.events) == c.N && (c.Term.Is(hwmodel.SynapticOp) || c.Term == hwmodel.WeightFetch)
		l.divide(c, t.events, how(exact, byEvents))
	default:
		l.divide(c, t.neurons, byNeurons)
	}
}

// divide adds the parts of a count on the cores, and returns them. A way of dividing that is no count is remembered
// where it makes a difference: if there is more than one core.
func (l *locator) divide(c hwmodel.Count, weights []int64, how string) []int64 {
	cores, parts := 0, apportion(c.N, weights)
	for k, n := range parts {
		if weights[k] > 0 {
			cores++
		}
		if n == 0 {
			continue
		}
		part := c
		part.Path.Chip, part.Path.Core, part.N = l.placement.Chip, l.placement.Cores[k].Name, n
		l.out.List = append(l.out.List, part)
	}
	if how != "" && cores > 1 {
		what := c.Path.Population
		if c.Path.Projection != "" {
			what += "/" + c.Path.Projection
		}
		what += " (" + string(c.Term) + ")"
		if !slices.Contains(l.estimated[how], what) {
			l.estimated[how] = append(l.estimated[how], what)
		}
	}
	return parts
}

// messages adds what the traffic alone knows.
func (l *locator) messages() {
	add := func(core, population string, term hwmodel.Term, n int64) {
		if n == 0 {
			return
		}
		like := l.like[population]
		l.out.List = append(l.out.List, hwmodel.Count{
			Path:  hwmodel.Path{Chip: l.placement.Chip, Core: core, Population: population, Operation: string(term)},
			Layer: cmp.Or(like.Layer, population), Place: like.Place, Term: term, N: n,
		})
	}
	for i := range l.traffic.Senders {
		s := &l.traffic.Senders[i]
		if s.Core == "" {
			continue // messages from outside are counted where they arrive
		}
		add(s.Core, s.Population, hwmodel.MessageOut, s.Messages)
		add(s.Core, s.Population, hwmodel.SpikeWithinTile, s.WithinTile)
		add(s.Core, s.Population, hwmodel.HopEast, s.East)
		add(s.Core, s.Population, hwmodel.HopWest, s.West)
		add(s.Core, s.Population, hwmodel.HopNorth, s.North)
		add(s.Core, s.Population, hwmodel.HopSouth, s.South)
	}
	for i := range l.traffic.Receivers {
		r := &l.traffic.Receivers[i]
		add(r.Core, r.Population, hwmodel.MessageIn, r.Messages)
	}
	if l.traffic.Ticks > 0 {
		l.out.List = append(l.out.List, hwmodel.Count{
			Path:  hwmodel.Path{Chip: l.placement.Chip, Operation: string(hwmodel.Barrier)},
			Layer: chipLayer, Term: hwmodel.Barrier, N: l.traffic.Ticks,
		})
	}
}

// explain says what was assumed.
func (l *locator) explain(before []string) {
	l.out.Assumptions = slices.Clone(before)
	l.out.Assumptions = append(l.out.Assumptions,
		fmt.Sprintf("mapped on chip %s: %d cores on %d tiles; a spike makes one message for every core that it reaches", l.placement.Chip, len(l.placement.Cores), l.placement.Tiles))
	for _, how := range []string{bySpikes, byMessages, byEvents, byNeurons} {
		if list := l.estimated[how]; len(list) > 0 {
			l.out.Assumptions = append(l.out.Assumptions, "divided among cores "+how+": "+strings.Join(list, ", "))
		}
	}
}

func sum(list []int64) (total int64) {
	for _, n := range list {
		total += n
	}
	return total
}
