package spide

import (
	"errors"
	"fmt"

	"couplet/learning/layer"
)

// Stage is one of the two stages.
type Stage int

// The stages, in their order.
const (
	Forward Stage = iota
	Backward
	stages
)

// String returns "forward" or "backward".
func (s Stage) String() string {
	switch s {
	case Forward:
		return "forward"
	case Backward:
		return "backward"
	}
	return fmt.Sprintf("stage(%d)", int(s))
}

// Pass says what a batch is for. The zero value is evaluation: no dropout.
type Pass struct {
	// Train turns dropout on.
	Train bool
	// Step is the number of the training step. It addresses the random numbers of masks and norm
	// estimates, so that a resumed run draws the same.
	Step uint64
	// First is the number of the batch's first sample within the step's mini-batch, for a mini-batch
	// that is divided.
	First int
}

// Executor runs the two stages of SPIDE for batches of samples. It is for one goroutine. Between
// batches of the same size it allocates nothing, and its memory does not depend on the number of
// ticks.
//
// The order of calls for a batch is [Executor.Forward] or [Executor.ForwardFrames], then for training
// [Executor.Backward] or [Executor.BackwardLogits], then [Executor.Accumulate]. Slices that it returns
// are its own: they hold until the next batch.
type Executor[F layer.Real] struct {
	config      Config
	ring        Ring[F]
	populations []*population[F]
	input       *projection[F]
	between     []*projection[F]
	feedback    *projection[F]   // nil: feed-forward
	projections []*projection[F] // all of them, in the order of the ring
	courier     courier[F]
	rows        sampleRows[F]

	batch           int
	group           group
	pass            Pass
	done            progress
	frames          bool          // the input changes from tick to tick
	x               []F           // input, or its mean over the ticks
	frameSpikes     Spikes[F]     // of a frame
	drive           current[F]    // of layer 0 (forward) or layer N−1 (backward)
	undriven        current[F]    // of all others: none
	deliveries      []delivery[F] // to the layer whose tick it is
	driveRows       []F           // group × neurons
	logits, gLogits []F
	g               []F             // ∂L/∂a of layer N−1
	inFlight        [stages][]int32 // spikes of the last tick before the feedback, by neuron
	inputCount      []int32         // ticks in which an input was not 0
	driven          int64           // neurons of layer 0 with a constant current
	synapses        []*synapses[F]
	observe         func(Tick[F])
	membrane        []F // what an observer sees

	engine Engine[F]  // runs the ticks; nil: this package does
	sample *Sample[F] // what the engine is given
}

// progress is what has been done with the present batch.
type progress int

const (
	nothing progress = iota
	forwardDone
	fixedPointDone
	backwardDone
	exactDone
)

// New makes an executor. Errors say everything that is wrong with the description.
func New[F layer.Real](c Config, r Ring[F]) (*Executor[F], error) {
	if err := errors.Join(c.Validate(), r.Validate()); err != nil {
		return nil, err
	}
	if c.FeedbackNorm > 0 && r.Feedback.Map != nil && len(r.Feedback.Map.Params()) == 0 {
		return nil, errors.New("spide: the norm of the feedback block cannot be restricted: it has no weights")
	}
	e := &Executor[F]{config: c, ring: r, courier: courier[F]{listsUpTo: c.ListsUpTo}}
	for i, b := range r.blocks() {
		if b.Map == nil {
			continue
		}
		p := newProjection(i, r.blockName(i), b)
		e.projections = append(e.projections, p)
		switch {
		case i == 0:
			e.input = p
		case i <= len(r.Between):
			e.between = append(e.between, p)
		default:
			e.feedback = p
			continue
		}
		e.populations = append(e.populations, newPopulation[F](p.out))
	}
	n := e.widest()
	e.courier.row, e.rows.input, e.rows.spikes = make([]F, n), make([]F, n), make([]F, n)
	return e, nil
}

// widest is the size of the largest layer, the input included.
func (e *Executor[F]) widest() int {
	n := e.input.in
	for _, l := range e.populations {
		n = max(n, l.neurons)
	}
	return n
}

// last is layer N−1.
func (e *Executor[F]) last() *population[F] { return e.populations[len(e.populations)-1] }

// maxSpikes keeps positions in spike lists within 32 bits.
const maxSpikes = 1<<31 - 1

