package nio_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/nio"
	"couplet/sim/golden"
)

// TestGoldenNIO holds gradients, parts and whole runs against torch autograd and the authors' functions. What a
// case is, its fields tell: parts of a batch, a run with its trace, or gradients sample by sample. The
// tolerances are those of testdata/golden/nio/README.md.
func TestGoldenNIO(t *testing.T) {
	for _, f := range golden.Files(t, "nio") {
		t.Run(f.Name, func(t *testing.T) {
			text, err := os.ReadFile(f.Path)
			require.NoError(t, err)
			var file struct{ Cases []vector }
			require.NoError(t, json.Unmarshal(text, &file))
			require.NotEmpty(t, file.Cases)
			for k, c := range file.Cases {
				name := c.Case.Name
				if name == "" {
					name = fmt.Sprintf("batch%d_D%d_r%g", c.Batch, c.D, c.Overlap)
				}
				t.Run(fmt.Sprintf("%d/%s", k, name), c.run)
			}
		})
	}
}

// vector is a case of any of the three kinds; see the README for the fields.
type vector struct {
	Case struct {
		Name      string
		Act       nio.Activation
		Layers    []int
		Bias      bool
		D         int
		Overlap   float64
		Gamma, LR float64
		Target    nio.Objective
		Iters     int
		MinScale  float64 `json:"min_scale"`
		Clip      float64 `json:"grad_clip"`
		NormMul   float64 `json:"gn_mul"`
	}
	W, W0 [][][]float64
	B     [][]float64 `json:"b"`
	B0    [][]float64 `json:"b0"`
	X     [][]float64
	Y     []int `json:"y"`

	Batch, D int
	Overlap  float64
	Chunks   [][2]int

	Loss           []float64
	Norms          []float64   `json:"grad_norms"`
	MeanNorm       float64     `json:"mean_grad_norm"`
	Cosines        [][]float64 `json:"cos_matrix"`
	GC             float64     `json:"gradcosine_offdiag"`
	GCWithDiagonal float64     `json:"gradcosine_with_diag"`
	FirstTwo       [][]float64 `json:"grads_first_two"`
	Variance       float64     `json:"grad_variance_sum"`
	SlopeGC        []float64   `json:"dgradcosine_dalpha"`
	SlopeNorm      []float64   `json:"dmeannorm_dalpha"`

	Trace []traceStep
}

type traceStep struct {
	Iter       int
	GC         float64   `json:"gradcosine"`
	Norms      []float64 `json:"grad_norms"`
	MeanNorm   float64   `json:"mean_norm"`
	Variance   float64   `json:"var_sum"`
	Constraint bool
	Objective  float64
	AlphasW    []float64 `json:"alphas_W"`
	AlphasB    []float64 `json:"alphas_b"`
}

func (v vector) run(t *testing.T) {
	switch {
	case len(v.Trace) > 0:
		t.Run("analytic", func(t *testing.T) { v.runTrace(t, nio.Analytic{}, 1e-6) })
		t.Run("central", func(t *testing.T) { v.runTrace(t, nio.Central{H: 1e-5}, 1e-3) })
	case len(v.Cosines) > 0:
		v.runSamples(t)
	case len(v.Chunks) > 0:
		requireChunks(t, v.Chunks, v.Batch, v.D, v.Overlap)
	default:
		t.Fatal("a case of unknown kind: neither trace, nor cos_matrix, nor chunks")
	}
}

// requireChunks compares the parts of a batch, exactly.
func requireChunks(t *testing.T, want [][2]int, batch, parts int, overlap float64) {
	t.Helper()
	have, err := nio.Chunks(nio.ReferenceWindows, batch, parts, overlap)
	require.NoError(t, err)
	require.Len(t, have, len(want))
	for d, p := range have {
		require.Equal(t, want[d], [2]int{p.Start, p.End}, "part %d", d)
	}
}

// network builds the network of a case, and its batch.
func (v vector) network(t *testing.T, weights [][][]float64, biases [][]float64) (*nio.MLP, nio.Batch) {
	flat := make([][]float64, len(weights))
	for l, rows := range weights {
		flat[l] = concat(rows)
	}
	if !v.Case.Bias {
		biases = nil
	}
	net, err := nio.NewMLP(v.Case.Act, v.Case.Layers, flat, biases)
	require.NoError(t, err)
	return net, nio.Batch{Input: concat(v.X), Labels: v.Y}
}

func concat(rows [][]float64) (flat []float64) {
	for _, r := range rows {
		flat = append(flat, r...)
	}
	return flat
}

