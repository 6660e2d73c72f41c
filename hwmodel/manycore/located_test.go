package manycore_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel"
	"couplet/hwmodel/manycore"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// drawNetwork makes a random network with every kind of count: sources, populations hosted in both ways, couples with
// spikes of both signs, two projections of the same name, delays, a view, plastic synapses, and stimuli.
func drawNetwork(t *rapid.T) *sim.Network {
	net := sim.NewNetwork("drawn", sim.StepGrid())
	net.Seed = rapid.Uint64Range(1, 1<<40).Draw(t, "seed")
	size := func(name string) int { return rapid.IntRange(2, 14).Draw(t, name) }
	times := []float64{1, 3, 4, 9}
	source := net.Population("source", 3, neuron.NewSpikeSource(times, times, times))
	unit := neuron.NewStepIF()
	unit.VTh = 1
	exc := net.Population("exc", size("exc"), unit).Hosted(sim.LazyHosting)
	inh := net.Population("inh", size("inh"), unit).Hosted(sim.ClockedHosting)
	couple := net.Population("couple", size("couple"), neuron.NewCouple()).Hosted(sim.ClockedHosting)
	delay := func(name string) float64 { return float64(rapid.IntRange(1, 3).Draw(t, name)) }
	net.Project(source, exc, synapse.AllToAll{}, synapse.Fixed(0.75, delay("source delay")))
	net.Project(exc, inh, synapse.FixedOutDegree(rapid.IntRange(1, 4).Draw(t, "out-degree")), synapse.Fixed(0.5, delay("delay")))
	net.Project(exc.Slice(0, 2), inh.Slice(0, 2), synapse.OneToOne{}, synapse.Fixed(0.25, 1))
	plastic := synapse.NewSTDP()
	plastic.Weight, plastic.DelayMs, plastic.Wmax = synapse.Const(0.25), synapse.Const(1), 1
	net.Project(inh, exc, synapse.AllToAll{}, plastic)
	net.Project(inh, couple, synapse.FixedOutDegree(2), synapse.Fixed(-0.5, 1))
	net.Stimulate(couple, sim.DC{Amplitude: synapse.Uniform{Lo: -1, Hi: 1}, StartMs: 5, StopMs: 20})
	net.Stimulate(exc, sim.Poisson{RateHz: 200})
	net.Stimulate(inh.Slice(0, 2), sim.StepCurrent{TimesMs: []float64{4, 12}, Amplitudes: []float64{0.5, 0}})
	net.RecordSpikes(source, exc, inh, couple)
	return net
}

// place is what has to stay the same when a count is divided among cores.
type place struct {
	population, projection string
	term                   hwmodel.Term
}

// added are the terms that only a mapped network has.
var added = []hwmodel.Term{
	hwmodel.MessageOut, hwmodel.MessageIn, hwmodel.SpikeWithinTile, hwmodel.Barrier,
	hwmodel.HopEast, hwmodel.HopWest, hwmodel.HopNorth, hwmodel.HopSouth,
}

// totals adds counts up over cores, those that are added and the others apart.
func totals(c hwmodel.Counts) (of map[place]int64, mesh map[hwmodel.Term]int64) {
	of, mesh = map[place]int64{}, map[hwmodel.Term]int64{}
	for _, one := range c.List {
		for _, term := range added {
			if one.Term == term {
				mesh[term] += one.N
			}
		}
		if mesh[one.Term] == 0 {
			of[place{one.Path.Population, one.Path.Projection, one.Term}] += one.N
		}
	}
	return of, mesh
}

// TestLocated runs random networks and puts their counts on a chip: the counts on all cores add up to those of
// the run, messages and hops to those of the traffic, and each core has what it must have.
func TestLocated(t *testing.T) {
	c := limited(t, 3, 2, 2, func(c *manycore.Chip) { c.Limits.NeuronsPerCore = limit(4) })
	rapid.Check(t, func(rt *rapid.T) {
		const ticks = 25
		net := drawNetwork(rt)
		program, err := sim.Compile(net, sim.Options{})
		require.NoError(rt, err)
		s := program.Start()
		require.NoError(rt, s.RunTicks(context.Background(), ticks))
		counts, err := hwmodel.FromActivity(net, s.Activity(), hwmodel.Origin{Layers: map[string]string{"inh": "exc"}})
		require.NoError(rt, err)
		d, err := manycore.Describe(net, 0, nil)
		require.NoError(rt, err)
		p, err := manycore.Map(c, d, manycore.MapOptions{OwnCores: rapid.Bool().Draw(rt, "own cores")})
		require.NoError(rt, err)
		spikes := manycore.SpikesOf(ticks, s.Spikes())
		traffic, err := c.Traffic(d, p, &spikes)
		require.NoError(rt, err)
		located, err := manycore.Located(counts, net, d, p, traffic)
		require.NoError(rt, err)

		before, none := totals(counts)
		after, mesh := totals(located)
		require.Empty(rt, none)
		require.Equal(rt, before, after)
		require.Equal(rt, counts.Missing, located.Missing)
		require.Subset(rt, located.Assumptions, counts.Assumptions)

		flow := &traffic.Total
		for term, want := range map[hwmodel.Term]int64{
			hwmodel.MessageOut: flow.Messages, hwmodel.MessageIn: flow.Messages + flow.FromOutside, hwmodel.SpikeWithinTile: flow.WithinTile,
			hwmodel.HopEast: flow.East, hwmodel.HopWest: flow.West, hwmodel.HopNorth: flow.North, hwmodel.HopSouth: flow.South,
			hwmodel.Barrier: ticks,
		} {
			require.Equal(rt, want, mesh[term], term)
		}
		checkPlaces(rt, located, p, s.Spikes())

		_, err = manycore.Located(located, net, d, p, traffic)
		require.ErrorContains(rt, err, "is on a core already")
	})
}

