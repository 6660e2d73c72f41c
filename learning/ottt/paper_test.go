package ottt_test

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"couplet/internal/rng"
	"couplet/learning/internal/ottt/vectors"
	"couplet/learning/loss"
	"couplet/learning/ottt"
	"couplet/sim/golden"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The tests of this file follow the numbered properties of ottt.md §7. Property 1, the vectors, is
// TestGoldenOTTT.

// task is a random fully connected network with input and labels.
type task struct {
	fc     ottt.FC
	net    *ottt.Net[float64]
	batch  ottt.Batch
	x      []float64 // ticks × samples × inputs
	labels []int
}

// drawTask draws a network with the given numbers of hidden layers. Weights and inputs are multiples of
// 1/32, so that sums are exact in any order.
func drawTask(t *rapid.T, minHidden, maxHidden int) *task {
	c := &task{fc: ottt.NewFC()}
	for range rapid.IntRange(minHidden, maxHidden).Draw(t, "hidden layers") + 2 {
		c.fc.Sizes = append(c.fc.Sizes, rapid.IntRange(2, 9).Draw(t, "size"))
	}
	c.fc.Neuron.Lambda = rapid.SampledFrom([]float64{0.25, 0.5, 0.75, 1}).Draw(t, "lambda")
	c.fc.Neuron.Alpha = rapid.SampledFrom([]float64{1, 2, 4}).Draw(t, "alpha")
	c.fc.Bias = rapid.Bool().Draw(t, "bias")
	c.fc.TraceInput = rapid.Bool().Draw(t, "trace input")
	c.fc.TraceReadout = rapid.Bool().Draw(t, "trace readout")
	c.batch = ottt.Batch{Samples: rapid.IntRange(1, 4).Draw(t, "samples"), Training: true, Loss: loss.Instantaneous{
		Ticks: rapid.IntRange(1, 8).Draw(t, "ticks"), MSE: rapid.SampledFrom([]float64{0, 0.05, 1}).Draw(t, "mse"),
	}}
	c.build(t, rapid.Uint64().Draw(t, "seed"))
	return c
}

func (c *task) build(t require.TestingT, seed uint64) {
	network, err := c.fc.Network()
	require.NoError(t, err)
	c.net, err = ottt.New[float64](network)
	require.NoError(t, err)
	random := rng.NewKey(seed, rng.Test, 0).Stream()
	for _, p := range c.net.Params() {
		for i := range p.Value {
			p.Value[i] = math.Round(32*1.5*random.NextNormal()/math.Sqrt(float64(p.Shape[len(p.Shape)-1]))) / 32
		}
	}
	c.net.Changed()
	inputs, classes := c.fc.Sizes[0], c.fc.Sizes[len(c.fc.Sizes)-1]
	c.x = make([]float64, c.batch.Loss.Ticks*c.batch.Samples*inputs)
	for i := range c.x {
		c.x[i] = float64(random.NextBelow(2))
	}
	c.labels = make([]int, c.batch.Samples)
	for i := range c.labels {
		c.labels[i] = int(random.NextBelow(uint64(classes)))
	}
}

// at is the input of a tick.
func (c *task) at(tick int) []float64 {
	n := c.batch.Samples * c.fc.Sizes[0]
	return c.x[tick*n:][:n]
}

// bySample rearranges the input for bptt.
func (c *task) bySample() [][][]float64 {
	inputs := c.fc.Sizes[0]
	x := make([][][]float64, c.batch.Samples)
	for s := range x {
		for t := range c.batch.Loss.Ticks {
			x[s] = append(x[s], c.at(t)[s*inputs:][:inputs])
		}
	}
	return x
}

// accumulate runs OTTT_A and returns the gradients of the weights, layer by layer.
func (c *task) accumulate(t require.TestingT) [][]float64 {
	_, err := c.net.Learn(ottt.Accumulate, c.batch, c.x, c.labels, func() error { return nil })
	require.NoError(t, err)
	return weightGradients(c.net)
}

func weightGradients(net *ottt.Net[float64]) [][]float64 {
	var grads [][]float64
	for _, p := range net.Params() {
		if len(p.Shape) == 2 {
			grads = append(grads, append([]float64{}, p.Grad...))
		}
	}
	return grads
}

// requireClose requires equality up to a part of the largest entry.
func requireClose(t require.TestingT, want, got []float64, tolerance float64, format string, a ...any) {
	largest := 1e-300
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	require.Len(t, got, len(want))
	for i := range want {
		require.InDelta(t, want[i], got[i], tolerance*largest, "%s, index %d", fmt.Sprintf(format, a...), i)
	}
}

// §7.2: OTTT_A's gradient of the last hidden layer's weights is that of back-propagation through time with
// the reset detached, in a network of any depth. The first layer has to be traced for it if it is the last.
// The readout's is too, where it is not traced.
func TestLastHiddenLayerIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t, 1, 4)
		hidden := len(c.fc.Sizes) - 2
		if hidden == 1 {
			c.fc.TraceInput = true
			c.build(t, 7)
		}
		got := c.accumulate(t)
		want := bpttOf(c.fc.Sizes, c.net).gradients(c.batch.Loss, c.bySample(), c.labels)
		requireClose(t, want[hidden-1], got[hidden-1], 1e-12, "last hidden layer")
		if !c.fc.TraceReadout {
			requireClose(t, want[hidden], got[hidden], 1e-12, "readout")
		}
	})
}

