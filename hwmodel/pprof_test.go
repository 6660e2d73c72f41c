package hwmodel_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
)

// mapped are the counts of two populations on two cores of a chip.
func mapped() hwmodel.Counts {
	at := func(core, population, projection string, line int, term hwmodel.Term, n int64) hwmodel.Count {
		return hwmodel.Count{
			Path:  hwmodel.Path{Chip: "chip0", Core: core, Population: population, Projection: projection},
			Place: hwmodel.Place{File: "net.yaml", Line: line}, Term: term, N: n,
		}
	}
	return hwmodel.Counts{List: []hwmodel.Count{
		at("core0", "exc", "", 2, hwmodel.NeuronUpdateActive, 1000),
		at("core0", "exc", "inh->exc", 5, hwmodel.SynapticOpSparse, 4000),
		at("core1", "exc", "", 2, hwmodel.NeuronUpdateActive, 500),
		at("core1", "conv1/E", "", 3, hwmodel.NeuronUpdateIdle, 2000),
		at("core1", "conv1/E", "exc->conv1/E", 6, hwmodel.SynapticOpConv, 100),
		at("core1", "conv1/E", "exc->conv1/E", 6, hwmodel.HopEW, 7),
		at("core1", "conv1/E", "", 3, hwmodel.SpikePositive, 9),
	}}
}

// network is the file that the lines of mapped are in.
const network = `populations:
  exc: {model: iaf_psc_delta, size: 100}
  "conv1/E": {model: iaf_psc_delta, size: 100}
projections:
  - {from: inh, to: exc}
  - {from: exc, to: "conv1/E"}
`

// goTool runs go tool pprof on the profile of a bill in a folder that holds the network file.
func goTool(t *testing.T, b *hwmodel.Bill, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "out.pb.gz"))
	require.NoError(t, err)
	require.NoError(t, b.WritePprof(file, hwmodel.Femtojoules))
	require.NoError(t, file.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "net.yaml"), []byte(network), 0o666))
	cmd := exec.Command("go", append(append([]string{"tool", "pprof"}, args...), "out.pb.gz")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PPROF_TMPDIR="+dir)
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		t.Fatalf("go tool pprof: %s\n%s", err, exit.Stderr)
	}
	require.NoError(t, err)
	return string(out)
}

// line is the fields of the line that ends with a name.
func line(t *testing.T, out, name string) []string {
	t.Helper()
	for _, l := range strings.Split(out, "\n") {
		if strings.HasSuffix(l, " "+name) {
			return strings.Fields(l)
		}
	}
	t.Fatalf("no line for %q in\n%s", name, out)
	return nil
}

// TestToolListsPopulations: go tool pprof lists every population by its full path, with the energy of
// everything below it.
func TestToolListsPopulations(t *testing.T) {
	b := priced(t, "loihi_davies2018", mapped(), hwmodel.Conditions{Duration: duration(t, "1 us")})
	out := goTool(t, b, "-top", "-cum", "-unit=femtojoules", "-nodefraction=0", "-nodecount=1000")
	// 1000·81 + 4000·23.6 pJ on core 0; 500·81 pJ, and 2000·52 + 100·23.6 + 7·3 pJ on core 1; 104.4 mW for 1 us.
	for name, cum := range map[string]string{
		"chip0":                                   "322281000femtojoules",
		"chip0/core0":                             "175400000femtojoules",
		"chip0/core0/exc":                         "175400000femtojoules",
		"chip0/core0/exc/inh->exc":                "94400000femtojoules",
		"chip0/core1/exc":                         "40500000femtojoules",
		"chip0/core1/conv1/E":                     "106381000femtojoules",
		"chip0/core1/conv1/E/exc->conv1/E":        "2381000femtojoules",
		"chip0/core1/conv1/E/exc->conv1/E/hop_ew": "21000femtojoules",
		"chip0/core1/conv1/E/neuron_update_idle":  "104000000femtojoules",
		"static/whole chip":                       "104400000femtojoules",
	} {
		fields := line(t, out, name)
		require.Equal(t, cum, fields[3], name)
	}
	require.Contains(t, out, "426681000femtojoules total")
}