// hold makes room for a batch.
func (e *Executor[F]) hold(batch int) error {
	if batch < 1 || batch > maxSpikes/e.widest() {
		return fmt.Errorf("spide: the batch must have from 1 to %d samples (%d)", maxSpikes/e.widest(), batch)
	}
	e.batch, e.done = batch, nothing
	for _, l := range e.populations {
		l.hold(batch)
	}
	e.x, e.inputCount = grown(e.x, batch*e.input.in), grown(e.inputCount, batch*e.input.in)
	e.inFlight[Forward] = grown(e.inFlight[Forward], e.last().neurons)
	e.inFlight[Backward] = grown(e.inFlight[Backward], e.populations[0].neurons)
	e.g = grown(e.g, batch*e.last().neurons)
	if m := e.ring.Readout; m != nil {
		classes := layer.Size(m.OutShape())
		e.logits, e.gLogits = grown(e.logits, batch*classes), grown(e.gLogits, batch*classes)
	}
	return nil
}

// Config returns the constants.
func (e *Executor[F]) Config() Config { return e.config }

// Layers returns N.
func (e *Executor[F]) Layers() int { return len(e.populations) }

// Neurons returns the number of neurons of layer i.
func (e *Executor[F]) Neurons(i int) int { return e.populations[i].neurons }

// Rates returns the rates a of layer i after the forward stage, batch × neurons: the mean of the
// spikes, weighted by λ^(T−t) for leaky neurons.
func (e *Executor[F]) Rates(i int) []F { return e.populations[i].rate }

// Counts returns the numbers of forward spikes of layer i, batch × neurons.
func (e *Executor[F]) Counts(i int) []int32 { return e.populations[i].count }

// Gate returns the gate m of layer i, batch × neurons: whether 0 < a < 1, where the rate can follow
// its input. An error passes only there.
func (e *Executor[F]) Gate(i int) []bool { return e.populations[i].gate }

// Beta returns β of layer i, batch × neurons, as of the backward stage: the error with respect to the
// rates of the layer, before its gate.
func (e *Executor[F]) Beta(i int) []F { return e.populations[i].beta }

// BackCounts returns the numbers of spikes of the couples of layer i in the backward stage, of either
// sign, batch × neurons.
func (e *Executor[F]) BackCounts(i int) []int32 { return e.populations[i].total }

// Tick is a layer in one tick of a stage, after its update.
type Tick[F layer.Real] struct {
	Stage Stage
	// Tick counts from 1, in either stage.
	Tick int
	// Layer is from 0 to N−1.
	Layer int
	// Spikes are those of the tick, in the backward stage before the gate.
	Spikes *Spikes[F]
	// Membrane holds the potentials after reset and leak, batch × neurons.
	Membrane []F
}

// Observe has f called for every layer in every tick, in the order of the updates; nil ends that. What
// f is given holds only during the call.
func (e *Executor[F]) Observe(f func(Tick[F])) { e.observe = f }

// show calls the observer.
func (e *Executor[F]) show(stage Stage, tick, i int) {
	if e.observe == nil {
		return
	}
	l := e.populations[i]
	e.membrane = grown(e.membrane, len(l.u))
	for j, v := range l.u {
		e.membrane[j] = F(float64(v) * l.unit)
	}
	e.observe(Tick[F]{Stage: stage, Tick: tick + 1, Layer: i, Spikes: l.spikes, Membrane: e.membrane})
}

// checkFinite reports a number that is none, by sample.
func checkFinite[F layer.Real](what string, x []F, perSample int) error {
	if j := notFinite(x); j >= 0 {
		return fmt.Errorf("spide: the %s of sample %d of the batch is not finite (%v)", what, j/perSample, x[j])
	}
	return nil
}

// notFinite returns the place of the first infinity or NaN, or −1.
func notFinite[F layer.Real](x []F) int {
	for j, v := range x {
		if v-v != 0 {
			return j
		}
	}
	return -1
}

// checkMembranes reports a layer whose potentials have left the numbers.
func (e *Executor[F]) checkMembranes(stage Stage) error {
	for i, l := range e.populations {
		if notFinite(l.u) >= 0 {
			return checkFinite(fmt.Sprintf("membrane of layer %d in the %s stage", i, stage), l.u, l.neurons)
		}
	}
	return nil
}
