package nio_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/nio"
	"couplet/learning/ottt"
)

// otttTask is a network with a batch.
type otttTask[F layer.Real] struct {
	net   *ottt.Net[F]
	loss  loss.Instantaneous
	batch nio.Batch
}

func drawOTTT[F layer.Real](t *rapid.T, network ottt.Network, width float64) otttTask[F] {
	net := must(ottt.New[F](network))
	fill(net.Params(), rapid.Uint64().Draw(t, "weights"), width)
	net.Changed()
	c := otttTask[F]{net: net, loss: loss.Instantaneous{Ticks: rapid.IntRange(1, 5).Draw(t, "ticks"), MSE: rapid.SampledFrom([]float64{0, 0.05}).Draw(t, "mse")}}
	n := rapid.IntRange(2, 5).Draw(t, "samples")
	values := n * net.InputSize()
	if rapid.Bool().Draw(t, "input changes") {
		values *= c.loss.Ticks
	}
	c.batch = nio.Batch{Input: draw(t, "input", values, 0, 1.5), Labels: drawLabels(t, n, net.Classes()), Step: 3}
	return c
}

// gradients trains with each sample alone, by the training path of package ottt, and keeps its gradients:
// sample × tensor.
func (c otttTask[F]) gradients(t tester) [][][]float64 {
	n := len(c.batch.Labels)
	size := c.net.InputSize()
	var list [][][]float64
	for i := range n {
		var x []F
		for at := i * size; at < len(c.batch.Input); at += n * size {
			for _, v := range c.batch.Input[at:][:size] {
				x = append(x, F(v))
			}
		}
		b := ottt.Batch{Samples: 1, Loss: c.loss, Step: c.batch.Step, Seed: 9}
		_, err := c.net.Learn(ottt.Accumulate, b, x, c.batch.Labels[i:i+1], func() error {
			list = append(list, gradientsOf(c.net.Params()))
			return nil
		})
		require.NoError(t, err)
	}
	return list
}

// requireGrams compares the matrices of an adapter with those of gradients that were built.
func (c otttTask[F]) requireGrams(t tester, net nio.Net, tolerance float64) {
	want := c.gradients(t)
	grams, err := net.Grams(c.batch)
	require.NoError(t, err)
	tensors := net.Tensors()
	require.Len(t, grams, len(tensors))
	for l, g := range grams {
		sameGrams(t, tensors[l].Name, explicitGram(perTensor(want, l)), g, tolerance)
	}
}

func drawFC(t *rapid.T) ottt.Network {
	sizes := rapid.SliceOfN(rapid.IntRange(2, 7), 2, 4).Draw(t, "sizes")
	c := ottt.NewFC(sizes...)
	c.Bias, c.TraceInput, c.TraceReadout = rapid.Bool().Draw(t, "bias"), rapid.Bool().Draw(t, "trace input"), rapid.Bool().Draw(t, "trace readout")
	c.Neuron.Lambda = rapid.SampledFrom([]float64{0, 0.5, 0.8, 1}).Draw(t, "lambda")
	return must(c.Network())
}

// nio.md §5, acceptance (1): the products of errors and traces are those of the gradients, without building them.
func TestOTTTGramEqualsExplicit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOTTT[float64](t, drawFC(t), 1)
		a := must(nio.NewOTTT(c.net, nio.OTTTOptions{Loss: c.loss, Seed: 9}))
		require.True(t, a.Dense())
		c.requireGrams(t, a, 1e-12)
		a.BuildGradients()
		c.requireGrams(t, a, 1e-12)
	})
}

// The same in float32, where gradients that are built round more often.
func TestOTTTGramInSingle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOTTT[float32](t, drawFC(t), 1)
		a := must(nio.NewOTTT(c.net, nio.OTTTOptions{Loss: c.loss, Seed: 9}))
		c.requireGrams(t, a, 1e-5)
	})
}

// Networks that are not dense build their gradients: convolutions, standardised weights, feedback, residual
// branches with gains.
func TestOTTTGramOfImages(t *testing.T) {
	vgg := ottt.NewVGG([]int{1, 4, 4}, "3C3-AP2-4C3", 3)
	vgg.Feedback = true
	plain := ottt.NewVGG([]int{2, 4, 4}, "3C3-AP2-5", 2)
	plain.Standardised, plain.Scale = false, 1
	residual := ottt.NewNFResNet([]int{1, 4, 4}, ottt.Stem{Channels: 2, Kernel: 3, Stride: 1}, []ottt.Stage{{Blocks: 1, Channels: 2}, {Blocks: 1, Channels: 3}}, 2)
	for name, c := range map[string]interface{ Network() (ottt.Network, error) }{"VGG-F": vgg, "VGG": plain, "NF-ResNet": residual} {
		t.Run(name, func(t *testing.T) {
			network := must(c.Network())
			rapid.Check(t, func(t *rapid.T) {
				c := drawOTTT[float64](t, network, 0.7)
				a := must(nio.NewOTTT(c.net, nio.OTTTOptions{Loss: c.loss, Seed: 9}))
				require.False(t, a.Dense())
				c.requireGrams(t, a, 1e-12)
			})
		})
	}
}

