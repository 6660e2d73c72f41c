package result_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"couplet/sim"
	"couplet/sim/result"
)

// files reads a whole directory: path -> content.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	require.NoError(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(name)] = string(data)
		return err
	}))
	return all
}

func paths(all map[string]string) []string {
	var list []string
	for name := range all {
		list = append(list, name)
	}
	return list
}

// small is a run that is quick to draw and has all kinds of recorders.
func small() result.Run { return balanced(50, 2000) }

// undrawn is a run without recorders, for tests that are about directories.
func undrawn() result.Run {
	r := small()
	r.Spikes, r.Traces, r.Weights = nil, nil, nil
	return r
}

func TestWriteMakesTheFilesOfARun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing", "parents", "out")
	require.NoError(t, result.Write(dir, small()))
	require.ElementsMatch(t, []string{
		"run.yaml", "summary.json", "timing.json", "report.html",
		"spikes.npz", "spikes.csv", "traces.npz", "traces.csv", "weights.npz",
		"pictures/raster.png", "pictures/raster.svg", "pictures/rate.png", "pictures/rate.svg",
		"pictures/intervals.png", "pictures/intervals.svg",
		"pictures/trace-exc_0-8.V_m.png", "pictures/trace-exc_0-8.V_m.svg",
		"pictures/weights-exc-to-exc.png", "pictures/weights-exc-to-exc.svg",
	}, paths(files(t, dir)))
	entries, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	require.Len(t, entries, 1, "no temporary directory is left")
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.NotZero(t, info.Mode().Perm()&0o050&^umask(t), "readable for others as far as the user's mask allows")
}

// umask is found out by making a directory.
func umask(t *testing.T) os.FileMode {
	dir := filepath.Join(t.TempDir(), "d")
	require.NoError(t, os.Mkdir(dir, 0o777))
	info, err := os.Stat(dir)
	require.NoError(t, err)
	return 0o777 &^ info.Mode().Perm()
}

func TestARunWithoutRecordersHasNoArraysAndPictures(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, undrawn()))
	require.ElementsMatch(t, []string{"run.yaml", "summary.json", "timing.json", "report.html"}, paths(files(t, dir)))
}

func TestConfigurationIsKeptByteForByte(t *testing.T) {
	r := undrawn()
	r.Config = []byte("network: x\r\n# \xff not text\n")
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, r))
	require.Equal(t, string(r.Config), files(t, dir)["run.yaml"])
}

// TestEqualRunsGiveEqualFiles: wall-clock times, the machine and the number of workers are in
// timing.json alone.
func TestEqualRunsGiveEqualFiles(t *testing.T) {
	first, second := small(), small()
	second.Timing = result.Timing{
		Started: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), Machine: "another", Workers: 64,
		Phases: []result.Phase{{Name: "run", Seconds: 99}},
	}
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	require.NoError(t, result.Write(a, first))
	require.NoError(t, result.Write(b, second))
	one, two := files(t, a), files(t, b)
	require.NotEqual(t, one["timing.json"], two["timing.json"])
	delete(one, "timing.json")
	delete(two, "timing.json")
	require.ElementsMatch(t, paths(one), paths(two))
	for name := range one {
		require.True(t, one[name] == two[name], "%s differs", name)
	}
}

func TestTimingHoldsTotalAndRealTimeFactor(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, undrawn()))
	require.JSONEq(t, `{"started": "2025-01-02T03:04:05Z", "machine": "test", "workers": 2,
		"phases": [{"name": "compile", "seconds": 0.25}, {"name": "run", "seconds": 1.5}],
		"total_seconds": 1.75, "real_time_factor": 7.5}`, files(t, dir)["timing.json"])
}

func TestWriteLeavesAloneWhatItDidNotWrite(t *testing.T) {
	base := t.TempDir()
	make := func(name string, content ...string) string {
		dir := filepath.Join(base, name)
		require.NoError(t, os.MkdirAll(dir, 0o777))
		for _, file := range content {
			require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte("precious"), 0o666))
		}
		return dir
	}
	earlier := func(name string) string {
		dir := filepath.Join(base, name)
		require.NoError(t, result.Write(dir, undrawn()))
		return dir
	}
	file := filepath.Join(make("holder", "file"), "file")
	withNotes := earlier("notes")
	require.NoError(t, os.WriteFile(filepath.Join(withNotes, "notes.txt"), nil, 0o666))
	withPicture := earlier("picture")
	require.NoError(t, os.Mkdir(filepath.Join(withPicture, "pictures"), 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(withPicture, "pictures", "mine.xcf"), nil, 0o666))
	fake := make("fake", "summary.json")
	require.NoError(t, os.WriteFile(filepath.Join(fake, "summary.json"), []byte(`{"format": "other/1"}`), 0o666))

	for _, c := range []struct {
		dir   string
		force bool
		want  string
	}{
		{file, true, "is a file"},
		{make("stranger", "thesis.tex"), true, "not a result of couplet"},
		{fake, true, "not a result of couplet"},
		{withNotes, true, "holds notes.txt, which couplet did not write"},
		{withPicture, true, "holds pictures/mine.xcf, which couplet did not write"},
		{earlier("earlier"), false, "holds an earlier result"},
	} {
		t.Run(filepath.Base(c.dir), func(t *testing.T) {
			before := files(t, base)
			r := undrawn()
			r.Force = c.force
			require.ErrorContains(t, result.Write(c.dir, r), c.want)
			require.Equal(t, before, files(t, base), "nothing changed")
		})
	}
}

