// Package vectors reads the golden files of SPIDE and builds what they describe, for the tests of its
// executors.
package vectors

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/layer"
	"couplet/learning/spide"
)

// Array is an array of a golden file.
type Array struct {
	Shape []int     `json:"shape"`
	DType string    `json:"dtype"`
	Data  []float64 `json:"data"`
}

// UnmarshalJSON also reads an array without dimensions, whose data is one number or a list of one.
func (a *Array) UnmarshalJSON(b []byte) error {
	var raw struct {
		Shape []int           `json:"shape"`
		DType string          `json:"dtype"`
		Data  json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	a.Shape, a.DType = raw.Shape, raw.DType
	if len(raw.Data) > 0 && raw.Data[0] != '[' {
		a.Data = make([]float64, 1)
		return json.Unmarshal(raw.Data, &a.Data[0])
	}
	return json.Unmarshal(raw.Data, &a.Data)
}

// File is a golden file; see testdata/golden/spide/README.md.
type File struct {
	Meta struct {
		Layers    int      `json:"layers"`
		Shapes    [][]int  `json:"shapes"`
		Batch     int      `json:"batch"`
		VTh       float64  `json:"vth"`
		URest     float64  `json:"u_rest"`
		VThBack   float64  `json:"vth_back"`
		URestBack float64  `json:"u_rest_back"`
		Leaky     *float64 `json:"leaky"`
		Input     string   `json:"input"`
		TForBack  int      `json:"T_F_for_backward"`
		TraceT    int      `json:"trace_T"`
		GradBits  int      `json:"grad_dyadic_bits"`
		HeadScale float64  `json:"head_scale_factor"`
	} `json:"meta"`
	Arrays map[string]*Array `json:"arrays"`
	Tables struct {
		Forward  []struct{ T int } `json:"forward"`
		Backward []struct{ T int } `json:"backward"`
	} `json:"tables"`
}

// Read reads a golden file.
func Read(t testing.TB, path string) *File {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	v := new(File)
	require.NoError(t, json.Unmarshal(text, v))
	require.Len(t, v.Meta.Shapes, v.Meta.Layers)
	return v
}

// LIF tells whether the neurons leak.
func (v *File) LIF() bool { return v.Meta.Leaky != nil }

// Config is the configuration that the vectors were made with.
func (v *File) Config(forward, backward int) spide.Config {
	c := spide.NewConfig()
	c.ForwardTicks, c.BackwardTicks = forward, backward
	c.Threshold, c.Rest = v.Meta.VTh, v.Meta.URest
	c.BackThreshold, c.BackRest = v.Meta.VThBack, v.Meta.URestBack
	if v.LIF() {
		c.Leak = *v.Meta.Leaky
	}
	c.LossScale = max(v.Meta.HeadScale, 1)
	return c
}

// Get returns an array of the file, which must exist.
func (v *File) Get(t testing.TB, name string) []float64 {
	a, ok := v.Arrays[name]
	require.True(t, ok, "the file has no array %s", name)
	return a.Data
}

// Ticks returns, in ascending order, the numbers T of the arrays prefix + T + suffix.
func (v *File) Ticks(prefix, suffix string) (list []int) {
	for name := range v.Arrays {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			if n, err := strconv.Atoi(strings.TrimSuffix(rest, suffix)); err == nil && strings.HasSuffix(rest, suffix) {
				list = append(list, n)
			}
		}
	}
	sort.Ints(list)
	return list
}

// Net is a ring with its parameters by the names of the file.
type Net[F layer.Real] struct {
	Ring   spide.Ring[F]
	Params map[string]*layer.Param[F] // "x.weight", "s0.bias", …
}

// Build builds the ring that a file describes.
func Build[F layer.Real](t testing.TB, v *File) Net[F] {
	n := Net[F]{Params: map[string]*layer.Param[F]{}}
	shapes := v.Meta.Shapes
	last := len(shapes) - 1
	x := v.Arrays["x"].Shape[1:]
	if v.Meta.Input == "spikes" {
		x = v.Arrays["x"].Shape[2:]
	}
	n.Ring.Input.Map = buildBlock(t, v, n, "x", x, shapes[0])
	for i := range last {
		b := spide.Block[F]{Map: buildBlock(t, v, n, fmt.Sprintf("s%d", i), shapes[i], shapes[i+1])}
		n.Ring.Between = append(n.Ring.Between, b)
	}
	if name := fmt.Sprintf("s%d", last); v.Arrays["param."+name+".weight"] != nil {
		n.Ring.Feedback.Map = buildBlock(t, v, n, name, shapes[last], shapes[0])
	}
	if head := v.Arrays["head.Wc"]; head != nil {
		m, err := layer.NewDense[F]("head", layer.Size(shapes[last]), head.Shape[0], true)
		require.NoError(t, err)
		m.Weight.Value, m.Bias.Value = Narrow[F](head.Data), Narrow[F](v.Get(t, "head.bc"))
		n.Ring.Readout = m
	}
	return n
}

// buildBlock builds one block between layers of the given shapes. A block without weights is an
// average pooling; a convolution that enlarges is a transposed one.
func buildBlock[F layer.Real](t testing.TB, v *File, n Net[F], name string, in, out []int) layer.Map[F] {
	weight, bias := v.Arrays["param."+name+".weight"], v.Arrays["param."+name+".bias"]
	var m layer.Map[F]
	var err error
	switch {
	case weight == nil:
		m, err = layer.NewAvgPool2D[F](in, in[1]/out[1], 0, 0)
	case len(weight.Shape) == 2:
		m, err = layer.NewDense[F](name, layer.Size(in), layer.Size(out), bias != nil)
	case out[1] > in[1]:
		m, err = layer.NewTransposedConv2D[F](name, in, layer.Convolution{
			Out: out[0], Kernel: weight.Shape[2], Stride: 2, Padding: 1, OutputPadding: 1, Bias: bias != nil,
		})
	default:
		m, err = layer.NewConv2D[F](name, in, layer.Convolution{
			Out: out[0], Kernel: weight.Shape[2], Padding: (weight.Shape[2] - 1) / 2,
			Stride: (in[1] + out[1] - 1) / out[1], Bias: bias != nil,
		})
	}
	require.NoError(t, err)
	require.Equal(t, layer.Size(out), layer.Size(m.OutShape()), name)
	for _, p := range m.Params() {
		copy(p.Value, Narrow[F](v.Get(t, "param."+p.Name)))
		n.Params[p.Name] = p
	}
	return m
}

// ZeroGrads clears all gradients, those of the head included.
func (n Net[F]) ZeroGrads() {
	for _, p := range n.Ring.Params() {
		p.ZeroGrad()
	}
}

// Executor has the forward stage.
type Executor[F layer.Real] interface {
	Forward(pass spide.Pass, x []F, batch int) error
	ForwardFrames(pass spide.Pass, frame func(t int) []F, batch int) error
}

// Forward runs the forward stage on the input of the file.
func Forward[F layer.Real](t testing.TB, v *File, e Executor[F]) {
	x := Narrow[F](v.Get(t, "x"))
	if v.Meta.Input != "spikes" {
		require.NoError(t, e.Forward(spide.Pass{}, x, v.Meta.Batch))
		return
	}
	frame := len(x) / v.Arrays["x"].Shape[0]
	require.NoError(t, e.ForwardFrames(spide.Pass{}, func(t int) []F { return x[t*frame:][:frame] }, v.Meta.Batch))
}

// Narrow brings numbers to the format of a network.
func Narrow[F layer.Real](x []float64) []F {
	y := make([]F, len(x))
	for i, v := range x {
		y[i] = F(v)
	}
	return y
}
