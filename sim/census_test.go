package sim_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// kicked is a population of 70 neurons, so that marks fill more than a word, into which a source sends weights
// in tick 2, to arrive in tick 3, and in tick 5, to arrive in tick 6.
func kicked(m neuron.Model, weights ...float64) (*sim.Network, *sim.Population) {
	net := sim.NewNetwork("kicked", sim.TickMs(1))
	net.Steps = m.Info().Step
	source := net.Population("source", 1, neuron.NewSpikeSource([]float64{2, 5}))
	p := net.Population("p", 70, m)
	for _, w := range weights {
		net.Project(source, p.Slice(60, 68), synapse.AllToAll{}, synapse.Fixed(w, 1))
	}
	return net, p
}

// TestActiveNeurons says of every case what makes a neuron active: net input at a port, or a spike.
func TestActiveNeurons(t *testing.T) {
	resting := neuron.NewPSCDelta()
	resting.TRef = 100
	restless := neuron.NewStepIF()
	restless.Ie = 1 // one spike a step
	for name, c := range map[string]struct {
		model   neuron.Model
		weights []float64
		run     func(t *testing.T, s *sim.Simulator, p *sim.Population)
		active  int64
	}{
		"input":                         {neuron.NewStepIF(), []float64{0.25}, nil, 8 * 2},
		"input that fires neurons":      {neuron.NewStepIF(), []float64{1}, nil, 8 * 2},
		"input of weight 0":             {neuron.NewStepIF(), []float64{0}, nil, 0},
		"input that cancels":            {neuron.NewStepIF(), []float64{0.25, 0.5, -0.75}, nil, 0},
		"sums of 64 bits":               {neuron.NewStepIF(), []float64{0.3, 1. / 7}, nil, 8 * 2},
		"sums of 64 bits that cancel":   {neuron.NewStepIF(), []float64{1. / 3, 1. / 7, -1. / 3, -1. / 7}, nil, 0},
		"two ports":                     {neuron.NewPSCExp(), []float64{1, -1}, nil, 8 * 2},
		"the second of two ports":       {neuron.NewPSCExp(), []float64{-1}, nil, 8 * 2},
		"exact times":                   {neuron.NewPSCExpPS(), []float64{1, -1}, nil, 8 * 2},
		"exact times, weight 0":         {neuron.NewPSCExpPS(), []float64{0}, nil, 0},
		"a parrot repeats any weight":   {neuron.NewParrot(), []float64{0, 0}, nil, 8 * 2},
		"refractory":                    {resting, []float64{100}, nil, 8 * 2},
		"nothing but a current":         {restless, nil, nil, 70 * 10},
		"a current and input":           {restless, []float64{1}, nil, 70 * 10},
		"a current that input balances": {restless, []float64{-1}, nil, 70 * 10},
		"muted": {restless, nil, func(t *testing.T, s *sim.Simulator, p *sim.Population) {
			muted := make([]bool, 70)
			muted[69] = true
			require.NoError(t, s.Mute(p, muted))
		}, 70 * 10},
		"injected": {neuron.NewStepIF(), nil, func(t *testing.T, s *sim.Simulator, p *sim.Population) {
			require.NoError(t, s.Inject(p, 0, 65, 69))
		}, 3},
		"injected where there is input": {neuron.NewStepIF(), []float64{0.25}, func(t *testing.T, s *sim.Simulator, p *sim.Population) {
			run(t, s, 2)
			require.NoError(t, s.Inject(p, 0, 65, 69))
		}, 8*2 + 2},
		"injected where there is a spike": {restless, nil, func(t *testing.T, s *sim.Simulator, p *sim.Population) {
			require.NoError(t, s.Inject(p, 0, 65, 69))
		}, 70 * 10},
		"twice, after a reset": {neuron.NewStepIF(), []float64{0.25}, func(t *testing.T, s *sim.Simulator, p *sim.Population) {
			run(t, s, 2)
			require.NoError(t, s.Inject(p, 0, 65, 69))
			run(t, s, 5)
			require.NoError(t, s.Reset())
			run(t, s, 2)
			require.NoError(t, s.Inject(p, 0, 1, 2))
		}, 8*2 + 3},
	} {
		for _, host := range hostings {
			for workers := 1; workers <= 3; workers++ {
				net, p := kicked(c.model, c.weights...)
				s := start(t, net, sim.Options{Host: host, Workers: workers, CountActive: true})
				if c.run != nil {
					c.run(t, s, p)
				}
				run(t, s, 10-s.Tick())
				a := s.Activity()
				require.True(t, a.CountActive)
				require.EqualValues(t, 2, a.Populations[0].Active, "%s: the source fires twice", name)
				require.EqualValues(t, 8, a.Populations[0].Idle, "%s: the source", name)
				require.Equal(t, c.active, a.Populations[1].Active, "%s, %v, %d workers", name, host, workers)
				require.Equal(t, 70*10-c.active, a.Populations[1].Idle, "%s, %v, %d workers", name, host, workers)
			}
		}
	}
}

