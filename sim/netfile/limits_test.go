package netfile

import (
	"fmt"
	"strings"
	"testing"

	"couplet/synapse"

	"github.com/stretchr/testify/require"
)

// ranges lists n ranges of one neuron each.
func ranges(population string, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf("%q", fmt.Sprintf("%s[%d]", population, i))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// A short file cannot stand for a network too large to describe.
func TestPartsAreBounded(t *testing.T) {
	exc := "populations:\n  exc: {model: iaf_psc_delta, size: 1000}\n"
	var many strings.Builder
	many.WriteString("populations:\n")
	for i := range maxPopulations + 1 {
		fmt.Fprintf(&many, "  p%d: {like: p%d}\n", i, i+1)
	}
	for _, c := range []struct{ name, text, want string }{
		{"populations", many.String(), `net.yaml:2:3: populations: 32769 populations are too many; valid: at most 32768`},
		{"projections", exc + "projections:\n  - {from: " + ranges("exc", 300) + ", to: " + ranges("exc", 300) + ", rule: all_to_all, weight: 1 mV, delay: 1 ms}\n",
			`net.yaml:4:5: projections[0]: the entry stands for 90000 projections, which are too many; valid: at most 65536 in a file`},
		{"recorders", exc + "projections:\n  - {name: p, from: " + ranges("exc", 250) + ", to: " + ranges("exc", 250) + ", rule: all_to_all, synapse: stdp, weight: 1 mV, delay: 1 ms}\nrecord:\n  - {what: weights, of: p}\n  - {what: weights, of: p}\n",
			`net.yaml:7:5: record[1]: the entry stands for 62500 recorders, which are too many; valid: at most 65536 in a file`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("net.yaml", []byte(c.text), Options{})
			require.EqualError(t, err, c.want)
		})
	}
}

// A chain of populations that are like each other, from its far end.
func TestLongChainOfLike(t *testing.T) {
	const n = 20_000
	var text strings.Builder
	text.WriteString("populations:\n")
	for i := range n {
		fmt.Fprintf(&text, "  p%d: {like: p%d}\n", i, i+1)
	}
	fmt.Fprintf(&text, "  p%d: {model: iaf_psc_delta, size: 7}\n", n)
	net, err := Read("net.yaml", []byte(text.String()), Options{})
	require.NoError(t, err)
	require.Equal(t, 7, net.Populations[0].Size)
}

// Lists of names in messages are cut, and beyond the last fault that is told nothing is compared.
func TestManyUnknownNames(t *testing.T) {
	var text strings.Builder
	text.WriteString("populations:\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "  p%d: {model: iaf_psc_delta, size: 7}\n", i)
	}
	text.WriteString("record:\n")
	for range 3000 {
		text.WriteString("  - {what: spikes, from: q1}\n")
	}
	_, err := Read("net.yaml", []byte(text.String()), Options{})
	var all *Errors
	require.ErrorAs(t, err, &all)
	require.Len(t, all.List, 100)
	require.Equal(t, 2900, all.More)
	require.Equal(t, `there is no population "q1" (did you mean "p1"?); valid: p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, …`,
		all.List[0].Message)
}

// The parts of an entry share what is long.
func TestListsAreShared(t *testing.T) {
	net, err := Read("net.yaml", []byte(`
populations:
  a: {model: iaf_psc_delta, size: 2}
  b: {like: a}
  c: {model: events, file: camera.csv}
  d: {like: c}
projections:
  - {from: [a, b], to: [a, b], rule: all_to_all, weight: [1 mV, 2 mV, 3 mV, 4 mV], delay: 1 ms}
`), Options{DataDir: "testdata/valid"})
	require.NoError(t, err)
	require.Len(t, net.Projections, 4)
	first, _ := net.Projections[0].Synapse.Strength()
	last, _ := net.Projections[3].Synapse.Strength()
	require.Same(t, &first.(synapse.Listed)[0], &last.(synapse.Listed)[0])
	c, d := net.Populations[2].Model.(EventFile), net.Populations[3].Model.(EventFile)
	require.Same(t, &c.Times[0], &d.Times[0])
}
