package golden

import (
	"encoding/json"
	"errors"
	"fmt"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// portableFile is a file of schema snn-portable/1.
type portableFile struct {
	Model       string
	Params      params
	N, NE       whole
	KE, KI      whole
	WE, WI      float64
	DelaySteps  [2]whole `json:"delay_steps"`
	SourceRule  string   `json:"source_rule"`
	SeedSources seed     `json:"seed_sources"`
	SeedDelays  seed     `json:"seed_delays"`
	V0          *spread
	Ie          *spread `json:"I_e"`
	TSteps      whole   `json:"T_steps"`
	Plastic     params
	Kick        *kick
	Expected    portableValues
}

// spread gives neuron i the value base + span·r(i, n)/n.
type spread struct {
	Base, Span float64
	N          whole
	Seed       seed
}

// kick is a set of generators, each with one spike at a drawn step and a block of neurons.
type kick struct {
	Generators  whole
	Seed        seed
	WindowSteps whole `json:"window_steps"`
	Weight      float64
	DelaySteps  whole `json:"delay_steps"`
}

// portableBuilder turns a file into a network.
type portableBuilder struct {
	file     *portableFile
	net      *sim.Network
	expected *portableExpectation
	neurons  *sim.Population
	trace    postTrace
}

func (c *Case) readPortable(data []byte) error {
	f := portableFile{NE: -1}
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	if err := f.validate(); err != nil {
		return err
	}
	c.Ticks = int64(f.TSteps)
	b := &portableBuilder{
		file: &f, net: c.Network,
		expected: &portableExpectation{values: &f.Expected, ticks: c.Ticks, excitatory: int(f.NE), tickMs: c.Network.TickMs},
	}
	c.expected = b.expected
	for _, step := range []func() error{b.population, b.projections, b.kicks} {
		if err := step(); err != nil {
			return err
		}
	}
	c.Network.RecordSpikes(b.neurons)
	return nil
}

// validate checks what the seed rule asks for; what a network asks for is checked by compiling it.
func (f *portableFile) validate() error {
	ni := f.N - f.NE
	lo, hi := f.DelaySteps[0], f.DelaySteps[1]
	switch {
	case f.N < 1 || f.N > maxNeurons:
		return fmt.Errorf("size N: %d must be in [1, 2^30]", f.N)
	case f.NE < 0 || ni < 0:
		return fmt.Errorf("number NE: %d must be in [0, N]", f.NE)
	case f.KE < 0 || f.KI < 0 || f.KE > maxNeurons || f.KI > maxNeurons:
		return fmt.Errorf("in-degrees KE and KI: %d and %d must be in [0, 2^30]", f.KE, f.KI)
	case f.KE > 0 && f.NE == 0 || f.KI > 0 && ni == 0:
		return errors.New("in-degrees KE and KI: connections from neurons that do not exist")
	case lo < 1 || hi < lo || hi > 1<<24:
		return fmt.Errorf("delay_steps: [%d, %d] must be a range of steps from 1 on", lo, hi)
	case f.SourceRule != "uniform" && f.SourceRule != "stratified":
		return fmt.Errorf("source_rule: %q is neither uniform nor stratified", f.SourceRule)
	case f.SourceRule == "stratified" && (f.KE > f.NE || f.KI > ni):
		return errors.New("source_rule: stratified sources need at least as many neurons as connections of each kind")
	}
	for name, s := range map[string]*spread{"v0": f.V0, "I_e": f.Ie} {
		if s != nil && (s.N < 1 || s.N > 1<<32) {
			return fmt.Errorf("%s: n %d must be in [1, 2^32]", name, s.N)
		}
	}
	return f.Kick.validate(f.N)
}

func (k *kick) validate(n whole) error {
	switch {
	case k == nil:
	case k.Generators < 1 || k.Generators > n || k.Generators > maxSpikes:
		return fmt.Errorf("kick: %d generators must be at least 1, at most %d and not more than neurons", k.Generators, maxSpikes)
	case k.WindowSteps < 2 || k.WindowSteps > 1<<32:
		return fmt.Errorf("kick: window of %d steps must be in [2, 2^32]", k.WindowSteps)
	case k.DelaySteps < 1:
		return fmt.Errorf("kick: delay of %d steps must be at least 1", k.DelaySteps)
	}
	return nil
}

// population makes the one population of all neurons, the excitatory ones first.
func (b *portableBuilder) population() error {
	m, err := neuronModel(b.file.Model)
	if err != nil {
		return err
	}
	trace, rest, err := takePostTrace(b.file.Params)
	if err != nil {
		return err
	}
	if m, err = withParams(m, rest); err != nil {
		return err
	}
	b.trace = trace
	b.neurons = b.net.Population("neurons", int(b.file.N), m)
	if s := b.file.V0; s != nil {
		b.neurons.Set("V_m", s.value())
	}
	return b.drives()
}

// drives sets I_e, as a parameter of all neurons where it is the same for all.
func (b *portableBuilder) drives() error {
	s := b.file.Ie
	if s == nil {
		return nil
	}
	for _, q := range neuron.Params(b.neurons.Model) {
		if q.Name != "I_e" {
			continue
		}
		if c, same := s.value().(synapse.Const); same {
			b.neurons.Model = neuron.With(b.neurons.Model, q, float64(c))
		} else {
			b.neurons.Set("I_e", s.value())
		}
		return nil
	}
	return fmt.Errorf("currents I_e: %s has no such parameter", b.file.Model)
}

// projections connects the neurons: one projection for every kind of source, and a separate one
// for the plastic connections from excitatory to excitatory neurons.
func (b *portableBuilder) projections() error {
	f := b.file
	exc, inh := b.neurons.Slice(0, int(f.NE)), b.neurons.Slice(int(f.NE), int(f.N))
	slots := int(f.KE + f.KI)
	wiring := func(to sim.View, first, count whole) SeededInDegree {
		return SeededInDegree{
			Seed: uint64(f.SeedSources), Slots: slots, First: int(first), Count: int(count),
			Target: to.Lo, Stratified: f.SourceRule == "stratified",
		}
	}
	delay := seededDelay(f.DelaySteps, uint64(f.SeedDelays), b.net.TickMs)
	static := func(w float64) synapse.Synapse { return synapse.Static{Weight: synapse.Const(w), DelayMs: delay} }
	if f.KI > 0 {
		b.net.Project(inh, b.neurons, wiring(b.neurons.All(), f.KE, f.KI), static(f.WI)).Name = "inh->all"
	}
	if f.KE == 0 {
		return nil
	}
	if f.Plastic == nil {
		b.net.Project(exc, b.neurons, wiring(b.neurons.All(), 0, f.KE), static(f.WE)).Name = "exc->all"
		return nil
	}
	s, err := synapseModel(f.Plastic, b.trace)
	if err != nil {
		return fmt.Errorf("plastic: %w", err)
	}
	b.expected.plastic = b.net.Project(exc, exc, wiring(exc, 0, f.KE), withStrength(s, synapse.Const(f.WE), delay))
	b.expected.plastic.Name = "exc->exc"
	if inh.Len() > 0 {
		b.net.Project(exc, inh, wiring(inh, 0, f.KE), static(f.WE)).Name = "exc->inh"
	}
	return nil
}

// kicks adds the generators that kick every neuron once.
func (b *portableBuilder) kicks() error {
	k := b.file.Kick
	if k == nil {
		return nil
	}
	tick := b.net.TickMs
	times := make([][]float64, k.Generators)
	for g := range times {
		step := 1 + r(uint64(k.Seed), uint64(g), uint64(k.WindowSteps-1))
		times[g] = []float64{float64(step) * tick}
	}
	sources := b.net.Population("generators", len(times), neuron.SpikeSource{Times: times})
	p := b.net.Project(sources, b.neurons, Blocks{}, synapse.Fixed(k.Weight, float64(k.DelaySteps)*tick))
	p.Name = "kick"
	return nil
}

// value is the spread as a value that draws.
func (s *spread) value() synapse.Value {
	if s.Span == 0 {
		return synapse.Const(s.Base)
	}
	return SeededUniform{Seed: uint64(s.Seed), Base: s.Base, Span: s.Span, N: uint64(s.N)}
}

// seededDelay draws delays; a range of one step needs no draw.
func seededDelay(steps [2]whole, seed uint64, tickMs float64) synapse.Value {
	if steps[0] == steps[1] {
		return synapse.Const(float64(steps[0]) * tickMs)
	}
	return SeededSteps{Seed: seed, Lo: int(steps[0]), Hi: int(steps[1]), TickMs: tickMs}
}
