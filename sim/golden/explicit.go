package golden

import (
	"encoding/json"
	"fmt"
	"math"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// explicitFile is a file of schema snn-golden/1.
type explicitFile struct {
	TStopMs       float64 `json:"t_stop_ms"`
	Precise       bool
	Neurons       []neuronEntry
	Sources       []sourceEntry
	SynapseModels map[string]params `json:"synapse_models"`
	Connections   []connection
	Record        struct {
		VM         []whole `json:"V_m"`
		IntervalMs float64 `json:"interval_ms"`
	}
	Expected explicitValues
}

// neuronEntry describes a neuron.
type neuronEntry struct {
	ID     whole
	Model  string
	Params params
	Init   params
}

// sourceEntry describes a source of spikes or of a current.
type sourceEntry struct {
	ID             whole
	Kind           string
	TimesMs        []float64 `json:"times_ms"`
	Multiplicities []whole
	AmplitudesPA   []float64 `json:"amplitudes_pA"`
	AmplitudePA    float64   `json:"amplitude_pA"`
	StartMs        float64   `json:"start_ms"`
	StopMs         *float64  `json:"stop_ms"` // nil means never
}

// connection leads from a neuron or source to a neuron.
type connection struct {
	source, target  whole
	weight, delayMs float64
	model           string
}

// UnmarshalJSON reads the list [source, target, weight, delay, model].
func (c *connection) UnmarshalJSON(b []byte) error {
	return tuple(b, &c.source, &c.target, &c.weight, &c.delayMs, &c.model)
}

// place is where a neuron or spike source of the file is in the network. A current source has no
// population.
type place struct {
	population *sim.Population
	index      int
	trace      postTrace
	current    *sourceEntry
}

// explicitBuilder turns a file into a network.
type explicitBuilder struct {
	file     *explicitFile
	net      *sim.Network
	places   map[whole]place
	expected *explicitExpectation
}

func (c *Case) readExplicit(data []byte) error {
	var f explicitFile
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	if !(f.TStopMs > 0) || f.TStopMs/c.Network.TickMs > maxTicks {
		return fmt.Errorf("t_stop_ms: %g must be greater than 0 and at most 2^40 steps", f.TStopMs)
	}
	c.Ticks = inTicks(f.TStopMs, c.Network.TickMs)
	b := &explicitBuilder{
		file: &f, net: c.Network, places: map[whole]place{},
		expected: &explicitExpectation{tickMs: c.Network.TickMs, ticks: c.Ticks, values: &f.Expected},
	}
	c.expected = b.expected
	for _, step := range []func() error{b.neurons, b.spikeSources, b.currentSources, b.connections, b.recorders} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// add notes where the thing with an id is.
func (b *explicitBuilder) add(id whole, p place) error {
	if _, twice := b.places[id]; twice {
		return fmt.Errorf("id %d is used twice", id)
	}
	b.places[id] = p
	return nil
}

// neurons makes one population of every neuron model, in order of first appearance.
func (b *explicitBuilder) neurons() error {
	members := map[string][]*neuronEntry{}
	var order []string
	for i := range b.file.Neurons {
		e := &b.file.Neurons[i]
		if members[e.Model] == nil {
			order = append(order, e.Model)
		}
		members[e.Model] = append(members[e.Model], e)
	}
	for _, name := range order {
		if err := b.population(name, members[name]); err != nil {
			return err
		}
	}
	return nil
}

func (b *explicitBuilder) population(name string, members []*neuronEntry) error {
	m, err := neuronModel(name)
	if err != nil {
		return fmt.Errorf("neuron %d: %w", members[0].ID, err)
	}
	p := b.net.Population(name, len(members), m)
	own := make([]neuron.Model, len(members))
	for i, e := range members {
		trace, rest, err := takePostTrace(e.Params)
		if err == nil {
			own[i], err = withParams(m, rest)
		}
		if err == nil {
			err = b.add(e.ID, place{population: p, index: i, trace: trace})
		}
		if err != nil {
			return fmt.Errorf("neuron %d: %w", e.ID, err)
		}
	}
	p.Model = own[0]
	for _, q := range neuron.Params(m) {
		list := make([]float64, len(own))
		for i := range own {
			list[i] = q.Value(own[i])
		}
		if _, one := valueOf(list).(synapse.Const); !one {
			p.Set(q.Name, synapse.Listed(list))
		}
	}
	return b.initial(p, own, members)
}

// initial sets the variables for which some member has an initial value. Others start at rest
// (V_m) or 0.
func (b *explicitBuilder) initial(p *sim.Population, own []neuron.Model, members []*neuronEntry) error {
	given := map[string]bool{}
	for _, e := range members {
		for name := range e.Init {
			given[name] = true
		}
	}
	for _, v := range p.Model.Info().Variables {
		if !v.Init || !given[v.Name] {
			continue
		}
		delete(given, v.Name)
		list := make([]float64, len(members))
		for i, e := range members {
			x, ok, err := e.Init.number(v.Name)
			if err != nil {
				return fmt.Errorf("neuron %d: init: %w", e.ID, err)
			}
			if !ok && v.Name == "V_m" {
				x = restOf(own[i])
			}
			list[i] = x
		}
		p.Set(v.Name, valueOf(list))
	}
	for name := range given {
		return fmt.Errorf("init: %s has no initial variable %q", p.Name, name)
	}
	return nil
}

// restOf is E_L of a model.
func restOf(m neuron.Model) float64 {
	for _, q := range neuron.Params(m) {
		if q.Name == "E_L" {
			return q.Value(m)
		}
	}
	return 0
}

// spikeSources makes one population of all spike generators.
func (b *explicitBuilder) spikeSources() error {
	var times [][]float64
	p := &sim.Population{Name: "spike_source", Each: map[string]synapse.Value{}}
	left := maxSpikes
	for i := range b.file.Sources {
		e := &b.file.Sources[i]
		if e.Kind != "spike_generator" {
			continue
		}
		list, err := e.spikes(left)
		if err == nil {
			left -= len(list)
			err = b.add(e.ID, place{population: p, index: len(times)})
		}
		if err != nil {
			return fmt.Errorf("source %d: %w", e.ID, err)
		}
		times = append(times, list)
	}
	if len(times) > 0 {
		p.Size, p.Model = len(times), neuron.SpikeSource{Times: times, Precise: b.file.Precise}
		b.net.Populations = append(b.net.Populations, p)
	}
	return nil
}

// spikes lists the spike times of a generator; a time of multiplicity k is listed k times.
func (e *sourceEntry) spikes(limit int) ([]float64, error) {
	if e.Multiplicities == nil {
		if len(e.TimesMs) > limit {
			return nil, fmt.Errorf("more than %d spikes", maxSpikes)
		}
		return e.TimesMs, nil
	}
	if len(e.Multiplicities) != len(e.TimesMs) {
		return nil, fmt.Errorf("%d multiplicities for %d times", len(e.Multiplicities), len(e.TimesMs))
	}
	var list []float64
	for i, t := range e.TimesMs {
		k := e.Multiplicities[i]
		if k < 0 {
			return nil, fmt.Errorf("multiplicity %d of time %g ms must be at least 0", k, t)
		}
		if k > whole(limit-len(list)) {
			return nil, fmt.Errorf("more than %d spikes", maxSpikes)
		}
		for range k {
			list = append(list, t)
		}
	}
	return list, nil
}

// currentSources notes the sources of currents. They become stimuli when they are connected.
func (b *explicitBuilder) currentSources() error {
	for i := range b.file.Sources {
		e := &b.file.Sources[i]
		switch e.Kind {
		case "spike_generator":
			continue
		case "dc":
		case "step_current":
			if len(e.TimesMs) != len(e.AmplitudesPA) {
				return fmt.Errorf("source %d: %d amplitudes for %d times", e.ID, len(e.AmplitudesPA), len(e.TimesMs))
			}
		default:
			return fmt.Errorf("source %d: unknown kind %q; known are spike_generator, dc and step_current", e.ID, e.Kind)
		}
		if err := b.add(e.ID, place{current: e}); err != nil {
			return err
		}
	}
	return nil
}

// drive is the stimulus that a current source gives; nil if it never flows.
func (e *sourceEntry) drive() sim.Drive {
	if e.Kind == "step_current" {
		if len(e.TimesMs) == 0 {
			return nil
		}
		return sim.StepCurrent{TimesMs: e.TimesMs, Amplitudes: e.AmplitudesPA}
	}
	d := sim.DC{Amplitude: synapse.Const(e.AmplitudePA), StartMs: e.StartMs}
	if e.StopMs != nil {
		if d.StopMs = *e.StopMs; d.StopMs <= d.StartMs {
			return nil
		}
	}
	return d
}

// recorders records what the file knows: all spikes, the listed potentials and the weights of
// plastic connections.
func (b *explicitBuilder) recorders() error {
	x := b.expected
	x.places = b.places
	x.everyMs, x.firstMs = b.file.Record.IntervalMs, b.file.Expected.FirstSampleMs
	if x.everyMs == 0 {
		x.everyMs = b.net.TickMs
	}
	if x.firstMs == 0 {
		x.firstMs = x.everyMs
	}
	if !(x.everyMs > 0) || !(x.firstMs > 0) || math.IsInf(x.everyMs, 0) {
		return fmt.Errorf("record: samples from %g ms every %g ms must have times greater than 0", x.firstMs, x.everyMs)
	}
	for _, p := range b.net.Populations {
		if !p.Model.Info().Source() {
			b.net.RecordSpikes(p)
		}
	}
	for _, id := range sortedIDs(b.file.Expected.VM) {
		at, ok := b.places[id]
		if !ok || at.population == nil {
			return fmt.Errorf("expected.V_m: there is no neuron %d", id)
		}
		r := b.net.RecordVariable(at.population.Slice(at.index, at.index+1), "V_m", 0)
		x.potentials = append(x.potentials, recordedPotential{id, r})
	}
	if b.file.Expected.WeightEvents == nil {
		return nil
	}
	for i := range x.groups {
		if g := &x.groups[i]; g.plastic {
			b.net.RecordWeights(g.projection)
		}
	}
	return nil
}
