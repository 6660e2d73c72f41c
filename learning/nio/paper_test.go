package nio_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/dataset"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/nio"
	"couplet/learning/ottt"
	"couplet/learning/spide"
)

// The tests of this file follow the specification drawn from "Towards Theoretically Inspired Neural
// Initialization Optimization" (arXiv 2210.05956): each takes a formula or a claim, sets up, acts, checks. The
// comments name the section of nio.md.

// §1, the identity behind the bound: Σ_ij |g_i − g_j|² = 2n·Σ|g_i|² − 2·|Σ g_i|².
func TestIdentityOfDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gradients := drawGradients(t, rapid.IntRange(2, 8).Draw(t, "samples"))
		n := float64(len(gradients))
		differences := 0.0
		for _, a := range gradients {
			for _, b := range gradients {
				for k := range a {
					differences += (a[k] - b[k]) * (a[k] - b[k])
				}
			}
		}
		g := explicitGram(gradients)
		squares, all := 0.0, 0.0
		for i := range g.N {
			squares += g.At(i, i)
		}
		for _, v := range g.V {
			all += v // |Σ g_i|² = Σ_ij ⟨g_i, g_j⟩
		}
		require.InDelta(t, differences, 2*n*squares-2*all, 1e-12*(1+2*n*squares))
		// The same as the total variance, which is the bound but for its constants.
		require.InDelta(t, differences/(2*n*n), nio.Measure(g).Variance, 1e-12*(1+squares))
	})
}

// §1: where all norms are G, the bound mean |g_i|² − |mean g|² is G²·(1 − GC with diagonal), and the two means of
// the cosine are (1 + (n−1)·GC)/n apart.
func TestBoundOfEqualNorms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gradients := drawGradients(t, rapid.IntRange(2, 8).Draw(t, "samples"))
		const G = 3.0
		for _, g := range gradients {
			g[0] += 2 // none is zero
			length := nio.Measure(explicitGram([][]float64{g})).Norms[0]
			for k := range g {
				g[k] *= G / length
			}
		}
		f, n := nio.Measure(explicitGram(gradients)), float64(len(gradients))
		require.InDelta(t, f.Variance, G*G*(1-f.WithDiagonal), 1e-12*G*G)
		require.InDelta(t, f.WithDiagonal, (1+(n-1)*f.GC)/n, 1e-12)
	})
}

// §2: the parts of a batch for B = 16, D = 4, r = 0.2, which are not equal; and what one expects for D = 2.
func TestPartsOfTheReference(t *testing.T) {
	requireChunks(t, [][2]int{{0, 4}, {3, 9}, {6, 14}, {9, 16}}, 16, 4, 0.2)
	requireChunks(t, [][2]int{{0, 8}, {8, 16}}, 16, 2, 0)
	requireChunks(t, [][2]int{{0, 12}, {4, 16}}, 16, 2, 0.5)
}

// §3: the released choices.
func TestReleasedOptions(t *testing.T) {
	require.Equal(t, nio.Options{
		Parts: 4, Overlap: 0.2, NormLimit: 10, Objective: nio.GCNormRoot, NormWeight: 1,
		Rate: 0.003, Iterations: 100, Floor: 0.01, Clip: 1,
	}, nio.NewOptions())
	require.NoError(t, nio.NewOptions().Validate())
}

// yinYang hands out batches of a small classification task, a fresh one for each iteration.
func yinYang(t *testing.T, seed uint64, samples int) nio.Sampler {
	const iterations = 60
	table := must(dataset.Random{Seed: seed}.GenerateYinYang(dataset.Train, iterations*samples))
	return func(iteration int) (nio.Batch, error) {
		b := nio.Batch{Step: uint64(iteration)}
		row := make([]float32, layer.Size(table.Shape()))
		for i := range samples {
			label, err := table.Sample(iteration%iterations*samples+i, row)
			if err != nil {
				return nio.Batch{}, err
			}
			for _, v := range row {
				b.Input = append(b.Input, float64(v))
			}
			b.Labels = append(b.Labels, label)
		}
		return b, nil
	}
}

// rise runs NIO on GC for 50 iterations of fresh batches, and returns GC on batches that it has not seen, before
// and after.
func rise(t *testing.T, net nio.Net, seed uint64) (before, after float64) {
	unseen := yinYang(t, seed+100, 64)
	gc := func() float64 {
		sum := 0.0
		for k := range 4 {
			sum += nio.Measure(totalGram(t, net, must(unseen(k)))).GC / 4
		}
		return sum
	}
	before = gc()
	o := nio.NewOptions()
	o.Objective, o.Rate, o.Iterations, o.Parts = nio.GC, 0.03, 50, 0
	must(nio.Init(net, yinYang(t, seed, 24), o))
	return before, gc()
}

// §5, acceptance (5): on a small spiking classifier the objective gc raises GC in 50 iterations, with derivatives
// by differences, for each of five seeds. (With norm terms it need not, §4.)
func TestGradCosineRisesWithOTTT(t *testing.T) {
	for seed := range uint64(5) {
		net := must(ottt.New[float32](must(ottt.NewFC(4, 24, 3).Network())))
		require.NoError(t, net.Initialise(seed))
		a := must(nio.NewOTTT(net, nio.OTTTOptions{Loss: loss.Instantaneous{Ticks: 6}}))
		before, after := rise(t, a, seed)
		t.Logf("seed %d: GC %.3f before, %.3f after", seed, before, after)
		require.Greater(t, after, before, "seed %d", seed)
	}
}

// The same with a ring of SPIDE.
func TestGradCosineRisesWithSPIDE(t *testing.T) {
	for seed := range uint64(5) {
		ring := spide.Ring[float32]{
			Input: spide.Block[float32]{Map: dense[float32]("input", 4, 24, true)}, Feedback: spide.Block[float32]{Map: dense[float32]("feedback", 24, 24, false)},
			Readout: dense[float32]("readout", 24, 3, true),
		}
		c := spide.NewConfig()
		c.ForwardTicks, c.BackwardTicks = 20, 30
		task := newSPIDE(ring, c, seed+1)
		a := must(nio.NewSPIDE(task.executor, ring, nio.SPIDEOptions{MeanOver: 1}))
		before, after := rise(t, a, seed)
		t.Logf("seed %d: GC %.3f before, %.3f after", seed, before, after)
		require.Greater(t, after, before, "seed %d", seed)
	}
}
