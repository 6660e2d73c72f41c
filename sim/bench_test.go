package sim_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/golden"
	"couplet/sim/netfile"
	"couplet/synapse"
)

// benchRun measures ticks of a network with one and two workers: synaptic events and neuron updates
// per second of the run, bytes per synapse, and allocations per tick. Building is outside the timer,
// and so is a first run that lets every list grow to its size; recorders, whose lists grow for ever,
// are taken away.
func benchRun(b *testing.B, net *sim.Network, ticks int64) {
	net.Recorders = nil
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			p, err := sim.Compile(net, sim.Options{Workers: workers})
			require.NoError(b, err)
			s := p.Start()
			require.NoError(b, s.RunTicks(context.Background(), ticks))
			var before, after runtime.MemStats
			allocations := uint64(0)
			for b.Loop() {
				b.StopTimer()
				require.NoError(b, s.Reset())
				runtime.GC()
				runtime.ReadMemStats(&before)
				b.StartTimer()
				require.NoError(b, s.RunTicks(context.Background(), ticks))
				b.StopTimer()
				runtime.ReadMemStats(&after)
				allocations += after.Mallocs - before.Mallocs
				b.StartTimer()
			}
			b.ReportMetric(float64(allocations)/float64(b.N)/float64(ticks), "allocs/tick")
			report(b, p, s.Activity(), b.Elapsed().Seconds()/float64(b.N))
		})
	}
}

// report writes the rates of what happened in a number of seconds.
func report(b *testing.B, p *sim.Program, a sim.Activity, seconds float64) {
	events, updates := int64(0), int64(0)
	for _, q := range a.Projections {
		events += q.Events
	}
	for _, q := range a.Populations {
		updates += q.Updates
	}
	b.ReportMetric(float64(events)/seconds/1e6, "Mevents/s")
	b.ReportMetric(float64(updates)/seconds/1e6, "Mupdates/s")
	d := p.Describe()
	synapses := int64(0)
	for _, q := range d.Projections {
		synapses += q.Synapses
	}
	if synapses > 0 {
		b.ReportMetric(float64(d.Bytes)/float64(synapses), "bytes/synapse")
	}
}

func goldenNetwork(b *testing.B, name string) *sim.Network {
	c, err := golden.Load("../testdata/golden/nest/" + name + ".json")
	require.NoError(b, err)
	return c.Network
}

// BenchmarkBrunelDC is the whole balanced network with constant drive, 1 s of model time.
func BenchmarkBrunelDC(b *testing.B) { benchRun(b, goldenNetwork(b, "portable_brunel_dc"), 10_000) }

// BenchmarkExponential is the network with exponential currents and delays of 0.1 to 3 ms.
func BenchmarkExponential(b *testing.B) { benchRun(b, goldenNetwork(b, "portable_exp_ei"), 10_000) }

// BenchmarkPlastic is the network with pair STDP.
func BenchmarkPlastic(b *testing.B) { benchRun(b, goldenNetwork(b, "portable_stdp_ei"), 10_000) }

// BenchmarkBrunelPoisson is the balanced network with Poisson drive, 1 s of model time.
func BenchmarkBrunelPoisson(b *testing.B) {
	net, err := netfile.Load("../examples/brunel.yaml", netfile.Options{})
	require.NoError(b, err)
	benchRun(b, net, 10_000)
}

// BenchmarkSparseKick is a million neurons and a hundred million synapses, nearly silent, 10 s of
// model time. It starts fresh each time, as a user's run does.
func BenchmarkSparseKick(b *testing.B) {
	net := goldenNetwork(b, "portable_sparse_kick")
	net.Recorders = nil
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			p, err := sim.Compile(net, sim.Options{Workers: workers})
			require.NoError(b, err)
			var s *sim.Simulator
			for b.Loop() {
				b.StopTimer()
				s = p.Start()
				runtime.GC()
				b.StartTimer()
				require.NoError(b, s.RunTicks(context.Background(), 100_000))
			}
			report(b, p, s.Activity(), b.Elapsed().Seconds()/float64(b.N))
		})
	}
}

// BenchmarkDelivery makes neurons fire by hand, so that next to nothing but delivery is left.
func BenchmarkDelivery(b *testing.B) {
	for _, neurons := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%dx1000", neurons), func(b *testing.B) {
			net := sim.NewNetwork("delivery")
			q := net.Population("q", neurons, neuron.NewParrot()).Hosted(sim.LazyHosting)
			silent := neuron.NewPSCDelta()
			silent.VTh = 1e5
			to := net.Population("to", neurons, silent).Hosted(sim.ClockedHosting)
			net.Project(q, to, synapse.FixedInDegree(1000), synapse.Fixed(0.125, 1.5))
			p, err := sim.Compile(net, sim.Options{Workers: 1})
			require.NoError(b, err)
			s := p.Start()
			spikes := make([]uint32, neurons/100)
			for b.Loop() {
				for k := range spikes {
					spikes[k] = uint32((int(s.Tick())*31 + k*97) % neurons)
				}
				require.NoError(b, s.Inject(q, spikes...))
				require.NoError(b, s.Step(context.Background()))
			}
			report(b, p, s.Activity(), b.Elapsed().Seconds())
		})
	}
}

// BenchmarkUpdate measures clocked updates of every model without input.
func BenchmarkUpdate(b *testing.B) {
	for _, m := range neuron.All() {
		info := m.Info()
		if info.Source() {
			continue
		}
		b.Run(info.Name, func(b *testing.B) {
			net := sim.NewNetwork("update", sim.TickMs(1))
			net.Steps = info.Step
			net.Population("q", 10_000, m).Hosted(sim.ClockedHosting)
			p, err := sim.Compile(net, sim.Options{Workers: 1})
			require.NoError(b, err)
			s := p.Start()
			for b.Loop() {
				require.NoError(b, s.RunTicks(context.Background(), 100))
			}
			b.ReportMetric(float64(b.N)*100*10_000/b.Elapsed().Seconds()/1e6, "Mupdates/s")
		})
	}
}
