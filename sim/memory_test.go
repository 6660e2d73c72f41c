package sim_test

import (
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// impossible are networks that no machine holds, and the part that the error has to name.
var impossible = map[string]func(net *sim.Network){
	`population "n"`: func(net *sim.Network) {
		for _, name := range []string{"n", "m", "o"} {
			net.Population(name, 1<<30, neuron.NewPSCAlpha())
		}
	},
	`projection "n->n"`: func(net *sim.Network) { // a million to a million, every weight of its own: 8 TB
		n := net.Population("n", 1_000_000, neuron.NewPSCDelta())
		net.Project(n, n, synapse.AllToAll{}, synapse.Static{Weight: synapse.Uniform{Lo: 0, Hi: 1}, DelayMs: synapse.Const(1)})
	},
	`projection "n->n" without self connections`: func(net *sim.Network) { // one weight, but no implicit form
		n := net.Population("n", 1_000_000, neuron.NewPSCDelta())
		net.Project(n, n, synapse.AllToAll{NoSelf: true}, synapse.Fixed(1, 1))
	},
	`projection "n->n" of both signs`: func(net *sim.Network) { // shared between two ports
		n := net.Population("n", 1_000_000, neuron.NewPSCExp())
		net.Project(n, n, synapse.AllToAll{}, synapse.Static{Weight: synapse.Uniform{Lo: -1, Hi: 1}, DelayMs: synapse.Const(1)})
	},
	`projection "n->n" of precise neurons`: func(net *sim.Network) { // every arrival is kept by itself
		n := net.Population("n", 1_000_000, neuron.NewPSCExpPS())
		net.Project(n, n, synapse.AllToAll{}, synapse.Fixed(1, 1))
	},
	`projection "n->n" of fixed in-degree`: func(net *sim.Network) {
		n := net.Population("n", 1_000_000, neuron.NewPSCDelta())
		net.Project(n, n, synapse.FixedInDegree(1_000_000), synapse.Fixed(1, 1))
	},
	`projection "n->n" of plastic synapses with many delays`: func(net *sim.Network) { // a row for every delay and source
		n := net.Population("n", 1_000_000, neuron.NewPSCDelta())
		s := synapse.NewSTDP()
		s.DelayMs = synapse.Uniform{Lo: 1, Hi: 100_000}
		net.Project(n, n, synapse.FixedTotalNumber(1_000_000), s)
	},
	`projection "n->m" over long delays`: func(net *sim.Network) { // 200 rings of 2^25 ticks
		for range 200 {
			n := net.Population("n", 1, neuron.NewParrot())
			m := net.Population("m", 1, neuron.NewParrot())
			n.Name, m.Name = unique(net), unique(net)+"'"
			net.Project(n, m, synapse.OneToOne{}, synapse.Fixed(1, 0.1*(synapse.MaxTicks-1))).Name = "n->m"
		}
	},
}

// unique is a name for the next population.
func unique(net *sim.Network) string { return string(rune('A' + len(net.Populations))) }

// TestImpossibleNetworksAreRefused before anything is allocated.
func TestImpossibleNetworksAreRefused(t *testing.T) {
	for name, describe := range impossible {
		t.Run(name, func(t *testing.T) {
			net := sim.NewNetwork("impossible")
			describe(net)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := sim.Compile(net, sim.Options{Workers: 2, MemoryLimit: 1 << 36}) // as on a machine with 64 GiB
			runtime.ReadMemStats(&after)
			var refused *sim.MemoryError
			require.ErrorAs(t, err, &refused)
			require.Greater(t, refused.Need, refused.Have)
			require.EqualValues(t, 1<<36, refused.Have)
			require.Contains(t, name, refused.Largest)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), "bytes allocated for the refusal")
		})
	}
}

// TestMemoryLimit: a network is compiled if the limit is what it needs, and refused at one byte less.
func TestMemoryLimit(t *testing.T) {
	net := balanced(1000)
	_, err := sim.Compile(net, sim.Options{Workers: 2, MemoryLimit: 1})
	var refused *sim.MemoryError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, `projection "exc->exc"`, refused.Largest)
	require.ErrorContains(t, err, "sim: the network needs about ")
	require.ErrorContains(t, err, "this machine can give 1 B")
	compile(t, net, sim.Options{Workers: 2, MemoryLimit: refused.Need + 1})
	_, err = sim.Compile(net, sim.Options{Workers: 2, MemoryLimit: refused.Need - 1})
	require.ErrorAs(t, err, &refused)
}

