package sim_test

import (
	"fmt"
	"strconv"
	"strings"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// scriptCommands are the commands of interaction scripts. All durations are in ticks.
//
//	tick MS                                            a grid in ms; without it, a step grid
//	population NAME MODEL SIZE [PARAM=X,X,…] [host=H]  PARAM: a parameter or an initial variable
//	source NAME NEURON:TICK,…                          a population that emits these spikes
//	project FROM TO RULE weight W,… delay D,…          RULE: one_to_one, all_to_all or SOURCE>TARGET,…
//	plastic FROM TO RULE weight W,… delay D [Wmax W]   the same, with pair STDP; records the weights
//	poisson TO mean SPIKES weight W                    SPIKES per tick; from start, to stop, with delay
//	dc TO amplitude A,…                                from start, to stop, with delay
//	step_current TO TICK:A,…                           with delay
//	sample POPULATION VARIABLE [every N]
//	host H, workers N                                  for the trace: auto, clocked, lazy
//	describe, activity, weights
//	run TICKS [spikes|count]
//	inject POPULATION NEURON …
//	branch, reset                                      go on with a restored copy; begin anew
//
// Where a population is asked for, NAME[LO:HI] is a part of it.
var scriptCommands = map[string]func(*script, arguments) error{
	"tick": func(s *script, a arguments) error {
		s.net.TickMs, s.net.Steps = a.float(0), false
		return nil
	},
	"population":   (*script).population,
	"source":       (*script).source,
	"project":      func(s *script, a arguments) error { return s.project(a, nil) },
	"plastic":      (*script).plastic,
	"poisson":      (*script).poisson,
	"dc":           (*script).dc,
	"step_current": (*script).stepCurrent,
	"sample":       (*script).sample,
	"host": func(s *script, a arguments) error {
		if !s.forced {
			s.options.Host = hostingOf(a.word(0))
		}
		return nil
	},
	"workers": func(s *script, a arguments) error {
		if !s.forced {
			s.options.Workers = int(a.whole(0))
		}
		return nil
	},
	"describe": (*script).describe,
	"activity": (*script).activity,
	"weights":  (*script).weights,
	"run":      func(s *script, a arguments) error { return s.run(a.whole(0), a.optional(1)) },
	"inject":   (*script).inject,
	"branch": func(s *script, _ arguments) error {
		b, err := s.sim.Branch()
		if err == nil {
			s.use(b)
		}
		return err
	},
	"reset": func(s *script, _ arguments) error { return s.sim.Reset() },
}

// arguments are the words after a command.
type arguments []string

// badArgument is the reason of a panic at a word that is wrong; script.try makes an error of it.
type badArgument string

func (b badArgument) Error() string { return string(b) }

func (a arguments) optional(i int) string {
	if i < len(a) {
		return a[i]
	}
	return ""
}

func (a arguments) word(i int) string {
	if i >= len(a) {
		panic(badArgument(fmt.Sprintf("argument %d is missing", i+1)))
	}
	return a[i]
}

func (a arguments) whole(i int) int64 { return wholeOf(a.word(i)) }

func wholeOf(word string) int64 {
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		panic(badArgument(err.Error()))
	}
	return n
}

func (a arguments) float(i int) float64 { return floatOf(a.word(i)) }

func floatOf(word string) float64 {
	x, err := strconv.ParseFloat(word, 64)
	if err != nil {
		panic(badArgument(err.Error()))
	}
	return x
}

// named is the word after a key, or otherwise.
func (a arguments) named(key, otherwise string) string {
	for i := 0; i+1 < len(a); i++ {
		if a[i] == key {
			return a[i+1]
		}
	}
	return otherwise
}

// valueOf reads one number or a list of them, times a factor.
func valueOf(word string, factor float64) synapse.Value {
	parts := strings.Split(word, ",")
	list := make(synapse.Listed, len(parts))
	for i, p := range parts {
		list[i] = floatOf(p) * factor
	}
	if len(list) == 1 {
		return synapse.Const(list[0])
	}
	return list
}

func hostingOf(word string) sim.Hosting {
	for _, h := range []sim.Hosting{sim.Auto, sim.ClockedHosting, sim.LazyHosting} {
		if h.String() == word {
			return h
		}
	}
	panic(badArgument("unknown hosting " + word))
}

// view finds a population, or the part NAME[LO:HI] of one.
func (s *script) view(word string) sim.View {
	name, part, cut := strings.Cut(strings.TrimSuffix(word, "]"), "[")
	for _, p := range s.net.Populations {
		if p.Name != name {
			continue
		}
		if !cut {
			return p.All()
		}
		lo, hi, _ := strings.Cut(part, ":")
		return p.Slice(int(wholeOf(lo)), int(wholeOf(hi)))
	}
	panic(badArgument("no population " + word))
}

func (s *script) population(a arguments) error {
	m, ok := neuron.ByName(a.word(1))
	if !ok {
		return badArgument("no model " + a.word(1))
	}
	p := s.net.Population(a.word(0), int(a.whole(2)), m)
	for _, setting := range a[3:] {
		name, word, _ := strings.Cut(setting, "=")
		if name == "host" {
			p.Host = hostingOf(word)
			continue
		}
		value := valueOf(word, 1)
		if x, one := value.(synapse.Const); one && setParameter(p, name, float64(x)) {
			continue
		}
		p.Set(name, value)
	}
	return nil
}

// setParameter sets a parameter of a population's model; false if the model has none of this name.
func setParameter(p *sim.Population, name string, x float64) bool {
	for _, q := range neuron.Params(p.Model) {
		if q.Name == name {
			p.Model = neuron.With(p.Model, q, x)
			return true
		}
	}
	return false
}