func TestForceReplacesAnEarlierResult(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, small()))
	r := undrawn()
	r.Force, r.Seed = true, 99
	require.NoError(t, result.Write(dir, r))
	all := files(t, dir)
	require.Contains(t, all["summary.json"], `"seed": 99`)
	require.NotContains(t, all, "weights.npz", "nothing of the earlier result is left")
	entries, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestAnEmptyDirectoryIsFilled(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, result.Write(dir, undrawn()))
	require.FileExists(t, filepath.Join(dir, "summary.json"))
}

func TestALinkIsFollowed(t *testing.T) {
	base := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(base, "real"), 0o777))
	link := filepath.Join(base, "link")
	require.NoError(t, os.Symlink(filepath.Join(base, "real"), link))
	require.NoError(t, result.Write(link, undrawn()))
	require.FileExists(t, filepath.Join(base, "real", "summary.json"))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink)
}

// TestRunsThatDoNotFitTogether lists what Write refuses before it touches the disk.
func TestRunsThatDoNotFitTogether(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(r *result.Run)
		want  string
	}{
		{"tick", func(r *result.Run) { r.Outline.TickMs = 0 }, "tick of 0 ms must be greater than 0"},
		{"ticks", func(r *result.Run) { r.Activity.Ticks = -1 }, "must have at least 0"},
		{"two ticks", func(r *result.Run) { r.Activity.TickMs = 0.5 }, "ticks of 0.5 ms, but the network has ticks of 0.1 ms"},
		{"start of statistics", func(r *result.Run) { r.StatsFromMs = -1 }, "must be finite and at least 0"},
		{"populations", func(r *result.Run) { r.Activity.Populations = nil }, "activity counts the populations"},
		{"projections", func(r *result.Run) { r.Activity.Projections[0].Name = "x" }, `counts the projections ["x"]`},
		{"stimuli", func(r *result.Run) { r.Outline.Stimuli = nil }, "counts the stimuli"},
		{"size", func(r *result.Run) { r.Outline.Populations[0].Size = -4 }, "-4 neurons"},
		{"no recorder", func(r *result.Run) { r.Spikes[0].Recorder = nil }, "a recording has no population"},
		{"foreign population", func(r *result.Run) {
			r.Spikes[0].Recorder.From.Population = &sim.Population{Name: "x", Size: 40}
		}, `no population "x" of 40 neurons`},
		{"view", func(r *result.Run) { r.Spikes[0].Recorder.From.Hi = 41 }, "[0:41] must lie in [0:40]"},
		{"lengths of spikes", func(r *result.Run) { r.Spikes[0].Neurons = nil }, "do not fit together"},
		{"order", func(r *result.Run) { r.Spikes[0].Ticks[0] = 1999 }, "tick"},
		{"late spike", func(r *result.Run) { s := r.Spikes[0]; s.Ticks[s.Len()-1] = 2001 }, "tick 2001"},
		{"neuron", func(r *result.Run) { r.Spikes[0].Neurons[3] = 40 }, "neuron 40 of spike 3 must be in [0, 40)"},
		{"sign", func(r *result.Run) { r.Spikes[0].Signs = make([]int8, r.Spikes[0].Len()) }, "sign 0 of spike 0"},
		{"offset", func(r *result.Run) {
			r.Spikes[0].Before = make([]float64, r.Spikes[0].Len())
			r.Spikes[0].Before[1] = 0.2
		}, "offset 0.2 ms of spike 1"},
		{"samples", func(r *result.Run) { r.Traces[0].Values = r.Traces[0].Values[1:] }, "samples of 8 neurons"},
		{"order of samples", func(r *result.Run) { r.Traces[0].Ticks[5] = 1 }, `trace "exc[0:8].V_m": tick 1 of entry 5`},
		{"no projection", func(r *result.Run) { r.Weights[0].Recorder.Of = nil }, "a weight log has no projection"},
		{"lengths of weights", func(r *result.Run) { r.Weights[0].Weights = nil }, "do not fit together"},
		{"order of weights", func(r *result.Run) { r.Weights[0].Ticks[0] = 2000 }, "tick"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := small()
			c.spoil(&r)
			base := t.TempDir()
			err := result.Write(filepath.Join(base, "out"), r)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "result: ")
			entries, err := os.ReadDir(base)
			require.NoError(t, err)
			require.Empty(t, entries)
			_, err = result.Figures(&r)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestPicturesAreWhatTheirEndingSays(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, camera(20)))
	for name, content := range files(t, dir) {
		switch filepath.Ext(name) {
		case ".png":
			require.True(t, bytes.HasPrefix([]byte(content), []byte("\x89PNG\r\n")), name)
		case ".svg":
			require.Contains(t, content, "<svg", name)
			require.Contains(t, content, "</svg>", name)
		}
	}
}
