package result_test

import (
	"math"
	"time"

	"couplet/sim"
	"couplet/sim/result"
)

// Synthetic runs that look like real ones, for tests that need pictures, files and statistics but no
// engine. Everything is drawn from a small generator of its own, so that they never change.

// dice is the SplitMix64 generator.
type dice uint64

func (d *dice) float() float64 {
	*d += 0x9E3779B97F4A7C15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return float64((z^z>>31)>>11) / (1 << 53)
}

// irregular fills a spike train with neurons that fire at random, with a refractory time of 2 ms and a
// common slow modulation of their rates.
func irregular(pop *sim.Population, ticks int64, tickMs, rateHz float64, seed uint64) *sim.SpikeTrain {
	d := dice(seed)
	s := &sim.SpikeTrain{Recorder: &sim.Recorder{What: "spikes", From: pop.All()}}
	free := make([]int64, pop.Size)
	own := make([]float64, pop.Size)
	for i := range own {
		own[i] = 0.4 + 1.2*d.float()
	}
	for t := int64(1); t <= ticks; t++ {
		phase := 2 * math.Pi * float64(t) * tickMs / 180
		p := rateHz * tickMs / 1000 * (1 + 0.6*math.Sin(phase))
		for i := range pop.Size {
			if t >= free[i] && d.float() < p*own[i] {
				s.Ticks = append(s.Ticks, t)
				s.Neurons = append(s.Neurons, uint32(i))
				free[i] = t + int64(2/tickMs)
			}
		}
	}
	return s
}

// membrane makes a trace that climbs noisily to a threshold at 20 mV and is reset by the spikes of
// its neurons.
func membrane(s *sim.SpikeTrain, lo, hi int, ticks, every int64) *sim.Trace {
	d := dice(7)
	pop := s.Recorder.From.Population
	t := &sim.Trace{Recorder: &sim.Recorder{What: "V_m", From: pop.Slice(lo, hi), EveryMs: 0.1 * float64(every)}, Unit: "mV"}
	v := make([]float64, hi-lo)
	next := 0
	for tick := int64(1); tick <= ticks; tick++ {
		for j := range v {
			v[j] += (12-v[j])/200 + 0.5*(d.float()-0.5)
		}
		for ; next < s.Len() && s.Ticks[next] == tick; next++ {
			if n := int(s.Neurons[next]); n >= lo && n < hi {
				v[n-lo] = 0
			}
		}
		if tick%every == 0 {
			t.Ticks = append(t.Ticks, tick)
			t.Values = append(t.Values, v...)
		}
	}
	return t
}

// plastic makes a log of weights that drift apart from 1 mV.
func plastic(pop *sim.Population, ticks int64, synapses int) *sim.WeightLog {
	d := dice(11)
	of := &sim.Projection{Name: pop.Name + "->" + pop.Name, From: pop.All(), To: pop.All()}
	log := &sim.WeightLog{Recorder: &sim.Recorder{What: "weights", Of: of}}
	w := make([]float64, synapses)
	for i := range w {
		w[i] = 1
	}
	for t := int64(1); t <= ticks; t++ {
		for i := range w {
			if d.float() > 0.002 {
				continue
			}
			drift := 0.03
			if i%3 == 0 {
				drift = -0.02
			}
			w[i] = min(max(w[i]+drift*d.float()+0.04*(d.float()-0.5), 0), 2)
			log.Ticks = append(log.Ticks, t)
			log.Ordinals = append(log.Ordinals, uint64(i))
			log.Sources = append(log.Sources, uint32(i%pop.Size))
			log.Targets = append(log.Targets, uint32(i*7%pop.Size))
			log.Weights = append(log.Weights, w[i])
		}
	}
	return log
}

// outline of populations, with a projection between the first two and a stimulus to the first.
func outline(name string, tickMs float64, steps bool, pops ...*sim.Population) result.Outline {
	o := result.Outline{Name: name, TickMs: tickMs, Steps: steps}
	for _, p := range pops {
		o.Populations = append(o.Populations, result.Population{Name: p.Name, Model: "iaf_psc_delta", Size: p.Size, Shape: p.Shape})
	}
	span := func(p *sim.Population) result.Span { return result.Span{Population: p.Name, Hi: p.Size} }
	last := pops[len(pops)-1]
	o.Projections = []result.Projection{{Name: pops[0].Name + "->" + last.Name, From: span(pops[0]), To: span(last), Rule: "fixed_indegree", Synapse: "static"}}
	o.Stimuli = []result.Stimulus{{Name: "drive", Kind: "poisson", To: span(pops[0]), RateHz: 20000}}
	return o
}

