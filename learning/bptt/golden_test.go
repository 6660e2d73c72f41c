package bptt_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"couplet/learning/bptt"
	"couplet/learning/layer"
	"couplet/sim/golden"

	"github.com/stretchr/testify/require"
)

// TestGoldenBPTT holds the package against the authors' code in float64 and float32: potentials, spikes,
// loss and logits of every network, and the gradients of back-propagation through time of those for which
// they are recorded. The gradients of all networks are held against the reference as well.
func TestGoldenBPTT(t *testing.T) {
	for _, f := range golden.Files(t, "ottt") {
		t.Run(f.Name, func(t *testing.T) {
			v := readVectors(t, f.Path)
			t.Run("float64", func(t *testing.T) {
				net := goldenRun[float64](t, v, 1e-12)
				goldenGradients(t, v, net, 1e-9)
				goldenLastLayer(t, v, net)
				want, _ := referenceGradients(net, v.get(t, "x").Data, v.labels(t), v.batch().Loss)
				requireGradients(t, want, net, 1e-9)
			})
			t.Run("float32", func(t *testing.T) {
				if v.Meta.Kind != "fc" && v.Meta.MarginA < 1e-4 {
					return // rounding decides about a spike; the README promises nothing
				}
				net := goldenRun[float32](t, v, 1e-4)
				goldenGradients(t, v, net, 1e-4)
			})
		})
	}
}

// goldenRun trains with the batch of the file and compares the way forward.
func goldenRun[F layer.Real](t *testing.T, v *vectors, tolerance float64) *bptt.Net[F] {
	net := build[F](t, v)
	r, err := net.Learn(v.batch(), convert[F](v.get(t, "x").Data), v.labels(t), nil)
	require.NoError(t, err)

	losses, logits := 0.0, make([]float64, len(r.Logits))
	for tick := range v.Meta.T {
		potentials := net.Potentials(tick)
		require.NotContains(t, v.Arrays, fmt.Sprintf("lif%d.spike", len(potentials)), "populations")
		for k, spikes := range net.Spikes(tick) {
			require.Equal(t, convert[F](v.at(t, fmt.Sprintf("lif%d.spike", k), tick)), spikes, "spikes of lif%d in tick %d", k, tick)
			within(t, tolerance, v.at(t, fmt.Sprintf("lif%d.u_pre", k), tick), potentials[k], fmt.Sprintf("lif%d.u_pre of tick %d", k, tick))
		}
		losses += v.get(t, "loss").Data[tick]
		for i, o := range v.at(t, "logits", tick) {
			logits[i] += o
		}
	}
	ticks := float64(v.Meta.T)
	require.InDelta(t, losses, r.Loss, ticks*tolerance)
	within(t, ticks*tolerance, logits, r.Logits, "logits")
	return net
}

// goldenGradients compares BPTT.grad.W0, BPTT.grad.W1, …, which all fully connected networks have.
func goldenGradients[F layer.Real](t *testing.T, v *vectors, net *bptt.Net[F], tolerance float64) {
	if v.Meta.Kind != "fc" {
		return
	}
	layers := 0
	for _, p := range net.Params() {
		if len(p.Shape) != 2 {
			continue
		}
		name := fmt.Sprintf("BPTT.grad.W%d", layers)
		want := v.get(t, name).Data
		within(t, tolerance*largest(want), want, p.Grad, name)
		layers++
	}
	require.NotContains(t, v.Arrays, fmt.Sprintf("BPTT.grad.W%d", layers))
}

// goldenLastLayer is ottt.md §7.2 for convolutions: the recorded gradient of OTTT for the weights of the
// last hidden layer is that of back-propagation through time.
func goldenLastLayer(t *testing.T, v *vectors, net *bptt.Net[float64]) {
	if v.Meta.Kind != "conv" {
		return
	}
	var names []string
	for _, m := range v.Meta.Modules {
		if m.Type == "ws_conv" {
			names = append(names, m.Name)
		}
	}
	last := names[len(names)-1]
	for _, p := range net.Params() {
		if slices.Contains([]string{last + ".weight", last + ".gain"}, p.Name) {
			want := v.get(t, "A.grad."+p.Name).Data
			within(t, 1e-9*largest(want), want, p.Grad, p.Name)
		} else if strings.HasSuffix(p.Name, ".weight") && p.Name != "cls.weight" {
			require.Greater(t, cosine(v.get(t, "A.grad."+p.Name).Data, p.Grad), 0.0, p.Name)
		}
	}
}

func within[F layer.Real](t require.TestingT, tolerance float64, want []float64, got []F, what string) {
	require.Len(t, got, len(want), what)
	for i, w := range want {
		if d := math.Abs(float64(got[i]) - w); !(d <= tolerance) {
			require.Failf(t, what, "index %d: have %v, want %v: off by %.3g, more than %.3g", i, got[i], w, d, tolerance)
		}
	}
}

func largest(values []float64) float64 {
	m := 0.0
	for _, x := range values {
		m = max(m, math.Abs(x))
	}
	return m
}

// cosine is the cosine of the angle between two gradients.
func cosine(a, b []float64) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab, aa, bb = ab+a[i]*b[i], aa+a[i]*a[i], bb+b[i]*b[i]
	}
	return ab / math.Sqrt(aa*bb)
}
