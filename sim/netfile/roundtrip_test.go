package netfile

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestRoundTrip: every valid network that consists of what files know reads back as it was, with its
// lists in the file or in an archive.
func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.yaml")
	rapid.Check(t, func(t *rapid.T) {
		net := drawNetwork(t)
		require.NoError(t, net.Validate())
		requireRoundTrip(t, net, Options{})
		requireSplitRoundTrip(t, path, net, Options{})
	})
}

// networkDraw makes a random valid network.
type networkDraw struct {
	*rapid.T
	net *sim.Network
}

func drawNetwork(t *rapid.T) *sim.Network {
	d := networkDraw{t, sim.NewNetwork(rapid.SampledFrom([]string{"", "net", "a: b", "é [1]", "null"}).Draw(t, "name"))}
	if d.flip("steps") {
		sim.StepGrid()(d.net)
	} else {
		d.net.TickMs = rapid.SampledFrom([]float64{0.1, 0.05, 1, 1.0 / 3}).Draw(t, "tick")
	}
	d.net.Seed = rapid.Uint64().Draw(t, "seed")
	d.net.RunMs = rapid.Float64Range(0, 1e6).Draw(t, "run")
	for i := range rapid.IntRange(1, 4).Draw(t, "populations") {
		d.population(i)
	}
	for range rapid.IntRange(0, 4).Draw(t, "projections") {
		d.projection()
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "stimuli") {
		d.stimulus(i)
	}
	for range rapid.IntRange(0, 3).Draw(t, "recorders") {
		d.recorder()
	}
	return d.net
}

func (d networkDraw) flip(name string) bool { return rapid.Bool().Draw(d.T, name) }

func (d networkDraw) number(lo, hi float64) float64 {
	return rapid.Float64Range(lo, hi).Draw(d.T, "number")
}

func (d networkDraw) ticks(least int) float64 {
	return float64(rapid.IntRange(least, 1000).Draw(d.T, "ticks")) * d.net.TickMs
}

// models lists those that fit the grid.
func (d networkDraw) models() []neuron.Model {
	list := []neuron.Model{neuron.SpikeSource{}}
	for _, m := range neuron.All() {
		if info := m.Info(); info.Name != spikeKind && (info.Step == d.net.Steps || info.Source() || anyWeight(info)) {
			list = append(list, m)
		}
	}
	return list
}

func (d networkDraw) population(i int) {
	names := []string{"exc", "inh", "L2/3 E", "no", "5", "a.b", "x: y", "-", "{}", `q"uote`, "naïve"}
	p := d.net.Population(fmt.Sprintf("%s%d", rapid.SampledFrom(names).Draw(d.T, "name"), i), rapid.IntRange(1, 6).Draw(d.T, "size"), nil)
	if d.flip("shaped") {
		p.Shape = []int{1, p.Size, 1}
	}
	p.Model = rapid.SampledFrom(d.models()).Draw(d.T, "model")
	if source, ok := p.Model.(neuron.SpikeSource); ok {
		if d.flip("spikes") {
			source.Times = d.times(p.Size)
		}
		source.Precise = d.flip("precise")
		p.Model = source
		return
	}
	for _, q := range neuronParameters(p.Model) {
		d.parameter(p, q)
	}
	for _, v := range p.Model.Info().Variables {
		if v.Init && d.flip("initial") {
			p.Set(v.Name, d.value(p.Size, -90, -60))
		}
	}
	if !p.Model.Info().Source() {
		p.Host = rapid.SampledFrom([]sim.Hosting{sim.Auto, sim.ClockedHosting, sim.LazyHosting}).Draw(d.T, "host")
	}
	p.Precision = rapid.SampledFrom([]sim.Precision{sim.DefaultPrecision, sim.Float64, sim.Float32}).Draw(d.T, "precision")
}

// parameter changes a parameter that others do not restrict, for all neurons or for each.
func (d networkDraw) parameter(p *sim.Population, q parameter) {
	if !strings.Contains(" C_m tau_m I_e refractory_input ", " "+q.name+" ") {
		return
	}
	switch {
	case q.isSwitch && d.flip("each"):
		list := make(synapse.Listed, p.Size)
		list[0] = 1
		p.Set(q.name, list)
	case q.isSwitch:
		p.Model = withNeuronParameter(p.Model, q.name, 1)
	case d.flip("each"):
		if v := d.value(p.Size, 10, 200); fmt.Sprintf("%T", v) != "synapse.Const" {
			p.Set(q.name, v)
		}
	default:
		p.Model = withNeuronParameter(p.Model, q.name, d.number(1e-3, 1e3))
	}
}

