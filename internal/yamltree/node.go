package yamltree

// Kind is the kind of a node.
type Kind uint8

const (
	// Null is an absent value: nothing, ~ or null.
	Null Kind = iota
	// Scalar is a text.
	Scalar
	// Sequence is a list.
	Sequence
	// Mapping is a list of keys with values.
	Mapping
)

// String names the kind as messages do.
func (k Kind) String() string { return [...]string{"nothing", "a text", "a list", "a mapping"}[k] }

// Position is a place in one of the sources of a tree. Lines and columns count from 1, columns in
// characters.
type Position struct {
	source       int32 // 0 is the file, others are assignments, in order
	Line, Column int32
}

// Node is one value of a tree. A node that aliases refer to has several parents.
type Node struct {
	Kind   Kind
	Plain  bool // a scalar without quotes
	At     Position
	Text   string  // of a scalar
	Items  []*Node // of a sequence
	Fields []Field // of a mapping, in the order of the file, keys unique
}

// Field is a key of a mapping with its value.
type Field struct {
	Key   string
	At    Position // of the key
	Value *Node
}

// field finds a key; mappings are short, so a linear search does.
func (n *Node) field(key string) (int, bool) {
	for i := range n.Fields {
		if n.Fields[i].Key == key {
			return i, true
		}
	}
	return 0, false
}

// Tree is a parsed file together with what was found wrong so far.
type Tree struct {
	root    *Node
	sources []string
	report  report
	limits  Limits
}
