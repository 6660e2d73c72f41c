package netfile

import (
	"fmt"
	"slices"
	"strings"

	"couplet/internal/yamltree"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// population is one entry of populations while it is read.
type population struct {
	r      *reader
	c      yamltree.Cursor
	pop    *sim.Population
	state  reading
	usable bool // model and size are known: others may refer to it

	sized bool // the entry gives a size
	likes bool // the entry is like another, or says so wrongly
	file  eventsDraft
}

// reading tells how far a population has been read: one may be like another that stands below it.
type reading uint8

const (
	unread reading = iota
	begun
	done
)

// The kinds of populations, by what their entries hold.
const (
	neuronKind = "neuron models"
	spikeKind  = "spike_source"
	eventsKind = "events"
)

const maxSize = synapse.MaxPopulation

// populationFields are the fields that every population has.
var populationFields = table[*population]{
	{"like", form{"the name of a population", nameForm.schema},
		"another population, of which everything is taken over that is not given here; with another model only size and shape",
		optional, noRead[*population]},
	{"model", form{"the name of a model", wordForm(modelNames()...).schema},
		"neuron model or source",
		optional, (*population).readModel},
	{"host", wordForm("auto", "clocked", "lazy"),
		"how the population is updated; it never changes a spike; default auto",
		optional, (*population).readHost},
	{"precision", wordForm("float64", "float32"),
		"format of the state; default float64 for models on milliseconds, float32 for step-coded ones",
		optional, (*population).readPrecision},
}

// populationVariants are the further fields of each kind.
var populationVariants = []variant[*population]{
	{neuronKind, "neurons of one model", table[*population]{
		{"size", countForm(1, maxSize),
			"number of neurons; needed without a shape",
			optional, (*population).readSize},
		{"shape", shapeForm,
			"channels and one to three spatial extents, for convolutions and pictures",
			optional, (*population).readShape},
		{"params", form{"a mapping from parameters to values", mappingOf(anyOf(switchForm.schema, ref("value"), arrayOf(switchForm.schema)))},
			"parameters that differ from the model's defaults",
			optional, (*population).readParams},
		{"init", form{"a mapping from variables to values", mappingOf(ref("value"))},
			"initial values of state variables",
			optional, (*population).readInit},
	}},
	{spikeKind, "replays given spike times", table[*population]{
		{"size", countForm(1, maxSize),
			"number of neurons; default: the number of lists in times",
			optional, (*population).readSize},
		{"shape", shapeForm, "channels and one to three spatial extents", optional, (*population).readShape},
		{"times", form{"a list of lists of times, one for each neuron: [[1 ms, 2 ms], []]", arrayOf(durationsForm.schema)},
			"spike times of every neuron, never decreasing",
			optional, (*population).readTimes},
		{"precise", switchForm,
			"keep exact times instead of asking for times on the grid; default false",
			optional, (*population).readPrecise},
	}},
	{eventsKind, "replays a recording of an event camera: neuron = (polarity·height + y)·width + x, polarity 0 off and 1 on", table[*population]{
		{"file", fileForm,
			"recording, looked for beside the network file, then in the data directory and its folder events; of a list the first that exists",
			optional, (*population).readFile},
		{"origin", form{"a text", nameForm.schema},
			"where the first of a list of recordings comes from, for those who do not have it",
			optional, (*population).readOrigin},
		{"format", form{"the name of a format", wordForm(eventFormats()...).schema},
			"format of the recording; default: by its first bytes",
			optional, (*population).readFormat},
		{"shape", shapeForm,
			"[2, height, width] of the sensor; default: as the recording says",
			optional, (*population).readShape},
		{"time_scale", form{"a duration, such as 1 ms", duration.quantitySchema()},
			"recorded time that passes in 1 ms (1 step) of the network; default 1 ms, needed on a step grid",
			optional, (*population).readTimeScale},
	}},
}

var fileForm = form{"a path, or a list of paths", oneOrMore(nameForm.schema)}

var shapeForm = form{"a list of whole numbers, such as [2, 34, 34]", arrayOf(countSchema(1, maxSize))}

// modelNames lists what may stand at model.
func modelNames() []string {
	var names []string
	for _, m := range neuron.All() {
		names = append(names, m.Info().Name)
	}
	if !slices.Contains(names, spikeKind) {
		names = append(names, spikeKind)
	}
	return append(names, eventsKind)
}

// maxPopulations and maxParts bound what a short file can stand for.
const (
	maxPopulations = 1 << 15
	maxParts       = 1 << 16 // projections, or recorders
)

func (r *reader) readPopulations(c yamltree.Cursor) {
	if !c.Mapping("names with populations, such as exc: {model: iaf_psc_delta, size: 100}") {
		return
	}
	if c.Len() > maxPopulations {
		c.Errorf("%d populations are too many; valid: at most %d", c.Len(), maxPopulations)
		return
	}
	for name, entry := range c.Fields() {
		if !yamltree.IsName(name) || strings.ContainsAny(name, "[]") {
			entry.KeyErrorf("%q is no name for a population; valid: a text without brackets and without blanks at its ends", name)
			continue
		}
		p := &population{r: r, c: entry, pop: &sim.Population{Name: name, Each: map[string]synapse.Value{}, Path: r.place(entry)}}
		r.populations[name] = p
		r.net.Populations = append(r.net.Populations, p.pop)
	}
	for _, p := range r.net.Populations {
		r.populations[p.Name].read()
	}
}

// noPopulation reports a name that no population has.
func (r *reader) noPopulation(c yamltree.Cursor, name string) {
	names := make([]string, 0, len(r.net.Populations))
	if !r.tree.Full() {
		for _, p := range r.net.Populations {
			names = append(names, p.Name)
		}
	}
	c.Errorf("there is no population %q%s; valid: %s", name, yamltree.Suggest(name, names), some(names))
}

// some lists the first of many names.
func some(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// read reads the entry, after the one that it is like.
func (p *population) read() {
	if p.state != unread {
		return
	}
	p.state = begun
	defer func() { p.state = done }()
	if !p.c.Mapping("the keys model and size, or like") {
		return
	}
	if base, ok := p.c.Field("like"); ok { // not by the table, as it reads other entries in turn
		p.readLike(base)
	}
	populationFields.read(p, p.c)
	kind, known := p.kind()
	if !known {
		p.c.OnlyKeys(allKeys(populationFields, populationVariants)...)
		return
	}
	own, _ := find(populationVariants, kind)
	fields := own.fields
	if kind == neuronKind {
		own.name = p.pop.Model.Info().Name
	}
	onlyKeys(p.c, populationFields, own, populationVariants)
	fields.read(p, p.c)
	p.finish(kind)
}

// kind is the kind of population that the model makes it; false if the model is not known.
func (p *population) kind() (string, bool) {
	switch p.pop.Model.(type) {
	case EventFile:
		return eventsKind, true
	case neuron.SpikeSource:
		return spikeKind, true
	case nil:
		if _, given := p.c.Field("model"); !given && !p.likes {
			p.c.Missing("model", "one of "+strings.Join(modelNames(), ", ")+"; or like: another population")
		}
		return "", false
	}
	return neuronKind, true
}

func (p *population) readLike(c yamltree.Cursor) {
	p.likes = true
	name, ok := c.Name()
	if !ok {
		return
	}
	base, ok := p.r.populations[name]
	if !ok {
		p.r.noPopulation(c, name)
		return
	}
	if base.state == begun {
		c.Errorf("population %q is like itself; valid: a population that is not like this one", name)
		return
	}
	base.read()
	b := base.pop
	p.pop.Model, p.pop.Size, p.pop.Shape = b.Model, b.Size, slices.Clone(b.Shape)
	p.pop.Host, p.pop.Precision = b.Host, b.Precision
	for name, v := range b.Each {
		p.pop.Each[name] = v
	}
	p.file = base.file
}

func (p *population) readModel(c yamltree.Cursor) {
	name, ok := c.Word("model", modelNames()...)
	if !ok {
		p.pop.Model = nil
		return
	}
	if p.likes && p.pop.Model != nil {
		if kind, _ := p.kind(); kind == name || kind == neuronKind && p.pop.Model.Info().Name == name {
			return
		}
		p.pop.Each = map[string]synapse.Value{}
		p.pop.Host, p.pop.Precision = sim.Auto, sim.DefaultPrecision
	}
	switch name {
	case eventsKind:
		p.pop.Model = EventFile{}
	case spikeKind:
		p.pop.Model = neuron.SpikeSource{}
	default:
		p.pop.Model, _ = neuron.ByName(name)
	}
}

func (p *population) readSize(c yamltree.Cursor) {
	if n, ok := c.Integer(1, maxSize); ok {
		p.pop.Size, p.pop.Shape, p.sized = int(n), nil, true
	}
}

func (p *population) readShape(c yamltree.Cursor) {
	shape, ok := readIntegers(c, 1, maxSize)
	if !ok {
		return
	}
	if len(shape) == 0 {
		c.Errorf("the list is empty; valid: %s", shapeForm.valid)
		return
	}
	if n := product(shape); n > maxSize {
		c.Errorf("a shape of %s has too many neurons; valid: at most %d", shapeText(shape), maxSize)
		return
	}
	p.pop.Shape = shape
	if !p.sized {
		p.pop.Size = product(shape)
	}
}

func (p *population) readHost(c yamltree.Cursor) {
	if word, ok := c.Word("hosting", "auto", "clocked", "lazy"); ok {
		for _, h := range []sim.Hosting{sim.Auto, sim.ClockedHosting, sim.LazyHosting} {
			if h.String() == word {
				p.pop.Host = h
			}
		}
	}
}

func (p *population) readPrecision(c yamltree.Cursor) {
	if word, ok := c.Word("precision", "float64", "float32"); ok {
		p.pop.Precision = sim.Float64
		if word == "float32" {
			p.pop.Precision = sim.Float32
		}
	}
}

func (p *population) readParams(c yamltree.Cursor) {
	if !c.Mapping("parameters with values, such as {tau_m: 20 ms}") {
		return
	}
	known := parametersOn(p.r.grid(), p.pop.Model)
	for name, value := range c.Fields() {
		i := slices.IndexFunc(known, func(q parameter) bool { return q.name == name })
		if i < 0 {
			p.unknownParameter(name, value, known)
			continue
		}
		q := known[i]
		if q.isSwitch && value.Kind() == yamltree.Mapping {
			value.Errorf("%q is a switch and can be neither drawn nor read from an array; valid: true, false, or a list of one for each neuron", name)
			continue
		}
		v, ok := valueReader{r: p.r, one: q, drawn: q.dim, fits: p.oneEach}.read(value)
		if !ok {
			continue
		}
		if x, constant := v.(synapse.Const); constant {
			p.pop.Model = withNeuronParameter(p.pop.Model, name, float64(x))
			delete(p.pop.Each, name)
		} else {
			p.pop.Each[name] = v
		}
	}
}

func (p *population) unknownParameter(name string, value yamltree.Cursor, known []parameter) {
	model := p.pop.Model.Info()
	names := make([]string, 0, len(known))
	for _, q := range known {
		names = append(names, q.name)
	}
	for _, v := range model.Variables {
		if v.Name == name {
			value.KeyErrorf("%q is a state variable of %s, not a parameter; valid: under init", name, model.Name)
			return
		}
	}
	if len(names) == 0 {
		value.KeyErrorf("unknown parameter %q; valid: none, %s has no parameters", name, model.Name)
		return
	}
	value.KeyErrorf("unknown parameter %q of %s%s; valid: %s", name, model.Name, yamltree.Suggest(name, names), strings.Join(names, ", "))
}

func (p *population) readInit(c yamltree.Cursor) {
	if !c.Mapping("state variables with values, such as {V_m: -65 mV}") {
		return
	}
	model := p.pop.Model.Info()
	var names []string
	for _, v := range model.Variables {
		if v.Init {
			names = append(names, v.Name)
		}
	}
	for name, value := range c.Fields() {
		i := slices.IndexFunc(model.Variables, func(v neuron.Variable) bool { return v.Init && v.Name == name })
		switch {
		case i >= 0:
			d := dimensionOf(model.Variables[i].Unit)
			if v, ok := (valueReader{r: p.r, one: d, drawn: d, fits: p.oneEach}).read(value); ok {
				p.pop.Each[name] = v
			}
		case len(names) == 0:
			value.KeyErrorf("unknown variable %q; valid: none, %s has no initial values", name, model.Name)
		default:
			value.KeyErrorf("unknown variable %q of %s%s; valid: %s", name, model.Name, yamltree.Suggest(name, names), strings.Join(names, ", "))
		}
	}
}

// oneEach reports a list that does not have one value for each neuron.
func (p *population) oneEach(c yamltree.Cursor, what string, length int) bool {
	if p.pop.Size == 0 || length == p.pop.Size {
		return true
	}
	c.Errorf("%s has length %d, but the size is %d; valid: one value for each neuron", what, length, p.pop.Size)
	return false
}

// finish checks what several fields decide together.
func (p *population) finish(kind string) {
	if kind == eventsKind {
		p.loadEvents()
	}
	if source, ok := p.pop.Model.(neuron.SpikeSource); ok && p.pop.Size == 0 {
		p.pop.Size = len(source.Times)
	}
	if p.pop.Size == 0 {
		p.missingSize(kind)
		return
	}
	for _, name := range sortedKeys(p.pop.Each) {
		list, isList := p.pop.Each[name].(synapse.Listed)
		if c, ok := p.c.Field("like"); ok && isList && len(list) != p.pop.Size {
			c.Errorf("%s is a list of length %d there, but the size here is %d; valid: %s of its own, or the same size", name, len(list), p.pop.Size, name)
		}
	}
	p.usable = true
}

// missingSize reports that nothing says how many neurons there are, unless a faulty field does.
func (p *population) missingSize(kind string) {
	keys := map[string][]string{neuronKind: {"size", "shape"}, spikeKind: {"times", "size", "shape"}, eventsKind: {"file"}}[kind]
	for _, key := range keys {
		if _, given := p.c.Field(key); given || p.likes {
			return
		}
	}
	valid := map[string]string{
		neuronKind: "the number of neurons; or a shape",
		spikeKind:  "a list of spike times for every neuron",
		eventsKind: "the path of a recording",
	}[kind]
	p.c.Missing(keys[0], valid)
}

func (p *population) readTimes(c yamltree.Cursor) {
	source := p.pop.Model.(neuron.SpikeSource)
	if !c.Sequence("a list of lists, one for each neuron, such as [[1 ms, 2 ms], []]") {
		return
	}
	source.Times = make([][]float64, 0, c.Len())
	for _, item := range c.Items() {
		times, _ := readQuantities(item, p.r.grid().time)
		source.Times = append(source.Times, times)
	}
	p.pop.Model = source
	if p.sized && p.pop.Size != len(source.Times) {
		c.Errorf("the list has length %d, but the size is %d; valid: one list for each neuron", len(source.Times), p.pop.Size)
	}
	p.pop.Size = len(source.Times)
}

func (p *population) readPrecise(c yamltree.Cursor) {
	source := p.pop.Model.(neuron.SpikeSource)
	source.Precise, _ = c.Bool()
	p.pop.Model = source
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// shapeText writes a list of whole numbers.
func shapeText(shape []int) string {
	parts := make([]string, len(shape))
	for i, n := range shape {
		parts[i] = fmt.Sprint(n)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
