package event

import (
	"couplet/learning/layer"
	"couplet/learning/ottt"
	"couplet/sim"
)

// node is a layer of the description.
type node struct {
	spec  ottt.Node
	shape []int
	size  int
	links []*link // that end here
	lif   *neurons

	// measured says that the values of a Sum are needed as such: it is the readout, or something is learned
	// behind it. It then has a population of its own. Any other Sum is no more than a place where synapses
	// pass.
	measured bool
	values   activity // of a measured Sum, after a tick

	population *sim.Population // nil for a Sum that is not measured
	current    *sim.Stimulus   // nil where no constant current can flow
	driven     bool            // some can: a bias, or the input
	constant   []float64       // the current of this tick: what the node has without any spike

	errors activity // ∂L[t]/∂output, then ∂L[t]/∂current = g[t]
}

// link is a projection of the description.
type link struct {
	ottt.Connection[float64]
	source, target *node // source is nil for the input
	fold           fold
	walk           walker
	ways           *ottt.Ways
	bias           *layer.Param[float64] // nil for none

	learned  bool     // there are weights to learn
	weighted activity // errors times gain; for a link with one
	back     []float64

	// pending are the errors for an input that is held and not traced: Σ_t g[t]·xᵀ is (Σ_t g[t])·xᵀ.
	pending activity
	owed    bool

	inputWays int64 // ways of the frame that is shown, where it comes as currents
	counted   ottt.ProjectionActivity
}

// gained tells whether a gain is learned.
func (l *link) gained() bool { return l.Gain != nil }

// factor is the factor before the projection.
func (l *link) factor() float64 {
	if l.Gain == nil {
		return 1
	}
	return float64(l.Spec.Gain.Factor * l.Gain.Value[0])
}

// graded tells whether the handler computes what the link delivers: real values of a Sum for one that is
// measured after the tick.
func (l *link) graded() bool {
	return l.source != nil && l.source.measured && l.target.measured
}

// deferred tells whether the gradient can wait until the input changes.
func (l *link) deferred() bool { return l.source == nil && !l.Spec.Traced && l.learned }

// buildGraph makes nodes and links from the description.
func (n *Net) buildGraph() {
	network, shapes := n.parameters.Network(), n.parameters.Shapes()
	for i, spec := range network.Nodes {
		d := &node{spec: spec, shape: shapes[i], size: layer.Size(shapes[i])}
		d.errors, d.constant = newActivity(d.size), make([]float64, d.size)
		if spec.Kind == ottt.LIF {
			d.lif = newNeurons(network.Neuron, len(n.populations), d.size)
			n.populations = append(n.populations, d)
		}
		n.nodes = append(n.nodes, d)
	}
	for _, c := range n.parameters.Connections() {
		n.addLink(c)
	}
	n.readout().measured = true
	for _, l := range n.links {
		if l.source != nil && l.source.lif == nil && (l.learned || l.gained()) && !n.exported {
			l.source.measured = true
		}
	}
	for _, d := range n.nodes {
		if d.measured {
			d.values = newActivity(d.size)
		}
		for _, l := range d.links {
			d.driven = d.driven || l.bias != nil || l.source == nil || l.source.lif == nil && l.source.driven
		}
	}
}

// addLink makes a link of a projection.
func (n *Net) addLink(c ottt.Connection[float64]) {
	l := &link{Connection: c, target: n.nodes[c.Target]}
	shape := n.parameters.Network().Input
	if c.Source != ottt.FromInput {
		l.source = n.nodes[c.Source]
		shape = l.source.shape
	} else {
		n.tracesInput = n.tracesInput || c.Spec.Traced
	}
	l.fold = newFold(stages(c.Map), layer.Size(shape), l.target.size)
	l.ways = c.Spec.Ways(shape)
	if c.Map != nil {
		params := c.Map.Params()
		l.learned = len(params) > 0
		if through := c.Spec.Through; through[len(through)-1].Bias {
			l.bias = params[len(params)-1]
		}
	}
	l.walk = newWalker(l)
	if l.gained() {
		l.weighted, l.back = newActivity(l.target.size), make([]float64, layer.Size(shape))
	}
	if l.deferred() {
		l.pending = newActivity(l.target.size)
	}
	if c.Spec.Feedback {
		l.source.lif.remembers(c.Spec.Traced)
		n.feedbackBias = n.feedbackBias || l.bias != nil
	}
	l.target.links = append(l.target.links, l)
	n.links = append(n.links, l)
}
