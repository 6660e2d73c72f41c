package nio

import (
	"fmt"

	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/ottt"
)

// OTTTOptions says how the sample gradients of a network of package ottt are taken.
type OTTTOptions struct {
	// Loss is that of a tick; its Ticks are those of a sample.
	Loss loss.Instantaneous
	// Seed is that of dropout masks, which are drawn as in training: in a network with dropout, the gradients are
	// those of the thinned network of [Batch.Step].
	Seed uint64
	// MaxBytes bounds the memory for gradients of single samples; 0 means [DefaultMaxBytes]. Networks of dense
	// layers alone do without.
	MaxBytes int64
}

// OTTT makes a network of package ottt a [Net]. The gradient of a sample is that of online training through time
// in its accumulating form,
//
//	g_i(W) = Σ_t δ_i[t] ⊗ â_i[t],
//
// of the loss of this sample alone. [Batch.Input] is samples × InputSize for constant currents, or ticks ×
// samples × InputSize.
type OTTT[F layer.Real] struct {
	net        *ottt.Net[F]
	options    OTTTOptions
	parameters parameters[F]
	dense      []denseProjection // nil unless all weights are plain dense ones
}

// denseProjection is a projection whose gradient is a sum of outer products.
type denseProjection struct {
	source int // index of the population, or fromInput
	target int // index of the population, or toReadout
	traced bool
	out    int
	tensor int // of the weight; the bias follows, if there is one
	bias   bool
}

// In place of the index of a population.
const (
	fromInput = -1
	toReadout = -1
)

// NewOTTT takes the present parameters of the network as θ⁰. The network is the adapter's until [Init] has
// returned; its gradients are lost.
func NewOTTT[F layer.Real](net *ottt.Net[F], o OTTTOptions) (*OTTT[F], error) {
	if net == nil {
		return nil, fmt.Errorf("nio: no network")
	}
	if err := o.Loss.Validate(); err != nil {
		return nil, fmt.Errorf("nio: %w", err)
	}
	a := &OTTT[F]{net: net, options: o}
	network := net.Network()
	params := net.Params()
	var shared []string
	for _, node := range network.Nodes {
		population := node.Name
		if node.Kind != ottt.LIF {
			population = ""
		}
		for _, p := range node.From {
			n := tensorsOf(p)
			a.parameters.add(params[:n], population)
			if !scalable(params[:n]) {
				shared = append(shared, population)
			}
			params = params[n:]
		}
	}
	for _, population := range shared {
		a.parameters.share(population)
	}
	a.dense = denseProjections(network)
	return a, nil
}

// tensorsOf is the number of parameters of a projection, in the order of [ottt.Net.Params].
func tensorsOf(p ottt.Projection) int {
	n := 0
	if op, ok := synapses(p); ok {
		n++
		for _, more := range []bool{op.Standardised, op.Bias} {
			if more {
				n++
			}
		}
	}
	if p.Gain.Name != "" {
		n++
	}
	return n
}

// synapses returns the operation with weights: the last one, if any.
func synapses(p ottt.Projection) (ottt.Op, bool) {
	if n := len(p.Through); n > 0 {
		last := p.Through[n-1]
		return last, last.Kind == ottt.Dense || last.Kind == ottt.Conv
	}
	return ottt.Op{}, false
}

// denseProjections lists the projections of a network of populations with plain dense weights between them. For
// any other network it is nil.
func denseProjections(network ottt.Network) []denseProjection {
	index := map[string]int{ottt.InputName: fromInput}
	for _, node := range network.Nodes {
		if node.Kind == ottt.LIF {
			index[node.Name] = len(index) - 1
		}
	}
	if len(index) != len(network.Nodes) || len(network.Input) != 1 {
		return nil // sums between the populations, or images
	}
	var list []denseProjection
	tensor := 0
	for _, node := range network.Nodes {
		target, ok := index[node.Name]
		if !ok {
			target = toReadout
		}
		for _, p := range node.From {
			op, ok := synapses(p)
			if !ok || len(p.Through) != 1 || op.Kind != ottt.Dense || op.Standardised || p.Feedback || p.Gain.Name != "" {
				return nil
			}
			list = append(list, denseProjection{source: index[p.From], target: target, traced: p.Traced, out: op.Units, tensor: tensor, bias: op.Bias})
			tensor += tensorsOf(p)
		}
	}
	return list
}

// Tensors describes the parameters, in the order of [ottt.Net.Params].
func (a *OTTT[F]) Tensors() []Tensor { return a.parameters.tensors }

// Rescale scales the parameters of the network.
func (a *OTTT[F]) Rescale(alphas []float64) error {
	if err := a.parameters.rescale(alphas); err != nil {
		return err
	}
	a.net.Changed()
	return nil
}

