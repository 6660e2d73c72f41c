package netfile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"couplet/neuron"
)

// Schema returns a JSON Schema (draft 7) of network files, with which editors complete and check
// them. It is made from the tables that the reader goes through and from the parameters of the
// models. It knows the form of a file, not the relations inside one.
func Schema() ([]byte, error) {
	definitions := commonDefinitions()
	definitions["population"] = populationSchema()
	definitions["stimulus"] = variantsSchema("model", stimulusFields, stimulusVariants)
	definitions["projection"] = variantsSchema("rule", headings[*ruleDraft](projectionFields), ruleVariants)
	definitions["recorder"] = recorderSchema()
	root := objectSchema(networkFields)
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = "couplet network"
	root["definitions"] = definitions
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("netfile: %w", err)
	}
	return append(text, '\n'), nil
}

// objectSchema is a mapping with the fields of one table.
func objectSchema[T any](fields table[T]) schema {
	s := schema{"type": "object", "properties": properties(fields), "additionalProperties": false}
	if required := fields.required(); len(required) > 0 {
		s["required"] = required
	}
	return s
}

func properties[T any](fields table[T]) schema {
	p := schema{}
	for _, f := range fields {
		p[f.name] = described(f.form.schema, f.doc)
	}
	return p
}

// required lists the names of the required fields.
func (fields table[T]) required() []string {
	var names []string
	for _, f := range fields {
		if f.required {
			names = append(names, f.name)
		}
	}
	return names
}

// variantsSchema is a mapping whose further fields depend on the value of one.
func variantsSchema[T any](choice string, common table[T], variants []variant[T]) schema {
	s := objectSchema(common)
	all := s["properties"].(schema)
	var rules []schema
	for _, v := range variants {
		for _, f := range v.fields {
			if _, known := all[f.name]; !known {
				all[f.name] = schema{"description": f.doc}
			}
		}
		rules = append(rules, when(choice, schema{"const": v.name}, variantSchema(common, v)))
	}
	s["allOf"] = rules
	return s
}

// when is a condition on the value of a field.
func when(field string, is, then schema) schema {
	return schema{
		"if":   schema{"properties": schema{field: is}, "required": []string{field}},
		"then": then,
	}
}

// variantSchema says which fields a variant has beside the common ones.
func variantSchema[T any](common table[T], v variant[T]) schema {
	s := schema{"propertyNames": schema{"enum": append(common.names(), v.fields.names()...)}}
	if len(v.fields) > 0 {
		s["properties"] = properties(v.fields)
	}
	if required := v.fields.required(); len(required) > 0 {
		s["required"] = required
	}
	return s
}

// populationSchema is a population: its fields depend on the model's kind, its parameters on the
// model.
func populationSchema() schema {
	neurons, _ := find(populationVariants, neuronKind)
	s := objectSchema(populationFields)
	all := s["properties"].(schema)
	var rules []schema
	for _, v := range populationVariants {
		for _, f := range v.fields {
			if _, known := all[f.name]; !known {
				all[f.name] = described(f.form.schema, f.doc)
			}
		}
		if v.name != neuronKind {
			rules = append(rules, when("model", schema{"const": v.name}, variantSchema(populationFields, v)))
		}
	}
	for _, name := range modelNames() {
		if m, ok := neuron.ByName(name); ok && name != spikeKind {
			rules = append(rules, when("model", schema{"const": name}, modelSchema(m, neurons)))
		}
	}
	s["allOf"] = rules
	s["anyOf"] = []schema{{"required": []string{"model"}}, {"required": []string{"like"}}}
	return s
}

// modelSchema is the fields of a population of one model.
func modelSchema(m neuron.Model, neurons variant[*population]) schema {
	params, initial := schema{}, schema{}
	for _, p := range neuronParameters(m) {
		params[p.name] = p.schema(true, m.Info().Source())
	}
	for _, v := range m.Info().Variables {
		if v.Init {
			initial[v.Name] = described(dimensionOf(v.Unit).valueSchema(), v.Doc)
		}
	}
	return schema{
		"propertyNames": schema{"enum": append(populationFields.names(), neurons.fields.names()...)},
		"properties": schema{
			"model":  schema{"description": m.Info().Doc},
			"params": schema{"type": "object", "properties": params, "additionalProperties": false},
			"init":   schema{"type": "object", "properties": initial, "additionalProperties": false},
		},
	}
}

// schema describes a parameter: many allows a value that differs between neurons, anyGrid durations
// and rates that count steps.
func (p parameter) schema(many, anyGrid bool) schema {
	doc := fmt.Sprintf("%s; %s; default %s", p.doc, p.rangeText(), p.defaultText())
	suffix := ""
	if many {
		suffix = "_value"
	}
	switch {
	case p.isSwitch && many:
		return described(oneOrMore(schema{"type": "boolean"}), doc)
	case p.isSwitch:
		return schema{"type": "boolean", "description": doc}
	case p.ofWeight:
		return described(ref("quantity"), doc)
	case anyGrid && (p.dim.name == duration.name || p.dim.name == rate.name):
		return described(ref(strings.TrimPrefix(p.dim.name, "a ")+suffix), doc)
	}
	return described(p.dim.orValueSchema(suffix), doc)
}

// defaultText writes the default of a parameter.
func (p parameter) defaultText() string {
	if p.isSwitch {
		return fmt.Sprint(p.byDefault != 0)
	}
	return p.dim.write(shifted(p.byDefault, p.dim.exponent()))
}

// synapseSchema is the name of a synapse model, or a mapping with its parameters.
func synapseSchema() schema {
	choices := []schema{{"type": "string", "enum": synapseNames()}}
	for _, m := range synapseModels() {
		properties := schema{"model": schema{"const": m.Name(), "description": synapseDocs[m.Name()]}}
		for _, p := range synapseParameters(m) {
			properties[p.name] = p.schema(false, true)
		}
		choices = append(choices, schema{
			"type": "object", "properties": properties, "required": []string{"model"}, "additionalProperties": false,
		})
	}
	return anyOf(choices...)
}

// recorderSchema is a recorder: of spikes, of weights, or else of a variable.
func recorderSchema() schema {
	s := variantsSchema("what", recordFields, slices.DeleteFunc(slices.Clone(recordVariants),
		func(v variant[*recorder]) bool { return v.name == variableWord }))
	variable, _ := find(recordVariants, variableWord)
	all := s["properties"].(schema)
	for _, f := range variable.fields {
		all[f.name] = schema{"description": f.doc}
	}
	others := schema{"not": schema{"enum": []string{spikesWord, weightsWord}}}
	s["allOf"] = append(s["allOf"].([]schema), when("what", others, variantSchema(recordFields, variable)))
	return s
}
