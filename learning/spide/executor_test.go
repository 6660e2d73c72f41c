package spide_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/rng"
	"couplet/learning/layer"
	"couplet/learning/spide"
)

func TestConfigErrors(t *testing.T) {
	require.NoError(t, spide.NewConfig().Validate())
	for text, change := range map[string]func(*spide.Config){
		"t_forward must be in [1, 2^24] (0)":                                    func(c *spide.Config) { c.ForwardTicks = 0 },
		"t_backward must be in [1, 2^24] (16777217)":                            func(c *spide.Config) { c.BackwardTicks = 1<<24 + 1 },
		"parameter v_th: 0 must be greater than 0":                              func(c *spide.Config) { c.Threshold = 0 },
		"v_rest must lie below the threshold of 1 (1)":                          func(c *spide.Config) { c.Rest = 1 },
		"v_rest_back must lie below the threshold of 0.5 (2)":                   func(c *spide.Config) { c.BackRest = 2 },
		"parameter leak: 0 must be":                                             func(c *spide.Config) { c.Leak = 0 },
		"parameter leak_back: 1.5 must be":                                      func(c *spide.Config) { c.BackLeak = 1.5 },
		"parameter loss_scale: NaN must be greater than 0":                      func(c *spide.Config) { c.LossScale = math.NaN() },
		"parameter feedback_norm: -1 must be at least 0":                        func(c *spide.Config) { c.FeedbackNorm = -1 },
		"norm_vectors must be at least 0 (-3)":                                  func(c *spide.Config) { c.NormVectors = -3 },
		"parameter lists_up_to: 2 must be":                                      func(c *spide.Config) { c.ListsUpTo = 2 },
		"parameter v_th_back: +Inf must be greater than 0":                      func(c *spide.Config) { c.BackThreshold = math.Inf(1) },
		"parameter v_rest: NaN must be a finite number":                         func(c *spide.Config) { c.Rest = math.NaN() },
		"spide: t_forward must be in [1, 2^24] (-1)\nspide: t_backward must be": func(c *spide.Config) { c.ForwardTicks, c.BackwardTicks = -1, -1 },
	} {
		c := spide.NewConfig()
		change(&c)
		require.ErrorContains(t, c.Validate(), text)
		_, err := spide.New(c, denseRing[float64](t, 2, []int{3}, 0))
		require.ErrorContains(t, err, text)
	}
	require.Equal(t, 0.0005, spide.NewConfig().LearningRate(0.05))
}

func TestRingErrors(t *testing.T) {
	pool, err := layer.NewAvgPool2D[float64]([]int{1, 1, 1}, 1, 0, 0)
	require.NoError(t, err)
	biased, err := layer.NewDense[float64]("fb", 4, 3, true)
	require.NoError(t, err)
	other, err := layer.NewDense[float64]("other", 5, 6, false)
	require.NoError(t, err)
	for text, change := range map[string]func(*spide.Config, *spide.Ring[float64]){
		"spide: the input block has no map":                                     func(_ *spide.Config, r *spide.Ring[float64]) { r.Input.Map = nil },
		"spide: the block 0 -> 1 has no map":                                    func(_ *spide.Config, r *spide.Ring[float64]) { r.Between[0].Map = nil },
		"the dropout of the feedback block must be in [0, 1) (1)":               func(_ *spide.Config, r *spide.Ring[float64]) { r.Feedback.Dropout = 1 },
		"the dropout of the input block must be in [0, 1) (NaN)":                func(_ *spide.Config, r *spide.Ring[float64]) { r.Input.Dropout = math.NaN() },
		"block 0 -> 1 takes 5 values [5], but the layer before it has 3":        func(_ *spide.Config, r *spide.Ring[float64]) { r.Between[0].Map = other },
		"the readout takes 5 values [5], but the layer before it has 4 neurons": func(_ *spide.Config, r *spide.Ring[float64]) { r.Readout = other },
		"the feedback block gives 6 values [6], but layer 0 has 3 neurons":      func(_ *spide.Config, r *spide.Ring[float64]) { r.Feedback.Map = other },
		"the feedback block has a bias (fb.bias)":                               func(_ *spide.Config, r *spide.Ring[float64]) { r.Feedback.Map = biased },
		"norm of the feedback block cannot be restricted: it has no weights": func(c *spide.Config, r *spide.Ring[float64]) {
			*r = denseRing[float64](t, 2, []int{1}, 0)
			r.Feedback.Map = pool
			c.FeedbackNorm = 2
		},
	} {
		c, r := spide.NewConfig(), denseRing[float64](t, 2, []int{3, 4}, 2)
		change(&c, &r)
		_, err := spide.New(c, r)
		require.ErrorContains(t, err, text)
	}
}

