package netfile

import (
	"couplet/internal/param"
	"couplet/internal/yamltree"
	"couplet/neuron"
	"couplet/synapse"
)

// parameter describes a parameter of a neuron or synapse model to the reader, the schema and the
// manual.
type parameter struct {
	name, doc string
	dim       dimension
	ofWeight  bool // a quantity in the unit of the projection's weight
	byDefault float64
	isSwitch  bool
	limits    limits
}

// limits is a range of values that can say itself.
type limits interface {
	Contains(x float64) bool
	String() string
}

// neuronParameters lists the parameters of a neuron model.
func neuronParameters(m neuron.Model) []parameter {
	var list []parameter
	for _, p := range neuron.Params(m) {
		list = append(list, parameter{
			name: p.Name, doc: p.Doc, dim: dimensionOf(p.Unit),
			byDefault: p.Default, isSwitch: p.Bool, limits: p.Range,
		})
	}
	return list
}

// parametersOn lists the parameters of a neuron model as they are written on a grid. Those of sources,
// which live on every grid, follow it.
func parametersOn(g grid, m neuron.Model) []parameter {
	list := neuronParameters(m)
	if m.Info().Source() {
		for i := range list {
			list[i].dim = g.on(list[i].dim)
		}
	}
	return list
}

// withNeuronParameter returns a copy of the model with a parameter set.
func withNeuronParameter(m neuron.Model, name string, x float64) neuron.Model {
	for _, p := range neuron.Params(m) {
		if p.Name == name {
			return neuron.With(m, p, x)
		}
	}
	return m
}

// neuronParameterValue returns the value of a parameter in a model.
func neuronParameterValue(m neuron.Model, name string) float64 {
	for _, p := range neuron.Params(m) {
		if p.Name == name {
			return p.Value(m)
		}
	}
	return 0
}

// synapseParameters lists the parameters of a synapse model beside weight and delay.
func synapseParameters(s synapse.Synapse) []parameter {
	var list []parameter
	for _, p := range synapse.Params(s) {
		q := parameter{
			name: p.Name, doc: p.Doc, dim: dimensionOf(p.Unit), ofWeight: isWeight(p),
			byDefault: p.Default, isSwitch: p.Bool, limits: p.Range,
		}
		list = append(list, q)
	}
	return list
}

// isWeight tells whether a parameter of a synapse model is a weight itself. Such parameters carry
// no unit of their own, since that of a weight depends on the target.
func isWeight(p param.Param) bool {
	switch p.Name {
	case "Wmax", "Aplus", "Aminus", "Aplus_triplet", "Aminus_triplet", "limit":
		return p.Unit == ""
	}
	return false
}

// withSynapseParameter returns a copy of a synapse model with a parameter set.
func withSynapseParameter(s synapse.Synapse, name string, x float64) synapse.Synapse {
	for _, p := range synapse.Params(s) {
		if p.Name == name {
			return synapse.With(s, p, x)
		}
	}
	return s
}

// read reads one value of the parameter and checks its range.
func (p parameter) read(c yamltree.Cursor) (float64, bool) {
	if p.isSwitch {
		on, ok := c.Bool()
		if on {
			return 1, ok
		}
		return 0, ok
	}
	x, ok := p.dim.read(c)
	if ok && !p.limits.Contains(x) {
		c.Errorf("%s is out of range; valid: %s", c.Raw(), p.rangeText())
		return 0, false
	}
	return x, ok
}

// dimensions implements quantityReader.
func (p parameter) dimensions() []dimension { return []dimension{p.dim} }

// outside implements quantityReader.
func (p parameter) outside(x float64) string {
	if p.limits.Contains(x) {
		return ""
	}
	return p.rangeText()
}

// rangeText says the range with the unit of the parameter.
func (p parameter) rangeText() string {
	if p.isSwitch {
		return "true or false"
	}
	return p.dim.write(p.limits.String())
}
