package nio_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
	"couplet/learning/nio"
)

// smallMLP is a smooth network with a batch.
func smallMLP(act nio.Activation, seed uint64, sizes ...int) (*nio.MLP, nio.Batch) {
	key := rng.NewKey(seed, rng.Test, 7)
	at := uint64(0)
	normal := func(n int, deviation float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = key.NormalWith(at, 0, deviation)
			at++
		}
		return x
	}
	var weights, biases [][]float64
	for l, in := range sizes[:len(sizes)-1] {
		weights = append(weights, normal(in*sizes[l+1], 1/math.Sqrt(float64(in))))
		biases = append(biases, normal(sizes[l+1], 0.1))
	}
	const samples = 12
	labels := make([]int, samples)
	for i := range labels {
		labels[i] = int(key.Below(1<<40+uint64(i), uint64(sizes[len(sizes)-1])))
	}
	return must(nio.NewMLP(act, sizes, weights, biases)), nio.Batch{Input: normal(samples*sizes[0], 1), Labels: labels}
}

// Exact derivatives are those of differences, for every objective, at factors other than 1.
func TestSlopesOfEveryObjective(t *testing.T) {
	for _, objective := range nio.Objectives() {
		for _, act := range []nio.Activation{nio.Tanh, nio.Softplus, nio.ReLU} {
			t.Run(fmt.Sprintf("%s/%s", objective, act), func(t *testing.T) {
				slopes := func(d nio.Derivative) [][]float64 {
					net, b := smallMLP(act, 3, 5, 7, 6, 3)
					o := nio.NewOptions()
					o.Objective, o.NormWeight, o.Rate, o.Iterations, o.Clip, o.Derivative = objective, 0.7, 0.02, 3, 1e9, d
					var list [][]float64
					for _, i := range must(nio.Init(net, nio.Same(b), o)).Iterations {
						list = append(list, i.Slopes)
					}
					return list
				}
				exact, central := slopes(nio.Analytic{}), slopes(nio.Central{H: 1e-5})
				for i, want := range exact {
					closeTo(t, fmt.Sprintf("iteration %d", i), want, central[i], 1e-5)
				}
			})
		}
	}
}

// The constraint branch lowers the norm until it is within the limit; then the objective takes over.
func TestNormLimit(t *testing.T) {
	net, b := smallMLP(nio.Tanh, 5, 6, 10, 4)
	o := nio.NewOptions()
	o.Parts, o.Objective, o.Rate, o.Iterations = 0, nio.GC, 0.02, 60
	o.NormLimit = 0.8 * nio.Measure(totalGram(t, net, b)).MeanNorm
	r := must(nio.Init(net, nio.Same(b), o))
	require.True(t, r.Iterations[0].Constraint)
	require.Less(t, r.Iterations[1].MeanNorm, r.Iterations[0].MeanNorm)
	left := false
	for _, i := range r.Iterations {
		require.Equal(t, i.MeanNorm > o.NormLimit, i.Constraint)
		if i.Constraint {
			require.Equal(t, i.MeanNorm, i.Objective)
		} else {
			require.Equal(t, -i.GC, i.Objective)
		}
		left = left || !i.Constraint
	}
	require.True(t, left, "the norm comes within the limit")
}

// Simultaneous perturbation has the mean of the derivatives: with one tensor it is the central difference, and
// the mean over many directions comes close with many.
func TestSPSA(t *testing.T) {
	first := func(d nio.Derivative, net *nio.MLP, b nio.Batch) []float64 {
		o := nio.NewOptions()
		o.Objective, o.Iterations, o.Clip, o.Derivative = nio.GC, 1, 1e9, d
		return must(nio.Init(net, nio.Same(b), o)).Iterations[0].Slopes
	}
	w := []float64{0.3, -0.2, 0.5, 0.1, 0.7, -0.4}
	single := must(nio.NewMLP(nio.Tanh, []int{2, 3}, [][]float64{w}, nil))
	b := nio.Batch{Input: drive(16, 3), Labels: []int{0, 1, 2, 0, 1, 2, 0, 1}}
	closeTo(t, "one tensor", first(nio.Central{H: 1e-4}, single, b), first(nio.SPSA{H: 1e-4, Directions: 3, Seed: 1}, single, b), 1e-8)

	net, b := smallMLP(nio.Tanh, 3, 5, 7, 3)
	closeTo(t, "many directions", first(nio.Analytic{}, net, b), first(nio.SPSA{H: 1e-4, Directions: 4000, Seed: 1}, net, b), 0.1)
}

