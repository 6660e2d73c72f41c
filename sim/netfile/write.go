package netfile

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"couplet/internal/yamltree"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// Write writes a network as a file that reads back as the same network, with every parameter
// spelled out. A population read from a recording refers to the same file as before; to read it from another
// directory, name the old one in Options.DataDir. Lists stand in the file, however long; see
// [WriteSplit].
//
// It fails if the network is not valid, or if it holds what only Go code can say: a model, rule or
// distribution of another package, or a name that files do not allow.
func Write(w io.Writer, net *sim.Network) error { return write(w, net, nil) }

// WriteSplit writes a network as Write does, but puts its long lists into an archive of arrays, which
// is then to be written to arrays.File beside the network file.
func WriteSplit(w io.Writer, net *sim.Network, arrays *Arrays) error {
	if !yamltree.IsName(arrays.File) {
		return fmt.Errorf("netfile: %q cannot be the name of a file of arrays in a network file", arrays.File)
	}
	arrays.list = nil
	return write(w, net, arrays)
}

func write(w io.Writer, net *sim.Network, arrays *Arrays) error {
	if err := net.Validate(); err != nil {
		return fmt.Errorf("netfile: the network is not valid: %w", err)
	}
	e := newEmitter(w)
	f := &networkWriter{emitter: e, net: net, grid: gridOf(net.Steps), arrays: arrays}
	f.network()
	if e.err != nil {
		return fmt.Errorf("netfile: %w", e.err)
	}
	if err := e.out.Flush(); err != nil {
		return fmt.Errorf("netfile: %w", err)
	}
	return nil
}

// networkWriter writes the parts of one network.
type networkWriter struct {
	*emitter
	net *sim.Network
	grid
	arrays *Arrays // nil if all lists stay in the file
}

func (f *networkWriter) network() {
	n := f.net
	if n.Name != "" {
		f.line("network", f.name(n.Name))
	}
	if n.Steps {
		f.line("tick", raw("1 step"))
	} else {
		f.line("tick", f.time.quantity(n.TickMs))
	}
	f.line("seed", raw(fmt.Sprint(n.Seed)))
	f.line("run", f.time.quantity(n.RunMs))
	f.put("populations:")
	for _, p := range n.Populations {
		f.entry(p.Name, f.population(p))
	}
	f.newline(0)
	f.stimuli()
	f.items("projections", len(n.Projections), func(i int) content { return f.projection(i, n.Projections[i]) })
	f.items("record", len(n.Recorders), func(i int) content { return f.recorder(n.Recorders[i]) })
}

func (f *networkWriter) line(key string, value content) {
	f.put(key + ": ")
	value(f.emitter)
	f.newline(0)
}

// entry writes an entry of a mapping of parts.
func (f *networkWriter) entry(name string, value content) {
	f.newline(2)
	f.name(name)(f.emitter)
	f.put(": ")
	value(f.emitter)
}

// items writes a list of parts, unless it is empty.
func (f *networkWriter) items(key string, n int, item func(i int) content) {
	if n == 0 {
		return
	}
	f.put(key + ":")
	for i := range n {
		f.newline(2)
		f.put("- ")
		item(i)(f.emitter)
	}
	f.newline(0)
}

// name writes a name, and fails for one that could not be read.
func (f *networkWriter) name(s string) content {
	if !yamltree.IsName(s) {
		f.fail(fmt.Errorf("%q cannot be a name in a file; valid: a text on one line without blanks at its ends", s))
	}
	return text(s)
}

func (f *networkWriter) population(p *sim.Population) content {
	if strings.ContainsAny(p.Name, "[]") {
		f.fail(fmt.Errorf("population name %q cannot stand in a file; valid: a name without brackets", p.Name))
	}
	var pairs []pair
	switch m := p.Model.(type) {
	case EventFile:
		pairs = f.eventFile(m)
	case neuron.SpikeSource:
		pairs = f.spikeSource(m, p)
	default:
		pairs = f.neurons(p)
	}
	if len(p.Shape) > 0 {
		pairs = append(pairs, pair{"shape", integers(p.Shape)})
	}
	if p.Host != sim.Auto {
		pairs = append(pairs, pair{"host", text(p.Host.String())})
	}
	if p.Precision != sim.DefaultPrecision {
		pairs = append(pairs, pair{"precision", text(p.Precision.String())})
	}
	return flow(pairs)
}

