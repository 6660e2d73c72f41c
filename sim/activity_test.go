package sim_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// TestActivityEqualsRecount counts everything again from the recorded spikes and from the wiring, which
// the rules enumerate once more: every synaptic event, every update, every spike by its sign.
func TestActivityEqualsRecount(t *testing.T) {
	const ticks = 700
	net := balanced(250)
	exc, inh := net.Populations[0], net.Populations[1]
	echo := net.Population("echo", 20, neuron.NewParrot())
	stdp := synapse.NewSTDP()
	stdp.DelayMs, stdp.Weight, stdp.Wmax = synapse.Uniform{Lo: 0.5, Hi: 5}, synapse.Const(0.1), 1
	net.Project(exc.Slice(10, 60), inh.Slice(20, 50), synapse.Bernoulli{P: 0.3}, stdp)
	net.Project(inh, exc, synapse.FixedOutDegree(3), synapse.Static{Weight: synapse.Const(-0.25), DelayMs: synapse.Uniform{Lo: 1, Hi: 30}})
	net.Project(exc, exc, synapse.AllToAll{}, synapse.Fixed(-1./64, 3))
	net.Project(inh.Slice(0, 20), echo, synapse.OneToOne{}, synapse.Fixed(1, 0))
	net.Project(echo, exc, synapse.FixedTotalNumber(100), synapse.Fixed(0.5, 2))
	net.RecordSpikes(exc, inh, echo)
	for _, host := range hostings {
		for workers := 1; workers <= 3; workers++ {
			s := start(t, net, sim.Options{Host: host, Workers: workers})
			run(t, s, ticks)
			a := s.Activity()
			require.EqualValues(t, ticks, a.Ticks)
			trains := map[*sim.Population]*sim.SpikeTrain{exc: s.Spikes()[0], inh: s.Spikes()[1], echo: s.Spikes()[2]}
			for i, p := range net.Populations {
				require.EqualValues(t, trains[p].Len(), a.Populations[i].Spikes, p.Name)
				if host == sim.ClockedHosting {
					require.EqualValues(t, p.Size*ticks, a.Populations[i].Updates, p.Name)
				}
			}
			for i, q := range net.Projections {
				synapses, events := recount(net, i, trains[q.From.Population], ticks)
				require.Equal(t, synapses, a.Projections[i].Synapses, "synapses of projection %d", i)
				require.Equal(t, events, a.Projections[i].Events, "events of projection %d", i)
				require.Equal(t, spikesOfView(trains[q.From.Population], q.From), a.Projections[i].Spikes, "spikes of projection %d", i)
				require.Positive(t, events)
				plastic := int64(0)
				if _, ok := q.Synapse.(synapse.Plastic); ok {
					plastic = events
				}
				require.Equal(t, plastic, a.Projections[i].Plastic)
			}
		}
	}
}

// spikesOfView counts the recorded spikes of a part of a population.
func spikesOfView(train *sim.SpikeTrain, v sim.View) (n int64) {
	for _, i := range train.Neurons {
		if int(i) >= v.Lo && int(i) < v.Hi {
			n++
		}
	}
	return n
}

// recount walks over all synapses of a projection and counts the spikes that arrive over them.
func recount(net *sim.Network, index int, train *sim.SpikeTrain, ticks int64) (synapses, events int64) {
	q := net.Projections[index]
	_, delay := synapse.StrengthOf(q.Rule, q.Synapse)
	least := int32(1)
	if delay == synapse.Const(0) {
		least = 0
	}
	sent := map[uint32][]int64{}
	for k, n := range train.Neurons {
		sent[n] = append(sent[n], train.Ticks[k])
	}
	wiring := synapse.Wiring{Key: sim.ConnectKey(net.Seed, index), Sources: q.From.Len(), Targets: q.To.Len()}
	q.Rule.Visit(wiring, 0, q.To.Len(), func(source, _ uint32, ordinal uint64) {
		synapses++
		d := int64(synapse.Ticks(delay.Draw(sim.DelayKey(net.Seed, index), ordinal), net.TickMs, least))
		for _, tick := range sent[source+uint32(q.From.Lo)] {
			if tick+d <= ticks {
				events++
			}
		}
	})
	return synapses, events
}

// TestActivityOfSignsAndStimuli counts negative spikes, Poisson spikes of both kinds of drive and changes of
// currents.
func TestActivityOfSignsAndStimuli(t *testing.T) {
	net := sim.NewNetwork("signs", sim.StepGrid())
	couple := net.Population("couple", 10, neuron.NewCouple())
	net.Stimulate(couple, sim.DC{Amplitude: synapse.Uniform{Lo: -1, Hi: 1}, StopMs: 50})
	echo := net.Population("echo", 30, neuron.NewParrot())
	net.Stimulate(echo.Slice(0, 10), sim.Poisson{RateHz: 10})   // gaps
	net.Stimulate(echo.Slice(10, 30), sim.Poisson{RateHz: 600}) // counts
	net.RecordSpikes(couple, echo.Slice(0, 10), echo.Slice(10, 30))
	for workers := 1; workers <= 3; workers++ {
		s := start(t, net, sim.Options{Workers: workers})
		run(t, s, 300)
		a := s.Activity()
		negative := int64(0)
		for _, sign := range s.Spikes()[0].Signs {
			if sign < 0 {
				negative++
			}
		}
		require.Positive(t, negative)
		require.Less(t, negative, a.Populations[0].Spikes)
		require.Equal(t, negative, a.Populations[0].Negative)
		require.Zero(t, a.Populations[1].Negative)
		require.EqualValues(t, 20, a.Stimuli[0].Events, "on and off for 10 neurons")
		for k := 1; k <= 2; k++ {
			require.EqualValues(t, s.Spikes()[k].Len(), a.Stimuli[k].Events)
			require.Positive(t, a.Stimuli[k].Events)
		}
	}
}

// TestTooManySpikesOfOneNeuron: sums have room for 1024 spikes of a neuron in a tick; one more ends the run
// with an error that stays.
func TestTooManySpikesOfOneNeuron(t *testing.T) {
	for _, n := range []int{1024, 1025} {
		for _, host := range hostings {
			net := sim.NewNetwork("many", sim.StepGrid())
			source := net.Population("source", 2, neuron.NewSpikeSource(nil, slices.Repeat([]float64{2}, n)))
			echo := net.Population("echo", 2, neuron.NewParrot())
			target := net.Population("target", 1, neuron.NewStepIF())
			net.Project(source, echo, synapse.OneToOne{}, synapse.Fixed(1, 1))
			net.Project(echo, target, synapse.AllToAll{}, synapse.Fixed(0.5, 1))
			net.RecordVariable(target, "u_pre", 4)
			s := start(t, net, sim.Options{Host: host, Workers: 2})
			err := s.RunTicks(context.Background(), 4)
			if n == 1024 {
				require.NoError(t, err)
				require.Equal(t, []float64{512}, s.Traces()[0].Values)
				continue
			}
			require.EqualError(t, err, `sim: neuron 1 of population "source" emits more than 1024 spikes in tick 2`)
			require.Equal(t, err, s.RunTicks(context.Background(), 1))
			require.Equal(t, err, s.Snapshot(nil))
		}
	}
}
