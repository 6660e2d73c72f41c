package manycore_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/manycore"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// randomNetwork is a network of spike sources, an excitatory and an inhibitory population, with one projection of
// every way to wire.
func randomNetwork() *sim.Network {
	net := sim.NewNetwork("random", sim.TickMs(0.1), sim.Seed(7))
	source := neuron.NewPoissonSource()
	source.Rate = 300
	in := net.Population("in", 20, source)
	lif := neuron.NewPSCDelta()
	exc, inh := net.Population("exc", 60, lif), net.Population("inh", 15, lif)
	net.Project(in, exc, synapse.FixedInDegree(8), synapse.Fixed(6, 1))
	net.Project(exc, exc, synapse.Bernoulli{P: 0.2}, synapse.Static{Weight: synapse.Rounded{Value: synapse.Uniform{Lo: -0.5, Hi: 1}, Step: 0.125}, DelayMs: synapse.Uniform{Lo: 0.5, Hi: 1.5}})
	net.Project(exc.Slice(0, 15), inh, synapse.OneToOne{}, synapse.Fixed(6, 0.5))
	net.Project(inh, exc.Slice(10, 50), synapse.AllToAll{}, synapse.Fixed(-1, 1))
	net.Project(exc, inh, synapse.Explicit{Source: []uint32{3, 59, 3}, Target: []uint32{14, 0, 2}}, synapse.Fixed(1, 1)).Name = "listed"
	net.Project(inh, inh, synapse.FixedOutDegree(3), synapse.Fixed(-0.5, 1)).Name = "out-degree"
	net.Project(in, inh, synapse.FixedTotalNumber(50), synapse.Fixed(1, 0.3)).Name = "total"
	net.RecordSpikes(in, exc, inh)
	net.RecordSpikes(exc.Slice(0, 5))
	return net
}

// TestDescribe maps a network of the engine, follows the spikes of a run, and compares the synaptic events
// with those that the engine has counted, projection by projection: all but those still on their way.
func TestDescribe(t *testing.T) {
	net := randomNetwork()
	d, err := manycore.Describe(net, 0, func(path string) manycore.Place { return manycore.Place{File: "net.yaml", Path: path} })
	require.NoError(t, err)
	require.True(t, d.Populations[0].External)
	require.False(t, d.Populations[1].External)
	rounded := d.Projections[1]
	require.Equal(t, 5, rounded.WeightBits, "levels up to 8, and the sign")
	require.Equal(t, 15, rounded.DelaySteps)
	require.True(t, rounded.DelaysDiffer)
	require.False(t, rounded.Dense)
	require.True(t, d.Projections[3].Dense)
	require.Equal(t, 10, d.Projections[3].DelaySteps)
	require.Equal(t, manycore.View{Population: "exc", Lo: 10, Hi: 50}, d.Projections[3].To)

	c := limited(t, 2, 2, 2, func(c *manycore.Chip) { c.Limits.NeuronsPerCore = limit(16) })
	p, err := manycore.Map(c, d, manycore.MapOptions{})
	require.NoError(t, err)

	prog, err := sim.Compile(net, sim.Options{})
	require.NoError(t, err)
	s := prog.Start()
	require.NoError(t, s.Run(context.Background(), 200))
	activity := s.Activity()
	spikes := manycore.SpikesOf(activity.Ticks, s.Spikes())
	traffic, err := c.Traffic(d, p, &spikes)
	require.NoError(t, err)

	sent := map[string]int64{}
	for _, r := range traffic.Senders {
		sent[r.Population] += r.Spikes
	}
	for _, q := range activity.Populations {
		require.Equal(t, q.Spikes, sent[q.Name], q.Name)
		require.NotZero(t, q.Spikes, q.Name)
	}
	events := map[string]int64{}
	for _, r := range traffic.Synapses {
		events[r.Projection] += r.Events
	}
	late := inFlight(t, d, &spikes, net)
	for i, q := range activity.Projections {
		require.Equal(t, q.Events+late[i], events[q.Name], q.Name)
		require.NotZero(t, q.Events, q.Name)
	}
}

// inFlight counts the synaptic events of spikes that had not arrived when the run ended, by the shared delay of
// their projection; for drawn delays it draws them again.
func inFlight(t *testing.T, d *manycore.Description, spikes *manycore.Spikes, net *sim.Network) []int64 {
	late := make([]int64, len(net.Projections))
	for i, q := range net.Projections {
		_, delay := q.Synapse.Strength()
		key, wiring := sim.DelayKey(net.Seed, i), synapse.Wiring{Key: sim.ConnectKey(net.Seed, i), Sources: q.From.Len(), Targets: q.To.Len()}
		last := map[uint32][]int64{}
		for _, p := range spikes.Populations {
			if p.Population == q.From.Population.Name {
				for k, n := range p.Neurons {
					if p.Ticks[k] > spikes.Ticks-20 {
						last[n] = append(last[n], p.Ticks[k])
					}
				}
			}
		}
		q.Rule.Visit(wiring, 0, q.To.Len(), func(source, _ uint32, ordinal uint64) {
			for _, tick := range last[source+uint32(q.From.Lo)] {
				if tick+int64(synapse.Ticks(delay.Draw(key, ordinal), net.TickMs, 1)) > spikes.Ticks {
					late[i]++
				}
			}
		})
	}
	require.Len(t, late, len(d.Projections))
	return late
}

// TestDescribeSeed follows the seed of the run.
func TestDescribeSeed(t *testing.T) {
	sources := func(seed uint64) (list []int) {
		d, err := manycore.Describe(randomNetwork(), seed, nil)
		require.NoError(t, err)
		p := d.Projections[0]
		p.Wiring.Visit(p.From.Len(), p.To.Len(), 0, 5, func(s, _ int) { list = append(list, s) })
		return list
	}
	require.Equal(t, sources(0), sources(7))
	require.NotEqual(t, sources(7), sources(8))
}

func TestDescribeErrors(t *testing.T) {
	_, err := manycore.Describe(sim.NewNetwork("empty"), 0, nil)
	require.ErrorContains(t, err, "at least one population")
}
