package hwmodel_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
	"couplet/sim/golden"
)

// chip is a shipped profile.
func chip(t testing.TB, name string) *hwmodel.Profile {
	t.Helper()
	p, err := hwmodel.Chip(name)
	require.NoError(t, err)
	return p
}

// priced is the bill of counts with a shipped profile.
func priced(t testing.TB, name string, c hwmodel.Counts, cond hwmodel.Conditions) *hwmodel.Bill {
	t.Helper()
	b, err := hwmodel.Price(c, chip(t, name), cond)
	require.NoError(t, err)
	return b
}

// counts makes counts of one layer.
func counts(n map[hwmodel.Term]int64) hwmodel.Counts {
	var c hwmodel.Counts
	for _, t := range hwmodel.Terms() {
		if n[t.Term] != 0 {
			c.List = append(c.List, hwmodel.Count{Path: hwmodel.Path{Population: "net"}, Term: t.Term, N: n[t.Term]})
		}
	}
	return c
}

func energy(t testing.TB, text string) hwmodel.Energy {
	t.Helper()
	e, err := hwmodel.Parse[hwmodel.Joule](text)
	require.NoError(t, err)
	return e
}

func duration(t testing.TB, text string) hwmodel.Time {
	t.Helper()
	d, err := hwmodel.Parse[hwmodel.Second](text)
	require.NoError(t, err)
	return d
}

func frequency(t testing.TB, text string) hwmodel.Frequency {
	t.Helper()
	f, err := hwmodel.Parse[hwmodel.Hertz](text)
	require.NoError(t, err)
	return f
}

// sketch writes a profile with made-up sources around some sections.
func sketch(t testing.TB, sections ...string) *hwmodel.Profile {
	t.Helper()
	const head = "profile: sketch\ntitle: made up for a test\npoint: {node: none, voltage: none}\nsources: {test: made up}\n"
	p, err := hwmodel.ReadProfile("sketch.yaml", []byte(head+strings.Join(sections, "\n")+"\n"))
	require.NoError(t, err)
	return p
}

// figure is a price in a sketch, rounded to attojoules.
func figure(joules float64) string {
	return fmt.Sprintf("{energy: %.0f aJ, grade: sim, source: test}", 1e18*joules)
}

// eachGolden runs a subtest for each golden file whose name begins with a word.
func eachGolden(t *testing.T, prefix string, test func(t *testing.T, data []byte)) {
	found := false
	for _, f := range golden.Files(t, "hwmodel") {
		if !strings.HasPrefix(path.Base(f.Name), prefix) {
			continue
		}
		found = true
		t.Run(f.Name, func(t *testing.T) {
			data, err := os.ReadFile(f.Path)
			require.NoError(t, err)
			test(t, data)
		})
	}
	require.True(t, found, "no golden file %s*", prefix)
}

func decode(t *testing.T, data []byte, to any) {
	t.Helper()
	require.NoError(t, json.Unmarshal(data, to))
}
