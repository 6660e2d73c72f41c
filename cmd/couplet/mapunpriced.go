package main

import (
	"slices"
	"strings"

	"couplet/hwmodel/manycore"
)

// usedUnits are the units of a chip that a replay has used, by kind and name as manycore.Chip.Unpriced writes
// them, and which kinds of events happened that no source gives an energy for.
type usedUnits struct {
	names map[string]bool // "soma compartment"
	open  map[string]bool // rows of the table of energies
}

// Rows of the table of energies.
const (
	rowSynapses    = "synapses"
	rowDendrites   = "dendrites"
	rowSomas       = "somas"
	rowHops        = "hops"
	rowMessagesIn  = "messages in"
	rowMessagesOut = "messages out"
	rowTotal       = "total"
)

// units finds the units that the replay has used.
func (j *mapJob) units() usedUnits {
	u := usedUnits{map[string]bool{}, map[string]bool{}}
	chip := j.mapped.chip
	for i := range j.mapped.placement.Parts {
		part := &j.mapped.placement.Parts[i]
		core, did := &chip.Cores[part.Core], &j.chip.cores[part.Core]
		soma := named(core.Somas, part.Soma, func(u *manycore.SomaUnit) string { return u.Name })
		u.names["soma "+soma.Name] = true
		u.note(rowSomas, soma.Access.Energy, did.Updated+did.Idle)
		u.note(rowSomas, soma.Update.Energy, did.Updated)
		u.note(rowSomas, soma.Spike.Energy, did.Fired)
		synapse := named(core.Synapses, part.Synapse, func(u *manycore.SynapseUnit) string { return u.Name })
		u.names["synapse "+synapse.Name] = true
		u.note(rowSynapses, synapse.Spike.Energy, did.SynapseEvents)
		dendrite := named(core.Dendrites, part.Dendrite, func(u *manycore.DendriteUnit) string { return u.Name })
		u.names["dendrite "+dendrite.Name] = true
		u.note(rowDendrites, dendrite.Update.Energy, did.SynapseEvents+did.Sweeps)
		u.note(rowMessagesIn, core.AxonIn[0].Message.Energy, did.PacketsIn)
		u.note(rowMessagesOut, core.AxonOut[0].Message.Energy, did.Packets)
	}
	for i := range chip.Tiles {
		for d, hop := range chip.Tiles[i].Hop {
			u.note(rowHops, hop.Energy, j.chip.totals.HopsBy[d])
		}
	}
	return u
}

// note remembers events without a price.
func (u *usedUnits) note(row string, price manycore.Price, events int64) {
	if events > 0 && !price.Known {
		u.open[row], u.open[rowTotal] = true, true
	}
}

// named finds a unit by name; without a name it is the first.
func named[U any](units []U, name string, of func(*U) string) *U {
	i := slices.IndexFunc(units, func(u U) bool { return of(&u) == name })
	return &units[max(i, 0)]
}

// cell writes an energy: as unpriced, or as a lower bound, if there are events in it that have no price.
func (u *usedUnits) cell(row string, joules float64) string {
	switch {
	case !u.open[row]:
		return engineering(joules, "J")
	case joules == 0:
		return "unpriced"
	}
	return "≥ " + engineering(joules, "J")
}

// unpriced lists what the chip has no figure for, without the units that the replay did not use.
func (u *usedUnits) unpriced(all []string) (list []string) {
	for _, text := range all {
		unit, _, _ := strings.Cut(text, ": ")
		kind, _, _ := strings.Cut(unit, " ")
		if !slices.Contains([]string{"soma", "synapse", "dendrite"}, kind) || u.names[unit] {
			list = append(list, text)
		}
	}
	return list
}
