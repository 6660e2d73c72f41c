package manycore

import (
	"fmt"
	"iter"
	"math"
	"slices"

	"couplet/internal/rng"
)

// Machine is a chip with a network on it, during a run. It is not safe for concurrent use.
type Machine struct {
	chip    *Chip
	tiles   int // that hold neurons
	sync    float64
	cores   []machineCore // those that hold neurons, in order of number
	outside []int32       // neurons outside the chip
	neurons []machineNeuron
	events  []event
	routes  []message
	t       int64
	clock   *clock
	sent    []departure // of the current step
	spikes  []int32     // neurons that fired in the current step
	totals  []CoreTotal // by number of the core
}

// machineCore lists the neurons of a core in the order in which it goes through them.
type machineCore struct {
	number  int
	neurons []int32
}

// machineNeuron is a neuron in mid-run.
type machineNeuron struct {
	state    somaState
	dendrite dendrite // nil outside the chip
	soma     *SomaUnit
	branch   *DendriteUnit
	last     status
	lo, hi   int32 // its messages in routes, one for each core that it reaches
}

// event is one synapse on the receiving core.
type event struct {
	target int32
	synapseEvent
}

// message is what one spike of a neuron sends to one core. Whatever does not depend on the run is
// computed beforehand.
type message struct {
	from, to   int   // cores
	lo, hi     int32 // its synapses in events
	path       path
	send       Cost    // axon out, nothing for neurons outside
	receive    Cost    // axon in
	synapses   float64 // J
	dendrites  float64 // J
	processing float64 // s: axon in, synapses, dendrites
}

// NewMachine puts a network on a chip. It reports the first neuron or edge that does not fit.
func NewMachine(c *Chip, n *Netlist) (*Machine, error) {
	return newMachine(c, n, slices.Values(n.Edges))
}

// newMachine takes the edges from a sequence that it goes through twice.
func newMachine(c *Chip, n *Netlist, edges iter.Seq[Edge]) (*Machine, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	m := &Machine{chip: c, neurons: make([]machineNeuron, len(n.Neurons)), totals: make([]CoreTotal, len(c.Cores))}
	at, err := m.placeNeurons(n)
	if err != nil {
		return nil, err
	}
	if err := m.route(n, at, edges); err != nil {
		return nil, err
	}
	m.sync = c.SyncLatencyFor(m.tiles)
	m.clock = newClock(c)
	return m, nil
}

// placeNeurons gives every neuron its units and its state, and every core its list.
func (m *Machine) placeNeurons(n *Netlist) ([]placed, error) {
	at := make([]placed, len(n.Neurons))
	lists := make([][]int32, len(m.chip.Cores))
	key := rng.NewKey(n.Seed, rng.PoissonSource, 0)
	for i := range n.Neurons {
		p, err := m.chip.place(&n.Neurons[i])
		if err != nil {
			return nil, fmt.Errorf("manycore: neuron %d: %w", i, err)
		}
		at[i] = p
		m.neurons[i] = machineNeuron{state: n.Neurons[i].Params.start(key.Sub(uint64(i))), soma: p.soma, branch: p.dendrite}
		if p.core == External {
			m.outside = append(m.outside, int32(i))
			continue
		}
		m.neurons[i].dendrite = newDendrite(p.dendrite.Model, n.Neurons[i].Cable)
		lists[p.core] = append(lists[p.core], int32(i))
	}
	tile := -1
	for number, list := range lists {
		if len(list) == 0 {
			continue
		}
		if most := m.chip.Cores[number].MaxNeurons; most > 0 && len(list) > most {
			return nil, fmt.Errorf("manycore: %d neurons on core %s (%s); valid: at most %d (max_neurons_supported)",
				len(list), m.chip.CoreName(number), m.chip.Cores[number].Name, most)
		}
		if m.chip.Cores[number].Tile != tile {
			tile = m.chip.Cores[number].Tile
			m.tiles++
		}
		m.cores = append(m.cores, machineCore{number, list})
	}
	return at, nil
}

