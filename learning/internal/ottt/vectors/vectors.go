// Package vectors reads the reference vectors of OTTT, for the tests of all executors of the rule.
package vectors

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/sim/golden"

	"github.com/stretchr/testify/require"
)

// Vectors are a file of testdata/golden/ottt: a network with its input, and what the authors' code made
// of it in float64. The format is described in the README there.
type Vectors struct {
	Meta   Meta
	Arrays map[string]Array
}

// Array is an array of numbers, flat in row-major order.
type Array struct {
	Shape []int
	Data  []float64
}

// Meta says how the vectors were made.
type Meta struct {
	Kind         string
	T, Batch     int
	Decay        float64
	VTh          float64 `json:"v_th"`
	Surrogate    string
	Alpha        float64 `json:"surrogate_alpha"`
	LossLambda   float64 `json:"loss_lambda"`
	SGDRate      float64 `json:"sgd_lr"`
	SGDMomentum  float64 `json:"sgd_momentum"`
	StaticInput  bool    `json:"static_input"`
	Classes      int
	Modules      []Module
	Sizes        []int // fc
	Bias         bool
	InputTrace   bool               `json:"input_trace"`
	TraceReadout bool               `json:"readout_uses_trace"`
	Cfg          []any              // conv: channels and "M" for pooling
	CIn          int                `json:"c_in"`
	InputHW      int                `json:"input_hw"`
	Scale        float64            `json:"scale_after_lif"`
	WSEps        float64            `json:"ws_eps"`
	ResAlpha     float64            `json:"res_alpha"`
	MarginA      float64            `json:"margin_A"` // distance of the closest membrane from the threshold in the OTTT_A run
	Cosine       []float64          `json:"cosine_A_vs_BPTT_per_layer"`
	FiringRate   map[string]float64 `json:"firing_rate"`
}

// Module is a layer of the reference network.
type Module struct {
	Name, Type string
	UsesTrace  bool `json:"uses_trace"`
}

// traced tells whether the module of a name uses traces.
func (m Meta) traced(name string) bool {
	return slices.ContainsFunc(m.Modules, func(x Module) bool { return x.Name == name && x.UsesTrace })
}

// Each runs a test for every file, own and extra.
func Each(t *testing.T, test func(t *testing.T, v *Vectors, extra bool)) {
	for _, f := range golden.Files(t, "ottt") {
		t.Run(f.Name, func(t *testing.T) { test(t, Read(t, f.Path), f.Extra) })
	}
}

// Read reads a file.
func Read(t testing.TB, path string) *Vectors {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	v := &Vectors{}
	require.NoError(t, json.Unmarshal(data, v))
	require.Equal(t, "sigmoid", v.Meta.Surrogate)
	return v
}

// Get returns an array that must be there.
func (v *Vectors) Get(t testing.TB, name string) Array {
	a, ok := v.Arrays[name]
	require.True(t, ok, "no array %q", name)
	return a
}

// At returns the part of an array that belongs to a tick.
func (v *Vectors) At(t testing.TB, name string, tick int) []float64 {
	a := v.Get(t, name)
	n := len(a.Data) / a.Shape[0]
	return a.Data[tick*n:][:n]
}

// Input returns the input of a tick.
func (v *Vectors) Input(t testing.TB, tick int) []float64 {
	if v.Meta.StaticInput {
		tick = 0
	}
	return v.At(t, "x", tick)
}

// Labels returns the classes of the samples.
func (v *Vectors) Labels(t testing.TB) []int {
	var list []int
	for _, x := range v.Get(t, "label").Data {
		list = append(list, int(x))
	}
	return list
}

// Batch describes the run.
func (v *Vectors) Batch(training bool) ottt.Batch {
	return ottt.Batch{Samples: v.Meta.Batch, Training: training, Loss: loss.Instantaneous{Ticks: v.Meta.T, MSE: v.Meta.LossLambda}}
}

// Network describes the network of the file.
func (v *Vectors) Network(t testing.TB) ottt.Network {
	m := v.Meta
	neuron := ottt.Neuron{Lambda: m.Decay, Threshold: m.VTh, Alpha: m.Alpha}
	var net ottt.Network
	var err error
	switch m.Kind {
	case "fc":
		net, err = ottt.FC{
			Sizes: m.Sizes, Neuron: neuron, Bias: m.Bias, TraceInput: m.InputTrace, TraceReadout: m.TraceReadout,
		}.Network()
	case "conv", "conv_feedback":
		c := ottt.NewVGG([]int{m.CIn, m.InputHW, m.InputHW}, planOf(m.Cfg), m.Classes)
		c.Neuron, c.Scale, c.Feedback = neuron, m.Scale, m.Kind == "conv_feedback"
		c.TraceInput, c.TraceReadout = m.traced("conv1") || m.traced("features.0"), m.traced("cls")
		net, err = c.Network()
	case "nf_resnet":
		net, err = v.residual(t, neuron).Network()
	default:
		t.Fatalf("unknown kind of network: %q", m.Kind)
	}
	require.NoError(t, err)
	v.checkTracing(t, net)
	return net
}

