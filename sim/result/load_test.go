package result_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/npz"
	"couplet/sim/result"
)

// TestWhatIsLoadedIsWrittenTheSame: nothing is lost on the way to the disk and back.
func TestWhatIsLoadedIsWrittenTheSame(t *testing.T) {
	rich := small()
	rich.StatsFromMs, rich.Partial, rich.PlannedMs = 50, true, 1000
	precise := rich.Spikes[1]
	precise.Before = make([]float64, precise.Len())
	for i := range precise.Before {
		precise.Before[i] = float64(i%10) / 100
	}
	for name, r := range map[string]result.Run{"milliseconds": rich, "steps": camera(20)} {
		t.Run(name, func(t *testing.T) {
			a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
			require.NoError(t, result.Write(a, r))
			loaded, err := result.Load(a)
			require.NoError(t, err)
			require.NoError(t, result.Write(b, *loaded))
			one, two := files(t, a), files(t, b)
			require.ElementsMatch(t, paths(one), paths(two))
			for file := range one {
				require.True(t, one[file] == two[file], "%s differs", file)
			}
		})
	}
}

func TestLoadedRecordersPointToOnePopulation(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, small()))
	r, err := result.Load(dir)
	require.NoError(t, err)
	require.Same(t, r.Spikes[0].Recorder.From.Population, r.Traces[0].Recorder.From.Population)
	require.Equal(t, "exc", r.Spikes[0].Recorder.From.Population.Name)
	require.Equal(t, "mV", r.Traces[0].Unit)
	require.Equal(t, "exc->exc", r.Weights[0].Recorder.Of.Name)
	require.False(t, r.Force)
}

func TestTimingMayBeMissing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, undrawn()))
	require.NoError(t, os.Remove(filepath.Join(dir, "timing.json")))
	r, err := result.Load(dir)
	require.NoError(t, err)
	require.Empty(t, r.Timing.Phases)
}

// TestDamagedDirectories: an error names the file.
func TestDamagedDirectories(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole")
	require.NoError(t, result.Write(whole, small()))
	content := files(t, whole)
	edit := func(file string, f func(string) string) func(map[string]string) {
		return func(all map[string]string) { all[file] = f(all[file]) }
	}
	replace := func(old, new string) func(string) string {
		return func(s string) string {
			require.Contains(t, s, old)
			return strings.Replace(s, old, new, 1)
		}
	}
	cut := func(s string) string { return s[:len(s)/2] }
	for _, c := range []struct {
		name   string
		damage func(map[string]string)
		want   []string
	}{
		{"no summary", func(all map[string]string) { delete(all, "summary.json") }, []string{"summary.json"}},
		{"cut summary", edit("summary.json", cut), []string{"summary.json", "unexpected end"}},
		{"other format", edit("summary.json", replace("couplet-result/1", "couplet-result/9")), []string{"summary.json", `"couplet-result/9"`}},
		{"wrong type", edit("summary.json", replace(`"seed": 1`, `"seed": "one"`)), []string{"summary.json", "seed"}},
		{"no tick", edit("summary.json", replace(`"tick_ms": 0.1`, `"tick_ms": 0`)), []string{"summary.json", "tick"}},
		{"huge population", edit("summary.json", replace(`"neurons": 40`, `"neurons": 4000000000`)), []string{"summary.json", "4000000000"}},
		{"other counts", edit("summary.json", replace(`"populations"`, `"unknown"`)), []string{"summary.json", "activity counts"}},
		{"unknown population", edit("summary.json", replace("\"what\": \"spikes\",\n      \"from\": {\n        \"population\": \"exc\"", "\"what\": \"spikes\",\n      \"from\": {\n        \"population\": \"x\"")), []string{"spikes.npz", `no population "x"`}},
		{"no array", edit("summary.json", replace(`"array": "exc"`, `"array": ""`)), []string{"summary.json", "no array"}},
		{"other array", edit("summary.json", replace(`"array": "exc"`, `"array": "y"`)), []string{"spikes.npz", `array "y/tick": is missing`}},
		{"no configuration", func(all map[string]string) { delete(all, "run.yaml") }, []string{"run.yaml"}},
		{"bad timing", edit("timing.json", cut), []string{"timing.json"}},
		{"no spikes", func(all map[string]string) { delete(all, "spikes.npz") }, []string{"spikes.npz"}},
		{"cut spikes", edit("spikes.npz", cut), []string{"spikes.npz", "not an archive"}},
		{"no traces", func(all map[string]string) { delete(all, "traces.npz") }, []string{"traces.npz"}},
		{"empty traces", edit("traces.npz", func(string) string { return "" }), []string{"traces.npz"}},
		{"spikes for traces", func(all map[string]string) { all["traces.npz"] = all["spikes.npz"] }, []string{"traces.npz", "is missing"}},
		{"spikes for weights", func(all map[string]string) { all["weights.npz"] = all["spikes.npz"] }, []string{"weights.npz", "is missing"}},
		{"weights without target", edit("summary.json", replace("\"to\": {\n        \"population\": \"exc\",\n        \"lo\": 0,\n        \"hi\": 40\n      },\n      \"projection\"", `"projection"`)), []string{"weights.npz", "no target"}},
		{"other spikes", edit("spikes.npz", func(string) string {
			return npzOf(t, []int64{1}, []uint32{0})
		}), []string{"spikes.npz", `array "exc/tick": shape [1] must have`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := make(map[string]string)
			for k, v := range content {
				all[k] = v
			}
			c.damage(all)
			dir := t.TempDir()
			for name, data := range all {
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777))
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666))
			}
			_, err := result.Load(dir)
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func npzOf(t *testing.T, ticks []int64, neurons []uint32) string {
	var b bytes.Buffer
	w := npz.NewWriter(&b)
	require.NoError(t, npz.Put(w, "exc/tick", ticks))
	require.NoError(t, npz.Put(w, "exc/neuron", neurons))
	require.NoError(t, w.Close())
	return b.String()
}