// activity counts the spikes of the trains and gives the rest plausible values.
func activity(o result.Outline, ticks int64, trains ...*sim.SpikeTrain) sim.Activity {
	a := sim.Activity{Ticks: ticks, TickMs: o.TickMs}
	for _, p := range o.Populations {
		c := sim.PopulationActivity{Name: p.Name, Neurons: p.Size, Updates: int64(p.Size) * ticks}
		for _, s := range trains {
			if s.Recorder.From.Population.Name != p.Name {
				continue
			}
			c.Spikes += int64(s.Len())
			for _, sign := range s.Signs {
				if sign < 0 {
					c.Negative++
				}
			}
		}
		a.Populations = append(a.Populations, c)
	}
	for _, p := range o.Projections {
		a.Projections = append(a.Projections, sim.ProjectionActivity{Name: p.Name, Synapses: int64(p.To.Hi) * 100, Events: a.Populations[0].Spikes * 100})
	}
	for _, s := range o.Stimuli {
		a.Stimuli = append(a.Stimuli, sim.StimulusActivity{Name: s.Name, Events: 20 * ticks})
	}
	return a
}

// balanced is a run of an excitatory and an inhibitory population, with traces and plastic weights.
func balanced(neurons int, ticks int64) result.Run {
	exc := &sim.Population{Name: "exc", Size: neurons * 4 / 5}
	inh := &sim.Population{Name: "inh", Size: neurons / 5}
	e, i := irregular(exc, ticks, 0.1, 12, 1), irregular(inh, ticks, 0.1, 25, 2)
	o := outline("Balanced random network", 0.1, false, exc, inh)
	r := result.Run{
		Outline: o, Config: []byte("network: balanced\ntick: 0.1 ms\nseed: 1\npopulations:\n  exc: {model: iaf_psc_delta, size: 800}\n"),
		Version: "couplet v0.0.0-test", Seed: 1, PlannedMs: float64(ticks) / 10,
		Activity: activity(o, ticks, e, i),
		Spikes:   []*sim.SpikeTrain{e, i},
		Traces:   []*sim.Trace{membrane(e, 0, 8, ticks, 5)},
		Weights:  []*sim.WeightLog{plastic(exc, ticks, 200)},
		Timing: result.Timing{
			Started: time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), Machine: "test", Workers: 2,
			Phases: []result.Phase{{Name: "compile", Seconds: 0.25}, {Name: "run", Seconds: 1.5}},
		},
	}
	r.Activity.Projections[0].Plastic = int64(len(r.Weights[0].Ticks))
	return r
}

// camera is a run on a step grid: events of a camera with two channels, and a layer whose neurons
// fire with both signs.
func camera(steps int64) result.Run {
	input := &sim.Population{Name: "input", Size: 2 * 34 * 34, Shape: []int{2, 34, 34}}
	hidden := &sim.Population{Name: "hidden", Size: 64}
	d := dice(5)
	events := &sim.SpikeTrain{Recorder: &sim.Recorder{What: "spikes", From: input.All()}}
	signed := &sim.SpikeTrain{Recorder: &sim.Recorder{What: "spikes", From: hidden.All()}, Signs: []int8{}}
	for t := int64(1); t <= steps; t++ {
		shift := 3 * math.Sin(2*math.Pi*float64(t)/float64(steps))
		for n := range input.Size {
			channel, y, x := n/1156, n/34%34, n%34
			distance := math.Hypot(float64(x)-17-shift, 1.1*(float64(y)-17))
			edge := math.Exp(-math.Pow(distance-9+2*float64(channel), 2) / 3)
			if d.float() < 0.35*edge+0.0005 {
				events.Ticks, events.Neurons = append(events.Ticks, t), append(events.Neurons, uint32(n))
			}
		}
		for n := range hidden.Size {
			if d.float() < 0.2 {
				sign := int8(1)
				if d.float() < 0.3 {
					sign = -1
				}
				signed.Ticks, signed.Neurons = append(signed.Ticks, t), append(signed.Neurons, uint32(n))
				signed.Signs = append(signed.Signs, sign)
			}
		}
	}
	o := outline("Event camera", 1, true, input, hidden)
	return result.Run{
		Outline: o, Version: "couplet v0.0.0-test", Seed: 3, PlannedMs: float64(2 * steps), Partial: true,
		Activity: activity(o, steps, events, signed), Spikes: []*sim.SpikeTrain{events, signed},
	}
}
