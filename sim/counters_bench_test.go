package sim_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// perceptron is a step-coded network of dense layers 784-512-512-10, whose weights are real numbers, with input
// spikes at 20 % and neurons at about the same rate.
func perceptron() *sim.Network {
	net := sim.NewNetwork("perceptron", sim.StepGrid())
	in := neuron.NewPoissonSource()
	in.Rate = 200 // per 1000 steps
	from := net.Population("input", 784, in)
	for _, size := range []int{512, 512, 10} {
		to := net.Population("layer", size, neuron.NewStepLIF()).Hosted(sim.ClockedHosting)
		to.Name += string(rune('0' + len(net.Populations) - 1))
		reach := 1.9 / math.Sqrt(float64(from.Size))
		net.Project(from, to, synapse.AllToAll{}, synapse.Static{
			Weight: synapse.Uniform{Lo: -0.9 * reach, Hi: reach}, DelayMs: synapse.Const(0)})
		from = to
	}
	return net
}

// BenchmarkCounters measures what telling active neurons from idle ones costs: the time of a run with
// Options.CountActive over that without. Runs of both kinds take turns in the memory of one simulator, whose
// place alone can make two of them differ by a fifth. They are cut into slices, and the shortest time of each
// slice counts, because other programs lengthen some slices and shorten none. All other counters are always
// on: they are sums that a delivery or an update makes once.
func BenchmarkCounters(b *testing.B) {
	quiet := kicks(200_000, 20_000)
	quiet.Populations[1].Hosted(sim.LazyHosting)
	for _, c := range []struct {
		name   string
		net    *sim.Network
		slices int
		ticks  int64 // of a slice
	}{
		{"brunel", goldenNetwork(b, "portable_brunel_dc"), 50, 100},
		{"exponential", goldenNetwork(b, "portable_exp_ei"), 50, 100},
		{"step", perceptron(), 20, 20},
		{"lazy", quiet, 20, 1000},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.net.Recorders = nil
			s := start(b, c.net, sim.Options{Workers: 1, CountActive: true})
			off, on := newStretches(c.slices, c.ticks), newStretches(c.slices, c.ticks)
			for b.Loop() {
				s.Uncounted(func() { off.run(b, s) })
				require.NoError(b, s.Reset())
				on.run(b, s)
				reportShares(b, s.Activity())
				require.NoError(b, s.Reset())
			}
			b.ReportMetric(on.seconds()/off.seconds(), "on/off")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// stretches are the slices of a run, each with the shortest time that it has taken.
type stretches struct {
	ticks    int64
	shortest []time.Duration
}

func newStretches(n int, ticks int64) *stretches {
	s := &stretches{ticks, make([]time.Duration, n)}
	for i := range s.shortest {
		s.shortest[i] = math.MaxInt64
	}
	return s
}

// run runs all slices once.
func (s *stretches) run(b *testing.B, simulator *sim.Simulator) {
	for i := range s.shortest {
		begin := time.Now()
		require.NoError(b, simulator.RunTicks(context.Background(), s.ticks))
		s.shortest[i] = min(s.shortest[i], time.Since(begin))
	}
}

// seconds is the time of a run without disturbance.
func (s *stretches) seconds() (sum float64) {
	for _, d := range s.shortest {
		sum += d.Seconds()
	}
	return sum
}

// reportShares reports how much of the neuron-ticks was active and how much ended in a spike.
func reportShares(b *testing.B, a sim.Activity) {
	active, spikes, all := int64(0), int64(0), int64(0)
	for _, p := range a.Populations {
		active, spikes, all = active+p.Active, spikes+p.Spikes, all+p.Active+p.Idle
	}
	b.ReportMetric(float64(active)/float64(all), "active")
	b.ReportMetric(float64(spikes)/float64(all), "spikes")
}
