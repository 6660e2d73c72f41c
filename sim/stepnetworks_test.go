package sim_test

import (
	"fmt"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// steps draws the parts of a network on a step grid. Such networks live on ties: thresholds and
// weights that are short binary fractions make potentials meet thresholds exactly. So they are
// drawn either all as multiples of 1/16, where all sums are exact, or all as real numbers.
type steps struct {
	*networkDraw
	dyadic bool
}

// number draws a number between lo and hi.
func (d steps) number(lo, hi float64) float64 {
	x := d.real(lo, hi)
	if d.dyadic {
		return float64(int(x*16)) / 16
	}
	return x
}

// weight draws a distribution of weights.
func (d steps) weight() synapse.Value {
	if d.dyadic {
		return synapse.Rounded{Value: synapse.Uniform{Lo: -1, Hi: 1.5}, Step: 1. / 16}
	}
	return d.value(-1, 1.5)
}

func (d steps) network(ticks int) *sim.Network {
	for i := range d.whole("source populations", 0, 2) {
		d.source(fmt.Sprintf("source%d", i), ticks)
	}
	sources := len(d.net.Populations)
	for i := range d.whole("populations", 1, 3) {
		d.population(fmt.Sprintf("neurons%d", i))
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
		d.project(from, to, -1, 1.5)
		last := d.net.Projections[len(d.net.Projections)-1]
		s := last.Synapse.(synapse.Static)
		if _, listed := s.Weight.(synapse.Listed); d.dyadic || !listed {
			s.Weight = d.weight()
		}
		last.Synapse = s
	}
	if d.maybe("pictures", 2) {
		d.picture()
	}
	d.record()
	return d.net
}

// population draws neurons of one model.
func (d steps) population(name string) {
	lambda := []float64{1, 0.5, 0.75, d.real(0, 1)}[d.whole("lambda", 0, 3)]
	if d.dyadic {
		lambda = []float64{1, 0.5}[d.whole("dyadic lambda", 0, 1)]
	}
	threshold := d.number(0.5, 1.5)
	rest := -d.number(0, 1)
	n := d.whole("neurons", 1, 12)
	var m neuron.Model
	switch d.whole("model", 0, 5) {
	case 0:
		m = neuron.StepIF{VTh: threshold}
	case 1:
		m = neuron.StepLIF{VTh: threshold, Lambda: lambda}
	case 2:
		m = neuron.RestLIF{VTh: threshold, VRest: rest, Lambda: lambda}
	case 3:
		m = neuron.Couple{VTh: threshold, VRest: rest, Lambda: lambda}
	case 4:
		m, n = neuron.CouplePair{VTh: threshold, VRest: rest, Lambda: lambda}, 2*n
	case 5:
		m = neuron.NewParrot()
	}
	p := d.net.Population(name, n, m)
	if d.maybe("double precision", 2) && m.Info().Step {
		p.Precision = sim.Float64
	}
	d.vary(p)
}

// vary lets parameters and initial values differ between the neurons of a population.
func (d steps) vary(p *sim.Population) {
	values := func(lo, hi float64) synapse.Value {
		u := synapse.Uniform{Lo: lo, Hi: hi}
		if d.dyadic {
			return synapse.Rounded{Value: u, Step: 1. / 16}
		}
		return u
	}
	if _, ok := p.Model.(neuron.Parrot); ok {
		return
	}
	if d.maybe("initial", 2) {
		p.Set("u", values(-1, 1))
	}
	if _, ok := p.Model.(neuron.CouplePair); !ok && d.maybe("own bias", 2) {
		p.Set("I_e", values(-0.25, 0.5))
	}
	if d.maybe("own thresholds", 4) {
		p.Set("V_th", values(0.5, 1.5))
	}
}

// drive draws the stimuli of a population.
func (d steps) drive(p *sim.Population) {
	if p.Model.Info().Multiple {
		return
	}
	first := len(d.net.Stimuli)
	d.stimuli(p, 0.5, 0.5)
	if !d.dyadic {
		return
	}
	for _, s := range d.net.Stimuli[first:] {
		s.Weight = d.number(-1, 1)
		switch c := s.Drive.(type) {
		case sim.DC:
			c.Amplitude = synapse.Rounded{Value: c.Amplitude, Step: 1. / 16}
			s.Drive = c
		case sim.StepCurrent:
			for i := range c.Amplitudes {
				c.Amplitudes[i] = d.number(-0.5, 1)
			}
		}
	}
}

// picture adds populations with shapes and stencils between them.
func (d steps) picture() {
	in := synapse.Shape{d.whole("channels", 1, 2), d.whole("height", 3, 5), d.whole("width", 3, 5)}
	first := d.net.Population("picture", in.Size(), neuron.StepLIF{VTh: 1, Lambda: 0.5})
	first.Shape = in
	first.Set("I_e", synapse.Rounded{Value: synapse.Uniform{Lo: 0, Hi: 1}, Step: 1. / 16})
	conv := synapse.Conv{In: in, OutChannels: 2, Kernel: []int{3, 3}, Padding: []int{1, 1}}
	pool := synapse.AvgPool{In: conv.OutShape(), Kernel: []int{2, 2}}
	for _, step := range []struct {
		name string
		rule synapse.Stencil
	}{{"features", conv}, {"pooled", pool}, {"back", pool.Transpose()}} {
		from := d.net.Populations[len(d.net.Populations)-1]
		to := d.net.Population(step.name, step.rule.OutShape().Size(), neuron.StepIF{VTh: 1})
		to.Shape = step.rule.OutShape()
		weight := synapse.Rounded{Value: synapse.Uniform{Lo: -0.5, Hi: 1}, Step: 1. / 16}
		d.net.Project(from, to, step.rule, synapse.Static{Weight: weight, DelayMs: synapse.Const(float64(d.whole("picture delay", 0, 2)))})
	}
}
