package spide_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/internal/vectors"
	"couplet/sim/golden"
)

// TestGoldenSPIDE holds both stages against the authors' reference code and against dense solves:
// every file in float64, those without leak in float32 too, with spikes delivered one by one and as
// arrays. Spikes, membranes and counts of
// integrate-and-fire neurons must be equal; the tolerances of the rest are those of
// testdata/golden/spide/README.md, and in float32 that of its rounding.
func TestGoldenSPIDE(t *testing.T) {
	for _, f := range golden.Files(t, "spide") {
		v := vectors.Read(t, f.Path)
		t.Run(f.Name, func(t *testing.T) {
			for way, share := range map[string]float64{"lists": 1, "arrays": 0} {
				t.Run("float64/"+way, func(t *testing.T) { checkVectors[float64](t, v, share) })
				if !v.LIF() {
					t.Run("float32/"+way, func(t *testing.T) { checkVectors[float32](t, v, share) })
				}
			}
		})
	}
}

// bench is a golden file on the bench, in one format.
type bench[F layer.Real] struct {
	v   *vectors.File
	net vectors.Net[F]
	// lists is the share of spikes up to which they are delivered one by one.
	lists float64
	// exact is how far membranes may be off, real how far rates, β and gradients.
	exact, real float64
}

func checkVectors[F layer.Real](t *testing.T, v *vectors.File, lists float64) {
	b := bench[F]{v: v, net: vectors.Build[F](t, v), lists: lists, real: 1e-12}
	single := F(1)/3 == F(float32(1)/3)
	if v.LIF() {
		b.exact, b.real = 1e-9, 1e-9
	}
	if single {
		b.real = 1e-6
	}
	b.forwardStages(t)
	b.forwardTrace(t)
	b.backwardStages(t, single)
	b.backwardTrace(t, single)
	b.head(t)
	b.equilibrium(t, single)
}

// executor makes an executor for the given numbers of ticks.
func (b bench[F]) executor(t *testing.T, forward, backward int) *spide.Executor[F] {
	c := b.v.Config(forward, backward)
	c.ListsUpTo = b.lists
	return newExecutor(t, c, b.net.Ring)
}

// forwardStages checks rates and final membranes for every T_F.
func (b bench[F]) forwardStages(t *testing.T) {
	ticks := b.v.Ticks("fwd.T", ".a0")
	require.NotEmpty(t, ticks)
	for _, T := range ticks {
		e := b.executor(t, T, 1)
		var last []F
		e.Observe(func(s spide.Tick[F]) {
			if s.Tick == T && s.Layer == e.Layers()-1 {
				last = append(last[:0], s.Membrane...)
			}
		})
		vectors.Forward[F](t, b.v, e)
		for i := range e.Layers() {
			name := fmt.Sprintf("fwd.T%d.a%d", T, i)
			vectors.Close(t, name, b.v.Get(t, name), e.Rates(i), b.real)
			counts := b.v.Arrays[fmt.Sprintf("fwd.T%d.rate%d", T, i)] // leaky neurons
			if counts == nil {
				counts = b.v.Arrays[name]
			}
			for j, n := range e.Counts(i) {
				require.Equal(t, math.Round(counts.Data[j]*float64(T)), float64(n), "%s: spikes of neuron %d", name, j)
			}
		}
		name := fmt.Sprintf("fwd.T%d.u_last_layer_end", T)
		vectors.Close(t, name, b.v.Get(t, name), last, b.exact)
	}
}

// forwardTrace checks every spike and membrane of the first ticks.
func (b bench[F]) forwardTrace(t *testing.T) {
	n := b.v.Meta.TraceT
	e := b.executor(t, n, 1)
	prefix := "trace.T" + strconv.Itoa(n)
	seen := 0
	e.Observe(func(s spide.Tick[F]) {
		b.compareTick(t, prefix, s, e.Neurons(s.Layer), e.Config().Theta(), e.Config().Leak, true)
		seen++
	})
	vectors.Forward[F](t, b.v, e)
	require.Equal(t, n*e.Layers(), seen)
}

// compareTick compares a layer in one tick with a trace. The membrane before the reset follows from
// the one after it.
func (b bench[F]) compareTick(t *testing.T, prefix string, s spide.Tick[F], neurons int, quantum, leak float64, all bool) {
	size := b.v.Meta.Batch * neurons
	row := func(what string) []float64 {
		name := fmt.Sprintf("%s.%s%d", prefix, what, s.Layer)
		return b.v.Get(t, name)[(s.Tick-1)*size:][:size]
	}
	spikes := asArray(s.Spikes)
	where := fmt.Sprintf("%s layer %d tick %d", prefix, s.Layer, s.Tick)
	want, pre := row("spike"), row("u_pre")
	for j := range size {
		if !all && !b.dyadicGradient(j/neurons) {
			continue // a gradient that float32 cannot hold
		}
		require.Equal(t, want[j], spikes[j], "%s: spike of neuron %d", where, j)
		have := float64(s.Membrane[j])/leak + spikes[j]*quantum
		require.InDelta(t, pre[j], have, b.exact, "%s: membrane of neuron %d", where, j)
	}
	if s.Stage == spide.Forward {
		vectors.Close(t, where, row("u_post"), s.Membrane, b.exact)
	}
}