// runSamples compares the gradients of single samples to 1e-10 and derivatives by the factors to 1e-8; by
// central differences to 1e-5.
func (v vector) runSamples(t *testing.T) {
	net, b := v.network(t, v.W, v.B)
	losses, err := net.Losses(b)
	require.NoError(t, err)
	closeTo(t, "losses", v.Loss, losses, 1e-10)
	gradients, err := net.SampleGradients(b)
	require.NoError(t, err)
	for i, g := range v.FirstTwo {
		closeTo(t, fmt.Sprintf("gradient of sample %d", i), g, gradients[i], 1e-10)
	}

	total := totalGram(t, net, b)
	f := nio.Measure(total)
	closeTo(t, "norms", v.Norms, f.Norms, 1e-10)
	closeTo(t, "cosines", concat(v.Cosines), nio.Cosines(total), 1e-10)
	near(t, "GC", v.GC, f.GC, 1e-10)
	near(t, "GC with diagonal", v.GCWithDiagonal, f.WithDiagonal, 1e-10)
	near(t, "mean norm", v.MeanNorm, f.MeanNorm, 1e-10)
	near(t, "variance", v.Variance, f.Variance, 1e-10)

	slopes, err := net.GramSlopes(b, indices(len(net.Tensors())))
	require.NoError(t, err)
	var ofCosine, ofLength []float64
	for _, d := range slopes {
		ofCosine = append(ofCosine, nio.SlopeGC(total, d))
		ofLength = append(ofLength, nio.SlopeNorm(total, d))
	}
	closeTo(t, "dGC/dα", v.SlopeGC, ofCosine, 1e-8)
	closeTo(t, "dnorm/dα", v.SlopeNorm, ofLength, 1e-8)
	closeTo(t, "ΔGC/Δα", v.SlopeGC, differences(t, net, b, ofGC), 1e-5)
	closeTo(t, "Δnorm/Δα", v.SlopeNorm, differences(t, net, b, ofNorm), 1e-5)
}

func ofGC(f nio.Figures) float64   { return f.GC }
func ofNorm(f nio.Figures) float64 { return f.MeanNorm }

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func totalGram(t testing.TB, net nio.Net, b nio.Batch) nio.Gram {
	t.Helper()
	grams, err := net.Grams(b)
	require.NoError(t, err)
	total, err := nio.Sum(grams)
	require.NoError(t, err)
	return total
}

// differences are central differences with h = 1e-5 of a figure by each factor.
func differences(t *testing.T, net nio.Net, b nio.Batch, of func(nio.Figures) float64) []float64 {
	const h = 1e-5
	slopes := make([]float64, len(net.Tensors()))
	for l := range slopes {
		at := func(a float64) float64 {
			alphas := equalFactors(len(slopes), 1)
			alphas[l] = a
			require.NoError(t, net.Rescale(alphas))
			return of(nio.Measure(totalGram(t, net, b)))
		}
		slopes[l] = (at(1+h) - at(1-h)) / (2 * h)
	}
	require.NoError(t, net.Rescale(equalFactors(len(slopes), 1)))
	return slopes
}

// runTrace repeats a whole run.
func (v vector) runTrace(t *testing.T, d nio.Derivative, tolerance float64) {
	net, b := v.network(t, v.W0, v.B0)
	c := v.Case
	requireChunks(t, v.Chunks, len(v.Y), c.D, c.Overlap)
	report, err := nio.Init(net, nio.Same(b), nio.Options{
		Parts: c.D, Overlap: c.Overlap, NormLimit: c.Gamma, Objective: c.Target, NormWeight: c.NormMul,
		Rate: c.LR, Iterations: len(v.Trace), Floor: c.MinScale, Clip: c.Clip, Derivative: d,
	})
	require.NoError(t, err)
	for i, want := range v.Trace {
		have := report.Iterations[i]
		require.Equal(t, want.Constraint, have.Constraint, "iteration %d", i)
		closeTo(t, fmt.Sprintf("norms, iteration %d", i), want.Norms, have.Norms, tolerance)
		near(t, fmt.Sprintf("GC, iteration %d", i), want.GC, have.GC, tolerance)
		near(t, fmt.Sprintf("mean norm, iteration %d", i), want.MeanNorm, have.MeanNorm, tolerance)
		near(t, fmt.Sprintf("variance, iteration %d", i), want.Variance, have.Variance, tolerance)
		near(t, fmt.Sprintf("objective, iteration %d", i), want.Objective, have.Objective, tolerance)
		closeTo(t, fmt.Sprintf("factors, iteration %d", i), interleaved(want), have.Alphas, tolerance)
	}
}

// interleaved lists factors in the order of the tensors.
func interleaved(s traceStep) (alphas []float64) {
	for l, a := range s.AlphasW {
		alphas = append(alphas, a)
		if len(s.AlphasB) > 0 {
			alphas = append(alphas, s.AlphasB[l])
		}
	}
	return alphas
}

// closeTo compares arrays to within the tolerance times the largest value.
func closeTo(t testing.TB, what string, want, have []float64, tolerance float64) {
	t.Helper()
	require.Len(t, have, len(want), what)
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	for i, w := range want {
		require.InDelta(t, w, have[i], tolerance*largest, "%s [%d]", what, i)
	}
}

// near compares two numbers to within the tolerance relative to the first one.
func near(t testing.TB, what string, want, have, tolerance float64) {
	t.Helper()
	require.InDelta(t, want, have, tolerance*math.Abs(want), what)
}

func equalFactors(n int, a float64) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = a
	}
	return list
}
