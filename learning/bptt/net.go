package bptt

import (
	"fmt"

	"couplet/internal/dense"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/ottt"
)

// Net trains a network with batches of samples and keeps the history of every tick to do so. It is for one
// goroutine. All arrays are flat, sample after sample.
type Net[F layer.Real] struct {
	// online is the same network as online training has it: the owner of parameters and maps, which also
	// runs it without learning, where no history is needed.
	online  *ottt.Net[F]
	nodes   []*node[F]
	records []*record[F] // all of them, of nodes, projections and errors

	samples, ticks int
	first          int       // place of the first sample in the whole batch
	input          record[F] // the caller's array, while Learn runs
	loss           record[F] // ∂L[t]/∂o[t]
	scratch        []F       // of the largest node: what arrives, on the way forward, or errors, on the way back
	weighted       []F       // of the largest node: errors times the gain of a projection
	trainedTicks   int64
}

// node is a layer at work.
type node[F layer.Real] struct {
	spec ottt.Node
	size int
	into []*projection[F]

	current record[F] // Σ of what arrives; for a population, its potentials u[t] once it has fired
	spikes  record[F] // of a population, as they leave it
	errors  []F       // ∂L/∂output[t]; feedback leaves those of the tick before
	reached bool      // errors have arrived
	lif     *population[F]
}

// output is what the projections from the node carry.
func (d *node[F]) output() *record[F] {
	if d.lif != nil {
		return &d.spikes
	}
	return &d.current
}

// projection is a projection at work.
type projection[F layer.Real] struct {
	spec   ottt.Projection
	source *node[F] // nil for the input
	m      layer.Map[F]
	trains bool            // it has weights
	gain   *layer.Param[F] // nil for none
	factor F

	held    bool      // the source is an input that does not change: what arrives is computed once
	out     record[F] // what arrives, before the gain: of every tick if there is a gain
	pending []F       // of a held projection: Σ_t of the errors of its target
}

// New builds a network from its description, with weights of zero and without memory for activity, which
// [Net.Learn] takes. The error is that of [ottt.Network.Validate].
func New[F layer.Real](network ottt.Network) (*Net[F], error) {
	online, err := ottt.New[F](network)
	if err != nil {
		return nil, fmt.Errorf("bptt: %w", err)
	}
	return around(online), nil
}

// around builds what back-propagation through time needs around the maps of a network.
func around[F layer.Real](online *ottt.Net[F]) *Net[F] {
	n := &Net[F]{online: online}
	network := online.Network()
	populations := 0
	for i, shape := range online.Shapes() {
		d := &node[F]{spec: network.Nodes[i], size: layer.Size(shape)}
		d.current.size = d.size
		if d.spec.Kind == ottt.LIF {
			d.lif = newPopulation[F](network.Neuron, populations)
			populations++
			d.current.whole = true
			d.spikes = record[F]{size: d.size, whole: true}
		}
		n.nodes = append(n.nodes, d)
	}
	for _, c := range online.Connections() {
		n.connect(c)
	}
	n.loss = record[F]{size: online.Classes(), whole: true}
	n.listRecords()
	return n
}

// connect adds a projection to its target.
func (n *Net[F]) connect(c ottt.Connection[F]) {
	p := &projection[F]{spec: c.Spec, m: c.Map, gain: c.Gain, factor: F(c.Spec.Gain.Factor)}
	p.trains = c.Map != nil && len(c.Map.Params()) > 0
	target := n.nodes[c.Target]
	p.out.size, p.out.whole = target.size, c.Gain != nil
	if c.Source != ottt.FromInput {
		p.source = n.nodes[c.Source]
		if p.trains || c.Gain != nil {
			p.source.output().whole = true // real values that a gradient needs: those of a Sum
		}
	}
	target.into = append(target.into, p)
}

func (n *Net[F]) listRecords() {
	n.records = append(n.records, &n.loss)
	for _, d := range n.nodes {
		n.records = append(n.records, &d.current, &d.spikes)
		for _, p := range d.into {
			if p.m != nil && (p.gain != nil || p.source == nil) {
				n.records = append(n.records, &p.out)
			}
		}
	}
}

