package netfile

import (
	"fmt"
	"strings"

	"couplet/internal/yamltree"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// stimulus is one entry of stimuli while it is read. Weights and amplitudes wait for the targets, on
// which their unit depends.
type stimulus struct {
	r    *reader
	c    yamltree.Cursor
	name string

	model           string
	to              []sim.View
	rateHz          float64
	startMs, stopMs float64
	timesMs         []float64
	delayMs         float64

	weight, amplitude, amplitudes *yamltree.Cursor
	values                        map[string]synapse.Value // amplitudes that were read, by dimension and size
}

var stimulusFields = table[*stimulus]{
	{"model", wordForm(driveNames...), "what the stimulus does", required, (*stimulus).readModel},
	{"to", endpointsForm,
		"whom it drives",
		required, func(s *stimulus, c yamltree.Cursor) { s.to = s.r.endpoints(c) }},
	{"delay", durationForm,
		"delay, as if the drive came over a connection; default 0",
		optional, func(s *stimulus, c yamltree.Cursor) { s.delayMs, _ = s.r.duration(c) }},
}

// weightUnits says what a weight looks like.
const weightUnits = "a quantity in mV for iaf_psc_delta, in pA for models with synaptic currents, a pure number for step-coded models and parrots"

// Names of the drives.
const (
	poissonDrive = "poisson"
	dcDrive      = "dc"
	stepDrive    = "step_current"
)

var driveNames = []string{poissonDrive, dcDrive, stepDrive}

var (
	startField = field[*stimulus]{"start", durationForm,
		"when it begins; default 0",
		optional, (*stimulus).readStart}
	stopField = field[*stimulus]{"stop", durationForm,
		"when it ends; default: never",
		optional, (*stimulus).readStop}
	factorField = field[*stimulus]{"weight", numberForm,
		"factor on the amplitude; default 1",
		optional, func(s *stimulus, c yamltree.Cursor) { s.weight = &c }}
	weightForm     = form{weightUnits, ref("quantity")}
	amplitudeForm  = form{"a current (a pure number for step-coded models), a list or an array of one for each neuron, or a distribution", ref("value")}
	amplitudesForm = form{"a list of currents (pure numbers for step-coded models)", arrayOf(ref("quantity"))}
)

var stimulusVariants = []variant[*stimulus]{
	{poissonDrive, "gives every target neuron its own Poisson spike train", table[*stimulus]{
		{"rate", rateForm,
			"spikes per time for each neuron",
			required, func(s *stimulus, c yamltree.Cursor) { s.rateHz, _ = s.r.grid().rate.read(c) }},
		startField, stopField,
		{"weight", weightForm,
			"weight of each spike",
			required, func(s *stimulus, c yamltree.Cursor) { s.weight = &c }},
	}},
	{dcDrive, "a constant current", table[*stimulus]{
		{"amplitude", amplitudeForm,
			"current into each neuron",
			required, func(s *stimulus, c yamltree.Cursor) { s.amplitude = &c }},
		startField, stopField, factorField,
	}},
	{stepDrive, "a current that changes at given times, nothing before the first", table[*stimulus]{
		{"times", durationsForm, "when the current changes, increasing", required, (*stimulus).readTimes},
		{"amplitudes", amplitudesForm,
			"current from each of these times on",
			required, func(s *stimulus, c yamltree.Cursor) { s.amplitudes = &c }},
		factorField,
	}},
}

func (r *reader) readStimuli(c yamltree.Cursor) {
	if !c.Mapping("names with stimuli, such as drive: {model: poisson, ...}") {
		return
	}
	for name, entry := range c.Fields() {
		s := &stimulus{r: r, c: entry, name: name, values: map[string]synapse.Value{}}
		r.place(entry)
		s.read()
	}
}

func (s *stimulus) read() {
	if !s.c.Mapping("the keys model, to, ...") {
		return
	}
	stimulusFields.read(s, s.c)
	own, known := find(stimulusVariants, s.model)
	if !known {
		s.c.OnlyKeys(allKeys(stimulusFields, stimulusVariants)...)
		return
	}
	onlyKeys(s.c, stimulusFields, own, stimulusVariants)
	own.fields.read(s, s.c)
	for _, view := range s.to {
		s.drive(view)
	}
}

func (s *stimulus) readModel(c yamltree.Cursor) { s.model, _ = c.Word("model", driveNames...) }

func (s *stimulus) readStart(c yamltree.Cursor) { s.startMs, _ = s.r.duration(c) }

func (s *stimulus) readStop(c yamltree.Cursor) {
	x, ok := s.r.duration(c)
	if ok && x <= s.startMs {
		c.Errorf("%s is not later than the start; valid: a time after it, or no stop at all", c.Raw())
	}
	s.stopMs = x
}

func (s *stimulus) readTimes(c yamltree.Cursor) { s.timesMs, _ = readQuantities(c, s.r.grid().time) }

// drive adds the stimulus of one target.
func (s *stimulus) drive(to sim.View) {
	model := to.Population.Model
	stimulus := &sim.Stimulus{Name: s.nameFor(to), To: to, Weight: 1, DelayMs: s.delayMs, Path: s.c.Path()}
	switch s.model {
	case poissonDrive:
		stimulus.Drive = sim.Poisson{RateHz: s.rateHz, StartMs: s.startMs, StopMs: s.stopMs}
		if s.weight != nil {
			stimulus.Weight, _ = weightReader(model).read(*s.weight)
		}
	case dcDrive:
		stimulus.Drive = sim.DC{Amplitude: s.amplitudeFor(to), StartMs: s.startMs, StopMs: s.stopMs}
		s.factor(stimulus)
	case stepDrive:
		drive := sim.StepCurrent{TimesMs: s.timesMs}
		if s.amplitudes != nil {
			drive.Amplitudes = s.amplitudesFor(model)
		}
		stimulus.Drive = drive
		s.factor(stimulus)
	}
	s.r.net.Stimuli = append(s.r.net.Stimuli, stimulus)
}

func (s *stimulus) factor(to *sim.Stimulus) {
	if s.weight != nil {
		to.Weight, _ = number.read(*s.weight)
	}
}

// amplitudeFor is the current into the neurons of one target. Targets of one dimension and size share it.
func (s *stimulus) amplitudeFor(to sim.View) synapse.Value {
	if s.amplitude == nil {
		return synapse.Const(0)
	}
	d := currentDimension(to.Population.Model)
	key := fmt.Sprint(d.name, to.Len())
	v, known := s.values[key]
	if !known {
		fits := func(c yamltree.Cursor, what string, length int) bool {
			if length != to.Len() {
				c.Errorf("%s has length %d, but the target has size %d; valid: one value for each neuron", what, length, to.Len())
			}
			return length == to.Len()
		}
		v, _ = valueReader{r: s.r, one: d, drawn: d, fits: fits}.read(*s.amplitude)
		s.values[key] = v
	}
	return v
}

func (s *stimulus) amplitudesFor(m neuron.Model) []float64 {
	d := currentDimension(m)
	v, known := s.values[d.name]
	if !known {
		list, _ := readQuantities(*s.amplitudes, d)
		v = synapse.Listed(list)
		s.values[d.name] = v
	}
	return v.(synapse.Listed)
}

// nameFor is the name of the stimulus of one target: that of the entry, with the target if there are
// several.
func (s *stimulus) nameFor(to sim.View) string { return nameOf(s.name, len(s.to), viewLabel(to)) }

// nameOf is the name of one of n parts that an entry of a file stands for.
func nameOf(entry string, n int, part string) string {
	if n == 1 || entry == "" {
		return entry
	}
	return entry + ":" + part
}

// viewLabel names a view inside the names of stimuli and recorders.
func viewLabel(v sim.View) string {
	if v.Whole() {
		return v.Population.Name
	}
	return v.Population.Name + "[" + rangeText(v) + "]"
}

// currentDimension is the dimension of a current into a neuron.
func currentDimension(m neuron.Model) dimension {
	if m.Info().Step {
		return number
	}
	return current
}

// weightDimension is the dimension of weights onto a neuron: a jump of the potential, unless the
// model filters its input through synaptic currents or is step-coded.
func weightDimension(m neuron.Model) dimension {
	info := m.Info()
	if info.Step || anyWeight(info) {
		return number
	}
	for _, p := range neuron.Params(m) {
		if strings.HasPrefix(p.Name, "tau_syn") {
			return current
		}
	}
	return voltage
}

// anyWeight tells that weights onto a model do not matter: it counts spikes, or takes none.
func anyWeight(info neuron.Info) bool {
	for _, port := range info.Ports {
		if port.Kind != neuron.Counting {
			return false
		}
	}
	return true
}

// weightReader reads weights onto a neuron. Where weights do not matter, every unit of a weight will
// do, so that one entry of a file can reach parrots and other neurons.
func weightReader(m neuron.Model) quantityReader {
	if anyWeight(m.Info()) {
		return anyUnit{number, voltage, current}
	}
	return weightDimension(m)
}

// anyUnit reads quantities of several dimensions; the first one stands in messages.
type anyUnit []dimension

// read implements quantityReader.
func (a anyUnit) read(c yamltree.Cursor) (float64, bool) {
	_, symbol := splitQuantity(c.Raw())
	for _, d := range a {
		if _, ok := d.find(symbol); ok {
			return d.read(c)
		}
	}
	return a[0].read(c)
}

// dimensions implements quantityReader.
func (a anyUnit) dimensions() []dimension { return a }

// outside implements quantityReader.
func (a anyUnit) outside(float64) string { return "" }
