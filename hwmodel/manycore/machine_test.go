package manycore_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel/manycore"
)

func run(t require.TestingT, c *manycore.Chip, n *manycore.Netlist, steps int64) *manycore.Run {
	m, err := manycore.NewMachine(c, n)
	require.NoError(t, err)
	r, err := m.Run(context.Background(), steps)
	require.NoError(t, err)
	return r
}

// TestConservation holds the sums of random runs against their counters: on a chip with one price per event,
// every energy is a count times a price, and what the cores count adds up to what the chip counts.
func TestConservation(t *testing.T) {
	chip := uniformTable(3, 2, 2).chip(t)
	rapid.Check(t, func(t *rapid.T) {
		r := run(t, chip, drawNetlist(t, chip), 8)
		total := r.Totals()
		var cores manycore.Counters
		var received int64
		var energy, network float64
		for _, c := range r.Cores {
			energy += c.Energy.Total()
			network += c.Energy.Network()
			cores.Fired += c.Fired
			cores.Updated += c.Updated
			cores.Idle += c.Idle
			cores.SynapseEvents += c.SynapseEvents
			cores.Packets += c.Packets
			received += c.PacketsIn
			for d := range c.HopsBy {
				cores.HopsBy[d] += c.HopsBy[d]
			}
		}
		require.EqualValues(t, len(r.Spikes), total.Fired)
		require.Equal(t, total.Updated, cores.Updated)
		require.Equal(t, total.Idle, cores.Idle)
		require.Equal(t, total.SynapseEvents, cores.SynapseEvents)
		require.Equal(t, total.HopsBy, cores.HopsBy)
		require.Equal(t, total.Packets, received)
		require.InDelta(t, total.Energy.Total(), energy, 1e-9*total.Energy.Total())
		require.InDelta(t, total.Energy.Network(), network, 1e-9*total.Energy.Network())
		requirePicojoules(t, total.Energy, &total.Counters, &cores)
		for i := range r.Steps {
			s := &r.Steps[i]
			require.GreaterOrEqual(t, s.Detailed, s.Simple*(1-1e-12), "congestion only takes time")
		}
	})
}

// requirePicojoules compares every energy with counts times the prices of uniformTable.
func requirePicojoules(t *rapid.T, e manycore.Energy, all, cores *manycore.Counters) {
	h := &all.HopsBy
	for _, c := range []struct {
		name  string
		have  float64
		count int64
	}{
		{"hops", e.Hops, 2*h[manycore.North] + 3*h[manycore.East] + 5*h[manycore.South] + 7*h[manycore.West]},
		{"axon in", e.AxonIn, 11 * all.Packets},
		{"axon out", e.AxonOut, 13 * cores.Packets},
		{"dendrite", e.Dendrite, 17 * all.SynapseEvents},
		{"synapse", e.Synapse, 19 * all.SynapseEvents},
		{"soma", e.Soma, 23*(all.Idle+all.Updated) + 29*all.Updated + 31*cores.Fired},
	} {
		require.InDelta(t, float64(c.count), c.have*1e12, 1e-9*float64(1+c.count), c.name)
	}
}

// TestRepeats runs a network twice: all floats are the same, bit for bit.
func TestRepeats(t *testing.T) {
	chip := uniformTable(2, 2, 2).chip(t)
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetlist(t, chip)
		require.Equal(t, run(t, chip, n, 6), run(t, chip, n, 6))
	})
}

