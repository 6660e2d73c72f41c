package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/reference"
	"couplet/synapse"
)

// plasticRules are all rules, with the weights that they start from and parameters under which weights
// move visibly within a second.
func plasticRules() map[string]synapse.Plastic {
	weight, delay := synapse.Uniform{Lo: 0.5, Hi: 3}, synapse.Uniform{Lo: 0.5, Hi: 4}
	additive := synapse.NewSTDP()
	additive.Weight, additive.DelayMs, additive.Lambda, additive.Wmax = weight, delay, 0.02, 4
	additive.MuPlus, additive.MuMinus = 0, 0
	multiplicative := additive
	multiplicative.MuPlus, multiplicative.MuMinus = 1, 1
	between := additive
	between.MuPlus, between.MuMinus = 0.4, 0.7
	inhibitory := additive
	inhibitory.Weight, inhibitory.Wmax = synapse.Uniform{Lo: -3, Hi: -0.5}, -4
	power := synapse.NewSTDPPowerLaw()
	power.Weight, power.DelayMs, power.Lambda, power.Alpha = weight, delay, 0.02, 0.5
	triplet := synapse.NewSTDPTriplet()
	triplet.Weight, triplet.DelayMs, triplet.Wmax = weight, delay, 4
	triplet.Aplus, triplet.Aminus, triplet.AplusTriplet, triplet.AminusTriplet = 0.02, 0.03, 0.02, 0.01
	depression := synapse.NewTsodyks2()
	depression.Weight, depression.DelayMs, depression.U, depression.TauRec = weight, delay, 0.5, 50
	facilitation := depression
	facilitation.U, facilitation.TauFac = 0.1, 100
	return map[string]synapse.Plastic{
		"stdp additive": additive, "stdp multiplicative": multiplicative, "stdp between": between, "stdp inhibitory": inhibitory,
		"stdp_pl": power, "stdp_triplet": triplet, "tsodyks2 depression": depression, "tsodyks2 facilitation": facilitation,
	}
}

// learning is a recurrent network whose synapses follow a rule, with its weights recorded.
func learning(s synapse.Synapse) (*sim.Network, *sim.Projection) {
	net := sim.NewNetwork("learning")
	m := restless()
	pre := net.Population("pre", 12, m).Set("V_m", synapse.Uniform{Lo: 0, Hi: 20}).Set("I_e", synapse.Uniform{Lo: 1.05, Hi: 2})
	post := net.Population("post", 9, m).Set("V_m", synapse.Uniform{Lo: 0, Hi: 20}).Set("I_e", synapse.Uniform{Lo: 1.05, Hi: 1.5})
	q := net.Project(pre, post, synapse.Bernoulli{P: 0.6}, s)
	net.Project(post, pre, synapse.AllToAll{}, synapse.Fixed(0.25, 1))
	net.RecordSpikes(pre, post)
	net.RecordWeights(q)
	return net, q
}

// TestPlasticRules runs every rule in the engine, in both hostings and with 1 to 3 workers, and in the
// reference simulator: the same spikes and, to rounding, the same weights at every presynaptic spike.
func TestPlasticRules(t *testing.T) {
	const ticks = 4000
	for name, rule := range plasticRules() {
		t.Run(name, func(t *testing.T) {
			net, q := learning(rule)
			want, err := reference.New(net, 0)
			require.NoError(t, err)
			want.Run(ticks)
			for _, host := range hostings {
				for workers := 1; workers <= 3; workers++ {
					s := start(t, net, sim.Options{Host: host, Workers: workers})
					run(t, s, ticks)
					for i, train := range want.Spikes() {
						require.NoError(t, compareSpikes(s.Spikes()[i], train))
					}
					require.NoError(t, compareWeights(s.Weights()[0], want.Weights()[0]))
					checkWeightLog(t, s, q)
				}
			}
		})
	}
}

// checkWeightLog: the recorder has an entry for every spike and synapse, weights stay in the reach of
// the rule and move.
func checkWeightLog(t *testing.T, s *sim.Simulator, q *sim.Projection) {
	t.Helper()
	log, activity := s.Weights()[0], s.Activity().Projections[0]
	require.EqualValues(t, activity.Events, len(log.Ticks))
	require.EqualValues(t, activity.Plastic, len(log.Ticks))
	lo, hi := q.Synapse.(synapse.Plastic).Reach()
	least, most := map[uint64]float64{}, map[uint64]float64{}
	for i, w := range log.Weights {
		require.GreaterOrEqual(t, w, lo)
		require.LessOrEqual(t, w, hi)
		o := log.Ordinals[i]
		if _, seen := least[o]; !seen {
			least[o], most[o] = w, w
		}
		least[o], most[o] = min(least[o], w), max(most[o], w)
	}
	require.EqualValues(t, activity.Synapses, len(least), "every synapse has sent")
	moved := 0
	for o := range least {
		if most[o]-least[o] > 0.01 {
			moved++
		}
	}
	require.Greater(t, moved, len(least)/4, "synapses whose weights have moved, of %d", len(least))
}