// RescaleAdam keeps first moments apart by branch and shares the second: the steps of nio.md §3, written out.
func TestRescaleAdam(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := nio.NewOptions()
		o.Rate = 0.05
		r := nio.NewRescaler([]nio.Tensor{{Kind: nio.Weight, Norm: 1}, {Kind: nio.Bias, Norm: 1}, {Kind: nio.Bias}}, o)
		var m, k [2]float64
		q, alpha := 0.0, 1.0
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			g := rapid.Float64Range(-1, 1).Draw(t, "slope")
			b := rapid.IntRange(0, 1).Draw(t, "branch")
			k[b]++
			m[b] = 0.9*m[b] + 0.1*g
			q = 0.999*q + 0.001*g*g
			alpha = max(alpha-0.05/(1-math.Pow(0.9, k[b]))*m[b]/(math.Sqrt(q/(1-math.Pow(0.999, k[0]+k[1])))+1e-8), 0.01)
			have := r.Step(b == 1, []float64{g, 1, 1})
			require.InDelta(t, alpha, have[0], 1e-12)
			require.GreaterOrEqual(t, have[1], 0.0)
			require.Equal(t, 1.0, have[2], "a bias of zeros has no factor")
		}
	})
}

// A bias may go to nothing, and stays there; a weight stops at the floor.
func TestFloors(t *testing.T) {
	o := nio.NewOptions()
	o.Rate = 0.3
	r := nio.NewRescaler([]nio.Tensor{{Kind: nio.Weight, Norm: 1}, {Kind: nio.Bias, Norm: 1}, {Kind: nio.Gain, Norm: 1}}, o)
	var alphas []float64
	for range 10 {
		alphas = r.Step(false, []float64{1, 1, 1})
	}
	require.Equal(t, []float64{0.01, 0, 0.01}, alphas)
	for range 10 {
		alphas = r.Step(false, []float64{-1, -1, -1})
	}
	require.Greater(t, alphas[0], 0.01)
	require.Zero(t, alphas[1])
}

// Single samples are parts of their own, whatever the overlap.
func TestSingleSamples(t *testing.T) {
	net, b := smallMLP(nio.Tanh, 5, 6, 10, 4)
	want := nio.Measure(totalGram(t, net, b))
	o := nio.NewOptions()
	o.Parts, o.Iterations = 0, 1
	r := must(nio.Init(net, nio.Same(b), o))
	require.Equal(t, want, r.Iterations[0].Figures)
	require.Equal(t, want, r.Before())
}

// The network is left with the last factors, and with those of the beginning after an error.
func TestParametersAfterwards(t *testing.T) {
	net, b := smallMLP(nio.Tanh, 5, 6, 10, 4)
	before := append([]float64(nil), first(net.Parameters(0))...)
	o := nio.NewOptions()
	o.Iterations = 5
	r := must(nio.Init(net, nio.Same(b), o))
	for i, w := range first(net.Parameters(0)) {
		require.Equal(t, before[i]*r.Alphas[0], w)
	}
	require.Equal(t, r.Alphas, r.Iterations[4].Alphas)

	lost := errors.New("no more samples")
	_, err := nio.Init(net, func(i int) (nio.Batch, error) {
		if i == 3 {
			return nio.Batch{}, lost
		}
		return b, nil
	}, o)
	require.ErrorIs(t, err, lost)
	require.ErrorContains(t, err, "nio: no batch: no more samples (iteration 3)")
	require.Equal(t, before, first(net.Parameters(0)))
}

func first(a, _ []float64) []float64 { return a }

// Nothing to do is done: the report has the figures.
func TestNoIterations(t *testing.T) {
	net, b := smallMLP(nio.ReLU, 5, 6, 10, 4)
	o := nio.NewOptions()
	o.Iterations = 0
	r := must(nio.Init(net, nio.Same(b), o))
	require.Equal(t, r.After, r.Before())
	require.Equal(t, []float64{1, 1, 1, 1}, r.Alphas)
}

// plain hides that a network is Differentiable.
type plain struct{ nio.Net }

// broken returns products that are not numbers, or of another batch.
type broken struct {
	nio.Net
	gram nio.Gram
}

func (b broken) Grams(nio.Batch) ([]nio.Gram, error) { return []nio.Gram{b.gram}, nil }

type empty struct{ nio.Net }

func (empty) Tensors() []nio.Tensor { return nil }

