package sim_test

import (
	"context"
	"fmt"
	"math"
	"runtime/debug"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/kernel"
	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/golden"
	"couplet/synapse"
)

// TestRunsAddUp runs in pieces of every kind: the spikes are those of the whole run.
func TestRunsAddUp(t *testing.T) {
	ctx := context.Background()
	net := balanced(250)
	net.RecordSpikes(net.Populations[0], net.Populations[1])
	for _, o := range []sim.Options{{Workers: 1}, {Workers: 2}, {Workers: 2, Host: sim.LazyHosting}} {
		whole := start(t, net, o)
		run(t, whole, 600)
		require.Positive(t, totalSpikes(whole))

		s := start(t, net, o)
		require.NoError(t, s.Run(ctx, 10)) // ms: 100 ticks
		require.EqualValues(t, 100, s.Tick())
		require.NoError(t, s.Run(ctx, 0))
		require.NoError(t, s.Run(ctx, 0.04)) // rounded to no tick
		require.EqualValues(t, 100, s.Tick())
		require.NoError(t, s.Run(ctx, 0.06)) // rounded to one
		require.EqualValues(t, 101, s.Tick())
		require.NoError(t, s.Step(ctx))
		require.EqualValues(t, 102, s.Tick())
		for _, ticks := range []int64{0, 1, 14, 15, 16, 452} {
			require.NoError(t, s.RunTicks(ctx, ticks))
		}
		require.EqualValues(t, 600, s.Tick())
		requireSameSpikes(t, whole, s)
		require.Equal(t, whole.Activity(), s.Activity())
	}
}

// TestRunRefuses checks the durations that make no sense. The simulator is as good as before.
func TestRunRefuses(t *testing.T) {
	ctx := context.Background()
	s := start(t, balanced(100), sim.Options{})
	for _, ms := range []float64{-1, math.NaN(), math.Inf(1), 1e300} {
		require.ErrorContains(t, s.Run(ctx, ms), "the duration must be at least 0")
	}
	require.EqualError(t, s.RunTicks(ctx, -3), "sim: cannot run for -3 ticks from tick 0")
	require.Error(t, s.RunTicks(ctx, math.MaxInt64))
	require.Zero(t, s.Tick())
	run(t, s, 1)
}

// TestCancelledRunStandsAtABoundary ends the context in the middle of a run. The simulator stops at a tick
// boundary, and the rest of the run gives what the whole would have given.
func TestCancelledRunStandsAtABoundary(t *testing.T) {
	net := balanced(250)
	net.RecordSpikes(net.Populations[0])
	for workers := 1; workers <= 2; workers++ {
		whole := start(t, net, sim.Options{Workers: workers})
		run(t, whole, 500)
		s := start(t, net, sim.Options{Workers: workers})
		ctx, cancel := context.WithCancel(context.Background())
		s.OnProgress(func(tick int64) {
			if tick >= 200 {
				cancel()
			}
		})
		require.ErrorIs(t, s.RunTicks(ctx, 500), context.Canceled)
		require.GreaterOrEqual(t, s.Tick(), int64(200))
		require.Less(t, s.Tick(), int64(200+15), "it stops after the window in which it was told to")
		require.ErrorIs(t, s.RunTicks(ctx, 1), context.Canceled)
		run(t, s, 500-s.Tick())
		requireSameSpikes(t, whole, s)
	}
}

// TestProgress: the callback is told the tick after every window, ever later ones, the last one too.
func TestProgress(t *testing.T) {
	s := start(t, balanced(100), sim.Options{})
	var ticks []int64
	s.OnProgress(func(tick int64) {
		ticks = append(ticks, tick)
		require.Equal(t, tick, s.Tick())
	})
	run(t, s, 100)
	require.Equal(t, []int64{15, 30, 45, 60, 75, 90, 100}, ticks)
}

// TestSilenceIsFree counts events, not time: a billion ticks without input need none, and the one window
// in which the only spike is handled is the only one that runs.
func TestSilenceIsFree(t *testing.T) {
	net := sim.NewNetwork("silence", sim.StepGrid())
	source := net.Population("source", 1, neuron.NewSpikeSource([]float64{7e8}))
	quiet := net.Population("quiet", 1000, neuron.NewStepLIF()).Hosted(sim.LazyHosting)
	net.Project(source, quiet, synapse.AllToAll{}, synapse.Fixed(0.5, 100))
	for workers := 1; workers <= 2; workers++ {
		s := start(t, net, sim.Options{Workers: workers})
		trace := s.Trace()
		windows := 0
		s.OnProgress(func(int64) { windows++ })
		run(t, s, 500_000_000)
		require.Zero(t, trace.Count())
		require.Equal(t, 1, windows)
		run(t, s, 500_000_000)
		require.EqualValues(t, 1_000_000_000, s.Tick())
		require.Equal(t, 2+2*workers, trace.Count(), "wake and update of the source; arrival and update in every shard")
		require.Equal(t, int64(1000), s.Activity().Populations[1].Updates)
	}
}