// asArray writes spike lists as an array, samples × neurons.
func asArray[F layer.Real](s *spide.Spikes[F]) []float64 {
	x := make([]float64, s.Samples()*s.Neurons())
	for b := range s.Samples() {
		neurons, sign := s.Of(b)
		for k, i := range neurons {
			x[b*s.Neurons()+int(i)] = 1
			if sign != nil {
				x[b*s.Neurons()+int(i)] = float64(sign[k])
			}
		}
	}
	return x
}

// dyadicGradient tells whether the gradient of a sample is a multiple of 2^−bits, as the file says of
// all; fc2_spikein_a has an entry that is not, 0.7. In float32 that is another number.
func (b bench[F]) dyadicGradient(sample int) bool {
	g := b.v.Arrays["grad_a_last"].Data
	n := len(g) / b.v.Meta.Batch
	for _, x := range g[sample*n:][:n] {
		if scaled := math.Ldexp(x, b.v.Meta.GradBits); scaled != math.Trunc(scaled) {
			return false
		}
	}
	return true
}

// comparable tells whether the backward stage of all samples can be exact in the format.
func (b bench[F]) comparable(single bool) bool {
	for s := range b.v.Meta.Batch {
		if single && !b.dyadicGradient(s) {
			return false
		}
	}
	return true
}

// backwardStages checks gates, β, counts and gradients for every T_B, and the dense solve that they
// converge to.
func (b bench[F]) backwardStages(t *testing.T, single bool) {
	ticks := b.v.Ticks("bwd.T", ".beta0")
	require.NotEmpty(t, ticks)
	g := vectors.Narrow[F](b.v.Get(t, "grad_a_last"))
	for k, T := range ticks {
		e := b.executor(t, b.v.Meta.TForBack, T)
		vectors.Forward[F](t, b.v, e)
		if k == 0 {
			b.gates(t, e)
			b.limit(t, e, g, single)
		}
		require.NoError(t, e.Backward(g))
		prefix := fmt.Sprintf("bwd.T%d.", T)
		for i := range e.Layers() {
			b.betas(t, e, i, prefix, T, single)
		}
		if b.comparable(single) {
			b.gradients(t, e, prefix+"grad.", b.real)
		}
	}
}

// gates checks the gates and the rates that the backward stage starts from.
func (b bench[F]) gates(t *testing.T, e *spide.Executor[F]) {
	for i := range e.Layers() {
		vectors.Close(t, "bwd.a", b.v.Get(t, fmt.Sprintf("bwd.a%d", i)), e.Rates(i), b.real)
		for j, m := range b.v.Get(t, fmt.Sprintf("bwd.mask%d", i)) {
			require.Equal(t, m == 1, e.Gate(i)[j], "gate of layer %d, neuron %d", i, j)
		}
	}
}

// betas checks β and the counts of a layer, for the samples whose gradient the format can hold.
func (b bench[F]) betas(t *testing.T, e *spide.Executor[F], i int, prefix string, T int, single bool) {
	name := fmt.Sprintf("%sbeta%d", prefix, i)
	beta, rate := b.v.Get(t, name), b.v.Get(t, fmt.Sprintf("%srate%d", prefix, i))
	n := e.Neurons(i)
	for s := range b.v.Meta.Batch {
		if single && !b.dyadicGradient(s) {
			continue
		}
		vectors.Close(t, name, beta[s*n:][:n], e.Beta(i)[s*n:][:n], b.real)
		for j, c := range e.BackCounts(i)[s*n:][:n] {
			require.Equal(t, math.Round(rate[s*n+j]*float64(T)), float64(c), "%s: spikes of neuron %d of sample %d", prefix, j, s)
		}
	}
}

// limit checks the exact β and gradients for the gates and rates of the forward stage.
func (b bench[F]) limit(t *testing.T, e *spide.Executor[F], g []F, single bool) {
	require.NoError(t, e.ExactBackward(g, settleTo(single), 1000))
	for i := range e.Layers() {
		name := fmt.Sprintf("bwd.exact_beta%d", i)
		vectors.Close(t, name, b.v.Get(t, name), e.Beta(i), b.real)
	}
	b.gradients(t, e, "bwd.exact_grad.", b.real)
}

// settleTo is the tolerance at which the rounding of a format ends an iteration.
func settleTo(single bool) float64 {
	if single {
		return 1e-7
	}
	return 1e-15
}