// Tensors are the parameters, with the populations into which they lead.
func TestOTTTTensors(t *testing.T) {
	network := must(ottt.NewFC(3, 4, 2).Network())
	net := must(ottt.New[float32](network))
	require.NoError(t, net.Initialise(1))
	tensors := must(nio.NewOTTT(net, nio.OTTTOptions{Loss: loss.Instantaneous{Ticks: 2}})).Tensors()
	require.Positive(t, tensors[0].Norm)
	require.Positive(t, tensors[2].Norm)
	tensors[0].Norm, tensors[2].Norm = 0, 0
	require.Equal(t, []nio.Tensor{
		{Name: "lin.0.weight", Kind: nio.Weight, Size: 12, Population: "lif0", Exclusive: true},
		{Name: "lin.0.bias", Kind: nio.Bias, Size: 4, Population: "lif0", Exclusive: true},
		{Name: "lin.1.weight", Kind: nio.Weight, Size: 8},
		{Name: "lin.1.bias", Kind: nio.Bias, Size: 2},
	}, tensors)

	network = must(ottt.NewVGG([]int{1, 4, 4}, "3C3", 2).Network())
	net = must(ottt.New[float32](network))
	require.NoError(t, net.Initialise(1))
	tensors = must(nio.NewOTTT(net, nio.OTTTOptions{Loss: loss.Instantaneous{Ticks: 2}})).Tensors()
	require.Equal(t, nio.Gain, tensors[1].Kind)
	require.False(t, tensors[0].Exclusive, "standardised weights do not scale")
	for l, p := range net.Params() {
		require.Equal(t, p.Name, tensors[l].Name)
		require.Equal(t, len(p.Value), tensors[l].Size)
	}
}

func TestOTTTErrors(t *testing.T) {
	network := must(ottt.NewFC(3, 4, 2).Network())
	net := must(ottt.New[float32](network))
	_, err := nio.NewOTTT[float32](nil, nio.OTTTOptions{})
	require.EqualError(t, err, "nio: no network")
	_, err = nio.NewOTTT(net, nio.OTTTOptions{})
	require.ErrorContains(t, err, "needs at least 1 tick (0)")

	a := must(nio.NewOTTT(net, nio.OTTTOptions{Loss: loss.Instantaneous{Ticks: 2}, MaxBytes: 100}))
	_, err = a.Grams(nio.Batch{Input: make([]float64, 5), Labels: []int{0, 1}})
	require.EqualError(t, err, "nio: an input of 5 values, want 3 for each of 2 samples, at least 1, once or at each of 2 ticks")
	_, err = a.Grams(nio.Batch{Input: make([]float64, 6), Labels: []int{0, 2}})
	require.ErrorContains(t, err, "label")
	require.EqualError(t, a.Rescale([]float64{1}), "nio: 1 factors for 4 tensors")
	a.BuildGradients()
	_, err = a.Grams(nio.Batch{Input: make([]float64, 6), Labels: []int{0, 1}})
	require.ErrorContains(t, err, "take fewer samples a batch, or raise MaxBytes")
}

// Dropout masks are those of training, by the place of a sample in its batch: alone or not makes no difference.
func TestOTTTDropout(t *testing.T) {
	c := ottt.NewFC(5, 30, 3)
	c.Dropout = 0.4
	net := must(ottt.New[float64](must(c.Network())))
	fill(net.Params(), 4, 1)
	b := nio.Batch{Input: drive(4*5, 1), Labels: []int{0, 1, 2, 0}, Step: 1}
	a := must(nio.NewOTTT(net, nio.OTTTOptions{Loss: loss.Instantaneous{Ticks: 4}, Seed: 2}))
	together := must(a.Grams(b))
	other := b
	other.Step = 2
	require.NotEqual(t, together, must(a.Grams(other)), "another step drops others")
	a.BuildGradients()
	for l, g := range must(a.Grams(b)) {
		sameGrams(t, a.Tensors()[l].Name, g, together[l], 1e-12)
	}
}
