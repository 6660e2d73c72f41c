package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// TestAutoHosting checks every reason for a choice that Compile makes by itself: lazy if the population is
// large and nothing drives all of it all the time.
func TestAutoHosting(t *testing.T) {
	const large, small = sim.QuietSize, sim.QuietSize - 1
	driven := neuron.NewPSCDelta()
	driven.Ie = 1
	precise := neuron.NewPSCExpPS()
	precise.TRef = 0.2
	perTick := func(spikes float64) sim.Poisson { return sim.Poisson{RateHz: spikes * 1000 / 0.1} }
	for name, c := range map[string]struct {
		model neuron.Model
		size  int
		more  func(net *sim.Network, p *sim.Population)
		want  string
	}{
		"quiet":                    {neuron.NewPSCDelta(), large, nil, "lazy"},
		"quiet, other model":       {neuron.NewPSCAlpha(), large, nil, "lazy"},
		"quiet but small":          {neuron.NewPSCDelta(), small, nil, "clocked"},
		"constant current":         {driven, large, nil, "clocked"},
		"currents of its own":      {neuron.NewPSCDelta(), large, func(_ *sim.Network, p *sim.Population) { p.Set("I_e", synapse.Uniform{Lo: 0, Hi: 1}) }, "clocked"},
		"currents of its own of 0": {driven, large, func(_ *sim.Network, p *sim.Population) { p.Set("I_e", synapse.Const(0)) }, "clocked"},
		"dc stimulus":              {neuron.NewPSCDelta(), large, func(net *sim.Network, p *sim.Population) { net.Stimulate(p, sim.DC{Amplitude: synapse.Const(1)}) }, "clocked"},
		"step current into a part": {neuron.NewPSCDelta(), large, func(net *sim.Network, p *sim.Population) {
			net.Stimulate(p.Slice(0, 1), sim.StepCurrent{TimesMs: []float64{1}, Amplitudes: []float64{1}})
		}, "clocked"},
		"dense poisson drive":       {neuron.NewPSCDelta(), large, func(net *sim.Network, p *sim.Population) { net.Stimulate(p, perTick(sim.CountedFrom)) }, "clocked"},
		"sparse poisson drive":      {neuron.NewPSCDelta(), large, func(net *sim.Network, p *sim.Population) { net.Stimulate(p, perTick(0.9*sim.CountedFrom)) }, "lazy"},
		"asked to be clocked":       {neuron.NewPSCDelta(), large, func(_ *sim.Network, p *sim.Population) { p.Hosted(sim.ClockedHosting) }, "clocked"},
		"asked to be lazy":          {driven, small, func(_ *sim.Network, p *sim.Population) { p.Hosted(sim.LazyHosting) }, "lazy"},
		"sources are lazy":          {neuron.NewPoissonSource(), 1, nil, "lazy"},
		"quiet parrots":             {neuron.NewParrot(), large, nil, "lazy"},
		"a short refractory time":   {precise, large, nil, "lazy"},
		"the same, asked to be":     {precise, small, func(_ *sim.Network, p *sim.Population) { p.Hosted(sim.LazyHosting) }, "lazy"},
		"whole networks, overruled": {neuron.NewPSCDelta(), large, func(net *sim.Network, _ *sim.Population) { net.Name = "overruled" }, "clocked"},
	} {
		t.Run(name, func(t *testing.T) {
			net := sim.NewNetwork("auto")
			p := net.Population("p", c.size, c.model)
			if c.more != nil {
				c.more(net, p)
			}
			o := sim.Options{}
			if net.Name == "overruled" {
				o.Host = sim.ClockedHosting
			}
			require.Equal(t, c.want, compile(t, net, o).Describe().Populations[0].Hosting)
		})
	}
}

