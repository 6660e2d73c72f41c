package bptt_test

import (
	"maps"
	"slices"
	"testing"

	"couplet/learning/bptt"
	"couplet/learning/internal/ottt/vectors"
	"couplet/learning/layer"
	"couplet/learning/loss"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// referenceGradients runs the samples of a batch one after the other on the reference and returns the
// gradients of all parameters, averaged, and the distance of the closest potential from the threshold.
func referenceGradients(net *bptt.Net[float64], x []float64, labels []int, l loss.Instantaneous) (map[string][]float64, float64) {
	values, grads := map[string][]float64{}, map[string][]float64{}
	for _, p := range net.Params() {
		values[p.Name], grads[p.Name] = p.Value, make([]float64, len(p.Value))
	}
	margin := 1e300
	for s, label := range labels {
		r := newReference(net.Network(), values)
		logits := r.run(ofSample(x, s, len(labels), net.InputSize(), l.Ticks))
		for _, list := range logits {
			o, e := make([]float64, len(list)), make([]float64, len(list))
			for i, a := range list {
				o[i] = r.val(a)
			}
			if _, err := loss.InstantaneousLoss(l, o, []int{label}, e); err != nil {
				panic(err)
			}
			for i, a := range list {
				r.steps[a].grad += e[i] / float64(len(labels))
			}
		}
		r.sweep()
		for name, list := range r.params {
			for i, a := range list {
				grads[name][i] += r.steps[a].grad
			}
		}
		margin = min(margin, r.margin)
	}
	return grads, margin
}

// ofSample picks the input of one sample, tick by tick.
func ofSample(x []float64, sample, samples, inputs, ticks int) [][]float64 {
	var list [][]float64
	for t := range ticks {
		if len(x) == samples*inputs {
			t = 0
		}
		list = append(list, x[(t*samples+sample)*inputs:][:inputs])
	}
	return list
}

// requireGradients compares all gradients, each within a part of its largest entry. Where all entries are
// small because larger numbers cancel out, be it in a sum or in softmax(o) - onehot(y), what rounding leaves
// of those numbers is allowed as well.
func requireGradients(t require.TestingT, want map[string][]float64, net *bptt.Net[float64], tolerance float64) {
	most := 0.0
	for _, name := range slices.Sorted(maps.Keys(want)) {
		most = max(most, vectors.Largest(want[name]))
	}
	require.Len(t, net.Params(), len(want))
	for _, p := range net.Params() {
		vectors.Within(t, tolerance*vectors.Largest(want[p.Name])+1e-11*most+1e-13, want[p.Name], p.Grad, "gradient of "+p.Name)
	}
}

// The gradients of any network are those of the equations, written out in single numbers: all operations,
// skipping connections, gradients through feedback and time, gains and standardised weights.
func TestAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t, drawNetwork(t))
		net := c.bptt(t)
		_, err := net.Learn(c.batch, c.x, c.labels, nil)
		require.NoError(t, err)
		want, margin := referenceGradients(net, c.x, c.labels, c.batch.Loss)
		if margin < 1e-9 && !exact(c.net) {
			return // the order of sums decides about a spike
		}
		requireGradients(t, want, net, 1e-9)
	})
}

// drawPlain draws a network without feedback, of layers in a row: fully connected, or of convolutions.
func drawPlain(t *rapid.T) ottt.Network {
	dropout := rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "dropout")
	lambda := rapid.SampledFrom([]float64{0, 0.5, 0.75, 1}).Draw(t, "lambda")
	traceReadout := rapid.Bool().Draw(t, "trace readout")
	var net ottt.Network
	var err error
	if rapid.Bool().Draw(t, "convolutions") {
		plan := rapid.SampledFrom([]string{"2C3-AP2-3C3", "2C3-2C3-AP2-3C3-GAP", "3C3S2-2C3", "2C3-AP2-5"}).Draw(t, "plan")
		c := ottt.NewVGG([]int{2, 4, 4}, plan, 3)
		c.Dropout, c.Neuron.Lambda, c.TraceReadout = dropout, lambda, traceReadout
		c.Standardised = rapid.Bool().Draw(t, "standardised")
		net, err = c.Network()
	} else {
		c := ottt.NewFC(slices.Concat([]int{4}, rapid.SliceOfN(rapid.IntRange(2, 6), 2, 4).Draw(t, "sizes"), []int{3})...)
		c.Dropout, c.Neuron.Lambda, c.TraceReadout = dropout, lambda, traceReadout
		net, err = c.Network()
	}
	require.NoError(t, err)
	return net
}

// ottt.md §7.2: for the weights of the last hidden layer, online training has the gradient of
// back-propagation through time; for those of the readout too, if it is not traced. The biases of the two
// differ, since online training does not trace the bias.
func TestLastHiddenLayerIsThatOfOnlineTraining(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawTask(t, drawPlain(t))
		net, online := c.bptt(t), c.ottt(t)
		r, err := net.Learn(c.batch, c.x, c.labels, nil)
		require.NoError(t, err)
		o, err := online.Learn(ottt.Accumulate, c.batch, c.x, c.labels, func() error { return nil })
		require.NoError(t, err)
		require.Equal(t, o, r, "loss and logits")

		nodes := len(c.net.Nodes)
		last, readout := c.net.Nodes[nodes-2].From[0], c.net.Nodes[nodes-1].From[0]
		require.True(t, last.Traced)
		grads := byName(online.Params())
		for _, p := range net.Params() {
			switch {
			case p.Name == last.Name+".weight" || p.Name == last.Name+".gain",
				p.Name == readout.Name+".weight" && !readout.Traced,
				p.Name == readout.Name+".bias":
				want := grads[p.Name].Grad
				vectors.Within(t, 1e-12*vectors.Largest(want)+1e-15, want, p.Grad, p.Name)
			}
		}
	})
}

func byName(params []*layer.Param[float64]) map[string]*layer.Param[float64] {
	m := map[string]*layer.Param[float64]{}
	for _, p := range params {
		m[p.Name] = p
	}
	return m
}

// Every spike is that of online training, in any network, dropout included: training gives the logits of
// ottt.Net.Learn, bit by bit, and inference those of ottt.Net.Forward.
func TestForwardIsThatOfOnlineTraining(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net := drawNetwork(t)
		for i := range net.Nodes {
			if net.Nodes[i].Kind == ottt.LIF {
				net.Nodes[i].Dropout = rapid.SampledFrom([]float64{0, 0.25}).Draw(t, "dropout")
			}
		}
		c := drawTask(t, net)
		c.batch.Step = rapid.Uint64Max(5).Draw(t, "step")
		c.batch.First = rapid.IntRange(0, 2).Draw(t, "first")
		c.batch.Of = c.batch.First + c.batch.Samples + rapid.IntRange(0, 2).Draw(t, "more")
		through, online := c.bptt(t), c.ottt(t)
		r, err := through.Learn(c.batch, c.x, c.labels, nil)
		require.NoError(t, err)
		o, err := online.Learn(ottt.Accumulate, c.batch, c.x, c.labels, func() error { return nil })
		require.NoError(t, err)
		require.Equal(t, o, r)
		require.Equal(t, online.Activity().Populations, through.Activity().Populations)

		logits, err := through.Forward(c.x, c.batch.Samples, c.batch.Loss.Ticks)
		require.NoError(t, err)
		want, err := online.Forward(c.x, c.batch.Samples, c.batch.Loss.Ticks)
		require.NoError(t, err)
		require.Equal(t, want, logits)
		require.Equal(t, online.Activity().Populations, through.Activity().Populations)
	})
}
