package event_test

import (
	"math"
	"runtime"
	"testing"

	"couplet/learning/internal/ottt/vectors"
	"couplet/learning/loss"
	"couplet/learning/ottt"
	"couplet/learning/ottt/event"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// §7.7: traces that nobody asks for rest, and are decayed by λ^Δt when somebody does: exactly the traces of the
// dense run where λ is a power of two, and others within rounding.
func TestLazyTracesAreDense(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t)
		c.network.Neuron.Lambda = rapid.SampledFrom([]float64{0.25, 0.5, 0.7, 0.9, 1}).Draw(t, "lambda")
		c.input = c.input[:sizeOf(c)]
		batched, events := c.both(t)
		b := c.batch
		b.Training, b.Samples = true, 1
		require.NoError(t, batched.Begin(b))
		require.NoError(t, events.Begin(b))
		silence := make([]float64, sizeOf(c))
		for tick := range rapid.IntRange(1, 40).Draw(t, "ticks") {
			x := c.input
			if tick%7 > 2 { // now and then the input is silent, and traces fade
				x = silence
			}
			_, err := batched.Tick(x)
			require.NoError(t, err)
			_, err = events.Tick(x)
			require.NoError(t, err)
		}
		populations, err := events.Populations()
		require.NoError(t, err)
		for k, p := range batched.Populations() {
			if math.Log2(c.network.Neuron.Lambda) == math.Trunc(math.Log2(c.network.Neuron.Lambda)) {
				require.Equal(t, p.Trace, populations[k].Trace, p.Name)
			}
			near(t, 1e-12, p.Trace, populations[k].Trace, p.Name)
		}
	})
}

func sizeOf(c *task) int {
	n := 1
	for _, d := range c.network.Input {
		n *= d
	}
	return n
}

// small is a network that learns, for tests of single points.
func small(t testing.TB, options ...event.Option) *event.Net {
	network, err := ottt.NewFC(20, 30, 25, 4).Network()
	require.NoError(t, err)
	net, err := event.New(network, options...)
	require.NoError(t, err)
	require.NoError(t, net.Initialise(3))
	return net
}

func ramp(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i%7)/4 - 0.5
	}
	return x
}

// §7.5: memory does not depend on the number of ticks.
func TestMemoryIsConstant(t *testing.T) {
	live := func(ticks int) uint64 {
		net := small(t)
		batch := ottt.Batch{Samples: 1, Loss: loss.Instantaneous{Ticks: ticks}}
		_, err := net.Learn(ottt.Accumulate, batch, ramp(20), []int{1}, func() error { return nil })
		require.NoError(t, err)
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		runtime.KeepAlive(net)
		return m.HeapAlloc
	}
	live(6) // whatever is allocated once
	short := live(6)
	for _, ticks := range []int{12, 48, 1000} {
		require.InEpsilon(t, short, live(ticks), 0.05, "%d ticks", ticks)
	}
}

// The handlers allocate nothing at a tick; the engine takes a few words for each of its runs.
func TestTicksAllocateNothing(t *testing.T) {
	net := small(t)
	require.NoError(t, net.Begin(ottt.Batch{Samples: 1, Training: true, Loss: loss.Instantaneous{Ticks: 6, MSE: 0.05}}))
	_, err := net.Tick(ramp(20))
	require.NoError(t, err)
	for range 1100 { // the wheel of the engine's queue goes round, and its buckets grow once
		_, err := net.Hold()
		require.NoError(t, err)
	}
	labels := []int{2}
	var failed error
	both := testing.AllocsPerRun(100, func() {
		if _, err := net.Hold(); err != nil {
			failed = err
		}
		if _, err := net.Backward(labels); err != nil {
			failed = err
		}
	})
	forward := testing.AllocsPerRun(100, func() {
		if _, err := net.Hold(); err != nil {
			failed = err
		}
	})
	require.NoError(t, failed)
	require.Equal(t, forward, both, "sending errors back")
	require.LessOrEqual(t, forward, 3.0, "those of the engine's run")
}

