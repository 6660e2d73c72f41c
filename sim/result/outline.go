package result

import (
	"fmt"

	"couplet/sim"
)

// Outline is a network in names and numbers: enough to read and draw what was recorded, not to
// simulate it again. That is what run.yaml is for.
type Outline struct {
	Name        string       `json:"name"`
	TickMs      float64      `json:"tick_ms"`
	Steps       bool         `json:"step_grid,omitempty"` // the tick is an abstract step
	Populations []Population `json:"populations"`
	Projections []Projection `json:"projections"`
	Stimuli     []Stimulus   `json:"stimuli"`
}

// Population is a population of the outline.
type Population struct {
	Name  string `json:"name"`
	Model string `json:"model"`
	Size  int    `json:"neurons"`
	Shape []int  `json:"shape,omitempty"` // channels and spatial extents
}

// Projection is a projection of the outline.
type Projection struct {
	Name    string `json:"name"`
	From    Span   `json:"from"`
	To      Span   `json:"to"`
	Rule    string `json:"rule"`
	Synapse string `json:"synapse"` // name of the synapse model
}

// Stimulus is a stimulus of the outline.
type Stimulus struct {
	Name   string  `json:"name"`
	Kind   string  `json:"kind"` // "poisson", "dc" or "step_current"
	To     Span    `json:"to"`
	RateHz float64 `json:"rate_hz,omitempty"` // of a Poisson drive, per neuron
}

// Span is a range of neurons of a population, Lo included and Hi excluded.
type Span struct {
	Population string `json:"population"`
	Lo         int    `json:"lo"`
	Hi         int    `json:"hi"`
}

// OutlineOf describes a network. Parts of the description that are missing stay empty; compiling
// the network is what finds them.
func OutlineOf(n *sim.Network) Outline {
	o := Outline{
		Name: n.Name, TickMs: n.TickMs, Steps: n.Steps,
		Populations: []Population{}, Projections: []Projection{}, Stimuli: []Stimulus{},
	}
	for _, p := range n.Populations {
		q := Population{Name: p.Name, Size: p.Size, Shape: p.Shape}
		if p.Model != nil {
			q.Model = p.Model.Info().Name
		}
		o.Populations = append(o.Populations, q)
	}
	for _, p := range n.Projections {
		q := Projection{Name: p.Name, From: spanOf(p.From), To: spanOf(p.To)}
		if p.Rule != nil {
			q.Rule = p.Rule.Name()
		}
		if p.Synapse != nil {
			q.Synapse = p.Synapse.Name()
		}
		o.Projections = append(o.Projections, q)
	}
	for _, s := range n.Stimuli {
		q := Stimulus{Name: s.Name, To: spanOf(s.To)}
		switch d := s.Drive.(type) {
		case sim.Poisson:
			q.Kind, q.RateHz = "poisson", d.RateHz
		case sim.DC:
			q.Kind = "dc"
		case sim.StepCurrent:
			q.Kind = "step_current"
		}
		o.Stimuli = append(o.Stimuli, q)
	}
	return o
}

func spanOf(v sim.View) Span {
	if v.Population == nil {
		return Span{}
	}
	return Span{v.Population.Name, v.Lo, v.Hi}
}

// population returns the population of a name, or nil.
func (o *Outline) population(name string) *Population {
	for i := range o.Populations {
		if o.Populations[i].Name == name {
			return &o.Populations[i]
		}
	}
	return nil
}

// label names a span as a reader would: the population, and the range if it is only a part.
func (o *Outline) label(s Span) string {
	if p := o.population(s.Population); p != nil && s.Lo == 0 && s.Hi == p.Size {
		return s.Population
	}
	return fmt.Sprintf("%s[%d:%d]", s.Population, s.Lo, s.Hi)
}

// timeUnit is the unit of times on the network's grid.
func (o *Outline) timeUnit() string {
	if o.Steps {
		return "steps"
	}
	return "ms"
}

// rateUnit is the unit of firing rates on the network's grid.
func (o *Outline) rateUnit() string {
	if o.Steps {
		return "spikes/step"
	}
	return "spikes/s"
}

// rate converts spikes per second to the unit of the grid, whose steps count as 1 ms.
func (o *Outline) rate(hz float64) float64 {
	if o.Steps {
		return hz / 1000
	}
	return hz
}
