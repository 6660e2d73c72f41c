package bptt_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"couplet/learning/bptt"
	"couplet/learning/internal/ottt/vectors"
	"couplet/learning/layer"

	"github.com/stretchr/testify/require"
)

// TestGoldenBPTT holds the package against the authors' code in float64 and float32: potentials, spikes,
// loss and logits of every network, and the gradients of back-propagation through time of those for which
// they are recorded. The gradients of all networks are held against the reference as well.
func TestGoldenBPTT(t *testing.T) {
	vectors.Each(t, func(t *testing.T, v *vectors.Vectors, _ bool) {
		t.Run("float64", func(t *testing.T) {
			net := goldenRun[float64](t, v, 1e-12)
			goldenGradients(t, v, net, 1e-9)
			goldenLastLayer(t, v, net)
			want, _ := referenceGradients(net, v.Get(t, "x").Data, v.Labels(t), v.Batch(true).Loss)
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

// goldenRun trains with the batch of the file and compares the way forward.
func goldenRun[F layer.Real](t *testing.T, v *vectors.Vectors, tolerance float64) *bptt.Net[F] {
	net := build[F](t, v)
	r, err := net.Learn(v.Batch(true), vectors.Convert[F](v.Get(t, "x").Data), v.Labels(t), nil)
	require.NoError(t, err)

	losses, logits := 0.0, make([]float64, len(r.Logits))
	for tick := range v.Meta.T {
		potentials := net.Potentials(tick)
		require.NotContains(t, v.Arrays, fmt.Sprintf("lif%d.spike", len(potentials)), "populations")
		for k, spikes := range net.Spikes(tick) {
			require.Equal(t, vectors.Convert[F](v.At(t, fmt.Sprintf("lif%d.spike", k), tick)), spikes, "spikes of lif%d in tick %d", k, tick)
			vectors.Within(t, tolerance, v.At(t, fmt.Sprintf("lif%d.u_pre", k), tick), potentials[k], fmt.Sprintf("lif%d.u_pre of tick %d", k, tick))
		}
		losses += v.Get(t, "loss").Data[tick]
		for i, o := range v.At(t, "logits", tick) {
			logits[i] += o
		}
	}
	ticks := float64(v.Meta.T)
	require.InDelta(t, losses, r.Loss, ticks*tolerance)
	vectors.Within(t, ticks*tolerance, logits, r.Logits, "logits")
	return net
}

// goldenGradients compares BPTT.grad.W0, BPTT.grad.W1, …, which all fully connected networks have.
func goldenGradients[F layer.Real](t *testing.T, v *vectors.Vectors, net *bptt.Net[F], tolerance float64) {
	if v.Meta.Kind != "fc" {
		return
	}
	layers := 0
	for _, p := range net.Params() {
		if len(p.Shape) != 2 {
			continue
		}
		name := fmt.Sprintf("BPTT.grad.W%d", layers)
		want := v.Get(t, name).Data
		vectors.Within(t, tolerance*vectors.Largest(want), want, p.Grad, name)
		layers++
	}
	require.NotContains(t, v.Arrays, fmt.Sprintf("BPTT.grad.W%d", layers))
}

// goldenLastLayer is ottt.md §7.2 for convolutions: the recorded gradient of OTTT for the weights of the
// last hidden layer is that of back-propagation through time.
func goldenLastLayer(t *testing.T, v *vectors.Vectors, net *bptt.Net[float64]) {
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
			want := v.Get(t, "A.grad."+p.Name).Data
			vectors.Within(t, 1e-9*vectors.Largest(want), want, p.Grad, p.Name)
		} else if strings.HasSuffix(p.Name, ".weight") && p.Name != "cls.weight" {
			require.Greater(t, cosine(v.Get(t, "A.grad."+p.Name).Data, p.Grad), 0.0, p.Name)
		}
	}
}

// build makes the network of a file with its start parameters.
func build[F layer.Real](t testing.TB, v *vectors.Vectors) *bptt.Net[F] {
	net, err := bptt.New[F](v.Network(t))
	require.NoError(t, err)
	vectors.Load(t, v, net.Params())
	net.Changed()
	return net
}

// cosine is the cosine of the angle between two gradients.
func cosine(a, b []float64) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab, aa, bb = ab+a[i]*b[i], aa+a[i]*a[i], bb+b[i]*b[i]
	}
	return ab / math.Sqrt(aa*bb)
}
