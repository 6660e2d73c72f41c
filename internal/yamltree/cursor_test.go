package yamltree_test

import (
	"math"
	"strconv"
	"testing"

	"couplet/internal/yamltree"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func parse(t require.TestingT, text string) *yamltree.Tree {
	tree, err := yamltree.Parse("t.yaml", []byte(text), yamltree.Limits{})
	require.NoError(t, err)
	return tree
}

func TestScalarReaders(t *testing.T) {
	name := func(c yamltree.Cursor) (any, bool) { return first(c.Name()) }
	word := func(c yamltree.Cursor) (any, bool) { return first(c.Word("hosting", "auto", "lazy")) }
	on := func(c yamltree.Cursor) (any, bool) { return first(c.Bool()) }
	whole := func(c yamltree.Cursor) (any, bool) { return first(c.Integer(-5, 20_000)) }
	unsigned := func(c yamltree.Cursor) (any, bool) { return first(c.Unsigned()) }
	for _, c := range []struct {
		text string
		read func(c yamltree.Cursor) (any, bool)
		want any    // nil: refused
		err  string // without position and path
	}{
		{"exc", name, "exc", ""},
		{"12", name, "12", ""},
		{"a b", name, "a b", ""},
		{"' a'", name, nil, `" a" is not a name; valid: a text on one line without blanks at its ends`},
		{"[1]", name, nil, `a list is not a name; valid: a text on one line without blanks at its ends`},
		{"", name, nil, `nothing is given where a name is due; valid: a text on one line without blanks at its ends`},
		{"lazy", word, "lazy", ""},
		{"layz", word, nil, `unknown hosting "layz" (did you mean "lazy"?); valid: auto, lazy`},
		{"{}", word, nil, `a mapping is not the name of a hosting; valid: auto, lazy`},
		{"true", on, true, ""},
		{"false", on, false, ""},
		{"yes", on, nil, `"yes" is not a switch; valid: true or false`},
		{"'true'", on, nil, `"true" is not a switch; valid: true or false`},
		{"7", whole, int64(7), ""},
		{"-5", whole, int64(-5), ""},
		{"10_000", whole, int64(10_000), ""},
		{"1e4", whole, int64(10_000), ""},
		{"2.50e1", whole, int64(25), ""},
		{"20001", whole, nil, `20001 is out of range; valid: a whole number from -5 to 20000`},
		{"99999999999999999999", whole, nil, `99999999999999999999 is out of range; valid: a whole number from -5 to 20000`},
		{"1e", whole, nil, `"1e" is not a whole number; valid: a whole number from -5 to 20000`},
		{"0.5", whole, nil, `"0.5" is not a whole number; valid: a whole number from -5 to 20000`},
		{"0x10", whole, nil, `"0x10" is not a whole number; valid: a whole number from -5 to 20000`},
		{"1__0", whole, nil, `"1__0" is not a whole number; valid: a whole number from -5 to 20000`},
		{"_1", whole, nil, `"_1" is not a whole number; valid: a whole number from -5 to 20000`},
		{"1e400", whole, nil, `1e400 is out of range; valid: a whole number from -5 to 20000`},
		{"'7'", whole, nil, `"7" is not a whole number; valid: a whole number from -5 to 20000`},
		{"18446744073709551615", unsigned, uint64(math.MaxUint64), ""},
		{"18446744073709551616", unsigned, nil, `"18446744073709551616" is not a whole number; valid: a whole number from 0 to 18446744073709551615`},
		{"-1", unsigned, nil, `"-1" is not a whole number; valid: a whole number from 0 to 18446744073709551615`},
	} {
		t.Run(c.text, func(t *testing.T) {
			tree := parse(t, "x: "+c.text)
			x, found := tree.Root().Field("x")
			require.True(t, found)
			got, ok := c.read(x)
			require.Equal(t, c.want != nil, ok)
			if ok {
				require.Equal(t, c.want, got)
				require.NoError(t, tree.Err())
				return
			}
			list := allOf(t, tree.Err())
			require.Len(t, list, 1)
			require.Equal(t, "x", list[0].Path)
			require.Equal(t, c.err, list[0].Message)
		})
	}
}

func first[T any](x T, ok bool) (any, bool) { return x, ok }

func TestParseNumber(t *testing.T) {
	for _, c := range []struct {
		text     string
		exponent int
		want     float64
	}{
		{"0.1", 0, 0.1}, {"0.1", -3, 0.0001}, {"1.5", 3, 1500}, {"2e-1", 3, 200}, {"1_000.5", 0, 1000.5},
		{"1E2", -3, 0.1}, {"+.5", 0, 0.5}, {"5.", 1, 50}, {"0.0001", 3, 0.1}, {"1e-400", 0, 0},
	} {
		x, err := yamltree.ParseNumber(c.text, c.exponent)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, x, c.text)
	}
	for _, text := range []string{"", "x", "inf", ".nan", "0x1p3", "1e400", "--1", "1e", "1e99999999999999999999", "1_", "e5", "1e+-5"} {
		_, err := yamltree.ParseNumber(text, 3)
		require.Error(t, err, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-1e300, 1e300).Draw(t, "x")
		got, err := yamltree.ParseNumber(strconv.FormatFloat(x, 'g', -1, 64), 0)
		require.NoError(t, err)
		require.Equal(t, x, got)
	})
}