// TestKernelLevelsGiveTheSameSpikes runs a large golden network for 1000 ticks with every set of
// processor instructions and 1 to 3 workers.
func TestKernelLevelsGiveTheSameSpikes(t *testing.T) {
	c, err := golden.Load("../testdata/golden/nest/portable_brunel_dc_small.json")
	require.NoError(t, err)
	const ticks = 1000
	want := ""
	for _, level := range kernel.Levels() {
		for workers := 1; workers <= 3; workers++ {
			t.Run(fmt.Sprintf("%s/%d", level, workers), func(t *testing.T) {
				defer kernel.SetLevel(level)()
				s := start(t, c.Network, sim.Options{Workers: workers, Host: sim.ClockedHosting})
				run(t, s, ticks)
				require.NoError(t, c.Check(s, ticks))
				hash := golden.Hash(s.Spikes()[0], ticks)
				if want == "" {
					want = hash
				}
				require.Equal(t, want, hash)
			})
		}
	}
}

// TestSimulatorsShareAProgram runs several simulators of one program at once: they do not disturb
// each other. Run it with -race.
func TestSimulatorsShareAProgram(t *testing.T) {
	net := balanced(250)
	net.RecordSpikes(net.Populations[0])
	p := compile(t, net, sim.Options{Workers: 2})
	first := p.Start()
	run(t, first, 300)
	others := make([]*sim.Simulator, 3)
	var wait sync.WaitGroup
	for i := range others {
		others[i] = p.Start()
		wait.Go(func() { _ = others[i].RunTicks(context.Background(), 300) })
	}
	wait.Wait()
	for _, s := range others {
		require.EqualValues(t, 300, s.Tick())
		requireSameSpikes(t, first, s)
	}
}

// TestTicksAllocateNothing compares the allocations of a long run with those of a run of one tick: what
// is left over is allocated by the ticks themselves. Lists of events and spikes grow until they have
// seen their largest number of entries, so the networks here repeat themselves: then it has to be
// nothing at all. A network that does not may still let a list grow now and then.
func TestTicksAllocateNothing(t *testing.T) {
	const measured = 1024
	driven := sim.NewNetwork("driven") // below its threshold
	d := driven.Population("d", 300, neuron.NewPSCDelta())
	driven.Stimulate(d, sim.Poisson{RateHz: 1000}).Weight = 0.01
	for _, c := range []struct {
		name   string
		net    *sim.Network
		growth float64 // allocations that are allowed in so many ticks
	}{
		{"periodic", periodic(), 0},
		{"precise", clocks(), 0},
		{"driven", driven, 0},
		{"balanced", balanced(500), measured / 10},
	} {
		for _, host := range hostings {
			for workers := 1; workers <= 2; workers++ {
				t.Run(fmt.Sprintf("%s/%v/%d", c.name, host, workers), func(t *testing.T) {
					s := start(t, c.net, sim.Options{Workers: workers, Host: host})
					run(t, s, 8*measured)
					allocations := func(ticks int64) float64 {
						return testing.AllocsPerRun(5, func() { run(t, s, ticks) })
					}
					many := allocations(measured)
					require.Equal(t, c.name == "driven", totalSpikes(s) == 0)
					require.LessOrEqual(t, many-allocations(1), c.growth)
				})
			}
		}
	}
}

// periodic is a recurrent network of 500 neurons that is kicked every 64 ticks and repeats itself with
// that period: 64 divides the lengths of all rings in the engine.
func periodic() *sim.Network {
	net := sim.NewNetwork("periodic")
	var times []float64
	for t := 1; t <= 40_000; t += 64 {
		times = append(times, float64(t)*net.TickMs)
	}
	m := restless()
	m.Ie, m.TauM = 0, 2
	source := net.Population("source", 1, neuron.NewSpikeSource(times))
	cells := net.Population("cells", 500, m)
	net.Project(source, cells.Slice(0, 50), synapse.AllToAll{}, synapse.Fixed(32, 1))
	net.Project(cells, cells, synapse.FixedInDegree(50), synapse.Static{
		Weight: synapse.Rounded{Value: synapse.Uniform{Lo: -2, Hi: 6}, Step: 0.25}, DelayMs: synapse.Uniform{Lo: 1, Hi: 3},
	})
	return net
}

// clocks are neurons with precise spike times, driven to fire off the grid once in 64 ticks, and others
// that hear them.
func clocks() *sim.Network {
	net := sim.NewNetwork("clocks")
	var times []float64
	for t := 1; t <= 40_000; t += 64 {
		times = append(times, (float64(t)+0.3)*net.TickMs)
	}
	m := neuron.NewPSCExpPS()
	source := net.Population("source", 1, neuron.SpikeSource{Times: [][]float64{times}, Precise: true})
	firing := net.Population("firing", 50, m)
	quiet := net.Population("quiet", 50, m)
	net.Project(source, firing, synapse.AllToAll{}, synapse.Fixed(5000, 1.5))
	net.Project(firing, quiet, synapse.FixedInDegree(5), synapse.Fixed(1, 1.5))
	return net
}

// TestResetOfLargePopulations: large states lie in memory that goes with them. A reset reads those of a state
// that nothing else refers to, while the garbage collector is busy.
func TestResetOfLargePopulations(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	net := sim.NewNetwork("large")
	q := net.Population("q", 1_000_000, neuron.NewPSCDelta()).Hosted(sim.LazyHosting)
	p := compile(t, net, sim.Options{Workers: 1})
	potentials := make([]float64, q.Size)
	for range 3 {
		s := p.Start()
		require.NoError(t, s.Reset())
		require.NoError(t, s.Read(q, "V_m", potentials))
		require.EqualValues(t, -70, potentials[len(potentials)-1])
	}
}
