package manycore

import (
	"slices"

	"couplet/internal/yamltree"
)

// sections are the stages of a core in the order in which a spike goes through them.
var sections = []string{"axon_in", "synapse", "dendrite", "soma", "axon_out"}

// cores reads the list of cores of a tile.
func (r *chipReader) cores(c yamltree.Cursor) (template []Core) {
	for entry := range entries(c, "cores") {
		if !entry.Mapping("name, attributes and the sections axon_in, synapse, dendrite, soma, axon_out") {
			continue
		}
		entry.OnlyKeys(append([]string{"name", "attributes"}, sections...)...)
		names := expand(entry)
		core := readCore(entry)
		if len(template)+len(names) > maxCores {
			entry.Errorf("the tile is too large; valid: at most %d cores", maxCores)
			return template
		}
		for _, name := range names {
			core.Name = name
			template = append(template, core)
		}
	}
	return template
}

// readCore reads one core without its name.
func readCore(c yamltree.Cursor) (k Core) {
	if a, ok := c.Field("attributes"); ok && a.Mapping("buffer_position and max_neurons_supported") {
		a.OnlyKeys("buffer_position", "buffer_inside_unit", "max_neurons_supported")
		if n, ok := a.Field("max_neurons_supported"); ok {
			most, _ := n.Integer(1, 1<<30)
			k.MaxNeurons = int(most)
		}
		bufferPosition(a)
	}
	for _, section := range sections {
		f, ok := c.Field(section)
		if !ok {
			c.Missing(section, "a list of units with name and attributes")
			continue
		}
		for unit := range entries(f, "units with name and attributes") {
			if unit.Mapping("name and attributes") {
				unit.OnlyKeys("name", "attributes")
				k.addUnits(section, unit)
			}
		}
	}
	k.checkNames(c)
	return k
}

// bufferPosition accepts the one place of the buffer between two time-steps that this model has:
// before the soma. It decides which latencies count as sending and which as receiving.
func bufferPosition(c yamltree.Cursor) {
	if p, ok := c.Field("buffer_position"); ok {
		if at, known := p.Word("buffer position", "dendrite", "soma", "axon_out"); known && at != "soma" {
			p.Errorf("a buffer before the %s is not modelled; valid: soma, as on all chips with published figures", at)
		}
	}
	if b, ok := c.Field("buffer_inside_unit"); ok {
		if inside, known := b.Bool(); known && inside {
			b.Errorf("a buffer inside a unit is not modelled; valid: false")
		}
	}
}

// addUnits reads one entry of a section, which may stand for a range of units.
func (k *Core) addUnits(section string, c yamltree.Cursor) {
	a, ok := c.Field("attributes")
	if !ok {
		c.Missing("attributes", "a mapping of the model and its costs, which may be empty: {}")
		return
	}
	if !a.Mapping("the model and its costs") {
		return
	}
	commonAttributes(a)
	names := expand(c)
	if len(names) > maxUnits {
		c.Errorf("%d units; valid: at most %d in one section", len(names), maxUnits)
		return
	}
	for _, name := range names {
		switch section {
		case "axon_in":
			k.AxonIn = append(k.AxonIn, AxonUnit{name, unitCost(a, "message_in")})
		case "axon_out":
			k.AxonOut = append(k.AxonOut, AxonUnit{name, unitCost(a, "message_out")})
		case "synapse":
			k.Synapses = append(k.Synapses, synapseUnit(name, a))
		case "dendrite":
			k.Dendrites = append(k.Dendrites, dendriteUnit(name, a))
		case "soma":
			k.Somas = append(k.Somas, somaUnit(name, a))
		}
	}
}

// switches are attributes that every unit may have beside its model and costs.
var switches = []string{"model", "plugin", "log_energy", "log_latency", "update_every_timestep"}

