package event_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/spike"
	"couplet/learning/spide"
	"couplet/learning/spide/event"
	"couplet/learning/spide/internal/vectors"
	"couplet/sim"
	"couplet/sim/golden"
)

// TestGoldenSPIDEEvent holds both stages on the event engine against the authors' reference code: every
// file, hosted lazily and clocked. Spikes, membranes and counts of integrate-and-fire neurons must be
// equal, β and gradients within 1e-12; with a leak spikes must be equal and the rest within 1e-9
// (testdata/golden/spide/README.md).
func TestGoldenSPIDEEvent(t *testing.T) {
	for _, f := range golden.Files(t, "spide") {
		v := vectors.Read(t, f.Path)
		t.Run(f.Name, func(t *testing.T) {
			for _, host := range []sim.Hosting{sim.LazyHosting, sim.ClockedHosting} {
				t.Run(host.String(), func(t *testing.T) {
					b := bench{v: v, net: vectors.Build[float64](t, v), host: host, real: 1e-12}
					if v.LIF() {
						b.exact, b.real = 1e-9, 1e-9
					}
					b.forwardStages(t)
					b.forwardTrace(t)
					b.backwardStages(t)
					b.backwardTrace(t)
					b.head(t)
				})
			}
		})
	}
}

// bench is a golden file on the bench.
type bench struct {
	v    *vectors.File
	net  vectors.Net[float64]
	host sim.Hosting
	// exact is how far membranes may be off, real how far rates, β and gradients.
	exact, real float64
}

// executor makes an executor for the given numbers of ticks.
func (b bench) executor(t *testing.T, forward, backward int) *event.Executor {
	e, err := event.New(b.v.Config(forward, backward), b.net.Ring, event.Hosted(b.host))
	require.NoError(t, err)
	return e
}

// forwardStages checks rates, counts and final membranes for every T_F.
func (b bench) forwardStages(t *testing.T) {
	ticks := b.v.Ticks("fwd.T", ".a0")
	require.NotEmpty(t, ticks)
	for _, T := range ticks {
		e := b.executor(t, T, 1)
		vectors.Forward[float64](t, b.v, e)
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
		vectors.Close(t, name, b.v.Get(t, name), b.finalMembranes(t, e, T), b.exact)
	}
}

// finalMembranes runs the forward stage again and watches the last layer in its last tick.
func (b bench) finalMembranes(t *testing.T, e *event.Executor, ticks int) (u []float64) {
	e.Observe(func(s event.Tick) {
		if s.Tick == ticks && s.Layer == e.Layers()-1 {
			u = append(u, s.Membrane...)
		}
	})
	vectors.Forward[float64](t, b.v, e)
	return u
}

// forwardTrace checks every spike and membrane of the first ticks.
func (b bench) forwardTrace(t *testing.T) {
	n := b.v.Meta.TraceT
	e := b.executor(t, n, 1)
	seen := 0
	e.Observe(func(s event.Tick) {
		b.compareTick(t, "trace.T"+strconv.Itoa(n), s, b.exact)
		seen++
	})
	vectors.Forward[float64](t, b.v, e)
	require.Equal(t, n*b.v.Meta.Batch*e.Layers(), seen)
}

// backwardTrace checks every spike and membrane of the first backward ticks. The one entry of a file that
// is not dyadic is rounded, in another order than the reference's.
func (b bench) backwardTrace(t *testing.T) {
	n := b.v.Meta.TraceT
	e := b.executor(t, b.v.Meta.TForBack, n)
	vectors.Forward[float64](t, b.v, e)
	g := b.v.Get(t, "grad_a_last")
	exact := b.exact
	if !b.dyadic(g) {
		exact = max(exact, 1e-14)
	}
	seen := 0
	e.Observe(func(s event.Tick) {
		b.compareTick(t, "btrace.T"+strconv.Itoa(n), s, exact)
		seen++
	})
	require.NoError(t, e.Backward(g))
	require.Equal(t, n*b.v.Meta.Batch*e.Layers(), seen)
}

// dyadic tells whether all numbers are multiples of 2^−bits, as the file says.
func (b bench) dyadic(g []float64) bool {
	for _, x := range g {
		if scaled := math.Ldexp(x, b.v.Meta.GradBits); scaled != math.Trunc(scaled) {
			return false
		}
	}
	return true
}

