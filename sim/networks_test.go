package sim_test

import (
	"fmt"

	"pgregory.net/rapid"

	"couplet/internal/rng"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// networkDraw draws a random network. What gives it its structure comes from rapid and can be
// shrunk; real numbers come from a stream and are as good as never special: no potential comes to
// lie on a threshold by being round, where the rounding of the last bit would decide on a spike.
type networkDraw struct {
	*rapid.T
	stream  rng.Stream
	net     *sim.Network
	longest int // ticks of the longest delay
}

func newNetworkDraw(t *rapid.T, grid ...sim.NetworkOption) *networkDraw {
	seed := rapid.Uint64Range(1, 1<<32).Draw(t, "seed")
	return &networkDraw{
		T: t, stream: rng.NewKey(seed, rng.Test, 0).Stream(),
		net:     sim.NewNetwork("random", append(grid, sim.Seed(seed))...),
		longest: 40,
	}
}

// real draws a number between lo and hi.
func (d *networkDraw) real(lo, hi float64) float64 { return lo + (hi-lo)*d.stream.NextOpen() }

// whole draws a whole number of [lo, hi].
func (d *networkDraw) whole(what string, lo, hi int) int {
	return rapid.IntRange(lo, hi).Draw(d.T, what)
}

// maybe is true in about one of so many draws, and shrinks to false.
func (d *networkDraw) maybe(what string, oneOf int) bool { return d.whole(what, 1, oneOf) == oneOf }

// view draws a view of a population, often the whole.
func (d *networkDraw) view(p *sim.Population) sim.View {
	if !d.maybe("part", 3) {
		return p.All()
	}
	lo := d.whole("lo", 0, p.Size-1)
	return p.Slice(lo, d.whole("hi", lo+1, p.Size))
}

// value draws a distribution over an interval.
func (d *networkDraw) value(lo, hi float64) synapse.Value {
	a, b := d.real(lo, hi), d.real(lo, hi)
	a, b = min(a, b), max(a, b)
	switch d.whole("distribution", 0, 4) {
	case 0:
		return synapse.Const(a)
	case 1:
		return synapse.Normal{Mean: (a + b) / 2, Std: (b - a) / 2, Min: a, Max: b}
	case 2:
		if step := (b - a) / 8; step > 0 {
			return synapse.Rounded{Value: synapse.Uniform{Lo: a, Hi: b}, Step: step}
		}
	case 3:
		if a > 0 {
			return synapse.Lognormal{Mu: -1, Sigma: 0.1}
		}
	}
	return synapse.Uniform{Lo: a, Hi: b}
}

// rule draws who connects to whom, and the number of ordinals if a list can be given. It narrows
// the views where the rule wants them equal.
func (d *networkDraw) rule(from, to *sim.View) (rule synapse.Rule, listed int) {
	noSelf := *from == *to && from.Len() > 1 && d.maybe("no self", 2)
	partners := from.Len()
	if noSelf {
		partners--
	}
	switch d.whole("rule", 0, 6) {
	case 0:
		return synapse.AllToAll{NoSelf: noSelf}, 0
	case 1:
		return synapse.Bernoulli{P: d.real(0.1, 0.7), NoSelf: noSelf}, 0
	case 2:
		k := d.whole("in-degree", 1, min(partners, 4))
		return synapse.InDegree{K: k, NoMultiple: d.maybe("no multiple", 2), NoSelf: noSelf}, 0
	case 3:
		candidates := to.Len()
		if noSelf {
			candidates--
		}
		k := d.whole("out-degree", 1, min(candidates, 4))
		return synapse.OutDegree{K: k, NoMultiple: d.maybe("no multiple", 2), NoSelf: noSelf}, 0
	case 4:
		return synapse.TotalNumber{N: d.whole("number", 1, 3*to.Len()), NoSelf: noSelf}, 0
	case 5:
		n := min(from.Len(), to.Len())
		from.Hi, to.Hi = from.Lo+n, to.Lo+n
		return synapse.OneToOne{}, n
	}
	e := synapse.Explicit{}
	for range d.whole("synapses", 1, 3*to.Len()) {
		e.Source = append(e.Source, uint32(d.stream.NextBelow(uint64(from.Len()))))
		e.Target = append(e.Target, uint32(d.stream.NextBelow(uint64(to.Len()))))
	}
	return e, len(e.Source)
}

// delay draws delays of at least one tick, in units of the tick.
func (d *networkDraw) delay(listed int) synapse.Value {
	h := d.net.TickMs
	switch d.whole("delays", 0, 3) {
	case 0:
		return synapse.Const(float64(d.whole("delay", 1, d.longest)) * h)
	case 1:
		return synapse.Uniform{Lo: 0, Hi: d.real(2, float64(d.longest)) * h} // some are raised to a tick
	case 2:
		if listed > 0 {
			list := make(synapse.Listed, listed)
			for i := range list {
				list[i] = float64(1+d.stream.NextBelow(uint64(d.longest))) * h
			}
			return list
		}
	}
	lo := d.real(1, 10)
	return synapse.Normal{Mean: (lo + 5) * h, Std: 4 * h, Min: lo * h, Max: (lo + 20) * h}
}

// ends draws the populations of a projection; false if there can be none. Parrots take no signed
// spikes, and they do not feed parrots here: each round of such a loop could multiply the spikes.
func (d *networkDraw) ends(sources int) (from, to int, ok bool) {
	all := d.net.Populations
	from, to = d.whole("from", 0, len(all)-1), d.whole("to", sources, len(all)-1)
	return from, to, !isParrot(all[to]) || !isParrot(all[from]) && !all[from].Model.Info().Signed
}

func isParrot(p *sim.Population) bool {
	_, parrot := p.Model.(neuron.Parrot)
	return parrot
}

// project draws a projection with weights from an interval. Without delay it can lead to a later
// population only, and so never into a cycle.
func (d *networkDraw) project(from, to int, lo, hi float64) {
	f, t := d.view(d.net.Populations[from]), d.view(d.net.Populations[to])
	rule, listed := d.rule(&f, &t)
	s := synapse.Static{Weight: d.value(lo, hi), DelayMs: d.delay(listed)}
	if listed > 0 && d.maybe("listed weights", 3) {
		list := make(synapse.Listed, listed)
		for i := range list {
			list[i] = d.real(lo, hi)
		}
		s.Weight = list
	}
	if from < to && d.maybe("without delay", 4) {
		s.DelayMs = synapse.Const(0)
	}
	d.net.Project(f, t, rule, s)
}

// plastic draws a plastic projection whose weights lie between 0 and largest.
func (d *networkDraw) plastic(from, to int, largest float64) {
	f, t := d.view(d.net.Populations[from]), d.view(d.net.Populations[to])
	rule, listed := d.rule(&f, &t)
	weight, delay := synapse.Uniform{Lo: 0, Hi: largest}, d.delay(listed)
	var s synapse.Synapse
	switch d.whole("plasticity", 0, 4) {
	case 0:
		m := synapse.NewTsodyks2()
		m.Weight, m.DelayMs = synapse.Uniform{Lo: -largest, Hi: 0}, delay
		m.U, m.TauRec = d.real(0.1, 0.9), d.real(5, 100)
		if d.maybe("facilitation", 2) {
			m.TauFac = d.real(5, 100)
		}
		s = m
	case 1:
		m := synapse.NewSTDPPowerLaw()
		m.Weight, m.DelayMs = weight, delay
		m.TauPlus, m.TauMinus, m.Lambda, m.Alpha, m.Mu = d.real(5, 30), d.real(5, 30), d.real(0.01, 0.05), d.real(0.01, 1), d.real(0, 0.6)
		s = m
	case 2:
		m := synapse.NewSTDPTriplet()
		m.Weight, m.DelayMs, m.Wmax = weight, delay, largest
		m.TauPlus, m.TauPlusTriplet, m.TauMinus, m.TauMinusTriplet = d.real(5, 30), d.real(30, 99), d.real(5, 30), d.real(30, 99)
		m.Aplus, m.Aminus, m.AplusTriplet, m.AminusTriplet = d.real(0, 0.1), d.real(0, 0.1), d.real(0, 0.1), d.real(0, 0.1)
		s = m
	default:
		m := synapse.NewSTDP()
		m.Weight, m.DelayMs, m.Wmax = weight, delay, largest
		m.TauPlus, m.TauMinus, m.Lambda, m.Alpha = d.real(5, 30), d.real(5, 30), d.real(0.01, 0.2), d.real(0.5, 1.5)
		m.MuPlus, m.MuMinus = d.exponent(), d.exponent()
		if d.maybe("inhibitory", 3) {
			m.Weight, m.Wmax = synapse.Uniform{Lo: -largest, Hi: 0}, -largest
		}
		s = m
	}
	d.net.RecordWeights(d.net.Project(f, t, rule, s))
}

// exponent is that of a weight dependence: additive, multiplicative or between.
func (d *networkDraw) exponent() float64 {
	switch d.whole("exponent", 0, 2) {
	case 0:
		return 0
	case 1:
		return 1
	}
	return d.real(0, 1)
}

// currents draws stimuli into a population: currents of about the given strength, and Poisson
// spikes of a weight unless that is 0.
func (d *networkDraw) stimuli(p *sim.Population, strength, weight float64) {
	h := d.net.TickMs
	for range d.whole("stimuli", 0, 2) {
		start := float64(d.whole("start", 0, 60)) * h
		stop := 0.0
		if d.maybe("stops", 2) {
			stop = start + float64(d.whole("length", 0, 150))*h
		}
		var s *sim.Stimulus
		switch d.whole("drive", 0, 3) {
		case 0:
			s = d.net.Stimulate(d.view(p), sim.DC{Amplitude: synapse.Uniform{Lo: -strength, Hi: 2 * strength}, StartMs: start, StopMs: stop})
			s.Weight = d.real(0.5, 1.5)
		case 1:
			c := sim.StepCurrent{}
			for at, k := start, d.whole("steps", 1, 4); k > 0; k-- {
				c.TimesMs, c.Amplitudes = append(c.TimesMs, at), append(c.Amplitudes, d.real(-strength, 2*strength))
				at += float64(d.whole("step", 1, 60)) * h
			}
			s = d.net.Stimulate(d.view(p), c)
			s.Weight = d.real(0.5, 1.5)
		default:
			if weight == 0 {
				continue
			}
			perTick := []float64{0, 0.01, 0.04, 0.06, 0.5, 3}[d.whole("poisson", 0, 5)]
			s = d.net.Stimulate(d.view(p), sim.Poisson{RateHz: perTick * 1000 / h, StartMs: start, StopMs: stop})
			s.Weight = weight * d.real(-0.5, 1)
		}
		s.Name = fmt.Sprintf("stimulus %d", len(d.net.Stimuli))
		s.DelayMs = float64(d.whole("stimulus delay", 0, 20)) * h
	}
}

// source draws a population of sources.
func (d *networkDraw) source(name string, ticks int) *sim.Population {
	h, n := d.net.TickMs, d.whole("sources", 1, 6)
	if d.maybe("poisson source", 2) {
		m := neuron.NewPoissonSource()
		m.Rate, m.Start = d.real(0, 0.3)*1000/h, d.real(0, 20)*h
		if d.maybe("stops", 2) {
			m.Stop = m.Start + d.real(0, 100)*h
		}
		p := d.net.Population(name, n, m)
		if d.maybe("own rates", 2) {
			p.Set("rate", synapse.Uniform{Lo: 0, Hi: 100 / h})
		}
		return p
	}
	m := neuron.SpikeSource{Times: make([][]float64, n)}
	for i := range m.Times {
		at := uint64(0)
		for range d.whole("spikes", 0, 8) {
			at += d.stream.NextBelow(uint64(ticks / 4)) // 0 repeats the last spike
			m.Times[i] = append(m.Times[i], float64(max(at, 1))*h)
		}
	}
	return d.net.Population(name, n, m)
}

// record records all spikes, and every variable of every population.
func (d *networkDraw) record() {
	for _, p := range d.net.Populations {
		d.net.RecordSpikes(d.view(p))
		for _, v := range p.Model.Info().Variables {
			d.net.RecordVariable(d.view(p), v.Name, float64(d.whole("every", 0, 7))*d.net.TickMs)
		}
	}
}