// planOf writes the authors' list of channels and poolings as a plan.
func planOf(cfg []any) string {
	var plan []string
	for _, c := range cfg {
		if c == "M" {
			plan = append(plan, "AP2")
		} else {
			plan = append(plan, fmt.Sprintf("%vC3", c))
		}
	}
	return strings.Join(append(plan, "GAP"), "-")
}

// residual finds the stages of a residual network: each begins with a downsampling, but for the first.
func (v *Vectors) residual(t testing.TB, neuron ottt.Neuron) ottt.NFResNet {
	m := v.Meta
	stem := v.Get(t, "param.conv1.weight").Shape
	c := ottt.NFResNet{
		Input: []int{m.CIn, m.InputHW, m.InputHW}, Stem: ottt.Stem{Channels: stem[0], Kernel: stem[2], Stride: 1},
		Classes: m.Classes, Neuron: neuron, Alpha: m.ResAlpha, Scale: m.Scale,
	}
	for _, block := range m.Modules {
		if block.Type != "nf_block" {
			continue
		}
		if _, down := v.Arrays["param."+block.Name+".downsample.weight"]; down || len(c.Stages) == 0 {
			c.Stages = append(c.Stages, ottt.Stage{Channels: v.Get(t, "param."+block.Name+".conv1.weight").Shape[0]})
		}
		c.Stages[len(c.Stages)-1].Blocks++
	}
	return c
}

// checkTracing holds the description against the list of modules, which says where traces are used.
func (v *Vectors) checkTracing(t testing.TB, net ottt.Network) {
	traced := map[string]bool{}
	for _, n := range net.Nodes {
		for _, p := range n.From {
			traced[p.Name] = p.Traced
		}
	}
	for _, m := range v.Meta.Modules {
		if slices.Contains([]string{"ws_conv", "conv", "linear"}, m.Type) {
			got, ok := traced[m.Name]
			require.True(t, ok, "no projection %q", m.Name)
			require.Equal(t, m.UsesTrace, got, "tracing of %q", m.Name)
		}
	}
}

// Load gives parameters the start values of the file. Both must name the same.
func Load[F layer.Real](t testing.TB, v *Vectors, params []*layer.Param[F]) {
	names := map[string]bool{}
	for _, p := range params {
		a := v.Get(t, "param."+p.Name)
		require.Equal(t, a.Shape, append([]int{}, p.Shape...), p.Name)
		copy(p.Value, Convert[F](a.Data))
		names["param."+p.Name] = true
	}
	for name := range maps.Keys(v.Arrays) {
		require.True(t, names[name] || !strings.HasPrefix(name, "param."), "the network has no %q", name)
	}
}

// Convert changes the format of numbers.
func Convert[F layer.Real](data []float64) []F {
	out := make([]F, len(data))
	for i, x := range data {
		out[i] = F(x)
	}
	return out
}

// SGD makes the steps of the optimiser of the OTTT_O runs.
func SGD[F layer.Real](t require.TestingT, params []*layer.Param[F], rate, momentum float64) func() error {
	var group optim.Group[F]
	for _, p := range params {
		group.Params = append(group.Params, &optim.Param[F]{Name: p.Name, Value: p.Value, Grad: p.Grad})
	}
	o, err := optim.Build(optim.SGD{LR: rate, Momentum: momentum}, group)
	require.NoError(t, err)
	return func() error { return o.Step(1) }
}

// Within compares arrays within an absolute tolerance.
func Within[F layer.Real](t require.TestingT, tolerance float64, want []float64, got []F, what string) {
	require.Len(t, got, len(want), what)
	for i, w := range want {
		if d := math.Abs(float64(got[i]) - w); !(d <= tolerance) {
			require.Failf(t, what, "index %d: have %v, want %v: off by %.3g, more than %.3g", i, got[i], w, d, tolerance)
		}
	}
}

// Largest is the largest absolute value, to which the tolerance of gradients is relative.
func Largest(values []float64) float64 {
	largest := 0.0
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	return largest
}
