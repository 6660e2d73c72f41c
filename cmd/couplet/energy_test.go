package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pricedExample runs the convolutional example and prices it.
func pricedExample(t *testing.T, flags ...string) (dir, stdout string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "conv")
	code, _, stderr := command(t, t.Context(), "run", filepath.Join(examples, "conv.yaml"), "--out", dir, "--quiet")
	require.Equal(t, exitOK, code, stderr)
	code, stdout, stderr = command(t, t.Context(), append([]string{"energy", dir}, flags...)...)
	require.Equal(t, exitOK, code, stderr)
	return dir, stdout
}

// The bill of the convolutional example, as it stands in testdata. COUPLET_UPDATE=1 writes it anew.
func TestEnergyText(t *testing.T) {
	_, got := pricedExample(t, "--tick-time", "1ms", "--neurobench")
	golden := filepath.Join("testdata", "energy-conv.txt")
	if os.Getenv("COUPLET_UPDATE") != "" {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// go tool pprof reads what --pprof writes: populations stand there by their full path, and -list prints the network
// file with the energy of each line.
func TestEnergyPprof(t *testing.T) {
	file := filepath.Join(t.TempDir(), "energy.pb.gz")
	dir, _ := pricedExample(t, "--pprof", file, "--pprof-unit", "femtojoules")
	top := pprof(t, "-top", "-unit", "femtojoules", "-nodefraction", "0", file)
	require.Contains(t, top, "Type: energy")
	require.Regexp(t, `(?m) lines/image->lines/synaptic_op_conv$`, top)
	require.Regexp(t, `(?m) pooled$`, top)
	list := pprof(t, "-list", "lines/image->lines", file)
	require.Regexp(t, `(?m)from: image`, list)
	require.Contains(t, list, filepath.Join(dir, "run.yaml"))
}

// Static power is that of as many chips as hold the neurons: 388 are too many for one ODIN of 256.
func TestEnergyChips(t *testing.T) {
	_, text := pricedExample(t, "--tick-time", "1ms", "--chip", "odin_0v55")
	require.Contains(t, text, "chips that static power is billed for: 2, as 388 neurons need at 256 a chip")
	require.Contains(t, text, "27.3 uW for 100 ms, 2 x chip, meas frenkel2019")
}

// On the cores of a chip the frames begin with chip and core, and the sum of messages on the way is in the profile.
func TestEnergyPprofOfCores(t *testing.T) {
	file := filepath.Join(t.TempDir(), "energy.pb.gz")
	_, text := pricedExample(t, "--map", "loihi", "--pprof", file)
	require.Regexp(t, `(?m)^ +spike_within_tile +[1-9]`, text)
	top := pprof(t, "-top", "-cum", "-nodefraction", "0", file)
	require.Regexp(t, `(?m) loihi$`, top)
	require.Regexp(t, `(?m) loihi/0\.0/lines/image->lines/synaptic_op_conv$`, top)
}

// pprof runs go tool pprof.
func pprof(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"tool", "pprof"}, args...)...)
	cmd.Env = append(os.Environ(), "PPROF_TMPDIR="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	return string(out)
}

// The energies of all forms are the same: text, JSON, table and page say one total.
func TestEnergyForms(t *testing.T) {
	files := t.TempDir()
	table, page := filepath.Join(files, "bill.csv"), filepath.Join(files, "bill.html")
	_, got := pricedExample(t, "--tick-time", "1ms", "--json", "--csv", table, "--html", page)
	var d struct {
		Bill struct {
			Total, Dynamic struct {
				Exact string
				J     float64
			}
			Layers []struct {
				Energy struct{ J float64 }
			}
		}
		Conventional struct {
			MACs int64 `json:"multiply_accumulates_per_inference"`
		}
		NeuroBench struct {
			ACs float64 `json:"effective_acs"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(got), &d))
	sum := 0.0
	for _, l := range d.Bill.Layers {
		sum += l.Energy.J
	}
	require.InEpsilon(t, d.Bill.Dynamic.J, sum, 1e-12)
	// One input channel of 8x8, four of 3x3 kernels with border 1: 22*22 taps a channel. The poolings have no weights.
	require.EqualValues(t, 4*22*22, d.Conventional.MACs)
	require.Positive(t, d.NeuroBench.ACs)

	text, err := os.ReadFile(page)
	require.NoError(t, err)
	total := regexp.MustCompile(`<th scope="row">total</th><td class="n">([^<]*)<`).FindStringSubmatch(string(text))
	require.Len(t, total, 2)
	_, plain := pricedExample(t, "--tick-time", "1ms")
	require.Regexp(t, `(?m)^total +`+regexp.QuoteMeta(total[1])+" ", plain)
	data, err := os.ReadFile(table)
	require.NoError(t, err)
	require.Equal(t, strings.Count(got, `"charged_as"`)+1+1, strings.Count(string(data), "\n")) // heading and static power
}

// A network file that was changed after the run does not fit its counts.
func TestEnergyOfAnotherNetwork(t *testing.T) {
	dir, _ := pricedExample(t)
	path := filepath.Join(dir, "run.yaml")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(data, []byte("orientation"), []byte("direction")), 0o666))
	code, stdout, stderr := command(t, t.Context(), "energy", dir)
	require.Equal(t, exitInput, code)
	require.Empty(t, stdout)
	require.Equal(t, "couplet: "+dir+`: the activity is not that of network "conv": population 3 is "orientation", not "direction"`+"\n", stderr)
}

// A run that was stopped is not priced.
func TestEnergyOfPartialResult(t *testing.T) {
	dir, _ := pricedExample(t)
	path := filepath.Join(dir, "summary.json")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, bytes.Replace(data, []byte(`"partial": false`), []byte(`"partial": true`), 1), 0o666))
	code, stdout, stderr := command(t, t.Context(), "energy", dir)
	require.Equal(t, exitInput, code)
	require.Empty(t, stdout)
	require.Equal(t, "couplet: "+dir+" is the partial result of a run that was stopped; run on with: couplet run --resume "+dir+"\n", stderr)
}
