package yamltree_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"couplet/internal/yamltree"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// outline writes a tree on one line, with positions.
func outline(c yamltree.Cursor) string {
	switch c.Kind() {
	case yamltree.Null:
		return "null"
	case yamltree.Scalar:
		if c.Plain() {
			return c.Raw()
		}
		return fmt.Sprintf("%q", c.Raw())
	}
	var parts []string
	if c.Kind() == yamltree.Sequence {
		for _, item := range c.Items() {
			parts = append(parts, outline(item))
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	for key, value := range c.Fields() {
		parts = append(parts, key+":"+outline(value))
	}
	return "{" + strings.Join(parts, " ") + "}"
}

func TestParseKeepsTextAndStructure(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "null"},
		{"comment", "# nothing\n", "null"},
		{"null document", "~\n", "null"},
		{"scalars keep their text", "{a: 012, b: 1e3, c: no, d: 0.10, e: 'x y', f: \"q\"}", `{a:012 b:1e3 c:no d:0.10 e:"x y" f:"q"}`},
		{"block and flow", "a:\n  - 1\n  - {b: [2, 3]}\nc: ~\nd:\n", "{a:[1 {b:[2 3]}] c:null d:null}"},
		{"quoted null is a text", "a: 'null'\nb: \"\"\n", `{a:"null" b:""}`},
		{"block text", "a: |\n  one\n  two\n", `{a:"one\ntwo\n"}`},
		{"alias", "a: &x {k: 1}\nb: *x\nc: [*x]\n", "{a:{k:1} b:{k:1} c:[{k:1}]}"},
		{"alias of a key", "&x key: 1\nb: *x\n", "{key:1 b:key}"},
		{"alias as a key", "a: &x name\n*x : 2\n", "{a:name name:2}"},
		{"merge", "base: &b {k: 1, l: 2}\nc: {<<: *b, l: 3}\n", "{base:{k:1 l:2} c:{l:3 k:1}}"},
		{"merge of several", "a: &a {k: 1}\nb: &b {k: 2, m: 3}\nc: {<<: [*a, *b]}\n", "{a:{k:1} b:{k:2 m:3} c:{k:1 m:3}}"},
		{"byte order mark", "\ufeffa: 1\n", "{a:1}"},
		{"windows lines", "a: 1\r\nb:\r\n  - 2\r\n", "{a:1 b:[2]}"},
		{"document marks", "---\na: 1\n...\n", "{a:1}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree, err := yamltree.Parse("t.yaml", []byte(c.text), yamltree.Limits{})
			require.NoError(t, err)
			require.NoError(t, tree.Err())
			require.Equal(t, c.want, outline(tree.Root()))
		})
	}
}

