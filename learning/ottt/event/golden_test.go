package event_test

import (
	"fmt"
	"testing"

	"couplet/learning/internal/ottt/vectors"
	"couplet/learning/ottt"
	"couplet/learning/ottt/event"

	"github.com/stretchr/testify/require"
)

const (
	valueTolerance    = 1e-12 // absolute, of membranes, traces, logits and losses
	gradientTolerance = 1e-9  // relative to the largest entry
)

// TestGoldenOTTTEvent holds the event form against the authors' code, file by file: spikes exactly, everything
// else within the tolerances of the README, in both modes and for inference.
func TestGoldenOTTTEvent(t *testing.T) {
	vectors.Each(t, func(t *testing.T, v *vectors.Vectors, _ bool) {
		t.Run("OTTT_A", func(t *testing.T) { accumulated(t, v) })
		t.Run("learn", func(t *testing.T) { learned(t, v) })
		t.Run("OTTT_O", func(t *testing.T) { online(t, v) })
		t.Run("inference", func(t *testing.T) { inference(t, v) })
	})
}

// build makes the network of a file with its start parameters.
func build(t testing.TB, v *vectors.Vectors) *event.Net {
	net, err := event.New(v.Network(t))
	require.NoError(t, err)
	vectors.Load(t, v, net.Params())
	net.Changed()
	return net
}

// sampleOf is the part of an array [T, B, …] that belongs to a tick and a sample.
func sampleOf(v *vectors.Vectors, all []float64, sample int) []float64 {
	n := len(all) / v.Meta.Batch
	return all[sample*n:][:n]
}

// begin starts a sample of the batch of the file.
func begin(t testing.TB, v *vectors.Vectors, net *event.Net, sample int, training bool) {
	b := v.Batch(training)
	b.First, b.Of, b.Samples = sample, b.Samples, 1
	require.NoError(t, net.Begin(b))
}

// tick advances a sample: a constant input is shown once and then held.
func tick(t testing.TB, v *vectors.Vectors, net *event.Net, sample, tick int) []float64 {
	advance := func() ([]float64, error) { return net.Tick(sampleOf(v, v.Input(t, tick), sample)) }
	if v.Meta.StaticInput && tick > 0 {
		advance = net.Hold
	}
	logits, err := advance()
	require.NoError(t, err)
	return logits
}

// accumulated is the OTTT_A run, sample by sample and tick by tick.
func accumulated(t *testing.T, v *vectors.Vectors) {
	net := build(t, v)
	T := v.Meta.T
	losses := make([]float64, T)
	steps := make([][][]float64, T) // by tick and parameter
	for sample := range v.Meta.Batch {
		begin(t, v, net, sample, true)
		for k := range T {
			logits := tick(t, v, net, sample, k)
			vectors.Within(t, valueTolerance, sampleOf(v, v.At(t, "logits", k), sample), logits, fmt.Sprintf("logits of tick %d", k))
			states(t, v, net, sample, k)
			net.ZeroGrad()
			l, err := net.Backward(v.Labels(t)[sample : sample+1])
			require.NoError(t, err)
			require.NoError(t, net.Finish())
			losses[k] += l
			steps[k] = addGradients(steps[k], net)
		}
	}
	vectors.Within(t, valueTolerance, v.Get(t, "loss").Data, losses, "losses")
	total := make([][]float64, len(net.Params()))
	for k := range T {
		for i, p := range net.Params() {
			if total[i] == nil {
				total[i] = make([]float64, len(p.Grad))
			}
			for j, g := range steps[k][i] {
				total[i][j] += g
			}
			if name := "A.grad_step." + p.Name; T <= 6 {
				nearGradient(t, v.At(t, name, k), steps[k][i], fmt.Sprintf("%s of tick %d", name, k))
			}
		}
	}
	for i, p := range net.Params() {
		nearGradient(t, v.Get(t, "A.grad."+p.Name).Data, total[i], "A.grad."+p.Name)
	}
}

// addGradients adds the gradients of all parameters to a sum, or begins one.
func addGradients(sum [][]float64, net *event.Net) [][]float64 {
	for i, p := range net.Params() {
		if len(sum) <= i {
			sum = append(sum, make([]float64, len(p.Grad)))
		}
		for j, g := range p.Grad {
			sum[i][j] += g
		}
	}
	return sum
}