// TestImpossibleSpikesAreRefused: the arrays are of the right size, but a neuron does not exist.
func TestImpossibleSpikesAreRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	r := clock()
	require.NoError(t, result.Write(dir, r))
	neurons := r.Spikes[0].Neurons
	neurons[4] = 17
	require.NoError(t, os.WriteFile(filepath.Join(dir, "spikes.npz"), []byte(npzOf(t, r.Spikes[0].Ticks, neurons)), 0o666))
	_, err := result.Load(dir)
	require.ErrorContains(t, err, "spikes.npz")
	require.ErrorContains(t, err, "neuron 17 of spike 4 must be in [0, 4)")
}

// FuzzSummary reads any text as the summary of a directory: an error or a run that can be drawn and
// written, never a panic.
func FuzzSummary(f *testing.F) {
	dir := filepath.Join(f.TempDir(), "out")
	if err := result.Write(dir, undrawn()); err != nil {
		f.Fatal(err)
	}
	seed, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte(`{"format": "couplet-result/1", "network": {"tick_ms": 1}}`))
	f.Add([]byte(`{"format": "couplet-result/1", "ticks": 3, "network": {"tick_ms": 1e-300, "populations": [{"name": "a", "neurons": 0}]},
		"activity": {"populations": [{"name": "a"}]}, "statistics": {"from": 1e308}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "summary.json"), data, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "run.yaml"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := result.Load(dir)
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatal("read a summary that is not JSON")
		}
		if err := result.Write(filepath.Join(dir, "again"), *r); err != nil {
			t.Fatal(err)
		}
	})
}

// TestFlippedBytes damages every file that Load reads, byte by byte at many places: it is an error, or a
// run that fits together.
func TestFlippedBytes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, clock()))
	refused := 0
	for _, name := range []string{"summary.json", "spikes.npz"} {
		path := filepath.Join(dir, name)
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		for i := 0; i < len(whole); i += 5 {
			damaged := bytes.Clone(whole)
			damaged[i] ^= 1 << (i % 7)
			require.NoError(t, os.WriteFile(path, damaged, 0o666))
			r, err := result.Load(dir)
			if err != nil {
				require.Regexp(t, `summary\.json|spikes\.npz`, err.Error(), "%s, byte %d", name, i)
				refused++
				continue
			}
			_, err = result.Figures(r)
			require.NoError(t, err, "%s, byte %d", name, i)
		}
		require.NoError(t, os.WriteFile(path, whole, 0o666))
	}
	require.Greater(t, refused, 100)
	_, err := result.Load(dir)
	require.NoError(t, err)
}