func (f *networkWriter) eventFile(m EventFile) []pair {
	pairs := []pair{{"model", text(eventsKind)}, {"file", f.name(m.File)}}
	if m.Format != "" {
		pairs = append(pairs, pair{"format", text(m.Format)})
	}
	return append(pairs, pair{"time_scale", duration.quantity(m.ScaleMs)})
}

func (f *networkWriter) spikeSource(m neuron.SpikeSource, p *sim.Population) []pair {
	pairs := []pair{{"model", text(spikeKind)}}
	if len(p.Shape) == 0 {
		pairs = append(pairs, pair{"size", integer(p.Size)})
	}
	if m.Precise {
		pairs = append(pairs, pair{"precise", onOff(true)})
	}
	if m.Times != nil {
		times := list(len(m.Times), func(i int) content { return f.time.quantities(m.Times[i]) })
		pairs = append(pairs, pair{"times", times})
	}
	return pairs
}

func (f *networkWriter) neurons(p *sim.Population) []pair {
	info := p.Model.Info()
	if known, ok := neuron.ByName(info.Name); !ok || fmt.Sprintf("%T", known) != fmt.Sprintf("%T", p.Model) {
		f.fail(fmt.Errorf("population %q: model %s of type %T is not known to files", p.Name, info.Name, p.Model))
	}
	pairs := []pair{{"model", text(info.Name)}}
	if len(p.Shape) == 0 {
		pairs = append(pairs, pair{"size", integer(p.Size)})
	}
	var params, initial []pair
	for _, q := range parametersOn(f.grid, p.Model) {
		params = append(params, pair{q.name, f.parameter(p, q)})
	}
	for _, v := range info.Variables {
		if value, ok := p.Each[v.Name]; ok && v.Init {
			initial = append(initial, pair{v.Name, f.value(placeIn(p, "init", v.Name), value, dimensionOf(v.Unit))})
		}
	}
	if len(params) > 0 {
		pairs = append(pairs, pair{"params", flow(params)})
	}
	if len(initial) > 0 {
		pairs = append(pairs, pair{"init", flow(initial)})
	}
	return pairs
}

// parameter writes a parameter of a population, one for all neurons or one for each.
func (f *networkWriter) parameter(p *sim.Population, q parameter) content {
	v, each := p.Each[q.name]
	if !each {
		v = synapse.Const(neuronParameterValue(p.Model, q.name))
	}
	if !q.isSwitch {
		return f.value(placeIn(p, "params", q.name), v, q.dim)
	}
	switch v := v.(type) {
	case synapse.Const:
		return onOff(v != 0)
	case synapse.Listed:
		return list(len(v), func(i int) content { return onOff(v[i] != 0) })
	}
	f.fail(fmt.Errorf("population %s: a drawn switch (%s) cannot stand in a file", p.Name, q.name))
	return raw("")
}

// placeIn is the place of a parameter or variable of a population.
func placeIn(p *sim.Population, group, name string) place {
	return place{"population " + p.Name, namedPath("populations", p.Name, group+"."+name), nil}
}

// value writes a quantity, a list, an array in its place, or a distribution.
func (f *networkWriter) value(at place, v synapse.Value, d dimension) content {
	switch v := v.(type) {
	case synapse.Const:
		return d.quantity(float64(v))
	case synapse.Listed:
		if f.arrays.takes(v, d) {
			return f.arrays.add(at, v, d)
		}
		return d.quantities(v)
	case synapse.Uniform:
		return flow([]pair{{"uniform", d.quantities([]float64{v.Lo, v.Hi})}})
	case synapse.Normal:
		return flow([]pair{{"normal", flow(normalPairs(v, d))}})
	case synapse.Lognormal:
		return flow([]pair{{"lognormal", flow([]pair{{"mu", number.quantity(v.Mu)}, {"sigma", number.quantity(v.Sigma)}})}})
	}
	f.fail(fmt.Errorf("%s: a value of type %T cannot stand in a file here", at.part, v))
	return raw("")
}

