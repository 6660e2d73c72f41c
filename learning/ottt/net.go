package ottt

import (
	"errors"
	"fmt"

	"couplet/internal/dense"
	"couplet/learning/layer"
	"couplet/learning/loss"
)

// Net runs a network for batches of samples, one tick at a time, and keeps nothing of earlier ticks but
// membranes and traces. It is for one goroutine.
//
// A batch goes like this, with Finish after the last tick (OTTT_A) or after every tick (OTTT_O):
//
//	Begin → Tick → Backward → Tick → Backward → … → Finish → optimiser step → Changed
//
// [Net.Learn] runs a whole batch. All arrays are flat, sample after sample.
type Net[F layer.Real] struct {
	network     Network
	inputSize   int
	nodes       []*node[F]
	populations []*node[F] // those nodes that are
	params      []*layer.Param[F]
	prepared    []layer.Prepared
	tracesInput bool // a projection from the input is traced
	workspace   *dense.Workspace[F]
	origin      *Net[F] // whose parameters a twin follows; nil for others

	batch    Batch
	tick     int  // ticks since Begin
	started  bool // Begin has been called
	backward bool // the error of this tick has been sent back
	renew    bool // currents from the input are out of date: new input, or new weights

	input, inputTrace []F
	scratch           []F // of the largest node, for errors on their way
	counting          bool
	sampleTicks       int64
}

// node is a layer at work. Arrays are batch × size.
type node[F layer.Real] struct {
	spec  Node
	shape []int
	size  int
	from  []*projection[F]

	current []F // the sum of what the projections deliver; after the tick of a population, its u_pre
	errors  []F // ∂L[t]/∂output, then ∂L[t]/∂current = g[t]
	reached bool
	lif     *population[F] // nil for a Sum
}

// output is what the projections from the node carry.
func (d *node[F]) output() []F {
	if d.lif != nil {
		return d.lif.spikes
	}
	return d.current
}

// projection is a projection at work.
type projection[F layer.Real] struct {
	spec     Projection
	source   *node[F] // nil for the input
	m        layer.Map[F]
	params   []*layer.Param[F]
	gain     *layer.Param[F] // nil for none
	factor   F
	synapses *reach
	counted  ProjectionActivity

	out      []F // what arrives, before the gain; the node's current, where this is the only projection
	before   []F // feedback: the presynaptic activity of the tick before, for the weight gradient
	weighted []F // errors times gain
	pending  []F // errors for an input that is not traced, summed over the ticks in which it was held
	owed     bool
}

// Batch says what is going to be run.
type Batch struct {
	// Samples is the number of samples, at least 1.
	Samples int
	// Training keeps traces and surrogates, so that errors can be sent back, and drops neurons.
	Training bool
	// Loss is the loss of a tick. It is needed by [Net.Backward] only.
	Loss loss.Instantaneous
	// Seed and Step, the number of the training step, decide which neurons are dropped.
	Seed, Step uint64
	// First and Of are for a part of a batch: the place of the first sample in the whole one, and the
	// size of the whole one, over which losses and gradients are averaged. Of = 0 means Samples.
	First, Of int
}

func (b Batch) validate() error {
	of := b.Of
	if of == 0 {
		of = b.Samples
	}
	switch {
	case b.Samples < 1:
		return fmt.Errorf("ottt: a batch of %d samples, want at least 1", b.Samples)
	case b.First < 0 || b.First+b.Samples > of:
		return fmt.Errorf("ottt: samples %d to %d of a batch of %d", b.First, b.First+b.Samples-1, of)
	}
	return nil
}

// share is the part of the whole batch that this one is.
func (b Batch) share() float64 {
	if b.Of == 0 {
		return 1
	}
	return float64(b.Samples) / float64(b.Of)
}

// Network returns the description.
func (n *Net[F]) Network() Network { return n.network }

// Params lists the parameters, in the order of nodes and projections. Whoever changes a value calls
// [Net.Changed].
func (n *Net[F]) Params() []*layer.Param[F] { return n.params }

// ZeroGrad clears all gradients.
func (n *Net[F]) ZeroGrad() {
	for _, p := range n.params {
		p.ZeroGrad()
	}
}