func (d networkDraw) times(n int) [][]float64 {
	times := make([][]float64, n)
	for i := range times {
		at := 0
		for range rapid.IntRange(0, 3).Draw(d.T, "spikes") {
			at += rapid.IntRange(1, 50).Draw(d.T, "gap")
			times[i] = append(times[i], float64(at)*d.net.TickMs)
		}
	}
	return times
}

// value draws a value that lies in [lo, hi] with everything it can give; n > 0 allows a list.
func (d networkDraw) value(n int, lo, hi float64) synapse.Value {
	middle, width := (lo+hi)/2, hi-lo
	kinds := []synapse.Value{
		synapse.Const(d.number(lo, hi)),
		synapse.Uniform{Lo: d.number(lo, middle), Hi: d.number(middle, hi)},
		synapse.Normal{Mean: middle, Std: width / 20},
		synapse.Normal{Mean: middle, Std: d.number(0.1, width), Min: lo, Max: hi},
		synapse.Normal{Mean: middle, Std: width / 20, Min: lo, Max: middle + 8.5*(width/20)},
		synapse.Normal{Mean: middle, Std: width / 20, Min: middle - 8.5*(width/20), Max: hi},
	}
	if n > 0 {
		list := make(synapse.Listed, n)
		for i := range list {
			list[i] = d.number(lo, hi)
		}
		kinds = append(kinds, list)
	}
	return rapid.SampledFrom(kinds).Draw(d.T, "value")
}