// commonAttributes checks what units of all kinds share. What a foreign simulator logs has no meaning
// here, where everything is counted; code that it would load has none either.
func commonAttributes(c yamltree.Cursor) {
	if p, ok := c.Field("plugin"); ok {
		p.KeyErrorf("units from plugins cannot be read; valid: a unit with one of the models of this package")
	}
	for _, key := range []string{"log_energy", "log_latency"} {
		if s, ok := c.Field(key); ok {
			s.Bool()
		}
	}
}

// unitCost reads the price of the one event of a unit.
func unitCost(c yamltree.Cursor, event string) Cost {
	c.OnlyKeys(append(slices.Clone(switches), "energy_"+event, "latency_"+event)...)
	return cost(c, event)
}

func synapseUnit(name string, c yamltree.Cursor) SynapseUnit {
	model(c, "synapse model", "current_based", "current_based")
	if everyStep(c) {
		f, _ := c.Field("update_every_timestep")
		f.Errorf("synapses that are updated in every time-step are not modelled; valid: false")
	}
	return SynapseUnit{name, unitCost(c, "process_spike")}
}

func dendriteUnit(name string, c yamltree.Cursor) DendriteUnit {
	m := model(c, "dendrite model", string(Accumulator), string(Accumulator), string(DelayedAccumulator), string(Taps))
	return DendriteUnit{name, DendriteModel(m), unitCost(c, "update"), everyStep(c)}
}

func somaUnit(name string, c yamltree.Cursor) SomaUnit {
	m := model(c, "soma model", "", string(LeakyIntegrateFire), string(InputSpikes), string(TrueNorthNeuron))
	events := []string{"access_neuron", "update_neuron", "spike_out"}
	keys := slices.Clone(switches)
	for _, e := range events {
		keys = append(keys, "energy_"+e, "latency_"+e)
	}
	c.OnlyKeys(keys...)
	allOrNone(c, "energy_", events)
	allOrNone(c, "latency_", events)
	return SomaUnit{name, SomaModel(m), cost(c, events[0]), cost(c, events[1]), cost(c, events[2]), everyStep(c)}
}

// allOrNone reports a soma that gives only some of its three prices: the missing ones would look free. A
// figure that no source gives is written out as unpriced.
func allOrNone(c yamltree.Cursor, prefix string, events []string) {
	var missing []string
	for _, e := range events {
		if _, ok := c.Field(prefix + e); !ok {
			missing = append(missing, prefix+e)
		}
	}
	if len(missing) < len(events) {
		for _, key := range missing {
			c.Missing(key, "a figure with its unit, or unpriced (all three are given, or none)")
		}
	}
}

// model reads the model of a unit; without a fallback it must be given.
func model(c yamltree.Cursor, noun, fallback string, valid ...string) string {
	m, ok := c.Field("model")
	if !ok {
		if fallback == "" {
			c.Missing("model", "the name of a "+noun)
		}
		return fallback
	}
	word, _ := m.Word(noun, valid...)
	return word
}

func everyStep(c yamltree.Cursor) bool {
	if f, ok := c.Field("update_every_timestep"); ok {
		on, _ := f.Bool()
		return on
	}
	return false
}

// checkNames reports two units of one section with the same name: mappings choose units by name.
func (k *Core) checkNames(c yamltree.Cursor) {
	check := func(section string, n int, name func(int) string) {
		seen := map[string]bool{}
		for i := range n {
			if seen[name(i)] {
				f, _ := c.Field(section)
				f.Errorf("two units have the name %q; valid: names that differ within a section", name(i))
			}
			seen[name(i)] = true
		}
	}
	check("axon_in", len(k.AxonIn), func(i int) string { return k.AxonIn[i].Name })
	check("synapse", len(k.Synapses), func(i int) string { return k.Synapses[i].Name })
	check("dendrite", len(k.Dendrites), func(i int) string { return k.Dendrites[i].Name })
	check("soma", len(k.Somas), func(i int) string { return k.Somas[i].Name })
	check("axon_out", len(k.AxonOut), func(i int) string { return k.AxonOut[i].Name })
}
