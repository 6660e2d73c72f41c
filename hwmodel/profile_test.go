package hwmodel_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
	"couplet/internal/yamltree"
)

// TestShippedProfiles: every profile is what its file says, and every figure in it names a source, a grade and an
// operating point.
func TestShippedProfiles(t *testing.T) {
	for _, name := range []string{"cmos45_fp32", "cmos45_int8", "loihi_davies2018", "loihi_sanafe_fit", "truenorth_0v8", "odin_0v55",
		"spinnaker", "keras_cpu", "keras_gpu", "keras_arm", "keras_loihi", "spinnaker2", "memory45_int8", "reckon_0v5"} {
		require.Contains(t, hwmodel.Chips(), name)
	}
	for _, name := range hwmodel.Chips() {
		p := chip(t, name)
		require.Equal(t, name, p.Name)
		figures := map[string]hwmodel.Figure{}
		for term, price := range p.Prices {
			figures[string(term)] = price.Figure
			require.GreaterOrEqual(t, price.Energy.Cmp(price.Least), 0, "%s: %s", name, term)
			require.LessOrEqual(t, price.Energy.Cmp(price.Most), 0, "%s: %s", name, term)
		}
		for _, s := range p.Static {
			figures["static "+s.Name] = s.Figure
		}
		if p.Access != nil {
			figures["memory_access"] = p.Access.Figure
		}
		require.NotEmpty(t, figures, name)
		for what, f := range figures {
			require.True(t, slices.ContainsFunc(p.Sources, func(s hwmodel.Source) bool { return s.Key == f.Source && s.Text != "" }), "%s: %s: source %q", name, what, f.Source)
			require.NotEmpty(t, f.Grade.String(), "%s: %s", name, what)
			require.NotEmpty(t, f.Point.Node, "%s: %s", name, what)
			require.NotEmpty(t, f.Point.Voltage, "%s: %s", name, what)
		}
	}
}

// TestDocumentedProfile: the profile in the documentation of the package is one.
func TestDocumentedProfile(t *testing.T) {
	data, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	var text []string
	for _, l := range strings.Split(string(data), "\n") {
		l, indented := strings.CutPrefix(l, "//\t")
		if indented && (len(text) > 0 || strings.HasPrefix(l, "profile: ")) {
			text = append(text, l)
		}
	}
	p, err := hwmodel.ReadProfile("doc.yaml", []byte(strings.Join(text, "\n")))
	require.NoError(t, err)
	require.Equal(t, "mychip", p.Name)
	require.Len(t, p.Static, 2)
}

// TestNoPriceOfZero: a term that costs nothing in a bill costs nothing because its source says so.
func TestNoPriceOfZero(t *testing.T) {
	free := map[string][]hwmodel.Term{"loihi_sanafe_fit": {hwmodel.MessageIn}}
	for _, name := range hwmodel.Chips() {
		for term, price := range chip(t, name).Prices {
			if price.Energy.Sign() == 0 {
				require.Contains(t, free[name], term, name)
				require.NotEmpty(t, price.Note)
			}
		}
	}
}

// TestTerms: the set of terms is closed, documented, and a tree.
func TestTerms(t *testing.T) {
	seen := map[hwmodel.Term]bool{}
	for _, info := range hwmodel.Terms() {
		require.False(t, seen[info.Term], info.Term)
		require.True(t, info.Parent == "" || seen[info.Parent], "%s: a parent stands before its children", info.Term)
		seen[info.Term] = true
		require.True(t, strings.HasPrefix(info.Doc, "one "), info.Term)
		same, ok := info.Term.Info()
		require.True(t, ok)
		require.Equal(t, info, same)
		require.True(t, info.Term.Is(info.Term))
	}
	require.True(t, hwmodel.HopEast.Is(hwmodel.Hop))
	require.False(t, hwmodel.Hop.Is(hwmodel.HopEast))
	require.False(t, hwmodel.AddInt8.Is(hwmodel.Add), "a width of its own is no special case of the profile's width")
	_, ok := hwmodel.Term("nothing").Info()
	require.False(t, ok)
}

