package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"couplet/neuron"
	"couplet/synapse"
)

// Limits of a description. They keep arithmetic on ticks and indices in range; memory is checked
// separately, against the machine.
const (
	maxNeurons      = 1 << 30
	maxPopulations  = 1 << 15
	maxLevels       = 1 << 11
	maxRunTicks     = 1 << 50
	maxPoissonCount = 1000 // mean Poisson spikes per neuron and tick
)

// Validate checks the whole description and returns all that is wrong with it as [Problems]. It
// allocates nothing of the network's size.
func (n *Network) Validate() error {
	v := &validator{net: n, names: map[string]bool{}}
	v.network()
	if v.missing() {
		return v.problems
	}
	for i := range n.Populations {
		v.population(i)
	}
	for i := range n.Projections {
		v.projection(i)
	}
	for i := range n.Stimuli {
		v.stimulus(i)
	}
	for i := range n.Recorders {
		v.recorder(i)
	}
	if len(v.problems) == 0 {
		v.zeroDelayOrder()
	}
	return v.problems.err()
}

type validator struct {
	net      *Network
	problems Problems
	names    map[string]bool
}

func (v *validator) add(path, format string, args ...any) { v.problems.add(path, format, args...) }

func (v *validator) network() {
	n := v.net
	if !(n.TickMs > 0) || n.TickMs > 1e6 {
		v.add("tick", "%g ms must be greater than 0 and at most 1000 s", n.TickMs)
		n.TickMs = 0.1 // later checks divide by it; the description is refused anyway
	}
	if !(n.RunMs >= 0) || n.RunMs/n.TickMs > maxRunTicks {
		v.add("run", "%s must be at least 0 and below 2^50 ticks", n.duration(n.RunMs))
	}
	if len(n.Populations) == 0 {
		v.add("populations", "a network needs at least one population")
	}
	if len(n.Populations) > maxPopulations {
		v.add("populations", "%d populations exceed the limit of %d", len(n.Populations), maxPopulations)
	}
}

// missing reports parts of the network that are nil and tells whether there are any.
func (v *validator) missing() bool {
	known := len(v.problems)
	report := func(what string, i int, missing bool) {
		if missing {
			v.add(fmt.Sprintf("%s[%d]", what, i), "nothing is described here (nil)")
		}
	}
	for i, p := range v.net.Populations {
		report("populations", i, p == nil)
	}
	for i, p := range v.net.Projections {
		report("projections", i, p == nil)
	}
	for i, s := range v.net.Stimuli {
		report("stimuli", i, s == nil)
	}
	for i, r := range v.net.Recorders {
		report("record", i, r == nil)
	}
	return len(v.problems) > known
}

// duration writes a duration in the unit of the network's grid.
func (n *Network) duration(ms float64) string {
	if n.Steps {
		return fmt.Sprintf("%g steps", ms)
	}
	return fmt.Sprintf("%g ms", ms)
}

func pathOr(path, format string, args ...any) string {
	if path != "" {
		return path
	}
	return fmt.Sprintf(format, args...)
}

// path of the parts of a network, for messages.
func (p *Population) path() string      { return pathOr(p.Path, "populations.%s", p.Name) }
func (p *Projection) path(i int) string { return pathOr(p.Path, "projections[%d]", i) }
func (s *Stimulus) path() string        { return pathOr(s.Path, "stimuli.%s", s.Name) }
func (r *Recorder) path(i int) string   { return pathOr(r.Path, "record[%d]", i) }

func (v *validator) population(i int) {
	p := v.net.Populations[i]
	path := p.path()
	if p.Name == "" {
		v.add(path, "a population needs a name")
	}
	if v.names[p.Name] {
		v.add(path, "a population named %q exists already", p.Name)
	}
	v.names[p.Name] = true
	if p.Size < 1 || p.Size > maxNeurons {
		v.add(path+".size", "%d must be in [1, %d]", p.Size, maxNeurons)
		return
	}
	v.shape(p)
	if p.Model == nil {
		v.add(path+".model", "a population needs a model")
		return
	}
	v.model(p)
}

func (v *validator) shape(p *Population) {
	product := 1
	for _, n := range p.Shape {
		if n < 1 || n > maxNeurons {
			v.add(p.path()+".shape", "extent %d must be at least 1", n)
			return
		}
		product = min(product*n, maxNeurons+1)
	}
	if len(p.Shape) > 0 && product != p.Size {
		v.add(p.path()+".shape", "%v has %d places for %d neurons; the product must equal the size", p.Shape, product, p.Size)
	}
}