// TestOrderOfNeurons permutes neurons: energy stays, only time may change.
func TestOrderOfNeurons(t *testing.T) {
	chip := uniformTable(2, 2, 2).chip(t)
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetlist(t, chip)
		for i := range n.Neurons {
			if in, ok := n.Neurons[i].Params.(manycore.Input); ok && in.Poisson > 0 {
				n.Neurons[i].Params = manycore.Input{Rate: in.Poisson} // random inputs depend on the number of the neuron
			}
		}
		turned := &manycore.Netlist{}
		last := len(n.Neurons) - 1
		for i := range n.Neurons {
			turned.Neurons = append(turned.Neurons, n.Neurons[last-i])
		}
		for _, e := range n.Edges {
			e.From, e.To = last-e.From, last-e.To
			turned.Edges = append(turned.Edges, e)
		}
		a, b := run(t, chip, n, 6).Totals(), run(t, chip, turned, 6).Totals()
		require.Equal(t, a.Counters, b.Counters)
		require.InDelta(t, a.Energy.Total(), b.Energy.Total(), 1e-20)
	})
}

// TestHandExample is the example worked by hand in the description of the model: ten steps of four neurons on
// the demo chip.
func TestHandExample(t *testing.T) {
	chip := goldenChip(t, "", "demo")
	lif := manycore.NewLIF()
	lif.Threshold = 2
	r := run(t, chip, &manycore.Netlist{
		Neurons: []manycore.Neuron{
			{Core: 0, Params: manycore.Input{}},
			{Core: 1, Params: manycore.Input{Train: []bool{true, false, true}}},
			{Core: 0, Soma: "demo_soma_default", Params: lif},
			{Core: 0, Soma: "demo_soma_default", Params: lif},
		},
		Edges: []manycore.Edge{{From: 0, To: 2, Weight: -1}, {From: 0, To: 3, Weight: 2}, {From: 1, To: 2, Weight: 1}, {From: 1, To: 3, Weight: 3}, {From: 3, To: 3, Weight: -4}},
	}, 10)
	require.Equal(t, []manycore.Spike{{T: 1, Neuron: 1}, {T: 2, Neuron: 3}, {T: 3, Neuron: 1}}, r.Spikes)
	first, second := &r.Steps[0], &r.Steps[1]
	require.InDelta(t, 180e-12, first.Energy.Total(), 1e-18)
	require.InDelta(t, 6e-9, first.Simple, 1e-15)
	require.InDelta(t, 11e-9, first.Detailed, 1e-15)
	require.InDelta(t, 240e-12, second.Energy.Total(), 1e-18)
	require.InDelta(t, 43e-9, second.Simple, 1e-15)
	require.InDelta(t, 46e-9, second.Detailed, 1e-15)
	total := r.Totals()
	require.InDelta(t, 1.04e-9, total.Energy.Total(), 1e-15)
	require.InDelta(t, 124e-9, total.Detailed, 1e-15)
	require.InDelta(t, 113e-9, total.Simple, 1e-15)
}

// TestOutside lets a neuron outside the chip drive one inside: its message costs no hop and no axon out, is
// there when the step begins, and the host's own work is not counted.
func TestOutside(t *testing.T) {
	chip := uniformTable(2, 2, 1).chip(t)
	r := run(t, chip, &manycore.Netlist{
		Neurons: []manycore.Neuron{
			{Core: manycore.External, Params: manycore.Input{Train: []bool{true}}},
			{Core: 3, Params: manycore.NewLIF()},
		},
		Edges: []manycore.Edge{{From: 0, To: 1, Weight: 1}},
	}, 2)
	first := r.Steps[0]
	require.Equal(t, manycore.Counters{Fired: 1, Idle: 1, Packets: 1, SynapseEvents: 1}, first.Counters)
	require.InDelta(t, (23+11+19+17)*1e-12, first.Energy.Total(), 1e-20)
	require.InDelta(t, (250+47)*1e-9, first.Simple, 1e-15, "barrier of one tile, axon in, synapse, dendrite")
	require.InDelta(t, (250+47)*1e-9, first.Detailed, 1e-15)
	require.Equal(t, []manycore.Spike{{T: 1, Neuron: 0}, {T: 2, Neuron: 1}}, r.Spikes)
}