// AddGradients adds the gradients of twins to those of n, in the given order.
func (n *Net[F]) AddGradients(twins ...*Net[F]) error {
	for _, t := range twins {
		if len(t.params) != len(n.params) {
			return fmt.Errorf("ottt: gradients of another network (%d parameters, not %d)", len(t.params), len(n.params))
		}
		for i, p := range n.params {
			if q := t.params[i]; len(q.Grad) != len(p.Grad) {
				return fmt.Errorf("ottt: gradients of another network (%s has %d values, not %d)", q.Name, len(q.Grad), len(p.Grad))
			}
			add(p.Grad, t.params[i].Grad)
		}
	}
	return nil
}

// Changed must be called after parameters have changed.
func (n *Net[F]) Changed() {
	if n.origin != nil {
		for i, p := range n.origin.params {
			copy(n.params[i].Value, p.Value)
		}
	}
	for _, p := range n.prepared {
		p.Prepare()
	}
	n.renew = true
}

// SetWorkspace has the linear algebra done in a workspace of the caller's, with workers say. Results do not
// depend on it while its arithmetic is dense.Reproducible.
func (n *Net[F]) SetWorkspace(ws *dense.Workspace[F]) {
	n.workspace = ws
	for _, d := range n.nodes {
		for _, p := range d.from {
			if p.m != nil {
				layer.SetWorkspace(p.m, ws)
			}
		}
	}
}

// Classes is the number of logits of a sample.
func (n *Net[F]) Classes() int { return n.readout().size }

// InputSize is the number of values of a sample at one tick.
func (n *Net[F]) InputSize() int { return n.inputSize }

func (n *Net[F]) readout() *node[F] { return n.nodes[len(n.nodes)-1] }

// Begin starts a batch: membranes and traces at rest, a new choice of dropped neurons. Memory is
// allocated only for a batch larger than all before, or for the first one in training.
func (n *Net[F]) Begin(b Batch) error {
	if err := b.validate(); err != nil {
		return err
	}
	n.batch, n.tick, n.started, n.backward, n.renew = b, 0, true, false, true
	resize(&n.input, b.Samples*n.inputSize)
	largest := 0
	for _, d := range n.nodes {
		largest = max(largest, d.size)
		n.beginNode(d)
	}
	if b.Training {
		if n.tracesInput {
			resize(&n.inputTrace, b.Samples*n.inputSize)
		}
		resize(&n.scratch, b.Samples*largest)
	}
	return nil
}

func (n *Net[F]) beginNode(d *node[F]) {
	b := n.batch
	values := b.Samples * d.size
	resize(&d.current, values)
	if d.lif != nil {
		d.lif.begin(values)
		d.lif.drop(b, d.spec.Dropout, d.size)
	}
	if b.Training {
		resize(&d.errors, values)
	}
	for _, p := range d.from {
		if p.alone(d) {
			p.out = d.current
		} else if p.m != nil || p.spec.Feedback {
			resize(&p.out, values)
		}
		if b.Training {
			p.beginTraining(b.Samples, values)
		}
	}
}

// alone tells whether the projection can write straight into the current of its target. What comes from
// the input is kept apart, since it may be held.
func (p *projection[F]) alone(target *node[F]) bool {
	return len(target.from) == 1 && p.m != nil && p.gain == nil && p.source != nil
}

func (p *projection[F]) beginTraining(samples, values int) {
	if p.spec.Feedback {
		resize(&p.before, samples*p.source.size)
	}
	if p.gain != nil {
		resize(&p.weighted, values)
	}
	if p.deferred() {
		resize(&p.pending, values)
		p.owed = false
	}
}

// deferred tells whether the weight gradient can wait: while the input is held, Σ_t g[t]·xᵀ is
// (Σ_t g[t])·xᵀ, one outer product instead of one per tick.
func (p *projection[F]) deferred() bool {
	return p.source == nil && !p.spec.Traced && len(p.params) > 0
}

// resize gives s so many values, all zero, and allocates only if it has never been as long.
func resize[F layer.Real](s *[]F, values int) {
	if cap(*s) < values {
		*s = make([]F, values)
		return
	}
	*s = (*s)[:values]
	clear(*s)
}

var (
	errNotBegun    = errors.New("ottt: no batch has begun")
	errNotTraining = errors.New("ottt: the batch is not one for training")
)