// route sorts the synapses by source neuron and core, each group in the order of the edges.
func (m *Machine) route(n *Netlist, at []placed, edges iter.Seq[Edge]) error {
	start := make([]int, len(n.Neurons)+1)
	count := 0
	for e := range edges {
		if err := e.check(n.Neurons, at); err != nil {
			return fmt.Errorf("manycore: edge %d: %w", count, err)
		}
		if e.Unit != "" {
			if _, err := m.synapseUnit(&e, at); err != nil {
				return fmt.Errorf("manycore: edge %d: %w", count, err)
			}
		}
		start[e.From+1]++
		if count++; count > math.MaxInt32 {
			return fmt.Errorf("manycore: more than %d edges; valid: a smaller network", math.MaxInt32)
		}
	}
	for i := range n.Neurons {
		start[i+1] += start[i]
	}
	m.events = make([]event, count)
	units := make([]*SynapseUnit, count)
	next := slices.Clone(start)
	for e := range edges {
		i := next[e.From]
		next[e.From]++
		m.events[i] = event{int32(e.To), synapseEvent{e.Weight, e.Delay, e.Tap}}
		units[i], _ = m.synapseUnit(&e, at)
	}
	for i := range n.Neurons {
		m.routeNeuron(i, start[i], start[i+1], at, units)
	}
	return nil
}

// synapseUnit is the unit that handles a synapse: the edge's own or that of the target neuron.
func (m *Machine) synapseUnit(e *Edge, at []placed) (*SynapseUnit, error) {
	to := &at[e.To]
	if e.Unit == "" {
		return to.synapse, nil
	}
	return unit("synapse", e.Unit, m.chip.Cores[to.core].Synapses, func(u *SynapseUnit) string { return u.Name })
}

// routeNeuron makes the messages of one neuron from its synapses lo … hi-1.
func (m *Machine) routeNeuron(neuron, lo, hi int, at []placed, units []*SynapseUnit) {
	type pair struct {
		event
		unit *SynapseUnit
	}
	pairs := make([]pair, 0, hi-lo)
	for i := lo; i < hi; i++ {
		pairs = append(pairs, pair{m.events[i], units[i]})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return at[a.target].core - at[b.target].core })
	m.neurons[neuron].lo = int32(len(m.routes))
	for i, p := range pairs {
		m.events[lo+i] = p.event
		to := &at[p.target]
		if i == 0 || at[pairs[i-1].target].core != to.core {
			m.routes = append(m.routes, m.newMessage(at[neuron].core, to.core, lo+i))
		}
		r := &m.routes[len(m.routes)-1]
		r.hi++
		r.synapses += p.unit.Spike.Energy.amount()
		r.dendrites += to.dendrite.Update.Energy.amount()
		r.processing += p.unit.Spike.Latency.amount() + to.dendrite.Update.Latency.amount()
	}
	m.neurons[neuron].hi = int32(len(m.routes))
}

// newMessage is a message without synapses.
func (m *Machine) newMessage(from, to, first int) message {
	r := message{from: from, to: to, lo: int32(first), hi: int32(first), receive: m.chip.Cores[to].AxonIn[0].Message}
	r.processing = r.receive.Latency.amount()
	if from != External {
		r.send = m.chip.Cores[from].AxonOut[0].Message
		r.path = m.chip.path(from, to)
	}
	return r
}

// Tiles returns the number of tiles that hold neurons; the latency of the barrier depends on it.
func (m *Machine) Tiles() int { return m.tiles }

// SyncLatency returns the latency of the barrier at the end of every step, in seconds.
func (m *Machine) SyncLatency() float64 { return m.sync }

// CoreTotals returns what every core of the chip did since the start.
func (m *Machine) CoreTotals() []CoreTotal { return slices.Clone(m.totals) }
