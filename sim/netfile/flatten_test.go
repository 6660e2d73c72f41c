package netfile

import (
	"maps"
	"slices"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// flat is a network with indices in the place of pointers and without paths, so that two networks can
// be compared field by field.
type flat struct {
	Name        string
	TickMs      float64
	Steps       bool
	Seed        uint64
	RunMs       float64
	Populations []flatPopulation
	Projections []flatProjection
	Stimuli     []flatStimulus
	Recorders   []flatRecorder
}

type flatView struct{ Population, Lo, Hi int }

type flatPopulation struct {
	Name      string
	Size      int
	Shape     []int
	Model     neuron.Model
	Each      map[string]synapse.Value
	Host      sim.Hosting
	Precision sim.Precision
}

type flatProjection struct {
	Name     string
	From, To flatView
	Rule     synapse.Rule
	Synapse  synapse.Synapse
}

type flatStimulus struct {
	Name    string
	To      flatView
	Drive   sim.Drive
	Weight  float64
	DelayMs float64
}

type flatRecorder struct {
	Name, What string
	From       flatView
	Of         int
	EveryMs    float64
}

func flatten(n *sim.Network) flat {
	f := flat{Name: n.Name, TickMs: n.TickMs, Steps: n.Steps, Seed: n.Seed, RunMs: n.RunMs}
	view := func(v sim.View) flatView {
		return flatView{slices.Index(n.Populations, v.Population), v.Lo, v.Hi}
	}
	for _, p := range n.Populations {
		f.Populations = append(f.Populations, flatPopulation{
			p.Name, p.Size, slices.Clone(p.Shape), comparable(p), maps.Clone(p.Each), p.Host, p.Precision,
		})
	}
	for _, p := range n.Projections {
		f.Projections = append(f.Projections, flatProjection{p.Name, view(p.From), view(p.To), p.Rule, p.Synapse})
	}
	for _, s := range n.Stimuli {
		f.Stimuli = append(f.Stimuli, flatStimulus{s.Name, view(s.To), s.Drive, s.Weight, s.DelayMs})
	}
	for _, r := range n.Recorders {
		f.Recorders = append(f.Recorders, flatRecorder{r.Name, r.What, view(r.From), slices.Index(n.Projections, r.Of), r.EveryMs})
	}
	return f
}

// comparable is a population's model in a normal form: a parameter that every neuron has its own
// value of is set to 0, and spike lists without spikes are not nil.
func comparable(p *sim.Population) neuron.Model {
	switch m := p.Model.(type) {
	case EventFile:
		m.SpikeSource = normal(m.SpikeSource)
		return m
	case neuron.SpikeSource:
		return normal(m)
	}
	m := p.Model
	for name := range p.Each {
		m = withNeuronParameter(m, name, 0)
	}
	return m
}

func normal(s neuron.SpikeSource) neuron.SpikeSource {
	if s.Times != nil {
		s.Times = slices.Clone(s.Times)
	}
	for i, times := range s.Times {
		if len(times) == 0 {
			s.Times[i] = []float64{}
		}
	}
	return s
}