func TestCallErrors(t *testing.T) {
	ring := denseRing[float64](t, 2, []int{3, 4}, 2)
	e, err := spide.New(spide.NewConfig(), ring)
	require.NoError(t, err)
	x, g := make([]float64, 4), make([]float64, 8)

	require.ErrorContains(t, e.Backward(g), "the batch has had no forward stage")
	require.ErrorContains(t, e.BackwardLogits(x), "the batch has had no forward stage")
	_, err = e.Logits()
	require.ErrorContains(t, err, "the batch has had no forward stage")
	require.ErrorContains(t, e.Accumulate(), "the batch has had no backward stage")
	require.ErrorContains(t, e.Forward(spide.Pass{}, x, 0), "the batch must have from 1 to")
	require.ErrorContains(t, e.Forward(spide.Pass{}, x, 1<<31), "the batch must have from 1 to")
	require.ErrorContains(t, e.Forward(spide.Pass{}, x, 3), "the input must have 3 x 2 values (4)")
	require.ErrorContains(t, e.Forward(spide.Pass{}, []float64{0, 1, math.NaN(), 0}, 2), "the input of sample 1 of the batch is not finite (NaN)")
	require.ErrorContains(t, e.ForwardFrames(spide.Pass{}, func(t int) []float64 { return x[:4-t] }, 2), "frame 1 must have 2 x 2 values (3)")
	require.ErrorContains(t, e.ForwardFrames(spide.Pass{}, func(int) []float64 { return []float64{math.Inf(1), 0, 0, 0} }, 2),
		"the input of sample 0 of the batch is not finite (+Inf) in frame 0")
	require.ErrorContains(t, e.Backward(g), "the batch has had no forward stage")

	require.NoError(t, e.Forward(spide.Pass{}, x, 2))
	require.ErrorContains(t, e.Accumulate(), "the batch has had no backward stage")
	require.ErrorContains(t, e.Backward(g[:3]), "the gradient must have 2 x 4 values (3)")
	require.ErrorContains(t, e.BackwardLogits(g), "the gradient of the logits must have 2 x 2 values (8)")
	g[5] = math.Inf(-1)
	require.ErrorContains(t, e.Backward(g), "the gradient of sample 1 of the batch is not finite (-Inf)")
	require.ErrorContains(t, e.BackwardLogits(g[4:]), "the gradient of the logits of sample 0 of the batch is not finite (-Inf)")

	ring.Between[0].Map.Params()[1].Value[2] = math.NaN() // a bias
	require.ErrorContains(t, e.Forward(spide.Pass{}, x, 2), "the membrane of layer 1 in the forward stage of sample 0 of the batch is not finite (NaN)")

	e, err = spide.New(spide.NewConfig(), denseRing[float64](t, 2, []int{3}, 0))
	require.NoError(t, err)
	require.NoError(t, e.Forward(spide.Pass{}, x, 2))
	_, err = e.Logits()
	require.ErrorContains(t, err, "the network has no readout")
	require.ErrorContains(t, e.BackwardLogits(g), "the network has no readout")
	require.ErrorContains(t, e.ExactLogits(g, 1e-9, 10), "the network has no readout")
}

