package yamltree

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Cursor is a node together with the way to it. Its methods report what does not fit.
type Cursor struct {
	tree  *Tree
	node  *Node
	key   Position // of the key, or of the node if it has none
	trail *trail
}

// trail is the way from the root to a node, from its end. Paths are put together only for messages.
type trail struct {
	up    *trail
	key   string
	index int
}

func (t *trail) path() string {
	switch {
	case t == nil:
		return ""
	case t.key != "":
		return Child(t.up.path(), t.key)
	}
	return Item(t.up.path(), t.index)
}

// Root returns the cursor at the top of the tree.
func (t *Tree) Root() Cursor { return Cursor{tree: t, node: t.root, key: t.root.At} }

// Kind returns the kind of the node.
func (c Cursor) Kind() Kind { return c.node.Kind }

// Path returns the path of the node: "populations.exc.size".
func (c Cursor) Path() string { return c.trail.path() }

// At returns the position of the node's key, or of the node if it has none.
func (c Cursor) At() Position { return c.key }

// Plain tells whether the node is a scalar without quotes.
func (c Cursor) Plain() bool { return c.node.Plain }

// Raw is the text of a scalar, "" for other nodes. It reports nothing.
func (c Cursor) Raw() string { return c.node.Text }

// Errorf reports a fault at the node.
func (c Cursor) Errorf(format string, args ...any) {
	c.tree.report.add(c.node.At, c.Path(), fmt.Sprintf(format, args...))
}

// KeyErrorf reports a fault at the key of the node.
func (c Cursor) KeyErrorf(format string, args ...any) {
	c.tree.report.add(c.key, c.Path(), fmt.Sprintf(format, args...))
}

// Describe says in a few words what the node is: "a list", or its text in quotes.
func (c Cursor) Describe() string { return c.node.describe() }

// longest is how much of a text a message repeats, in characters.
const longest = 60

func (n *Node) describe() string {
	if n.Kind != Scalar {
		return n.Kind.String()
	}
	text := []rune(n.Text)
	if len(text) > longest {
		return fmt.Sprintf("%q…", string(text[:longest]))
	}
	return fmt.Sprintf("%q", n.Text)
}

// reject reports that the node is not what is due.
func (c Cursor) reject(due, valid string) {
	if c.node.Kind == Null {
		c.Errorf("nothing is given where %s is due; valid: %s", due, valid)
		return
	}
	c.Errorf("%s is not %s; valid: %s", c.Describe(), due, valid)
}

// Mapping reports a node that is not a mapping; valid says what the mapping would hold.
func (c Cursor) Mapping(valid string) bool {
	if c.node.Kind != Mapping {
		c.reject("a mapping", valid)
	}
	return c.node.Kind == Mapping
}

// Sequence reports a node that is not a list; valid says what the list would hold.
func (c Cursor) Sequence(valid string) bool {
	if c.node.Kind != Sequence {
		c.reject("a list", valid)
	}
	return c.node.Kind == Sequence
}

// Field returns the value of a key of a mapping; false if there is none.
func (c Cursor) Field(key string) (Cursor, bool) {
	if i, ok := c.node.field(key); ok {
		return c.at(i), true
	}
	return Cursor{}, false
}

// Fields goes through a mapping in the order of the file.
func (c Cursor) Fields() iter.Seq2[string, Cursor] {
	return func(yield func(string, Cursor) bool) {
		for i := range c.node.Fields {
			if !yield(c.node.Fields[i].Key, c.at(i)) {
				return
			}
		}
	}
}

func (c Cursor) at(i int) Cursor {
	f := &c.node.Fields[i]
	return Cursor{c.tree, f.Value, f.At, &trail{up: c.trail, key: f.Key}}
}

// Len is the number of entries of a list or keys of a mapping.
func (c Cursor) Len() int { return len(c.node.Items) + len(c.node.Fields) }

// Items goes through a list.
func (c Cursor) Items() iter.Seq2[int, Cursor] {
	return func(yield func(int, Cursor) bool) {
		for i, n := range c.node.Items {
			if !yield(i, Cursor{c.tree, n, n.At, &trail{up: c.trail, index: i}}) {
				return
			}
		}
	}
}

// OnlyKeys reports the keys of a mapping that are not listed, with the listed one that looks most
// like them.
func (c Cursor) OnlyKeys(valid ...string) {
	for key, child := range c.Fields() {
		if !slices.Contains(valid, key) {
			child.KeyErrorf("unknown key %q%s; valid: %s", key, Suggest(key, valid), strings.Join(valid, ", "))
		}
	}
}

// Missing reports that a mapping lacks a key; valid says what the key would hold.
func (c Cursor) Missing(key, valid string) {
	c.tree.report.add(c.key, c.Path(), fmt.Sprintf("%q is missing; valid: %s: %s", key, key, valid))
}

// Locate goes from the node down a relative path as far as there are nodes, so that a fault that was
// found later, in what was made of the file, can be told at its place.
func (c Cursor) Locate(path string) Cursor {
	steps, _, err := splitPath(strings.TrimPrefix(path, "."))
	if err != nil {
		return c
	}
	for _, s := range steps {
		switch {
		case s.key == "" && s.index < len(c.node.Items):
			n := c.node.Items[s.index]
			c = Cursor{c.tree, n, n.At, &trail{up: c.trail, index: s.index}}
		case s.key != "":
			child, ok := c.Field(s.key)
			if !ok {
				return c
			}
			c = child
		default:
			return c
		}
	}
	return c
}

// ReportAt reports a fault at the node under another path than its own.
func (c Cursor) ReportAt(path, message string) {
	at := c.key
	if c.node.Kind == Scalar {
		at = c.node.At
	}
	c.tree.report.add(at, path, message)
}