// The yardstick itself: the authors' back-propagation through time, BPTT.grad of the vectors.
func TestBPTTAgainstVectors(t *testing.T) {
	eachFC(t, func(t *testing.T, v *vectors.Vectors) {
		for k, grad := range bpttGradients(t, v) {
			requireClose(t, v.Get(t, fmt.Sprintf("BPTT.grad.W%d", k)).Data, grad, 1e-9, "layer %d", k)
		}
	})
}

// eachFC runs a test for the vectors of fully connected networks, the kind that has them.
func eachFC(t *testing.T, test func(t *testing.T, v *vectors.Vectors)) {
	for _, f := range golden.Files(t, "ottt") {
		if v := vectors.Read(t, f.Path); v.Meta.Kind == "fc" {
			t.Run(f.Name, func(t *testing.T) { test(t, v) })
		}
	}
}

func bpttGradients(t *testing.T, v *vectors.Vectors) [][]float64 {
	x := make([][][]float64, v.Meta.Batch)
	for tick := range v.Meta.T {
		in := v.Input(t, tick)
		for s := range x {
			n := len(in) / len(x)
			x[s] = append(x[s], in[s*n:][:n])
		}
	}
	return bpttOf(v.Meta.Sizes, build[float64](t, v)).gradients(v.Batch(true).Loss, x, v.Labels(t))
}

// §7.3: for deeper layers OTTT is an approximation that descends: its cosine with back-propagation through
// time is positive, and the one that the vectors record.
func TestDeeperLayersDescend(t *testing.T) {
	eachFC(t, func(t *testing.T, v *vectors.Vectors) {
		net := build[float64](t, v)
		_, err := net.Learn(ottt.Accumulate, v.Batch(true), v.Get(t, "x").Data, v.Labels(t), func() error { return nil })
		require.NoError(t, err)
		got, exact := weightGradients(net), bpttGradients(t, v)
		for k := range got {
			cos := cosine(got[k], exact[k])
			require.Positive(t, cos, "layer %d", k)
			require.InDelta(t, v.Meta.Cosine[k], cos, 1e-9, "layer %d", k)
		}
	})
}

// §7.4 and §1: the membrane is what came in less what went out,
//
//	u_post^l[t] = W^l·â^{l-1}[t] + b^l·(1-λ^t)/(1-λ) - V·â^l[t],
//
// at every tick, where â⁰ is the trace of the input.
func TestAccumulationIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t, 1, 3)
		lambda, threshold := c.fc.Neuron.Lambda, c.fc.Neuron.Threshold
		layers := bpttOf(c.fc.Sizes, c.net)
		require.NoError(t, c.net.Begin(c.batch))
		inputTrace := make([]float64, c.batch.Samples*c.fc.Sizes[0])
		biasTrace := 0.0 // Σ_k λ^k = (1-λ^t)/(1-λ), and t for λ = 1
		for tick := range c.batch.Loss.Ticks {
			_, err := c.net.Tick(c.at(tick))
			require.NoError(t, err)
			for i, x := range c.at(tick) {
				inputTrace[i] = lambda*inputTrace[i] + x
			}
			biasTrace = lambda*biasTrace + 1
			below := inputTrace
			for l, p := range c.net.Populations() {
				in, out := c.fc.Sizes[l], c.fc.Sizes[l+1]
				for i, u := range p.Membrane {
					want := -threshold * p.Trace[i]
					for k, w := range layers.weights[l][i%out*in:][:in] {
						want += w * below[i/out*in+k]
					}
					if b := layers.bias[l]; b != nil {
						want += b[i%out] * biasTrace
					}
					require.InDelta(t, want, u, 1e-12, "%s, unit %d, tick %d", p.Name, i, tick)
				}
				below = p.Trace
			}
		}
	})
}

// §7.5: nothing grows with the number of ticks. The live heap at the end of 1000 ticks is that at the end
// of 6, and a tick allocates nothing.
func TestConstantMemory(t *testing.T) {
	var net *ottt.Net[float64]
	x, labels := make([]float64, 32*48), make([]int, 32)
	for i := range x {
		x[i] = float64(i % 2)
	}
	tick := func() {
		_, err := net.Tick(x)
		require.NoError(t, err)
		_, err = net.Backward(labels)
		require.NoError(t, err)
	}
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // the first one leaves what finalizers and pools held
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	begin := func(ticks int) {
		network, err := ottt.NewFC(48, 96, 96, 10).Network()
		require.NoError(t, err)
		net, err = ottt.New[float64](network)
		require.NoError(t, err)
		require.NoError(t, net.Initialise(1))
		require.NoError(t, net.Begin(ottt.Batch{Samples: 32, Training: true, Loss: loss.Instantaneous{Ticks: ticks}}))
	}
	var first float64
	for _, ticks := range []int{6, 12, 24, 48, 1000} {
		net = nil
		before := heap()
		begin(ticks)
		for range ticks {
			tick()
		}
		used := heap() - before
		runtime.KeepAlive(net)
		if first == 0 {
			first = used
		}
		require.Greater(t, used, 200e3, "the network's own arrays")
		require.InEpsilon(t, first, used, 0.05, "live heap for %d ticks", ticks)
	}
	require.Zero(t, testing.AllocsPerRun(10, tick))
}