// TestActiveCouples: a member of a couple is active if input reaches it or it fires, also where it fires because
// the other member was updated.
func TestActiveCouples(t *testing.T) {
	for _, host := range hostings {
		net := sim.NewNetwork("couples", sim.StepGrid())
		source := net.Population("source", 1, neuron.NewSpikeSource([]float64{2}))
		pair := net.Population("pair", 2, neuron.CouplePair{VTh: 0.5, VRest: -0.5, Lambda: 1}).Set("u", synapse.Listed{1.5, 0})
		net.Project(source, pair.Slice(0, 1), synapse.AllToAll{}, synapse.Fixed(-1, 1))
		net.RecordSpikes(pair)
		s := start(t, net, sim.Options{Host: host, CountActive: true})
		run(t, s, 20)
		active := map[[2]int64]bool{{3, 0}: true} // where the input arrives
		for k, tick := range s.Spikes()[0].Ticks {
			active[[2]int64{tick, int64(s.Spikes()[0].Neurons[k])}] = true
		}
		require.Greater(t, len(active), 20)
		require.EqualValues(t, len(active), s.Activity().Populations[1].Active, host)
	}
}

// TestCountersAreOff: nothing is told apart unless it is asked for, and counting changes no spike and no other
// count.
func TestCountersAreOff(t *testing.T) {
	net := balanced(250)
	net.RecordSpikes(net.Populations[0], net.Populations[1])
	for _, host := range hostings {
		off, on := start(t, net, sim.Options{Host: host}), start(t, net, sim.Options{Host: host, CountActive: true})
		run(t, off, 500)
		run(t, on, 500)
		requireSameSpikes(t, off, on)
		a, b := off.Activity(), on.Activity()
		require.False(t, a.CountActive)
		for i := range b.Populations {
			require.Positive(t, b.Populations[i].Active)
			require.Zero(t, a.Populations[i].Active+a.Populations[i].Idle)
			b.Populations[i].Active, b.Populations[i].Idle = 0, 0
		}
		b.CountActive = false
		require.Equal(t, a, b)
		_, err := compile(t, net, sim.Options{Host: host}).Restore(bytes.NewReader(snapshot(t, on)))
		require.ErrorIs(t, err, sim.ErrSnapshot)
		require.ErrorContains(t, err, "it was taken with counting active neurons, the program is compiled without")
	}
}

// TestPropertyTakenUpSpikes: a projection from any part of a population takes up the spikes of that part that
// are heard, however the population is hosted and cut into shards.
func TestPropertyTakenUpSpikes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.IntRange(1, 80).Draw(rt, "size")
		net := sim.NewNetwork("parts", sim.StepGrid())
		m := neuron.NewCouple()
		from := net.Population("from", size, m).Set("I_e", synapse.Uniform{Lo: -0.5, Hi: 0.5})
		to := net.Population("to", 2, neuron.NewStepIF())
		for range rapid.IntRange(1, 4).Draw(rt, "projections") {
			lo := rapid.IntRange(0, size-1).Draw(rt, "lo")
			hi := rapid.IntRange(lo+1, size).Draw(rt, "hi")
			net.Project(from.Slice(lo, hi), to, synapse.AllToAll{}, synapse.Static{
				Weight: synapse.Const(0.125), DelayMs: synapse.Uniform{Lo: 1, Hi: 5}})
		}
		net.RecordSpikes(from)
		muted := rapid.SliceOfN(rapid.Bool(), size, size).Draw(rt, "muted")
		injected := uint32(rapid.IntRange(0, size-1).Draw(rt, "injected"))
		program, err := sim.Compile(net, sim.Options{
			Host: rapid.SampledFrom(hostings).Draw(rt, "host"), Workers: rapid.IntRange(1, 3).Draw(rt, "workers"),
		})
		require.NoError(rt, err)
		s := program.Start()
		require.NoError(rt, s.Mute(from, muted))
		require.NoError(rt, s.RunTicks(context.Background(), 10))
		require.NoError(rt, s.Inject(from, injected))
		require.NoError(rt, s.RunTicks(context.Background(), 10))
		for i, q := range net.Projections {
			require.Equal(rt, spikesOfView(s.Spikes()[0], q.From), s.Activity().Projections[i].Spikes)
		}
	})
}
