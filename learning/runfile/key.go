package runfile

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"couplet/internal/param"
	"couplet/internal/yamltree"
)

// key describes one key of a mapping from which a T is read and to which it is written. The tables of
// keys are the only place where the keys of a run file are declared: reader, writer and the tables of
// the manual are made from them.
type key[T any] struct {
	name  string
	valid string // what may stand there
	doc   string // a phrase
	need  bool
	read  func(t *T, c yamltree.Cursor)
	write func(t *T, w *writer) // writes nothing for an absent value
}

// table is the keys of one mapping, in the order in which they are read and written.
type table[T any] []key[T]

// read reads a mapping.
func (keys table[T]) read(t *T, c yamltree.Cursor) {
	if !c.Mapping("a mapping with the keys " + strings.Join(keys.names(), ", ")) {
		return
	}
	c.OnlyKeys(keys.names()...)
	for _, k := range keys {
		if value, ok := c.Field(k.name); ok {
			k.read(t, value)
		} else if k.need {
			c.Missing(k.name, k.valid)
		}
	}
}

// write writes the keys of a mapping that have a value.
func (keys table[T]) write(t *T, w *writer) {
	for _, k := range keys {
		w.key = k.name
		k.write(t, w)
	}
}

func (keys table[T]) names() []string {
	var list []string
	for _, k := range keys {
		list = append(list, k.name)
	}
	return list
}

// writer writes nested mappings in YAML.
type writer struct {
	text   strings.Builder
	indent int
	key    string // of the value that comes next
}

// value writes the present key with a value.
func (w *writer) value(text string) {
	fmt.Fprintf(&w.text, "%s%s: %s\n", strings.Repeat("  ", w.indent), w.key, text)
}

// mapping writes the present key with a mapping.
func (w *writer) mapping(body func()) {
	fmt.Fprintf(&w.text, "%s%s:\n", strings.Repeat("  ", w.indent), w.key)
	w.indent++
	body()
	w.indent--
}

// required marks a key that must not be missing.
func required[T any](k key[T]) key[T] {
	k.need = true
	return k
}

// whole is a key for a whole number.
func whole[T any](name string, lo, hi int64, at func(*T) *int, doc string) key[T] {
	valid := fmt.Sprintf("a whole number of at least %d", lo)
	if hi < most {
		valid = fmt.Sprintf("a whole number from %d to %d", lo, hi)
	}
	return key[T]{
		name: name, valid: valid, doc: doc,
		read: func(t *T, c yamltree.Cursor) {
			if x, ok := c.Integer(lo, hi); ok {
				*at(t) = int(x)
			}
		},
		write: func(t *T, w *writer) {
			if x := *at(t); x != 0 {
				w.value(strconv.Itoa(x))
			}
		},
	}
}

// most is the largest whole number of a run file.
const most = math.MaxInt32

// number is a key for a number in a range.
func number[T any](name, interval string, at func(*T) *float64, doc string) key[T] {
	within := param.ParseInterval(interval)
	return key[T]{
		name: name, valid: within.String(), doc: doc,
		read: func(t *T, c yamltree.Cursor) { readNumber(c, within, at(t)) },
		write: func(t *T, w *writer) {
			w.value(formatNumber(*at(t)))
		},
	}
}

// readNumber reads a number in a range.
func readNumber(c yamltree.Cursor, within param.Interval, to *float64) bool {
	x, err := yamltree.ParseNumber(c.Raw(), 0)
	switch {
	case c.Kind() != yamltree.Scalar || !c.Plain() || err != nil:
		c.Errorf("%s is not a number; valid: a number that is %s", c.Describe(), within)
	case !within.Contains(x):
		c.Errorf("%s is out of range; valid: %s", c.Raw(), within)
	default:
		*to = x
		return true
	}
	return false
}

