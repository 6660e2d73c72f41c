package ottt

import "couplet/internal/param"

// Network describes a network: plain data that [New] builds from. [FC], [VGG] and [NFResNet] write such
// descriptions for the families of the paper.
//
// Within a tick the nodes are evaluated in their order, so that a spike crosses the whole depth of the
// network in the tick in which it was emitted. The last node is the readout: a [Sum] of shape
// [classes], whose values are the logits.
type Network struct {
	// Input is the shape of one sample at one tick: [features] or [channels, height, width].
	Input []int `json:"input"`
	// Neuron holds the constants of all neurons.
	Neuron Neuron `json:"neuron"`
	// Nodes are the layers, in order of evaluation.
	Nodes []Node `json:"nodes"`
}

// InputName is the name under which projections refer to the network's input.
const InputName = "input"

// Neuron holds the constants of the leaky integrate-and-fire neuron (ottt.md §1) and of the surrogate
// that stands in for the derivative of its spikes.
type Neuron struct {
	Lambda    float64 `json:"lambda" param:"lambda" default:"0.5" range:"[0,1]" doc:"what is left of membrane and trace after one tick: 1 - 1/tau; 1 is integrate-and-fire"`
	Threshold float64 `json:"v_th" param:"v_th" default:"1" range:"(0,inf)" doc:"threshold, and the charge that a spike takes away"`
	Alpha     float64 `json:"alpha" param:"alpha" default:"4" range:"(0,inf)" doc:"steepness of the surrogate derivative"`
}

// NewNeuron returns the constants used throughout the paper: λ = 0.5 (τ = 2), V = 1, α = 4.
func NewNeuron() Neuron { return param.Defaults(Neuron{}) }

// Kind says what a node makes of its input current.
type Kind string

const (
	// LIF is a population of leaky integrate-and-fire neurons: it integrates its input and emits spikes.
	LIF Kind = "lif"
	// Sum passes its input on as it is, without membrane and spikes: the readout, and the real-valued
	// ends of residual blocks.
	Sum Kind = "sum"
)

// Node is one layer: what it is, and the projections that end in it, whose currents add up. They must
// all have the same shape, which is the node's.
type Node struct {
	Name string       `json:"name"`
	Kind Kind         `json:"kind"`
	From []Projection `json:"from"`
	// Dropout is the probability, in [0, 1), with which a neuron is silenced for a whole training
	// sample; the spikes of the others count 1/(1-Dropout). Populations only.
	Dropout float64 `json:"dropout,omitempty"`
}

// Projection leads from a node, or the input, to the node that lists it.
type Projection struct {
	// Name is the prefix of the names of its parameters: "features.4" for "features.4.weight".
	Name string `json:"name,omitempty"`
	// From is the name of the source: an earlier node or [InputName].
	From string `json:"from"`
	// Through are the linear operations on the way. At most the last one has weights. Without any, the
	// source's values arrive as they are.
	Through []Op `json:"through,omitempty"`
	// Traced says that the gradient of the weights is taken with the presynaptic trace
	// â[t] = λ·â[t-1] + s[t] in place of the activity of the tick (ottt.md §2). The source is then a
	// population or the input.
	Traced bool `json:"traced,omitempty"`
	// Feedback marks a projection that takes a tick: it carries the source's spikes of the tick
	// before, and nothing at the first tick, not even its bias. No error flows back through it. Its
	// source is a population at or after the node itself.
	Feedback bool `json:"feedback,omitempty"`
	// Gain multiplies the whole projection by a learned number, if it has a name.
	Gain Gain `json:"gain,omitzero"`
}

// Gain is the factor Factor·g of a projection. The number g is a parameter, zero at first, so that a
// residual branch with a gain starts silent.
type Gain struct {
	Name   string  `json:"name"`
	Factor float64 `json:"factor"`
}

// OpKind names a linear operation.
type OpKind string

const (
	// Dense connects everything with everything: Units outputs, weight [out, in].
	Dense OpKind = "dense"
	// Conv is a cross-correlation with zero padding: Units channels, Kernel, Stride, Padding, weight
	// [out, in, kernel, kernel].
	Conv OpKind = "conv"
	// AvgPool averages windows: Kernel, Stride, Padding (padding counts as zeros).
	AvgPool OpKind = "avg_pool"
	// GlobalAvgPool averages each channel to one number.
	GlobalAvgPool OpKind = "global_avg_pool"
	// Upsample repeats each pixel Times × Times times (nearest neighbour).
	Upsample OpKind = "upsample"
	// Scale multiplies by Factor.
	Scale OpKind = "scale"
)

// Op is one linear operation; the fields that its kind does not name are zero.
type Op struct {
	Kind    OpKind  `json:"op"`
	Units   int     `json:"units,omitempty"`
	Kernel  int     `json:"kernel,omitempty"`
	Stride  int     `json:"stride,omitempty"`
	Padding int     `json:"padding,omitempty"`
	Times   int     `json:"times,omitempty"`
	Factor  float64 `json:"factor,omitempty"`
	// Bias adds a learned number to each output unit or channel.
	Bias bool `json:"bias,omitempty"`
	// Standardised replaces the weights by scaled standardised ones (ottt.md §4), with a learned gain
	// per output unit or channel.
	Standardised bool `json:"standardised,omitempty"`
	// Init says how [Net.Initialise] draws the weights.
	Init Init `json:"init,omitempty"`
}

// Init is a distribution of initial weights. Biases start at 0, the gains of standardised weights at 1.
type Init string

const (
	// ZeroInit starts from zero weights, as the feedback of VGG-F does.
	ZeroInit Init = ""
	// KaimingFanIn is the normal distribution of variance 2/fan-in.
	KaimingFanIn Init = "kaiming_fan_in"
	// KaimingFanOut is the normal distribution of variance 2/fan-out, the choice of the paper's
	// convolutions.
	KaimingFanOut Init = "kaiming_fan_out"
	// SmallNormal is the normal distribution of standard deviation 0.01, the choice of the paper's
	// classifiers.
	SmallNormal Init = "normal_0.01"
)

// weighted tells whether the operation has weights.
func (o Op) weighted() bool { return o.Kind == Dense || o.Kind == Conv }

// synapses returns the operation with weights, if the projection has one.
func (p Projection) synapses() (Op, bool) {
	if n := len(p.Through); n > 0 && p.Through[n-1].weighted() {
		return p.Through[n-1], true
	}
	return Op{}, false
}
