package manycore_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel/manycore"
)

// limited is a chip of uniform prices with limits.
func limited(t testing.TB, width, height, cores int, change func(*manycore.Chip)) *manycore.Chip {
	c := uniformTable(width, height, cores).chip(t)
	c.Memory = manycore.SynapseMemory{WeightBits: 9, IndexBits: 10, DelayBits: 6}
	change(c)
	return c
}

func limit(n int64) manycore.Limit { return manycore.Limit{Value: n, Source: "test"} }

// layers is a chain of fully connected populations with the given sizes, the first one outside the chip.
func layers(sizes ...int) *manycore.Description {
	d := &manycore.Description{Name: "layers"}
	for i, n := range sizes {
		p := manycore.Population{Name: "layer" + string(rune('0'+i)), Size: n, External: i == 0, Place: manycore.Place{File: "net.yaml", Line: 10 + i, Column: 3}}
		d.Populations = append(d.Populations, p)
		if i > 0 {
			from := &d.Populations[i-1]
			d.Projections = append(d.Projections, manycore.Projection{
				Name: from.Name + "->" + p.Name, From: from.Whole(), To: p.Whole(), Wiring: manycore.AllToAll{}, Dense: true,
				Place: manycore.Place{File: "net.yaml", Line: 20 + i, Column: 5},
			})
		}
	}
	return d
}

// usage is what a core uses, counted the slow way: every synapse of the network for every core.
type usage struct {
	neurons, synapses, bits, axonsIn, axonsOut int64
}

// count recounts a mapping of a network whose wiring is known, from the definitions of the limits.
func count(c *manycore.Chip, d *manycore.Description, p *manycore.Placement) map[int]usage {
	used := map[int]usage{}
	home := map[string]map[int]int{}
	for _, part := range p.Parts {
		if home[part.Population] == nil {
			home[part.Population] = map[int]int{}
		}
		for n := part.Lo; n < part.Hi; n++ {
			home[part.Population][n] = part.Core
			u := used[part.Core]
			u.neurons++
			used[part.Core] = u
		}
	}
	type axon struct {
		population string
		neuron     int
		core       int
	}
	axons := map[axon]bool{}
	for i := range d.Projections {
		q := &d.Projections[i]
		bits := int64(c.Memory.WeightBits)
		if q.WeightBits > 0 {
			bits = int64(q.WeightBits)
		}
		if !q.Dense {
			bits += int64(c.Memory.IndexBits)
		}
		if q.DelaysDiffer {
			bits += int64(c.Memory.DelayBits)
		}
		q.Wiring.Visit(q.From.Len(), q.To.Len(), 0, q.To.Len(), func(s, t int) {
			core := home[q.To.Population][q.To.Lo+t]
			u := used[core]
			u.synapses++
			u.bits += bits
			used[core] = u
			axons[axon{q.From.Population, q.From.Lo + s, core}] = true
		})
	}
	for a := range axons {
		u := used[a.core]
		u.axonsIn++
		used[a.core] = u
		if from, inside := home[a.population][a.neuron]; inside {
			u := used[from]
			u.axonsOut++
			used[from] = u
		}
	}
	return used
}

// TestMapKeepsLimits maps random networks on random chips: every neuron has one core, usage is that of a
// recount, and no limit is passed. What cannot be mapped is refused with population, core and limit.
func TestMapKeepsLimits(t *testing.T) {
	refused := 0
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string, hi int64) manycore.Limit {
			if rapid.Bool().Draw(rt, name+" given") {
				return limit(rapid.Int64Range(1, hi).Draw(rt, name))
			}
			return manycore.Limit{}
		}
		c := limited(t, 2, 2, 2, func(c *manycore.Chip) {
			c.Limits = manycore.Limits{
				NeuronsPerCore: draw("neurons", 20), SynapsesPerCore: draw("synapses", 100), SynapseBytesPerCore: draw("bytes", 200),
				AxonsInPerCore: draw("axons in", 30), AxonsOutPerCore: draw("axons out", 30),
			}
		})
		d := drawDescription(rt, false)
		o := manycore.MapOptions{Order: manycore.Order(rapid.IntRange(0, 1).Draw(rt, "order")), OwnCores: rapid.Bool().Draw(rt, "own cores")}
		p, err := manycore.Map(c, d, o)
		if err != nil {
			refused++
			var e *manycore.LimitError
			require.ErrorAs(rt, err, &e)
			require.NotEmpty(rt, e.List[0].Population)
			require.NotEmpty(rt, e.List[0].Core)
			require.NotEmpty(rt, e.List[0].Limit)
			require.Greater(rt, e.List[0].Used, e.List[0].Max)
			return
		}
		again, err := manycore.Map(c, d, o)
		require.NoError(rt, err)
		require.Equal(rt, p, again)
		require.False(rt, p.WorstCase)

		recount := count(c, d, p)
		require.Len(rt, p.Cores, len(recount))
		for _, u := range p.Cores {
			w := recount[u.Core]
			require.Equal(rt, w, usage{u.Neurons, u.Synapses, w.bits, u.AxonsIn, u.AxonsOut})
			require.Equal(rt, (w.bits+7)/8, u.SynapseBytes)
			for _, h := range []struct {
				used int64
				l    manycore.Limit
			}{
				{u.Neurons, c.Limits.NeuronsPerCore}, {u.Synapses, c.Limits.SynapsesPerCore}, {u.SynapseBytes, c.Limits.SynapseBytesPerCore},
				{u.AxonsIn, c.Limits.AxonsInPerCore}, {u.AxonsOut, c.Limits.AxonsOutPerCore},
			} {
				require.True(rt, !h.l.Given() || h.used <= h.l.Value)
			}
		}
		requirePlaced(rt, d, p)
		checked, err := manycore.Check(c, d, p.Parts)
		require.NoError(rt, err)
		require.Equal(rt, p, checked)
	})
	t.Logf("%d of the drawn networks do not fit", refused)
}

