package sim

import (
	"couplet/neuron"
	"couplet/synapse"
)

// Network is a network as plain data: what exists, who connects to whom, what drives it and what
// is recorded. It is built from Go with the methods below or read from a file; nothing is checked
// or allocated before [Network.Validate] and [Compile].
type Network struct {
	Name        string
	TickMs      float64 // length of a tick in ms; 1 on a step grid
	Steps       bool    // the tick is an abstract step: durations are counted in steps
	Seed        uint64
	RunMs       float64 // default duration of a run
	Populations []*Population
	Projections []*Projection
	Stimuli     []*Stimulus
	Recorders   []*Recorder
}

// Population is a group of neurons of one model.
type Population struct {
	Name  string
	Size  int
	Shape []int // optional: channels and spatial extents, product = Size; stencils and pictures use it
	Model neuron.Model
	// Each gives parameters or initial variables that differ between neurons, by name. The ordinal of
	// a draw is the neuron's index.
	Each      map[string]synapse.Value
	Host      Hosting
	Precision Precision
	Path      string // where the description comes from, for messages: "populations.exc"
}

// Hosting is the way in which a population is updated. It never changes a spike.
type Hosting uint8

const (
	// Auto lets Compile choose.
	Auto Hosting = iota
	// ClockedHosting updates every neuron every tick, vectorised.
	ClockedHosting
	// LazyHosting touches a neuron only when a spike reaches it or a crossing was predicted.
	LazyHosting
)

// String returns the word used in files.
func (h Hosting) String() string { return [...]string{"auto", "clocked", "lazy"}[h] }

// Precision is the floating-point format of a population's state.
type Precision uint8

const (
	// DefaultPrecision is float64 for models on milliseconds and float32 for step-coded ones.
	DefaultPrecision Precision = iota
	// Float64 is double precision.
	Float64
	// Float32 is single precision.
	Float32
)

// String returns the word used in files.
func (p Precision) String() string { return [...]string{"default", "float64", "float32"}[p] }

// View is a range of a population's neurons, Lo included and Hi excluded.
type View struct {
	Population *Population
	Lo, Hi     int
}

// Len is the number of neurons in the view.
func (v View) Len() int { return v.Hi - v.Lo }

// Whole tells whether the view covers its whole population.
func (v View) Whole() bool { return v.Lo == 0 && v.Hi == v.Population.Size }

// Endpoint is a population or a view of one.
type Endpoint interface{ view() View }

func (v View) view() View        { return v }
func (p *Population) view() View { return View{p, 0, p.Size} }
func (p *Population) All() View  { return p.view() }

// Slice is the view of the population's neurons lo, lo+1, …, hi-1.
func (p *Population) Slice(lo, hi int) View { return View{p, lo, hi} }

// Projection connects a view to a view: a rule says who connects to whom, a synapse model with
// which weight, delay and plasticity.
type Projection struct {
	Name     string
	From, To View
	Rule     synapse.Rule
	Synapse  synapse.Synapse
	Path     string
}

// Stimulus drives a view from outside the network.
type Stimulus struct {
	Name    string
	To      View
	Drive   Drive
	Weight  float64 // mV or pA per spike of a Poisson drive; factor on the amplitude of a current
	DelayMs float64 // as if the drive came over a connection of this delay
	Path    string
}

// Drive is one of [Poisson], [DC] and [StepCurrent].
type Drive interface{ drive() string }

// Poisson gives every target neuron its own Poisson spike train of RateHz spikes per second
// (on a step grid: per 1000 steps).
type Poisson struct {
	RateHz          float64
	StartMs, StopMs float64 // active from Start to Stop; Stop 0 means for ever
}

// DC is a constant current, one amplitude per target neuron (pA; on a step grid charge per step).
type DC struct {
	Amplitude       synapse.Value // ordinal = index of the neuron in the view
	StartMs, StopMs float64       // on in [Start, Stop); Stop 0 means for ever
}

// StepCurrent is a piecewise constant current: Amplitudes[i] holds from TimesMs[i] until the next
// time, and nothing flows before the first.
type StepCurrent struct {
	TimesMs, Amplitudes []float64
}

func (Poisson) drive() string     { return "poisson" }
func (DC) drive() string          { return "dc" }
func (StepCurrent) drive() string { return "step_current" }

// Recorder says what is written down during a run.
type Recorder struct {
	Name string
	What string // "spikes", "weights" or the name of a state variable of the population's model
	From View   // spikes and variables
	// Of is the plastic projection whose weights are recorded at every presynaptic spike.
	Of *Projection
	// EveryMs is the sampling interval of a variable; 0 means every tick.
	EveryMs float64
	Path    string
}

// NewNetwork makes an empty network; the default tick is 0.1 ms.
func NewNetwork(name string, options ...NetworkOption) *Network {
	n := &Network{Name: name, TickMs: 0.1, Seed: 1, RunMs: 1000}
	for _, o := range options {
		o(n)
	}
	return n
}

// NetworkOption sets a property of a new network.
type NetworkOption func(*Network)

// TickMs sets the length of a tick in ms.
func TickMs(ms float64) NetworkOption { return func(n *Network) { n.TickMs = ms } }

// StepGrid makes the tick an abstract step, as step-coded networks use it.
func StepGrid() NetworkOption { return func(n *Network) { n.TickMs, n.Steps = 1, true } }

// Seed sets the network's seed.
func Seed(seed uint64) NetworkOption { return func(n *Network) { n.Seed = seed } }

// Population adds size neurons of a model.
func (n *Network) Population(name string, size int, model neuron.Model) *Population {
	p := &Population{Name: name, Size: size, Model: model, Each: map[string]synapse.Value{}}
	n.Populations = append(n.Populations, p)
	return p
}

// Set gives a parameter or initial variable its own value in every neuron and returns p.
func (p *Population) Set(name string, v synapse.Value) *Population {
	p.Each[name] = v
	return p
}

// Hosted chooses the hosting and returns p.
func (p *Population) Hosted(h Hosting) *Population {
	p.Host = h
	return p
}

// Project adds a projection.
func (n *Network) Project(from, to Endpoint, rule synapse.Rule, s synapse.Synapse) *Projection {
	f, t := from.view(), to.view()
	p := &Projection{Name: f.Population.Name + "->" + t.Population.Name, From: f, To: t, Rule: rule, Synapse: s}
	n.Projections = append(n.Projections, p)
	return p
}

// Stimulate adds a stimulus with weight 1 and no delay; change the returned value for others.
func (n *Network) Stimulate(to Endpoint, d Drive) *Stimulus {
	s := &Stimulus{Name: d.drive(), To: to.view(), Drive: d, Weight: 1}
	n.Stimuli = append(n.Stimuli, s)
	return s
}

// RecordSpikes records the spikes of populations or views.
func (n *Network) RecordSpikes(from ...Endpoint) {
	for _, e := range from {
		n.record(&Recorder{What: "spikes", From: e.view()})
	}
}

// RecordVariable records a state variable every everyMs (0: every tick).
func (n *Network) RecordVariable(from Endpoint, variable string, everyMs float64) *Recorder {
	return n.record(&Recorder{What: variable, From: from.view(), EveryMs: everyMs})
}

// RecordWeights records the weights of a plastic projection at every presynaptic spike.
func (n *Network) RecordWeights(p *Projection) *Recorder {
	return n.record(&Recorder{What: "weights", Of: p})
}

func (n *Network) record(r *Recorder) *Recorder {
	n.Recorders = append(n.Recorders, r)
	return r
}
