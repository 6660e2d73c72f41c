package manycore

import (
	"fmt"
	"slices"
)

// Chip describes a many-core chip: a mesh of tiles with cores that are made of units, what every
// event in them costs, and the limits that a mapping must keep.
//
// The fields are those of the YAML description (see [Read]); energies are in joules, times in seconds.
type Chip struct {
	Name          string
	Width, Height int // of the mesh, in tiles
	// LinkBuffer is the number of messages that the buffer of one link holds.
	LinkBuffer int
	// Sync is the latency of the barrier at the end of every time-step, by the number of tiles that hold
	// neurons, in ascending order of that number; empty if no source gives it.
	Sync  []SyncLatency
	Tiles []Tile
	Cores []Core // in the order of the description, those of a tile together

	Limits    Limits
	Memory    SynapseMemory
	Sources   []string // where the figures come from
	Unchecked []string // limits of the chip that a mapping is not held against, in words
}

// SyncLatency is one entry of the table of barrier latencies.
type SyncLatency struct {
	Tiles   int
	Latency float64 // s
}

// Tile is a router with its cores. Tile number t of a chip stands at X = t / height,
// Y = t mod height: the numbers run column by column.
type Tile struct {
	Name         string
	X, Y         int
	First, Cores int              // its cores are number First … First+Cores-1 of the chip
	Hop          [directions]Cost // of a message that leaves for the neighbour in a direction
}

// Direction is one of the four directions of the mesh.
type Direction uint8

const (
	// North is the direction of increasing y.
	North Direction = iota
	// East is the direction of increasing x.
	East
	// South is the direction of decreasing y.
	South
	// West is the direction of decreasing x.
	West

	directions = 4
)

// String returns the word of the chip description.
func (d Direction) String() string { return [...]string{"north", "east", "south", "west"}[d] }

// Core is one processing core: units that work through the stages of a spike.
type Core struct {
	Name         string
	Tile, Offset int // number of its tile; number in the tile
	// MaxNeurons is the number of neurons that the core can hold; 0 if the description gives none.
	MaxNeurons int
	AxonIn     []AxonUnit
	Synapses   []SynapseUnit
	Dendrites  []DendriteUnit
	Somas      []SomaUnit
	AxonOut    []AxonUnit
}

// AxonUnit takes messages out of the network, or puts them there.
type AxonUnit struct {
	Name    string
	Message Cost
}

// SynapseUnit turns a message into weights: it handles one synapse after the other.
type SynapseUnit struct {
	Name  string
	Spike Cost // per synaptic event
}

// DendriteUnit adds weights up on their way to the soma.
type DendriteUnit struct {
	Name   string
	Model  DendriteModel
	Update Cost // per synaptic event
	// EveryStep is set if the unit is also updated once per neuron and time-step, at the same cost,
	// before the soma.
	EveryStep bool
}

// DendriteModel says what a dendrite does with weights.
type DendriteModel string

const (
	// Accumulator sums the weights of a time-step.
	Accumulator DendriteModel = "accumulator"
	// DelayedAccumulator sums them too, but hands each on 0 to 5 time-steps later.
	DelayedAccumulator DendriteModel = "accumulator_with_delay"
	// Taps is a passive cable of compartments, the first of which drives the soma.
	Taps DendriteModel = "taps"
)

// SomaUnit keeps membrane potentials and fires.
type SomaUnit struct {
	Name   string
	Model  SomaModel
	Access Cost // per neuron and time-step, whatever it does
	Update Cost // added if the neuron is updated or fires
	Spike  Cost // added if it fires
	// EveryStep is set if the unit updates its neurons in every time-step, with input or without.
	EveryStep bool
}

// SomaModel names the equation of a soma unit.
type SomaModel string

const (
	// LeakyIntegrateFire is the model of [LIF].
	LeakyIntegrateFire SomaModel = "leaky_integrate_fire"
	// InputSpikes is the model of [Input].
	InputSpikes SomaModel = "input"
	// TrueNorthNeuron is the model of [TrueNorth].
	TrueNorthNeuron SomaModel = "truenorth"
)