// requirePlaced looks every neuron up.
func requirePlaced(t *rapid.T, d *manycore.Description, p *manycore.Placement) {
	for _, q := range d.Populations {
		for n := range q.Size {
			_, ok := p.Locate(q.Name, n)
			require.Equal(t, !q.External, ok)
		}
		_, ok := p.Locate(q.Name, q.Size)
		require.False(t, ok)
	}
}

// TestWorstCase maps networks of which some projections are known by their counts only: what any wiring with
// these counts would use is not more than what the table says.
func TestWorstCase(t *testing.T) {
	c := limited(t, 2, 1, 4, func(c *manycore.Chip) { c.Limits.NeuronsPerCore = limit(7) })
	rapid.Check(t, func(rt *rapid.T) {
		d := drawDescription(rt, false)
		exact, err := manycore.Map(c, d, manycore.MapOptions{})
		if err != nil {
			return // more than 56 neurons cannot be drawn, but parts may be left over
		}
		counted := *d
		counted.Projections = nil
		for _, p := range d.Projections {
			in, out := map[int]int{}, map[int]int{}
			p.Wiring.Visit(p.From.Len(), p.To.Len(), 0, p.To.Len(), func(s, t int) { in[t]++; out[s]++ })
			p.Wiring, p.FanIn, p.FanOut = nil, largest(in), largest(out)
			counted.Projections = append(counted.Projections, p)
		}
		bound, err := manycore.Check(c, &counted, exact.Parts)
		require.NoError(rt, err)
		require.Equal(rt, len(d.Projections) > 0, bound.WorstCase)
		for i := range exact.Cores {
			e, b := exact.Cores[i], bound.Cores[i]
			require.LessOrEqual(rt, e.Synapses, b.Synapses)
			require.LessOrEqual(rt, e.SynapseBytes, b.SynapseBytes)
			require.LessOrEqual(rt, e.AxonsIn, b.AxonsIn)
			require.LessOrEqual(rt, e.AxonsOut, b.AxonsOut)
			require.LessOrEqual(rt, e.FanIn, b.FanIn)
			require.LessOrEqual(rt, e.FanOut, b.FanOut)
			require.LessOrEqual(rt, e.Reach, b.Reach)
		}
	})
}

func largest(counts map[int]int) (most int) {
	for _, n := range counts {
		most = max(most, n)
	}
	return most
}

// TestWorstCaseKeepsLimits maps by counts: the filler's own bounds and those of the check agree.
func TestWorstCaseKeepsLimits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := limited(t, 2, 2, 2, func(c *manycore.Chip) {
			c.Limits.AxonsInPerCore = limit(rapid.Int64Range(5, 40).Draw(rt, "axons in"))
			c.Limits.SynapsesPerCore = limit(rapid.Int64Range(5, 100).Draw(rt, "synapses"))
		})
		p, err := manycore.Map(c, drawDescription(rt, true), manycore.MapOptions{})
		if err != nil {
			var e *manycore.LimitError
			require.ErrorAs(rt, err, &e)
			return
		}
		for _, u := range p.Cores {
			require.LessOrEqual(rt, u.AxonsIn, c.Limits.AxonsInPerCore.Value)
			require.LessOrEqual(rt, u.Synapses, c.Limits.SynapsesPerCore.Value)
		}
	})
}