// view draws a population or a part of one among those that satisfy a condition.
func (d networkDraw) view(allowed func(neuron.Info) bool) (sim.View, bool) {
	var list []*sim.Population
	for _, p := range d.net.Populations {
		if allowed(p.Model.Info()) {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return sim.View{}, false
	}
	p := rapid.SampledFrom(list).Draw(d.T, "population")
	lo := rapid.IntRange(0, p.Size-1).Draw(d.T, "lo")
	return p.Slice(lo, rapid.IntRange(lo+1, p.Size).Draw(d.T, "hi")), true
}

func anyModel(neuron.Info) bool       { return true }
func takesInput(i neuron.Info) bool   { return !i.Source() && !i.Precise }
func takesCurrent(i neuron.Info) bool { return takesInput(i) && i.Name != "parrot_neuron" }

func (d networkDraw) projection() {
	to, ok := d.view(takesInput)
	if !ok {
		return
	}
	ports := to.Population.Model.Info().Ports
	from, _ := d.view(func(i neuron.Info) bool { // signed spikes need one port that sums both signs
		return !i.Signed || len(ports) == 1 && ports[0].Kind != neuron.Counting
	})
	if from.Population == nil {
		return
	}
	rule := d.rule(from, to)
	n := 0
	if dims := valueExtents(rule, from, to); dims != nil {
		n = product(dims)
	}
	weight, delay := d.value(n, 0.5, 50), d.delay(n)
	var s synapse.Synapse = synapse.Static{Weight: weight, DelayMs: delay}
	if plastic := d.flip("plastic"); plastic && !from.Population.Model.Info().Signed {
		model := rapid.SampledFrom(synapseModels()[1:]).Draw(d.T, "synapse")
		if _, learned := model.(synapse.Learned); !learned || canLearn(rule, ports, delay) {
			s = withStrength(model, weight, delay)
		}
	} else if _, list := weight.(synapse.Listed); !list && d.flip("rounded") {
		s = synapse.Static{Weight: synapse.Rounded{Value: weight, Step: d.number(1e-3, 1)}, DelayMs: delay}
	}
	p := d.net.Project(from, to, rule, s)
	if d.flip("named") {
		p.Name = rapid.SampledFrom([]string{"a", "a", "b: c", "projections[0]"}).Draw(d.T, "name")
	}
}

// canLearn tells whether a projection can have learned synapses.
func canLearn(rule synapse.Rule, ports []neuron.Port, delay synapse.Value) bool {
	_, constant := delay.(synapse.Const)
	all, isAll := rule.(synapse.AllToAll)
	_, single := rule.(synapse.OneToOne)
	_, stencil := rule.(synapse.Stencil)
	return constant && len(ports) == 1 && ports[0].Kind == neuron.AnySign && (stencil || single || isAll && !all.NoSelf)
}

func (d networkDraw) delay(n int) synapse.Value {
	list := make(synapse.Listed, n)
	for i := range list {
		list[i] = d.ticks(1)
	}
	kinds := []synapse.Value{synapse.Const(d.ticks(1)), synapse.Uniform{Lo: d.ticks(1), Hi: d.net.TickMs * 2000}}
	if n > 0 {
		kinds = append(kinds, list)
	}
	return rapid.SampledFrom(kinds).Draw(d.T, "delay")
}

func (d networkDraw) rule(from, to sim.View) synapse.Rule {
	same := from.Len() == to.Len()
	most := min(from.Len(), to.Len()) - 1
	degree := rapid.IntRange(0, most).Draw(d.T, "degree")
	noSelf := same && from.Population == to.Population && from.Lo == to.Lo && from.Len() > 1
	rules := []synapse.Rule{
		synapse.AllToAll{NoSelf: noSelf},
		synapse.InDegree{K: degree, NoMultiple: d.flip("single"), NoSelf: noSelf},
		synapse.OutDegree{K: degree, NoMultiple: d.flip("single"), NoSelf: noSelf},
		synapse.Bernoulli{P: d.number(0, 1), NoSelf: noSelf},
		synapse.TotalNumber{N: degree, NoSelf: noSelf},
		d.explicit(from, to),
		synapse.Conv{In: synapse.Shape{1, from.Len()}, OutChannels: to.Len(), Kernel: []int{from.Len()}, Stride: d.axes(1)},
	}
	if same {
		in := synapse.Shape{1, 1, from.Len()}
		rules = append(rules, synapse.OneToOne{},
			synapse.TransposedConv{In: in, OutChannels: 1, Kernel: []int{1, 3}, Padding: []int{0, 1}, OutputPadding: d.axes(0, 0)},
			synapse.AvgPool{In: in, Kernel: []int{1, 1}, Padding: d.axes(0, 0)},
			synapse.SumPool{In: in, Kernel: []int{1, 1}, Stride: d.axes(1, 1)})
	}
	return rapid.SampledFrom(rules).Draw(d.T, "rule")
}

func (d networkDraw) axes(list ...int) []int {
	if d.flip("axes") {
		return list
	}
	return nil
}

func (d networkDraw) explicit(from, to sim.View) synapse.Explicit {
	n := rapid.IntRange(1, 5).Draw(d.T, "synapses")
	e := synapse.Explicit{Source: make([]uint32, n), Target: make([]uint32, n)}
	for i := range n {
		e.Source[i] = uint32(rapid.IntRange(0, from.Len()-1).Draw(d.T, "source"))
		e.Target[i] = uint32(rapid.IntRange(0, to.Len()-1).Draw(d.T, "target"))
	}
	return e
}

func (d networkDraw) stimulus(i int) {
	to, ok := d.view(takesCurrent)
	if !ok {
		return
	}
	start := d.ticks(0)
	stop := start + d.ticks(1)
	if d.flip("for ever") {
		stop = 0
	}
	s := d.net.Stimulate(to, rapid.SampledFrom([]sim.Drive{
		sim.Poisson{RateHz: d.number(0, 500), StartMs: start, StopMs: stop},
		sim.DC{Amplitude: d.value(to.Len(), -100, 100), StartMs: start, StopMs: stop},
		sim.StepCurrent{TimesMs: []float64{start, start + d.ticks(1)}, Amplitudes: []float64{d.number(-1, 1), 0}},
	}).Draw(d.T, "drive"))
	s.Name = fmt.Sprintf("%s %d", s.Name, i)
	s.Weight, s.DelayMs = d.number(-10, 10), d.ticks(0)
}

func (d networkDraw) recorder() {
	for _, p := range d.net.Projections {
		if _, plastic := p.Synapse.(synapse.Plastic); plastic && d.flip("weights") {
			d.net.RecordWeights(p)
		}
	}
	from, _ := d.view(anyModel)
	d.net.RecordSpikes(from)
	if variables := from.Population.Model.Info().Variables; len(variables) > 0 {
		r := d.net.RecordVariable(from, variables[0].Name, d.ticks(0))
		r.Name = rapid.SampledFrom([]string{"", "trace"}).Draw(d.T, "name")
	}
}

func TestWriteRefusesWhatFilesCannotSay(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(n *sim.Network)
		want   string
	}{
		{"not valid", func(n *sim.Network) { n.TickMs = 0 },
			"netfile: the network is not valid: tick: 0 ms must be greater than 0 and at most 1000 s"},
		{"name of the network", func(n *sim.Network) { n.Name = " x" },
			`netfile: " x" cannot be a name in a file; valid: a text on one line without blanks at its ends`},
		{"name of a population", func(n *sim.Network) { n.Populations[0].Name = "exc[0]" },
			`netfile: population name "exc[0]" cannot stand in a file; valid: a name without brackets`},
		{"model of another package", func(n *sim.Network) { n.Populations[0].Model = foreignModel{neuron.NewPSCDelta()} },
			`netfile: population "exc": model iaf_psc_delta of type netfile.foreignModel is not known to files`},
		{"rule of another package", func(n *sim.Network) { n.Projections[0].Rule = foreignRule{} },
			`netfile: projection exc->exc: a rule of type netfile.foreignRule cannot stand in a file`},
		{"synapse of another package", func(n *sim.Network) { n.Projections[0].Synapse = foreignSynapse{synapse.Fixed(1, 1)} },
			`netfile: projection exc->exc: a synapse of type netfile.foreignSynapse cannot stand in a file`},
		{"rounded delay", func(n *sim.Network) {
			n.Projections[0].Synapse = synapse.Static{Weight: synapse.Const(1), DelayMs: synapse.Rounded{Value: synapse.Const(1), Step: 0.1}}
		}, `netfile: projection exc->exc: a value of type synapse.Rounded cannot stand in a file here`},
		{"drawn switch", func(n *sim.Network) { n.Populations[0].Set("refractory_input", synapse.Uniform{Lo: 0, Hi: 1}) },
			`netfile: population exc: a drawn switch (refractory_input) cannot stand in a file`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := sim.NewNetwork("net")
			exc := n.Population("exc", 2, neuron.NewPSCDelta())
			n.Project(exc, exc, synapse.AllToAll{}, synapse.Fixed(1, 1))
			c.change(n)
			require.EqualError(t, Write(&bytes.Buffer{}, n), c.want)
		})
	}
}

