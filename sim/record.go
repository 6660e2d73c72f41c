package sim

// SpikeTrain holds the spikes of one spike recorder in order of (tick, neuron).
type SpikeTrain struct {
	Recorder *Recorder
	Ticks    []int64
	Neurons  []uint32 // index in the population
	Signs    []int8   // +1 or -1; nil if the model emits positive spikes only
	// Before is the precise spike time as ms before the end of the tick; nil on the grid.
	Before []float64
}

// Len is the number of spikes.
func (s *SpikeTrain) Len() int { return len(s.Ticks) }

// Trace holds the samples of one variable recorder. Row k is the state after tick Ticks[k];
// column j is neuron From.Lo+j.
type Trace struct {
	Recorder *Recorder
	Unit     string
	Ticks    []int64
	Values   []float64 // len(Ticks) × From.Len(), row by row
}

// Row returns the values of sample k, one per recorded neuron.
func (t *Trace) Row(k int) []float64 {
	n := t.Recorder.From.Len()
	return t.Values[k*n : (k+1)*n]
}

// WeightLog holds the weights that a plastic projection handed on, one entry per presynaptic
// spike and synapse, in order of (tick, ordinal).
type WeightLog struct {
	Recorder *Recorder
	Ticks    []int64  // tick of the presynaptic spike
	Ordinals []uint64 // the synapse's ordinal in its rule
	Sources  []uint32 // index in the projection's source view
	Targets  []uint32 // index in the projection's target view
	Weights  []float64
}

// Activity is what happened during a run, counted exactly. Hardware models price it.
type Activity struct {
	Ticks       int64
	TickMs      float64
	CountActive bool // neuron updates are told apart (Options.CountActive)
	Populations []PopulationActivity
	Projections []ProjectionActivity
	Stimuli     []StimulusActivity
}

// PopulationActivity counts what the neurons of one population did.
type PopulationActivity struct {
	Name     string
	Neurons  int
	Spikes   int64 // all spikes
	Negative int64 // those of sign -1
	Muted    int64 // those that nobody heard, because their neuron was muted
	Updates  int64 // neuron updates that were computed: neurons × ticks when clocked, touches when lazy
	// Active counts the neuron-ticks, one for each neuron in each tick, in which the net synaptic input at any
	// port was not zero or the neuron fired; Idle counts all others. Neither depends on the hosting. What a
	// synapse or a Poisson drive hands over is input, also while the neuron is refractory; a constant current
	// is none. Where a model keeps exact times, any arrival of a weight other than 0 is input. Injected and
	// muted spikes are spikes. Both are 0 unless Activity.CountActive is set.
	Active, Idle int64
}

// ProjectionActivity counts what the synapses of one projection did.
type ProjectionActivity struct {
	Name     string
	Synapses int64
	// Spikes counts the spikes that the projection took up: those of its source view that were heard, each
	// once, when it is sent, however many synapses it has, if any. -1 if it is not known (a result on disk from
	// before it was counted).
	Spikes  int64
	Events  int64 // synaptic events: one weight handed to one target
	Plastic int64 // weight updates
}

// StimulusActivity counts what one stimulus did.
type StimulusActivity struct {
	Name   string
	Events int64 // Poisson spikes handed on, or changes of a current
}