func TestFaultsOfTheText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"list not closed", "a: 1\nb: [1, 2\nc: 3\n", `t.yaml:2:4: the list is not closed or lacks a comma; valid: [a, b, c]`},
		{"mapping not closed", "x: 1\na: {x: 1\nb: 2\n", `t.yaml:2:4: the mapping is not closed or lacks a comma; valid: {key: value, key: value}`},
		{"range in braces", "x: 1\np:\n  - {from: exc[0..9], to: b}\n",
			`t.yaml:3:5: the mapping is not closed or lacks a comma; valid: {key: value, key: value}; inside { } or [ ] a text with brackets needs quotes: "exc[0..9]"`},
		{"indented too far", "a: 1\n  b: 2\n", `t.yaml:2:4: a ":" cannot stand here; valid: one "key: value" a line, in the column of its neighbours, and quotes round a text with ": "`},
		{"indented too little", "x:\n    b: 1\n  c: 2\n", `t.yaml:3:3: the indentation fits no line above; valid: the keys of a mapping all start in one column`},
		{"two colons", "x: 1\na: b: 2\n", `t.yaml:2:5: a ":" cannot stand here; valid: one "key: value" a line, in the column of its neighbours, and quotes round a text with ": "`},
		{"key without colon", "x: 1\nb\ny: 2\n", `t.yaml:2:1: the key has no ":"; valid: key: value`},
		{"tab", "a:\n\tb: 2\n", `t.yaml:2:1: this character cannot start a value; valid: spaces instead of tabs, and quotes round a text that starts with @, % or a backquote`},
		{"reserved character", "a: @x\n", `t.yaml:1:4: this character cannot start a value; valid: spaces instead of tabs, and quotes round a text that starts with @, % or a backquote`},
		{"quotes not closed", "z: 1\na: 'unclosed\nb: 2\n", `t.yaml:2:1: the quotes are not closed; valid: "text" or 'text'`},
		{"escape", `a: "\q"`, `t.yaml:1:5: the escape is unknown; valid: \n, \t, \\ and \" in double quotes, or single quotes without escapes`},
		{"dash behind a key", "key: - a\n", `t.yaml:1:6: a "- " cannot stand here; valid: entries of a list on lines of their own`},
		{"list and mapping mixed", "- a\nb: 1\n", `t.yaml:2:1: the lines of this list do not fit together; valid: every entry starts with "- " in the same column`},
		{"value missing", "x: 1\nb: ]\n", `t.yaml:2:1: a value is missing here; valid: a text, a number with its unit, [list] or {key: value}`},
		{"anchor unknown", "x: y\na: *nope\n", `t.yaml:2:4: there is no anchor &nope above; valid: an alias behind its anchor`},
		{"version", "%YAML 3.0\n---\na: 1\n", `t.yaml:1:1: the YAML version is not supported; valid: a file without a %YAML line`},
		{"second document", "a: 1\n---\nb: 2\n", `t.yaml:2:1: a second document begins here; valid: one document a file, without a line ---`},
		{"something behind the document", "#\n -\n\n{", `t.yaml:4:1: this does not belong to the document above; valid: one document a file`},
		{"control character", "a: 1\nbc: \x07\n", `t.yaml:2:5: character U+0007 is not allowed in YAML; valid: printable characters, or an escape in double quotes`},
		{"not UTF-8", "a: 1\r\nb: µ\xff\n", `t.yaml:2:5: the file is not UTF-8 text; valid: UTF-8 without other encodings`},
		{"UTF-16", "\xff\xfea\x00", `t.yaml:1:1: the file is not UTF-8 text; valid: UTF-8 without other encodings`},
		{"deeper than any parser goes", strings.Repeat("[", 20_000), `t.yaml:1:1: the nesting is too deep; valid: lists and mappings a few levels deep`},
		{"alias of itself", "a: &x [1, *x]\n", `t.yaml:1:11: alias *x stands inside the value of its own anchor; valid: an alias behind that value`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := yamltree.Parse("t.yaml", []byte(c.text), yamltree.Limits{})
			require.EqualError(t, err, c.want)
		})
	}
}

func TestSmallerFaultsLeaveATree(t *testing.T) {
	for _, c := range []struct{ name, text, tree, want string }{
		{"duplicate key", "a: 1\nb: 2\na: 3\n", "{a:1 b:2}", `t.yaml:3:1: key "a" appears twice; the first is at 1:1`},
		{"duplicate key in braces", "{x: 1, 'x': 2}", "{x:1}", `t.yaml:1:8: key "x" appears twice; the first is at 1:2`},
		{"tag", "a: !kg 1\nb: !!float 2\n", "{a:1 b:2}",
			"t.yaml:1:4: tag \"!kg\" is not supported; valid: the value without a tag\nt.yaml:2:4: tag \"!!float\" is not supported; valid: the value without a tag"},
		{"key that is a list", "? [a]\n: 2\nb: 3\n", "{b:3}", `t.yaml:1:3: a key must be a text; valid: key: value`},
		{"key that is empty", "'': 2\nb: 3\n", "{b:3}", `t.yaml:1:1: a key must be a text; valid: key: value`},
		{"merge of a text", "a: {<<: 3, b: 1}\n", "{a:{b:1}}", `t.yaml:1:5: a text cannot be merged; valid: <<: *anchor of a mapping, or a list of such aliases`},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree, err := yamltree.Parse("t.yaml", []byte(c.text), yamltree.Limits{})
			require.NoError(t, err)
			require.Equal(t, c.tree, outline(tree.Root()))
			require.EqualError(t, tree.Err(), c.want)
		})
	}
}

// The bomb of five levels of ten aliases has 10^5 values when written out.
const bomb = `a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
`

