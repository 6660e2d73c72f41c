package ottt

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// VGG describes a network of convolutions, of which each feeds a population, with average pooling in
// between, and a linear classifier (ottt.md §4). Its parameters are numbered like the modules of the
// authors' networks, "features.0.weight", …, "cls.bias".
type VGG struct {
	// Input is the shape of a sample, [channels, height, width].
	Input []int `json:"input"`
	// Plan lists the layers up to the classifier, joined by "-":
	//
	//	64C3    3×3 convolution to 64 channels, padded to keep the size; then neurons
	//	64C7S2  the same with a 7×7 kernel and stride 2
	//	512     dense layer of 512 neurons
	//	AP2     2×2 average pooling
	//	GAP     average over the whole image
	Plan    string `json:"plan"`
	Classes int    `json:"classes"`
	Neuron  Neuron `json:"neuron"`
	// Standardised standardises the weights of all layers but the classifier.
	Standardised bool `json:"standardised"`
	// Scale multiplies the spikes of every population on their way; 2.74 goes with standardised weights.
	Scale float64 `json:"scale"`
	// Feedback leads the last feature map back to the first population, one tick later, enlarged to
	// its size and through a 3×3 convolution "fb_conv" (VGG-F).
	Feedback bool `json:"feedback"`
	// TraceInput and TraceReadout are those of [FC].
	TraceInput   bool    `json:"trace_input"`
	TraceReadout bool    `json:"trace_readout"`
	Dropout      float64 `json:"dropout,omitempty"`
}

// SpikeScale is the constant that goes with standardised weights (ottt.md §4).
const SpikeScale = 2.74

// PlanVGG is the plan of the authors' network for CIFAR and event cameras.
const PlanVGG = "64C3-128C3-AP2-256C3-256C3-AP2-512C3-512C3-AP2-512C3-512C3-GAP"

// NewVGG describes a network with standardised weights, traced as in the authors' code.
func NewVGG(input []int, plan string, classes int) VGG {
	return VGG{
		Input: input, Plan: plan, Classes: classes, Neuron: NewNeuron(),
		Standardised: true, Scale: SpikeScale, TraceReadout: true,
	}
}

// Network writes the description out.
func (c VGG) Network() (Network, error) {
	b := vggBuilder{VGG: c, net: Network{Input: c.Input, Neuron: c.Neuron}, from: InputName}
	for token := range strings.SplitSeq(c.Plan, "-") {
		if err := b.layer(token); err != nil {
			return Network{}, fmt.Errorf("ottt: plan %q: %w", c.Plan, err)
		}
	}
	if len(b.net.Nodes) == 0 {
		return Network{}, fmt.Errorf("ottt: plan %q has no neurons", c.Plan)
	}
	b.net.Nodes = append(b.net.Nodes, Node{Name: ReadoutName, Kind: Sum, From: []Projection{
		b.projection("cls", Op{Kind: Dense, Units: c.Classes, Bias: true, Init: SmallNormal}, c.TraceReadout),
	}})
	if c.Feedback {
		if err := b.feedback(); err != nil {
			return Network{}, fmt.Errorf("ottt: plan %q: %w", c.Plan, err)
		}
	}
	return b.net, b.net.Validate()
}

// vggBuilder appends one layer after the other.
type vggBuilder struct {
	VGG
	net     Network
	from    string // the last node
	through []Op   // what its spikes pass before the next weights
	feature []Op   // through without the average over the whole image
	module  int    // number of the next module of "features"
}

var (
	convToken  = regexp.MustCompile(`^(\d+)C(\d+)(?:S(\d+))?$`)
	poolToken  = regexp.MustCompile(`^AP(\d+)$`)
	denseToken = regexp.MustCompile(`^(\d+)$`)
)

func (b *vggBuilder) layer(token string) error {
	number := func(s string) int { // of digits
		n, err := strconv.Atoi(s)
		if err != nil {
			return -1 // out of range: refused as such when the description is checked
		}
		return n
	}
	if m := convToken.FindStringSubmatch(token); m != nil {
		kernel, stride := number(m[2]), 1
		if m[3] != "" {
			stride = number(m[3])
		}
		b.population(Op{Kind: Conv, Units: number(m[1]), Kernel: kernel, Stride: stride, Padding: kernel / 2})
	} else if m := denseToken.FindStringSubmatch(token); m != nil {
		b.population(Op{Kind: Dense, Units: number(m[1])})
	} else if m := poolToken.FindStringSubmatch(token); m != nil {
		k := number(m[1])
		b.pass(Op{Kind: AvgPool, Kernel: k, Stride: k})
		b.feature = b.through
		b.module++
	} else if token == "GAP" {
		b.pass(Op{Kind: GlobalAvgPool})
	} else {
		return fmt.Errorf("unknown layer %q, want one like 64C3, 64C7S2, 512, AP2 or GAP", token)
	}
	return nil
}

// pass appends an operation without weights. The list is copied, as projections keep it.
func (b *vggBuilder) pass(o Op) { b.through = append(b.through[:len(b.through):len(b.through)], o) }

// population appends a layer of weights and the neurons it feeds.
func (b *vggBuilder) population(weights Op) {
	weights.Bias, weights.Standardised, weights.Init = true, b.Standardised, KaimingFanIn
	if b.Standardised && weights.Kind == Conv {
		weights.Init = KaimingFanOut // as in the authors' code; standardisation undoes the scale
	}
	first := len(b.net.Nodes) == 0
	name := "conv1" // the first layer of a feedback network stands outside its "features"
	if !first || !b.Feedback {
		name = fmt.Sprintf("features.%d", b.module)
		b.module++
	}
	node := Node{
		Name: fmt.Sprintf("lif%d", len(b.net.Nodes)), Kind: LIF, Dropout: b.Dropout,
		From: []Projection{b.projection(name, weights, b.TraceInput || !first)},
	}
	b.net.Nodes = append(b.net.Nodes, node)
	b.module++ // the neurons
	b.from, b.through = node.Name, nil
	if b.Scale != 1 {
		b.pass(Op{Kind: Scale, Factor: b.Scale})
		b.module++
	}
	b.feature = b.through
}

// projection leads from the last node through weights.
func (b *vggBuilder) projection(name string, weights Op, traced bool) Projection {
	b.pass(weights)
	return Projection{Name: name, From: b.from, Through: b.through, Traced: traced}
}

// feedback closes the loop from the last feature map to the first population.
func (b *vggBuilder) feedback() error {
	plan, err := b.net.plan()
	if err != nil {
		return err
	}
	shape := plan.shapes[len(plan.shapes)-2]
	for _, o := range b.feature {
		if shape, err = o.outShape(shape); err != nil {
			return err
		}
	}
	first := plan.shapes[0]
	if len(shape) != 3 || len(first) != 3 {
		return errors.New("feedback needs convolutions as first and last layer")
	}
	times := first[1] / shape[1]
	if shape[1]*times != first[1] || shape[2]*times != first[2] {
		return fmt.Errorf("feedback cannot enlarge feature maps of %d×%d to %d×%d, want a whole factor", shape[1], shape[2], first[1], first[2])
	}
	through := append(b.feature[:len(b.feature):len(b.feature)],
		Op{Kind: Upsample, Times: times},
		Op{Kind: Conv, Units: first[0], Kernel: 3, Stride: 1, Padding: 1, Bias: true},
	)
	b.net.Nodes[0].From = append(b.net.Nodes[0].From, Projection{
		Name: "fb_conv", From: b.from, Through: through, Traced: true, Feedback: true,
	})
	return nil
}
