package bptt_test

import (
	"errors"
	"math"
	"runtime"
	"testing"

	"couplet/internal/dense"
	"couplet/internal/rng"
	"couplet/learning/bptt"
	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func newNet[F float32 | float64](t require.TestingT, network interface{ Network() (ottt.Network, error) }) *bptt.Net[F] {
	description, err := network.Network()
	require.NoError(t, err)
	net, err := bptt.New[F](description)
	require.NoError(t, err)
	return net
}

// The same seed gives the same parameters as in online training: a baseline starts where its rival does.
func TestInitialWeightsAreThoseOfOnlineTraining(t *testing.T) {
	c := ottt.NewNFResNet([]int{2, 8, 8}, ottt.Stem{Channels: 3, Kernel: 3, Stride: 1}, []ottt.Stage{{Blocks: 1, Channels: 4}, {Blocks: 1, Channels: 5}}, 3)
	net := newNet[float32](t, c)
	online, err := ottt.New[float32](net.Network())
	require.NoError(t, err)
	require.NoError(t, net.Initialise(5))
	require.NoError(t, online.Initialise(5))
	require.Equal(t, online.Params(), net.Params())
	require.Equal(t, 3, net.Classes())
	require.Equal(t, 128, net.InputSize())
}

// The history is what HistoryBytes says, in proportion to ticks and samples, and nothing else grows with
// the number of ticks.
func TestMemoryGrowsLinearly(t *testing.T) {
	const samples = 32
	x, labels := make([]float32, samples*48), make([]int, samples)
	for i := range x {
		x[i] = float32(i % 2)
	}
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // the first one leaves what finalizers and pools held
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	var rest float64 // what does not belong to the history
	for _, ticks := range []int{6, 12, 24, 48, 200} {
		before := heap()
		net := newNet[float32](t, ottt.NewFC(48, 96, 96, 10))
		require.NoError(t, net.Initialise(1))
		_, err := net.Learn(ottt.Batch{Samples: samples, Loss: loss.Instantaneous{Ticks: ticks}}, x, labels, nil)
		require.NoError(t, err)
		used := heap() - before
		history := net.HistoryBytes(ticks, samples)
		require.Equal(t, int64(ticks*samples*4*(2*96+2*96+10)), history)
		require.Equal(t, history, net.HeldBytes(), "%d ticks", ticks)
		if rest == 0 {
			rest = used - float64(history)
		}
		require.InEpsilon(t, rest+float64(history), used, 0.05, "live heap for %d ticks", ticks)
	}
}

// HistoryBytes is what Learn takes in any network.
func TestHistoryBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t, drawNetwork(t))
		net := c.bptt(t)
		_, err := net.Learn(c.batch, c.x, c.labels, nil)
		require.NoError(t, err)
		require.Equal(t, net.HeldBytes(), net.HistoryBytes(c.batch.Loss.Ticks, c.batch.Samples))
	})
}

// A batch allocates nothing but the logits that it returns, once there has been one as large.
func TestSteadyBatchAllocatesItsLogits(t *testing.T) {
	net := newNet[float32](t, ottt.NewVGG([]int{1, 8, 8}, "4C3-AP2-4C3-12", 3))
	require.NoError(t, net.Initialise(1))
	x, labels := make([]float32, 4*64), []int{0, 1, 2, 0}
	learn := func() {
		_, err := net.Learn(ottt.Batch{Samples: 4, Loss: loss.Instantaneous{Ticks: 5}}, x, labels, nil)
		require.NoError(t, err)
	}
	learn()
	require.LessOrEqual(t, testing.AllocsPerRun(10, learn), 1.0)
}

// What a batch leaves behind does not reach the next: the same batch gives the same result after another
// that was longer and larger.
func TestBatchesAreIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		network := drawNetwork(t)
		c, other := drawTask(t, network), drawTask(t, network)
		net := c.bptt(t)
		want, err := net.Learn(c.batch, c.x, c.labels, nil)
		require.NoError(t, err)
		var grads [][]float64
		for _, p := range net.Params() {
			grads = append(grads, append([]float64{}, p.Grad...))
		}
		_, err = net.Learn(other.batch, other.x, other.labels, nil)
		require.NoError(t, err)
		got, err := net.Learn(c.batch, c.x, c.labels, nil)
		require.NoError(t, err)
		require.Equal(t, want, got)
		for i, p := range net.Params() {
			require.Equal(t, grads[i], append([]float64{}, p.Grad...), p.Name)
		}
	})
}

