package layer

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim/golden"
)

type goldenFile struct {
	Meta struct {
		Batch   int
		Modules []struct{ Name, Type string }
	}
	Arrays map[string]struct {
		Shape []int
		Data  []float64
	}
}

// TestGolden holds standardised convolutions against the recorded networks of OTTT's authors: their
// standardised weights, and the charge of the first neurons at the first tick, which is the output of the
// first convolution.
func TestGolden(t *testing.T) {
	checked := 0
	for _, file := range golden.Files(t, "ottt") {
		t.Run(file.Name, func(t *testing.T) {
			data, err := os.ReadFile(file.Path)
			require.NoError(t, err)
			var g goldenFile
			require.NoError(t, json.Unmarshal(data, &g))
			checked += g.checkStandardised(t)
			g.checkFirst(t)
		})
	}
	require.Positive(t, checked)
}

// checkStandardised compares all recorded standardised weights and returns their number.
func (g *goldenFile) checkStandardised(t *testing.T) (checked int) {
	for _, m := range g.Meta.Modules {
		want, ok := g.Arrays["ws."+m.Name]
		if !ok {
			want, ok = g.Arrays["ws."+m.Name+".op"] // the inner operation of a traced module
		}
		if !ok {
			continue
		}
		s := g.standardised(t, m.Name, []int{want.Shape[1], 8, 8})
		require.InDeltaSlice(t, want.Data, s.Effective(), 1e-12)
		checked += len(want.Data)
	}
	return checked
}

// checkFirst compares the output of the first module, if it is a standardised convolution that feeds
// neurons with nothing between.
func (g *goldenFile) checkFirst(t *testing.T) {
	modules := g.Meta.Modules
	if len(modules) < 2 || modules[0].Type != "ws_conv" || modules[1].Type != "lif" {
		return
	}
	x, u := g.Arrays["x"], g.Arrays["lif0.u_pre"]
	s := g.standardised(t, modules[0].Name, x.Shape[2:])
	out := g.Meta.Batch * Size(s.OutShape())
	y := make([]float64, out)
	s.Forward(x.Data[:g.Meta.Batch*Size(s.InShape())], y, g.Meta.Batch)
	require.InDeltaSlice(t, u.Data[:out], y, 1e-12)
}

// standardised makes the 3×3 convolution of the given name.
func (g *goldenFile) standardised(t *testing.T, name string, in []int) *Standardised[float64] {
	shape := g.Arrays["param."+name+".weight"].Shape
	require.Equal(t, in[0], shape[1])
	s := must(NewStandardisedConv2D[float64](name, in,
		Convolution{Out: shape[0], Kernel: shape[2], Padding: shape[2] / 2, Bias: true}))(t)
	for _, p := range s.Params() {
		recorded, ok := g.Arrays["param."+p.Name]
		require.True(t, ok, p.Name)
		require.Equal(t, recorded.Shape, p.Shape, p.Name)
		copy(p.Value, recorded.Data)
	}
	s.Prepare()
	return s
}
