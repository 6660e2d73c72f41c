package nio_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/nio"
	"couplet/learning/spide"
)

// spideTask is a ring with a batch.
type spideTask[F layer.Real] struct {
	ring     spide.Ring[F]
	executor *spide.Executor[F]
	batch    nio.Batch
	options  nio.SPIDEOptions
}

func newSPIDE[F layer.Real](ring spide.Ring[F], c spide.Config, seed uint64) spideTask[F] {
	fill(ring.Params(), seed, 0.5)
	return spideTask[F]{ring: ring, executor: must(spide.New(c, ring))}
}

// dress draws a batch and options.
func (c *spideTask[F]) dress(t *rapid.T, classes int) {
	n := rapid.IntRange(2, 5).Draw(t, "samples")
	values := n * layer.Size(c.ring.Input.Map.InShape())
	if rapid.Bool().Draw(t, "input changes") {
		values *= c.executor.Config().ForwardTicks
	}
	c.batch = nio.Batch{Input: draw(t, "input", values, 0, 1.5), Labels: drawLabels(t, n, classes)}
	c.options = nio.SPIDEOptions{MSE: rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "mse"), MeanOver: rapid.SampledFrom([]int{0, 1, 7}).Draw(t, "mean over")}
}

func drawConfig(t *rapid.T) spide.Config {
	c := spide.NewConfig()
	c.ForwardTicks, c.BackwardTicks = rapid.IntRange(2, 12).Draw(t, "forward"), rapid.IntRange(5, 30).Draw(t, "backward")
	c.Leak = rapid.SampledFrom([]float64{1, 0.9}).Draw(t, "leak")
	return c
}

// dense makes a map of a name.
func dense[F layer.Real](name string, in, out int, bias bool) layer.Map[F] {
	return must(layer.NewDense[F](name, in, out, bias))
}

func drawRing[F layer.Real](t *rapid.T) (spide.Ring[F], int) {
	size := func(what string) int { return rapid.IntRange(2, 8).Draw(t, what) }
	in, first, classes := size("in"), size("layer 0"), size("classes")
	ring := spide.Ring[F]{Input: spide.Block[F]{Map: dense[F]("input", in, first, rapid.Bool().Draw(t, "bias"))}}
	last := first
	if rapid.Bool().Draw(t, "two layers") {
		last = size("layer 1")
		ring.Between = []spide.Block[F]{{Map: dense[F]("between", first, last, true), Dropout: 0.3}}
	}
	if rapid.Bool().Draw(t, "feedback") {
		ring.Feedback = spide.Block[F]{Map: dense[F]("feedback", last, first, false)}
	}
	ring.Readout = dense[F]("readout", last, classes, true)
	return ring, classes
}

// gradients trains with each sample alone, by the training path of package spide: sample × tensor. The loss of a
// sample counts 1/mean.
func (c spideTask[F]) gradients(t tester) [][][]float64 {
	n, size := len(c.batch.Labels), layer.Size(c.ring.Input.Map.InShape())
	mean := c.options.MeanOver
	if mean == 0 {
		mean = n
	}
	var list [][][]float64
	for i := range n {
		for _, p := range c.ring.Params() {
			p.ZeroGrad()
		}
		at := func(tick int) []F {
			var x []F
			for _, v := range c.batch.Input[(tick*n+i)*size:][:size] {
				x = append(x, F(v))
			}
			return x
		}
		if len(c.batch.Input) == n*size {
			require.NoError(t, c.executor.Forward(spide.Pass{}, at(0), 1))
		} else {
			require.NoError(t, c.executor.ForwardFrames(spide.Pass{}, at, 1))
		}
		logits := must(c.executor.Logits())
		e := make([]F, len(logits))
		must(loss.InstantaneousLoss(loss.Instantaneous{Ticks: 1, MSE: c.options.MSE}, logits, c.batch.Labels[i:i+1], e))
		for k := range e {
			e[k] /= F(mean)
		}
		require.NoError(t, c.executor.BackwardLogits(e))
		require.NoError(t, c.executor.Accumulate())
		g := gradientsOf(c.ring.Params())
		for _, tensor := range g {
			for k := range tensor {
				tensor[k] *= float64(mean) / c.executor.Config().LossScale
			}
		}
		list = append(list, g)
	}
	return list
}

func (c spideTask[F]) requireGrams(t tester, net nio.Net, tolerance float64) {
	want := c.gradients(t)
	grams, err := net.Grams(c.batch)
	require.NoError(t, err)
	tensors := net.Tensors()
	require.Len(t, grams, len(tensors))
	for l, g := range grams {
		sameGrams(t, tensors[l].Name, explicitGram(perTensor(want, l)), g, tolerance)
	}
	for _, p := range c.ring.Params() {
		for _, v := range p.Grad {
			require.Zero(t, v, "gradients are cleared")
		}
	}
}

