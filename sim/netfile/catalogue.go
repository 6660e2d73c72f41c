package netfile

import "couplet/neuron"

// Kinds of entries in the catalogue.
const (
	NeuronKind   = "neuron model"
	SourceKind   = "source"
	StimulusKind = "stimulus"
	RuleKind     = "connection rule"
	SynapseKind  = "synapse model"
)

// Entry describes something that a network file can name: a model, a rule, a stimulus.
type Entry struct {
	Kind string `json:"kind"`
	Name string `json:"name"` // as in files
	Doc  string `json:"doc"`
	// WeightUnit is the unit in which a neuron model takes weights: "mV", "pA", or "" for a pure number.
	WeightUnit string          `json:"weight_unit,omitempty"`
	Fields     []EntryField    `json:"fields"`
	Variables  []EntryVariable `json:"variables,omitempty"` // of a neuron model
}

// EntryField is a parameter of a model, or a field of its own that an entry has in a file.
type EntryField struct {
	Name     string `json:"name"`
	Default  string `json:"default,omitempty"` // with its unit; "" where the description tells it or there is none
	Valid    string `json:"valid"`             // range of a parameter, or what may stand there
	Required bool   `json:"required,omitempty"`
	Doc      string `json:"doc"`
}

// EntryVariable is a state variable that can be recorded.
type EntryVariable struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
	Init bool   `json:"init"` // it can be given under init
	Doc  string `json:"doc"`
}

// Catalogue lists everything that a network file can name, kind by kind in the order of the manual. It
// is made from the tables that the reader goes through.
func Catalogue() []Entry {
	var list []Entry
	for _, kind := range []string{NeuronKind, SourceKind} {
		for _, name := range modelNames() {
			if e := populationEntry(name); e.Kind == kind {
				list = append(list, e)
			}
		}
	}
	list = append(list, variantEntries(StimulusKind, stimulusVariants)...)
	list = append(list, variantEntries(RuleKind, ruleVariants)...)
	for _, s := range synapseModels() {
		list = append(list, Entry{Kind: SynapseKind, Name: s.Name(), Doc: synapseDocs[s.Name()], Fields: parameterEntries(synapseParameters(s))})
	}
	return list
}

// populationEntry describes a model of populations.
func populationEntry(name string) Entry {
	if v, own := find(populationVariants, name); own {
		return Entry{Kind: SourceKind, Name: name, Doc: v.doc, Fields: fieldEntries(v.fields)}
	}
	m, _ := neuron.ByName(name)
	info := m.Info()
	e := Entry{Kind: NeuronKind, Name: name, Doc: info.Doc, Fields: parameterEntries(neuronParameters(m))}
	if info.Source() {
		e.Kind = SourceKind
	} else if units := weightDimension(m).units; len(units) > 0 {
		e.WeightUnit = units[0].symbol
	}
	for _, v := range info.Variables {
		e.Variables = append(e.Variables, EntryVariable{Name: v.Name, Unit: v.Unit, Init: v.Init, Doc: v.Doc})
	}
	return e
}

func parameterEntries(parameters []parameter) []EntryField {
	list := make([]EntryField, 0, len(parameters))
	for _, p := range parameters {
		valid := p.limits.String()
		switch {
		case p.isSwitch:
			valid = "true or false"
		case p.ofWeight:
			valid += ", in the unit of the weight"
		}
		list = append(list, EntryField{Name: p.name, Default: p.defaultText(), Valid: valid, Doc: p.doc})
	}
	return list
}

func variantEntries[T any](kind string, variants []variant[T]) []Entry {
	var list []Entry
	for _, v := range variants {
		list = append(list, Entry{Kind: kind, Name: v.name, Doc: v.doc, Fields: fieldEntries(v.fields)})
	}
	return list
}

func fieldEntries[T any](fields table[T]) []EntryField {
	list := make([]EntryField, 0, len(fields))
	for _, f := range fields {
		list = append(list, EntryField{Name: f.name, Valid: f.form.valid, Required: f.required, Doc: f.doc})
	}
	return list
}