func (v *validator) model(p *Population) {
	path, info := p.path(), p.Model.Info()
	for _, e := range p.Model.Validate() {
		v.add(path+".params."+e.Param, "%s", e.Message)
	}
	if info.Step != v.net.Steps && !info.Source() && info.Name != "parrot_neuron" {
		grid := map[bool]string{true: "a step grid (tick: 1 step)", false: "a grid in milliseconds"}
		v.add(path+".model", "%s lives on %s, the network on %s", info.Name, grid[info.Step], grid[v.net.Steps])
	}
	if source, ok := p.Model.(interface{ Neurons() int }); ok && source.Neurons() != 0 && source.Neurons() != p.Size {
		v.add(path+".size", "%d neurons, but the source lists spikes of %d", p.Size, source.Neurons())
	}
	for _, name := range sortedKeys(p.Each) {
		v.each(p, name)
	}
	if p.Host > LazyHosting {
		v.add(path+".host", "%d must be auto, clocked or lazy", p.Host)
	}
	if p.Precision > Float32 {
		v.add(path+".precision", "%d must be the default, float64 or float32", p.Precision)
	}
	if p.Host == LazyHosting && !canHost(p.Model, LazyHosting, v.net.TickMs) {
		v.add(path+".host", "%s cannot be hosted lazily", info.Name)
	}
	if p.Host == ClockedHosting && !canHost(p.Model, ClockedHosting, v.net.TickMs) {
		v.add(path+".host", "%s is a source and is always hosted lazily", info.Name)
	}
}

// each checks a value that differs between neurons against the parameter's range.
func (v *validator) each(p *Population, name string) {
	value, path, allowed := p.Each[name], p.path()+".params."+name, neuron.Interval{Lo: math.Inf(-1), Hi: math.Inf(1)}
	known := false
	for _, q := range neuron.Params(p.Model) {
		if q.Name == name {
			known, allowed = true, q.Range
		}
	}
	for _, q := range p.Model.Info().Variables {
		if q.Name == name && q.Init {
			known, path = true, p.path()+".init."+name
		}
	}
	if !known {
		v.add(path, "%s has no parameter or initial variable of this name", p.Model.Info().Name)
		return
	}
	if value == nil {
		v.add(path, "a value is needed")
		return
	}
	if err := value.Validate(); err != nil {
		v.add(path, "%s", plain(err))
		return
	}
	if l, ok := value.(synapse.Listed); ok && len(l) != p.Size {
		v.add(path, "%d values for %d neurons", len(l), p.Size)
		return
	}
	if lo, hi := value.Bounds(); !allowed.Contains(lo) || !allowed.Contains(hi) {
		v.add(path, "values in [%g, %g] must be %s", lo, hi, allowed)
	}
}

// view checks the range of a view.
func (v *validator) view(path string, w View) bool {
	if w.Population == nil || !slices.Contains(v.net.Populations, w.Population) {
		v.add(path, "the population does not belong to this network")
		return false
	}
	if w.Lo < 0 || w.Hi > w.Population.Size || w.Lo >= w.Hi {
		v.add(path, "neurons %d..%d are not in population %q of %d neurons", w.Lo, w.Hi-1, w.Population.Name, w.Population.Size)
		return false
	}
	return w.Population.Model != nil
}

func (v *validator) projection(i int) {
	p := v.net.Projections[i]
	path := p.path(i)
	if !v.view(path+".from", p.From) || !v.view(path+".to", p.To) {
		return
	}
	from, to := p.From.Population.Model.Info(), p.To.Population.Model.Info()
	if to.Source() {
		v.add(path+".to", "population %q is a source (%s) and takes no input", p.To.Population.Name, to.Name)
		return
	}
	if from.Signed && len(to.Ports) > 1 {
		v.add(path+".to", "%s sends signed spikes; %s keeps excitatory and inhibitory input apart and cannot take them", from.Name, to.Name)
	}
	if from.Signed && to.Ports[0].Kind == neuron.Counting {
		v.add(path+".to", "%s sends signed spikes; %s could only repeat them as positive ones and cannot take them", from.Name, to.Name)
	}
	if p.Rule == nil || p.Synapse == nil {
		v.add(path, "a projection needs a rule and a synapse model")
		return
	}
	if synapse.ExcludesSelf(p.Rule) && p.From != p.To {
		v.add(path+".rule", "%s without self connections needs the same neurons as source and target", p.Rule.Name())
	}
	if err := p.Rule.Validate(p.From.Len(), p.To.Len()); err != nil {
		v.add(path+".rule", "%s", plain(err))
		return
	}
	v.synapse(path, p)
}

