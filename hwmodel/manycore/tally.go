package manycore

import (
	"maps"
	"slices"
)

// tally adds traffic up. Rows of its tables come into being when something is counted in them.
type tally struct {
	*layout
	routes    *routes
	traffic   *Traffic
	used      []int   // numbers of the cores in use
	home      []int32 // by core: its index in used
	senders   table[SenderTraffic]
	receivers table[ReceiverTraffic]
	synapses  table[SynapseTraffic]
	links     []int64 // by place of a tile × direction
}

func newTally(l *layout, r *routes, ticks int64) *tally {
	t := &tally{layout: l, routes: r, traffic: &Traffic{Chip: l.chip.Name, Network: l.d.Name, Ticks: ticks}}
	t.home = make([]int32, len(l.chip.Cores))
	for k, parts := range l.byCore() {
		core := parts[0].Core
		row := CoreTraffic{Core: core, Name: l.chip.CoreName(core)}
		for i := range parts {
			row.Neurons += int64(parts[i].Hi - parts[i].Lo)
		}
		t.home[core] = int32(k)
		t.used = append(t.used, core)
		t.traffic.Cores = append(t.traffic.Cores, row)
	}
	t.senders, t.receivers, t.synapses = table[SenderTraffic]{}, table[ReceiverTraffic]{}, table[SynapseTraffic]{}
	t.links = make([]int64, l.chip.Width*l.chip.Height*directions)
	return t
}

// table has rows by a population or projection and an index in the list of used cores; outside is the index of
// what is outside the chip.
type table[Row any] map[[2]int]*Row

const outside = -1

// row finds a row, or makes an empty one.
func (t table[Row]) row(of, core int) (r *Row, fresh bool) {
	if r, ok := t[[2]int{of, core}]; ok {
		return r, false
	}
	r = new(Row)
	t[[2]int{of, core}] = r
	return r, true
}

// rows lists the rows in order.
func (t table[Row]) rows() []Row {
	var list []Row
	for _, key := range slices.SortedFunc(maps.Keys(t), func(a, b [2]int) int { return slices.Compare(a[:], b[:]) }) {
		list = append(list, *t[key])
	}
	return list
}

// coreName names an entry of the list of used cores.
func (t *tally) coreName(k int) string {
	if k == outside {
		return ""
	}
	return t.traffic.Cores[k].Name
}

// total counts the whole run, neuron by neuron.
func (t *tally) total(spikes *Spikes) error {
	if events := t.expected(spikes); events > maxEvents {
		return Problems{{Message: "the spikes make more than 2^50 synaptic events; valid: a shorter run"}}
	}
	for i := range spikes.Populations {
		p := &spikes.Populations[i]
		q := t.index[p.Population]
		size := t.d.Populations[q].Size
		negative := p.negative(size)
		for n, count := range p.counts(size) {
			if count > 0 {
				t.neuron(q, t.first[q]+n, count, negative[n])
			}
		}
	}
	return nil
}

// expected is the number of synaptic events, and at least that of spikes, as a real number that cannot overflow.
func (t *tally) expected(spikes *Spikes) (events float64) {
	for i := range spikes.Populations {
		p := &spikes.Populations[i]
		q := t.index[p.Population]
		for n, count := range p.counts(t.d.Populations[q].Size) {
			synapses := 1.0
			for _, r := range t.routes.of(t.first[q] + n) {
				synapses += float64(r.synapses)
			}
			events += float64(float64(count) * synapses)
		}
	}
	return events
}

// neuron counts the spikes of one neuron, some of them negative.
func (t *tally) neuron(population, neuron int, count, negative int64) {
	core, k := int(t.core[neuron]), outside
	if core != External {
		k = int(t.home[core])
	}
	flow := Flow{Spikes: count}
	last := int32(-1)
	for _, r := range t.routes.of(neuron) {
		flow.SynapseEvents += t.meet(r, count)
		if r.core == last {
			continue
		}
		last = r.core
		t.receive(population, int(r.core), count)
		if core == External {
			flow.FromOutside += count
			t.traffic.Cores[r.core].FromOutside += count
			continue
		}
		t.chip.send(&flow, core, t.used[r.core], count)
		t.follow(core, t.used[r.core], count)
	}
	sender, fresh := t.senders.row(population, k)
	if fresh {
		sender.Population, sender.Core = t.d.Populations[population].Name, t.coreName(k)
	}
	sender.add(&flow)
	sender.Negative += negative
	t.traffic.Total.add(&flow)
	if k != outside { // events and messages from outside are counted where they happen
		flow.SynapseEvents, flow.FromOutside = 0, 0
		t.traffic.Cores[k].add(&flow)
	}
}

