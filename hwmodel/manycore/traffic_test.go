package manycore_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel/manycore"
)

// drawSpikes makes random trains in which no neuron fires twice in a tick.
func drawSpikes(t *rapid.T, d *manycore.Description) *manycore.Spikes {
	s := &manycore.Spikes{Ticks: 6}
	for _, p := range d.Populations {
		trains := manycore.PopulationSpikes{Population: p.Name}
		for tick := range s.Ticks {
			for n := range p.Size {
				if rapid.IntRange(0, 3).Draw(t, "fires") == 0 {
					trains.Ticks = append(trains.Ticks, tick+1)
					trains.Neurons = append(trains.Neurons, uint32(n))
				}
			}
		}
		s.Populations = append(s.Populations, trains)
	}
	return s
}

// follow computes the traffic of every spike on its own, from the definitions.
func follow(c *manycore.Chip, d *manycore.Description, p *manycore.Placement, s *manycore.Spikes) (total manycore.Flow) {
	for i := range s.Populations {
		for k := range s.Populations[i].Ticks {
			total.Spikes++
			name, neuron := s.Populations[i].Population, int(s.Populations[i].Neurons[k])
			reached := map[int]bool{}
			for j := range d.Projections {
				q := &d.Projections[j]
				if q.From.Population != name {
					continue
				}
				q.Wiring.Visit(q.From.Len(), q.To.Len(), 0, q.To.Len(), func(source, target int) {
					if q.From.Lo+source == neuron {
						core, _ := p.Locate(q.To.Population, q.To.Lo+target)
						reached[core] = true
						total.SynapseEvents++
					}
				})
			}
			from, inside := p.Locate(name, neuron)
			if !inside {
				total.FromOutside += int64(len(reached))
				continue
			}
			for to := range reached {
				total.Messages++
				a, b := c.Tiles[c.Cores[from].Tile], c.Tiles[c.Cores[to].Tile]
				if c.Cores[from].Tile == c.Cores[to].Tile {
					total.WithinTile++
				}
				total.East += int64(max(b.X-a.X, 0))
				total.West += int64(max(a.X-b.X, 0))
				total.North += int64(max(b.Y-a.Y, 0))
				total.South += int64(max(a.Y-b.Y, 0))
			}
		}
	}
	return total
}

func addFlow(sum *manycore.Flow, f manycore.Flow) {
	sum.Spikes += f.Spikes
	sum.Messages += f.Messages
	sum.WithinTile += f.WithinTile
	sum.FromOutside += f.FromOutside
	sum.SynapseEvents += f.SynapseEvents
	sum.East += f.East
	sum.West += f.West
	sum.North += f.North
	sum.South += f.South
}

// drawRun makes a network, its mapping on a chip of six tiles, and spikes.
func drawRun(t *rapid.T, c *manycore.Chip) (*manycore.Description, *manycore.Placement, *manycore.Spikes) {
	d := drawDescription(t, false)
	p, err := manycore.Map(c, d, manycore.MapOptions{})
	require.NoError(t, err)
	return d, p, drawSpikes(t, d)
}

// TestTraffic holds the counts of random runs against a count of every spike on its own, and every table
// against the total: by core, sender, receiver, projection, link and tick.
func TestTraffic(t *testing.T) {
	c := limited(t, 3, 2, 2, func(c *manycore.Chip) { c.Limits.NeuronsPerCore = limit(4) })
	rapid.Check(t, func(rt *rapid.T) {
		d, p, spikes := drawRun(rt, c)
		traffic, err := c.Traffic(d, p, spikes)
		require.NoError(rt, err)
		total := traffic.Total
		require.Equal(rt, follow(c, d, p, spikes), total)

		var cores, senders, steps manycore.Flow
		var in, received, events, hops, fromCores int64
		for _, r := range traffic.Cores {
			addFlow(&cores, r.Flow)
			in += r.MessagesIn
			fromCores += r.Spikes
		}
		for _, r := range traffic.Senders {
			addFlow(&senders, r.Flow)
			if r.Core == "" {
				cores.Spikes += r.Spikes
			}
		}
		for _, r := range traffic.Receivers {
			received += r.Messages
		}
		for _, r := range traffic.Synapses {
			events += r.Events
			require.LessOrEqual(rt, r.Messages, r.Events)
		}
		for _, l := range traffic.Links {
			hops += l.Messages
		}
		for _, s := range traffic.Steps {
			addFlow(&steps, s.Flow)
			require.LessOrEqual(rt, s.Sender.Count, s.Messages)
			require.LessOrEqual(rt, s.Receiver.Count, s.Messages+s.FromOutside)
			require.LessOrEqual(rt, s.Busiest.Count, s.SynapseEvents)
			require.Equal(rt, s.Busiest.Count > 0, s.Busiest.Core != "")
		}
		require.Equal(rt, total, cores)
		require.Equal(rt, total, senders)
		require.Equal(rt, total, steps)
		require.Equal(rt, total.Messages+total.FromOutside, in)
		require.Equal(rt, in, received)
		require.Equal(rt, total.SynapseEvents, events)
		require.Equal(rt, total.Hops(), hops)
		requireCounts(rt, c, d, p, spikes, traffic)
	})
}