// Weights that have outgrown the room of the engine's sums get more at the next sample; within one they are an
// error.
func TestWeightsGrow(t *testing.T) {
	net := small(t)
	batched, err := ottt.New[float64](net.Network())
	require.NoError(t, err)
	for _, factor := range []float64{1, 30, 1000, 1e-4} {
		for i, p := range net.Params() {
			for k := range p.Value {
				p.Value[k] *= factor
			}
			copy(batched.Params()[i].Value, p.Value)
		}
		net.Changed()
		batched.Changed()
		want, err := batched.Forward(ramp(2*20), 2, 5)
		require.NoError(t, err)
		got, err := net.Forward(ramp(2*20), 2, 5)
		require.NoError(t, err)
		near(t, 1e-9, want, got, "logits")
	}
	net = small(t)
	batch := ottt.Batch{Samples: 1, Loss: loss.Instantaneous{Ticks: 3}}
	_, err = net.Learn(ottt.Online, batch, ramp(20), []int{1}, func() error {
		net.Params()[2].Value[5] = 1e6
		return nil
	})
	require.ErrorContains(t, err, `weights of "lif0 -> lif1" within a sample: sim: weight 5 of projection "lif0->lif1" is 1e+06, beyond the limit`)
	_, err = net.Forward(ramp(20), 1, 3)
	require.NoError(t, err, "the next sample has room")
}

// A chain of maps that cannot be folded needs a matrix. If that does not fit, the description is refused, but for
// the input, which then comes as currents.
func TestMemoryLimit(t *testing.T) {
	v := ottt.NewVGG([]int{1, 16, 16}, "2C3-AP2-AP2-3C3-AP2-AP2-2C1", 2)
	network, err := v.Network()
	require.NoError(t, err)
	_, err = event.New(network, event.MemoryLimit(100_000))
	require.ErrorContains(t, err, `event: the 24576 synapses of "lif0 -> lif1" have no common rule and need a matrix of 983040 bytes`)
	net, err := event.New(network)
	require.NoError(t, err)
	require.True(t, net.InputSpikes())

	network, err = ottt.NewFC(1000, 10, 2).Network()
	require.NoError(t, err)
	net, err = event.New(network, event.MemoryLimit(100_000))
	require.NoError(t, err)
	require.False(t, net.InputSpikes())
	twin, err := net.Twin()
	require.NoError(t, err)
	require.False(t, twin.InputSpikes())
}

// Errors say what is wrong and what would be right.
func TestRefusals(t *testing.T) {
	_, err := event.New(ottt.Network{Input: []int{3}})
	require.ErrorContains(t, err, "ottt:")
	net := small(t)
	nothing := func() error { return nil }
	batch := func(samples, ticks int) ottt.Batch {
		return ottt.Batch{Samples: samples, Loss: loss.Instantaneous{Ticks: ticks}}
	}
	learn := func(mode ottt.Mode, b ottt.Batch, x []float64, labels ...int) error {
		_, err := net.Learn(mode, b, x, labels, nothing)
		return err
	}
	tick := func(n int) error {
		_, err := net.Tick(make([]float64, n))
		return err
	}
	require.EqualError(t, tick(20), "event: no sample has begun")
	require.ErrorContains(t, learn(ottt.Online, batch(2, 3), ramp(40), 0, 1), "OTTT_O changes weights at every tick and runs a single sample, not a batch of 2; want Accumulate")
	require.ErrorContains(t, learn(7, batch(1, 3), ramp(20), 0), "unknown mode (7)")
	require.ErrorContains(t, learn(ottt.Accumulate, batch(2, 3), ramp(40), 0), "1 labels for a batch of 2 samples")
	require.ErrorContains(t, learn(ottt.Accumulate, batch(1, 3), ramp(21), 0), "an input of 21 values, want 1 samples of 20 at each of 3 ticks, or once")
	require.ErrorContains(t, learn(ottt.Accumulate, batch(1, 0), ramp(20), 0), "0 ticks, want at least 1")
	require.ErrorContains(t, learn(ottt.Accumulate, batch(0, 1), nil), "a batch of 0 samples")
	require.ErrorContains(t, learn(ottt.Accumulate, ottt.Batch{Samples: 2, First: 2, Of: 3, Loss: loss.Instantaneous{Ticks: 1}}, ramp(40), 0, 1), "samples 2 to 3 of a batch of 3")
	require.ErrorContains(t, learn(ottt.Accumulate, batch(1, 3), ramp(20), 9), "event: loss:")
	require.ErrorContains(t, net.Begin(batch(2, 1)), "a batch of 2 samples, want 1")
	require.ErrorContains(t, net.Begin(ottt.Batch{Samples: 1, First: 1}), "sample 1 of a batch of 1")

	require.NoError(t, net.Begin(batch(1, 1)))
	_, err = net.Hold()
	require.ErrorContains(t, err, "no input to hold")
	require.ErrorContains(t, tick(3), "an input of 3 values, want 20")
	require.NoError(t, tick(20))
	_, err = net.Backward([]int{1})
	require.EqualError(t, err, "event: the sample is not one for training")
	b := batch(1, 1)
	b.Training = true
	require.NoError(t, net.Begin(b))
	_, err = net.Backward([]int{1})
	require.ErrorContains(t, err, "no new tick whose error could be sent back (tick 0)")
	require.NoError(t, tick(20))
	_, err = net.Backward([]int{1, 2})
	require.ErrorContains(t, err, "2 labels for one sample")
	require.ErrorContains(t, net.BackwardFrom([]float64{1}), "errors of 1 values, want 4")

	x := ramp(20)
	x[4] = math.Inf(1)
	require.ErrorContains(t, learn(ottt.Accumulate, batch(1, 3), x, 0), "the input of sample 0 is +Inf (index 4)")
	net.Params()[2].Value[7] = math.NaN()
	net.Changed()
	require.ErrorContains(t, learn(ottt.Accumulate, batch(1, 3), ramp(20), 0), `the parameter "lin.1.weight" is NaN (index 7)`)
}

