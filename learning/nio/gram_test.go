package nio_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/nio"
)

// drawGradients draws n gradients.
func drawGradients(t *rapid.T, n int) [][]float64 {
	size := rapid.IntRange(1, 12).Draw(t, "parameters")
	x := draw(t, "gradients", n*size, -1, 1)
	list := make([][]float64, n)
	for i := range list {
		list[i] = x[i*size:][:size]
	}
	return list
}

// meanOf is the mean of some gradients.
func meanOf(gradients [][]float64) []float64 {
	mean := make([]float64, len(gradients[0]))
	for _, g := range gradients {
		for k, v := range g {
			mean[k] += v / float64(len(gradients))
		}
	}
	return mean
}

// nio.md §5: one matrix serves all divisions. The blocks of the samples' matrix are the matrix of the parts'
// mean gradients, which are built here.
func TestBlocksAreMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gradients := drawGradients(t, rapid.IntRange(2, 20).Draw(t, "samples"))
		rule := rapid.SampledFrom([]nio.Windows{nio.ReferenceWindows, nio.SymmetricWindows}).Draw(t, "rule")
		parts, err := nio.Chunks(rule, len(gradients), rapid.IntRange(1, len(gradients)).Draw(t, "parts"), rapid.Float64Range(0, 0.9).Draw(t, "overlap"))
		require.NoError(t, err)
		var means [][]float64
		for _, p := range parts {
			means = append(means, meanOf(gradients[p.Start:min(p.End, len(gradients))]))
		}
		blocks, err := explicitGram(gradients).Blocks(parts)
		require.NoError(t, err)
		for k, want := range explicitGram(means).V {
			require.InDelta(t, want, blocks.V[k], 1e-13)
		}
	})
}

// The total variance from inner products is the sum of the variances of the parameters.
func TestVarianceOfParameters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gradients := drawGradients(t, rapid.IntRange(1, 9).Draw(t, "samples"))
		mean, want := meanOf(gradients), 0.0
		for _, g := range gradients {
			for k, v := range g {
				want += (v - mean[k]) * (v - mean[k]) / float64(len(gradients))
			}
		}
		require.InDelta(t, want, nio.Measure(explicitGram(gradients)).Variance, 1e-13)
	})
}

// Both forms of a dense projection's matrix are that of the gradients Σ_t δ[t] ⊗ â[t].
func TestFormsOfDenseGram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, ticks := rapid.IntRange(1, 6).Draw(t, "samples"), rapid.IntRange(1, 5).Draw(t, "ticks")
		in, out := rapid.IntRange(1, 7).Draw(t, "in"), rapid.IntRange(1, 7).Draw(t, "out")
		errors, inputs := draw(t, "errors", n*ticks*out, -1, 1), draw(t, "inputs", n*ticks*in, 0, 2)
		weights, biases := make([][]float64, n), make([][]float64, n)
		for i := range n {
			weights[i], biases[i] = make([]float64, out*in), make([]float64, out)
			for tick := range ticks {
				for o := range out {
					e := errors[(i*ticks+tick)*out+o]
					biases[i][o] += e
					for k := range in {
						weights[i][o*in+k] += e * inputs[(i*ticks+tick)*in+k]
					}
				}
			}
		}
		pairs, rows, bias := nio.GramForms(n, ticks, in, out, errors, inputs)
		sameGrams(t, "pairs", explicitGram(weights), pairs, 1e-12)
		sameGrams(t, "rows", explicitGram(weights), rows, 1e-12)
		sameGrams(t, "bias", explicitGram(biases), bias, 1e-12)
	})
}

// A gradient of zero has no direction: its cosines count as 0, and nothing becomes infinite.
func TestZeroGradient(t *testing.T) {
	g := explicitGram([][]float64{{3, 4}, {0, 0}, {6, 8}})
	f := nio.Measure(g)
	require.Equal(t, []float64{5, 0, 10}, f.Norms)
	require.InDelta(t, 1.0/3, f.GC, 1e-15) // one pair of three
	require.InDelta(t, 4.0/9, f.WithDiagonal, 1e-15)
	require.InDelta(t, 0, nio.SlopeGC(g, explicitGram([][]float64{{1, 1}, {1, 0}, {1, 1}})), 1)
	require.Zero(t, nio.Measure(explicitGram([][]float64{{1, 2}})).GC, "one gradient has no pair")
}

// The symmetric rule reaches equally far to both sides of each part, up to rounding, and stays in the batch.
func TestSymmetricWindows(t *testing.T) {
	parts, err := nio.Chunks(nio.SymmetricWindows, 40, 4, 0.2)
	require.NoError(t, err)
	require.Equal(t, []nio.Part{{0, 12}, {8, 22}, {18, 32}, {28, 40}}, parts)
	parts, err = nio.Chunks(nio.SymmetricWindows, 17, 4, 0)
	require.NoError(t, err)
	require.Equal(t, []nio.Part{{0, 4}, {4, 8}, {8, 12}, {12, 17}}, parts)
}

// Every rule covers the batch, with no part empty, whatever is asked for.
func TestWindowsCoverTheBatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		batch := rapid.IntRange(1, 300).Draw(t, "batch")
		rule := rapid.SampledFrom([]nio.Windows{nio.ReferenceWindows, nio.SymmetricWindows}).Draw(t, "rule")
		parts, err := nio.Chunks(rule, batch, rapid.IntRange(1, batch).Draw(t, "parts"), rapid.Float64Range(0, 0.99).Draw(t, "overlap"))
		require.NoError(t, err)
		reached := 0
		for _, p := range parts {
			require.Less(t, p.Start, min(p.End, batch))
			require.LessOrEqual(t, p.Start, reached, "a gap")
			reached = max(reached, min(p.End, batch))
		}
		require.Equal(t, batch, reached)
	})
}

func TestGramErrors(t *testing.T) {
	_, err := nio.Chunks(nio.ReferenceWindows, 3, 4, 0)
	require.EqualError(t, err, "nio: 4 parts of a batch of 3 samples, want 1 to as many parts as samples")
	_, err = nio.Chunks(nio.ReferenceWindows, 3, 2, 1)
	require.EqualError(t, err, "nio: the overlap of parts must be in [0, 1) (1)")
	_, err = nio.Chunks(nio.Windows(7), 3, 2, 0)
	require.ErrorContains(t, err, "unknown rule of parts (7)")
	_, err = nio.Sum(nil)
	require.ErrorContains(t, err, "no Gram matrices")
	_, err = nio.Sum([]nio.Gram{nio.NewGram(2), nio.NewGram(3)})
	require.ErrorContains(t, err, "tensor 1 has 3 samples")
	_, err = nio.NewGram(2).Blocks([]nio.Part{{2, 3}})
	require.EqualError(t, err, "nio: part 0 has no samples ([2, 3) of 2)")
}