// TestToolCountsEvents: the measure of events is there beside the energy, for what has no price too.
func TestToolCountsEvents(t *testing.T) {
	b := priced(t, "loihi_davies2018", mapped(), hwmodel.Conditions{})
	out := goTool(t, b, "-top", "-sample_index=events", "-nodefraction=0")
	require.Equal(t, "4000", line(t, out, "chip0/core0/exc/inh->exc/synaptic_op_sparse")[0])
	require.Equal(t, "9", line(t, out, "chip0/core1/conv1/E/spike_positive (unpriced)")[0])
	require.Contains(t, goTool(t, b, "-comments"), "unpriced: spike_positive (9): the table has no row for the generation of a spike")
}

// TestToolListsNetworkFile: pprof prints the network file with the energy of each line.
func TestToolListsNetworkFile(t *testing.T) {
	b := priced(t, "loihi_davies2018", mapped(), hwmodel.Conditions{})
	out := goTool(t, b, "-list", "chip0/core0/exc", "-unit=femtojoules")
	require.Regexp(t, `175400000femtojoules +2: +exc: \{model: iaf_psc_delta, size: 100\}`, out)
	require.Regexp(t, `94400000femtojoules +5: +- \{from: inh, to: exc\}`, out)
}

// TestToolTags: labels group the energy by core.
func TestToolTags(t *testing.T) {
	b := priced(t, "loihi_davies2018", mapped(), hwmodel.Conditions{})
	out := goTool(t, b, "-tags", "-unit=femtojoules")
	require.Regexp(t, `175400000fem\S* .*chip0/core0`, out)
	require.Regexp(t, `146881000fem\S* .*chip0/core1`, out)
}

// TestPprofUnits: a larger unit leaves room for larger runs; a run that does not fit is an error.
func TestPprofUnits(t *testing.T) {
	large := counts(n{hwmodel.SynapticOp: hwmodel.MaxEvents})
	b := priced(t, "spinnaker", large, hwmodel.Conditions{}) // 120 MJ
	_, err := b.Pprof(hwmodel.Femtojoules)
	require.EqualError(t, err, "hwmodel: 119.796 MJ is too large for a profile; valid: a larger unit")
	p, err := b.Pprof(hwmodel.Nanojoules)
	require.NoError(t, err)
	require.Equal(t, []int64{hwmodel.MaxEvents, 119_795_750_088_055_194}, p.Sample[0].Value)
	require.Equal(t, "nanojoules", p.SampleType[1].Unit)
	_, err = b.Pprof(7)
	require.EqualError(t, err, "hwmodel: unknown unit 7 of energies; valid: femtojoules, picojoules, nanojoules")
}

// TestPprofRounding: ten reads of a bit take 156.25 fJ each. Rounded one by one they would be 1560 fJ; the samples add
// up to the rounded total of 1562.5 fJ.
func TestPprofRounding(t *testing.T) {
	var c hwmodel.Counts
	for i := range 10 {
		c.List = append(c.List, hwmodel.Count{Path: hwmodel.Path{Population: fmt.Sprint("p", i)}, Term: hwmodel.MemRead, Memory: hwmodel.Memory{Bytes: 8 << 10, Bits: 1}, N: 1})
	}
	b := priced(t, "memory45_int8", c, hwmodel.Conditions{})
	require.Equal(t, energy(t, "1562.5 fJ"), b.Total())
	p, err := b.Pprof(hwmodel.Femtojoules)
	require.NoError(t, err)
	sum := int64(0)
	for _, s := range p.Sample {
		sum += s.Value[1]
		require.InDelta(t, 156.25, s.Value[1], 1)
	}
	require.EqualValues(t, 1563, sum)
}