func TestLimits(t *testing.T) {
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	for _, c := range []struct {
		name, text string
		limits     yamltree.Limits
		want       string
	}{
		{"size", "abcdef", yamltree.Limits{Bytes: 5}, `t.yaml:1:1: the file is too large; valid: at most 5 bytes`},
		{"depth", "a: " + deep, yamltree.Limits{Depth: 20}, `t.yaml:1:23: the nesting is too deep; valid: at most 20 levels`},
		{"depth by aliases", "a: &a [[[[1]]]]\nb: &b [[*a]]\nc: [[[*b]]]\n", yamltree.Limits{Depth: 10}, `t.yaml:3:7: the nesting is too deep; valid: at most 10 levels`},
		{"marks", strings.Repeat("\n", 200), yamltree.Limits{Nodes: 100}, `t.yaml:1:1: the file holds too many values; valid: at most 100, aliases counted wherever they are used`},
		{"alias bomb", bomb, yamltree.Limits{Nodes: 50_000}, `t.yaml:5:4: the file holds too many values; valid: at most 50000, aliases counted wherever they are used`},
		{"merge bomb", "a: &a {k: [1, 2, 3, 4, 5, 6, 7, 8]}\nb: {x: {<<: *a}, y: {<<: *a}, z: {<<: *a}}\n", yamltree.Limits{Nodes: 32}, `t.yaml:2:4: the file holds too many values; valid: at most 32, aliases counted wherever they are used`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := yamltree.Parse("t.yaml", []byte(c.text), c.limits)
			require.EqualError(t, err, c.want)
		})
	}
	_, err := yamltree.Parse("t.yaml", []byte(bomb), yamltree.Limits{})
	require.NoError(t, err, "within the default limits the tree shares the values of aliases")
	_, err = yamltree.Parse("t.yaml", []byte("a: "+deep), yamltree.Limits{})
	require.NoError(t, err)
}

func TestErrorsAreSortedAndBounded(t *testing.T) {
	tree, err := yamltree.Parse("t.yaml", []byte("["+strings.Repeat("x, ", 300)+"]"), yamltree.Limits{})
	require.NoError(t, err)
	for range 2 { // a fault that is found twice is reported once
		for _, item := range tree.Root().Items() {
			item.Integer(0, 1)
		}
	}
	var all *yamltree.Errors
	require.ErrorAs(t, tree.Err(), &all)
	require.Len(t, all.List, 100)
	require.Equal(t, 2*300-100-100, all.More, "only the listed ones can be told from repetitions")
	for i := 1; i < len(all.List); i++ {
		require.Greater(t, all.List[i].Column, all.List[i-1].Column)
	}
	var one *yamltree.Error
	require.True(t, errors.As(tree.Err(), &one))
	require.Equal(t, yamltree.Error{File: "t.yaml", Line: 1, Column: 2, Path: "[0]",
		Message: `"x" is not a whole number; valid: a whole number from 0 to 1`}, *one)
	require.True(t, strings.HasSuffix(tree.Err().Error(), "\nand 400 more"))
}

func TestErrorWithoutPlace(t *testing.T) {
	require.Equal(t, "f: p: m", (&yamltree.Error{File: "f", Path: "p", Message: "m"}).Error())
}

// Whatever the text, Parse returns a tree or an error.
func TestParseNeverPanics(t *testing.T) {
	marks := rapid.SliceOf(rapid.SampledFrom([]string{"a", "b: ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "&x ", "*x", "<<: ", "'", `"`, "#", "|", ">", "---", "!t ", "? ", ":", "1", "\t", "\\"}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(marks.Draw(t, "text"), "")
		tree, err := yamltree.Parse("t.yaml", []byte(text), yamltree.Limits{Nodes: 1000})
		if err == nil {
			_ = outline(tree.Root())
			return
		}
		require.Nil(t, tree)
		for _, one := range allOf(t, err) {
			require.Positive(t, one.Line)
			require.Positive(t, one.Column)
		}
	})
}

func allOf(t require.TestingT, err error) []*yamltree.Error {
	var all *yamltree.Errors
	require.ErrorAs(t, err, &all)
	return all.List
}