func TestMappingReaders(t *testing.T) {
	tree := parse(t, "pop:\n  sise: 3\n  model: [1]\nlist:\n  - 1\n")
	root := tree.Root()
	require.Equal(t, 2, root.Len())
	pop, _ := root.Field("pop")
	pop.OnlyKeys("size", "model", "shape")
	pop.Missing("size", "a whole number")
	require.False(t, pop.Sequence("a, b"))
	model, _ := pop.Field("model")
	require.True(t, model.Sequence("anything"))
	require.False(t, model.Mapping("{a: b}"))
	list, _ := root.Field("list")
	for i, item := range list.Items() {
		require.Zero(t, i)
		require.Equal(t, "list[0]", item.Path())
		item.KeyErrorf("wrong")
	}
	require.EqualError(t, tree.Err(), `t.yaml:1:1: pop: "size" is missing; valid: size: a whole number
t.yaml:2:3: pop: a mapping is not a list; valid: a, b
t.yaml:2:3: pop.sise: unknown key "sise" (did you mean "size"?); valid: size, model, shape
t.yaml:3:10: pop.model: a list is not a mapping; valid: {a: b}
t.yaml:5:5: list[0]: wrong`)
}

func TestLocate(t *testing.T) {
	tree := parse(t, "a:\n  b: [10, {c: 5}]\n  d:\n    e: 1\n")
	root := tree.Root()
	for path, want := range map[string]string{
		"a.b[1].c": "2:15", "a.b[1].x": "2:11", "a.b[7]": "2:3", "a.d": "3:3", ".a.d.e": "4:8", "q": "1:1", "a..": "1:1", "a[0]": "1:1",
	} {
		tree := parse(t, "a:\n  b: [10, {c: 5}]\n  d:\n    e: 1\n")
		tree.Root().Locate(path).ReportAt(path, "m")
		list := allOf(t, tree.Err())
		require.Equal(t, want, strconv.Itoa(list[0].Line)+":"+strconv.Itoa(list[0].Column), path)
		require.Equal(t, path, list[0].Path)
	}
	require.Equal(t, "a.b[1].c", root.Locate("a.b[1].c").Path())
	at := root.Locate("a.b[1].c").At()
	require.Equal(t, []int32{2, 12}, []int32{at.Line, at.Column}, "the key, not the value")
}

func TestSuggest(t *testing.T) {
	valid := []string{"size", "shape", "model", "indegree", "tau_m"}
	for word, want := range map[string]string{
		"sise": "size", "Size": "size", "modle": "model", "in_degree": "indegree", "taum": "tau_m", "xyzw": "", "weights": "",
	} {
		text := ""
		if want != "" {
			text = ` (did you mean "` + want + `"?)`
		}
		require.Equal(t, text, yamltree.Suggest(word, valid), word)
	}
}

// A quoted text is read back as it is, wherever it stands.
func TestQuoteRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{1,8}`), rapid.SampledFrom([]string{"yes", "null", "~", "1e3", "a: b", "exc[0..9]", "- x", "#", "<<", "é", "\u2028", "\u0085"})).Draw(t, "text")
		if text == "" {
			return
		}
		quoted := yamltree.Quote(text)
		tree := parse(t, "the list of this test: ["+quoted+", {"+quoted+": "+quoted+"}]\n"+quoted+": 1\n")
		require.NoError(t, tree.Err())
		list, _ := tree.Root().Field("the list of this test")
		for i, item := range list.Items() {
			if i == 0 {
				require.Equal(t, text, item.Raw())
				continue
			}
			inner, found := item.Field(text)
			require.True(t, found)
			require.Equal(t, text, inner.Raw())
		}
		_, found := tree.Root().Field(text)
		require.True(t, found)
	})
}

func TestIsName(t *testing.T) {
	for text, want := range map[string]bool{"exc": true, "L2/3 E": true, "é": true, "": false, " a": false, "a\nb": false, "a\x00": false, "\xff": false} {
		require.Equal(t, want, yamltree.IsName(text), text)
	}
}