// nio.md §5, acceptance (1): products of rates and of errors are those of the gradients.
func TestSPIDEGramEqualsExplicit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ring, classes := drawRing[float64](t)
		c := newSPIDE(ring, drawConfig(t), rapid.Uint64().Draw(t, "weights"))
		c.dress(t, classes)
		a := must(nio.NewSPIDE(c.executor, c.ring, c.options))
		require.True(t, a.Dense())
		c.requireGrams(t, a, 1e-12)
		a.BuildGradients()
		c.requireGrams(t, a, 1e-12)
	})
}

func TestSPIDEGramInSingle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ring, classes := drawRing[float32](t)
		c := newSPIDE(ring, drawConfig(t), rapid.Uint64().Draw(t, "weights"))
		c.dress(t, classes)
		c.requireGrams(t, must(nio.NewSPIDE(c.executor, c.ring, c.options)), 1e-5)
	})
}

// Convolutions, pooling, and a feedback of restricted norm build their gradients.
func TestSPIDEGramOfOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		conv := must(layer.NewConv2D[float64]("conv", []int{1, 4, 4}, layer.Convolution{Out: 2, Kernel: 3, Stride: 1, Padding: 1, Bias: true}))
		flat := must(layer.NewFlatten[float64]([]int{2, 2, 2}))
		ring := spide.Ring[float64]{
			Input:   spide.Block[float64]{Map: conv},
			Between: []spide.Block[float64]{{Map: must(layer.NewAvgPool2D[float64]([]int{2, 4, 4}, 2, 2, 0))}},
			Readout: must(layer.NewChain[float64](flat, dense[float64]("readout", 8, 3, true))),
		}
		c := newSPIDE(ring, drawConfig(t), rapid.Uint64().Draw(t, "weights"))
		c.dress(t, 3)
		c.requireGrams(t, must(nio.NewSPIDE(c.executor, c.ring, c.options)), 1e-12)

		config := drawConfig(t)
		config.FeedbackNorm, config.NormVectors = 0.5, 4
		restricted := spide.Ring[float64]{
			Input: spide.Block[float64]{Map: dense[float64]("input", 4, 5, true)}, Feedback: spide.Block[float64]{Map: dense[float64]("feedback", 5, 5, false)},
			Readout: dense[float64]("readout", 5, 3, false),
		}
		c = newSPIDE(restricted, config, rapid.Uint64().Draw(t, "weights"))
		c.dress(t, 3)
		a := must(nio.NewSPIDE(c.executor, c.ring, c.options))
		require.False(t, a.Dense())
		require.False(t, a.Tensors()[0].Exclusive)
		c.requireGrams(t, a, 1e-12)
	})
}

func TestSPIDEErrors(t *testing.T) {
	ring := spide.Ring[float64]{Input: spide.Block[float64]{Map: dense[float64]("input", 3, 4, true)}, Readout: dense[float64]("readout", 4, 2, true)}
	c := newSPIDE(ring, spide.NewConfig(), 1)
	_, err := nio.NewSPIDE[float64](nil, ring, nio.SPIDEOptions{})
	require.EqualError(t, err, "nio: no executor")
	_, err = nio.NewSPIDE(c.executor, spide.Ring[float64]{Input: ring.Input}, nio.SPIDEOptions{})
	require.EqualError(t, err, "nio: the ring has no readout, and so no loss")
	_, err = nio.NewSPIDE(c.executor, ring, nio.SPIDEOptions{MeanOver: -1})
	require.ErrorContains(t, err, "a mini-batch of -1 samples")
	_, err = nio.NewSPIDE(c.executor, ring, nio.SPIDEOptions{MSE: 2})
	require.ErrorContains(t, err, "from 0 to 1 (2)")
	two := ring
	two.Between = []spide.Block[float64]{{Map: dense[float64]("between", 4, 4, true)}}
	_, err = nio.NewSPIDE(c.executor, two, nio.SPIDEOptions{})
	require.EqualError(t, err, "nio: an executor of 1 layers for a ring of 2")
	wide := spide.Ring[float64]{Input: spide.Block[float64]{Map: dense[float64]("input", 3, 5, true)}, Readout: dense[float64]("readout", 5, 2, true)}
	_, err = nio.NewSPIDE(c.executor, wide, nio.SPIDEOptions{})
	require.EqualError(t, err, "nio: layer 0 of the executor has 4 neurons, that of the ring 5")
	other := ring
	other.Readout = dense[float64]("readout", 4, 3, true)
	_, err = must(nio.NewSPIDE(c.executor, other, nio.SPIDEOptions{})).Grams(nio.Batch{Input: make([]float64, 3), Labels: []int{0}})
	require.EqualError(t, err, "nio: the executor has 2 classes, the ring 3")
	a := must(nio.NewSPIDE(c.executor, ring, nio.SPIDEOptions{}))
	_, err = a.Grams(nio.Batch{Input: make([]float64, 4), Labels: []int{0}})
	require.ErrorContains(t, err, "nio: an input of 4 values")
	_, err = a.Grams(nio.Batch{Input: make([]float64, 3), Labels: []int{5}})
	require.ErrorContains(t, err, "label")
}
