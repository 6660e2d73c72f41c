package netfile

import (
	"strings"

	"couplet/internal/yamltree"
	"couplet/sim"
)

// recorder is one entry of record while it is read.
type recorder struct {
	r *reader
	c yamltree.Cursor

	name, what string
	from       []sim.View
	of         []*sim.Projection
	everyMs    float64
}

const (
	spikesWord  = "spikes"
	weightsWord = "weights"
	// variableWord stands for the name of any state variable.
	variableWord = "a variable"
)

var recordFields = table[*recorder]{
	{"what", form{"spikes, weights or the name of a state variable, such as V_m", schema{"type": "string", "examples": []string{"spikes", "V_m", "weights"}}},
		"what is recorded",
		required, func(p *recorder, c yamltree.Cursor) { p.what, _ = c.Name() }},
	{"name", nameForm,
		"name in results",
		optional, func(p *recorder, c yamltree.Cursor) { p.name, _ = c.Name() }},
}

var (
	fromField = field[*recorder]{"from", endpointsForm,
		"whose",
		required, func(p *recorder, c yamltree.Cursor) { p.from = p.r.endpoints(c) }}
	neuronsField = field[*recorder]{"neurons", form{"a range of neurons, such as 0..9, or one neuron", anyOf(schema{"type": "string", "pattern": rangePattern}, schema{"type": "integer"})},
		"only these neurons of each population",
		optional, (*recorder).readNeurons}
)

var recordVariants = []variant[*recorder]{
	{spikesWord, "every spike", table[*recorder]{fromField, neuronsField}},
	{weightsWord, "the weights of plastic synapses at every presynaptic spike", table[*recorder]{
		{"of", form{"the name of a projection, or projections[i]", nameForm.schema},
			"whose; synapses of a plastic model",
			required, func(p *recorder, c yamltree.Cursor) { p.of = p.r.projectionsNamed(c) }},
	}},
	{variableWord, "a state variable after every tick, or less often", table[*recorder]{
		fromField, neuronsField,
		{"every", durationForm, "time between samples; default: one tick", optional, (*recorder).readEvery},
	}},
}

func (r *reader) readRecorders(c yamltree.Cursor) {
	if !c.Sequence("entries such as - {what: spikes, from: exc}") {
		return
	}
	for _, item := range c.Items() {
		r.place(item)
		p := &recorder{r: r, c: item}
		p.read()
	}
}

func (p *recorder) read() {
	if !p.c.Mapping("the keys what, from, ...") {
		return
	}
	recordFields.read(p, p.c)
	if p.what == "" {
		p.c.OnlyKeys(allKeys(recordFields, recordVariants)...)
		return
	}
	own, found := find(recordVariants, p.what)
	if !found {
		own, _ = find(recordVariants, variableWord)
	}
	onlyKeys(p.c, recordFields, own, recordVariants)
	own.fields.read(p, p.c)
	if n := len(p.from) + len(p.of); n+len(p.r.net.Recorders) > maxParts {
		p.c.Errorf("the entry stands for %d recorders, which are too many; valid: at most %d in a file", n, maxParts)
		return
	}
	for _, view := range p.from {
		p.add(&sim.Recorder{Name: nameOf(p.name, len(p.from), viewLabel(view)), What: p.what, From: view, EveryMs: p.everyMs})
	}
	for _, projection := range p.of {
		p.add(&sim.Recorder{Name: nameOf(p.name, len(p.of), projection.Name), What: p.what, Of: projection})
	}
}

func (p *recorder) add(to *sim.Recorder) {
	to.Path = p.c.Path()
	p.r.net.Recorders = append(p.r.net.Recorders, to)
}

// readNeurons narrows every population of from to a range of its neurons.
func (p *recorder) readNeurons(c yamltree.Cursor) {
	span, ok := c.Name()
	if !ok {
		return
	}
	var narrowed []sim.View
	for _, view := range p.from {
		if !view.Whole() {
			c.KeyErrorf("%q is a range already; valid: neurons, or a range in from", viewLabel(view))
			continue
		}
		if v, ok := readRange(c, view.Population, strings.TrimSpace(span)); ok {
			narrowed = append(narrowed, v)
		}
	}
	p.from = narrowed
}

func (p *recorder) readEvery(c yamltree.Cursor) {
	x, ok := p.r.duration(c)
	if ok && x <= 0 {
		c.Errorf("%s must be greater than 0; valid: a whole number of ticks", c.Raw())
	}
	p.everyMs = x
}
