package main

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
)

func TestParseBytes(t *testing.T) {
	for word, want := range map[string]uint64{
		"": 0, "512": 512, "1B": 1, "1KiB": 1 << 10, "1.5 MiB": 3 << 19, "8GiB": 8 << 30, "1TiB": 1 << 40,
	} {
		got, err := parseBytes(word)
		require.NoError(t, err, word)
		require.Equal(t, want, got, word)
	}
	for _, word := range []string{"8GB", "GiB", "-1GiB", "0", "NaN", "1e300TiB", "1 2KiB", "8gib"} {
		_, err := parseBytes(word)
		require.Error(t, err, word)
	}
}

func TestDirectoryName(t *testing.T) {
	for name, want := range map[string]string{
		"brunel": "brunel", "a b": "a b", "../up": "_up", "a/b\\c:d": "a_b_c_d", "..": "network", "": "network", ".hidden. ": "hidden", "µ": "µ",
	} {
		require.Equal(t, want, directoryName(name), name)
	}
}

func TestModelDuration(t *testing.T) {
	for word, want := range map[string]float64{"100 ms": 100, "1.5s": 1500, "0.1 ms": 0.1, "0s": 0} {
		got, err := modelDuration(word, false)
		require.NoError(t, err, word)
		require.Equal(t, want, got, word)
	}
	for word, want := range map[string]float64{"1 step": 1, "20 steps": 20, "0steps": 0} {
		got, err := modelDuration(word, true)
		require.NoError(t, err, word)
		require.Equal(t, want, got, word)
	}
	for _, word := range []string{"", "5", "-1 ms", "5 steps"} {
		_, err := modelDuration(word, false)
		require.Error(t, err, word)
	}
	for _, word := range []string{"", "5", "5 ms", "-1 step", "1.5 steps", "step"} {
		_, err := modelDuration(word, true)
		require.Error(t, err, word)
	}
}

func TestModelTime(t *testing.T) {
	ms := &job{net: sim.NewNetwork("x")}
	steps := &job{net: sim.NewNetwork("x", sim.StepGrid())}
	require.Equal(t, "0.3 ms", ms.modelTime(3))
	require.Equal(t, "1 s", ms.modelTime(10_000))
	require.Equal(t, "12.3456 s", ms.modelTime(123_456))
	require.Equal(t, "1 step", steps.modelTime(1))
	require.Equal(t, "20 steps", steps.modelTime(20))
}

func TestNumber(t *testing.T) {
	require.Equal(t, "31.923", number(31.9234))
	require.Equal(t, "-", number(math.NaN()))
	require.Equal(t, "-", number(math.Inf(1)))
}

// Columns of numbers are flush right, and widths are counted in characters, not bytes.
func TestTable(t *testing.T) {
	table := newTable("name", ">size", "")
	table.row("µµ", "5", "first")
	table.row("longer", "1000", "")
	var b bytes.Buffer
	require.NoError(t, table.write(&b, "  "))
	require.Equal(t, "  name    size\n  µµ         5  first\n  longer  1000\n", b.String())
}

// On a terminal a status is overwritten by what follows; elsewhere it is not shown.
func TestScreen(t *testing.T) {
	var b bytes.Buffer
	s := &screen{w: &b, terminal: true}
	s.status("building")
	s.remark("built %d", 1)
	require.Equal(t, "building\r        \rbuilt 1\n", b.String())
	bar := s.newBar(10)
	require.True(t, bar.due())
	bar.set(5, "halfway")
	require.False(t, bar.due())
	require.Contains(t, b.String(), "halfway")
	require.Contains(t, b.String(), "50%")
	bar.remove()

	b.Reset()
	s = newScreen(&b, false)
	s.status("building")
	none := s.newBar(10)
	require.False(t, none.due())
	none.remove()
	s.remark("built")
	require.Equal(t, "built\n", b.String())

	b.Reset()
	newScreen(&b, true).remark("built")
	require.Empty(t, b.String())
}
