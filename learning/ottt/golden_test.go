package ottt_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"couplet/learning/internal/ottt/vectors"
	"couplet/learning/layer"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
)

// TestGoldenOTTT holds the executor against the authors' code: spikes exactly, everything else within
// the tolerances of the README, in float64 and in float32, for training in both modes and for inference.
func TestGoldenOTTT(t *testing.T) {
	vectors.Each(t, func(t *testing.T, v *vectors.Vectors, extra bool) {
		double := checker[float64]{v: v, value: 1e-12, gradient: 1e-9}
		single := checker[float32]{v: v, value: 1e-4, gradient: 1e-4}
		var marginsA, marginsO []float64
		t.Run("float64", func(t *testing.T) {
			marginsA, marginsO = double.accumulate(t, v.Meta.T), double.online(t, v.Meta.T)
			double.inference(t, v.Meta.T)
		})
		t.Run("float32", func(t *testing.T) {
			a, o := promised(marginsA, exactTies(v, v.Meta.T)), promised(marginsO, exactTies(v, 1))
			if !extra {
				require.Equal(t, v.Meta.T, a, "ticks of OTTT_A in which spikes are safe")
				require.Equal(t, v.Meta.T, o, "ticks of OTTT_O in which spikes are safe")
			}
			single.accumulate(t, a)
			single.online(t, o)
			single.inference(t, a)
		})
	})
}

// exactTies is the number of ticks in which membranes are short binary fractions, so that a tie is a tie
// in float32 as well: so many in fully connected nets, whose start weights are such fractions.
func exactTies(v *vectors.Vectors, ticks int) int {
	if v.Meta.Kind == "fc" {
		return ticks
	}
	return 0
}

// promised is the number of ticks for which float32 has to give the spikes of float64: up to the first
// one in which a membrane is too close to the threshold.
func promised(margins []float64, exact int) int {
	for tick, m := range margins {
		if m < 1e-4 && tick >= exact {
			return tick
		}
	}
	return len(margins)
}

// checker compares a run in the format F with the vectors.
type checker[F layer.Real] struct {
	v               *vectors.Vectors
	value, gradient float64 // tolerances: absolute, and relative to the largest entry
}

// accumulate is the OTTT_A run over the first ticks: states, logits, losses, gradients tick by tick and
// in sum. It returns the distance of the closest membrane from the threshold at each tick.
func (c checker[F]) accumulate(t *testing.T, ticks int) []float64 {
	v, net := c.v, build[F](t, c.v)
	labels := v.Labels(t)
	require.NoError(t, net.Begin(v.Batch(true)))
	var margins []float64
	total := sums[F](net)
	for tick := range ticks {
		logits := c.tick(t, net, tick)
		margins = append(margins, margin(net, v.Meta.VTh))
		c.states(t, net, tick)
		c.near(t, v.At(t, "logits", tick), logits, "logits of tick %d", tick)
		net.ZeroGrad()
		l, err := net.Backward(labels)
		require.NoError(t, err)
		require.InDelta(t, v.Get(t, "loss").Data[tick], l, c.value, "loss of tick %d", tick)
		require.NoError(t, net.Finish())
		for i, p := range net.Params() {
			if name := "A.grad_step." + p.Name; v.Meta.T <= 6 {
				c.nearGradient(t, v.At(t, name, tick), p.Grad, "%s of tick %d", name, tick)
			}
			for k, g := range p.Grad {
				total[i][k] += g
			}
		}
	}
	if ticks < v.Meta.T {
		return margins
	}
	for i, p := range net.Params() {
		name := "A.grad." + p.Name
		c.nearGradient(t, v.Get(t, name).Data, total[i], "%s", name)
	}
	c.learn(t)
	return margins
}