// TestGreedy fills cores in the order of the layers.
func TestGreedy(t *testing.T) {
	c := limited(t, 2, 2, 2, func(c *manycore.Chip) { c.Limits.NeuronsPerCore = limit(4) })
	d := layers(3, 6, 3)
	p, err := manycore.Map(c, d, manycore.MapOptions{})
	require.NoError(t, err)
	require.Equal(t, []manycore.Part{
		{Population: "layer1", Lo: 0, Hi: 4, Core: 0},
		{Population: "layer1", Lo: 4, Hi: 6, Core: 1},
		{Population: "layer2", Lo: 0, Hi: 2, Core: 1},
		{Population: "layer2", Lo: 2, Hi: 3, Core: 2},
	}, p.Parts)
	require.Equal(t, 2, p.Tiles)
	p, err = manycore.Map(c, d, manycore.MapOptions{OwnCores: true})
	require.NoError(t, err)
	require.Equal(t, manycore.Part{Population: "layer2", Lo: 0, Hi: 3, Core: 2}, p.Parts[2])
}

// TestOutgoingAxons maps a network in which a core that is full has too many outgoing axons: its 4 neurons reach 3
// cores each. The mapper must find that out and leave room: 6 axons allow for 2 neurons a core.
func TestOutgoingAxons(t *testing.T) {
	c := limited(t, 4, 4, 1, func(c *manycore.Chip) {
		c.Limits.NeuronsPerCore, c.Limits.AxonsOutPerCore = limit(4), limit(6)
	})
	p, err := manycore.Map(c, layers(1, 4, 12), manycore.MapOptions{OwnCores: true})
	require.NoError(t, err)
	require.Len(t, p.Cores, 5)
	require.EqualValues(t, 2, p.Cores[0].Neurons)
	require.EqualValues(t, 6, p.Cores[0].AxonsOut)

	c.Limits.AxonsOutPerCore = limit(2)
	_, err = manycore.Map(c, layers(1, 4, 12), manycore.MapOptions{OwnCores: true})
	require.ErrorContains(t, err, `population "layer1", neuron 0, on core 0.0: 3 axons out of the core exceed the limit of 2 (axons_out_per_core: test)`)
}

// TestSnake lets consecutive tiles be neighbours.
func TestSnake(t *testing.T) {
	c := limited(t, 2, 3, 1, func(c *manycore.Chip) { c.Limits.NeuronsPerCore = limit(1) })
	order := func(o manycore.Order) (cores []int) {
		d := &manycore.Description{Populations: []manycore.Population{{Name: "p", Size: 6}}}
		p, err := manycore.Map(c, d, manycore.MapOptions{Order: o})
		require.NoError(t, err)
		for n := range 6 {
			core, _ := p.Locate("p", n)
			cores = append(cores, core)
		}
		return cores
	}
	require.Equal(t, []int{0, 1, 2, 3, 4, 5}, order(manycore.ByNumber))
	require.Equal(t, []int{0, 1, 2, 5, 4, 3}, order(manycore.Snake))
	_, err := manycore.Map(c, &manycore.Description{}, manycore.MapOptions{Order: 7})
	require.ErrorContains(t, err, "unknown order 7")
}