// TestEstimates compares the bytes that are expected of a projection's tables with those that they take,
// for every form in which synapses are kept.
func TestEstimates(t *testing.T) {
	const neurons = 2000
	kernel := synapse.Conv{In: synapse.Shape{2, 25, 40}, OutChannels: 2, Kernel: []int{3, 3}, Padding: []int{1, 1}}
	delta, exp, precise, parrot := neuron.NewPSCDelta(), neuron.NewPSCExp(), neuron.NewPSCExpPS(), neuron.NewParrot()
	uniform := synapse.Uniform{Lo: 0.1, Hi: 1}
	signed := synapse.Uniform{Lo: -1, Hi: 1}
	steps := synapse.Rounded{Value: synapse.Uniform{Lo: 0, Hi: 1}, Step: 1. / 64}
	fine := synapse.Rounded{Value: synapse.Uniform{Lo: 0, Hi: 1}, Step: 1. / (1 << 22)}
	one, many := synapse.Const(1), synapse.Uniform{Lo: 0.1, Hi: 10}
	stdp := synapse.NewSTDP()
	stdp.DelayMs = synapse.Normal{Mean: 2, Std: 0.5, Min: 0.1, Max: 1000}
	for _, c := range []struct {
		target   neuron.Model
		rule     synapse.Rule
		synapse  synapse.Synapse
		encoding string
	}{
		{delta, synapse.AllToAll{}, synapse.Static{Weight: one, DelayMs: one}, "implicit all-to-all"},
		{delta, synapse.AllToAll{}, synapse.Static{Weight: uniform, DelayMs: one}, "dense matrix"},
		{delta, synapse.AllToAll{}, synapse.Static{Weight: steps, DelayMs: one}, "dense matrix"},
		{delta, synapse.AllToAll{NoSelf: true}, synapse.Static{Weight: one, DelayMs: one}, "rows by delay, u32 slot, shared weight"},
		{delta, synapse.AllToAll{}, synapse.Learned{Weight: one, DelayMs: one, Limit: 2}, "dense matrix"},
		{delta, synapse.OneToOne{}, synapse.Static{Weight: one, DelayMs: one}, "implicit one-to-one"},
		{delta, synapse.OneToOne{}, synapse.Static{Weight: uniform, DelayMs: one}, "implicit one-to-one"},
		{delta, kernel, synapse.Static{Weight: one, DelayMs: one}, "implicit stencil"},
		{delta, kernel, synapse.Static{Weight: uniform, DelayMs: one}, "implicit stencil"},
		{exp, kernel, synapse.Static{Weight: signed, DelayMs: one}, "implicit stencil"},
		{delta, synapse.FixedInDegree(100), synapse.Static{Weight: one, DelayMs: one}, "rows by delay, u32 slot, shared weight"},
		{delta, synapse.FixedInDegree(100), synapse.Static{Weight: steps, DelayMs: one}, "rows by delay, u32 = 10-bit slot + 22-bit weight"},
		{delta, synapse.FixedInDegree(100), synapse.Static{Weight: fine, DelayMs: one}, "rows by delay, u32 slot + 32-bit weight"},
		{delta, synapse.Bernoulli{P: 0.05}, synapse.Static{Weight: uniform, DelayMs: one}, "rows by delay, u32 slot + 64-bit weight"},
		{exp, synapse.FixedInDegree(100), synapse.Static{Weight: signed, DelayMs: one}, "rows by delay, u32 slot + 64-bit weight"},
		{delta, synapse.FixedInDegree(500), synapse.Static{Weight: one, DelayMs: synapse.Uniform{Lo: 0.1, Hi: 0.5}}, "rows by delay, u32 slot, shared weight"},
		{delta, synapse.FixedInDegree(100), synapse.Static{Weight: one, DelayMs: many}, "rows with delays, u32 slot, shared weight"},
		{delta, synapse.FixedInDegree(100), synapse.Static{Weight: steps, DelayMs: many}, "rows with delays, u32 = 10-bit slot + 15-bit weight"},
		{delta, synapse.FixedInDegree(100), synapse.Static{Weight: uniform, DelayMs: synapse.Lognormal{Mu: 0.5, Sigma: 0.6}}, "rows with delays, u32 slot + 64-bit weight"},
		{delta, synapse.FixedOutDegree(50), synapse.Static{Weight: uniform, DelayMs: one}, "rows by delay, u32 slot + 64-bit weight"},
		{delta, synapse.TotalNumber{N: 5000}, synapse.Static{Weight: one, DelayMs: many}, "rows with delays, u32 slot, shared weight"},
		{parrot, synapse.FixedInDegree(100), synapse.Static{Weight: uniform, DelayMs: one}, "rows by delay, u32 slot, shared weight"},
		{precise, synapse.FixedInDegree(20), synapse.Static{Weight: one, DelayMs: one}, "rows by delay, u32 slot, shared weight"},
		{precise, synapse.FixedInDegree(20), synapse.Static{Weight: uniform, DelayMs: many}, "rows by delay, u32 slot + float64 weight"},
		{delta, synapse.FixedInDegree(20), stdp, "rows by delay, u32 slot + float64 weight"},
	} {
		for workers := 1; workers <= 2; workers++ {
			net := sim.NewNetwork("estimate")
			from, to := net.Population("from", neurons, delta), net.Population("to", neurons, c.target)
			if neurons != kernel.In.Size() {
				t.Fatal("the kernel does not fit")
			}
			net.Project(from, to, c.rule, c.synapse)
			if _, noSelf := c.rule.(synapse.AllToAll); noSelf {
				net.Projections[0].From = to.All()
			}
			p := compile(t, net, sim.Options{Workers: workers})
			d := p.Describe()
			tables, all := p.Estimate()
			where := []any{"%s, %s, %d workers", d.Projections[0].Encoding, c.rule.Name(), workers}
			if workers == 2 {
				require.Equal(t, c.encoding, d.Projections[0].Encoding, where...)
			}
			require.InDelta(t, float64(d.Bytes), tables, 0.25*float64(d.Bytes), where...)
			require.GreaterOrEqual(t, all, tables+float64(8*2*neurons), where...)
		}
	}
}

// TestEstimateOfPlasticRuns: a run keeps weights and traces of its own beside the tables.
func TestEstimateOfPlasticRuns(t *testing.T) {
	net := sim.NewNetwork("plastic")
	n := net.Population("n", 20_000, neuron.NewPSCDelta())
	net.Project(n, n, synapse.FixedInDegree(100), synapse.NewSTDP())
	p := compile(t, net, sim.Options{})
	_, all := p.Estimate()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	s := p.Start()
	runtime.GC()
	runtime.ReadMemStats(&after)
	have := float64(p.Describe().Bytes) + float64(after.HeapAlloc-before.HeapAlloc)
	require.Less(t, math.Abs(all-have), 0.4*have, "expected %g, found %g bytes", all, have)
	runtime.KeepAlive(s)
}