// requireCounts gives the number of spikes of each neuron instead of their times: everything but the steps is
// the same.
func requireCounts(t *rapid.T, c *manycore.Chip, d *manycore.Description, p *manycore.Placement, spikes *manycore.Spikes, want *manycore.Traffic) {
	counted := &manycore.Spikes{Ticks: spikes.Ticks}
	for i := range spikes.Populations {
		one := manycore.PopulationSpikes{Population: d.Populations[i].Name, Counts: make([]int64, d.Populations[i].Size)}
		for _, n := range spikes.Populations[i].Neurons {
			one.Counts[n]++
		}
		counted.Populations = append(counted.Populations, one)
	}
	have, err := c.Traffic(d, p, counted)
	require.NoError(t, err)
	require.Empty(t, have.Steps)
	have.Steps = want.Steps
	require.Equal(t, want, have)
}

// TestReplay lets a machine fire the spikes of random runs: spikes, messages, hops and synaptic events are
// those of Traffic, in total and tick by tick.
func TestReplay(t *testing.T) {
	c := limited(t, 3, 2, 2, func(c *manycore.Chip) { c.Limits.NeuronsPerCore = limit(4) })
	rapid.Check(t, func(rt *rapid.T) {
		d, p, spikes := drawRun(rt, c)
		traffic, err := c.Traffic(d, p, spikes)
		require.NoError(rt, err)
		clocked := rapid.Bool().Draw(rt, "clocked")
		m, err := c.Replay(d, p, spikes, manycore.ReplayOptions{Clocked: clocked})
		require.NoError(rt, err)
		r, err := m.Run(context.Background(), spikes.Ticks)
		require.NoError(rt, err)

		step := 0
		for _, s := range r.Steps {
			var want manycore.Flow
			if step < len(traffic.Steps) && traffic.Steps[step].Tick == s.T {
				want = traffic.Steps[step].Flow
				step++
			}
			requireSame(rt, &want, &s.Counters)
			if clocked {
				require.Zero(rt, s.Idle)
			}
		}
		require.Len(rt, traffic.Steps, step)
		total := r.Totals()
		requireSame(rt, &traffic.Total, &total.Counters)
		for _, row := range traffic.Cores {
			core := r.Cores[row.Core]
			require.Equal(rt, row.Spikes, core.Fired)
			require.Equal(rt, row.Messages, core.Packets)
			require.Equal(rt, row.MessagesIn, core.PacketsIn)
			require.Equal(rt, row.SynapseEvents, core.SynapseEvents)
			require.Equal(rt, row.East, core.HopsBy[manycore.East])
		}
	})
}

func requireSame(t *rapid.T, want *manycore.Flow, have *manycore.Counters) {
	require.Equal(t, want.Spikes, have.Fired)
	require.Equal(t, want.Messages+want.FromOutside, have.Packets)
	require.Equal(t, want.SynapseEvents, have.SynapseEvents)
	require.Equal(t, [4]int64{want.North, want.East, want.South, want.West}, have.HopsBy)
}