// meet counts the synapses of a projection that messages find on a core.
func (t *tally) meet(r route, count int64) (events int64) {
	events = count * int64(r.synapses)
	s, fresh := t.synapses.row(int(r.projection), int(r.core))
	if fresh {
		p := &t.d.Projections[r.projection]
		s.Projection, s.Population, s.Core, s.Index = p.Name, p.To.Population, t.coreName(int(r.core)), int(r.projection)
	}
	s.Messages += count
	s.Events += events
	t.traffic.Cores[r.core].SynapseEvents += events
	return events
}

// receive counts messages of a population where they arrive.
func (t *tally) receive(population, k int, count int64) {
	r, fresh := t.receivers.row(population, k)
	if fresh {
		r.Population, r.Core = t.d.Populations[population].Name, t.coreName(k)
	}
	r.Messages += count
	t.traffic.Cores[k].MessagesIn += count
}

// send counts messages from a core to a core.
func (c *Chip) send(f *Flow, from, to int, count int64) {
	f.Messages += count
	if c.Cores[from].Tile == c.Cores[to].Tile {
		f.WithinTile += count
		return
	}
	a, b := &c.Tiles[c.Cores[from].Tile], &c.Tiles[c.Cores[to].Tile]
	f.East += count * int64(max(b.X-a.X, 0))
	f.West += count * int64(max(a.X-b.X, 0))
	f.North += count * int64(max(b.Y-a.Y, 0))
	f.South += count * int64(max(a.Y-b.Y, 0))
}

// follow counts messages on every link of their way: first along x, then along y.
func (t *tally) follow(from, to int, count int64) {
	a, b := t.chip.Tiles[t.chip.Cores[from].Tile], t.chip.Tiles[t.chip.Cores[to].Tile]
	for x, y := a.X, a.Y; x != b.X || y != b.Y; {
		at := x*t.chip.Height + y
		d := North
		switch {
		case x < b.X:
			d = East
			x++
		case x > b.X:
			d = West
			x--
		case y < b.Y:
			y++
		default:
			d = South
			y--
		}
		t.links[at*directions+int(d)] += count
	}
}

// steps counts tick by tick.
func (t *tally) steps(spikes []spikeAt) {
	sent, received, events := make([]int64, len(t.used)), make([]int64, len(t.used)), make([]int64, len(t.used))
	for lo := 0; lo < len(spikes); {
		step := StepTraffic{Tick: spikes[lo].tick}
		clear(sent)
		clear(received)
		clear(events)
		for ; lo < len(spikes) && spikes[lo].tick == step.Tick; lo++ {
			t.step(&step.Flow, spikes[lo].neuron, sent, received, events)
		}
		step.Sender, step.Receiver, step.Busiest = t.peak(sent), t.peak(received), t.peak(events)
		t.traffic.Steps = append(t.traffic.Steps, step)
	}
}

// step counts one spike.
func (t *tally) step(f *Flow, neuron int, sent, received, events []int64) {
	core := int(t.core[neuron])
	f.Spikes++
	last := int32(-1)
	for _, r := range t.routes.of(neuron) {
		f.SynapseEvents += int64(r.synapses)
		events[r.core] += int64(r.synapses)
		if r.core == last {
			continue
		}
		last = r.core
		received[r.core]++
		if core == External {
			f.FromOutside++
			continue
		}
		sent[t.home[core]]++
		t.chip.send(f, core, t.used[r.core], 1)
	}
}

func (t *tally) peak(counts []int64) (p Peak) {
	for k, n := range counts {
		if n > p.Count {
			p = Peak{t.traffic.Cores[k].Name, n}
		}
	}
	return p
}

// finish puts the rows in order.
func (t *tally) finish() *Traffic {
	t.traffic.Senders, t.traffic.Receivers, t.traffic.Synapses = t.senders.rows(), t.receivers.rows(), t.synapses.rows()
	for i, n := range t.links {
		if n > 0 {
			at := i / directions
			t.traffic.Links = append(t.traffic.Links, LinkTraffic{
				X: at / t.chip.Height, Y: at % t.chip.Height, Direction: Direction(i % directions).String(), Messages: n,
			})
		}
	}
	return t.traffic
}

func (f *Flow) add(o *Flow) {
	f.Spikes += o.Spikes
	f.Messages += o.Messages
	f.WithinTile += o.WithinTile
	f.FromOutside += o.FromOutside
	f.SynapseEvents += o.SynapseEvents
	f.East += o.East
	f.West += o.West
	f.North += o.North
	f.South += o.South
}