func (s *script) source(a arguments) error {
	var times [][]float64
	for _, word := range strings.Split(a.word(1), ",") {
		n, tick, _ := strings.Cut(word, ":")
		for int(wholeOf(n)) >= len(times) {
			times = append(times, nil)
		}
		times[wholeOf(n)] = append(times[wholeOf(n)], floatOf(tick)*s.net.TickMs)
	}
	s.net.Population(a.word(0), len(times), neuron.NewSpikeSource(times...))
	return nil
}

func ruleOf(word string) synapse.Rule {
	switch word {
	case "one_to_one":
		return synapse.OneToOne{}
	case "all_to_all":
		return synapse.AllToAll{}
	}
	e := synapse.Explicit{}
	for _, pair := range strings.Split(word, ",") {
		from, to, _ := strings.Cut(pair, ">")
		e.Source, e.Target = append(e.Source, uint32(wholeOf(from))), append(e.Target, uint32(wholeOf(to)))
	}
	return e
}

// project adds a projection; stdp, if not nil, makes it plastic.
func (s *script) project(a arguments, stdp *synapse.STDP) error {
	weight := valueOf(a.named("weight", "1"), 1)
	delay := valueOf(a.named("delay", "1"), s.net.TickMs)
	if stdp != nil {
		stdp.Weight, stdp.DelayMs = weight, delay
		s.net.RecordWeights(s.net.Project(s.view(a.word(0)), s.view(a.word(1)), ruleOf(a.word(2)), *stdp))
		return nil
	}
	s.net.Project(s.view(a.word(0)), s.view(a.word(1)), ruleOf(a.word(2)), synapse.Static{Weight: weight, DelayMs: delay})
	return nil
}

func (s *script) plastic(a arguments) error {
	stdp := synapse.NewSTDP()
	stdp.Wmax, stdp.Lambda = floatOf(a.named("Wmax", "10")), 0.1
	return s.project(a, &stdp)
}

// times are the words start, stop and delay of a stimulus, in ms.
func (s *script) times(a arguments) (start, stop, delay float64) {
	ms := func(key string) float64 { return floatOf(a.named(key, "0")) * s.net.TickMs }
	return ms("start"), ms("stop"), ms("delay")
}

func (s *script) poisson(a arguments) error {
	start, stop, delay := s.times(a)
	rate := floatOf(a.named("mean", "0")) * 1000 / s.net.TickMs
	st := s.net.Stimulate(s.view(a.word(0)), sim.Poisson{RateHz: rate, StartMs: start, StopMs: stop})
	st.Weight, st.DelayMs = floatOf(a.named("weight", "1")), delay
	return nil
}

func (s *script) dc(a arguments) error {
	start, stop, delay := s.times(a)
	amplitude := valueOf(a.named("amplitude", "1"), 1)
	s.net.Stimulate(s.view(a.word(0)), sim.DC{Amplitude: amplitude, StartMs: start, StopMs: stop}).DelayMs = delay
	return nil
}

func (s *script) stepCurrent(a arguments) error {
	_, _, delay := s.times(a)
	c := sim.StepCurrent{}
	for _, word := range strings.Split(a.word(1), ",") {
		tick, amplitude, _ := strings.Cut(word, ":")
		c.TimesMs, c.Amplitudes = append(c.TimesMs, floatOf(tick)*s.net.TickMs), append(c.Amplitudes, floatOf(amplitude))
	}
	s.net.Stimulate(s.view(a.word(0)), c).DelayMs = delay
	return nil
}

func (s *script) sample(a arguments) error {
	s.net.RecordVariable(s.view(a.word(0)), a.word(1), floatOf(a.named("every", "0"))*s.net.TickMs)
	return nil
}

func (s *script) inject(a arguments) error {
	if err := s.start(); err != nil {
		return err
	}
	var neurons []uint32
	for i := range a[1:] {
		neurons = append(neurons, uint32(a.whole(i+1)))
	}
	return s.sim.Inject(s.view(a.word(0)).Population, neurons...)
}

func (s *script) describe(arguments) error {
	if err := s.start(); err != nil {
		return err
	}
	d := s.program.Describe()
	fmt.Fprintf(&s.out, "%d levels, window of %d ticks\n", d.Levels, d.WindowTicks)
	for _, p := range d.Populations {
		fmt.Fprintf(&s.out, "%s: %s, level %d\n", p.Name, p.Hosting, p.Level)
	}
	for _, p := range d.Projections {
		fmt.Fprintf(&s.out, "%s: %d synapses, %s, delays of %d to %d ticks\n", p.Name, p.Synapses, p.Encoding, p.MinDelay, p.MaxDelay)
	}
	return nil
}

func (s *script) activity(arguments) error {
	c := s.sim.Activity()
	for _, p := range c.Populations {
		fmt.Fprintf(&s.out, "%s: %d spikes, %d negative, %d updates\n", p.Name, p.Spikes, p.Negative, p.Updates)
	}
	for _, p := range c.Projections {
		fmt.Fprintf(&s.out, "%s: %d synaptic events, %d plastic\n", p.Name, p.Events, p.Plastic)
	}
	for _, p := range c.Stimuli {
		fmt.Fprintf(&s.out, "%s: %d events\n", p.Name, p.Events)
	}
	return nil
}

func (s *script) weights(arguments) error {
	for _, log := range s.sim.Weights() {
		for i, tick := range log.Ticks {
			fmt.Fprintf(&s.out, "%s: spike of tick %d from %d to %d with weight %.6g\n",
				log.Recorder.Of.Name, tick, log.Sources[i], log.Targets[i], log.Weights[i])
		}
	}
	return nil
}
