package yamltree

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Set overrides a value, from a text "path=value" such as "stimuli.drive.rate=10 kHz". The value is
// YAML, so lists and mappings work too. Mappings that are missing on the way are made. Faults are
// reported with the tree; their place is that in the assignment.
func (t *Tree) Set(assignment string) {
	source := int32(len(t.sources))
	t.sources = append(t.sources, fmt.Sprintf("set %q", assignment))
	steps, rest, err := splitPath(assignment)
	at := Position{source, 1, int32(utf8.RuneCountInString(assignment[:len(assignment)-len(rest)])) + 1}
	if err != nil {
		t.report.add(at, "", err.Error())
		return
	}
	text, assigned := strings.CutPrefix(rest, "=")
	if !assigned {
		t.report.add(at, "", `the assignment has no "="; valid: path=value`)
		return
	}
	if value, ok := t.parse(source, []byte(text), at.Column); ok {
		t.assign(steps, value, Position{source, 1, 1})
	}
}

// assign puts a value into the tree. Nodes on the way are copied first: an alias may share them with
// places that shall not change.
func (t *Tree) assign(steps []step, value *Node, at Position) {
	place, path := &t.root, ""
	for _, s := range steps {
		n := new(Node)
		*n = **place
		*place = n
		if s.key == "" {
			if n.Kind != Sequence || s.index >= len(n.Items) {
				t.report.add(at, Item(path, s.index), fmt.Sprintf("there is no such entry; valid: an entry of a list (here: %s)", n.describe()))
				return
			}
			n.Items = slices.Clone(n.Items)
			place, path = &n.Items[s.index], Item(path, s.index)
			continue
		}
		if n.Kind == Null {
			*n = Node{Kind: Mapping, At: at}
		}
		if n.Kind != Mapping {
			t.report.add(at, Child(path, s.key), fmt.Sprintf("there is no such key; valid: a key of a mapping (here: %s)", n.describe()))
			return
		}
		n.Fields = slices.Clone(n.Fields)
		i, found := n.field(s.key)
		if !found {
			i = len(n.Fields)
			n.Fields = append(n.Fields, Field{Key: s.key, At: at, Value: &Node{At: at}})
		}
		place, path = &n.Fields[i].Value, Child(path, s.key)
	}
	*place = value
}