func (v *validator) synapse(path string, p *Projection) {
	weight, delay := p.Synapse.Strength()
	if weight == nil || delay == nil {
		v.add(path, "a synapse needs a weight and a delay")
		return
	}
	if err := p.Synapse.Validate(); err != nil {
		v.add(path+".synapse", "%s", plain(err))
		return
	}
	if err := synapse.CheckLists(p.Rule, p.Synapse, p.From.Len(), p.To.Len()); err != nil {
		v.add(path+".synapse", "%s", plain(err))
		return
	}
	plastic, isPlastic := p.Synapse.(synapse.Plastic)
	v.delay(path+".delay", delay, !isPlastic)
	if isPlastic {
		v.plastic(path, p, plastic)
	}
	if learned, ok := p.Synapse.(synapse.Learned); ok {
		v.learned(path, p, learned)
	}
}

// learned checks that weights can be set one by one: the target must sum all of them in one port, and
// the place of a synapse must follow from its ordinal.
func (v *validator) learned(path string, p *Projection, s synapse.Learned) {
	if to := p.To.Population.Model.Info(); len(to.Ports) != 1 || to.Ports[0].Kind != neuron.AnySign {
		v.add(path+".to", "learned synapses need a target with one port for both signs; %s has none", to.Name)
	}
	_, stencil := p.Rule.(synapse.Stencil)
	all, dense := p.Rule.(synapse.AllToAll)
	_, single := p.Rule.(synapse.OneToOne)
	if _, delay := s.Strength(); !isConst(delay) || !stencil && !single && (!dense || all.NoSelf) {
		v.add(path+".rule", "learned synapses need one delay and an all_to_all, one_to_one or stencil rule, not %s", p.Rule.Name())
	}
}

// delay checks that constant and listed delays are whole numbers of ticks; drawn delays are rounded.
func (v *validator) delay(path string, delay synapse.Value, zeroAllowed bool) {
	check := func(ms float64) bool {
		ticks := ms / v.net.TickMs
		switch {
		case ms < 0:
			v.add(path, "%s must not be negative", v.net.duration(ms))
		case ms == 0 && !zeroAllowed:
			v.add(path, "0 is not allowed for plastic synapses; the least is one tick of %s", v.net.duration(v.net.TickMs))
		case ms > 0 && ticks < 1-1e-6:
			v.add(path, "%s is below the tick of %s", v.net.duration(ms), v.net.duration(v.net.TickMs))
		case math.Abs(ticks-math.Round(ticks)) > 1e-6*max(1, ticks):
			v.add(path, "%s is not a whole number of ticks of %s", v.net.duration(ms), v.net.duration(v.net.TickMs))
		case ticks >= synapse.MaxTicks:
			v.add(path, "%s exceeds the limit of %d ticks", v.net.duration(ms), synapse.MaxTicks)
		default:
			return true
		}
		return false
	}
	switch d := delay.(type) {
	case synapse.Const:
		check(float64(d))
	case synapse.Listed:
		for _, ms := range d {
			if ms == 0 {
				v.add(path, "a list must not contain 0; give connections without delay a projection of their own")
				return
			}
			if !check(ms) {
				return
			}
		}
	default:
		lo, hi := delay.Bounds()
		if hi < v.net.TickMs || lo < 0 && hi <= 0 {
			v.add(path, "drawn delays in [%g, %g] ms lie below the tick of %s", lo, hi, v.net.duration(v.net.TickMs))
		}
		if hi/v.net.TickMs >= synapse.MaxTicks {
			v.add(path, "drawn delays of up to %g ms exceed the limit of %d ticks", hi, synapse.MaxTicks)
		}
	}
}

func (v *validator) plastic(path string, p *Projection, s synapse.Plastic) {
	to := p.To.Population.Model.Info()
	if to.Precise {
		v.add(path+".to", "plastic synapses onto the precise model %s are not defined", to.Name)
	}
	if p.From.Population.Model.Info().Signed {
		v.add(path+".from", "plastic synapses from signed neurons (%s) are not defined", p.From.Population.Model.Info().Name)
	}
	weight, _ := s.Strength()
	if lo, hi := weight.Bounds(); len(to.Ports) > 1 && lo < 0 && hi > 0 {
		v.add(path+".weight", "plastic weights in [%g, %g] must be of one sign: %s keeps excitatory and inhibitory input apart", lo, hi, to.Name)
	}
}

func (v *validator) stimulus(i int) {
	s := v.net.Stimuli[i]
	path := s.path()
	if !v.view(path+".to", s.To) {
		return
	}
	info := s.To.Population.Model.Info()
	if info.Source() {
		v.add(path+".to", "population %q is a source (%s) and takes no input", s.To.Population.Name, info.Name)
		return
	}
	if math.IsNaN(s.Weight) || math.IsInf(s.Weight, 0) {
		v.add(path+".weight", "%g must be a finite number", s.Weight)
	}
	v.delay(path+".delay", synapse.Const(s.DelayMs), true)
	switch d := s.Drive.(type) {
	case Poisson:
		v.poisson(path, d, info)
	case DC:
		v.dc(path, s, d, info)
	case StepCurrent:
		v.stepCurrent(path, d, info)
	default:
		v.add(path+".model", "a stimulus needs a drive: poisson, dc or step_current")
	}
}