// TestEveryStep charges units that are updated in every step.
func TestEveryStep(t *testing.T) {
	table := uniformTable(1, 1, 1)
	text := table.yaml(t)
	chip := chipOf(t, replace(t, text,
		"{model: accumulator, ", "{model: accumulator, update_every_timestep: true, ",
		"model: leaky_integrate_fire", "model: leaky_integrate_fire\n                update_every_timestep: true"))
	r := run(t, chip, &manycore.Netlist{Neurons: []manycore.Neuron{{Params: manycore.NewLIF()}}}, 3)
	for _, s := range r.Steps {
		require.Equal(t, manycore.Counters{Updated: 1, Sweeps: 1}, s.Counters)
		require.InDelta(t, (17+23+29)*1e-12, s.Energy.Total(), 1e-20)
		require.InDelta(t, (250+17+23+29)*1e-9, s.Simple, 1e-15)
		require.InDelta(t, s.Simple, s.Detailed, 1e-15)
	}
}

// TestBlocking works the detailed time of a full buffer out by hand. Five neurons of core 0.0 fire in step 1: four
// send to core 0.1, the last one to core 0.2, all in one tile: no hop, one buffer of one message, weight 1/2
// each. Sending takes g = 23+29+31+13 = 96 ns a message. Core 0.1 processes p = 11+100·(19+17) = 3611 ns a
// message, core 0.2 P = 11+300·(19+17) = 10811 ns.
//
//	1: sent g, received g
//	2: sent 2g; the first is received, so nothing is in the way; received behind it, at g+p
//	3: sent 3g, crowd 1/2: arrives p/2 later, received at g+2p
//	4: sent 4g, crowd 1: arrives p later, received at g+3p, processed at g+4p
//	5: due at 5g, crowd 3/2 above capacity 1: blocked for p/2, arrives 3p/2 later, processed at 5g+2p+P
func TestBlocking(t *testing.T) {
	table := uniformTable(1, 1, 3)
	table.LinkBuffer = 1
	n := &manycore.Netlist{}
	const senders = 5
	for range senders {
		n.Neurons = append(n.Neurons, manycore.Neuron{Core: 0, Params: manycore.Input{Train: []bool{true}}})
	}
	targets := func(core, count, from, to int) {
		for range count {
			n.Neurons = append(n.Neurons, manycore.Neuron{Core: core, Params: manycore.NewLIF()})
			for s := from; s < to; s++ {
				n.Edges = append(n.Edges, manycore.Edge{From: s, To: len(n.Neurons) - 1, Weight: -1})
			}
		}
	}
	targets(1, 100, 0, senders-1)
	targets(2, 300, senders-1, senders)
	const barrier, g, p, last = 250.0, 96.0, 3611.0, 10811.0
	r := run(t, table.chip(t), n, 1)
	require.InEpsilon(t, (barrier+5*g+2*p+last)*1e-9, r.Steps[0].Detailed, 1e-12)
	require.InEpsilon(t, (barrier+4*p)*1e-9, r.Steps[0].Simple, 1e-12)

	table.LinkBuffer = 2 // room for all: the fifth leaves when it is due
	r = run(t, table.chip(t), n, 1)
	require.InEpsilon(t, (barrier+5*g+1.5*p+last)*1e-9, r.Steps[0].Detailed, 1e-12)
}

// TestCancel stops a run between two steps.
func TestCancel(t *testing.T) {
	chip := uniformTable(1, 1, 1).chip(t)
	m, err := manycore.NewMachine(chip, &manycore.Netlist{Neurons: []manycore.Neuron{{Params: manycore.Input{Train: []bool{true, true}}}}})
	require.NoError(t, err)
	require.Equal(t, 1, m.Tiles())
	require.Equal(t, 0.25e-6, m.SyncLatency())
	s := m.Step()
	require.EqualValues(t, 1, s.T)
	require.Equal(t, []int32{0}, m.Fired())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := m.Run(ctx, 5)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, r.Steps)
	_, err = m.Run(context.Background(), -1)
	require.ErrorContains(t, err, "-1 steps")
}