// The gradients of twins, each with a part of a batch, add up to those of the whole.
func TestTwinsShareABatch(t *testing.T) {
	c := ottt.NewVGG([]int{1, 4, 4}, "3C3-AP2-4C3", 3)
	c.Dropout, c.Feedback = 0.25, true
	net := newNet[float64](t, c)
	fill(net.Params(), 3)
	net.Changed()
	twin, err := net.Twin()
	require.NoError(t, err)
	random := rng.NewKey(1, rng.Test, 0).Stream()
	x, labels := make([]float64, 5*16), []int{2, 0, 1, 1, 0}
	for i := range x {
		x[i] = 2 * random.NextFloat64()
	}
	batch := ottt.Batch{Samples: 5, Seed: 9, Loss: loss.Instantaneous{Ticks: 4, MSE: 0.05}}
	whole, err := net.Learn(batch, x, labels, nil)
	require.NoError(t, err)
	want := map[string][]float64{}
	for _, p := range net.Params() {
		want[p.Name] = append([]float64{}, p.Grad...)
	}

	batch.Samples, batch.Of = 2, 5
	first, err := net.Learn(batch, x[:2*16], labels[:2], nil)
	require.NoError(t, err)
	batch.Samples, batch.First = 3, 2
	second, err := twin.Learn(batch, x[2*16:], labels[2:], nil)
	require.NoError(t, err)
	require.NoError(t, net.AddGradients(twin))
	requireGradients(t, want, net, 1e-12)
	require.InDelta(t, whole.Loss, first.Loss+second.Loss, 1e-12)
	require.Equal(t, whole.Logits, append(first.Logits, second.Logits...))

	net.Params()[0].Value[0] += 0.5
	twin.Changed()
	require.Equal(t, net.Params()[0].Value, twin.Params()[0].Value)
	require.ErrorContains(t, net.AddGradients(newNet[float64](t, ottt.NewFC(2, 2))), "another network")
}

// Workers do not change a bit.
func TestWorkersGiveTheSameBits(t *testing.T) {
	x, labels := images(12)
	run := func(workers int) (ottt.Result[float32], []float32) {
		net := newNet[float32](t, ottt.NewFC(784, 40, 30, 10))
		require.NoError(t, net.Initialise(1))
		pool, err := dense.NewPool(workers)
		require.NoError(t, err)
		defer pool.Close()
		net.SetWorkspace(dense.NewWorkspace[float32](pool, dense.Reproducible))
		r, err := net.Learn(ottt.Batch{Samples: 12, Loss: loss.Instantaneous{Ticks: 3}}, x, labels, nil)
		require.NoError(t, err)
		return r, net.Params()[0].Grad
	}
	alone, grad := run(1)
	shared, same := run(3)
	require.Equal(t, alone, shared)
	require.Equal(t, grad, same)
}

// A small task is learned, as well as by online training: three clouds of points, of which every input is
// a coordinate shown as constant current.
func TestLearning(t *testing.T) {
	const samples, inputs, classes, ticks, steps = 60, 8, 3, 6, 60
	random := rng.NewKey(3, rng.Test, 0).Stream()
	centres := make([]float64, classes*inputs)
	for i := range centres {
		centres[i] = random.NextNormal()
	}
	var x []float64
	var labels []int
	for s := range samples {
		labels = append(labels, s%classes)
		for i := range inputs {
			x = append(x, centres[s%classes*inputs+i]+0.7*random.NextNormal())
		}
	}
	net := newNet[float64](t, ottt.NewFC(inputs, 24, 24, classes))
	require.NoError(t, net.Initialise(1))
	o, err := optim.Build(optim.SGD{LR: 0.05, Momentum: 0.9}, group(net.Params()))
	require.NoError(t, err)
	batch := ottt.Batch{Samples: samples, Loss: loss.Instantaneous{Ticks: ticks, MSE: 0.05}}
	var losses []float64
	for range steps {
		r, err := net.Learn(batch, x, labels, func() error { return o.Step(1) })
		require.NoError(t, err)
		losses = append(losses, r.Loss)
	}
	logits, err := net.Forward(x, samples, ticks)
	require.NoError(t, err)
	correct, err := loss.Correct(logits, labels)
	require.NoError(t, err)
	t.Logf("%d of %d correct, loss from %.3f to %.3f", correct, samples, losses[0], losses[steps-1])
	require.Greater(t, correct, samples*9/10)
	require.Less(t, losses[steps-1], losses[0]/4)
}