// TestLimitErrors breaks every limit: the message names population, core, limit and the line of the network.
func TestLimitErrors(t *testing.T) {
	for _, c := range []struct {
		set  func(*manycore.Limits)
		net  func(*manycore.Description)
		want string
	}{
		{func(l *manycore.Limits) { l.NeuronsPerCore = limit(1) }, nil, `net.yaml:12:3: population "layer2", neuron 2, on core 1.1: only 2 of 5 neurons find room, all 4 cores are in use`},
		{func(l *manycore.Limits) { l.SynapsesPerCore = limit(2) }, nil, `net.yaml:11:3: population "layer1", neuron 0, on core 0.0: 3 synapses on the core exceed the limit of 2 (synapses_per_core: test)`},
		{func(l *manycore.Limits) { l.SynapseBytesPerCore = limit(3) }, nil, "4 bytes of synapses on the core exceed the limit of 3 (synapse_bytes_per_core: test)"},
		{func(l *manycore.Limits) { l.AxonsInPerCore = limit(2) }, nil, "3 axons into the core exceed the limit of 2"},
		{func(l *manycore.Limits) { l.FanIn = limit(2) }, nil, `population "layer1", neuron 0, on core 0.0: 3 synapses into one neuron exceed the limit of 2 (fan_in: test)`},
		{func(l *manycore.Limits) { l.FanOut = limit(4) }, nil, `population "layer1", neuron 0, on core 0.0: 5 synapses out of one neuron exceed the limit of 4`},
		{func(l *manycore.Limits) { l.NeuronsPerCore, l.CoresPerNeuron = limit(2), limit(1) }, func(d *manycore.Description) { d.Populations[2].Size, d.Projections[1].To.Hi = 4, 4 },
			`population "layer1", neuron 0, on core 0.0: 2 cores reached by one neuron exceed the limit of 1 (cores_per_neuron: test)`},
		{func(l *manycore.Limits) { l.WeightBits = limit(4) }, func(d *manycore.Description) { d.Projections[0].WeightBits = 5 },
			`net.yaml:21:5: population "layer1", projection "layer0->layer1": 5 bits of a weight exceed the limit of 4`},
		{func(l *manycore.Limits) { l.DelaySteps = limit(4) }, func(d *manycore.Description) { d.Projections[1].DelaySteps = 9 }, "9 time-steps of delay exceed the limit of 4"},
		{func(l *manycore.Limits) { l.DecayBits = limit(2) }, func(d *manycore.Description) { d.Populations[1].Decays = []float64{0.75, 0.9} },
			`population "layer1": decay 0.9 is not a multiple of 1/4; the nearest one is 4/4 = 1 (decay_bits: test)`},
	} {
		chip := limited(t, 2, 1, 2, func(chip *manycore.Chip) { c.set(&chip.Limits) })
		d := layers(3, 2, 5)
		if c.net != nil {
			c.net(d)
		}
		_, err := manycore.Map(chip, d, manycore.MapOptions{})
		require.ErrorContains(t, err, c.want)
		require.ErrorContains(t, err, `manycore: chip "uniform": `)
	}
}

// TestCheckNamesTheOffender maps by hand: the population that passes the limit is named, not the one before, and
// the usage is there to be shown.
func TestCheckNamesTheOffender(t *testing.T) {
	c := limited(t, 1, 1, 2, func(c *manycore.Chip) {
		c.Limits.NeuronsPerCore, c.Limits.AxonsInPerCore, c.Limits.WeightBits, c.Limits.AxonsOutPerCore = limit(4), limit(4), limit(3), limit(3)
	})
	d := layers(3, 3, 2)
	d.Projections[1].WeightBits = 7
	p, err := manycore.Check(c, d, []manycore.Part{{Population: "layer1", Hi: 3}, {Population: "layer2", Hi: 2, Place: manycore.Place{File: "map.yaml", Path: "mappings[1]"}}})
	var e *manycore.LimitError
	require.ErrorAs(t, err, &e)
	var list []string
	for _, v := range e.List {
		require.Equal(t, "0.0", v.Core)
		list = append(list, v.Population+" "+v.Limit)
	}
	require.Equal(t, []string{"layer2 neurons_per_core", "layer2 axons_in_per_core", "layer2 weight_bits"}, list)
	require.Equal(t, `map.yaml: mappings[1]: population "layer2" on core 0.0: 5 neurons on the core exceed the limit of 4 (neurons_per_core: test)`, e.List[0].String())
	require.EqualValues(t, 6, p.Cores[0].AxonsIn)
}

// TestCheckGoesOn lists all violations, up to a bound, and joins what is one range.
func TestCheckGoesOn(t *testing.T) {
	c := limited(t, 10, 11, 1, func(c *manycore.Chip) { c.Limits.NeuronsPerCore, c.Limits.DecayBits = limit(1), limit(1) })
	d := layers(1, 220)
	d.Populations[0].Decays, d.Populations[1].Decays = []float64{0.3}, []float64{0.5, 0.4} // the first one is not on the chip
	var parts []manycore.Part
	for i := range 220 {
		parts = append(parts, manycore.Part{Population: "layer1", Lo: i, Hi: i + 1, Core: i / 2})
	}
	p, err := manycore.Check(c, d, parts)
	var e *manycore.LimitError
	require.ErrorAs(t, err, &e)
	require.Len(t, e.List, 100)
	require.Equal(t, 110+1-100, e.More)
	require.ErrorContains(t, err, `chip "uniform": and 11 more`)
	require.Len(t, p.Parts, 110)
	require.Equal(t, manycore.Part{Population: "layer1", Lo: 2, Hi: 4, Core: 1}, p.Parts[1])

	c.Limits.NeuronsPerCore = limit(2)
	_, err = manycore.Check(c, d, parts)
	require.NotContains(t, err.Error(), "layer0")
	require.ErrorContains(t, err, `population "layer1" on core 0.0: decay 0.4 is not a multiple of 1/2; the nearest one is 1/2 = 0.5`)
}