func formatNumber(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// toggle is a key for a switch.
func toggle[T any](name string, at func(*T) *bool, doc string) key[T] {
	return key[T]{
		name: name, valid: "true or false", doc: doc,
		read: func(t *T, c yamltree.Cursor) {
			if on, ok := c.Bool(); ok {
				*at(t) = on
			}
		},
		write: func(t *T, w *writer) {
			w.value(strconv.FormatBool(*at(t)))
		},
	}
}

// word is a key for one of a few words.
func word[T any, W ~string](name, noun string, at func(*T) *W, doc string, valid ...W) key[T] {
	var words []string
	for _, v := range valid {
		words = append(words, string(v))
	}
	return key[T]{
		name: name, valid: strings.Join(words, ", "), doc: doc,
		read: func(t *T, c yamltree.Cursor) {
			if v, ok := c.Word(noun, words...); ok {
				*at(t) = W(v)
			}
		},
		write: func(t *T, w *writer) {
			if v := *at(t); v != "" {
				w.value(string(v))
			}
		},
	}
}

// text is a key for a text on one line.
func text[T any](name, valid string, at func(*T) *string, doc string) key[T] {
	return key[T]{
		name: name, valid: valid, doc: doc,
		read: func(t *T, c yamltree.Cursor) {
			if v, ok := c.Name(); ok {
				*at(t) = v
			}
		},
		write: func(t *T, w *writer) {
			if v := *at(t); v != "" {
				w.value(yamltree.Quote(v))
			}
		},
	}
}

// numbers is a key for a list of whole numbers.
func numbers[T any](name string, at func(*T) *[]int, doc string) key[T] {
	return key[T]{
		name: name, valid: "a list of whole numbers from 1, such as [256, 256]", doc: doc,
		read: func(t *T, c yamltree.Cursor) {
			if !c.Sequence("a list of whole numbers from 1, such as [256, 256]") {
				return
			}
			var list []int
			for _, item := range c.Items() {
				if x, ok := item.Integer(1, most); ok {
					list = append(list, int(x))
				}
			}
			*at(t) = list
		},
		write: func(t *T, w *writer) { w.value(strings.ReplaceAll(fmt.Sprint(*at(t)), " ", ", ")) },
	}
}

// part is a key for a mapping that is a part of T.
func part[T, P any](name string, keys table[P], at func(*T) *P, doc string) key[T] {
	return key[T]{
		name: name, valid: "a mapping", doc: doc,
		read:  func(t *T, c yamltree.Cursor) { keys.read(at(t), c) },
		write: func(t *T, w *writer) { w.mapping(func() { keys.write(at(t), w) }) },
	}
}

// choice is a key for a mapping that is one of several, as networks and rules are: the key says which,
// and begin gives the values that it starts from.
func choice[T, P any](name string, keys table[P], begin func() P, at func(*T) **P, doc string) key[T] {
	return key[T]{
		name: name, valid: "a mapping", doc: doc,
		read: func(t *T, c yamltree.Cursor) {
			p := begin()
			keys.read(&p, c)
			*at(t) = &p
		},
		write: func(t *T, w *writer) {
			if p := *at(t); p != nil {
				w.mapping(func() { keys.write(p, w) })
			}
		},
	}
}

// onlyOne reports a mapping that has not exactly one of its keys.
func onlyOne(c yamltree.Cursor, noun string, names []string) bool {
	var found []string
	for name := range c.Fields() {
		if slices.Contains(names, name) {
			found = append(found, name)
		}
	}
	if c.Kind() != yamltree.Mapping || len(found) == 1 {
		return true
	}
	c.Errorf("%d kinds of %s; valid: exactly one of %s", len(found), noun, strings.Join(names, ", "))
	return false
}

// alternatives is a key for a mapping with exactly one of several keys.
func alternatives[T, P any](name, noun string, keys table[P], at func(*T) *P, doc string) key[T] {
	k := part(name, keys, at, doc)
	k.valid = "a mapping with exactly one of the keys " + strings.Join(keys.names(), ", ")
	plain := k.read
	k.read = func(t *T, c yamltree.Cursor) {
		if onlyOne(c, noun, keys.names()) {
			plain(t, c)
		}
	}
	return k
}

// tagged lists the keys for the parameters that a struct declares in tags, see package param.
func tagged[T, P any](model P, at func(*T) *P) table[T] {
	var keys table[T]
	for _, p := range param.List(model) {
		keys = append(keys, key[T]{
			name: p.Name, valid: rangeOf(p), doc: p.Doc + "; default " + defaultOf(p),
			read: func(t *T, c yamltree.Cursor) { readParam(c, p, at(t)) },
			write: func(t *T, w *writer) {
				w.value(formatParam(p, *at(t)))
			},
		})
	}
	return keys
}

// defaultOf writes the default of a parameter.
func defaultOf(p param.Param) string {
	if p.Bool {
		return strconv.FormatBool(p.Default != 0)
	}
	return formatNumber(p.Default)
}

func rangeOf(p param.Param) string {
	if p.Bool {
		return "true or false"
	}
	return p.Range.String()
}

func readParam[P any](c yamltree.Cursor, p param.Param, to *P) {
	if p.Bool {
		if on, ok := c.Bool(); ok {
			x := 0.0
			if on {
				x = 1
			}
			*to = param.With(*to, p, x)
		}
		return
	}
	var x float64
	if readNumber(c, p.Range, &x) {
		*to = param.With(*to, p, x)
	}
}

func formatParam(p param.Param, model any) string {
	x := p.Value(model)
	if p.Bool {
		return strconv.FormatBool(x != 0)
	}
	return formatNumber(x)
}