func TestActivity(t *testing.T) {
	net := newNet[float64](t, ottt.NewFC(1, 1, 1))
	copy(net.Params()[0].Value, []float64{0.5}) // fires where the input is at least 2
	net.Changed()
	_, err := net.Learn(ottt.Batch{Samples: 1, Loss: loss.Instantaneous{Ticks: 4}}, []float64{2, 0, 2, 0}, []int{0}, nil)
	require.NoError(t, err)
	_, err = net.Forward([]float64{2}, 1, 1)
	require.NoError(t, err)
	a := net.Activity()
	require.Equal(t, int64(5), a.SampleTicks)
	require.Equal(t, []ottt.PopulationActivity{{Name: "lif0", Neurons: 1, Spikes: 3, Rate: 0.6}}, a.Populations)
	net.ResetActivity()
	require.Zero(t, net.Activity().SampleTicks)
	require.Zero(t, net.Activity().Populations[0].Spikes)
}

func TestErrors(t *testing.T) {
	_, err := bptt.New[float32](ottt.Network{})
	require.ErrorContains(t, err, "bptt: ottt: ")

	four := loss.Instantaneous{Ticks: 4}
	for _, c := range []struct {
		name   string
		batch  ottt.Batch
		input  int
		labels []int
		want   string
	}{
		{"no samples", ottt.Batch{Loss: four}, 0, nil, "a batch of 0 samples"},
		{"part outside", ottt.Batch{Samples: 2, First: 1, Of: 2, Loss: four}, 6, []int{0, 1}, "samples 1 to 2 of a batch of 2"},
		{"part before", ottt.Batch{Samples: 1, First: -1, Of: 2, Loss: four}, 3, []int{0}, "samples -1 to -1"},
		{"labels missing", ottt.Batch{Samples: 2, Loss: four}, 6, []int{0}, "1 labels for a batch of 2"},
		{"label unknown", ottt.Batch{Samples: 1, Loss: four}, 3, []int{2}, "label"},
		{"no ticks", ottt.Batch{Samples: 1}, 3, []int{0}, "at least 1 tick"},
		{"input too short", ottt.Batch{Samples: 2, Loss: four}, 5, []int{0, 1}, "an input of 5 values, want 2 samples of 3 at each of 4 ticks, or once"},
		{"wrong ticks", ottt.Batch{Samples: 1, Loss: four}, 9, []int{0}, "an input of 9 values"},
		{"too long", ottt.Batch{Samples: 1, Loss: loss.Instantaneous{Ticks: math.MaxInt}}, 3, []int{0}, "at most 2^40"},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := newNet[float32](t, ottt.NewFC(3, 4, 2))
			_, err := net.Learn(c.batch, make([]float32, c.input), c.labels, nil)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "bptt: ")
		})
	}

	net := newNet[float32](t, ottt.NewFC(3, 4, 2))
	_, err = net.Forward(make([]float32, 2), 1, 4)
	require.ErrorContains(t, err, "bptt: ottt: an input of 2 values")
	broken := errors.New("broken")
	_, err = net.Learn(ottt.Batch{Samples: 1, Loss: four}, make([]float32, 3), []int{0}, func() error { return broken })
	require.ErrorIs(t, err, broken)
}

// Numbers that are not finite are named where they come from.
func TestNotFinite(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name  string
		spoil func(net *bptt.Net[float64], x []float64)
		want  string
	}{
		{"parameter", func(net *bptt.Net[float64], x []float64) { net.Params()[2].Value[1] = inf }, `the parameter "lin.1.weight" is +Inf (index 1)`},
		{"input", func(net *bptt.Net[float64], x []float64) { x[2*6+3+1] = inf }, "the input of sample 8 is +Inf at tick 3 (index 1)"},
		{"potential", func(net *bptt.Net[float64], x []float64) {
			net.Params()[0].Value[3] = math.MaxFloat64 // to unit 1, from input 0
			x[6+3] = 4
		}, `in sample 8 unit 1 of layer "lif0" is at +Inf in tick 2`},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := newNet[float64](t, ottt.NewFC(3, 4, 2))
			for _, p := range net.Params() {
				for i := range p.Value {
					p.Value[i] = 0.5
				}
			}
			x := make([]float64, 4*6)
			c.spoil(net, x)
			net.Changed()
			_, err := net.Learn(ottt.Batch{Samples: 2, First: 7, Of: 9, Loss: loss.Instantaneous{Ticks: 4}}, x, []int{0, 1}, nil)
			require.ErrorContains(t, err, c.want)
		})
	}
}
