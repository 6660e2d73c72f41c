package sim_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// The networks and helpers that several tests of the engine share.

// compile compiles a network that has to be right.
func compile(t testing.TB, net *sim.Network, o sim.Options) *sim.Program {
	t.Helper()
	p, err := sim.Compile(net, o)
	require.NoError(t, err)
	return p
}

// start compiles a network and makes a simulator.
func start(t testing.TB, net *sim.Network, o sim.Options) *sim.Simulator {
	t.Helper()
	return compile(t, net, o).Start()
}

// run runs for some ticks.
func run(t testing.TB, s *sim.Simulator, ticks int64) {
	t.Helper()
	require.NoError(t, s.RunTicks(context.Background(), ticks))
}

// hostings are the two ways to host a population.
var hostings = []sim.Hosting{sim.ClockedHosting, sim.LazyHosting}

// restless are neurons of which some fire by themselves: a mean drive of 0.8 of the threshold.
func restless() neuron.PSCDelta {
	m := neuron.NewPSCDelta()
	m.Cm, m.TauM, m.EL, m.VTh, m.VReset = 1, 20, 0, 20, 0
	m.Ie = 1.5
	return m
}

// balanced is a small network of excitatory and inhibitory neurons that stays active by its constant
// currents: a Brunel network without random drive.
func balanced(neurons int) *sim.Network {
	net := sim.NewNetwork("balanced")
	exc := net.Population("exc", neurons*4/5, restless())
	inh := net.Population("inh", neurons/5, restless())
	for _, p := range net.Populations {
		p.Set("V_m", synapse.Uniform{Lo: 0, Hi: 20})
		net.Project(exc, p, synapse.FixedInDegree(neurons/25), synapse.Fixed(0.25, 1.5))
		net.Project(inh, p, synapse.FixedInDegree(neurons/100), synapse.Fixed(-1.25, 1.5))
	}
	return net
}

// kicks is a large quiet network in which a source makes a few neurons fire now and then.
func kicks(neurons int, ticks int64) *sim.Network {
	net := sim.NewNetwork("kicks")
	m := restless()
	m.Ie = 0
	var times []float64
	for t := int64(1); t <= ticks; t += 20 {
		times = append(times, float64(t)*net.TickMs)
	}
	source := net.Population("source", 1, neuron.NewSpikeSource(times))
	quiet := net.Population("quiet", neurons, m)
	net.Project(source, quiet.Slice(0, 10), synapse.AllToAll{}, synapse.Fixed(32, 1))
	net.Project(quiet, quiet, synapse.FixedInDegree(20), synapse.Static{
		Weight: synapse.Const(0.0625), DelayMs: synapse.Rounded{Value: synapse.Uniform{Lo: 1, Hi: 16}, Step: 0.1},
	})
	return net
}

// requireSameSpikes compares the spike recorders of two simulators.
func requireSameSpikes(t testing.TB, want, have *sim.Simulator, where ...any) {
	t.Helper()
	for i, train := range want.Spikes() {
		require.NoError(t, compareSpikes(have.Spikes()[i], train), where...)
	}
}

// totalSpikes counts the spikes of all populations.
func totalSpikes(s *sim.Simulator) int64 {
	n := int64(0)
	for _, p := range s.Activity().Populations {
		n += p.Spikes
	}
	return n
}
