package sim

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"couplet/neuron"
	"couplet/synapse"
)

// Options are the choices of a run that never change its spikes, and the seed, which does.
type Options struct {
	// Seed of all random numbers; 0 takes the network's.
	Seed uint64
	// Workers is the number of shards and of goroutines that run them; 0 chooses by the size of the
	// network and of the machine.
	Workers int
	// Host overrides the hosting of every population whose model allows it.
	Host Hosting
	// CountActive tells neuron updates apart into active and idle ones (PopulationActivity.Active), whatever
	// the hosting. In the networks of BenchmarkCounters a run takes 2 to 5 percent longer with AVX-512, 2 to 7
	// with AVX2 and 2 to 36 without vector kernels (docs/performance.md). All other counters are always on.
	CountActive bool
	// MemoryLimit in bytes refuses larger networks; 0 takes what the machine has.
	MemoryLimit uint64
	// Progress, if set, is told how much of the building is done, from 0 to 1. It is called by one
	// goroutine at a time.
	Progress func(done float64)
}

// Program is a compiled network. It is immutable; any number of simulators can run it.
type Program struct {
	net         *Network
	seed        uint64
	shards      int
	populations []*population
	projections []*projection
	stimuli     []*stimulus
	minDelay    int64 // ticks of the shortest delay above 0: the window; a large number without projections
	maxDelay    int64
	levels      int
	countActive bool
	zeroDelay   bool // some spikes arrive in their own tick: shards meet after every level
	bytes       uint64
}

// population is a compiled population.
type population struct {
	*Population
	index  int
	level  int
	info   neuron.Info
	lazy   bool
	single bool
	bounds []int // shard s owns the neurons bounds[s] to bounds[s+1]
	scales []synapse.Scale
	limits []float64 // per port: largest |plastic weight| that its sums have room for
	each   map[string][]float64
	in     []int // projections that end here
	out    []int // projections that begin here
	parts  []int // those of them that begin in a part of it
	stim   []int

	maxDelay int64 // ticks of the longest delay of a projection that begins here
}

// projection is a compiled projection; pieces[s] are its parts in shard s, at most one per port.
type projection struct {
	*Projection
	index    int
	from, to *population
	plastic  synapse.Plastic
	pieces   [][]piece
}

// piece is what one shard and port hold of a projection.
type piece struct {
	port int
	spec synapse.Spec
	conn synapse.Connectivity
}

// Compile checks a network and builds its tables. It returns [Problems] if the description is
// wrong and a [*MemoryError] if the machine cannot hold the network; neither allocates the tables.
func Compile(net *Network, o Options) (*Program, error) {
	if err := net.Validate(); err != nil {
		return nil, err
	}
	p := &Program{net: net, seed: o.Seed, shards: o.Workers, countActive: o.CountActive}
	if p.seed == 0 {
		p.seed = net.Seed
	}
	if p.shards <= 0 {
		p.shards = chooseWorkers(net)
	}
	p.shards = min(p.shards, maxShards)
	p.link()
	for _, q := range p.populations {
		q.host(p, o.Host)
		p.scale(q)
	}
	if err := p.checkMemory(o.MemoryLimit); err != nil {
		return nil, err
	}
	if err := p.draw(); err != nil {
		return nil, err
	}
	if err := p.build(p.meter(o.Progress)); err != nil {
		return nil, err
	}
	p.measureDelays()
	return p, p.checkStates()
}

const (
	maxShards = 256
	// workPerMeeting is the number of neurons × ticks that a worker should have between two meetings:
	// with less, meeting costs more than the second worker saves.
	workPerMeeting = 8192
	// longWindow is the number of ticks from which a longer window does not count any more.
	longWindow = 16
)

// chooseWorkers takes as many workers as the machine runs at once and the network keeps busy.
func chooseWorkers(net *Network) int {
	neurons, window := 0, float64(longWindow)
	for _, p := range net.Populations {
		neurons += p.Size
	}
	for _, p := range net.Projections {
		_, delay := p.Synapse.Strength()
		shortest, _ := delay.Bounds()
		window = min(window, max(1, math.Round(shortest/net.TickMs)))
	}
	return max(1, min(runtime.GOMAXPROCS(0), neurons*int(window)/workPerMeeting))
}