// TestIncomplete maps by hand with holes and overlaps.
func TestIncomplete(t *testing.T) {
	c := limited(t, 1, 1, 2, func(*manycore.Chip) {})
	for want, parts := range map[string][]manycore.Part{
		`net.yaml:11:3: population "layer1": neurons 2 to 2 are on no core; valid: a mapping of all 3 neurons`: {{Population: "layer1", Hi: 2}},
		`neuron 1 of population "layer1" is on core 0.0 already`:                                               {{Population: "layer1", Hi: 2}, {Population: "layer1", Lo: 1, Hi: 3, Core: 1}},
		`neurons 0 to 3 of population "layer1"; valid: a range within 0 to 2`:                                  {{Population: "layer1", Hi: 4}},
		`unknown population "layer3"`:                                                     {{Population: "layer3", Hi: 1}},
		`population "layer0" is outside the chip`:                                         {{Population: "layer0", Hi: 1}},
		`population "layer1" on core 0.1: the core has no synapse unit "x"; valid: [syn]`: {{Population: "layer1", Hi: 3, Core: 1, Synapse: "x"}},
		`core number 2 does not exist on chip "uniform"; valid: 0 to 1`:                   {{Population: "layer1", Hi: 3, Core: 2}},
	} {
		_, err := manycore.Check(c, layers(2, 3), parts)
		require.ErrorContains(t, err, want)
		var bad manycore.Problems
		require.True(t, errors.As(err, &bad))
	}
}

// TestDescriptionErrors describes networks that make no sense.
func TestDescriptionErrors(t *testing.T) {
	for _, c := range []struct {
		change func(*manycore.Description)
		want   string
	}{
		{func(d *manycore.Description) { d.Populations[1].Name = "" }, "population 1 has no name"},
		{func(d *manycore.Description) { d.Populations[1].Name = "layer0" }, `two populations have the name "layer0"`},
		{func(d *manycore.Description) { d.Populations[1].Size = 0 }, `population "layer1" has 0 neurons; valid: 1 to 1073741824`},
		{func(d *manycore.Description) {
			d.Populations[0].Size, d.Populations[1].Size = 1<<30, 1<<30
		}, "2147483648 neurons in all"},
		{func(d *manycore.Description) { d.Projections[0].To.Population = "layer11" }, `net.yaml:21:5: projection "layer0->layer1": unknown population "layer11" (did you mean "layer1"?)`},
		{func(d *manycore.Description) { d.Projections[0].From.Hi = 9 }, `neurons 0 to 8 of population "layer0"; valid: a range within 0 to 1`},
		{func(d *manycore.Description) { d.Projections[0].WeightBits = 65 }, "65 bits of a weight"},
		{func(d *manycore.Description) { d.Projections[0].DelaySteps = -1 }, "a delay of -1 steps"},
		{func(d *manycore.Description) { d.Projections[0].Wiring = manycore.OneToOne{} }, "one to one: 2 sources and 3 targets"},
		{func(d *manycore.Description) { d.Projections[0].Wiring = manycore.AllToAll{NoSelf: true} }, "none to itself: 2 sources and 3 targets"},
		{func(d *manycore.Description) { d.Projections[0].Wiring = manycore.List{Start: []int{0}} }, "list of synapses: 1 starts"},
		{func(d *manycore.Description) { d.Projections[0].Wiring = manycore.List{} }, "list of synapses: 0 starts"},
		{func(d *manycore.Description) {
			d.Projections[0].Wiring = manycore.List{Start: []int{0, 2, 1, 1}, Sources: []uint32{0}}
		}, "start 2 of target 1 lies behind"},
		{func(d *manycore.Description) {
			d.Projections[0].Wiring = manycore.List{Start: []int{0, 0, 0, 1}, Sources: []uint32{2}}
		}, "source 2 of synapse 0; valid: 0 to 1"},
		{func(d *manycore.Description) { d.Projections[0].Wiring, d.Projections[0].FanIn = nil, -1 }, "fan-in -1"},
		{func(d *manycore.Description) { d.Populations[1].External = true }, `ends in population "layer1", which is outside the chip`},
	} {
		d := layers(2, 3)
		c.change(d)
		require.ErrorContains(t, d.Validate(), c.want)
		_, err := manycore.Map(limited(t, 1, 1, 1, func(*manycore.Chip) {}), d, manycore.MapOptions{})
		require.ErrorContains(t, err, c.want)
	}
}
