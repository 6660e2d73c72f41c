package netfile

import (
	"fmt"
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