func (v *validator) span(path string, start, stop float64) {
	if !(start >= 0) || math.IsInf(start, 0) {
		v.add(path+".start", "%g ms must be at least 0", start)
	}
	if math.IsNaN(stop) || stop < 0 || stop != 0 && stop < start {
		v.add(path+".stop", "%g ms must not lie before the start %g ms", stop, start)
	}
}

func (v *validator) poisson(path string, d Poisson, info neuron.Info) {
	v.span(path, d.StartMs, d.StopMs)
	mean := d.RateHz * v.net.TickMs / 1000
	if !(d.RateHz >= 0) || mean > maxPoissonCount {
		v.add(path+".rate", "%g spikes/s is %g spikes per tick; must be at least 0 and at most %d per tick", d.RateHz, mean, maxPoissonCount)
	}
	if info.Precise {
		v.add(path+".to", "a poisson stimulus has no times inside a tick; %s needs a poisson_source population", info.Name)
	}
}

func (v *validator) current(path string, info neuron.Info) {
	if info.Name == "parrot_neuron" {
		v.add(path+".to", "a parrot takes spikes only, no current")
	}
}

func (v *validator) dc(path string, s *Stimulus, d DC, info neuron.Info) {
	v.current(path, info)
	v.span(path, d.StartMs, d.StopMs)
	if d.Amplitude == nil {
		v.add(path+".amplitude", "a dc stimulus needs an amplitude")
		return
	}
	if err := d.Amplitude.Validate(); err != nil {
		v.add(path+".amplitude", "%s", plain(err))
	}
	if l, ok := d.Amplitude.(synapse.Listed); ok && len(l) != s.To.Len() {
		v.add(path+".amplitude", "%d values for %d neurons", len(l), s.To.Len())
	}
}

func (v *validator) stepCurrent(path string, d StepCurrent, info neuron.Info) {
	v.current(path, info)
	if len(d.TimesMs) != len(d.Amplitudes) || len(d.TimesMs) == 0 {
		v.add(path+".amplitudes", "%d amplitudes for %d times; as many of both are needed, at least one", len(d.Amplitudes), len(d.TimesMs))
		return
	}
	for i, t := range d.TimesMs {
		if !(t >= 0) || i > 0 && t <= d.TimesMs[i-1] || t/v.net.TickMs > maxRunTicks {
			v.add(path+".times", "time %d, %g ms, must be at least 0 and later than the one before", i, t)
			return
		}
		if a := d.Amplitudes[i]; math.IsNaN(a) || math.IsInf(a, 0) {
			v.add(path+".amplitudes", "amplitude %d, %g, must be a finite number", i, a)
			return
		}
	}
}

func (v *validator) recorder(i int) {
	r := v.net.Recorders[i]
	path := r.path(i)
	if r.What == "weights" {
		v.weightRecorder(path, r)
		return
	}
	if !v.view(path+".from", r.From) || r.What == "spikes" {
		return
	}
	info := r.From.Population.Model.Info()
	var names []string
	for _, q := range info.Variables {
		names = append(names, q.Name)
	}
	if !slices.Contains(names, r.What) {
		v.add(path+".what", "%s has no variable %q; it can record %s", info.Name, r.What, strings.Join(append([]string{"spikes"}, names...), ", "))
	}
	if ticks := r.EveryMs / v.net.TickMs; !(r.EveryMs >= 0) || r.EveryMs > 0 && math.Abs(ticks-math.Round(ticks)) > 1e-6*max(1, ticks) || r.EveryMs > 0 && ticks < 1-1e-6 {
		v.add(path+".every", "%s must be a whole number of ticks of %s", v.net.duration(r.EveryMs), v.net.duration(v.net.TickMs))
	}
}

func (v *validator) weightRecorder(path string, r *Recorder) {
	if r.Of == nil || !slices.Contains(v.net.Projections, r.Of) {
		v.add(path+".of", "a weight recorder needs a projection of this network")
		return
	}
	if _, ok := r.Of.Synapse.(synapse.Plastic); !ok {
		v.add(path+".of", "the weights of projection %q never change", r.Of.Name)
	}
}

func (v *validator) zeroDelayOrder() {
	if _, err := v.net.levels(); err != nil {
		v.problems = append(v.problems, *err)
	}
}

// plain is the text of an error without the name of the package it comes from.
func plain(err error) string {
	var lines []string
	for _, line := range strings.Split(err.Error(), "\n") {
		for _, prefix := range []string{"synapse: ", "neuron: "} {
			line = strings.TrimPrefix(line, prefix)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
