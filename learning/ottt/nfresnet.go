package ottt

import (
	"errors"
	"fmt"
	"math"
)

// NFResNet describes a residual network without normalisation layers (ottt.md §4). A block adds a
// branch of two populations to the real-valued signal x that passes it:
//
//	z   = 2.74·LIF₁(x/β)
//	out = g·α·conv₂(2.74·LIF₂(conv₁(z))) + id,    id = x, or downsample(z) where the shape changes
//
// g is learned and starts at 0. β = √v keeps the input of LIF₁ at unit variance: v starts at 1, becomes
// 1 + α² after a block with downsampling and grows by α² in every other.
//
// The convolutions of the blocks are traced. The stem, which is fed by the input, and the classifier,
// which is fed by real values, are not (ottt.md §2, fact 3).
type NFResNet struct {
	// Input is the shape of a sample, [channels, height, width].
	Input   []int   `json:"input"`
	Stem    Stem    `json:"stem"`
	Stages  []Stage `json:"stages"`
	Classes int     `json:"classes"`
	Neuron  Neuron  `json:"neuron"`
	// Alpha is the weight α of a branch.
	Alpha float64 `json:"res_alpha"`
	// Scale multiplies the spikes.
	Scale   float64 `json:"scale"`
	Dropout float64 `json:"dropout,omitempty"`
}

// Stem is the first convolution, "conv1", padded by half its kernel.
type Stem struct {
	Channels int `json:"channels"`
	Kernel   int `json:"kernel"`
	Stride   int `json:"stride"`
	// Pool appends a 3×3 average pooling of stride 2 and padding 1.
	Pool bool `json:"pool"`
}

// Stage is a run of blocks with the same number of channels. Every stage but the first halves the
// image in its first block.
type Stage struct {
	Blocks   int `json:"blocks"`
	Channels int `json:"channels"`
}

// NewNFResNet describes a network with α = 0.2 and spikes scaled by 2.74.
func NewNFResNet(input []int, stem Stem, stages []Stage, classes int) NFResNet {
	return NFResNet{Input: input, Stem: stem, Stages: stages, Classes: classes, Neuron: NewNeuron(), Alpha: 0.2, Scale: SpikeScale}
}

// NewNFResNet34 describes the authors' network for ImageNet.
func NewNFResNet34() NFResNet {
	return NewNFResNet([]int{3, 224, 224}, Stem{Channels: 64, Kernel: 7, Stride: 2, Pool: true},
		[]Stage{{3, 64}, {4, 128}, {6, 256}, {3, 512}}, 1000)
}

// Network writes the description out.
func (c NFResNet) Network() (Network, error) {
	if len(c.Stages) == 0 {
		return Network{}, errors.New("ottt: a residual network without stages")
	}
	net := Network{Input: c.Input, Neuron: c.Neuron, Nodes: []Node{{Name: "stem", Kind: Sum, From: []Projection{
		{Name: "conv1", From: InputName, Through: []Op{standardisedConv(c.Stem.Channels, c.Stem.Kernel, c.Stem.Stride)}},
	}}}}
	x := "stem"
	if c.Stem.Pool {
		x = "stem_pool"
		net.Nodes = append(net.Nodes, Node{Name: x, Kind: Sum, From: []Projection{
			{From: "stem", Through: []Op{{Kind: AvgPool, Kernel: 3, Stride: 2, Padding: 1}}},
		}})
	}
	channels, variance, number := c.Stem.Channels, 1.0, 0
	for s, stage := range c.Stages {
		if stage.Blocks < 1 {
			return Network{}, fmt.Errorf("ottt: stage %d of a residual network has %d blocks, want at least 1", s, stage.Blocks)
		}
		for i := range stage.Blocks {
			number++
			b := block{NFResNet: c, name: fmt.Sprintf("b%d", number), x: x, channels: stage.Channels, stride: 1, beta: math.Sqrt(variance)}
			if s > 0 && i == 0 {
				b.stride = 2
			}
			if b.downsample = b.stride != 1 || channels != stage.Channels; b.downsample {
				variance = 1
			}
			net.Nodes = append(net.Nodes, b.nodes()...)
			x, channels = b.name, stage.Channels
			variance += c.Alpha * c.Alpha
		}
	}
	net.Nodes = append(net.Nodes, Node{Name: ReadoutName, Kind: Sum, From: []Projection{
		{Name: "fc", From: x, Through: []Op{{Kind: GlobalAvgPool}, {Kind: Dense, Units: c.Classes, Bias: true, Init: SmallNormal}}},
	}})
	return net, net.Validate()
}

func standardisedConv(channels, kernel, stride int) Op {
	return Op{
		Kind: Conv, Units: channels, Kernel: kernel, Stride: stride, Padding: kernel / 2,
		Bias: true, Standardised: true, Init: KaimingFanOut,
	}
}

// block is a residual block on its way into the description.
type block struct {
	NFResNet
	name       string
	x          string // the node it takes its input from
	channels   int
	stride     int
	downsample bool
	beta       float64
}

func (b block) nodes() []Node {
	sn1, sn2 := b.name+".sn1", b.name+".sn2"
	entry := Projection{From: b.x}
	if b.beta != 1 {
		entry.Through = []Op{{Kind: Scale, Factor: 1 / b.beta}}
	}
	branch := b.conv("conv2", sn2, 3, 1)
	branch.Gain = Gain{Name: b.name + ".skipinit_gain", Factor: b.Alpha}
	identity := Projection{From: b.x}
	if b.downsample {
		identity = b.conv("downsample", sn1, 1, b.stride)
	}
	return []Node{
		{Name: sn1, Kind: LIF, Dropout: b.Dropout, From: []Projection{entry}},
		{Name: sn2, Kind: LIF, Dropout: b.Dropout, From: []Projection{b.conv("conv1", sn1, 3, b.stride)}},
		{Name: b.name, Kind: Sum, From: []Projection{branch, identity}},
	}
}

// conv leads the scaled spikes of a population through a standardised convolution.
func (b block) conv(name, from string, kernel, stride int) Projection {
	return Projection{
		Name: b.name + "." + name, From: from, Traced: true,
		Through: []Op{{Kind: Scale, Factor: b.Scale}, standardisedConv(b.channels, kernel, stride)},
	}
}