// Grams runs the batch. For networks of dense layers it takes one pass, and no gradient is built; for others it
// runs sample by sample.
func (a *OTTT[F]) Grams(b Batch) ([]Gram, error) {
	x, err := newFrames[F](b, a.net.InputSize(), a.options.Loss.Ticks)
	if err != nil {
		return nil, err
	}
	if a.dense != nil {
		return a.gramsOfDense(b, x)
	}
	return a.gramsOfSamples(b, x)
}

// play runs samples and sends the errors of each tick back; each sees the errors of the logits of the tick.
func (a *OTTT[F]) play(b ottt.Batch, x *frames[F], labels []int, each func(tick int, e []F)) error {
	b.Training, b.Seed = true, a.options.Seed
	if err := a.net.Begin(b); err != nil {
		return err
	}
	classes := a.net.Classes()
	e := make([]F, len(labels)*classes)
	for t := range a.options.Loss.Ticks {
		logits, err := a.tick(x, t)
		if err != nil {
			return err
		}
		for i := range labels { // one by one: the loss of a sample, not the mean of a batch
			_, err := loss.InstantaneousLoss(a.options.Loss, logits[i*classes:][:classes], labels[i:i+1], e[i*classes:][:classes])
			if err != nil {
				return err
			}
		}
		if err := a.net.BackwardFrom(e); err != nil {
			return err
		}
		each(t, e)
	}
	return nil
}

func (a *OTTT[F]) tick(x *frames[F], t int) ([]F, error) {
	if x.constant && t > 0 {
		return a.net.Hold()
	}
	return a.net.Tick(x.at(t))
}

// gramsOfSamples builds the gradient of each sample.
func (a *OTTT[F]) gramsOfSamples(b Batch, x *frames[F]) ([]Gram, error) {
	return a.parameters.explicit(x.n, a.options.MaxBytes, 1, func(i int) error {
		batch := ottt.Batch{Samples: 1, First: i, Of: x.n, Step: b.Step}
		if err := a.play(batch, x.sample(i), b.Labels[i:i+1], func(int, []F) {}); err != nil {
			return err
		}
		return a.net.Finish()
	})
}

// gramsOfDense collects errors and traces of all ticks.
func (a *OTTT[F]) gramsOfDense(b Batch, x *frames[F]) ([]Gram, error) {
	defer a.net.ZeroGrad()
	collected := make([]*factors, len(a.dense))
	trace := make([]F, x.n*x.size) // of the input
	lambda := F(a.net.Network().Neuron.Lambda)
	err := a.play(ottt.Batch{Samples: x.n, Step: b.Step}, x, b.Labels, func(t int, e []F) {
		for i, v := range x.at(t) {
			trace[i] = F(lambda*trace[i]) + v
		}
		s := otttTick[F]{tick: t, input: x, trace: trace, populations: a.net.Populations(), logitErrors: e}
		for k, p := range a.dense {
			if collected[k] == nil {
				collected[k] = s.room(p, a.options.Loss.Ticks)
			}
			s.collect(p, collected[k])
		}
	})
	if err != nil {
		return nil, fmt.Errorf("nio: %w", err)
	}
	grams := make([]Gram, 0, len(a.parameters.params))
	for k, p := range a.dense {
		grams = append(grams, collected[k].weightGram())
		if p.bias {
			grams = append(grams, collected[k].biasGram())
		}
	}
	return grams, nil
}

// otttTick is the state of a network after a tick and its way back.
type otttTick[F layer.Real] struct {
	tick        int
	input       *frames[F]
	trace       []F // of the input
	populations []ottt.Population[F]
	logitErrors []F
}

// held tells whether the presynaptic factor of a projection is the same at every tick.
func (s otttTick[F]) held(p denseProjection) bool {
	return p.source == fromInput && !p.traced && s.input.constant
}

// room makes the place for the factors of a projection.
func (s otttTick[F]) room(p denseProjection, ticks int) *factors {
	if s.held(p) {
		ticks = 1
	}
	return newFactors(s.input.n, ticks, len(s.before(p))/s.input.n, p.out)
}

// collect takes the factors of the tick.
func (s otttTick[F]) collect(p denseProjection, f *factors) {
	errors, tick := s.logitErrors, s.tick
	if p.target != toReadout {
		errors = s.populations[p.target].Errors
	}
	if s.held(p) {
		tick = 0
	}
	record(f, tick, errors, s.before(p), 1)
}

// before is the presynaptic factor: trace or activity (ottt.md §2).
func (s otttTick[F]) before(p denseProjection) []F {
	switch {
	case p.source == fromInput && p.traced:
		return s.trace
	case p.source == fromInput:
		return s.input.at(s.tick)
	case p.traced:
		return s.populations[p.source].Trace
	}
	return s.populations[p.source].Spikes
}