// link resolves references between the parts of the network.
func (p *Program) link() {
	index := map[*Population]*population{}
	levels, _ := p.net.levels()
	for i, q := range p.net.Populations {
		c := &population{Population: q, index: i, level: levels[i], info: q.Model.Info()}
		c.single = q.Precision == Float32 || q.Precision == DefaultPrecision && c.info.Step
		c.bounds = shardBounds(q, p.shards)
		p.populations = append(p.populations, c)
		p.levels = max(p.levels, levels[i]+1)
		index[q] = c
	}
	for i, q := range p.net.Projections {
		c := &projection{Projection: q, index: i, from: index[q.From.Population], to: index[q.To.Population]}
		c.plastic, _ = q.Synapse.(synapse.Plastic)
		c.from.out = append(c.from.out, i)
		if !q.From.Whole() {
			c.from.parts = append(c.from.parts, i)
		}
		c.to.in = append(c.to.in, i)
		p.projections = append(p.projections, c)
		p.zeroDelay = p.zeroDelay || q.zeroDelay()
	}
	for i, q := range p.net.Stimuli {
		c := &stimulus{Stimulus: q, index: i, to: index[q.To.Population]}
		c.to.stim = append(c.to.stim, i)
		p.stimuli = append(p.stimuli, c)
	}
}

// shardAlign keeps shard boundaries at multiples of the widest vector.
const shardAlign = 16

// shardBounds cuts a population into shards of nearly equal size.
func shardBounds(q *Population, shards int) []int {
	bounds := make([]int, shards+1)
	if indivisible(q.Model) {
		for s := range shards {
			bounds[s+1] = q.Size
		}
		return bounds
	}
	for s := 1; s < shards; s++ {
		at := q.Size * s / shards
		if q.Size >= 4*shardAlign*shards {
			at = at / shardAlign * shardAlign
		}
		bounds[s] = at
	}
	bounds[shards] = q.Size
	return bounds
}

// draw fixes the values that differ between neurons.
func (p *Program) draw() error {
	for _, q := range p.populations {
		q.each = map[string][]float64{}
		for _, name := range sortedKeys(q.Each) {
			key := NeuronKey(p.seed, q.index, name)
			values := make([]float64, q.Size)
			for i := range values {
				values[i] = q.Each[name].Draw(key, uint64(i))
			}
			q.each[name] = values
		}
	}
	for _, s := range p.stimuli {
		s.draw(p)
	}
	return nil
}