// A loss of the caller's own, and a share of a batch: gradients are linear in the errors.
func TestBackwardFrom(t *testing.T) {
	gradients := func(factor float64) []float64 {
		net := small(t)
		require.NoError(t, net.Begin(ottt.Batch{Samples: 1, Training: true}))
		_, err := net.Tick(ramp(20))
		require.NoError(t, err)
		require.NoError(t, net.BackwardFrom([]float64{factor, -2 * factor, 0, factor}))
		require.NoError(t, net.Finish())
		var all []float64
		for _, p := range net.Params() {
			all = append(all, p.Grad...)
		}
		return all
	}
	once, twice := gradients(1), gradients(2)
	require.NotZero(t, vectors.Largest(once))
	for i := range once {
		once[i] *= 2
	}
	require.Equal(t, once, twice)
}

// The same seed gives the weights of the batched executor.
func TestInitialise(t *testing.T) {
	net := small(t)
	batched, err := ottt.New[float64](net.Network())
	require.NoError(t, err)
	require.NoError(t, batched.Initialise(3))
	for i, p := range batched.Params() {
		require.Equal(t, p.Value, net.Params()[i].Value, p.Name)
	}
}

// A caller that goes in single steps gets the gradients of Learn: those of samples add up until they are
// finished, and those that were cleared leave nothing behind.
func TestSingleStepsAreLearn(t *testing.T) {
	x, labels := ramp(3*20), []int{2, 0, 1}
	batch := ottt.Batch{Samples: 3, Loss: loss.Instantaneous{Ticks: 4, MSE: 0.05}}
	want, got := small(t), small(t)
	_, err := want.Learn(ottt.Accumulate, batch, x, labels, func() error { return nil })
	require.NoError(t, err)
	for _, begun := range []int{1, 3} {
		got.ZeroGrad()
		for s := range begun {
			require.NoError(t, got.Begin(ottt.Batch{Samples: 1, First: s, Of: 3, Training: true, Loss: batch.Loss}))
			for tick := range batch.Loss.Ticks {
				if tick == 0 {
					_, err = got.Tick(x[s*20:][:20])
				} else {
					_, err = got.Hold()
				}
				require.NoError(t, err)
				_, err = got.Backward(labels[s : s+1])
				require.NoError(t, err)
			}
		}
	}
	require.NoError(t, got.Finish())
	for i, p := range want.Params() {
		require.NotZero(t, vectors.Largest(p.Grad), p.Name)
		require.Equal(t, p.Grad, got.Params()[i].Grad, p.Name)
	}
}

// Finish hands over what has been gathered once: with nothing new, a second call changes nothing.
func TestFinishTwice(t *testing.T) {
	v := ottt.NewVGG([]int{1, 8, 8}, "2C3-AP2-3C3-GAP", 2)
	network, err := v.Network()
	require.NoError(t, err)
	net, err := event.New(network)
	require.NoError(t, err)
	require.NoError(t, net.Initialise(2))
	batch := ottt.Batch{Samples: 1, Loss: loss.Instantaneous{Ticks: 6}}
	x := ramp(64)
	for i := range x {
		x[i] *= 8
	}
	_, err = net.Learn(ottt.Accumulate, batch, x, []int{1}, func() error { return nil })
	require.NoError(t, err)
	var before [][]float64
	for _, p := range net.Params() {
		require.NotZero(t, vectors.Largest(p.Grad), p.Name)
		before = append(before, append([]float64{}, p.Grad...))
	}
	require.NoError(t, net.Finish())
	for i, p := range net.Params() {
		require.Equal(t, before[i], p.Grad, p.Name)
	}
}