// gradients accumulates the gradients and checks those of all blocks, relative to the largest entry of
// each.
func (b bench[F]) gradients(t *testing.T, e *spide.Executor[F], prefix string, tol float64) {
	b.net.ZeroGrads()
	require.NoError(t, e.Accumulate())
	require.NotEmpty(t, b.net.Params)
	for name, p := range b.net.Params {
		want := b.v.Get(t, prefix+name)
		largest := 1.0
		for _, w := range want {
			largest = max(largest, math.Abs(w))
		}
		vectors.Close(t, prefix+name, want, p.Grad, tol*largest)
	}
}

// backwardTrace checks every spike and membrane of the first backward ticks.
func (b bench[F]) backwardTrace(t *testing.T, single bool) {
	n := b.v.Meta.TraceT
	e := b.executor(t, b.v.Meta.TForBack, n)
	vectors.Forward[F](t, b.v, e)
	prefix := "btrace.T" + strconv.Itoa(n)
	seen := 0
	exact := b.exact
	if !b.comparable(true) {
		exact = 1e-14 // the entry that is not dyadic is rounded, in another order than the reference's
	}
	e.Observe(func(s spide.Tick[F]) {
		c := bench[F]{v: b.v, exact: exact}
		c.compareTick(t, prefix, s, e.Neurons(s.Layer), e.Config().BackTheta(), e.Config().Leak, !single)
		seen++
	})
	require.NoError(t, e.Backward(vectors.Narrow[F](b.v.Get(t, "grad_a_last"))))
	require.Equal(t, n*e.Layers(), seen)
}

// head checks logits, the scaled gradient at the rates, that of the readout, and the blocks driven by
// it.
func (b bench[F]) head(t *testing.T) {
	if b.v.Arrays["head.Wc"] == nil {
		return
	}
	ticks := b.v.Ticks("head.T", ".grad.x.weight")
	require.NotEmpty(t, ticks)
	for _, T := range ticks {
		e := b.executor(t, b.v.Meta.TForBack, T)
		vectors.Forward[F](t, b.v, e)
		logits, err := e.Logits()
		require.NoError(t, err)
		vectors.Close(t, "logits", b.v.Get(t, "head.logits"), logits, b.real)
		loss, gLogits := vectors.CrossEntropy(logits, b.v.Get(t, "head.label"))
		require.InDelta(t, b.v.Get(t, "head.loss")[0], loss, b.real)
		b.net.ZeroGrads()
		require.NoError(t, e.BackwardLogits(gLogits))
		readout := b.net.Ring.Readout.Params()
		vectors.Close(t, "grad Wc", b.v.Get(t, "head.grad_Wc_scaled"), readout[0].Grad, 4*b.real)
		vectors.Close(t, "grad bc", b.v.Get(t, "head.grad_bc_scaled"), readout[1].Grad, 4*b.real)
		back := make([]F, len(e.Rates(e.Layers()-1)))
		for j := range gLogits {
			gLogits[j] *= F(b.v.Meta.HeadScale)
		}
		b.net.Ring.Readout.Back(gLogits, back, b.v.Meta.Batch)
		vectors.Close(t, "grad_a_scaled", b.v.Get(t, "head.grad_a_scaled"), back, 4*b.real)
		if b.real < 1e-9 { // softmax is not dyadic: in float32 the couples have another input
			b.gradients(t, e, fmt.Sprintf("head.T%d.grad.", T), b.real)
		}
	}
}

// equilibrium checks the fixed point and the implicit gradient at it. The gates are those of the rates
// as the file has them: its iteration stopped at 4e-20 or 1 − 1e-16 for some neurons that are clipped
// at 0 or 1, and counts their gates as open.
func (b bench[F]) equilibrium(t *testing.T, single bool) {
	if b.v.Meta.Input == "spikes" {
		return
	}
	e := b.executor(t, 1, 1)
	require.NoError(t, e.FixedPoint(spide.Pass{}, vectors.Narrow[F](b.v.Get(t, "x")), b.v.Meta.Batch, settleTo(single), 1000))
	for i := range e.Layers() {
		name := fmt.Sprintf("exact.a%d", i)
		vectors.Close(t, name, b.v.Get(t, name), e.Rates(i), b.real)
		rates := vectors.Narrow[F](b.v.Get(t, name))
		for j, a := range b.v.Get(t, name) {
			if a < 1 && rates[j] == 1 {
				rates[j] = 1 - 1e-7 // float32 would round to 1, and close the gate
			}
		}
		e.SetRates(i, rates)
	}
	require.NoError(t, e.ExactBackward(vectors.Narrow[F](b.v.Get(t, "grad_a_last")), settleTo(single), 1000))
	for i := range e.Layers() {
		name := fmt.Sprintf("exact.beta%d", i)
		vectors.Close(t, name, b.v.Get(t, name), e.Beta(i), b.real)
	}
	b.gradients(t, e, "exact.grad.", b.real)
}