// learn is the OTTT_A run as one call, in which the gradients of a held input are put off to the end.
func (c checker[F]) learn(t *testing.T) {
	v, net := c.v, build[F](t, c.v)
	steps := 0
	_, err := net.Learn(ottt.Accumulate, v.Batch(true), vectors.Convert[F](v.Get(t, "x").Data), v.Labels(t), func() error {
		steps++
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, steps)
	for _, p := range net.Params() {
		c.nearGradient(t, v.Get(t, "A.grad."+p.Name).Data, p.Grad, "A.grad.%s by Learn", p.Name)
	}
	for i, a := range net.Activity().Populations {
		require.InDelta(t, v.Meta.FiringRate[fmt.Sprintf("lif%d", i)], a.Rate, 1e-12, "firing rate of population %d", i)
	}
}

// online is the OTTT_O run over the first ticks, with an optimiser step after each.
func (c checker[F]) online(t *testing.T, ticks int) []float64 {
	v, net := c.v, build[F](t, c.v)
	labels := v.Labels(t)
	step := vectors.SGD(t, net.Params(), v.Meta.SGDRate, v.Meta.SGDMomentum)
	require.NoError(t, net.Begin(v.Batch(true)))
	var margins []float64
	for tick := range ticks {
		logits := c.tick(t, net, tick)
		margins = append(margins, margin(net, v.Meta.VTh))
		for k, p := range net.Populations() {
			c.sameSpikes(t, v.At(t, fmt.Sprintf("O.lif%d.spike", k), tick), p.Spikes, "OTTT_O, population %d, tick %d", k, tick)
		}
		c.near(t, v.At(t, "O.logits", tick), logits, "O.logits of tick %d", tick)
		net.ZeroGrad()
		_, err := net.Backward(labels)
		require.NoError(t, err)
		require.NoError(t, net.Finish())
		for _, p := range net.Params() {
			c.nearGradient(t, v.At(t, "O.grad_step."+p.Name, tick), p.Grad, "O.grad_step.%s of tick %d", p.Name, tick)
		}
		require.NoError(t, step())
		net.Changed()
	}
	if ticks == v.Meta.T {
		for _, p := range net.Params() {
			c.nearGradient(t, v.Get(t, "O.final."+p.Name).Data, p.Value, "O.final.%s", p.Name)
		}
	}
	return margins
}

// inference is the forward run without training.
func (c checker[F]) inference(t *testing.T, ticks int) {
	v, net := c.v, build[F](t, c.v)
	require.NoError(t, net.Begin(v.Batch(false)))
	for tick := range ticks {
		c.near(t, v.At(t, "eval.logits", tick), c.tick(t, net, tick), "eval.logits of tick %d", tick)
	}
}

// tick advances the network: a constant input is shown once and then held.
func (c checker[F]) tick(t *testing.T, net *ottt.Net[F], tick int) []F {
	advance := func() ([]F, error) { return net.Tick(vectors.Convert[F](c.v.Input(t, tick))) }
	if c.v.Meta.StaticInput && tick > 0 {
		advance = net.Hold
	}
	logits, err := advance()
	require.NoError(t, err)
	return logits
}

// states compares spikes, membranes and traces of all populations.
func (c checker[F]) states(t *testing.T, net *ottt.Net[F], tick int) {
	populations := net.Populations()
	require.NotContains(t, c.v.Arrays, fmt.Sprintf("lif%d.spike", len(populations)), "populations")
	for k, p := range populations {
		name := fmt.Sprintf("lif%d", k)
		c.sameSpikes(t, c.v.At(t, name+".spike", tick), p.Spikes, "%s, tick %d", name, tick)
		c.near(t, c.v.At(t, name+".u_pre", tick), p.Charged, "%s.u_pre of tick %d", name, tick)
		c.near(t, c.v.At(t, name+".u_post", tick), p.Membrane, "%s.u_post of tick %d", name, tick)
		c.near(t, c.v.At(t, name+".trace", tick), p.Trace, "%s.trace of tick %d", name, tick)
	}
}

func (c checker[F]) sameSpikes(t *testing.T, want []float64, got []F, format string, a ...any) {
	require.Equal(t, vectors.Convert[F](want), got, "spikes: "+fmt.Sprintf(format, a...))
}

// near compares within the absolute tolerance.
func (c checker[F]) near(t *testing.T, want []float64, got []F, format string, a ...any) {
	vectors.Within(t, c.value, want, got, fmt.Sprintf(format, a...))
}

// nearGradient compares within the tolerance relative to the largest entry.
func (c checker[F]) nearGradient(t *testing.T, want []float64, got []F, format string, a ...any) {
	vectors.Within(t, c.gradient*vectors.Largest(want), want, got, fmt.Sprintf(format, a...))
}

// sums makes room for the gradients of all parameters.
func sums[F layer.Real](net *ottt.Net[F]) [][]F {
	var list [][]F
	for _, p := range net.Params() {
		list = append(list, make([]F, len(p.Value)))
	}
	return list
}

// margin is the distance of the closest membrane from the threshold.
func margin[F layer.Real](net *ottt.Net[F], threshold float64) float64 {
	closest := math.Inf(1)
	for _, p := range net.Populations() {
		for _, u := range p.Charged {
			closest = min(closest, math.Abs(float64(u)-threshold))
		}
	}
	return closest
}

// TestStandardisedWeights compares the weights that the networks of the vectors work with, Ŵ of ottt.md §4.
func TestStandardisedWeights(t *testing.T) {
	compared := 0
	vectors.Each(t, func(t *testing.T, v *vectors.Vectors, _ bool) {
		for name, want := range v.Arrays {
			prefix, ok := strings.CutPrefix(name, "ws.")
			if !ok {
				continue
			}
			prefix = strings.TrimSuffix(prefix, ".op")
			weight := v.Get(t, "param."+prefix+".weight")
			m, err := layer.NewStandardisedConv2D[float64](prefix, []int{weight.Shape[1], 9, 9},
				layer.Convolution{Out: weight.Shape[0], Kernel: weight.Shape[2], Bias: true})
			require.NoError(t, err)
			require.Equal(t, layer.StandardisationEpsilon, v.Meta.WSEps)
			copy(m.Weight.Value, weight.Data)
			copy(m.Gain.Value, v.Get(t, "param."+prefix+".gain").Data)
			m.Prepare()
			vectors.Within(t, 1e-12, want.Data, m.Effective(), name)
			compared++
		}
	})
	require.NotZero(t, compared)
}