// TestReplayGoesOn replays on units chosen by the mapping, with a cable as dendrite: neurons that were
// reached are updated in the step after.
func TestReplayGoesOn(t *testing.T) {
	table := uniformTable(1, 1, 1)
	c := chipOf(t, replace(t, table.yaml(t), "model: accumulator", "model: taps"))
	d := layers(1, 2)
	p, err := manycore.Check(c, d, []manycore.Part{{Population: "layer1", Hi: 2, Soma: "src"}})
	require.NoError(t, err)
	spikes := &manycore.Spikes{Ticks: 3, Populations: []manycore.PopulationSpikes{{Population: "layer0", Ticks: []int64{1}, Neurons: []uint32{0}}}}
	m, err := c.Replay(d, p, spikes, manycore.ReplayOptions{})
	require.NoError(t, err)
	r, err := m.Run(context.Background(), 3)
	require.NoError(t, err)
	require.Equal(t, []int64{0, 2, 0}, []int64{r.Steps[0].Updated, r.Steps[1].Updated, r.Steps[2].Updated})

	p.Parts[0].Soma = "nobody"
	_, err = c.Replay(d, p, spikes, manycore.ReplayOptions{})
	require.ErrorContains(t, err, `no soma unit "nobody"`)
}

func TestSpikesErrors(t *testing.T) {
	c := limited(t, 1, 1, 2, func(*manycore.Chip) {})
	d := layers(2, 3, 4)
	p, err := manycore.Map(c, d, manycore.MapOptions{})
	require.NoError(t, err)
	type populations = []manycore.PopulationSpikes
	good := func(name string) manycore.PopulationSpikes { return manycore.PopulationSpikes{Population: name} }
	for _, k := range []struct {
		spikes populations
		want   string
	}{
		{populations{good("layer0")}, `net.yaml:11:3: the spikes of population "layer1" are not known; valid: a recorder for all of its neurons, or counts`},
		{populations{good("layer0"), good("layer1"), good("layer1")}, `the spikes of population "layer1" are given twice`},
		{populations{good("layer0"), good("layer1"), good("layer7")}, `spikes of population "layer7", which network "layers" does not have`},
		{populations{good("layer0"), {Population: "layer1", Counts: []int64{1}}}, `population "layer1": 1 counts of spikes for 3 neurons`},
		{populations{good("layer0"), {Population: "layer1", Counts: []int64{1, -1, 0}}}, "-1 spikes of neuron 1"},
		{populations{good("layer0"), {Population: "layer1", Ticks: []int64{1}}}, "1 times for the spikes of 0 neurons"},
		{populations{good("layer0"), {Population: "layer1", Ticks: []int64{2, 1}, Neurons: []uint32{0, 0}}}, "spike 1 is in tick 1; valid: in order of time, from 1 to 9"},
		{populations{good("layer0"), {Population: "layer1", Ticks: []int64{10}, Neurons: []uint32{0}}}, "spike 0 is in tick 10"},
		{populations{good("layer0"), {Population: "layer1", Ticks: []int64{0}, Neurons: []uint32{0}}}, "spike 0 is in tick 0"},
		{populations{good("layer0"), {Population: "layer1", Ticks: []int64{1}, Neurons: []uint32{3}}}, "spike 0 is of neuron 3; valid: 0 to 2"},
	} {
		_, err := c.Traffic(d, p, &manycore.Spikes{Ticks: 9, Populations: k.spikes})
		require.ErrorContains(t, err, k.want)
		_, err = c.Replay(d, p, &manycore.Spikes{Ticks: 9, Populations: k.spikes}, manycore.ReplayOptions{})
		require.ErrorContains(t, err, k.want)
	}
	_, err = c.Traffic(d, p, &manycore.Spikes{Ticks: -1, Populations: populations{good("layer0"), good("layer1")}})
	require.ErrorContains(t, err, "a run of -1 ticks")
	_, err = c.Traffic(d, p, &manycore.Spikes{Populations: populations{{Population: "layer0", Counts: []int64{1 << 50, 1 << 50}}, good("layer1")}})
	require.ErrorContains(t, err, "more than 2^50 synaptic events")

	twice := &manycore.Spikes{Ticks: 9, Populations: populations{good("layer0"), {Population: "layer1", Ticks: []int64{2, 2}, Neurons: []uint32{1, 1}}}}
	traffic, err := c.Traffic(d, p, twice)
	require.NoError(t, err)
	require.EqualValues(t, 2, traffic.Total.Spikes)
	_, err = c.Replay(d, p, twice, manycore.ReplayOptions{})
	require.ErrorContains(t, err, `neuron 1 of population "layer1" fires twice in tick 2`)
	counts := &manycore.Spikes{Populations: populations{{Population: "layer0", Counts: []int64{1, 1}}, good("layer1")}}
	_, err = c.Replay(d, p, counts, manycore.ReplayOptions{})
	require.ErrorContains(t, err, `population "layer0": a replay needs the time of every spike`)

	d.Projections[1].Wiring = nil
	for _, err := range []error{
		func() error { _, err := c.Traffic(d, p, counts); return err }(),
		func() error { _, err := c.Replay(d, p, counts, manycore.ReplayOptions{}); return err }(),
	} {
		require.ErrorContains(t, err, `net.yaml:22:5: projection "layer1->layer2": its wiring is known by its counts only`)
	}
	d.Projections[1].Wiring = manycore.AllToAll{}
	_, err = c.Traffic(d, &manycore.Placement{}, counts)
	require.ErrorContains(t, err, "are on no core")
}

