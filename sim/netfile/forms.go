package netfile

import (
	"fmt"
	"math"
	"strings"
)

// form says what may stand at a key: in words, for messages and the manual, and as a JSON Schema,
// for editors.
type form struct {
	valid  string
	schema schema
}

// schema is a JSON Schema.
type schema = map[string]any

// Patterns of texts in schemas.
const (
	numberPattern  = `[+-]?([0-9][0-9_]*)?\.?[0-9_]*([eE][+-]?[0-9]+)?`
	groupedPattern = `^[0-9]+(_[0-9]+)+$`
	rangePattern   = `^[0-9]+(\.\.[0-9]+)?$`
)

// ref points to one of the shared definitions of the schema.
func ref(name string) schema { return schema{"$ref": "#/definitions/" + name} }

func anyOf(list ...schema) schema { return schema{"anyOf": list} }

func arrayOf(items schema) schema { return schema{"type": "array", "items": items} }

func mappingOf(values schema) schema {
	return schema{"type": "object", "additionalProperties": values}
}

func oneOrMore(items schema) schema { return anyOf(items, arrayOf(items)) }

// Forms that several tables use.
var (
	nameForm         = form{"a name", schema{"type": []string{"string", "number", "boolean"}}}
	numberForm       = form{number.valid(), ref("number")}
	quantityForm     = form{"a quantity with its unit, such as 0.1 mV", ref("quantity")}
	durationForm     = form{"a duration, such as 1.5 ms (3 steps on a step grid)", ref("duration")}
	rateForm         = form{"a rate, such as 20 kHz (0.05 /step on a step grid)", ref("rate")}
	durationsForm    = form{"a list of durations, such as [1 ms, 2 ms]", arrayOf(ref("duration"))}
	switchForm       = form{"true or false", schema{"type": "boolean"}}
	endpointsForm    = form{`a population, a range of one such as "exc[0..99]", or a list of these`, oneOrMore(nameForm.schema)}
	perAxisForm      = form{"a whole number, or a list of one for each spatial axis", oneOrMore(ref("count"))}
	neuronIndices    = form{"a list of whole numbers, neurons counted from 0 in the population or range", arrayOf(ref("count"))}
	neuronIndexPairs = form{"a list of pairs [source, target]", arrayOf(arrayOf(ref("count")))}
)

// countForm is a whole number from lo to hi. Digits in groups (10_000) are a text to most editors.
func countForm(lo, hi int64) form {
	return form{fmt.Sprintf("a whole number from %d to %d", lo, hi), countSchema(lo, hi)}
}

func countSchema(lo, hi int64) schema {
	return anyOf(schema{"type": "integer", "minimum": lo, "maximum": hi}, schema{"type": "string", "pattern": groupedPattern})
}

// wordForm is one of a few words.
func wordForm(words ...string) form {
	return form{strings.Join(words, ", "), schema{"type": "string", "enum": words}}
}

// commonDefinitions are the definitions that the forms refer to: quantities of each dimension, of
// some and of any, and values of these, which are lists or distributions too.
func commonDefinitions() schema {
	definitions := schema{
		"count":  countSchema(0, math.MaxInt64),
		"number": anyOf(schema{"type": "number"}, schema{"type": "string", "pattern": "^" + numberPattern + "$"}),
		"values": arrayOf(anyOf(ref("quantity"), ref("values"))),
	}
	definitions["number_value"] = valueSchema(ref("number"))
	all := []schema{ref("number")}
	for _, d := range dimensions() {
		definitions[d.key()] = d.schema()
		definitions[d.key()+"_value"] = valueSchema(ref(d.key()))
		all = append(all, ref(d.key()))
	}
	definitions["duration"] = anyOf(ref(duration.key()), ref(steps.key()))
	definitions["duration_value"] = valueSchema(ref("duration"))
	definitions["rate"] = anyOf(ref(rate.key()), ref(stepRate.key()))
	definitions["rate_value"] = valueSchema(ref("rate"))
	definitions["quantity"] = schema{"anyOf": all}
	definitions["value"] = valueSchema(ref("quantity"))
	return definitions
}

// key is the name of a dimension's definition in the schema.
func (d dimension) key() string {
	return strings.ReplaceAll(strings.TrimPrefix(d.name, "a "), " ", "_") + "_quantity"
}

// schema is a text of a number and one of the units.
func (d dimension) schema() schema {
	units := make([]string, 0, len(d.units))
	for _, u := range d.units {
		units = append(units, u.symbol)
	}
	return schema{
		"type": "string", "pattern": "^" + numberPattern + " *(" + strings.Join(units, "|") + ")$",
		"description": d.name + " (" + d.symbols() + ")", "examples": []string{d.write("20")},
	}
}

// quantitySchema is the definition that quantities of a dimension satisfy.
func (d dimension) quantitySchema() schema { return d.orValueSchema("") }

// valueSchema is the definition that values of a dimension satisfy.
func (d dimension) valueSchema() schema { return d.orValueSchema("_value") }

func (d dimension) orValueSchema(suffix string) schema {
	if len(d.units) == 0 {
		return ref("number" + suffix)
	}
	for _, known := range dimensions() {
		if known.name == d.name {
			return ref(d.key() + suffix)
		}
	}
	if suffix == "" {
		return d.schema()
	}
	return valueSchema(d.schema())
}

// valueSchema is a quantity, a list or a distribution of quantities.
func valueSchema(one schema) schema {
	body := func(fields table[*distribution], items schema) schema {
		properties, required := schema{}, []string{}
		for _, f := range fields {
			properties[f.name] = described(items, f.doc)
			if f.required {
				required = append(required, f.name)
			}
		}
		return schema{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	}
	list := []schema{one, arrayOf(anyOf(one, ref("values")))}
	for _, d := range distributions {
		content := schema{"type": "array", "items": one, "minItems": 2, "maxItems": 2}
		switch d.name {
		case "normal":
			content = body(d.fields, one)
		case "lognormal":
			content = body(d.fields, ref("number"))
		}
		list = append(list, schema{
			"type": "object", "properties": schema{d.name: described(content, d.doc)},
			"required": []string{d.name}, "additionalProperties": false,
		})
	}
	return schema{"anyOf": list}
}

// described adds a description to a schema.
func described(s schema, doc string) schema {
	c := schema{"description": doc}
	if _, isRef := s["$ref"]; isRef { // whose neighbours are ignored
		c["allOf"] = []schema{s}
		return c
	}
	for k, v := range s {
		c[k] = v
	}
	return c
}