// normalPairs leaves out bounds that are none: reading puts them back. One bound always stands, as
// without any the distribution would be unbounded.
func normalPairs(v synapse.Normal, d dimension) []pair {
	pairs := []pair{{"mean", d.quantity(v.Mean)}, {"std", d.quantity(v.Std)}}
	if v.Min == 0 && v.Max == 0 {
		return pairs
	}
	openHi := v.Max == openMax(v) || math.IsInf(v.Max, 0)
	if openLo := v.Min == openMin(v) && !openHi; !openLo && !math.IsInf(v.Min, 0) {
		pairs = append(pairs, pair{"min", d.quantity(v.Min)})
	}
	if !openHi {
		pairs = append(pairs, pair{"max", d.quantity(v.Max)})
	}
	return pairs
}

// stimuli writes the stimuli under names made unique by a number.
func (f *networkWriter) stimuli() {
	if len(f.net.Stimuli) == 0 {
		return
	}
	f.put("stimuli:")
	taken := map[string]bool{}
	for _, s := range f.net.Stimuli {
		name := s.Name
		for i := 2; taken[name]; i++ {
			name = fmt.Sprintf("%s %d", s.Name, i)
		}
		taken[name] = true
		f.entry(name, f.stimulus(name, s))
	}
	f.newline(0)
}

func (f *networkWriter) stimulus(name string, s *sim.Stimulus) content {
	current := currentDimension(s.To.Population.Model)
	weight := number
	var own []pair
	switch d := s.Drive.(type) {
	case sim.Poisson:
		weight = weightDimension(s.To.Population.Model)
		own = append([]pair{{"model", text(poissonDrive)}, {"rate", f.rate.quantity(d.RateHz)}}, f.span(d.StartMs, d.StopMs)...)
	case sim.DC:
		at := place{"stimulus " + s.Name, namedPath("stimuli", name, "amplitude"), nil}
		own = append([]pair{{"model", text(dcDrive)}, {"amplitude", f.value(at, d.Amplitude, current)}}, f.span(d.StartMs, d.StopMs)...)
	case sim.StepCurrent:
		own = []pair{{"model", text(stepDrive)}, {"times", f.time.quantities(d.TimesMs)}, {"amplitudes", current.quantities(d.Amplitudes)}}
	}
	return flow(append(own, pair{"to", raw(viewText(s.To))}, pair{"weight", weight.quantity(s.Weight)}, pair{"delay", f.time.quantity(s.DelayMs)}))
}

// span writes when a drive begins and ends.
func (f *networkWriter) span(startMs, stopMs float64) []pair {
	pairs := []pair{{"start", f.time.quantity(startMs)}}
	if stopMs != 0 {
		pairs = append(pairs, pair{"stop", f.time.quantity(stopMs)})
	}
	return pairs
}

func (f *networkWriter) recorder(r *sim.Recorder) content {
	pairs := []pair{{"what", text(r.What)}}
	if r.Name != "" {
		pairs = append(pairs, pair{"name", f.name(r.Name)})
	}
	if r.What == weightsWord {
		return flow(append(pairs, pair{"of", f.projectionName(r.Of)}))
	}
	pairs = append(pairs, pair{"from", text(r.From.Population.Name)})
	if !r.From.Whole() {
		pairs = append(pairs, pair{"neurons", raw(rangeText(r.From))})
	}
	if r.EveryMs != 0 {
		pairs = append(pairs, pair{"every", f.time.quantity(r.EveryMs)})
	}
	return flow(pairs)
}

// projectionName is the name of a projection if no other one has it, else its place in the list.
func (f *networkWriter) projectionName(p *sim.Projection) content {
	same := 0
	for _, other := range f.net.Projections {
		if other.Name == p.Name {
			same++
		}
	}
	i := slices.Index(f.net.Projections, p)
	if same == 1 && !strings.HasPrefix(p.Name, "projections[") {
		return text(p.Name)
	}
	return text(yamltree.Item("projections", i))
}
