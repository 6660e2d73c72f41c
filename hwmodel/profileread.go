package hwmodel

import (
	"slices"
	"strings"

	"couplet/internal/yamltree"
)

// profileLimits bounds what the file of a profile may cost.
var profileLimits = yamltree.Limits{Bytes: maxProfileBytes, Depth: 20, Nodes: 100_000}

// ReadProfile reads a profile from the text of its file; the name stands in messages. The error holds
// everything that is wrong, each fault with file, line, column and path.
func ReadProfile(file string, data []byte) (*Profile, error) {
	tree, err := yamltree.Parse(file, data, profileLimits)
	if err != nil {
		return nil, err
	}
	r := &profileReader{p: &Profile{
		EventDriven: true, Prices: map[Term]UnitPrice{}, Recipes: map[Term][]Part{},
		Included: map[Term]Inclusion{}, Absent: map[Term]string{}, Unpriced: map[Term]string{},
	}, said: map[Term]string{}}
	r.read(tree.Root())
	if err := tree.Err(); err != nil {
		return nil, err
	}
	return r.p, nil
}

// profileReader fills a profile.
type profileReader struct {
	p *Profile
	// said is the section that speaks of a term: one is enough.
	said map[Term]string
}

func (r *profileReader) read(c yamltree.Cursor) {
	if !c.Mapping("a profile: profile, title, point, sources, prices, …") {
		return
	}
	c.OnlyKeys("profile", "title", "limits", "event_driven", "point", "sources", "prices", "recipes", "included", "absent", "unpriced",
		"memories", "memory_access", "static", "assumptions")
	r.p.Name = required(c, "profile", "the name of the profile")
	r.p.Title = required(c, "title", "one line that says what is priced")
	if f, ok := c.Field("limits"); ok {
		r.p.Limits, _ = f.Name()
	}
	if f, ok := c.Field("event_driven"); ok {
		r.p.EventDriven, _ = f.Bool()
	}
	if f, ok := c.Field("point"); ok {
		r.p.Point = readPoint(f)
	} else {
		c.Missing("point", "{node: 28 nm, voltage: 0.8 V}")
	}
	r.readSources(c)
	r.readMemories(c)
	if f, ok := c.Field("memory_access"); ok {
		r.p.Access = r.readAccess(f)
	}
	r.eachTerm(c, "prices", func(t Term, e yamltree.Cursor) { r.p.Prices[t] = r.readPrice(e) })
	if f, ok := c.Field("static"); ok && f.Sequence("a list of {name: leakage, power: 1 mW, per: chip, …}") {
		for _, item := range f.Items() {
			r.p.Static = append(r.p.Static, r.readStatic(item))
		}
	}
	r.eachTerm(c, "recipes", func(t Term, e yamltree.Cursor) { r.p.Recipes[t] = r.readRecipe(e) })
	r.eachTerm(c, "absent", func(t Term, e yamltree.Cursor) { r.p.Absent[t] = line(e, "why it does not happen") })
	r.eachTerm(c, "unpriced", func(t Term, e yamltree.Cursor) { r.p.Unpriced[t] = line(e, "why there is no figure") })
	r.eachTerm(c, "included", func(t Term, e yamltree.Cursor) { r.p.Included[t] = r.readInclusion(e) })
	if f, ok := c.Field("assumptions"); ok && f.Sequence("a list of sentences") {
		for _, item := range f.Items() {
			r.p.Assumptions = append(r.p.Assumptions, line(item, "a sentence"))
		}
	}
	r.checkAverages(c)
	_, prices := c.Field("prices")
	_, access := c.Field("memory_access")
	if !prices && !access {
		c.Missing("prices", "terms with prices, such as synaptic_op: {energy: 23.6 pJ, grade: sim, source: …}")
	}
}

// required reads a text that must be there.
func required(c yamltree.Cursor, key, what string) string {
	f, ok := c.Field(key)
	if !ok {
		c.Missing(key, what)
		return ""
	}
	return line(f, what)
}

// line reads one line of text.
func line(c yamltree.Cursor, what string) string {
	if c.Kind() != yamltree.Scalar || strings.TrimSpace(c.Raw()) == "" {
		c.Errorf("%s is not a text; valid: %s", c.Describe(), what)
		return ""
	}
	return strings.Join(strings.Fields(c.Raw()), " ")
}