// Without a contraction there need be no equilibrium: the iterations say so.
func TestNoContraction(t *testing.T) {
	ring := denseRing[float64](t, 1, []int{2}, 0)
	copy(ring.Input.Map.Params()[1].Value, []float64{1, 1})
	copy(ring.Feedback.Map.Params()[0].Value, []float64{-40, 0, 0, -40})
	e, err := spide.New(spide.NewConfig(), ring)
	require.NoError(t, err)
	err = e.FixedPoint(spide.Pass{}, []float64{0}, 1, 1e-6, 100)
	require.ErrorContains(t, err, "the equilibrium does not settle: after 100 trips")

	copy(ring.Feedback.Map.Params()[0].Value, []float64{1.9, 0.5, 0.5, 1.9})
	copy(ring.Input.Map.Params()[1].Value, []float64{-0.1, 0.1})
	require.NoError(t, e.Forward(spide.Pass{}, []float64{0}, 1))
	e.SetRates(0, []float64{0.5, 0.5})
	require.ErrorContains(t, e.ExactBackward([]float64{1, 1}, 1e-6, 100), "the exact gradient does not settle")
}

// A batch gives the bits that its samples give one by one, dropout included.
func TestBatchOfOne(t *testing.T) {
	n := newRandomNet(t, 41, []int{9, 8}, 5, 0.4)
	n.ring.Input.Dropout, n.ring.Feedback.Dropout = 0.3, 0.2
	e, err := spide.New(spide.NewConfig(), n.ring)
	require.NoError(t, err)
	one, err := spide.New(spide.NewConfig(), n.ring)
	require.NoError(t, err)
	pass := spide.Pass{Train: true, Step: 3, First: 2}
	require.NoError(t, e.Forward(pass, n.x, n.batch))
	require.NoError(t, e.Backward(n.g))
	in, out := len(n.x)/n.batch, len(n.g)/n.batch
	for b := range n.batch {
		require.NoError(t, one.Forward(spide.Pass{Train: true, Step: 3, First: 2 + b}, n.x[b*in:][:in], 1))
		require.NoError(t, one.Backward(n.g[b*out:][:out]))
		for i := range e.Layers() {
			k := e.Neurons(i)
			require.Equal(t, e.Rates(i)[b*k:][:k], one.Rates(i))
			require.Equal(t, e.Beta(i)[b*k:][:k], one.Beta(i))
		}
	}
}

// An average pooling is a block with neurons of its own: the same as a dense block with weights of 1/4.
func TestPoolingLayer(t *testing.T) {
	key := rng.NewKey(43, rng.Test, 0)
	ring := denseRing[float32](t, 5, []int{32, 8, 3}, 0)
	pool, err := layer.NewAvgPool2D[float32]([]int{2, 4, 4}, 2, 0, 0)
	require.NoError(t, err)
	for k, p := range ring.Params() {
		for j := range p.Value {
			p.Value[j] = float32(key.Sub(uint64(k)).Below(uint64(j), 49))/8 - 3
		}
	}
	last := ring.Between[1].Map.(*layer.Dense[float32])
	copy(last.Bias.Value, []float32{1, 0.75, 1.25})
	quarter := ring.Between[0].Map.(*layer.Dense[float32])
	clear(quarter.Weight.Value)
	clear(quarter.Bias.Value)
	for o := range 8 {
		c, r, q := o/4, o/2%2, o%2
		for _, i := range []int{0, 1, 4, 5} {
			quarter.Weight.Value[o*32+c*16+r*8+q*2+i] = 0.25
		}
	}
	pooled := ring
	pooled.Between = append([]spide.Block[float32]{{Map: pool}}, ring.Between[1:]...)
	var runs []*spide.Executor[float32]
	for _, r := range []spide.Ring[float32]{ring, pooled} {
		e, err := spide.New(spide.NewConfig(), r)
		require.NoError(t, err)
		require.NoError(t, e.Forward(spide.Pass{}, []float32{1, -0.5, 0.25, 0.75, 0.5, 0.5, 1, -1, 0.25, 1.5}, 2))
		require.NoError(t, e.Backward([]float32{0.25, -0.5, 0.125, 0.375, 0.25, -0.25}))
		runs = append(runs, e)
	}
	for i := range 3 {
		require.Contains(t, runs[0].Gate(i), true)
		require.Equal(t, runs[0].Rates(i), runs[1].Rates(i))
		require.Equal(t, runs[0].Beta(i), runs[1].Beta(i))
	}
	a, err := runs[1].Activity()
	require.NoError(t, err)
	require.Equal(t, a.Layers[0].Spikes, a.Blocks[1].Events, "every neuron has one synapse on a pool")
	require.Zero(t, a.Blocks[1].UpdateMACs)
}