// TestNetlistErrors puts neurons and edges where they cannot be.
func TestNetlistErrors(t *testing.T) {
	chip := uniformTable(1, 1, 2).chip(t)
	lif := manycore.NewLIF()
	ok := manycore.Neuron{Core: 0, Params: lif}
	bad := func(change func(*manycore.LIF)) manycore.Neuron {
		l := lif
		change(&l)
		return manycore.Neuron{Core: 0, Params: l}
	}
	nan := 0.0
	nan /= nan
	for _, c := range []struct {
		neurons []manycore.Neuron
		edges   []manycore.Edge
		want    string
	}{
		{[]manycore.Neuron{{Core: 2, Params: lif}}, nil, "neuron 0: core 2 does not exist; valid: 0 to 1, or External"},
		{[]manycore.Neuron{ok, {Core: 0}}, nil, "neuron 1: no soma parameters"},
		{[]manycore.Neuron{{Core: 0, Params: lif, Soma: "lfi"}}, nil, `no soma unit "lfi"; valid: [lif src]`},
		{[]manycore.Neuron{{Core: 0, Params: lif, Soma: "src"}}, nil, `soma unit "src" has model input, the neuron leaky_integrate_fire`},
		{[]manycore.Neuron{{Core: 0, Params: manycore.NewTrueNorth()}}, nil, "no soma unit of model truenorth"},
		{[]manycore.Neuron{{Core: 0, Params: lif, Synapse: "x"}}, nil, `no synapse unit "x"; valid: [syn]`},
		{[]manycore.Neuron{{Core: 0, Params: lif, Dendrite: "x"}}, nil, `no dendrite unit "x"; valid: [dendrite]`},
		{[]manycore.Neuron{{Core: manycore.External, Params: lif}}, nil, "outside the chip computes nothing"},
		{[]manycore.Neuron{bad(func(l *manycore.LIF) { l.Threshold = nan })}, nil, "threshold NaN must be a finite number"},
		{[]manycore.Neuron{bad(func(l *manycore.LIF) { l.ResetMode = "sotf" })}, nil, `unknown reset_mode "sotf"; valid: hard, soft, none`},
		{[]manycore.Neuron{bad(func(l *manycore.LIF) { l.ReverseResetMode = "x" })}, nil, `unknown reverse_reset_mode "x"`},
		{[]manycore.Neuron{bad(func(l *manycore.LIF) { l.RefractoryDelay = -1 })}, nil, "refractory_delay -1"},
		{[]manycore.Neuron{{Core: 0, Params: manycore.Input{Rate: 2}}}, nil, "rate 2 must lie between 0 and 1"},
		{[]manycore.Neuron{{Core: 0, Params: manycore.Input{Poisson: -1}}}, nil, "poisson -1 must be a probability"},
		{[]manycore.Neuron{{Core: 0, Params: manycore.TrueNorth{Leak: -1, LeakTowardsZero: true}}}, nil, "leak -1 toward zero"},
		{[]manycore.Neuron{{Core: 0, Params: manycore.Recorded{Steps: []int64{0}}}}, nil, "step 0 of a recorded spike"},
		{[]manycore.Neuron{{Core: 0, Params: manycore.Recorded{Steps: []int64{2, 2}}}}, nil, "steps 2 and 2 must be in ascending order"},
		{[]manycore.Neuron{ok}, []manycore.Edge{{From: 0, To: 1}}, "edge 0: neurons 0 -> 1; valid: 0 to 0"},
		{[]manycore.Neuron{ok}, []manycore.Edge{{}, {Weight: nan}}, "edge 1: weight NaN"},
		{[]manycore.Neuron{ok}, []manycore.Edge{{Delay: 1}}, `delay 1; valid: 0 to 0 with dendrite "dendrite" of model accumulator`},
		{[]manycore.Neuron{ok}, []manycore.Edge{{Tap: 1}}, "tap 1; valid: 0 to 0"},
		{[]manycore.Neuron{ok}, []manycore.Edge{{Unit: "x"}}, `no synapse unit "x"`},
		{[]manycore.Neuron{{Core: manycore.External, Params: manycore.Input{}}}, []manycore.Edge{{}}, "target 0 is outside the chip"},
	} {
		_, err := manycore.NewMachine(chip, &manycore.Netlist{Neurons: c.neurons, Edges: c.edges})
		require.ErrorContains(t, err, c.want)
		require.ErrorContains(t, err, "manycore: ")
	}
	full := &manycore.Netlist{}
	for range 1001 {
		full.Neurons = append(full.Neurons, manycore.Neuron{Core: 1, Params: lif})
	}
	_, err := manycore.NewMachine(chip, full)
	require.ErrorContains(t, err, "1001 neurons on core 0.1 (core[1]); valid: at most 1000 (max_neurons_supported)")
}