// Twin builds a second network with the parameters of n, and gradients and history of its own, so that two
// goroutines can each take a part of a batch, see [ottt.Batch.Of]. The twin's [Net.Changed] takes over what
// the parameters of n have become.
func (n *Net[F]) Twin() (*Net[F], error) {
	online, err := n.online.Twin()
	if err != nil {
		return nil, fmt.Errorf("bptt: %w", err)
	}
	return around(online), nil
}

// Network returns the description.
func (n *Net[F]) Network() ottt.Network { return n.online.Network() }

// Classes is the number of logits of a sample.
func (n *Net[F]) Classes() int { return n.online.Classes() }

// InputSize is the number of values of a sample at one tick.
func (n *Net[F]) InputSize() int { return n.online.InputSize() }

// Params lists the parameters, in the order of nodes and projections: names, shapes and order are those of
// [ottt.Net.Params]. Whoever changes a value calls [Net.Changed].
func (n *Net[F]) Params() []*layer.Param[F] { return n.online.Params() }

// Initialise draws all weights anew. The same seed gives the weights of [ottt.Net.Initialise].
func (n *Net[F]) Initialise(seed uint64) error {
	if err := n.online.Initialise(seed); err != nil {
		return fmt.Errorf("bptt: %w", err)
	}
	return nil
}

// Changed must be called after parameters have changed.
func (n *Net[F]) Changed() { n.online.Changed() }

// ZeroGrad clears all gradients.
func (n *Net[F]) ZeroGrad() { n.online.ZeroGrad() }

// AddGradients adds the gradients of twins to those of n, in the given order.
func (n *Net[F]) AddGradients(twins ...*Net[F]) error {
	list := make([]*ottt.Net[F], len(twins))
	for i, t := range twins {
		list[i] = t.online
	}
	if err := n.online.AddGradients(list...); err != nil {
		return fmt.Errorf("bptt: %w", err)
	}
	return nil
}

// SetWorkspace has the linear algebra done in a workspace of the caller's, with workers say. Results do not
// depend on it while its arithmetic is dense.Reproducible.
func (n *Net[F]) SetWorkspace(ws *dense.Workspace[F]) { n.online.SetWorkspace(ws) }

// Activity returns the counts of spikes since the start or the last [Net.ResetActivity], training and
// inference together. Synaptic events are not counted: Projections is empty.
func (n *Net[F]) Activity() ottt.Activity {
	a := n.online.Activity()
	a.Projections = nil
	a.SampleTicks += n.trainedTicks
	k := 0
	for _, d := range n.nodes {
		if d.lif == nil {
			continue
		}
		c := &a.Populations[k]
		k++
		c.Spikes += d.lif.fired
		if a.SampleTicks > 0 {
			c.Rate = float64(c.Spikes) / (float64(c.Neurons) * float64(a.SampleTicks))
		}
	}
	return a
}

// ResetActivity sets all counts to 0.
func (n *Net[F]) ResetActivity() {
	n.online.ResetActivity()
	n.trainedTicks = 0
	for _, d := range n.nodes {
		if d.lif != nil {
			d.lif.fired = 0
		}
	}
}

func (n *Net[F]) readout() *node[F] { return n.nodes[len(n.nodes)-1] }

// lossAt computes the loss of tick t and the errors of its logits, for the share of the whole batch.
func (n *Net[F]) lossAt(t int, l loss.Instantaneous, labels []int, share float64) (float64, error) {
	e := n.loss.at(t)
	value, err := loss.InstantaneousLoss(l, n.readout().current.at(t), labels, e)
	if err != nil {
		return 0, fmt.Errorf("bptt: %w", err)
	}
	if !loss.Finite(value) {
		return 0, fmt.Errorf("bptt: the loss is %g at tick %d%s", value, t+1, n.culprit(t))
	}
	if share != 1 {
		for i := range e {
			e[i] = F(float64(e[i]) * share)
		}
	}
	return value * share, nil
}

// Online returns the same network as online training has it, with the same parameters, to run it tick by tick
// without learning.
func (n *Net[F]) Online() *ottt.Net[F] { return n.online }
