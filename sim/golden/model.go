package golden

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"couplet/neuron"
	"couplet/synapse"
)

// params are the parameters of a neuron or synapse model as a file lists them: numbers, switches,
// and null for a value left at its default.
type params map[string]any

// number is the value of a parameter; a switch counts 0 or 1.
func (p params) number(name string) (x float64, given bool, err error) {
	switch v := p[name].(type) {
	case nil:
		return 0, false, nil
	case float64:
		return v, true, nil
	case bool:
		if v {
			return 1, true, nil
		}
		return 0, true, nil
	}
	return 0, false, fmt.Errorf("parameter %s: %v must be a number, true or false", name, p[name])
}

// names lists the parameters in alphabetical order, so that messages do not depend on chance.
func (p params) names() []string { return slices.Sorted(maps.Keys(p)) }

// postTrace holds the time constants, in ms, of the traces that a neuron keeps of its own spikes.
// NEST stores them with the neuron; in couplet they belong to the synapses that read the traces.
type postTrace struct {
	minus, minusTriplet       float64
	hasMinus, hasMinusTriplet bool
}

const (
	tauMinus        = "tau_minus"
	tauMinusTriplet = "tau_minus_triplet"
)

// takePostTrace takes the time constants of the traces out of a neuron's parameters.
func takePostTrace(p params) (t postTrace, rest params, err error) {
	t.minus, t.hasMinus, err = p.number(tauMinus)
	if err == nil {
		t.minusTriplet, t.hasMinusTriplet, err = p.number(tauMinusTriplet)
	}
	rest = maps.Clone(p)
	delete(rest, tauMinus)
	delete(rest, tauMinusTriplet)
	return t, rest, err
}

// neuronModel finds a model by name.
func neuronModel(name string) (neuron.Model, error) {
	m, ok := neuron.ByName(name)
	if !ok {
		return nil, fmt.Errorf("unknown neuron model %q", name)
	}
	if m.Info().Source() || m.Info().Step {
		return nil, fmt.Errorf("neuron model %q is not one of the millisecond grid", name)
	}
	return m, nil
}

// withParams sets parameters of a neuron model. An unknown one is an error: files list only
// parameters that matter.
func withParams(m neuron.Model, p params) (neuron.Model, error) {
	known := map[string]neuron.Param{}
	for _, q := range neuron.Params(m) {
		known[q.Name] = q
	}
	for _, name := range p.names() {
		q, ok := known[name]
		if !ok {
			return nil, fmt.Errorf("%s has no parameter %q", m.Info().Name, name)
		}
		x, given, err := p.number(name)
		if err != nil {
			return nil, err
		}
		if given {
			m = neuron.With(m, q, x)
		}
	}
	return m, nil
}

// newSynapse makes a synapse model of a type named as in files, with the default parameters.
func newSynapse(kind string) (synapse.Synapse, error) {
	switch kind {
	case "static":
		return synapse.Static{}, nil
	case "stdp":
		return synapse.NewSTDP(), nil
	case "stdp_pl":
		return synapse.NewSTDPPowerLaw(), nil
	case "stdp_triplet":
		return synapse.NewSTDPTriplet(), nil
	case "tsodyks2":
		return synapse.NewTsodyks2(), nil
	}
	return nil, fmt.Errorf("unknown synapse type %q; known are static, stdp, stdp_pl, stdp_triplet and tsodyks2", kind)
}

// synapseModel makes the synapse model that a file gives by its type and constants, with the
// traces of its postsynaptic neurons.
func synapseModel(p params, t postTrace) (synapse.Synapse, error) {
	kind, ok := p["type"].(string)
	if !ok {
		return nil, errors.New("a synapse model needs a type")
	}
	s, err := newSynapse(kind)
	if err != nil {
		return nil, err
	}
	known := map[string]synapse.Param{}
	for _, q := range synapse.Params(s) {
		known[q.Name] = q
	}
	for _, name := range p.names() {
		if name == "type" {
			continue
		}
		q, ok := known[name]
		if !ok {
			return nil, fmt.Errorf("synapse type %s has no constant %q", kind, name)
		}
		x, given, err := p.number(name)
		if err != nil {
			return nil, err
		}
		if given {
			s = synapse.With(s, q, x)
		}
	}
	if q, ok := known[tauMinus]; ok && t.hasMinus {
		s = synapse.With(s, q, t.minus)
	}
	if q, ok := known[tauMinusTriplet]; ok && t.hasMinusTriplet {
		s = synapse.With(s, q, t.minusTriplet)
	}
	return s, nil
}

// withStrength sets weight and delay of a synapse model.
func withStrength(s synapse.Synapse, weight, delayMs synapse.Value) synapse.Synapse {
	switch s := s.(type) {
	case synapse.STDP:
		s.Weight, s.DelayMs = weight, delayMs
		return s
	case synapse.STDPPowerLaw:
		s.Weight, s.DelayMs = weight, delayMs
		return s
	case synapse.STDPTriplet:
		s.Weight, s.DelayMs = weight, delayMs
		return s
	case synapse.Tsodyks2:
		s.Weight, s.DelayMs = weight, delayMs
		return s
	}
	return synapse.Static{Weight: weight, DelayMs: delayMs}
}

// valueOf is the shortest value that gives number i of a list to ordinal i.
func valueOf(list []float64) synapse.Value {
	for _, x := range list {
		if x != list[0] {
			return synapse.Listed(list)
		}
	}
	return synapse.Const(list[0])
}
