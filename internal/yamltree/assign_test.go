package yamltree_test

import (
	"testing"

	"couplet/internal/yamltree"

	"github.com/stretchr/testify/require"
)

func TestSet(t *testing.T) {
	const text = "base: &b {k: 1, l: [1, 2]}\nother: *b\n\"x.y\": 0\n"
	for _, c := range []struct{ name, assignment, want string }{
		{"value", "base.k=20 ms", "{base:{k:20 ms l:[1 2]} other:{k:1 l:[1 2]} x.y:0}"},
		{"entry of a list", "other.l[1]=5", "{base:{k:1 l:[1 2]} other:{k:1 l:[1 5]} x.y:0}"},
		{"new key", "base.m=3", "{base:{k:1 l:[1 2] m:3} other:{k:1 l:[1 2]} x.y:0}"},
		{"new mapping", "new.a.b=[1, {c: 2}]", "{base:{k:1 l:[1 2]} other:{k:1 l:[1 2]} x.y:0 new:{a:{b:[1 {c:2}]}}}"},
		{"quoted key", `"x.y"=7`, "{base:{k:1 l:[1 2]} other:{k:1 l:[1 2]} x.y:7}"},
		{"empty value", "base=", "{base:null other:{k:1 l:[1 2]} x.y:0}"},
		{"value with an equals sign", "base=a=b", "{base:a=b other:{k:1 l:[1 2]} x.y:0}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := parse(t, text)
			tree.Set(c.assignment)
			require.NoError(t, tree.Err())
			require.Equal(t, c.want, outline(tree.Root()))
		})
	}
}

func TestSetReportsItsOwnPlace(t *testing.T) {
	for _, c := range []struct{ assignment, want string }{
		{"a.b=x", `set "a.b=x":1:5: a.b: "x" is not a whole number; valid: a whole number from 0 to 9`},
		{"a.b={c: [1, 2}", `set "a.b={c: [1, 2}":1:9: the list is not closed or lacks a comma; valid: [a, b, c]`},
		{"a.b", `set "a.b":1:4: the assignment has no "="; valid: path=value`},
		{"=5", `set "=5":1:1: a key is missing in the path; valid: key.key[index]`},
		{"a..b=5", `set "a..b=5":1:3: a key is missing in the path; valid: key.key[index]`},
		{"a[x]=5", `set "a[x]=5":1:2: "[x]=5" is not an index; valid: a number from 0 in brackets, such as [0]`},
		{"l[0]z=5", `set "l[0]z=5":1:5: "z=5" does not continue a path; valid: .key or [index]`},
		{`"a=5`, `set "\"a=5":1:1: "a=5: the quotes are not closed; valid: "key"`},
		{`""=5`, `set "\"\"=5":1:1: "" is not a key; valid: a text in double quotes`},
		{"l[3]=5", `set "l[3]=5":1:1: l[3]: there is no such entry; valid: an entry of a list (here: a list)`},
		{"a.b.c=5", `set "a.b.c=5":1:1: a.b.c: there is no such key; valid: a key of a mapping (here: "1")`},
	} {
		t.Run(c.assignment, func(t *testing.T) {
			tree := parse(t, "a: {b: 1}\nl: [1, 2]\n")
			tree.Set(c.assignment)
			if a, ok := tree.Root().Field("a"); ok {
				if b, ok := a.Field("b"); ok {
					b.Integer(0, 9)
				}
			}
			require.EqualError(t, tree.Err(), c.want)
		})
	}
}

func TestSetOnAnEmptyFile(t *testing.T) {
	tree := parse(t, "")
	tree.Set("a.b=1")
	require.Equal(t, "{a:{b:1}}", outline(tree.Root()))
}

// Faults of the file come before those of assignments, and those in the order of the assignments.
func TestOrderOfSources(t *testing.T) {
	tree, err := yamltree.Parse("t.yaml", []byte("a: 1\na: 2\n"), yamltree.Limits{})
	require.NoError(t, err)
	tree.Set("x")
	tree.Set("a")
	require.EqualError(t, tree.Err(), `t.yaml:2:1: key "a" appears twice; the first is at 1:1
set "x":1:2: the assignment has no "="; valid: path=value
set "a":1:2: the assignment has no "="; valid: path=value`)
}