// TestEdgeUnit lets an edge choose its synapse unit.
func TestEdgeUnit(t *testing.T) {
	table := uniformTable(1, 1, 1)
	table.Synapse["dear"] = eventCost{1000e-12, 0}
	chip := table.chip(t)
	n := &manycore.Netlist{
		Neurons: []manycore.Neuron{{Params: manycore.Input{Train: []bool{true}}}, {Params: manycore.NewLIF(), Synapse: "syn"}},
		Edges:   []manycore.Edge{{From: 0, To: 1, Weight: 1}, {From: 0, To: 1, Weight: 1, Unit: "dear"}},
	}
	require.InDelta(t, 1019e-12, run(t, chip, n, 1).Steps[0].Energy.Synapse, 1e-20)
}

// TestBarrier takes the latency of the largest number of tiles in the table that is not above those in use.
func TestBarrier(t *testing.T) {
	chip := &manycore.Chip{Sync: []manycore.SyncLatency{{Tiles: 2, Latency: 1}, {Tiles: 4, Latency: 3}}}
	for tiles, want := range map[int]float64{1: 1, 2: 1, 3: 1, 4: 3, 100: 3} {
		require.Equal(t, want, chip.SyncLatencyFor(tiles), "%d tiles", tiles)
	}
	require.Zero(t, (&manycore.Chip{}).SyncLatencyFor(3))
}

// TestChipErrors builds chips that make no sense.
func TestChipErrors(t *testing.T) {
	for want, change := range map[string]func(*manycore.Chip){
		"a mesh of 0 by 1 tiles":       func(c *manycore.Chip) { c.Width = 0 },
		"2 tiles on a mesh of 1 by 1":  func(c *manycore.Chip) { c.Width = 1 },
		"0 cores; valid: 1 to 131072":  func(c *manycore.Chip) { c.Cores = nil },
		"tile 1 is at (0, 0)":          func(c *manycore.Chip) { c.Tiles[1].X = 0 },
		"tile 1 has cores 0 to 1":      func(c *manycore.Chip) { c.Tiles[1].First = 0 },
		"2 of 4 cores are in no tile":  func(c *manycore.Chip) { c.Tiles = c.Tiles[:1] },
		"core 1.1 says that it is 0.1": func(c *manycore.Chip) { c.Cores[3].Tile = 0 },
		"core 0.0 has no axon_in unit": func(c *manycore.Chip) { c.Cores[0].AxonIn = nil },
	} {
		c := uniformTable(2, 1, 2).chip(t)
		require.NoError(t, c.Validate())
		change(c)
		d := layers(1, 1)
		_, err := manycore.NewMachine(c, &manycore.Netlist{})
		require.ErrorContains(t, err, want)
		_, err = manycore.Map(c, d, manycore.MapOptions{})
		require.ErrorContains(t, err, want)
		_, err = c.Traffic(d, &manycore.Placement{}, &manycore.Spikes{})
		require.ErrorContains(t, err, want)
	}
}
