package estimate

import (
	"fmt"
	"math"
	"strings"

	"couplet/hwmodel"
	"couplet/hwmodel/opcount"
	"couplet/sim"
)

// Ops are the operations of a run by a convention of the literature.
type Ops struct {
	// Report has a layer for each projection, and one for each population with the work of its neurons.
	Report opcount.Report
	// Notes say what was assumed, one sentence each.
	Notes []string
	// MACs are the multiply-accumulates of the conventional network in one inference, if it is not that of the same
	// graph; 0 is that one. A network whose poolings were folded into its weights has more synapses than the one that
	// was trained.
	MACs int64

	targets []string // population that a layer belongs to
}

// Operations counts the operations of a run by a convention.
func Operations(r Run, by opcount.Convention) (*Ops, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.Activity.Ticks > opcount.MaxNeurons {
		return nil, fmt.Errorf("estimate: a run of %d ticks, want at most %d", r.Activity.Ticks, opcount.MaxNeurons)
	}
	o := &Ops{Report: opcount.Report{Convention: by, Steps: int(r.ticks()), Samples: int(r.inferences())}}
	var counted, stimuli []string
	for i, p := range r.Network.Projections {
		layer, mapped, err := r.connection(p, r.Activity.Projections[i], by)
		if err != nil {
			return nil, err
		}
		if !mapped {
			counted = append(counted, p.Name)
		}
		o.add(p.To.Population, layer)
	}
	for i, p := range r.Network.Populations {
		if !p.Model.Info().Source() {
			o.add(p, neurons(p, r.Activity.Populations[i], by))
		}
	}
	for _, s := range r.Network.Stimuli {
		stimuli = append(stimuli, s.Name)
	}
	o.note(counted, "%s: synapses and synaptic events as the engine counted them, those of weight 0 included")
	o.note(stimuli, "%s: a stimulus is an input and no synapse; what turned an image into currents is on neither side of the comparison")
	o.Notes = append(o.Notes,
		"an update of a neuron is one multiply-accumulate for its leak, and free without one",
		"spikes that are still on their way at the end count with all their synapses")
	return o, nil
}

func (o *Ops) add(target *sim.Population, l opcount.LayerReport) {
	o.Report.Layers, o.targets = append(o.Report.Layers, l), append(o.targets, target.Name)
}

func (o *Ops) note(names []string, text string) {
	if len(names) > 0 {
		o.Notes = append(o.Notes, fmt.Sprintf(text, strings.Join(names, ", ")))
	}
}

// connection counts what happens at the synapses of a projection.
func (r Run) connection(p *sim.Projection, a sim.ProjectionActivity, by opcount.Convention) (l opcount.LayerReport, mapped bool, err error) {
	if m := mapOf(p); m != nil {
		if spikes, ternary, ok := r.perSource(p.From); ok {
			report, err := opcount.Count(opcount.Network{Steps: int(r.ticks()), Samples: int(r.inferences()), Layers: []opcount.Layer{
				{Name: p.Name, Map: m, Input: opcount.Spikes{PerSource: spikes, Ternary: ternary}},
			}}, by)
			if err != nil {
				return l, false, fmt.Errorf("estimate: projection %q: %w", p.Name, err)
			}
			return report.Layers[0], true, nil
		}
	}
	return opcount.LayerReport{
		Name: p.Name, Sources: p.From.Len(), Targets: p.To.Len(), Synapses: a.Synapses, Spiking: true,
		Items: []opcount.Item{{Term: opcount.SynapseOps, Ops: opcount.Ops{AC: a.Events}, Counted: true}},
	}, false, nil
}

// neurons counts the updates of a population. All models but the integrator without leak multiply.
func neurons(p *sim.Population, a sim.PopulationActivity, by opcount.Convention) opcount.LayerReport {
	const integrator = "if"
	item := opcount.Item{Term: opcount.NeuronOps, Ops: opcount.Ops{MAC: a.Updates}, Counted: by.Neurons == opcount.LeaksOnly || by.Neurons == opcount.AllUpdates}
	switch {
	case by.Neurons == opcount.OneAddition:
		item.Ops, item.Counted = opcount.Ops{AC: a.Updates}, true
	case p.Model.Info().Name == integrator:
		item.Ops, item.Counted = opcount.Ops{AC: a.Updates}, by.Neurons == opcount.AllUpdates
	}
	return opcount.LayerReport{Name: p.Name, Targets: p.Size, Updates: a.Updates, Items: []opcount.Item{item}}
}

// PerInference is the number of multiply-accumulates of the conventional network in one inference.
func (o *Ops) PerInference() int64 {
	if o.MACs > 0 {
		return o.MACs
	}
	return o.Report.Reference().MAC / int64(o.Report.Samples)
}

// SpikesPerSynapse is the number of synaptic events for each multiply-accumulate of the conventional network, the
// figure that decides between spikes and numbers; NaN if no spikes meet synapses.
func (o *Ops) SpikesPerSynapse() float64 {
	x := o.Report.SpikesPerSynapse()
	if o.MACs == 0 || math.IsNaN(x) {
		return x
	}
	return float64(o.Report.Of(opcount.SynapseOps).AC) / (float64(o.MACs) * float64(o.Report.Samples))
}

// Conventional is what the conventional network computes in as many inferences: a multiply-accumulate for every
// synapse, below the population that its sums go to. With weights, each of them also reads its weight, used once and
// never kept: the most that this traffic can be. The traffic of activations and sums is not counted.
func (o *Ops) Conventional(weights bool) hwmodel.Counts {
	text, terms := "no memory traffic", []hwmodel.Term{hwmodel.MAC}
	if weights {
		text, terms = "a read of its weight for each, and no other memory traffic", append(terms, hwmodel.WeightFetch)
	}
	var c hwmodel.Counts
	add := func(layer, projection string, n int64) {
		for _, term := range terms {
			c.List = append(c.List, hwmodel.Count{
				Path:  hwmodel.Path{Population: layer, Projection: projection, Operation: string(term)},
				Layer: layer, Term: term, N: n * int64(o.Report.Samples),
			})
		}
	}
	const dense = ", none skipped; no biases, no activation functions, "
	if o.MACs > 0 {
		add("conventional network", "", o.MACs)
		c.Assumptions = []string{fmt.Sprintf("a conventional network of %d multiply-accumulates an inference, a number that was given", o.MACs) + dense + text}
		return c
	}
	for i, l := range o.Report.Layers {
		if l.Synapses > 0 {
			add(o.targets[i], l.Name, l.Synapses)
		}
	}
	c.Assumptions = []string{"a conventional network of the same graph: one multiply-accumulate for every synapse and inference" + dense + text}
	return c
}

// BreakEven is a published limit beside the spikes per synapse of a run.
type BreakEven struct {
	opcount.BreakEven
	// Side is -1 if the run is below the limit, where spikes win, 1 above it and 0 between its bounds.
	Side int
}

// BreakEvens holds the run against the published limits; none if no spikes meet synapses.
func (o *Ops) BreakEvens() []BreakEven {
	x := o.SpikesPerSynapse()
	if math.IsNaN(x) {
		return nil
	}
	var list []BreakEven
	for _, e := range opcount.BreakEvens() {
		list = append(list, BreakEven{e, e.Side(x)})
	}
	return list
}

// Verdict says in words on which side of the limit the run is.
func (b BreakEven) Verdict() string {
	return [...]string{"below: spikes win", "between the bounds", "above: numbers win"}[b.Side+1]
}