// checkPlaces counts on every core what does not depend on how something is divided.
func checkPlaces(t *rapid.T, c hwmodel.Counts, p *manycore.Placement, trains []*sim.SpikeTrain) {
	type home struct {
		core, population string
		term             hwmodel.Term
	}
	got, want := map[home]int64{}, map[home]int64{}
	updates := map[[2]string]int64{} // by core and population
	for _, one := range c.List {
		if one.Path.Population == "source" && one.Term != hwmodel.MessageIn {
			require.Empty(t, one.Path.Core, "sources are outside the chip")
			continue
		}
		require.Equal(t, p.Chip, one.Path.Chip)
		require.Equal(t, one.Term == hwmodel.Barrier, one.Path.Core == "", one.Path.String())
		switch one.Term {
		case hwmodel.SpikePositive, hwmodel.SpikeNegative, hwmodel.InputCurrent:
			got[home{one.Path.Core, one.Path.Population, one.Term}] += one.N
		}
		if one.Term.Is(hwmodel.NeuronUpdate) {
			updates[[2]string{one.Path.Core, one.Path.Population}] += one.N
		}
		if one.Path.Population == "inh" {
			require.Equal(t, "exc", one.Layer, one.Path.String())
		}
	}
	checkUpdates(t, p, updates)
	names := map[int]string{}
	for _, u := range p.Cores {
		names[u.Core] = u.Name
	}
	for _, train := range trains {
		population := train.Recorder.From.Population.Name
		for k, n := range train.Neurons {
			core, inside := p.Locate(population, int(n))
			if !inside {
				continue
			}
			term := hwmodel.SpikePositive
			if train.Signs != nil && train.Signs[k] < 0 {
				term = hwmodel.SpikeNegative
			}
			want[home{names[core], population, term}]++
		}
	}
	for population, current := range map[string]struct{ neurons, ticks int64 }{"couple": {1 << 20, 15}, "inh": {2, 8}} {
		for _, part := range p.Parts {
			if n := min(int64(part.Hi), current.neurons) - int64(part.Lo); part.Population == population && n > 0 {
				want[home{names[part.Core], population, hwmodel.InputCurrent}] += n * current.ticks
			}
		}
	}
	require.Equal(t, want, got)
}

// checkUpdates: active and idle updates are one for each neuron and tick on every core, two for a couple.
func checkUpdates(t *rapid.T, p *manycore.Placement, updates map[[2]string]int64) {
	for _, u := range p.Cores {
		neurons := map[string]int64{}
		for _, part := range p.Parts {
			if part.Core == u.Core {
				neurons[part.Population] += int64(part.Hi - part.Lo)
			}
		}
		for population, n := range neurons {
			if population == "couple" {
				n *= 2
			}
			require.Equal(t, 25*n, updates[[2]string{u.Name, population}], population)
		}
	}
}

// A count that the mapping knows nothing of is refused.
func TestLocatedErrors(t *testing.T) {
	c := limited(t, 2, 1, 2, func(*manycore.Chip) {})
	net := sim.NewNetwork("net", sim.StepGrid())
	a := net.Population("a", 3, neuron.NewStepIF())
	net.Project(a, a, synapse.AllToAll{}, synapse.Fixed(1, 1))
	d, err := manycore.Describe(net, 0, nil)
	require.NoError(t, err)
	p, err := manycore.Map(c, d, manycore.MapOptions{})
	require.NoError(t, err)
	spikes := &manycore.Spikes{Ticks: 2, Populations: []manycore.PopulationSpikes{{Population: "a", Counts: []int64{1, 0, 2}}}}
	traffic, err := c.Traffic(d, p, spikes)
	require.NoError(t, err)
	one := func(path hwmodel.Path) hwmodel.Counts {
		return hwmodel.Counts{List: []hwmodel.Count{{Path: path, Term: hwmodel.NeuronUpdateActive, N: 6}}}
	}
	located, err := manycore.Located(one(hwmodel.Path{Population: "a"}), net, d, p, traffic)
	require.NoError(t, err)
	require.Equal(t, "uniform/0.0/a", located.List[0].Path.String())

	for want, path := range map[string]hwmodel.Path{
		"manycore: the count of b is of no population of the network; valid: counts of the network that was mapped":   {Population: "b"},
		"manycore: the count of a/x is of no projection of the network; valid: counts of the network that was mapped": {Population: "a", Projection: "x"},
		"manycore: the count of 0.0/a is on a core already; valid: counts of a network that is not mapped":            {Core: "0.0", Population: "a"},
	} {
		_, err := manycore.Located(one(path), net, d, p, traffic)
		require.EqualError(t, err, want)
	}

	foreign := *traffic
	foreign.Senders = []manycore.SenderTraffic{{Population: "a", Core: "1.1"}}
	_, err = manycore.Located(hwmodel.Counts{}, net, d, p, &foreign)
	require.ErrorContains(t, err, `the traffic names population "a" on core 1.1`)
	foreign = *traffic
	foreign.Synapses = []manycore.SynapseTraffic{{Projection: "q", Core: "0.0", Index: 1}}
	_, err = manycore.Located(hwmodel.Counts{}, net, d, p, &foreign)
	require.ErrorContains(t, err, `the traffic names projection "q" on core 0.0`)
	_, err = manycore.Located(hwmodel.Counts{}, sim.NewNetwork("other", sim.StepGrid()), d, p, traffic)
	require.ErrorContains(t, err, `network "other" has 0 populations and 0 projections where the description has 1 and 1`)
}
