package yamltree

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"gopkg.in/yaml.v3"
)

// Parse reads one YAML document. The name stands in messages.
//
// An error means that there is no tree: the text is not YAML, or out of bounds. Smaller faults, such
// as duplicate keys, are reported with the tree, see [Tree.Err].
func Parse(name string, data []byte, limits Limits) (*Tree, error) {
	t := &Tree{sources: []string{name}, limits: limits.withDefaults()}
	root, ok := t.parse(0, data, 0)
	if !ok {
		return nil, t.Err()
	}
	t.root = root
	return t, nil
}

// parse reads the text of a source, whose first line begins behind a number of columns.
func (t *Tree) parse(source int32, data []byte, indent int32) (*Node, bool) {
	b := builder{tree: t, source: source, indent: indent, anchors: map[*yaml.Node]part{}}
	if fault := scan(data, t.limits); fault != nil {
		b.fault(fault)
		return nil, false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	document, err := decode(decoder)
	if err == io.EOF {
		return &Node{At: b.position(1, 1)}, true
	}
	if err != nil {
		b.fault(syntaxFault(data, err))
		return nil, false
	}
	second, err := decode(decoder)
	switch {
	case err == nil:
		b.fault(&place{second.Line, second.Column, "a second document begins here; valid: one document a file, without a line ---"})
		return nil, false
	case err != io.EOF:
		b.fault(syntaxFault(data, err))
		return nil, false
	}
	root, ok := b.convert(document.Content[0], 1)
	return root.node, ok
}

// decode reads the next document. The library panics on a few malformed texts where it should return
// an error.
func decode(d *yaml.Decoder) (n *yaml.Node, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("yaml: %v", broken)
		}
	}()
	n = new(yaml.Node)
	err = d.Decode(n)
	if err == nil && len(n.Content) == 0 {
		err = io.EOF
	}
	return n, err
}

// builder turns the nodes of the YAML library into ours.
type builder struct {
	tree    *Tree
	source  int32
	indent  int32 // columns before the first line
	anchors map[*yaml.Node]part
}

// part is a converted subtree with what it counts when aliases are written out.
type part struct {
	node  *Node
	nodes int  // saturating
	depth int  // 1 for a scalar
	open  bool // still being converted: an alias to it would be a cycle
}

// convert turns a node at the given depth into ours; false means that a limit is exceeded and that
// there is no tree.
func (b *builder) convert(n *yaml.Node, depth int) (part, bool) {
	if n.Kind == yaml.AliasNode {
		return b.alias(n, depth)
	}
	if depth > b.tree.limits.Depth {
		return part{}, b.fail(n, fmt.Sprintf("the nesting is too deep; valid: at most %d levels", b.tree.limits.Depth))
	}
	if n.Style&yaml.TaggedStyle != 0 {
		b.fail(n, fmt.Sprintf("tag %q is not supported; valid: the value without a tag", n.Tag))
	}
	p := part{node: &Node{At: b.at(n)}, nodes: 1, depth: 1, open: true}
	if n.Anchor != "" {
		b.anchors[n] = p
	}
	ok := true
	switch n.Kind {
	case yaml.SequenceNode:
		ok = b.sequence(n, &p, depth)
	case yaml.MappingNode:
		ok = b.mapping(n, &p, depth)
	default:
		b.scalar(n, p.node)
	}
	if p.nodes > b.tree.limits.Nodes {
		return part{}, b.fail(n, tooManyNodes(b.tree.limits))
	}
	p.open = false
	if n.Anchor != "" {
		b.anchors[n] = p
	}
	return p, ok
}

// alias shares the subtree of its anchor.
func (b *builder) alias(n *yaml.Node, depth int) (part, bool) {
	p, known := b.anchors[n.Alias]
	switch {
	case !known: // the anchor is on a key
		return b.convert(n.Alias, depth)
	case p.open:
		return part{}, b.fail(n, fmt.Sprintf("alias *%s stands inside the value of its own anchor; valid: an alias behind that value", n.Value))
	case depth+p.depth-1 > b.tree.limits.Depth:
		return part{}, b.fail(n, fmt.Sprintf("the nesting is too deep; valid: at most %d levels", b.tree.limits.Depth))
	}
	return p, true
}

func (b *builder) scalar(n *yaml.Node, to *Node) {
	to.Text = n.Value
	to.Plain = n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	if to.Plain && isNull(n.Value) {
		return
	}
	to.Kind = Scalar
}

func isNull(text string) bool {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

func (b *builder) sequence(n *yaml.Node, p *part, depth int) bool {
	p.node.Kind = Sequence
	p.node.Items = make([]*Node, 0, len(n.Content))
	for i, c := range n.Content {
		item, ok := b.convert(c, depth+1)
		if !ok {
			return false
		}
		p.node.Items = append(p.node.Items, item.node)
		p.add(item)
		n.Content[i] = nil // let the collector have it; large lists are most of a large file
	}
	return true
}

// add counts a child.
func (p *part) add(child part) {
	if p.nodes > math.MaxInt-child.nodes {
		p.nodes = math.MaxInt
	} else {
		p.nodes += child.nodes
	}
	p.depth = max(p.depth, child.depth+1)
}

func (b *builder) mapping(n *yaml.Node, p *part, depth int) bool {
	p.node.Kind = Mapping
	p.node.Fields = make([]Field, 0, len(n.Content)/2)
	at := make(map[string]Position, len(n.Content)/2)
	var merged []*Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		value, ok := b.convert(n.Content[i+1], depth+1)
		if !ok {
			return false
		}
		p.add(value)
		p.nodes++ // the key
		if key.Kind == yaml.ScalarNode && key.Tag == "!!merge" {
			merged = append(merged, b.merges(key, value.node)...)
			continue
		}
		name, ok := b.key(key)
		if !ok {
			continue
		}
		if first, twice := at[name]; twice {
			b.fail(key, fmt.Sprintf("key %q appears twice; the first is at %d:%d", name, first.Line, first.Column))
			continue
		}
		at[name] = b.at(key)
		p.node.Fields = append(p.node.Fields, Field{Key: name, At: b.at(key), Value: value.node})
	}
	for _, m := range merged {
		for _, f := range m.Fields {
			if _, overridden := at[f.Key]; !overridden {
				at[f.Key] = f.At
				p.node.Fields = append(p.node.Fields, f)
			}
		}
	}
	return true
}

// key checks the key of a mapping: a text, whatever it looks like.
func (b *builder) key(n *yaml.Node) (string, bool) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		return "", b.fail(n, "a key must be a text; valid: key: value")
	}
	return n.Value, true
}

// merges lists the mappings that a merge key ("<<") copies from, the first with precedence.
func (b *builder) merges(key *yaml.Node, value *Node) []*Node {
	list := []*Node{value}
	if value.Kind == Sequence {
		list = value.Items
	}
	for _, m := range list {
		if m.Kind != Mapping {
			b.fail(key, fmt.Sprintf("%s cannot be merged; valid: <<: *anchor of a mapping, or a list of such aliases", m.Kind))
			return nil
		}
	}
	return list
}

func (b *builder) at(n *yaml.Node) Position { return b.position(n.Line, n.Column) }

func (b *builder) position(line, column int) Position {
	p := Position{b.source, int32(line), int32(column)}
	if line == 1 {
		p.Column += b.indent
	}
	return p
}

// fail reports a fault; it returns false so that a caller can hand it on.
func (b *builder) fail(n *yaml.Node, message string) bool {
	b.tree.report.add(b.at(n), "", message)
	return false
}

func (b *builder) fault(f *place) {
	b.tree.report.add(b.position(f.line, f.column), "", f.message)
}
