package neuron

import (
	"math"

	"couplet/internal/rng"
	"couplet/internal/spike"
)

// Model is a neuron model with its parameters: plain data that says what one neuron is. A
// population is n neurons of one model; parameters that differ between its neurons are given to
// Build next to the model.
//
// Models are values. A literal means exactly what it says; use the model's New function for the
// documented defaults.
type Model interface {
	// Info describes the model; it does not depend on the parameters.
	Info() Info
	// Validate reports every parameter that is out of range or contradicts another one.
	Validate() []ParamError
	// Build makes the state of one shard of a population.
	Build(b Build) (State, error)
}

// Info describes a model to those who connect, host, record and document it.
type Info struct {
	Name      string // as in files: "iaf_psc_delta"
	Doc       string // one sentence
	Ports     []Port // input ports; none for a source
	Variables []Variable
	Signed    bool // emits spikes of both signs (ternary couple)
	Precise   bool // emits spikes with an offset inside the tick and takes inputs at their exact times
	Step      bool // lives on abstract steps, not on milliseconds
	// Multiple tells that one neuron may emit several spikes in one tick (parrots, sources).
	Multiple bool
}

// Source tells whether the model takes no input.
func (i Info) Source() bool { return len(i.Ports) == 0 }

// Variable is a state variable that can be recorded and, if Init is set, initialised per neuron.
type Variable struct {
	Name, Unit, Doc string
	Init            bool
}

// Port is one input of a neuron, with its own sum of arriving weights.
type Port struct {
	Name string
	Kind PortKind
}

// PortKind says which synapses a port takes and how arrivals are handed over.
type PortKind uint8

const (
	// AnySign sums all arriving weights.
	AnySign PortKind = iota
	// Excitatory sums the arrivals of weight > 0.
	Excitatory
	// Inhibitory sums the arrivals of weight <= 0.
	Inhibitory
	// Counting counts arriving spikes whatever their weight (parrot).
	Counting
	// Timed keeps every arrival with its offset inside the tick (precise models).
	Timed
)

// Build carries what a model needs to make the state of one shard of a population.
type Build struct {
	First  int     // index of the shard's first neuron in its population; spikes carry population indices
	N      int     // neurons in the shard
	TickMs float64 // length of a tick in ms
	Lazy   bool    // the shard will be hosted lazily: Touch instead of Step
	Single bool    // keep the state in float32
	// Undriven promises that SetCurrent will not be called, so that a state need not have room for it.
	Undriven bool
	Key      rng.Key // the population's stream for models that draw
	// Each holds parameters and initial variables that differ between neurons: name -> N values.
	Each map[string][]float64
}

// Input is what arrived at one port during one tick, one slot per neuron of the shard. Sums are
// fixed point, so that they depend neither on the order of arrivals nor on the number of workers:
// the arriving weight is slot × Quantum. Exactly one of Sum32, Sum64 and Timed is in use. Step and
// Touch clear the slots that they have read.
type Input struct {
	Sum32   []int32
	Sum64   []int64
	Quantum float64 // mV, pA, … per unit of the sums
	Timed   []Arrival
}

// Arrival is one input spike of a Timed port.
type Arrival = spike.Arrival

// Spikes collects the spikes of one tick: the neuron's index in its population, and Negative
// set for a spike of sign -1. A neuron that emits k spikes in the tick is listed k times. Precise
// models fill Before, one entry per spike: ms before the end of the tick.
type Spikes struct {
	Neurons []uint32
	Before  []float64
}

// Negative marks a spike of sign -1 in a spike list.
const Negative = spike.Negative

// Never is the wake-up tick of a neuron that cannot fire without further input.
const Never int64 = math.MaxInt64

// State is the state of the neurons of one shard. It is updated by Clocked.Step or, if it was built
// lazy, by Lazy.Touch; both give the same spikes.
//
// Ticks count from 1: tick t carries the state from (t-1)·TickMs to t·TickMs, and a neuron that
// crosses its threshold in it emits a spike of tick t. The initial state is that after tick 0.
type State interface {
	// Columns lists the complete mutable state, for snapshots.
	Columns() []Column
	// Read gives variable v (index into Info.Variables) of neuron i as it is after tick now,
	// without changing the state. A lazily hosted neuron is seen as if it had been updated.
	Read(v, i int, now int64) float64
	// SetCurrent sets the sum of the current stimuli into neuron i (pA; dimensionless charge per
	// step for step-coded models) for all ticks after the neuron's last update.
	SetCurrent(i int, current float64)
}

// Clocked is a state that can be updated every tick.
type Clocked interface {
	State
	// Step updates every neuron by one tick, tick now, and appends the spikes in order of index.
	Step(now int64, in []Input, out *Spikes)
}

// Lazy is a state whose neurons are touched only when something happens to them.
type Lazy interface {
	State
	// Touch brings the listed neurons (shard indices in any order, no repeats) to tick now: decay over
	// the gap in closed form, then the arrivals of tick now, then the threshold test of tick now.
	Touch(now int64, list []uint32, in []Input, out *Spikes)
	// Advance brings neuron i to tick to in closed form, no arrivals. The caller guarantees that
	// to lies before Wake(i).
	Advance(i int, to int64)
	// Wake tells the first tick, after the neuron's last update, at which neuron i might fire without
	// further input; Never if it cannot. It may be too early, never too late.
	Wake(i int) int64
}

// Column is one array of a shard's state, one value per neuron; exactly one field is set.
type Column struct {
	Name string
	F64  []float64
	F32  []float32
	I64  []int64
	I32  []int32
}