// A feed-forward network is a ring without feedback.
func TestFeedForward(t *testing.T) {
	n := newRandomNet(t, 47, []int{9, 8}, 3, 0.4)
	open := n.ring
	open.Feedback.Map = nil
	closed := n.ring
	clear(closed.Feedback.Map.Params()[0].Value)
	var runs []*spide.Executor[float64]
	for _, r := range []spide.Ring[float64]{open, closed} {
		e, err := spide.New(spide.NewConfig(), r)
		require.NoError(t, err)
		require.NoError(t, e.Forward(spide.Pass{}, n.x, n.batch))
		require.NoError(t, e.Backward(n.g))
		for _, p := range r.Params() {
			p.ZeroGrad()
		}
		require.NoError(t, e.Accumulate())
		runs = append(runs, e)
	}
	for i := range 2 {
		require.Equal(t, runs[0].Rates(i), runs[1].Rates(i))
		require.Equal(t, runs[0].Beta(i), runs[1].Beta(i))
	}
	a, err := runs[0].Activity()
	require.NoError(t, err)
	require.Len(t, a.Blocks, 2)
	require.Positive(t, a.Layers[0].BackSent)
}

func TestStageNames(t *testing.T) {
	require.Equal(t, "forward", spide.Forward.String())
	require.Equal(t, "backward", spide.Backward.String())
	require.Equal(t, "stage(7)", spide.Stage(7).String())
}

// listMap is a map of somebody else that takes lists, and counts what it gets.
type listMap struct {
	layer.Map[float64]
	w             []float64 // out × in
	in            int
	forward, back int
}

func (m *listMap) AddSpikes(y []float64, neurons []uint32, sign []float64) {
	for k, i := range neurons {
		m.forward++
		for o := range y {
			v := m.w[o*m.in+int(i)]
			if sign != nil {
				v *= sign[k]
			}
			y[o] += v
		}
	}
}

func (m *listMap) AddSpikesBack(gx []float64, neurons []uint32, sign []float64) {
	for k, o := range neurons {
		m.back++
		for i := range gx {
			gx[i] += sign[k] * m.w[int(o)*m.in+i]
		}
	}
}

// A map with the methods of SpikeMap is given its spikes one by one.
func TestSpikeMap(t *testing.T) {
	n := newRandomNet(t, 71, []int{9, 8}, 3, 0.4)
	plain, err := spide.New(spide.NewConfig(), n.ring)
	require.NoError(t, err)
	between := n.ring.Between[0].Map
	own := &listMap{Map: between, w: between.Params()[0].Value, in: 9}
	n.ring.Between = []spide.Block[float64]{{Map: own}}
	e, err := spide.New(spide.NewConfig(), n.ring)
	require.NoError(t, err)
	for _, e := range []*spide.Executor[float64]{plain, e} {
		require.NoError(t, e.Forward(spide.Pass{}, n.x, n.batch))
		require.NoError(t, e.Backward(n.g))
	}
	for i := range 2 {
		require.Equal(t, plain.Rates(i), e.Rates(i))
		require.Equal(t, plain.Beta(i), e.Beta(i))
	}
	a, err := plain.Activity()
	require.NoError(t, err)
	require.Equal(t, int(a.Layers[0].Spikes), own.forward)
	require.Equal(t, int(a.Layers[1].BackSent), own.back)
}