// Cost is the price of one event.
type Cost struct {
	Energy  Price // J
	Latency Price // s
}

// Price is a figure that a description gives, or leaves unpriced. Nothing is free because nobody has
// measured it: what an unpriced event costs is missing in the sums, and [Chip.Unpriced] says so.
type Price struct {
	Value float64
	Known bool
}

// Known returns a price that is given.
func Known(value float64) Price { return Price{value, true} }

// amount is what enters a sum: 0 for an unpriced event.
func (p Price) amount() float64 { return p.Value }

// SyncLatencyFor returns the barrier latency of a mapping that uses a number of tiles: that of the
// largest number in the table that does not exceed it, or the first if all do.
func (c *Chip) SyncLatencyFor(tiles int) float64 {
	latency := 0.0
	for i, s := range c.Sync {
		if i == 0 || s.Tiles <= tiles {
			latency = s.Latency
		}
	}
	return latency
}

// CoreName returns the name of a core as "tile.core", the form in which mappings are written.
func (c *Chip) CoreName(core int) string {
	k := &c.Cores[core]
	return fmt.Sprintf("%d.%d", k.Tile, k.Offset)
}

// NeuronsPerCore returns how many neurons a core may hold; false if the
// description sets no limit.
func (c *Chip) NeuronsPerCore(core int) (int64, bool) {
	limit, given := c.Limits.NeuronsPerCore.Value, c.Limits.NeuronsPerCore.Given()
	if own := int64(c.Cores[core].MaxNeurons); own > 0 && (!given || own < limit) {
		return own, true
	}
	return limit, given
}

// Unpriced lists what the description gives no price for, such as
// "axon_out loihi_out: energy_message_out", each once, in the order of the description.
func (c *Chip) Unpriced() []string {
	var list unpriced
	if len(c.Sync) == 0 {
		list.add("architecture: latency_sync")
	}
	for i := range c.Tiles {
		t := &c.Tiles[i]
		for d := range directions {
			list.cost("tile "+baseName(t.Name), Direction(d).String()+"_hop", t.Hop[d])
		}
	}
	for i := range c.Cores {
		if !c.sharesUnits(i) {
			c.Cores[i].unpriced(&list)
		}
	}
	return list
}

// sharesUnits tells whether a core has the very units of the core before it, as those of one template do.
func (c *Chip) sharesUnits(core int) bool {
	if core == 0 {
		return false
	}
	a, b := c.Cores[core-1].Somas, c.Cores[core].Somas
	return len(a) > 0 && len(b) > 0 && &a[0] == &b[0]
}

func (k *Core) unpriced(list *unpriced) {
	for _, u := range k.AxonIn {
		list.cost("axon_in "+u.Name, "message_in", u.Message)
	}
	for _, u := range k.Synapses {
		list.cost("synapse "+u.Name, "process_spike", u.Spike)
	}
	for _, u := range k.Dendrites {
		list.cost("dendrite "+u.Name, "update", u.Update)
	}
	for _, u := range k.Somas {
		list.cost("soma "+u.Name, "access_neuron", u.Access)
		list.cost("soma "+u.Name, "update_neuron", u.Update)
		list.cost("soma "+u.Name, "spike_out", u.Spike)
	}
	for _, u := range k.AxonOut {
		list.cost("axon_out "+u.Name, "message_out", u.Message)
	}
}

// unpriced collects names, each once.
type unpriced []string

func (l *unpriced) add(name string) {
	if !slices.Contains(*l, name) {
		*l = append(*l, name)
	}
}

func (l *unpriced) cost(where, event string, c Cost) {
	if !c.Energy.Known {
		l.add(where + ": energy_" + event)
	}
	if !c.Latency.Known {
		l.add(where + ": latency_" + event)
	}
}
