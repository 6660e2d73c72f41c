package netfile

import (
	"slices"
	"strings"

	"couplet/internal/yamltree"
)

// field describes one key of a mapping from which a T is read. The tables of fields are the only
// place where the keys of a network file are declared: the reader goes through them, and the JSON
// Schema and the tables of the manual are made from them.
type field[T any] struct {
	name     string
	form     form   // what may stand there
	doc      string // a phrase
	required bool
	read     func(t T, c yamltree.Cursor)
}

// The values of field.required, for the tables to be read easily.
const (
	optional = false
	required = true
)

// table is the fields of one mapping, in the order in which they are read.
type table[T any] []field[T]

// read reads the fields that a mapping has and reports the required ones that it lacks. It does not
// look at other keys; see onlyKeys.
func (fields table[T]) read(t T, c yamltree.Cursor) {
	for _, f := range fields {
		if value, ok := c.Field(f.name); ok {
			f.read(t, value)
		} else if f.required {
			c.Missing(f.name, f.form.valid)
		}
	}
}

// names lists the keys of a table.
func (fields table[T]) names() []string {
	list := make([]string, 0, len(fields))
	for _, f := range fields {
		list = append(list, f.name)
	}
	return list
}

// variant is one of several forms that a mapping can have, chosen by one of its keys: the rules of
// projections, the models of stimuli, the kinds of populations.
type variant[T any] struct {
	name   string // value of the choosing key
	doc    string
	fields table[T] // beside the fields common to all variants
}

// find returns the variant of a name.
func find[T any](variants []variant[T], name string) (variant[T], bool) {
	for _, v := range variants {
		if v.name == name {
			return v, true
		}
	}
	return variant[T]{}, false
}

// variantNames lists the names of variants.
func variantNames[T any](variants []variant[T]) []string {
	list := make([]string, 0, len(variants))
	for _, v := range variants {
		list = append(list, v.name)
	}
	return list
}

// onlyKeys reports the keys of a mapping that belong neither to the common fields nor to its
// variant, and says so if they belong to another variant.
func onlyKeys[T any](c yamltree.Cursor, common table[T], own variant[T], variants []variant[T]) {
	valid := append(common.names(), own.fields.names()...)
	for key, child := range c.Fields() {
		if slices.Contains(valid, key) {
			continue
		}
		if owners := ownersOf(key, variants); len(owners) > 0 {
			child.KeyErrorf("%q belongs to %s, not to %s; valid: %s",
				key, strings.Join(owners, ", "), own.name, strings.Join(valid, ", "))
			continue
		}
		child.KeyErrorf("unknown key %q%s; valid: %s", key, yamltree.Suggest(key, valid), strings.Join(valid, ", "))
	}
}

// ownersOf lists the variants that have a key.
func ownersOf[T any](key string, variants []variant[T]) []string {
	var owners []string
	for _, v := range variants {
		if slices.Contains(v.fields.names(), key) {
			owners = append(owners, v.name)
		}
	}
	return owners
}

// allKeys lists the keys of the common fields and of all variants, each once. It stands in for the
// keys of a mapping whose variant is not known because of another fault.
func allKeys[T any](common table[T], variants []variant[T]) []string {
	list := common.names()
	for _, v := range variants {
		for _, name := range v.fields.names() {
			if !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	return list
}

// noRead is for fields that are read elsewhere, out of the order of their table.
func noRead[T any](T, yamltree.Cursor) {}