// TestFinalWeights are those of the last entries of the weight recorder, for spikes that have arrived, and
// the initial ones at the start. Asking for them changes nothing.
func TestFinalWeights(t *testing.T) {
	net, q := learning(plasticRules()["stdp multiplicative"])
	for workers := 1; workers <= 3; workers++ {
		s := start(t, net, sim.Options{Workers: workers})
		initial, err := s.FinalWeights(q, 0)
		require.NoError(t, err)
		for i, o := range initial.Ordinals {
			require.Equal(t, synapse.Uniform{Lo: 0.5, Hi: 3}.Draw(sim.WeightKey(net.Seed, 0), o), initial.Weights[i])
		}
		run(t, s, 2000)
		before := snapshot(t, s)
		sent := s.Tick()
		final, err := s.FinalWeights(q, sent)
		require.NoError(t, err)
		require.Equal(t, before, snapshot(t, s))
		require.Len(t, final.Weights, len(initial.Weights))
		run(t, s, 40) // lets the spikes in flight arrive over the longest delay, and be written down
		last := map[uint64]float64{}
		for i, o := range initial.Ordinals {
			last[o] = initial.Weights[i]
		}
		log := s.Weights()[0]
		moved := 0
		for i, tick := range log.Ticks {
			if tick <= sent {
				last[log.Ordinals[i]] = log.Weights[i]
				moved++
			}
		}
		require.Positive(t, moved)
		for i, o := range final.Ordinals {
			require.InDelta(t, last[o], final.Weights[i], 1e-12, "synapse %d", o)
		}
	}
}

// TestRecordersOfOneProjection: two recorders of one projection log the same.
func TestRecordersOfOneProjection(t *testing.T) {
	net, q := learning(plasticRules()["stdp additive"])
	net.RecordWeights(q)
	s := start(t, net, sim.Options{Workers: 2})
	run(t, s, 500)
	require.NotEmpty(t, s.Weights()[0].Weights)
	require.Equal(t, s.Weights()[0].Weights, s.Weights()[1].Weights)
	require.Equal(t, s.Weights()[0].Ticks, s.Weights()[1].Ticks)
}

// TestPlasticWeightsWithoutABound: a weight that starts at 0 may grow up to Wmax, and one of a rule without
// bound by a factor of 1024; beyond that the run ends with an error.
func TestPlasticWeightsWithoutABound(t *testing.T) {
	build := func(s synapse.Synapse) *sim.Network {
		net := sim.NewNetwork("growing", sim.TickMs(1))
		times := make([]float64, 200)
		for i := range times {
			times[i] = float64(1 + 5*i)
		}
		pre := net.Population("pre", 1, neuron.NewSpikeSource(times))
		post := net.Population("post", 1, restless())
		net.RecordWeights(net.Project(pre, post, synapse.OneToOne{}, s))
		net.Project(pre, post, synapse.OneToOne{}, synapse.Fixed(40, 2))
		return net
	}
	bounded := synapse.NewSTDP()
	bounded.Weight, bounded.Lambda, bounded.Alpha, bounded.MuPlus, bounded.Wmax = synapse.Const(0), 0.1, 0, 0, 50
	s := start(t, build(bounded), sim.Options{})
	run(t, s, 1000)
	weights := s.Weights()[0].Weights
	require.Zero(t, weights[0])
	require.Equal(t, 50.0, weights[len(weights)-1])

	free := synapse.NewSTDPPowerLaw()
	free.Weight, free.Mu, free.Lambda, free.Alpha = synapse.Const(0.01), 1, 0.2, 0
	s = start(t, build(free), sim.Options{})
	err := s.RunTicks(t.Context(), 1000)
	require.ErrorContains(t, err, "beyond the bound 10.24 for which input sums have room")
	log := s.Weights()[0].Weights
	require.Greater(t, log[len(log)-1], 5.0)
}
