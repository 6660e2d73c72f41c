package manycore

import "fmt"

// Netlist is a network, neuron by neuron, on the cores of a chip.
type Netlist struct {
	Name string
	Seed uint64 // of random inputs
	// Neurons in the order in which each core goes through its own. The order decides when a message
	// leaves, never an energy.
	Neurons []Neuron
	Edges   []Edge
}

// External is the core of neurons outside the chip. Their spikes reach cores without a hop; what the host
// and its link cost is not part of this model.
const External = -1

// Neuron is one neuron at its place.
type Neuron struct {
	Core int // number in [Chip.Cores], or [External]
	// Soma, Dendrite and Synapse name the units that work for the neuron; the synapse unit is that of its
	// incoming synapses. With "" it is the first unit of the core (for the soma: with the model of Params).
	Soma, Dendrite, Synapse string
	Params                  Soma
	Cable                   Cable // of a dendrite with taps
}

// Edge is one synapse.
type Edge struct {
	From, To int // indices of neurons
	Weight   float64
	Delay    int    // 0 to [MaxDelay] steps, beyond the one that every spike takes
	Tap      int    // compartment that the synapse ends on
	Unit     string // synapse unit, if it is not that of the target neuron
}

// placed is a neuron with the units it uses.
type placed struct {
	core     int
	soma     *SomaUnit
	dendrite *DendriteUnit
	synapse  *SynapseUnit
}

// place checks one neuron and finds its units.
func (c *Chip) place(n *Neuron) (placed, error) {
	if n.Params == nil {
		return placed{}, fmt.Errorf("no soma parameters; valid: LIF, Input, TrueNorth or Recorded")
	}
	if err := n.Params.validate(); err != nil {
		return placed{}, err
	}
	if n.Core == External {
		return externalNeuron(n)
	}
	if n.Core < 0 || n.Core >= len(c.Cores) {
		return placed{}, fmt.Errorf("core %d does not exist; valid: 0 to %d, or External", n.Core, len(c.Cores)-1)
	}
	k := &c.Cores[n.Core]
	p := placed{core: n.Core}
	var err error
	if p.soma, err = k.soma(n.Soma, n.Params.model()); err != nil {
		return placed{}, err
	}
	if p.dendrite, err = unit("dendrite", n.Dendrite, k.Dendrites, func(u *DendriteUnit) string { return u.Name }); err != nil {
		return placed{}, err
	}
	if p.synapse, err = unit("synapse", n.Synapse, k.Synapses, func(u *SynapseUnit) string { return u.Name }); err != nil {
		return placed{}, err
	}
	if p.dendrite.Model == Taps {
		err = n.Cable.validate()
	}
	return p, err
}

// externalNeuron accepts neurons outside the chip that only send.
func externalNeuron(n *Neuron) (placed, error) {
	switch n.Params.(type) {
	case Input, Recorded:
		return placed{core: External}, nil
	}
	return placed{}, fmt.Errorf("a neuron outside the chip computes nothing; valid: Input or Recorded")
}

// soma finds a soma unit by name, or the first one of a model.
func (k *Core) soma(name string, model SomaModel) (*SomaUnit, error) {
	if name == "" && model != "" {
		for i := range k.Somas {
			if k.Somas[i].Model == model {
				return &k.Somas[i], nil
			}
		}
		return nil, fmt.Errorf("%s has no soma unit of model %s", k.Name, model)
	}
	u, err := unit("soma", name, k.Somas, func(u *SomaUnit) string { return u.Name })
	if err == nil && model != "" && u.Model != model {
		return nil, fmt.Errorf("soma unit %q has model %s, the neuron %s", u.Name, u.Model, model)
	}
	return u, err
}

// unit finds a unit by name; "" is the first.
func unit[U any](section, name string, units []U, nameOf func(*U) string) (*U, error) {
	if len(units) == 0 {
		return nil, fmt.Errorf("the core has no %s unit", section)
	}
	if name == "" {
		return &units[0], nil
	}
	var names []string
	for i := range units {
		if nameOf(&units[i]) == name {
			return &units[i], nil
		}
		names = append(names, nameOf(&units[i]))
	}
	return nil, fmt.Errorf("the core has no %s unit %q; valid: %v", section, name, names)
}

// check reports what is wrong with an edge between placed neurons.
func (e *Edge) check(neurons []Neuron, at []placed) error {
	if e.From < 0 || e.From >= len(neurons) || e.To < 0 || e.To >= len(neurons) {
		return fmt.Errorf("neurons %d -> %d; valid: 0 to %d", e.From, e.To, len(neurons)-1)
	}
	if err := finite("weight", e.Weight); err != nil {
		return err
	}
	to := &at[e.To]
	if to.core == External {
		return fmt.Errorf("target %d is outside the chip; valid: a neuron on a core", e.To)
	}
	longest, taps := 0, 1
	switch to.dendrite.Model {
	case DelayedAccumulator:
		longest = MaxDelay
	case Taps:
		taps = len(neurons[e.To].Cable.Decay)
	}
	if e.Delay < 0 || e.Delay > longest {
		return fmt.Errorf("delay %d; valid: 0 to %d with dendrite %q of model %s", e.Delay, longest, to.dendrite.Name, to.dendrite.Model)
	}
	if e.Tap < 0 || e.Tap >= taps {
		return fmt.Errorf("tap %d; valid: 0 to %d with dendrite %q of model %s", e.Tap, taps-1, to.dendrite.Name, to.dendrite.Model)
	}
	return nil
}
