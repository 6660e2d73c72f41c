package sim_test

import (
	"fmt"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// milliseconds draws the parts of a network on the millisecond grid.
type milliseconds struct{ *networkDraw }

// Weights that make a difference, in the units of the targets.
const (
	typicalPotential = 4.0   // mV
	typicalCurrent   = 400.0 // pA
)

// typicalWeight is a weight that moves a neuron of a population.
func typicalWeight(p *sim.Population) float64 {
	switch p.Model.(type) {
	case neuron.PSCDelta:
		return typicalPotential
	}
	return typicalCurrent
}

// network draws sources, neurons and everything between them. Precise tells whether neurons with
// spikes off the grid are among them.
func (d milliseconds) network(ticks int, precise bool) *sim.Network {
	for i := range d.whole("source populations", 0, 2) {
		d.source(fmt.Sprintf("source%d", i), ticks)
	}
	sources := len(d.net.Populations)
	for i := range d.whole("populations", 1, 3) {
		d.population(fmt.Sprintf("neurons%d", i), precise)
	}
	all := d.net.Populations
	for _, p := range all[sources:] {
		d.drive(p)
	}
	for range d.whole("projections", 1, 6) {
		from, to, ok := d.ends(sources)
		if !ok {
			continue
		}
		w := typicalWeight(all[to])
		if d.maybe("plastic", 3) && !all[to].Model.Info().Precise {
			d.plastic(from, to, w)
		} else {
			d.project(from, to, -w, 1.5*w)
		}
	}
	d.record()
	return d.net
}

// drive draws the stimuli of a population, as far as its model takes them.
func (d milliseconds) drive(p *sim.Population) {
	info := p.Model.Info()
	switch {
	case info.Multiple: // parrots take spikes only
		if d.maybe("poisson to parrots", 2) {
			s := d.net.Stimulate(p, sim.Poisson{RateHz: d.real(0, 0.2) * 1000 / d.net.TickMs})
			s.Name = "poisson of " + p.Name
		}
	case info.Precise:
		d.stimuli(p, typicalCurrent, 0)
	default:
		d.stimuli(p, typicalCurrent, typicalWeight(p))
	}
}

// population draws neurons of one model, some parameters of which differ between them.
func (d milliseconds) population(name string, precise bool) {
	n := d.whole("neurons", 1, 12)
	kinds := 4
	if precise {
		kinds = 6
	}
	var m neuron.Model
	switch d.whole("model", 0, kinds-1) {
	case 0:
		m = neuron.NewPSCDelta()
		if d.maybe("refractory input", 3) {
			m = with(m, "refractory_input", 1)
		}
	case 1:
		m = neuron.NewPSCExp()
	case 2:
		m = neuron.NewPSCAlpha()
	case 3:
		d.net.Population(name, n, neuron.NewParrot())
		return
	default:
		m = neuron.NewPSCExpPS()
	}
	p := d.net.Population(name, n, nil)
	p.Model = d.membrane(m)
	if !p.Model.Info().Precise || d.maybe("synaptic parameters", 2) {
		d.vary(p)
	}
}

// membrane draws the parameters of a model, such that its constant current may or may not make it
// fire.
func (d milliseconds) membrane(m neuron.Model) neuron.Model {
	rest, swing := d.real(-75, -60), d.real(8, 20)
	capacitance, tau := d.real(100, 300), d.real(5, 25)
	m = with(m, "E_L", rest)
	m = with(m, "V_th", rest+swing)
	m = with(m, "V_reset", rest+d.real(-5, 5))
	m = with(m, "C_m", capacitance)
	m = with(m, "tau_m", tau)
	m = with(m, "t_ref", d.real(1, 30)*d.net.TickMs)
	if !m.Info().Precise && d.maybe("no refractory time", 4) {
		m = with(m, "t_ref", 0)
	}
	m = with(m, "I_e", swing*capacitance/tau*d.real(0.5, 3))
	if m.Info().Name == "iaf_psc_delta" {
		if d.maybe("floor", 3) {
			m = with(m, "V_min", rest-d.real(6, 10))
		}
		return m
	}
	m = with(m, "tau_syn_ex", d.real(0.3, 8))
	m = with(m, "tau_syn_in", d.real(0.3, 8))
	if d.maybe("equal time constants", 4) {
		m = with(m, "tau_syn_ex", tau)
	}
	return m
}

// vary lets parameters and initial values differ between the neurons of a population.
func (d milliseconds) vary(p *sim.Population) {
	threshold := parameter(p.Model, "V_th")
	around := func(name string, factor float64) {
		x := parameter(p.Model, name)
		p.Set(name, synapse.Uniform{Lo: min(x, x*factor), Hi: max(x, x*factor)})
	}
	if d.maybe("initial potentials", 2) {
		hi := threshold - 0.5
		if !p.Model.Info().Precise && d.maybe("above threshold", 3) {
			hi = threshold + 3
		}
		p.Set("V_m", synapse.Uniform{Lo: threshold - 15, Hi: hi})
	}
	if d.maybe("own currents", 2) {
		around("I_e", 1.5)
	}
	if d.maybe("own membranes", 4) {
		around("tau_m", 1.3)
		around("C_m", 0.8)
	}
	if d.maybe("own thresholds", 4) {
		p.Set("V_th", synapse.Uniform{Lo: threshold, Hi: threshold + 4})
		around("t_ref", 2)
	}
	if _, delta := p.Model.(neuron.PSCDelta); !delta && d.maybe("own synapses", 4) {
		around("tau_syn_in", 1.5)
		p.Set("I_syn_ex", synapse.Uniform{Lo: 0, Hi: typicalCurrent})
	}
}

// with sets a parameter of a model by its name.
func with(m neuron.Model, name string, x float64) neuron.Model {
	for _, q := range neuron.Params(m) {
		if q.Name == name {
			return neuron.With(m, q, x)
		}
	}
	panic("no parameter " + name)
}

// parameter reads a parameter of a model by its name.
func parameter(m neuron.Model, name string) float64 {
	for _, q := range neuron.Params(m) {
		if q.Name == name {
			return q.Value(m)
		}
	}
	panic("no parameter " + name)
}