type (
	foreignModel   struct{ neuron.PSCDelta }
	foreignRule    struct{ synapse.OneToOne }
	foreignSynapse struct{ synapse.Static }
)

func (foreignSynapse) Name() string { return "foreign" }

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, fmt.Errorf("disk full") }

func TestWriteReportsTheWriter(t *testing.T) {
	n := sim.NewNetwork("net")
	n.Population("exc", 2, neuron.NewPSCDelta())
	require.EqualError(t, Write(brokenWriter{}, n), "netfile: disk full")
}

// Stimuli of one name, as Go code may leave them, get names of their own.
func TestWriteMakesStimulusNamesUnique(t *testing.T) {
	n := sim.NewNetwork("net")
	exc := n.Population("exc", 2, neuron.NewPSCDelta())
	for range 3 {
		n.Stimulate(exc, sim.Poisson{RateHz: 1})
	}
	var text bytes.Buffer
	require.NoError(t, Write(&text, n))
	back, err := Read("run.yaml", text.Bytes(), Options{})
	require.NoError(t, err)
	require.Equal(t, "poisson", back.Stimuli[0].Name)
	require.Equal(t, "poisson 2", back.Stimuli[1].Name)
	require.Equal(t, "poisson 3", back.Stimuli[2].Name)
}

func TestShifted(t *testing.T) {
	for _, c := range []struct {
		x        float64
		exponent int
		want     string
	}{
		{50, 3, "0.05"}, {1000, 3, "1"}, {12_345, 3, "12.345"}, {0, 3, "0"}, {-250, 3, "-0.25"}, {1e-7, 3, "1e-10"},
		{1e30, 3, "1e27"}, {1.5e6, 3, "1500"}, {0.1, 0, "0.1"}, {-1e6, 0, "-1000000"}, {1.25e-5, 0, "0.0000125"}, {math.Copysign(0, -1), 0, "-0"},
	} {
		require.Equal(t, c.want, shifted(c.x, c.exponent))
	}
}