// TestHoles sends messages over places of the mesh that have no tile.
func TestHoles(t *testing.T) {
	table := uniformTable(2, 3, 1)
	table.Tiles = 4 // (0,0) (0,1) (0,2) (1,0); the way from (0,2) to (1,0) leads over (1,2) and (1,1)
	c := table.chip(t)
	d := layers(1, 1, 1)
	p, err := manycore.Check(c, d, []manycore.Part{{Population: "layer1", Hi: 1, Core: 2}, {Population: "layer2", Hi: 1, Core: 3}})
	require.NoError(t, err)
	spikes := &manycore.Spikes{Ticks: 1, Populations: []manycore.PopulationSpikes{{Population: "layer0"}, {Population: "layer1", Ticks: []int64{1}, Neurons: []uint32{0}}}}
	traffic, err := c.Traffic(d, p, spikes)
	require.NoError(t, err)
	require.Equal(t, []manycore.LinkTraffic{
		{X: 0, Y: 2, Direction: "east", Messages: 1}, {X: 1, Y: 1, Direction: "south", Messages: 1}, {X: 1, Y: 2, Direction: "south", Messages: 1},
	}, traffic.Links)
	m, err := c.Replay(d, p, spikes, manycore.ReplayOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 3, func() int64 { s := m.Step(); return s.Hops() }())
}

// TestPlainData writes results as JSON, and reads the rows back.
func TestPlainData(t *testing.T) {
	c := limited(t, 1, 2, 1, func(*manycore.Chip) {})
	d := layers(1, 2)
	p, err := manycore.Map(c, d, manycore.MapOptions{})
	require.NoError(t, err)
	spikes := &manycore.Spikes{Ticks: 1, Populations: []manycore.PopulationSpikes{{Population: "layer0", Ticks: []int64{1}, Neurons: []uint32{0}}}}
	traffic, err := c.Traffic(d, p, spikes)
	require.NoError(t, err)
	text, err := json.Marshal(traffic)
	require.NoError(t, err)
	var back manycore.Traffic
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, traffic, &back)

	m, err := c.Replay(d, p, spikes, manycore.ReplayOptions{})
	require.NoError(t, err)
	r, err := m.Run(context.Background(), 1)
	require.NoError(t, err)
	text, err = json.Marshal(r)
	require.NoError(t, err)
	var again manycore.Run
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, r.Steps, again.Steps)
	text, err = json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, `{"network":"layers","chip":"uniform","parts":[{"population":"layer1","lo":0,"hi":2,"core":0}],
		"cores":[{"core":0,"name":"0.0","neurons":2,"synapses":2,"synapse_bytes":3,"axons_in":1,"axons_out":0,"fan_in":1,"fan_out":0,"cores_per_neuron":0}],
		"tiles":1,"worst_case":false}`, string(text))
}
