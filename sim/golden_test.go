package sim_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
	"couplet/sim/golden"
)

// TestGoldenNest runs every golden network of NEST: spike steps and hashes have to agree exactly,
// potentials, precise spike times and plastic weights within the tolerances of package golden, in
// both hostings and with any number of workers.
func TestGoldenNest(t *testing.T) {
	for _, f := range golden.Files(t, "nest") {
		t.Run(f.Name, func(t *testing.T) {
			c, err := golden.Load(f.Path)
			require.NoError(t, err)
			for _, r := range runsOf(c, f.Extra) {
				t.Run(r.String(), func(t *testing.T) { r.check(t, c) })
			}
		})
	}
}

// goldenRun is one way to run a golden network.
type goldenRun struct {
	host    sim.Hosting
	workers int
	ticks   int64
}

func (r goldenRun) String() string { return fmt.Sprintf("%s-%d-%d", r.host, r.workers, r.ticks) }

// Sizes in synapses from which not every way to run a network is run to its end, to keep the tests
// short. The build tag slow lifts the limits.
const (
	largeNetwork = 4e6
	hugeNetwork  = 4e7
)

// runsOf lists the ways in which a network is run. Whatever its size, a file that does not belong to
// the module is run to the end.
func runsOf(c *golden.Case, extra bool) []goldenRun {
	synapses := synapsesOf(c.Network)
	switch {
	case synapses > hugeNetwork:
		run := goldenRun{sim.LazyHosting, 2, min(10_000, c.Ticks)}
		if extra || slow {
			run.ticks = c.Ticks
		}
		return []goldenRun{run}
	case synapses > largeNetwork && !slow:
		runs := runsHosted(sim.ClockedHosting, c.Ticks, 1, 2, 3)
		if extra {
			return append(runs, runsHosted(sim.LazyHosting, c.Ticks, 2)...)
		}
		return append(runs, runsHosted(sim.LazyHosting, min(1_000, c.Ticks), 1, 2, 3)...)
	}
	return append(runsHosted(sim.ClockedHosting, c.Ticks, 1, 2, 3), runsHosted(sim.LazyHosting, c.Ticks, 1, 2, 3)...)
}

// runsHosted lists runs of one hosting with several numbers of workers.
func runsHosted(h sim.Hosting, ticks int64, workers ...int) []goldenRun {
	var runs []goldenRun
	for _, w := range workers {
		runs = append(runs, goldenRun{h, w, ticks})
	}
	return runs
}

// synapsesOf is the expected number of synapses of a network.
func synapsesOf(net *sim.Network) float64 {
	n := 0.0
	for _, p := range net.Projections {
		n += p.Rule.Expect(p.From.Len(), p.To.Len())
	}
	return n
}

// check runs the network and compares everything that is known about it.
func (r goldenRun) check(t *testing.T, c *golden.Case) {
	program, err := sim.Compile(c.Network, sim.Options{Host: r.host, Workers: r.workers})
	require.NoError(t, err)
	s := program.Start()
	require.NoError(t, s.RunTicks(context.Background(), r.ticks))
	require.NoError(t, c.Check(s, r.ticks))

	if i := c.PlasticProjection(); i >= 0 && r.ticks == c.Ticks {
		log, err := s.FinalWeights(c.Network.Projections[i], c.FinalTick())
		require.NoError(t, err)
		require.NoError(t, c.CheckFinalWeights(golden.WeightsOf(log)))
	}
}
