package netfile

import (
	"strings"

	"couplet/internal/yamltree"
	"couplet/sim"
	"couplet/synapse"
)

// projectionEntry is one entry of projections, which stands for one projection for each pair of source and
// target.
type projectionEntry struct {
	name  string // "" if not given
	path  string
	parts []*sim.Projection
}

// projection is an entry while it is read.
type projection struct {
	r     *reader
	c     yamltree.Cursor
	entry projectionEntry

	from, to []sim.View
	ruleName string
	rule     ruleDraft
	synapse  synapseDraft

	weight, delay, resolution *yamltree.Cursor
}

// projectionFields are the fields that every projection has; its rule adds others.
var projectionFields = table[*projection]{
	{"name", nameForm,
		"name in results; default from->to",
		optional, func(p *projection, c yamltree.Cursor) { p.entry.name, _ = c.Name() }},
	{"from", endpointsForm,
		"sources",
		required, func(p *projection, c yamltree.Cursor) { p.from = p.r.endpoints(c) }},
	{"to", endpointsForm,
		"targets; every source connects to every target of the lists",
		required, func(p *projection, c yamltree.Cursor) { p.to = p.r.endpoints(c) }},
	{"rule", wordForm(variantNames(ruleVariants)...), "who connects to whom", required, (*projection).readRule},
	{"synapse", form{"the name of a synapse model, or {model: name, parameter: value, ...}", synapseSchema()},
		"what the synapses are; default static",
		optional, func(p *projection, c yamltree.Cursor) { p.synapse = p.r.readSynapse(c) }},
	{"weight", form{weightUnits + "; a list or a distribution of these", ref("value")},
		"weight",
		required, func(p *projection, c yamltree.Cursor) { p.weight = &c }},
	{"delay", form{"a duration, a list of them or a distribution", ref("duration_value")},
		"delay, a whole number of ticks; 0 only between populations without a cycle",
		required, func(p *projection, c yamltree.Cursor) { p.delay = &c }},
	{"resolution", form{"a quantity in the unit of the weight", ref("quantity")},
		"weights are rounded to whole multiples of it; default: no rounding",
		optional, func(p *projection, c yamltree.Cursor) { p.resolution = &c }},
}

func (p *projection) readRule(c yamltree.Cursor) {
	p.ruleName, _ = c.Word("rule", variantNames(ruleVariants)...)
}

func (r *reader) readProjections(c yamltree.Cursor) {
	if !c.Sequence("entries such as - {from: exc, to: inh, rule: all_to_all, weight: 0.1 mV, delay: 1 ms}") {
		return
	}
	for _, item := range c.Items() {
		p := &projection{r: r, c: item, synapse: synapseDraft{model: synapse.Static{}}}
		p.entry.path = r.place(item)
		p.read()
		r.projections = append(r.projections, p.entry)
	}
}

func (p *projection) read() {
	if !p.c.Mapping("the keys from, to, rule, weight, delay, ...") {
		return
	}
	projectionFields.read(p, p.c)
	own, known := find(ruleVariants, p.ruleName)
	if !known {
		p.c.OnlyKeys(allKeysOfProjection()...)
		return
	}
	ruleKeys(p.c, own)
	own.fields.read(&p.rule, p.c)
	if p.rule.failed || p.lacksRuleField(own) {
		return
	}
	for _, from := range p.from {
		for _, to := range p.to {
			p.connect(from, to)
		}
	}
}

// ruleKeys reports keys that belong neither to every projection nor to its rule.
func ruleKeys(c yamltree.Cursor, own variant[*ruleDraft]) {
	onlyKeys(c, headings[*ruleDraft](projectionFields), own, ruleVariants)
}

// headings is a table with the names of another one and no readers.
func headings[T, S any](fields table[S]) table[T] {
	list := make(table[T], 0, len(fields))
	for _, f := range fields {
		list = append(list, field[T]{name: f.name, form: f.form, doc: f.doc, required: f.required})
	}
	return list
}

func allKeysOfProjection() []string {
	return allKeys(headings[*ruleDraft](projectionFields), ruleVariants)
}

// lacksRuleField tells whether a required parameter of the rule is missing, as reported.
func (p *projection) lacksRuleField(own variant[*ruleDraft]) bool {
	for _, f := range own.fields {
		if _, given := p.c.Field(f.name); f.required && !given {
			return true
		}
	}
	return false
}

// connect adds the projection of one pair of source and target.
func (p *projection) connect(from, to sim.View) {
	rule, ok := p.rule.rule(p.c, p.ruleName, from, to)
	if !ok || p.weight == nil || p.delay == nil || p.synapse.failed {
		return
	}
	dims := valueExtents(rule, from, to)
	read := weightReader(to.Population.Model)
	weight, weightOK := readValue(*p.weight, read, read, dims)
	delay, delayOK := readValue(*p.delay, p.r.duration, p.r.duration, dims)
	weightOK = weightOK && checkExtents(*p.weight, weight, rule, dims)
	delayOK = delayOK && checkExtents(*p.delay, delay, rule, dims)
	if p.resolution != nil {
		step, ok := read(*p.resolution)
		if ok && step <= 0 {
			p.resolution.Errorf("%s must be greater than 0; valid: the step to which weights are rounded", p.resolution.Raw())
		}
		weight = synapse.Rounded{Value: weight, Step: step}
	}
	model, modelOK := p.synapse.onto(read)
	if !weightOK || !delayOK || !modelOK {
		return
	}
	part := p.r.net.Project(from, to, rule, withStrength(model, weight, delay))
	part.Path = p.entry.path
	if p.entry.name != "" {
		part.Name = nameOf(p.entry.name, len(p.from)*len(p.to), viewLabel(from)+"->"+viewLabel(to))
	}
	p.entry.parts = append(p.entry.parts, part)
}

// projectionsNamed finds the projections of the entry that a recorder names: by the name in the file,
// by the name of a projection in results, or by the place in the list, as in projections[2].
func (r *reader) projectionsNamed(c yamltree.Cursor) []*sim.Projection {
	name, ok := c.Name()
	if !ok {
		return nil
	}
	var found [][]*sim.Projection
	var names []string
	for _, e := range r.projections {
		if name == e.path || name == e.name && e.name != "" {
			return e.parts
		}
		if e.name != "" {
			names = append(names, e.name)
		}
		for _, part := range e.parts {
			if part.Name == name {
				found = append(found, []*sim.Projection{part})
			}
			if e.name == "" {
				names = append(names, part.Name)
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0]
	case 0:
		c.Errorf("there is no projection %q%s; valid: %s", name, yamltree.Suggest(name, names), orNone(names))
	default:
		c.Errorf("%d projections have the name %q; valid: a name of its own for the one that is meant", len(found), name)
	}
	return nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none, as the file has no projections"
	}
	return strings.Join(names, ", ")
}