func TestInitErrors(t *testing.T) {
	net, b := smallMLP(nio.Tanh, 5, 6, 10, 4)
	run := func(net nio.Net, b nio.Batch, change func(*nio.Options)) error {
		o := nio.NewOptions()
		change(&o)
		_, err := nio.Init(net, nio.Same(b), o)
		return err
	}
	same := func(*nio.Options) {}
	require.EqualError(t, run(empty{net}, b, same), "nio: the network has no parameters")
	require.ErrorContains(t, run(net, nio.Batch{Input: b.Input[:6], Labels: b.Labels[:1]}, same), "4 parts of a batch of 1 samples")
	require.ErrorContains(t, run(net, nio.Batch{Input: b.Input[:6], Labels: b.Labels[:1]}, func(o *nio.Options) { o.Parts = 0 }), "a batch of 1 samples, want at least 2")
	require.ErrorContains(t, run(net, nio.Batch{Input: b.Input[:7], Labels: b.Labels[:4]}, same), "an input of 7 values, want 6 for each of 4 samples")
	require.ErrorContains(t, run(plain{net}, b, func(o *nio.Options) { o.Derivative = nio.Analytic{} }), "no exact derivatives (nio_test.plain)")
	require.ErrorContains(t, run(broken{net, nio.NewGram(3)}, b, same), "a Gram matrix of 3 samples for a batch of 12")
	nan := nio.NewGram(12)
	nan.V[13] = math.NaN()
	require.ErrorContains(t, run(broken{net, nan}, b, same), "the product of gradients 1 and 1 is NaN")
	require.NoError(t, run(plain{net}, b, same), "differences, where there is nothing better")

	err := run(net, b, func(o *nio.Options) {
		*o = nio.Options{Parts: 1, Overlap: 1, Windows: 9, NormWeight: -1, Iterations: -1, Objective: "loss", Derivative: nio.SPSA{H: 0.1}}
	})
	for _, part := range []string{
		"the number of parts must be at least 2, or 0 for single samples (1)", "the overlap of parts must be in [0, 1) (1)",
		"unknown rule of parts (9)", "the limit of the gradient norm must be above 0 (0)", "the weight of the norm term must be at least 0 (-1)",
		"the rate must be above 0 (0)", "the number of iterations must be at least 0 (-1)", "the smallest factor must be in (0, 1] (0)",
		"the limit of derivatives must be above 0 (0)", `unknown objective ("loss")`, "SPSA needs at least 1 direction (0)",
	} {
		require.ErrorContains(t, err, part)
	}
	require.ErrorContains(t, run(net, b, func(o *nio.Options) { o.Derivative = nio.Central{} }), "the step of differences must be in (0, 1) (0)")
}

func TestMLPErrors(t *testing.T) {
	w := [][]float64{make([]float64, 6)}
	_, err := nio.NewMLP("step", []int{2, 3}, w, nil)
	require.ErrorContains(t, err, `unknown activation ("step")`)
	_, err = nio.NewMLP(nio.Tanh, []int{2}, nil, nil)
	require.ErrorContains(t, err, "a network of sizes [2]")
	_, err = nio.NewMLP(nio.Tanh, []int{2, 4}, w, nil)
	require.EqualError(t, err, "nio: weights of layer 1 have 6 values, want 4 x 2")
	_, err = nio.NewMLP(nio.Tanh, []int{2, 3}, w, [][]float64{{1}})
	require.EqualError(t, err, "nio: biases of layer 1 have 1 values, want 3")
	net := must(nio.NewMLP(nio.Tanh, []int{2, 3}, w, nil))
	_, err = net.GramSlopes(nio.Batch{Input: []float64{1, 2}, Labels: []int{0}}, []int{1})
	require.EqualError(t, err, "nio: no tensor 1 among 1")
	_, err = net.Losses(nio.Batch{Input: []float64{1, 2}, Labels: []int{3}})
	require.ErrorContains(t, err, "nio: sample 0: ")
}

// The report as text, as a table and as numbers that read back.
func TestReport(t *testing.T) {
	net, b := smallMLP(nio.Tanh, 5, 6, 10, 4)
	o := nio.NewOptions()
	o.Iterations, o.Objective = 3, nio.GC
	r := must(nio.Init(net, nio.Same(b), o))
	text := r.String()
	require.Contains(t, text, "NIO, 3 iterations on gc, 0 of them on the norm (limit 10)")
	for _, row := range []string{"GradCosine", "mean gradient norm", "gradient variance", "factor of W2"} {
		require.Contains(t, text, row)
	}
	var table, csv bytes.Buffer
	require.NoError(t, r.WriteTable(&table))
	require.Equal(t, 5, strings.Count(table.String(), "\n"))
	require.NoError(t, r.WriteCSV(&csv))
	lines := strings.Split(strings.TrimSpace(csv.String()), "\n")
	require.Len(t, lines, 4)
	require.Equal(t, "iteration,gradcosine,mean_norm,variance,constraint,objective,alpha W1,alpha b1,alpha W2,alpha b2", lines[0])
	require.True(t, strings.HasPrefix(lines[1], fmt.Sprintf("0,%v,", r.Iterations[0].GC)))
}
