package ottt_test

import (
	"errors"
	"math"
	"testing"

	"couplet/internal/dense"
	"couplet/internal/rng"
	"couplet/learning/loss"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// ready builds a network, or fails.
func ready(t require.TestingT, network ottt.Network) *ottt.Net[float64] {
	net, err := ottt.New[float64](network)
	require.NoError(t, err)
	require.NoError(t, net.Initialise(1))
	return net
}

// fill draws all parameters, gains of residual branches included.
func fill(net *ottt.Net[float64], deviation float64) {
	random := rng.NewKey(5, rng.Test, 0).Stream()
	for _, p := range net.Params() {
		for i := range p.Value {
			p.Value[i] = deviation * random.NextNormal()
		}
	}
	net.Changed()
}

func noise(n int) []float64 {
	random := rng.NewKey(6, rng.Test, 0).Stream()
	x := make([]float64, n)
	for i := range x {
		x[i] = random.NextNormal()
	}
	return x
}

// §1: ψ(V) = α/4, the largest value; ψ falls off as the logistic function says.
func TestSurrogate(t *testing.T) {
	net := ready(t, ottt.Network{Input: []int{3}, Neuron: ottt.Neuron{Lambda: 0.5, Threshold: 1, Alpha: 4}, Nodes: []ottt.Node{
		{Name: "lif", Kind: ottt.LIF, From: []ottt.Projection{{From: ottt.InputName}}},
		{Name: "out", Kind: ottt.Sum, From: []ottt.Projection{{From: "lif"}}},
	}})
	require.NoError(t, net.Begin(ottt.Batch{Samples: 1, Training: true}))
	logits, err := net.Tick([]float64{1, 0.75, 3})
	require.NoError(t, err)
	require.Equal(t, []float64{1, 0, 1}, logits, "the readout of the spikes; equality fires")
	require.NoError(t, net.BackwardFrom([]float64{1, 1, 1}))
	sigma := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	g := net.Populations()[0].Errors
	require.InDelta(t, 1, g[0], 1e-15)
	require.InDelta(t, 4*sigma(-1)*sigma(1), g[1], 1e-15)
	require.InDelta(t, 4*sigma(8)*sigma(-8), g[2], 1e-15)
}

// In a network without neurons the sum over the ticks is an ordinary network, whose gradients can be held
// against differences: branches, gains, direct projections, shared sources, every operation.
func TestGradientsOfSums(t *testing.T) {
	conv := func(units, stride int, standardised bool) ottt.Op {
		return ottt.Op{Kind: ottt.Conv, Units: units, Kernel: 3, Stride: stride, Padding: 1, Bias: true, Standardised: standardised}
	}
	net := ready(t, ottt.Network{Input: []int{2, 4, 4}, Neuron: ottt.NewNeuron(), Nodes: []ottt.Node{
		{Name: "a", Kind: ottt.Sum, From: []ottt.Projection{
			{Name: "a.w", From: ottt.InputName, Through: []ottt.Op{conv(2, 1, true)}},
			{From: ottt.InputName, Gain: ottt.Gain{Name: "a.g", Factor: 0.5}},
		}},
		{Name: "b", Kind: ottt.Sum, From: []ottt.Projection{
			{Name: "b.w", From: "a", Through: []ottt.Op{{Kind: ottt.Scale, Factor: 2.74}, conv(2, 1, false)}, Gain: ottt.Gain{Name: "b.g", Factor: 0.2}},
			{From: "a"},
		}},
		{Name: "c", Kind: ottt.Sum, From: []ottt.Projection{
			{From: "b", Through: []ottt.Op{{Kind: ottt.AvgPool, Kernel: 2, Stride: 2}}},
			{Name: "c.w", From: "a", Through: []ottt.Op{conv(2, 2, false)}},
		}},
		{Name: "out", Kind: ottt.Sum, From: []ottt.Projection{
			{Name: "d.w", From: "c", Through: []ottt.Op{{Kind: ottt.Upsample, Times: 2}, {Kind: ottt.GlobalAvgPool}, {Kind: ottt.Dense, Units: 3, Bias: true}}},
			{Name: "e.w", From: "b", Through: []ottt.Op{{Kind: ottt.Dense, Units: 3, Standardised: true}}},
		}},
	}})
	fill(net, 0.5)
	batch := ottt.Batch{Samples: 2, Training: true, Loss: loss.Instantaneous{Ticks: 2, MSE: 0.3}}
	x, labels := noise(2*2*2*16), []int{2, 0}
	value := func() float64 {
		r, err := net.Learn(ottt.Accumulate, batch, x, labels, func() error { return nil })
		require.NoError(t, err)
		return r.Loss
	}
	value()
	var grads [][]float64
	for _, p := range net.Params() {
		grads = append(grads, append([]float64{}, p.Grad...))
	}
	const h = 1e-5
	for k, p := range net.Params() {
		for i := range p.Value {
			w := p.Value[i]
			p.Value[i] = w + h
			net.Changed()
			up := value()
			p.Value[i] = w - h
			net.Changed()
			down := value()
			p.Value[i] = w
			require.InDelta(t, (up-down)/(2*h), grads[k][i], 1e-7, "%s, index %d", p.Name, i)
		}
	}
}

// Feedback takes a tick: the first tick has none, and weights and gains learn from the tick before.
func TestFeedback(t *testing.T) {
	const n, ticks, lambda = 4, 7, 0.5
	net := ready(t, ottt.Network{Input: []int{n}, Neuron: ottt.NewNeuron(), Nodes: []ottt.Node{
		{Name: "lif", Kind: ottt.LIF, From: []ottt.Projection{
			{From: ottt.InputName},
			{Name: "w", From: "lif", Through: []ottt.Op{{Kind: ottt.Dense, Units: n, Bias: true}}, Traced: true, Feedback: true},
			{From: "lif", Feedback: true, Gain: ottt.Gain{Name: "g", Factor: 0.5}},
		}},
		{Name: "out", Kind: ottt.Sum, From: []ottt.Projection{{From: "lif"}}},
	}})
	fill(net, 0.5)
	w, b, g := net.Params()[0], net.Params()[1], net.Params()[2]
	require.NoError(t, net.Begin(ottt.Batch{Samples: 1, Training: true}))

	post, trace, spikes := make([]float64, n), make([]float64, n), make([]float64, n)
	wantW, wantB, wantG := make([]float64, n*n), make([]float64, n), 0.0
	total := 0.0
	x := noise(ticks * n)
	for tick := range ticks {
		in := x[tick*n:][:n]
		_, err := net.Tick(in)
		require.NoError(t, err)
		e := noise(n)
		require.NoError(t, net.BackwardFrom(e))
		p := net.Populations()[0]

		next := make([]float64, n)
		for o := range n {
			u := lambda*post[o] + in[o]
			if tick > 0 {
				u += b.Value[o] + 0.5*g.Value[0]*spikes[o]
				for i := range n {
					u += w.Value[o*n+i] * spikes[i]
				}
			}
			require.InDelta(t, u, p.Charged[o], 1e-12, "tick %d", tick)
			post[o] = u
			if u >= 1 {
				next[o] = 1
				post[o]--
			}
			if tick > 0 {
				wantB[o] += p.Errors[o]
				wantG += 0.5 * p.Errors[o] * spikes[o]
				for i := range n {
					wantW[o*n+i] += p.Errors[o] * trace[i]
				}
			}
		}
		spikes = next
		for i, s := range spikes {
			trace[i] = lambda*trace[i] + s
			total += s
		}
		require.Equal(t, spikes, p.Spikes)
	}
	require.NoError(t, net.Finish())
	require.Greater(t, total, 3.0, "the example has spikes")
	requireClose(t, wantW, w.Grad, 1e-12, "weights")
	requireClose(t, wantB, b.Grad, 1e-12, "bias")
	requireClose(t, []float64{wantG}, g.Grad, 1e-12, "gain")
}

// §2: one mask per sample and training step, the same at every tick; dropped neurons send nothing, the
// others more; the membrane sees the unmasked spike, the trace the masked one.
func TestDropout(t *testing.T) {
	const samples, units, p = 50, 40, 0.25
	c := ottt.NewFC(6, units, 3)
	c.Dropout = p
	network, err := c.Network()
	require.NoError(t, err)
	net := ready(t, network)
	x := noise(samples * 6)
	for i := range x {
		x[i] = 3 * math.Abs(x[i])
	}
	run := func(b ottt.Batch, each func(q ottt.Population[float64])) {
		b.Samples, b.Training = samples, true
		require.NoError(t, net.Begin(b))
		for tick := range 4 {
			var err error
			if tick == 0 {
				_, err = net.Tick(x)
			} else {
				_, err = net.Hold()
			}
			require.NoError(t, err)
			require.NoError(t, net.BackwardFrom(noise(samples*3)))
			each(net.Populations()[0])
		}
	}
	// mask is 1 for neurons seen to send, -1 for those whose spike was dropped, 0 for silent ones.
	mask := func(b ottt.Batch) []int {
		seen := make([]int, samples*units)
		trace, post := make([]float64, len(seen)), make([]float64, len(seen))
		run(b, func(q ottt.Population[float64]) {
			for i, s := range q.Spikes {
				fired := q.Charged[i] >= 1
				switch {
				case !fired:
					require.Zero(t, s)
				case s == 0:
					require.NotEqual(t, 1, seen[i], "the mask changed")
					require.Zero(t, q.Errors[i])
					seen[i] = -1
				default:
					require.Equal(t, 1/(1-p), s)
					require.NotEqual(t, -1, seen[i], "the mask changed")
					seen[i] = 1
				}
				trace[i] = 0.5*trace[i] + s
				require.Equal(t, trace[i], q.Trace[i])
				post[i] = q.Charged[i]
				if fired {
					post[i]--
				}
				require.Equal(t, post[i], q.Membrane[i])
			}
		})
		return seen
	}
	first := mask(ottt.Batch{Seed: 1, Step: 1})
	sent, dropped := 0, 0
	for _, m := range first {
		if m > 0 {
			sent++
		} else if m < 0 {
			dropped++
		}
	}
	fired := float64(sent + dropped)
	require.Greater(t, fired, 300.0)
	require.InDelta(t, p, float64(dropped)/fired, 4*math.Sqrt(p*(1-p)/fired))
	require.Equal(t, first, mask(ottt.Batch{Seed: 1, Step: 1}), "reproducible")
	require.NotEqual(t, first, mask(ottt.Batch{Seed: 1, Step: 2}), "another step")
	require.NotEqual(t, first, mask(ottt.Batch{Seed: 2, Step: 1}), "another seed")

	require.NoError(t, net.Begin(ottt.Batch{Samples: samples}))
	_, err = net.Tick(x)
	require.NoError(t, err)
	for _, s := range net.Populations()[0].Spikes {
		require.Contains(t, []float64{0, 1}, s, "nothing is dropped in inference")
	}
}

// A batch divided between twins gives the loss and the gradients of the whole one, dropout included.
func TestTwins(t *testing.T) {
	for _, network := range smallNetworks(t) {
		net := ready(t, network)
		fill(net, 0.7)
		twin, err := net.Twin()
		require.NoError(t, err)
		batch := ottt.Batch{Samples: 5, Seed: 3, Step: 9, Loss: loss.Instantaneous{Ticks: 4, MSE: 0.05}}
		x, labels := noise(5*net.InputSize()), []int{0, 1, 2, 1, 0}
		none := func() error { return nil }

		whole, err := net.Learn(ottt.Accumulate, batch, x, labels, none)
		require.NoError(t, err)
		want := addAll(nil, net)

		part := batch
		part.Samples, part.Of = 2, 5
		a, err := net.Learn(ottt.Accumulate, part, x[:2*net.InputSize()], labels[:2], none)
		require.NoError(t, err)
		part.Samples, part.First = 3, 2
		b, err := twin.Learn(ottt.Accumulate, part, x[2*net.InputSize():], labels[2:], none)
		require.NoError(t, err)
		require.NoError(t, net.AddGradients(twin))
		requireClose(t, want, addAll(nil, net), 1e-12, "gradients of the halves")
		require.InDelta(t, whole.Loss, a.Loss+b.Loss, 1e-12)
		require.Equal(t, whole.Logits, append(a.Logits, b.Logits...))

		// The twin follows the values of the first one.
		net.Params()[0].Value[0] += 1
		net.Changed()
		twin.Changed()
		one, err := net.Forward(x, 5, 4)
		require.NoError(t, err)
		other, err := twin.Forward(x, 5, 4)
		require.NoError(t, err)
		require.Equal(t, one, other)

		// Workers change nothing.
		pool, err := dense.NewPool(2)
		require.NoError(t, err)
		twin.SetWorkspace(dense.NewWorkspace[float64](pool, dense.Reproducible))
		other, err = twin.Forward(x, 5, 4)
		pool.Close()
		require.NoError(t, err)
		require.Equal(t, one, other)
	}
	a, b := ready(t, smallNetworks(t)[0]), ready(t, smallNetworks(t)[1])
	require.ErrorContains(t, a.AddGradients(b), "gradients of another network")
}

// Batches of any size follow each other, and none leaves anything behind for the next.
func TestBatchesDoNotInterfere(t *testing.T) {
	for _, network := range smallNetworks(t) {
		rapid.Check(t, func(t *rapid.T) {
			used := ready(t, network)
			fill(used, 0.7)
			for range rapid.IntRange(1, 3).Draw(t, "batches") {
				samples := rapid.IntRange(1, 3).Draw(t, "samples")
				ticks := rapid.IntRange(1, 3).Draw(t, "ticks")
				x, labels := noise(samples*used.InputSize()), make([]int, samples)
				fresh := ready(t, network)
				fill(fresh, 0.7)
				if rapid.Bool().Draw(t, "training") {
					batch := ottt.Batch{Samples: samples, Loss: loss.Instantaneous{Ticks: ticks}}
					one, err := used.Learn(ottt.Accumulate, batch, x, labels, func() error { return nil })
					require.NoError(t, err)
					two, err := fresh.Learn(ottt.Accumulate, batch, x, labels, func() error { return nil })
					require.NoError(t, err)
					require.Equal(t, two, one)
					require.Equal(t, addAll(nil, fresh), addAll(nil, used))
					continue
				}
				one, err := used.Forward(x, samples, ticks)
				require.NoError(t, err)
				two, err := fresh.Forward(x, samples, ticks)
				require.NoError(t, err)
				require.Equal(t, two, one)
			}
		})
	}
}

// Weights start as their description says.
func TestInitialise(t *testing.T) {
	c := ottt.NewVGG([]int{2, 8, 8}, "32C3-AP2-64C3-GAP", 10)
	c.Feedback = true
	network, err := c.Network()
	require.NoError(t, err)
	net := ready(t, network)
	deviations := map[string]float64{
		"conv1.weight":      math.Sqrt(2.0 / (32 * 9)), // Kaiming, fan-out
		"features.3.weight": math.Sqrt(2.0 / (64 * 9)),
		"fb_conv.weight":    0,
		"cls.weight":        0.01,
	}
	for _, p := range net.Params() {
		sum, squares := 0.0, 0.0
		for _, w := range p.Value {
			sum, squares = sum+w, squares+w*w
		}
		n := float64(len(p.Value))
		if d, ok := deviations[p.Name]; ok {
			require.InDelta(t, d, math.Sqrt(squares/n), 4*d/math.Sqrt(2*n), p.Name)
			require.InDelta(t, 0, sum/n, 4*d/math.Sqrt(n), p.Name)
		} else if p.Name == "conv1.gain" || p.Name == "features.3.gain" {
			require.Equal(t, n, sum, p.Name)
		} else {
			require.Zero(t, squares, p.Name)
		}
	}
	again, err := ottt.New[float64](network)
	require.NoError(t, err)
	fill(again, 1)
	require.NoError(t, again.Initialise(1))
	for i, p := range net.Params() {
		require.Equal(t, p.Value, again.Params()[i].Value, p.Name)
	}
	require.NoError(t, again.Initialise(2))
	require.NotEqual(t, net.Params()[0].Value, again.Params()[0].Value)
}

// Numbers that are not finite stop training with the layer, or the parameter, in which they arose.
func TestNotFinite(t *testing.T) {
	batch := ottt.Batch{Samples: 2, Loss: loss.Instantaneous{Ticks: 2}}
	x := []float64{1, 1, 1, 1}
	step := func() error { return nil }
	spoilt := func(spoil func(net *ottt.Net[float64])) error {
		network, err := ottt.NewFC(2, 3, 4, 2).Network()
		require.NoError(t, err)
		net := ready(t, network)
		spoil(net)
		net.Changed()
		_, err = net.Learn(ottt.Accumulate, batch, x, []int{0, 1}, step)
		return err
	}
	err := spoilt(func(net *ottt.Net[float64]) { net.Params()[5].Value[1] = math.NaN() })
	require.EqualError(t, err, `ottt: the loss is NaN at tick 1: the parameter "lin.2.bias" is NaN (index 1)`)
	// A membrane that is not a number never fires, so the loss does not show it; the gradient does.
	err = spoilt(func(net *ottt.Net[float64]) { net.Params()[0].Value[2] = math.NaN() })
	require.EqualError(t, err, `ottt: the gradient of "lin.0.weight" is NaN (index 2) after tick 2: the parameter "lin.0.weight" is NaN (index 2)`)
	err = spoilt(func(net *ottt.Net[float64]) {
		for i := range net.Params()[0].Value {
			net.Params()[0].Value[i] = math.MaxFloat64
		}
	})
	require.EqualError(t, err, `ottt: membranes are not finite after tick 2: in sample 0 unit 0 of layer "lif0" is at +Inf`)
	x[3] = math.Inf(1)
	require.ErrorContains(t, spoilt(func(*ottt.Net[float64]) {}), "the input of sample 1 is +Inf (index 1)")
}

func TestUsageErrors(t *testing.T) {
	network, err := ottt.NewFC(2, 3, 2).Network()
	require.NoError(t, err)
	net := ready(t, network)
	require.Equal(t, network, net.Network())
	require.Equal(t, 2, net.InputSize())
	require.Equal(t, 2, net.Classes())
	train := ottt.Batch{Samples: 2, Training: true, Loss: loss.Instantaneous{Ticks: 3}}
	x, labels, step := make([]float64, 4), []int{0, 1}, func() error { return nil }

	_, err = net.Tick(x)
	require.EqualError(t, err, "ottt: no batch has begun")
	_, err = net.Backward(labels)
	require.EqualError(t, err, "ottt: no batch has begun")
	_, err = net.Hold()
	require.ErrorContains(t, err, "no input to hold")
	require.EqualError(t, net.Begin(ottt.Batch{}), "ottt: a batch of 0 samples, want at least 1")
	require.EqualError(t, net.Begin(ottt.Batch{Samples: 3, First: 2, Of: 4}), "ottt: samples 2 to 4 of a batch of 4")
	require.EqualError(t, net.Begin(ottt.Batch{Samples: 3, First: -1}), "ottt: samples -1 to 1 of a batch of 3")

	require.NoError(t, net.Begin(ottt.Batch{Samples: 2}))
	_, err = net.Hold()
	require.ErrorContains(t, err, "no input to hold")
	_, err = net.Tick(x[:3])
	require.EqualError(t, err, "ottt: an input of 3 values, want 2 samples of 2")
	_, err = net.Tick(x)
	require.NoError(t, err)
	_, err = net.Backward(labels)
	require.EqualError(t, err, "ottt: the batch is not one for training")
	require.Nil(t, net.Populations()[0].Errors)

	require.NoError(t, net.Begin(train))
	_, err = net.Backward(labels)
	require.ErrorContains(t, err, "no new tick whose error could be sent back (tick 0)")
	_, err = net.Tick(x)
	require.NoError(t, err)
	_, err = net.Backward(labels[:1])
	require.EqualError(t, err, "ottt: 1 labels for a batch of 2 samples")
	_, err = net.Backward([]int{0, 2})
	require.ErrorContains(t, err, "label of sample 1 is outside of the 2 classes (2)")
	require.EqualError(t, net.BackwardFrom(x[:3]), "ottt: errors of 3 values, want 2 samples of 2")
	_, err = net.Backward(labels)
	require.NoError(t, err)
	require.ErrorContains(t, net.BackwardFrom(x), "no new tick")

	_, err = net.Learn(ottt.Mode(7), train, x, labels, step)
	require.EqualError(t, err, "ottt: unknown mode (7), want Accumulate or Online")
	_, err = net.Learn(ottt.Online, ottt.Batch{Samples: 2}, x, labels, step)
	require.EqualError(t, err, "ottt: 0 ticks, want at least 1")
	_, err = net.Learn(ottt.Online, train, make([]float64, 8), labels, step)
	require.EqualError(t, err, "ottt: an input of 8 values, want 2 samples of 2 at each of 3 ticks, or once")
	_, err = net.Learn(ottt.Online, train, x, labels[:1], step)
	require.EqualError(t, err, "ottt: 1 labels for a batch of 2 samples")
	broken := errors.New("broken")
	_, err = net.Learn(ottt.Online, train, x, labels, func() error { return broken })
	require.ErrorIs(t, err, broken)
	_, err = net.Forward(x, 0, 3)
	require.EqualError(t, err, "ottt: a batch of 0 samples, want at least 1")

	require.Equal(t, "OTTT_A", ottt.Accumulate.String())
	require.Equal(t, "OTTT_O", ottt.Online.String())
	require.Equal(t, "Mode(7)", ottt.Mode(7).String())
}