// compareTick compares a layer of a sample in one tick with a trace.
func (b bench) compareTick(t *testing.T, prefix string, s event.Tick, exact float64) {
	neurons := len(s.Membrane)
	row := func(what string) []float64 {
		name := fmt.Sprintf("%s.%s%d", prefix, what, s.Layer)
		return b.v.Get(t, name)[((s.Tick-1)*b.v.Meta.Batch+s.Sample)*neurons:][:neurons]
	}
	where := fmt.Sprintf("%s sample %d layer %d tick %d", prefix, s.Sample, s.Layer, s.Tick)
	spikes := make([]float64, neurons)
	for _, w := range s.Spikes {
		spikes[spike.Index(w)] = 1
		if w&spike.Negative != 0 {
			spikes[spike.Index(w)] = -1
		}
	}
	require.Equal(t, row("spike"), spikes, where)
	vectors.Close(t, where+": u_pre", row("u_pre"), s.Charged, exact)
	if s.Stage == spide.Forward {
		vectors.Close(t, where+": u_post", row("u_post"), s.Membrane, exact)
	}
}

// backwardStages checks gates, β, counts and gradients for every T_B.
func (b bench) backwardStages(t *testing.T) {
	ticks := b.v.Ticks("bwd.T", ".beta0")
	require.NotEmpty(t, ticks)
	for _, T := range ticks {
		e := b.executor(t, b.v.Meta.TForBack, T)
		vectors.Forward[float64](t, b.v, e)
		require.NoError(t, e.Backward(b.v.Get(t, "grad_a_last")))
		prefix := fmt.Sprintf("bwd.T%d.", T)
		for i := range e.Layers() {
			for j, m := range b.v.Get(t, fmt.Sprintf("bwd.mask%d", i)) {
				require.Equal(t, m == 1, e.Gate(i)[j], "gate of layer %d, neuron %d", i, j)
			}
			name := fmt.Sprintf("%sbeta%d", prefix, i)
			vectors.Close(t, name, b.v.Get(t, name), e.Beta(i), b.real)
			rate := b.v.Get(t, fmt.Sprintf("%srate%d", prefix, i))
			for j, c := range e.BackCounts(i) {
				require.Equal(t, math.Round(rate[j]*float64(T)), float64(c), "%s: spikes of neuron %d", name, j)
			}
		}
		b.gradients(t, e, prefix+"grad.")
	}
}

// gradients accumulates the gradients and checks those of all blocks, relative to the largest entry of
// each.
func (b bench) gradients(t *testing.T, e *event.Executor, prefix string) {
	b.net.ZeroGrads()
	require.NoError(t, e.Accumulate())
	require.NotEmpty(t, b.net.Params)
	for name, p := range b.net.Params {
		want := b.v.Get(t, prefix+name)
		largest := 1.0
		for _, w := range want {
			largest = max(largest, math.Abs(w))
		}
		vectors.Close(t, prefix+name, want, p.Grad, b.real*largest)
	}
}

// head checks logits, the gradient of the readout, and the blocks driven by it.
func (b bench) head(t *testing.T) {
	if b.v.Arrays["head.Wc"] == nil {
		return
	}
	ticks := b.v.Ticks("head.T", ".grad.x.weight")
	require.NotEmpty(t, ticks)
	for _, T := range ticks {
		e := b.executor(t, b.v.Meta.TForBack, T)
		vectors.Forward[float64](t, b.v, e)
		logits, err := e.Logits()
		require.NoError(t, err)
		vectors.Close(t, "logits", b.v.Get(t, "head.logits"), logits, b.real)
		_, gLogits := vectors.CrossEntropy(logits, b.v.Get(t, "head.label"))
		b.net.ZeroGrads()
		require.NoError(t, e.BackwardLogits(gLogits))
		readout := b.net.Ring.Readout.Params()
		vectors.Close(t, "grad Wc", b.v.Get(t, "head.grad_Wc_scaled"), readout[0].Grad, 4*b.real)
		vectors.Close(t, "grad bc", b.v.Get(t, "head.grad_bc_scaled"), readout[1].Grad, 4*b.real)
		b.gradients(t, e, fmt.Sprintf("head.T%d.grad.", T))
	}
}
