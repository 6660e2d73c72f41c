package netfile

import (
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
	// Values that were read for one target, by the kind of weight and the extents of the array: the
	// parts of an entry share lists.
	values map[valueKind]readAs
}

// valueKind is what decides how a weight or delay is read.
type valueKind struct {
	what, extents string
	dim           string
	anyUnit       bool
}

// readAs is the outcome of reading a value.
type readAs struct {
	value synapse.Value
	ok    bool
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
	{"weight", form{weightUnits + "; a list, an array or a distribution of these", ref("value")},
		"weight",
		required, func(p *projection, c yamltree.Cursor) { p.weight = &c }},
	{"delay", form{"a duration, a list or an array of them, or a distribution", ref("duration_value")},
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
		p := &projection{r: r, c: item, synapse: synapseDraft{model: synapse.Static{}}, values: map[valueKind]readAs{}}
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
	if n := len(p.from) * len(p.to); n+len(p.r.net.Projections) > maxParts {
		p.c.Errorf("the entry stands for %d projections, which are too many; valid: at most %d in a file", n, maxParts)
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
	model := to.Population.Model
	unit := weightReader(model)
	kind := valueKind{"weight", "", weightDimension(model).name, anyWeight(model.Info())}
	weight, weightOK := p.value(kind, *p.weight, unit, rule, from, to)
	delay, delayOK := p.value(valueKind{what: "delay"}, *p.delay, p.r.grid().time, rule, from, to)
	if p.resolution != nil {
		step, ok := unit.read(*p.resolution)
		if ok && step <= 0 {
			p.resolution.Errorf("%s must be greater than 0; valid: the step to which weights are rounded", p.resolution.Raw())
		}
		weight = synapse.Rounded{Value: weight, Step: step}
	}
	synapses, synapsesOK := p.synapse.onto(unit)
	if !weightOK || !delayOK || !synapsesOK {
		return
	}
	part := p.r.net.Project(from, to, rule, withStrength(synapses, weight, delay))
	part.Path = p.entry.path
	if p.entry.name != "" {
		part.Name = nameOf(p.entry.name, len(p.from)*len(p.to), viewLabel(from)+"->"+viewLabel(to))
	}
	p.entry.parts = append(p.entry.parts, part)
}

// value reads a weight or delay of one part, unless another part has had it read in the same way.
func (p *projection) value(kind valueKind, c yamltree.Cursor, one quantityReader, rule synapse.Rule, from, to sim.View) (synapse.Value, bool) {
	dims := valueExtents(rule, from, to)
	kind.extents = extentsText(dims)
	known, ok := p.values[kind]
	if !ok {
		v := valueReader{r: p.r, one: one, drawn: one, dims: dims, fits: fitsRule(rule, dims)}
		known.value, known.ok = v.read(c)
		p.values[kind] = known
	}
	return known.value, known.ok
}

// projectionNames finds projections by what a recorder may call them: the name of an entry, the name
// of a projection in results, or its place in the list, as in projections[2].
type projectionNames struct {
	meant map[string][][]*sim.Projection // what a name can mean: entries with their parts, or single projections
	list  []string                       // names, for messages
}

func newProjectionNames(entries []projectionEntry) *projectionNames {
	n := &projectionNames{meant: map[string][][]*sim.Projection{}}
	for _, e := range entries {
		if e.name != "" {
			n.meant[e.name] = append(n.meant[e.name], e.parts)
			n.list = append(n.list, e.name)
		}
		for _, part := range e.parts {
			if part.Name != e.name {
				n.meant[part.Name] = append(n.meant[part.Name], []*sim.Projection{part})
			}
			if e.name == "" {
				n.list = append(n.list, part.Name)
			}
		}
	}
	for _, e := range entries {
		n.meant[e.path] = [][]*sim.Projection{e.parts}
	}
	return n
}

// projectionsNamed finds the projections that a recorder names.
func (r *reader) projectionsNamed(c yamltree.Cursor) []*sim.Projection {
	name, ok := c.Name()
	if !ok {
		return nil
	}
	if r.named == nil {
		r.named = newProjectionNames(r.projections)
	}
	known := r.named
	switch meant := known.meant[name]; {
	case len(meant) == 1:
		return meant[0]
	case len(meant) > 1:
		c.Errorf("%d projections have the name %q; valid: projections[i], or a name of its own for the one that is meant", len(meant), name)
	case len(known.list) == 0:
		c.Errorf("there is no projection %q; valid: none, as the file has no projections", name)
	case r.tree.Full():
		c.Errorf("there is no such projection")
	default:
		c.Errorf("there is no projection %q%s; valid: %s", name, yamltree.Suggest(name, known.list), some(known.list))
	}
	return nil
}
