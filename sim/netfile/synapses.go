package netfile

import (
	"slices"
	"strings"

	"couplet/internal/yamltree"
	"couplet/synapse"
)

// synapseModels lists the synapse models with their defaults, in the order of the manual.
func synapseModels() []synapse.Synapse {
	return []synapse.Synapse{
		synapse.Static{}, synapse.NewSTDP(), synapse.NewSTDPPowerLaw(), synapse.NewSTDPTriplet(), synapse.NewTsodyks2(),
		synapse.NewLearned(),
	}
}

// synapseDocs says in a phrase what a synapse model does.
var synapseDocs = map[string]string{
	"static":       "the weight never changes",
	"stdp":         "pair-based spike-timing dependent plasticity",
	"stdp_pl":      "spike-timing dependent plasticity with power-law potentiation",
	"stdp_triplet": "triplet spike-timing dependent plasticity",
	"tsodyks2":     "short-term depression and facilitation",
	"learned":      "weights that a learning rule outside the engine sets between ticks; onto neurons with one input for both signs, by the rules all_to_all, one_to_one, convolutions and poolings",
}

func synapseNames() []string {
	var names []string
	for _, s := range synapseModels() {
		names = append(names, s.Name())
	}
	return names
}

// synapseDraft is the synapse model of an entry of projections, without weight and delay. Parameters
// that are weights wait for the target, on which their unit depends.
type synapseDraft struct {
	model   synapse.Synapse
	weights map[string]yamltree.Cursor
	failed  bool
}

// readSynapse reads the name of a model, or a mapping of a model and its parameters.
func (r *reader) readSynapse(c yamltree.Cursor) synapseDraft {
	d := synapseDraft{weights: map[string]yamltree.Cursor{}}
	choice := c
	if c.Kind() == yamltree.Mapping {
		var given bool
		if choice, given = c.Field("model"); !given {
			c.Missing("model", strings.Join(synapseNames(), ", "))
			d.failed = true
			return d
		}
	}
	name, ok := choice.Word("synapse model", synapseNames()...)
	if !ok {
		d.failed = true
		return d
	}
	models := synapseModels()
	d.model = models[slices.IndexFunc(models, func(s synapse.Synapse) bool { return s.Name() == name })]
	if c.Kind() == yamltree.Mapping {
		d.readParameters(c, r.grid())
	}
	return d
}

// readParameters reads the parameters that do not depend on the target.
func (d *synapseDraft) readParameters(c yamltree.Cursor, g grid) {
	known := synapseParameters(d.model)
	names := []string{"model"}
	for _, p := range known {
		names = append(names, p.name)
	}
	c.OnlyKeys(names...)
	for _, p := range known {
		value, given := c.Field(p.name)
		switch {
		case !given:
		case p.ofWeight:
			d.weights[p.name] = value
		default:
			p.dim = g.on(p.dim)
			x, ok := p.read(value)
			d.failed = d.failed || !ok
			d.model = withSynapseParameter(d.model, p.name, x)
		}
	}
}

// onto completes the model with the parameters that have the unit of a weight onto the target.
func (d *synapseDraft) onto(weight quantityReader) (synapse.Synapse, bool) {
	model, good := d.model, true
	for _, p := range synapseParameters(model) {
		c, given := d.weights[p.name]
		if !given {
			continue
		}
		x, ok := weight.read(c)
		if ok && !p.limits.Contains(x) {
			c.Errorf("%s is out of range; valid: %s", c.Raw(), p.limits)
			ok = false
		}
		good = good && ok
		model = withSynapseParameter(model, p.name, x)
	}
	return model, good
}

// withStrength returns a copy of a synapse model with weight and delay.
func withStrength(s synapse.Synapse, weight, delayMs synapse.Value) synapse.Synapse {
	switch m := s.(type) {
	case synapse.STDP:
		m.Weight, m.DelayMs = weight, delayMs
		return m
	case synapse.STDPPowerLaw:
		m.Weight, m.DelayMs = weight, delayMs
		return m
	case synapse.STDPTriplet:
		m.Weight, m.DelayMs = weight, delayMs
		return m
	case synapse.Tsodyks2:
		m.Weight, m.DelayMs = weight, delayMs
		return m
	case synapse.Learned:
		m.Weight, m.DelayMs = weight, delayMs
		return m
	}
	return synapse.Static{Weight: weight, DelayMs: delayMs}
}
