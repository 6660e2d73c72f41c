package bptt_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"couplet/learning/bptt"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
)

// vectors are a file of testdata/golden/ottt: a network with its input, and what the authors' code made of
// it in float64. The format is described in the README there.
type vectors struct {
	Meta struct {
		Kind        string
		T, Batch    int
		Decay       float64
		VTh         float64 `json:"v_th"`
		Alpha       float64 `json:"surrogate_alpha"`
		LossLambda  float64 `json:"loss_lambda"`
		StaticInput bool    `json:"static_input"`
		Classes     int
		Modules     []struct{ Name, Type string }
		Sizes       []int // fc
		Bias        bool
		Cfg         []any   // conv: channels and "M" for pooling
		CIn         int     `json:"c_in"`
		InputHW     int     `json:"input_hw"`
		Scale       float64 `json:"scale_after_lif"`
		ResAlpha    float64 `json:"res_alpha"`
		MarginA     float64 `json:"margin_A"`
	}
	Arrays map[string]array
}

type array struct {
	Shape []int
	Data  []float64
}

func readVectors(t testing.TB, path string) *vectors {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	v := &vectors{}
	require.NoError(t, json.Unmarshal(data, v))
	return v
}

// get returns an array that must be there.
func (v *vectors) get(t testing.TB, name string) array {
	a, ok := v.Arrays[name]
	require.True(t, ok, "no array %q", name)
	return a
}

// at returns the part of an array that belongs to a tick.
func (v *vectors) at(t testing.TB, name string, tick int) []float64 {
	a := v.get(t, name)
	n := len(a.Data) / a.Shape[0]
	return a.Data[tick*n:][:n]
}

func (v *vectors) labels(t testing.TB) []int {
	var list []int
	for _, x := range v.get(t, "label").Data {
		list = append(list, int(x))
	}
	return list
}

func (v *vectors) batch() ottt.Batch {
	return ottt.Batch{Samples: v.Meta.Batch, Loss: loss.Instantaneous{Ticks: v.Meta.T, MSE: v.Meta.LossLambda}}
}

// network describes the network of the file. Which of its layers online training traces does not matter.
func (v *vectors) network(t testing.TB) ottt.Network {
	m := v.Meta
	neuron := ottt.Neuron{Lambda: m.Decay, Threshold: m.VTh, Alpha: m.Alpha}
	var net ottt.Network
	var err error
	switch m.Kind {
	case "fc":
		net, err = ottt.FC{Sizes: m.Sizes, Neuron: neuron, Bias: m.Bias}.Network()
	case "conv", "conv_feedback":
		c := ottt.NewVGG([]int{m.CIn, m.InputHW, m.InputHW}, planOf(m.Cfg), m.Classes)
		c.Neuron, c.Scale, c.Feedback = neuron, m.Scale, m.Kind == "conv_feedback"
		net, err = c.Network()
	case "nf_resnet":
		c := ottt.NFResNet{
			Input: []int{m.CIn, m.InputHW, m.InputHW}, Stem: v.stem(t), Stages: v.stages(t),
			Classes: m.Classes, Neuron: neuron, Alpha: m.ResAlpha, Scale: m.Scale,
		}
		net, err = c.Network()
	default:
		t.Fatalf("unknown kind of network: %q", m.Kind)
	}
	require.NoError(t, err)
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

func (v *vectors) stem(t testing.TB) ottt.Stem {
	shape := v.get(t, "param.conv1.weight").Shape
	return ottt.Stem{Channels: shape[0], Kernel: shape[2], Stride: 1}
}

// stages finds the stages of a residual network: each begins with a downsampling, but for the first.
func (v *vectors) stages(t testing.TB) []ottt.Stage {
	var list []ottt.Stage
	for _, block := range v.Meta.Modules {
		if block.Type != "nf_block" {
			continue
		}
		if _, down := v.Arrays["param."+block.Name+".downsample.weight"]; down || len(list) == 0 {
			list = append(list, ottt.Stage{Channels: v.get(t, "param."+block.Name+".conv1.weight").Shape[0]})
		}
		list[len(list)-1].Blocks++
	}
	return list
}

// build makes the network of the file with its start parameters.
func build[F layer.Real](t testing.TB, v *vectors) *bptt.Net[F] {
	net, err := bptt.New[F](v.network(t))
	require.NoError(t, err)
	for _, p := range net.Params() {
		a := v.get(t, "param."+p.Name)
		require.True(t, slices.Equal(a.Shape, p.Shape), p.Name)
		copy(p.Value, convert[F](a.Data))
	}
	net.Changed()
	return net
}

func convert[F layer.Real](data []float64) []F {
	out := make([]F, len(data))
	for i, x := range data {
		out[i] = F(x)
	}
	return out
}
