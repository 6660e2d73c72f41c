package synapse

// Plastic is a synapse model whose synapses change with the spikes that they see: [STDP],
// [STDPPowerLaw], [STDPTriplet] and [Tsodyks2].
type Plastic interface {
	Synapse
	// Plasticity makes the changing state that goes with a table of synapses onto a number of target
	// neurons. All state starts as if no spike had ever been sent. It refuses delays below one tick.
	Plasticity(rows PlasticRows, targets int, tickMs float64) (Plasticity, error)
	// Reach returns bounds of the weights that synapses can ever hand on (±Inf if unbounded).
	Reach() (lo, hi float64)
}

// PlasticRows is a table of synapses, seen by the plasticity that changes it. A row holds the synapses of
// one source that have one delay: since they all send at the same times and hear of postsynaptic
// spikes equally late, they share everything but the weight and the target.
type PlasticRows interface {
	// Len is the number of rows.
	Len() int
	// Row returns the delay of row r in ticks and, for each of its synapses, the target (an index
	// below the number of targets) and the weight, which the plasticity changes in place.
	Row(r int) (delay int64, targets []uint32, weights []float64)
}

// Plasticity is the state of plastic synapses and the rule that moves it. It knows nothing of
// queues or neurons. The engine tells it of spikes, in order of their ticks:
//
//   - when a presynaptic spike that was sent at tick t arrives over a row of delay d, at tick t+d, it calls
//     Arrive, which brings the row's weights to their values at the moment of sending, and then hands on
//     scale × weight. The rules look only at postsynaptic spikes up to tick t-d; all of them are known by then,
//     and that is why work can wait until the arrival.
//   - when a target neuron spikes it calls PostSpike, if NeedsPost says so.
//   - between two ticks, if NeedsCatchUp says so, it calls CatchUp, which bounds the memory. Doing so early, late or
//     often never changes a weight that is handed on, not even in the last bit.
//
// A Plasticity is for one goroutine; shards have one each.
type Plasticity interface {
	// Arrive lets the presynaptic spike of tick sent act on row r and returns the factor by which the
	// row's weights are to be multiplied when handed on. Two spikes of one tick are two calls.
	Arrive(r int, sent int64) (scale float64)
	// NeedsPost tells whether the rule wants to know of postsynaptic spikes.
	NeedsPost() bool
	// PostSpike notes a spike of a target neuron. Ticks of one neuron must not go down.
	PostSpike(target uint32, tick int64)
	// NeedsCatchUp tells that the history of postsynaptic spikes has grown enough to be shortened.
	NeedsCatchUp() bool
	// CatchUp applies what is already settled by the time that every arrival before tick now has been
	// made, to all rows, and forgets the postsynaptic spikes that no row needs any more.
	CatchUp(now int64)
	// Settled appends to dst the weights of row r with everything applied that CatchUp(now) would
	// apply, and leaves the state alone. It is what recorders should read: unlike the weights in the
	// table it does not depend on when CatchUp was called last.
	Settled(r int, now int64, dst []float64) []float64
	// Save copies the state, without the weights in the table.
	Save() []Column
	// Restore replaces the state by a saved one of a table of the same shape.
	Restore(saved []Column) error
}

// Column is one array of a saved state; one field is set.
type Column struct {
	Name string
	F64  []float64
	I64  []int64
}
