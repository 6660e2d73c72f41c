package reference

import (
	"fmt"
	"slices"

	"couplet/sim"
)

// Simulator is one run of a network from tick 0 on.
type Simulator struct {
	net         *sim.Network
	seed        uint64
	tick        int64
	populations []*population
	order       []*population // level by level, so that spikes without delay find their targets unvisited
	projections []*projection
	stimuli     []*stimulus
	trains      []*sim.SpikeTrain
	traces      []*sim.Trace
}

// population is a group of neurons and what is on its way to them.
type population struct {
	*sim.Population
	index    int
	neurons  neurons
	outgoing [][]*connection // per neuron
	// arriving holds the input spikes of every tick to come: tick -> neuron -> arrivals.
	arriving map[int64]map[int][]arrival
	posts    [][]int64 // all spikes of every neuron: ticks
	injected []int

	spikes, negative int64 // so far
	active, doubtful int64 // neuron-ticks, see Simulator.Doubtful
}

// neurons are the neurons of one population.
type neurons interface {
	// tick carries all neurons over tick now and returns their spikes in order of index.
	tick(now int64, in func(i int) []arrival, current func(i int) float64) []firing
	// read gives a state variable of neuron i by its name in the model's description.
	read(variable string, i int) float64
}

// arrival is one input spike.
type arrival struct {
	weight float64
	before float64 // ms before the end of the tick in which it arrives; 0 on the grid
}

// firing is a spike of neuron i.
type firing struct {
	i      int
	sign   int
	before float64 // ms before the end of the tick
}

// New makes the simulator of a network; seed 0 takes the network's. The error is that of
// [sim.Network.Validate], or tells of a model that has no reference.
func New(net *sim.Network, seed uint64) (*Simulator, error) {
	if err := net.Validate(); err != nil {
		return nil, err
	}
	if seed == 0 {
		seed = net.Seed
	}
	s := &Simulator{net: net, seed: seed}
	for i, p := range net.Populations {
		n, err := newNeurons(net, seed, i)
		if err != nil {
			return nil, err
		}
		s.populations = append(s.populations, &population{
			Population: p, index: i, neurons: n,
			outgoing: make([][]*connection, p.Size), posts: make([][]int64, p.Size),
			arriving: map[int64]map[int][]arrival{},
		})
	}
	for i := range net.Projections {
		s.connect(i)
	}
	for i := range net.Stimuli {
		s.stimuli = append(s.stimuli, newStimulus(net, seed, i))
	}
	s.sortByLevel()
	s.startRecording()
	return s, nil
}

// find returns the population of a description.
func (s *Simulator) find(p *sim.Population) *population {
	return s.populations[slices.Index(s.net.Populations, p)]
}

// sortByLevel puts the populations in an order in which every projection without delay leads
// forward. Validate has made sure that there is one.
func (s *Simulator) sortByLevel() {
	level := make([]int, len(s.populations))
	for range s.populations { // as often as the longest chain can be long
		for _, p := range s.projections {
			if p.zeroDelay {
				level[p.to.index] = max(level[p.to.index], level[p.from.index]+1)
			}
		}
	}
	s.order = slices.Clone(s.populations)
	slices.SortStableFunc(s.order, func(a, b *population) int { return level[a.index] - level[b.index] })
}

// Tick is the last tick that is complete.
func (s *Simulator) Tick() int64 { return s.tick }

// Inject lets neurons of a population spike in the next tick, whatever their state; their
// membranes do not change.
func (s *Simulator) Inject(p *sim.Population, neurons ...uint32) error {
	if !slices.Contains(s.net.Populations, p) {
		return fmt.Errorf("reference: the population does not belong to this network")
	}
	for _, i := range neurons {
		if int(i) >= p.Size {
			return fmt.Errorf("reference: neuron %d is not in population %q of %d neurons", i, p.Name, p.Size)
		}
		q := s.find(p)
		q.injected = append(q.injected, int(i))
	}
	return nil
}

// Run runs for a number of ticks.
func (s *Simulator) Run(ticks int64) {
	for range ticks {
		s.tick++
		for _, st := range s.stimuli {
			s.stimulate(st)
		}
		for _, p := range s.order {
			s.update(p)
		}
		s.sample()
	}
}

// update carries one population over the present tick and sends its spikes.
func (s *Simulator) update(p *population) {
	here := p.arriving[s.tick]
	delete(p.arriving, s.tick)
	spikes := p.neurons.tick(s.tick,
		func(i int) []arrival { return here[i] },
		func(i int) float64 { return s.current(p, i) })
	for _, i := range p.injected {
		spikes = append(spikes, firing{i: i, sign: 1})
	}
	p.injected = nil
	s.census(p, here, spikes)
	s.takeUp(p, spikes)
	slices.SortStableFunc(spikes, func(a, b firing) int { return a.i - b.i })
	for _, f := range spikes {
		p.posts[f.i] = append(p.posts[f.i], s.tick)
		p.spikes++
		if f.sign < 0 {
			p.negative++
		}
		s.record(p, f)
	}
	for _, f := range spikes {
		for _, y := range p.outgoing[f.i] {
			y.send(s.tick, f)
		}
	}
}

// arrive puts an input spike on the list of a tick.
func (p *population) arrive(tick int64, i int, a arrival) {
	if p.arriving[tick] == nil {
		p.arriving[tick] = map[int][]arrival{}
	}
	p.arriving[tick][i] = append(p.arriving[tick][i], a)
}