// TestParents: a profile that prices a parent prices the children, unless it says something else of them.
func TestParents(t *testing.T) {
	p := sketch(t, `prices:
  hop: {energy: 1 pJ, grade: meas, source: test}
  hop_ns: {energy: 2 pJ, grade: meas, source: test}
  synaptic_op: {energy: 10 pJ, grade: meas, source: test}
included: {synaptic_op_conv: {in: hop, note: made up}}
absent: {hop_west: there is no west}
unpriced: {hop_south: nobody measured it}`)
	for term, want := range map[hwmodel.Term]string{
		hwmodel.Hop: "1 pJ", hwmodel.HopEW: "1 pJ", hwmodel.HopEast: "1 pJ", hwmodel.HopNS: "2 pJ", hwmodel.HopNorth: "2 pJ", hwmodel.SynapticOpDense: "10 pJ",
		hwmodel.HopWest: "absent: there is no west", hwmodel.HopSouth: "unpriced: nobody measured it",
		hwmodel.SynapticOpConv: "included: in the price of hop: made up",
		hwmodel.HostCall:       "unpriced: the profile gives no figure", hwmodel.MemRead: "unpriced: the profile gives no figure",
	} {
		c := hwmodel.Counts{List: []hwmodel.Count{{Term: term, N: 1, Memory: hwmodel.Memory{Bytes: 1, Bits: 1}}}}
		b, err := hwmodel.Price(c, p, hwmodel.Conditions{})
		require.NoError(t, err)
		require.Len(t, b.Items, 1)
		have := b.Dynamic().String()
		if i := b.Items[0]; i.Status != hwmodel.Priced {
			require.Zero(t, b.Dynamic().Sign())
			have = i.Status.String() + ": " + i.Reason
			require.Len(t, b.Without(i.Status), 1)
		}
		require.Equal(t, want, have, term)
	}
}

const invalidDir = "testdata/invalid"

// TestInvalidProfiles: what is wrong with a profile is told with its place and with what would be valid.
func TestInvalidProfiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(invalidDir, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = hwmodel.ReadProfile(name+".yaml", data)
			var faults *yamltree.Errors
			require.ErrorAs(t, err, &faults)
			for _, one := range faults.List {
				require.Positive(t, one.Line)
			}
			expected := filepath.Join(invalidDir, name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(expected, []byte(err.Error()+"\n"), 0o666))
			}
			want, readErr := os.ReadFile(expected)
			require.NoError(t, readErr)
			require.Equal(t, string(want), err.Error()+"\n")
		})
	}
}

// TestFindProfile: a name is a shipped profile, what looks like a file is a file.
func TestFindProfile(t *testing.T) {
	p, err := hwmodel.FindProfile("odin_0v55")
	require.NoError(t, err)
	require.Equal(t, "odin_0v55", p.Name)
	text, err := hwmodel.ChipText("odin_0v55")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "mine.yaml")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), "profile: odin_0v55", "profile: mine", 1)), 0o666))
	p, err = hwmodel.FindProfile(file)
	require.NoError(t, err)
	require.Equal(t, "mine", p.Name)
	_, err = hwmodel.FindProfile("loihi_davis2018")
	require.ErrorContains(t, err, `hwmodel: unknown chip "loihi_davis2018" (did you mean "loihi_davies2018"?); valid: cmos45_fp16,`)
	_, err = hwmodel.FindProfile(filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(file, append([]byte("# "), make([]byte, 2<<20)...), 0o666))
	_, err = hwmodel.FindProfile(file)
	require.ErrorContains(t, err, "the file is too large")
}

// TestWithWord: the width of a memory changes the price of its accesses, in a copy.
func TestWithWord(t *testing.T) {
	p := chip(t, "memory45_int8")
	q, err := p.WithWord("weights", 4)
	require.NoError(t, err)
	fetch := counts(n{hwmodel.WeightFetch: 1})
	for profile, want := range map[*hwmodel.Profile]string{p: "2.5 pJ", q: "1.25 pJ"} {
		b, err := hwmodel.Price(fetch, profile, hwmodel.Conditions{})
		require.NoError(t, err)
		require.Equal(t, want, b.Dynamic().String())
	}
	_, err = p.WithWord("wieghts", 4)
	require.EqualError(t, err, `hwmodel: profile memory45_int8 has no memory "wieghts"; valid: weights, potentials, queue`)
}

// FuzzReadProfile: whatever the bytes, there is a profile that can price every term, or an error with places.
func FuzzReadProfile(f *testing.F) {
	for _, name := range hwmodel.Chips() {
		data, err := hwmodel.ChipText(name)
		require.NoError(f, err)
		f.Add(data)
	}
	files, err := filepath.Glob(filepath.Join(invalidDir, "*.yaml"))
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	var all hwmodel.Counts
	for _, info := range hwmodel.Terms() {
		all.List = append(all.List, hwmodel.Count{Path: hwmodel.Path{Population: "p"}, Term: info.Term, N: 3, Memory: hwmodel.Memory{Bytes: 1000, Bits: 8}})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := hwmodel.ReadProfile("fuzz.yaml", data)
		if err != nil {
			var faults *yamltree.Errors
			require.ErrorAs(t, err, &faults)
			require.NotEmpty(t, faults.List)
			return
		}
		b, err := hwmodel.Price(all, p, hwmodel.Conditions{Duration: hwmodel.Atto[hwmodel.Second](1e15)})
		require.NoError(t, err)
		require.Equal(t, b.Dynamic(), sumOf(b.ByLayer()))
		require.GreaterOrEqual(t, b.Total().Sign(), 0)
	})
}
