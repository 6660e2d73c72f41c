package ottt

import "fmt"

// FC describes a fully connected network: dense layers "lin.0", "lin.1", … with a population between
// each two, "lif0", "lif1", …, and the last one as readout.
type FC struct {
	// Sizes are the numbers of inputs, of neurons of each hidden population, and of classes.
	Sizes  []int  `json:"sizes"`
	Neuron Neuron `json:"neuron"`
	Bias   bool   `json:"bias"`
	// TraceInput takes the gradient of the first layer with the trace of the input. The authors' code
	// uses the raw input of the tick instead (ottt.md §2, fact 1).
	TraceInput bool `json:"trace_input"`
	// TraceReadout takes the gradient of the readout with the trace, as the authors' code does,
	// though the logits have no memory (ottt.md §2, fact 2).
	TraceReadout bool    `json:"trace_readout"`
	Dropout      float64 `json:"dropout,omitempty"`
	Init         Init    `json:"init,omitempty"`
}

// NewFC describes a network with the given numbers of inputs, hidden neurons and classes, traced as in
// the authors' code, with biases and weights of variance 2/fan-in.
func NewFC(sizes ...int) FC {
	return FC{Sizes: sizes, Neuron: NewNeuron(), Bias: true, TraceReadout: true, Init: KaimingFanIn}
}

// Network writes the description out.
func (c FC) Network() (Network, error) {
	if len(c.Sizes) < 2 {
		return Network{}, fmt.Errorf("ottt: a fully connected network of sizes %v, want at least those of input and readout", c.Sizes)
	}
	net := Network{Input: c.Sizes[:1], Neuron: c.Neuron}
	from, last := InputName, len(c.Sizes)-2
	for i, units := range c.Sizes[1:] {
		traced := i > 0
		if i == 0 {
			traced = c.TraceInput
		} else if i == last {
			traced = c.TraceReadout
		}
		node := Node{Name: fmt.Sprintf("lif%d", i), Kind: LIF, Dropout: c.Dropout}
		if i == last {
			node = Node{Name: ReadoutName, Kind: Sum}
		}
		node.From = []Projection{{
			Name: fmt.Sprintf("lin.%d", i), From: from, Traced: traced,
			Through: []Op{{Kind: Dense, Units: units, Bias: c.Bias, Init: c.Init}},
		}}
		net.Nodes = append(net.Nodes, node)
		from = node.Name
	}
	return net, net.Validate()
}

// ReadoutName is the name of the last node in the networks of this package.
const ReadoutName = "readout"
