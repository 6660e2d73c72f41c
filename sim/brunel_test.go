package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
	"couplet/sim/netfile"
	"couplet/sim/stats"
)

// brunelFigures are the statistics by which simulators are compared on the balanced network of
// Brunel (2000) in its asynchronous irregular state.
type brunelFigures struct {
	rateE, rateI float64 // spikes per second and neuron, whole run
	cvE, cvI     float64 // of inter-spike intervals, neurons with at least 4 spikes
	fanoE, fanoI float64 // variance / mean of the population count in bins of 1 ms, from 100 ms on
}

// TestBrunelStatistics runs examples/brunel.yaml, 12,500 neurons for 1 s, and compares its statistics with
// those of NEST, Brian2, Auryn and GeNN. docs/brunel.md has the figures of five seeds (-tags slow -v):
// their means agree with NEST, and four of their standard deviations are the tolerances here.
func TestBrunelStatistics(t *testing.T) {
	net, err := netfile.Load("../examples/brunel.yaml", netfile.Options{})
	require.NoError(t, err)
	seeds := []uint64{1}
	if slow {
		seeds = []uint64{1, 2, 3, 4, 5}
	}
	for _, seed := range seeds {
		s := start(t, net, sim.Options{Seed: seed, Workers: 2})
		run(t, s, 10_000)
		f := brunelFiguresOf(s)
		t.Logf("seed %d: rates %.2f %.2f, CV %.4f %.4f, variance/mean %.1f %.2f, %d spikes", seed,
			f.rateE, f.rateI, f.cvE, f.cvI, f.fanoE, f.fanoI, totalSpikes(s))
		require.InDelta(t, 32.0, f.rateE, 0.2)
		require.InDelta(t, 32.0, f.rateI, 0.2)
		require.InDelta(t, 0.175, f.cvE, 0.006)
		require.InDelta(t, 0.175, f.cvI, 0.007)
		require.InDelta(t, 54.6, f.fanoE, 14)
		require.InDelta(t, 14.3, f.fanoI, 3.7)
	}
}

func brunelFiguresOf(s *sim.Simulator) (f brunelFigures) {
	figures := func(train *sim.SpikeTrain) (rate, cv, fano float64) {
		all := stats.Recording{Spikes: train, TickMs: 0.1, From: 0, To: s.Tick()}
		settled := stats.Recording{Spikes: train, TickMs: 0.1, From: 1000, To: s.Tick()}
		cv, _ = all.MeanCV()
		return all.RateHz(), cv, stats.Fano(settled.Counts(10))
	}
	f.rateE, f.cvE, f.fanoE = figures(s.Spikes()[0])
	f.rateI, f.cvI, f.fanoI = figures(s.Spikes()[1])
	return f
}