// states compares spikes, membranes and traces of all populations.
func states(t *testing.T, v *vectors.Vectors, net *event.Net, sample, tick int) {
	populations, err := net.Populations()
	require.NoError(t, err)
	require.NotContains(t, v.Arrays, fmt.Sprintf("lif%d.spike", len(populations)), "populations")
	for k, p := range populations {
		for _, c := range []struct {
			what      string
			got       []float64
			tolerance float64
		}{{"spike", p.Spikes, 0}, {"u_pre", p.Charged, valueTolerance}, {"u_post", p.Membrane, valueTolerance}, {"trace", p.Trace, valueTolerance}} {
			name := fmt.Sprintf("lif%d.%s", k, c.what)
			vectors.Within(t, c.tolerance, sampleOf(v, v.At(t, name, tick), sample), c.got, fmt.Sprintf("%s of tick %d, sample %d", name, tick, sample))
		}
	}
}

func nearGradient(t *testing.T, want, got []float64, what string) {
	vectors.Within(t, gradientTolerance*vectors.Largest(want), want, got, what)
}

// learned is the OTTT_A run as one call, in which the samples of the batch follow each other.
func learned(t *testing.T, v *vectors.Vectors) {
	net := build(t, v)
	steps := 0
	r, err := net.Learn(ottt.Accumulate, v.Batch(true), v.Get(t, "x").Data, v.Labels(t), func() error {
		steps++
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, steps)
	sum := 0.0
	for _, l := range v.Get(t, "loss").Data {
		sum += l
	}
	require.InDelta(t, sum, r.Loss, 1e-11)
	for _, p := range net.Params() {
		nearGradient(t, v.Get(t, "A.grad."+p.Name).Data, p.Grad, "A.grad."+p.Name+" by Learn")
	}
	for i, a := range net.Activity().Populations {
		require.InDelta(t, v.Meta.FiringRate[fmt.Sprintf("lif%d", i)], a.Rate, 1e-12, "firing rate of population %d", i)
	}
}

// online is the OTTT_O run: an optimiser step after each tick, from the gradients of all samples. Each sample
// has a network of its own, with the parameters of the first.
func online(t *testing.T, v *vectors.Vectors) {
	first := build(t, v)
	nets := []*event.Net{first}
	for range v.Meta.Batch - 1 {
		twin, err := first.Twin()
		require.NoError(t, err)
		nets = append(nets, twin)
	}
	step := vectors.SGD(t, first.Params(), v.Meta.SGDRate, v.Meta.SGDMomentum)
	for sample, net := range nets {
		begin(t, v, net, sample, true)
	}
	for k := range v.Meta.T {
		for sample, net := range nets {
			onlineTick(t, v, net, sample, k)
		}
		require.NoError(t, first.AddGradients(nets[1:]...))
		for _, p := range first.Params() {
			name := "O.grad_step." + p.Name
			nearGradient(t, v.At(t, name, k), p.Grad, fmt.Sprintf("%s of tick %d", name, k))
		}
		require.NoError(t, step())
		for _, net := range nets {
			net.Changed()
		}
	}
	for _, p := range first.Params() {
		nearGradient(t, v.Get(t, "O.final."+p.Name).Data, p.Value, "O.final."+p.Name)
	}
}

// onlineTick is one tick of one sample of the OTTT_O run.
func onlineTick(t *testing.T, v *vectors.Vectors, net *event.Net, sample, k int) {
	logits := tick(t, v, net, sample, k)
	vectors.Within(t, valueTolerance, sampleOf(v, v.At(t, "O.logits", k), sample), logits, fmt.Sprintf("O.logits of tick %d", k))
	populations, err := net.Populations()
	require.NoError(t, err)
	for i, p := range populations {
		name := fmt.Sprintf("O.lif%d.spike", i)
		vectors.Within(t, 0, sampleOf(v, v.At(t, name, k), sample), p.Spikes, fmt.Sprintf("%s of tick %d", name, k))
	}
	net.ZeroGrad()
	_, err = net.Backward(v.Labels(t)[sample : sample+1])
	require.NoError(t, err)
	require.NoError(t, net.Finish())
}

// inference is the forward run without training.
func inference(t *testing.T, v *vectors.Vectors) {
	net := build(t, v)
	sums := make([]float64, v.Meta.Batch*net.Classes())
	for sample := range v.Meta.Batch {
		begin(t, v, net, sample, false)
		for k := range v.Meta.T {
			logits := tick(t, v, net, sample, k)
			vectors.Within(t, valueTolerance, sampleOf(v, v.At(t, "eval.logits", k), sample), logits, fmt.Sprintf("eval.logits of tick %d", k))
			for i, o := range logits {
				sums[sample*net.Classes()+i] += o
			}
		}
	}
	logits, err := net.Forward(v.Get(t, "x").Data, v.Meta.Batch, v.Meta.T)
	require.NoError(t, err)
	require.Equal(t, sums, logits)
}
