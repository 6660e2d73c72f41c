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
func (t *Tree) Set(text string) {
	source := int32(len(t.sources))
	t.sources = append(t.sources, fmt.Sprintf("set %q", text))
	steps, rest, err := splitPath(text)
	at := Position{source, 1, int32(utf8.RuneCountInString(text[:len(text)-len(rest)])) + 1}
	if err != nil {
		t.report.add(at, "", err.Error())
		return
	}
	after, assigned := strings.CutPrefix(rest, "=")
	if !assigned {
		t.report.add(at, "", `the assignment has no "="; valid: path=value`)
		return
	}
	value, ok := t.parse(source, []byte(after), at.Column)
	if !ok {
		return
	}
	a := assignment{tree: t, value: value, at: Position{source, 1, 1}}
	if root, ok := a.put(t.root, steps, ""); ok {
		t.root = root
	}
}

// assignment is a value on its way to its place.
type assignment struct {
	tree  *Tree
	value *Node
	at    Position
}

// put returns a copy of node n in which the value stands at the end of the steps. Only nodes on the way
// are copied: an alias may share them with places that shall not change.
func (a *assignment) put(n *Node, steps []step, path string) (*Node, bool) {
	if len(steps) == 0 {
		return a.value, true
	}
	copied := *n
	if s := steps[0]; s.key == "" {
		return &copied, a.putItem(&copied, s.index, steps[1:], path)
	}
	if copied.Kind == Null {
		copied = Node{Kind: Mapping, At: a.at}
	}
	return &copied, a.putField(&copied, steps[0].key, steps[1:], path)
}

func (a *assignment) putItem(n *Node, index int, rest []step, path string) bool {
	path = Item(path, index)
	if n.Kind != Sequence || index >= len(n.Items) {
		a.tree.report.add(a.at, path, fmt.Sprintf("there is no such entry; valid: an entry of a list (here: %s)", n.describe()))
		return false
	}
	item, ok := a.put(n.Items[index], rest, path)
	n.Items = slices.Clone(n.Items)
	n.Items[index] = item
	return ok
}

func (a *assignment) putField(n *Node, key string, rest []step, path string) bool {
	path = Child(path, key)
	if n.Kind != Mapping {
		a.tree.report.add(a.at, path, fmt.Sprintf("there is no such key; valid: a key of a mapping (here: %s)", n.describe()))
		return false
	}
	n.Fields = slices.Clone(n.Fields)
	i, found := n.field(key)
	if !found {
		i = len(n.Fields)
		n.Fields = append(n.Fields, Field{Key: key, At: a.at, Value: &Node{At: a.at}})
	}
	value, ok := a.put(n.Fields[i].Value, rest, path)
	n.Fields[i].Value = value
	return ok
}