// TestLazyCostFollowsEvents: in a quiet network of 20,000 neurons the number of updates is that of the
// synaptic events at most, a hundredth of what clocked hosting needs for the same spikes.
func TestLazyCostFollowsEvents(t *testing.T) {
	const neurons, ticks = 20_000, 2000
	net := kicks(neurons, ticks)
	net.RecordSpikes(net.Populations[1])
	updates := map[sim.Hosting]int64{}
	var first *sim.Simulator
	for _, host := range hostings {
		s := start(t, net, sim.Options{Workers: 2, Host: host})
		run(t, s, ticks)
		if first == nil {
			first = s
		}
		requireSameSpikes(t, first, s)
		a := s.Activity()
		require.GreaterOrEqual(t, a.Populations[1].Spikes, int64(500))
		events := a.Projections[0].Events + a.Projections[1].Events
		require.Greater(t, events, int64(10_000))
		updates[host] = a.Populations[1].Updates
		if host == sim.LazyHosting {
			require.LessOrEqual(t, updates[host], events)
			require.Greater(t, updates[host], events*9/10, "few spikes arrive together")
		}
	}
	require.EqualValues(t, neurons*ticks, updates[sim.ClockedHosting])
	require.Less(t, 100*updates[sim.LazyHosting], updates[sim.ClockedHosting])
}

// TestLazyCostOfViews: spikes of neurons that a projection does not begin at cost its targets nothing.
func TestLazyCostOfViews(t *testing.T) {
	for name, s := range map[string]synapse.Synapse{
		"shared weight": synapse.Fixed(0.5, 1), "own weights": synapse.Static{Weight: synapse.Uniform{Lo: 0, Hi: 0.5}, DelayMs: synapse.Const(1)},
	} {
		net := sim.NewNetwork("views", sim.StepGrid())
		from := net.Population("from", 100, neuron.NewParrot())
		to := net.Population("to", 1000, neuron.NewStepIF()).Hosted(sim.LazyHosting)
		net.Project(from.Slice(50, 100), to, synapse.AllToAll{}, s)
		simulator := start(t, net, sim.Options{})
		require.NoError(t, simulator.Inject(from, 3, 49))
		run(t, simulator, 3)
		require.Zero(t, simulator.Activity().Populations[1].Updates, name)
		require.NoError(t, simulator.Inject(from, 3, 50))
		run(t, simulator, 3)
		require.EqualValues(t, 1000, simulator.Activity().Populations[1].Updates, name)
	}
}

// TestWakeEventsDoNotPileUp: neurons that are bound to fire in the far future and get input all the time, which
// puts off and advances the crossing, leave few events behind.
func TestWakeEventsDoNotPileUp(t *testing.T) {
	const neurons, ticks = 50, 5000
	net := sim.NewNetwork("slow", sim.StepGrid())
	m := neuron.StepIF{VTh: 1e4, Ie: 1. / 16}
	slow := net.Population("slow", neurons, m).Set("u", synapse.Uniform{Lo: 0, Hi: 1000})
	net.Stimulate(slow, sim.Poisson{RateHz: 200}).Weight = 1
	net.Stimulate(slow, sim.Poisson{RateHz: 200}).Weight = -1
	s := start(t, net, sim.Options{Host: sim.LazyHosting, Workers: 2})
	run(t, s, ticks)
	require.Greater(t, s.Activity().Populations[0].Updates, int64(50*neurons), "there is input")
	require.Less(t, s.Queued(), 50*neurons)
}