// build compiles the connectivity of all shards, side by side.
func (p *Program) build(progress func(int64)) error {
	for _, q := range p.projections {
		q.pieces = make([][]piece, p.shards)
	}
	errs := make([]error, p.shards)
	var wait sync.WaitGroup
	for s := range p.shards {
		wait.Go(func() {
			for _, q := range p.projections {
				if errs[s] = p.buildPieces(q, s, progress); errs[s] != nil {
					errs[s] = Problem{q.path(q.index), plain(errs[s])}
					return
				}
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// meter turns counts of walked synapses into a share of all that building will walk over.
func (p *Program) meter(tell func(done float64)) func(int64) {
	if tell == nil {
		return nil
	}
	all := 1.0
	for _, q := range p.projections {
		for shard := range p.shards {
			if lo, hi := q.targets(shard); lo >= hi {
				continue
			}
			for port := range q.to.info.Ports {
				all += synapse.ExpectWalked(p.spec(q, shard, port))
			}
		}
	}
	var mu sync.Mutex
	walked := 0.0
	return func(synapses int64) {
		mu.Lock()
		defer mu.Unlock()
		walked += float64(synapses)
		tell(min(walked/all, 1))
	}
}

func isConst(v synapse.Value) bool {
	_, ok := v.(synapse.Const)
	return ok
}

// buildPieces compiles one projection for one shard.
func (p *Program) buildPieces(q *projection, shard int, progress func(int64)) error {
	if lo, hi := q.targets(shard); lo >= hi {
		return nil
	}
	for port := range q.to.info.Ports {
		spec := p.spec(q, shard, port)
		spec.Progress = progress
		conn, err := synapse.Compile(spec)
		if err != nil {
			return err
		}
		spec.Progress = nil // the spec is kept, for walking over the synapses again
		if conn.Synapses() > 0 {
			q.pieces[shard] = append(q.pieces[shard], piece{port, spec, conn})
		}
	}
	return nil
}

// targets is the range of neurons of the target population that a shard holds of the projection's view;
// empty if lo >= hi.
func (q *projection) targets(shard int) (lo, hi int) {
	return max(q.To.Lo, q.to.bounds[shard]), min(q.To.Hi, q.to.bounds[shard+1])
}

// spec describes the synapses of a projection that end in one port of one shard.
func (p *Program) spec(q *projection, shard, port int) synapse.Spec {
	lo, hi := q.targets(shard)
	kind := q.to.info.Ports[port].Kind
	s := synapse.Spec{
		Rule: q.Rule, Synapse: q.Synapse, TickMs: p.net.TickMs,
		Wiring:  synapse.Wiring{Key: ConnectKey(p.seed, q.index), Sources: q.From.Len(), Targets: q.To.Len()},
		Weights: WeightKey(p.seed, q.index), Delays: DelayKey(p.seed, q.index),
		Lo: lo - q.To.Lo, Hi: hi - q.To.Lo, Slot: lo - q.to.bounds[shard],
		Sign: portSign(kind), Intake: portIntake(kind), Scale: q.to.scales[port], MinDelay: 1,
	}
	if q.zeroDelay() {
		s.MinDelay = 0
	}
	return s
}

func portSign(k neuron.PortKind) synapse.Sign {
	switch k {
	case neuron.Excitatory:
		return synapse.Positive
	case neuron.Inhibitory:
		return synapse.NotPositive
	}
	return synapse.Both
}

func portIntake(k neuron.PortKind) synapse.Intake {
	switch k {
	case neuron.Counting:
		return synapse.Counting
	case neuron.Timed:
		return synapse.Timing
	}
	return synapse.Summing
}

// measureDelays finds the window and, for every population, the depth of its spike history.
func (p *Program) measureDelays() {
	p.minDelay = math.MaxInt32
	for _, q := range p.projections {
		for _, pieces := range q.pieces {
			for _, c := range pieces {
				for _, d := range c.conn.Delays() {
					q.from.maxDelay = max(q.from.maxDelay, int64(d))
					p.maxDelay = max(p.maxDelay, int64(d))
					if d > 0 {
						p.minDelay = min(p.minDelay, int64(d))
					}
				}
			}
		}
	}
}

// MaxDelay is the longest delay in ticks.
func (p *Program) MaxDelay() int64 { return p.maxDelay }

// MinDelay is the shortest delay above 0 in ticks; a large number without projections.
func (p *Program) MinDelay() int64 { return p.minDelay }

// window is the number of ticks that shards may run between two meetings. With projections without
// delay they meet several times in every tick.
func (p *Program) window() int64 {
	if p.zeroDelay {
		return 1
	}
	return min(p.minDelay, maxWindow)
}

// maxWindow bounds the window where no delay does, so that progress and cancellation are noticed.
const maxWindow = 256

// checkStates builds states for the errors that only a model can find: all of a population whose
// neurons differ or that lists spikes, one neuron of any other.
func (p *Program) checkStates() error {
	var problems Problems
	for _, q := range p.populations {
		if err := q.checkState(p); err != nil {
			problems.add(q.path()+".params", "%s", plain(err))
		}
	}
	return problems.err()
}

func (q *population) checkState(p *Program) error {
	if len(q.each) == 0 && !q.info.Source() && !indivisible(q.Model) {
		_, err := q.Model.Build(neuron.Build{N: 1, TickMs: p.net.TickMs, Lazy: q.lazy, Single: q.single})
		return err
	}
	for shard := range p.shards {
		if q.bounds[shard] < q.bounds[shard+1] {
			if _, err := q.newState(p, shard); err != nil {
				return err
			}
		}
	}
	return nil
}

// indivisible tells whether a model's populations must not be cut into shards.
func indivisible(m neuron.Model) bool {
	whole, ok := m.(interface{ Indivisible() bool })
	return ok && whole.Indivisible()
}

// driven tells whether a current flows into the population at any time.
func (q *population) driven(p *Program) bool {
	return slices.ContainsFunc(q.stim, func(i int) bool { return p.net.Stimuli[i].poisson() == nil })
}

// newState makes the state of one shard of a population.
func (q *population) newState(p *Program, shard int) (neuron.State, error) {
	lo, hi := q.bounds[shard], q.bounds[shard+1]
	b := neuron.Build{
		First: lo, N: hi - lo, TickMs: p.net.TickMs, Lazy: q.lazy, Single: q.single,
		Key: SourceKey(p.seed, q.index), Each: map[string][]float64{}, Undriven: !q.driven(p),
	}
	for name, values := range q.each {
		b.Each[name] = values[lo:hi]
	}
	s, err := q.Model.Build(b)
	if err != nil {
		return nil, err
	}
	return s, nil
}