// optional reads a text that may be missing.
func optional(c yamltree.Cursor, key, what string) string {
	if f, ok := c.Field(key); ok {
		return line(f, what)
	}
	return ""
}

func readPoint(c yamltree.Cursor) Point {
	if !c.Mapping("{node: 28 nm, voltage: 0.8 V}") {
		return Point{}
	}
	c.OnlyKeys("node", "voltage")
	return Point{
		Node:    required(c, "node", `the process node, or "not stated"`),
		Voltage: required(c, "voltage", `the supply voltage, or "not stated"`),
	}
}

func (r *profileReader) readSources(c yamltree.Cursor) {
	f, ok := c.Field("sources")
	if !ok {
		c.Missing("sources", "keys with the texts of sources")
		return
	}
	if !f.Mapping("keys with the texts of sources") {
		return
	}
	for key, s := range f.Fields() {
		r.p.Sources = append(r.p.Sources, Source{key, line(s, "author, title, place, year")})
	}
}

// eachTerm goes through a section whose keys are terms. A term may stand in one section only.
func (r *profileReader) eachTerm(c yamltree.Cursor, section string, read func(Term, yamltree.Cursor)) {
	f, ok := c.Field(section)
	if !ok || !f.Mapping("terms, such as synaptic_op") {
		return
	}
	for key, e := range f.Fields() {
		t := Term(key)
		info, known := t.Info()
		switch {
		case !known:
			e.KeyErrorf("unknown term %q%s; valid: %s", key, yamltree.Suggest(key, termNames()), strings.Join(termNames(), ", "))
			continue
		case info.Sized:
			e.KeyErrorf("%s is priced by the size of the memory; valid: section memory_access", key)
			continue
		case r.said[t] != "":
			e.KeyErrorf("%s stands in section %s already; valid: one section for a term", key, r.said[t])
			continue
		}
		r.said[t] = section
		read(t, e)
	}
}

// figureKeys are the keys that every figure has.
var figureKeys = []string{"grade", "source", "point", "note"}

// readFigure reads what every figure carries. A figure without a source is no figure.
func (r *profileReader) readFigure(c yamltree.Cursor) Figure {
	f := Figure{Point: r.p.Point, Note: optional(c, "note", "a remark")}
	if g, ok := c.Field("grade"); !ok {
		c.Missing("grade", strings.Join(gradeWords[1:], ", "))
	} else if word, ok := g.Word("grade", gradeWords[1:]...); ok {
		f.Grade, _ = gradeOf(word)
	}
	if s, ok := c.Field("source"); !ok {
		c.Missing("source", "the key of a source in section sources")
	} else {
		f.Source = r.sourceKey(s)
	}
	if p, ok := c.Field("point"); ok {
		f.Point = readPoint(p)
	}
	return f
}

// sourceKey reads the key of a source.
func (r *profileReader) sourceKey(c yamltree.Cursor) string {
	keys := make([]string, len(r.p.Sources))
	for i, s := range r.p.Sources {
		keys[i] = s.Key
	}
	key, _ := c.Word("source", keys...)
	return key
}

func (r *profileReader) readPrice(c yamltree.Cursor) UnitPrice {
	if !c.Mapping("energy, grade and source, such as {energy: 23.6 pJ, grade: sim, source: …}") {
		return UnitPrice{}
	}
	c.OnlyKeys(append([]string{"energy", "time", "range", "activity"}, figureKeys...)...)
	p := UnitPrice{Figure: r.readFigure(c), Activity: optional(c, "activity", "the activity at which an average was taken")}
	f, ok := c.Field("energy")
	if !ok {
		c.Missing("energy", energies.valid())
		return p
	}
	p.Energy, _ = readQuantity[Joule](f, energies)
	if f, ok := c.Field("time"); ok {
		p.Time, p.Timed = readQuantity[Second](f, times)
	}
	p.Least, p.Most = p.Energy, p.Energy
	if f, ok := c.Field("range"); ok {
		r.readRange(f, &p)
	}
	switch {
	case p.Grade == Average && p.Activity == "":
		c.Missing("activity", "the activity at which the average was taken; without it the figure means nothing")
	case p.Grade != Average && p.Grade != 0 && p.Activity != "":
		a, _ := c.Field("activity")
		a.KeyErrorf("only an average depends on an activity; valid: grade: avg, or no activity")
	}
	return p
}