// TestSmallPopulations runs populations of one neuron and of fewer neurons than there are workers.
func TestSmallPopulations(t *testing.T) {
	net := sim.NewNetwork("small")
	m := restless()
	m.Ie = 2.5
	one := net.Population("one", 1, m)
	two := net.Population("two", 2, m).Set("V_m", synapse.Listed{3, 9})
	five := net.Population("five", 5, m).Set("V_m", synapse.Uniform{Lo: 0, Hi: 20})
	for _, from := range net.Populations {
		for _, to := range net.Populations {
			net.Project(from, to, synapse.AllToAll{}, synapse.Fixed(0.75, 0.3))
		}
		net.Stimulate(from, sim.Poisson{RateHz: 100})
		net.Stimulate(from, sim.Poisson{RateHz: 5000}).Weight = 0.25
		net.RecordVariable(from, "V_m", 0.7)
	}
	net.RecordSpikes(one, two, five)
	var first *sim.Simulator
	for _, host := range hostings {
		for _, workers := range []int{1, 2, 3, 20} {
			p := compile(t, net, sim.Options{Host: host, Workers: workers})
			require.Equal(t, workers, p.Describe().Workers)
			s := p.Start()
			run(t, s, 2000)
			if first == nil {
				first = s
				require.Greater(t, totalSpikes(s), int64(100))
			}
			requireSameSpikes(t, first, s, "%v, %d workers", host, workers)
			for i, trace := range s.Traces() {
				require.NoError(t, compareTraces(trace, first.Traces()[i]))
			}
			if host == sim.ClockedHosting {
				require.Equal(t, first.Activity(), s.Activity())
			}
		}
	}
	many := compile(t, net, sim.Options{Workers: 1000})
	require.Equal(t, 256, many.Describe().Workers)
	run(t, many.Start(), 20)
}

// TestCouplesAreNotCut: a population of couples is one shard with any number of workers, and a branch
// goes on exactly as the run does, down to the number of updates.
func TestCouplesAreNotCut(t *testing.T) {
	net := sim.NewNetwork("couples", sim.StepGrid())
	pair := net.Population("pair", 40, neuron.NewCouplePair())
	unit := net.Population("unit", 20, neuron.NewCouple())
	drive := make(synapse.Listed, 40)
	for i := range 20 {
		drive[i], drive[20+i] = float64(i-10)/64, -float64(i-10)/64
	}
	net.Stimulate(pair, sim.DC{Amplitude: drive})
	net.Stimulate(unit, sim.DC{Amplitude: drive[:20]})
	kick := net.Population("kick", 1, neuron.NewSpikeSource([]float64{3, 10, 11, 30}))
	net.Project(kick, pair.Slice(0, 20), synapse.AllToAll{}, synapse.Fixed(-0.25, 2))
	net.Project(kick, pair.Slice(20, 40), synapse.AllToAll{}, synapse.Fixed(0.25, 2))
	net.Project(kick, unit, synapse.AllToAll{}, synapse.Fixed(-0.25, 2))
	net.RecordSpikes(pair, unit)
	var first *sim.Simulator
	for _, host := range hostings {
		for workers := 1; workers <= 3; workers++ {
			s := start(t, net, sim.Options{Host: host, Workers: workers})
			branch := s
			for range 12 {
				run(t, s, 5)
				run(t, branch, 5*min(1, s.Tick()-branch.Tick()))
				require.Equal(t, snapshot(t, s), snapshot(t, branch), "%v, %d workers, tick %d", host, workers, s.Tick())
				var err error
				branch, err = branch.Branch()
				require.NoError(t, err)
			}
			if first == nil {
				first = s
			}
			requireSameSpikes(t, first, s)
			requireCouplesAgree(t, s.Spikes()[0], s.Spikes()[1])
		}
	}
}

// requireCouplesAgree: member k of 20 fires where unit k has a positive spike, member 20+k where it has a
// negative one.
func requireCouplesAgree(t *testing.T, pair, unit *sim.SpikeTrain) {
	t.Helper()
	want := map[[2]int64]int8{}
	for i, n := range unit.Neurons {
		want[[2]int64{unit.Ticks[i], int64(n)}] = unit.Signs[i]
	}
	require.Greater(t, len(want), 50)
	require.Equal(t, len(want), pair.Len())
	for i, n := range pair.Neurons {
		sign := int8(1)
		if n >= 20 {
			n, sign = n-20, -1
		}
		require.Equal(t, sign, want[[2]int64{pair.Ticks[i], int64(n)}], "tick %d, couple %d", pair.Ticks[i], n)
	}
}