// §7.6: inference gives the logits of training; with a learning rate of 0 the gradients of OTTT_O add up to
// those of OTTT_A; a batch is the mean of its samples.
func TestModeEquivalences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t, 1, 3)
		var result ottt.Result[float64]
		var err error
		online := make([]float64, 0)
		result, err = c.net.Learn(ottt.Online, c.batch, c.x, c.labels, func() error {
			online = addAll(online, c.net)
			return nil
		})
		require.NoError(t, err)
		c.accumulate(t)
		accumulated := addAll(nil, c.net)
		requireClose(t, accumulated, online, 1e-12, "OTTT_O with rate 0 and OTTT_A")

		logits, err := c.net.Forward(c.x, c.batch.Samples, c.batch.Loss.Ticks)
		require.NoError(t, err)
		require.Equal(t, result.Logits, logits, "inference and training")

		var singles []float64
		for s := range c.batch.Samples {
			one := *c
			one.batch.Samples, one.labels, one.x = 1, c.labels[s:s+1], nil
			for _, in := range c.bySample()[s] {
				one.x = append(one.x, in...)
			}
			one.accumulate(t)
			singles = addAll(singles, c.net)
		}
		for i := range singles {
			singles[i] /= float64(c.batch.Samples)
		}
		requireClose(t, singles, accumulated, 1e-12, "mean of single samples and batch")
	})
}

// addAll adds all gradients to a list, which is made if it is empty.
func addAll(list []float64, net *ottt.Net[float64]) []float64 {
	i, fresh := 0, len(list) == 0
	for _, p := range net.Params() {
		for _, g := range p.Grad {
			if fresh {
				list = append(list, 0)
			}
			list[i] += g
			i++
		}
	}
	return list
}

// §7.8: both modes learn what back-propagation through time learns. The task is small: three clouds of
// points, of which every input is a coordinate shown as constant current.
func TestLearning(t *testing.T) {
	const samples, inputs, classes, ticks, steps = 60, 8, 3, 6, 60
	random := rng.NewKey(3, rng.Test, 0).Stream()
	c := &task{fc: ottt.NewFC(inputs, 24, 24, classes), batch: ottt.Batch{
		Samples: samples, Training: true, Loss: loss.Instantaneous{Ticks: ticks, MSE: 0.05},
	}}
	centres := make([]float64, classes*inputs)
	for i := range centres {
		centres[i] = random.NextNormal()
	}
	for s := range samples {
		c.labels = append(c.labels, s%classes)
		for i := range inputs {
			c.x = append(c.x, centres[s%classes*inputs+i]+0.7*random.NextNormal())
		}
	}
	network, err := c.fc.Network()
	require.NoError(t, err)

	train := func(learn func(net *ottt.Net[float64])) float64 {
		net, err := ottt.New[float64](network)
		require.NoError(t, err)
		require.NoError(t, net.Initialise(1))
		for range steps {
			learn(net)
		}
		logits, err := net.Forward(c.x, samples, ticks)
		require.NoError(t, err)
		correct, err := loss.Correct(logits, c.labels)
		require.NoError(t, err)
		return float64(correct) / samples
	}
	by := func(mode ottt.Mode, rate float64) float64 {
		var step func() error
		return train(func(net *ottt.Net[float64]) {
			if step == nil {
				step = vectors.SGD(t, net.Params(), rate, 0.9)
			}
			_, err := net.Learn(mode, c.batch, c.x, c.labels, step)
			require.NoError(t, err)
		})
	}
	exact := train(func(net *ottt.Net[float64]) {
		x := make([][][]float64, samples)
		for s := range x {
			for range ticks {
				x[s] = append(x[s], c.x[s*inputs:][:inputs])
			}
		}
		grads := bpttOf(c.fc.Sizes, net).gradients(c.batch.Loss, x, c.labels)
		k := 0
		for _, p := range net.Params() {
			if len(p.Shape) != 2 {
				continue
			}
			for i, g := range grads[k] {
				p.Value[i] -= 0.3 * g
			}
			k++
		}
		net.Changed()
	})
	accumulated, online := by(ottt.Accumulate, 0.05), by(ottt.Online, 0.02)
	t.Logf("accuracy: OTTT_A %.3f, OTTT_O %.3f, BPTT %.3f", accumulated, online, exact)
	require.Greater(t, exact, 0.9)
	require.GreaterOrEqual(t, accumulated, exact-0.05)
	require.GreaterOrEqual(t, online, exact-0.05)
}