// readRange reads the range that sources give for an energy.
func (r *profileReader) readRange(c yamltree.Cursor, p *UnitPrice) {
	if !c.Mapping("{min: 23.6 pJ, max: 35.5 pJ, source: …}") {
		return
	}
	c.OnlyKeys("min", "max", "source")
	if s, ok := c.Field("source"); ok {
		p.RangeSource = r.sourceKey(s)
	} else {
		c.Missing("source", "the key of the source of the range")
	}
	for _, end := range []struct {
		key string
		to  *Energy
		off int
	}{{"min", &p.Least, +1}, {"max", &p.Most, -1}} {
		f, ok := c.Field(end.key)
		if !ok {
			continue
		}
		e, ok := readQuantity[Joule](f, energies)
		if ok && e.Cmp(p.Energy) == end.off {
			f.Errorf("%s is on the wrong side of the energy %s; valid: min ≤ energy ≤ max", f.Raw(), p.Energy)
			continue
		}
		*end.to = e
	}
}

func (r *profileReader) readStatic(c yamltree.Cursor) StaticPower {
	if !c.Mapping("{name: leakage, power: 1 mW, per: chip, grade: meas, source: …}") {
		return StaticPower{}
	}
	c.OnlyKeys(append([]string{"name", "power", "clock_power", "per"}, figureKeys...)...)
	s := StaticPower{Name: required(c, "name", "what takes the power"), Figure: r.readFigure(c)}
	power, constant := c.Field("power")
	clock, clocked := c.Field("clock_power")
	switch {
	case constant && clocked:
		clock.KeyErrorf("power and clock_power are two powers; valid: an entry for each")
	case constant:
		s.Power, _ = readQuantity[Watt](power, powers)
	case clocked:
		s.PerCycle, _ = readQuantity[Joule](clock, clockPowers)
		s.Clocked = true
	default:
		c.Missing("power", powers.valid()+", or clock_power: "+clockPowers.valid())
	}
	if f, ok := c.Field("per"); !ok {
		c.Missing("per", perChip+" or "+perCore)
	} else {
		s.Per, _ = f.Word("part of the machine", perChip, perCore)
	}
	return s
}

// checkAverages refuses static power beside an average that contains it.
func (r *profileReader) checkAverages(c yamltree.Cursor) {
	if len(r.p.Static) == 0 {
		return
	}
	for _, t := range terms {
		if r.p.Prices[t.Term].Grade == Average {
			f, _ := c.Field("static")
			f.KeyErrorf("the price of %s is an average, which contains static power; valid: one of the two", t.Term)
			return
		}
	}
}

// readInclusion reads whose price contains a term. It stands last, when all prices are known.
func (r *profileReader) readInclusion(c yamltree.Cursor) Inclusion {
	if c.Kind() == yamltree.Scalar {
		return Inclusion{In: r.chargedTerm(c)}
	}
	if !c.Mapping("the term whose price contains it, or {in: synaptic_op, note: …}") {
		return Inclusion{}
	}
	c.OnlyKeys("in", "note")
	f, ok := c.Field("in")
	if !ok {
		c.Missing("in", "the term whose price contains it")
		return Inclusion{}
	}
	return Inclusion{r.chargedTerm(f), optional(c, "note", "a remark")}
}

// chargedTerm reads a term that has a price or a recipe.
func (r *profileReader) chargedTerm(c yamltree.Cursor) Term {
	t := Term(c.Raw())
	if section := r.said[t]; section == "prices" || section == "recipes" {
		return t
	}
	c.Errorf("%s has no price in this profile; valid: %s", c.Describe(), strings.Join(r.charged("prices", "recipes"), ", "))
	return ""
}

// charged lists the terms of some sections.
func (r *profileReader) charged(sections ...string) []string {
	var list []string
	for _, t := range terms {
		if slices.Contains(sections, r.said[t.Term]) {
			list = append(list, string(t.Term))
		}
	}
	return list
}
