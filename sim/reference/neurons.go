package reference

import (
	"fmt"

	"couplet/neuron"
	"couplet/sim"
)

// values are the parameters and initial variables of one neuron by name.
type values map[string]float64

// get returns a parameter; a missing one is 0.
func (v values) get(name string) float64 { return v[name] }

// getOr returns a parameter that not every model has.
func (v values) getOr(name string, otherwise float64) float64 {
	if x, ok := v[name]; ok {
		return x
	}
	return otherwise
}

// initial returns the initial value of a variable, if one is given.
func (v values) initial(name string, otherwise float64) float64 { return v.getOr(name, otherwise) }

// valuesOf draws the parameters and initial variables of every neuron of a population.
func valuesOf(net *sim.Network, seed uint64, index int) []values {
	p := net.Populations[index]
	all := make([]values, p.Size)
	for i := range all {
		all[i] = values{}
		for _, q := range neuron.Params(p.Model) {
			all[i][q.Name] = q.Value(p.Model)
		}
		for name, v := range p.Each {
			all[i][name] = v.Draw(sim.NeuronKey(seed, index, name), uint64(i))
		}
	}
	return all
}

// cell is one neuron that depends on no other one but by spikes.
type cell interface {
	// update carries the neuron over one tick. It returns the sign of its spike, 0 for none, and the
	// time from the spike to the end of the tick, in ms.
	update(in []arrival, drive float64) (spike int, before float64)
	read(variable string) float64
}

// cells are independent neurons.
type cells []cell

func (c cells) tick(_ int64, in func(int) []arrival, current func(int) float64) []firing {
	var spikes []firing
	for i := range c {
		if sign, before := c[i].update(in(i), current(i)); sign != 0 {
			spikes = append(spikes, firing{i, sign, before})
		}
	}
	return spikes
}

func (c cells) read(variable string, i int) float64 { return c[i].read(variable) }

// newNeurons makes the neurons of a population.
func newNeurons(net *sim.Network, seed uint64, index int) (neurons, error) {
	p, h := net.Populations[index], net.TickMs
	all := valuesOf(net, seed, index)
	single := p.Precision == sim.Float32 || p.Precision == sim.DefaultPrecision && p.Model.Info().Step
	switch p.Model.Info().Name {
	case "spike_source":
		m, ok := p.Model.(neuron.SpikeSource)
		if !ok {
			return nil, fmt.Errorf("reference: population %q: spike times are not known", p.Name)
		}
		return replayed(m, h), nil
	case "poisson_source":
		return newTrains(all, sim.SourceKey(seed, index), h), nil
	case "parrot_neuron":
		return parrots{p.Size}, nil
	case "ternary_couple_pair":
		c := &pairs{}
		for _, v := range all {
			c.members = append(c.members, newStepped(v, single, false, false))
		}
		return c, nil
	}
	c := make(cells, len(all))
	for i, v := range all {
		if c[i] = newCell(p.Model.Info().Name, v, h, single); c[i] == nil {
			return nil, fmt.Errorf("reference: population %q: no reference for model %s", p.Name, p.Model.Info().Name)
		}
	}
	return c, nil
}

// newCell makes a neuron of a model; nil if the model is not known.
func newCell(model string, v values, tickMs float64, single bool) cell {
	switch model {
	case "iaf_psc_delta":
		return newDelta(v, tickMs)
	case "iaf_psc_exp":
		return newExponential(v, tickMs)
	case "iaf_psc_alpha":
		return newAlpha(v, tickMs)
	case "iaf_psc_exp_ps":
		return newPrecise(v, tickMs)
	case "if":
		return newStepped(v, single, false, true)
	case "lif":
		return newStepped(v, single, false, true)
	case "lif_rest":
		return newStepped(v, single, false, false)
	case "ternary_couple":
		return newStepped(v, single, true, false)
	}
	return nil
}
