package netfile

import (
	"math"
	"strings"
)

// commonDefinitions are the definitions that the forms refer to: quantities of each dimension, of
// some and of any, and values of these, which are lists, arrays or distributions too.
func commonDefinitions() schema {
	definitions := schema{
		"count":  countSchema(0, math.MaxInt64),
		"number": anyOf(schema{"type": "number"}, schema{"type": "string", "pattern": "^" + numberPattern + "$"}),
		"values": arrayOf(anyOf(ref("quantity"), ref("values"))),
		"array":  objectSchema(arrayFields),
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

// valueSchema is a quantity, a list, an array or a distribution of quantities.
func valueSchema(one schema) schema {
	list := []schema{one, arrayOf(anyOf(one, ref("values"))), ref("array")}
	for _, d := range distributions {
		list = append(list, schema{
			"type": "object", "properties": schema{d.name: described(distributionSchema(d, one), d.doc)},
			"required": []string{d.name}, "additionalProperties": false,
		})
	}
	return schema{"anyOf": list}
}

// distributionSchema is what stands behind the name of a distribution: a pair of bounds, or fields
// that are quantities, but for those of a logarithm.
func distributionSchema(d variant[*distribution], one schema) schema {
	if len(d.fields) == 0 {
		return schema{"type": "array", "items": one, "minItems": 2, "maxItems": 2}
	}
	s := objectSchema(d.fields)
	for _, f := range d.fields {
		if f.form.valid == quantityForm.valid {
			s["properties"].(schema)[f.name] = described(one, f.doc)
		}
	}
	return s
}
