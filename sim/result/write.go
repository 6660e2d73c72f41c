package result

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Names of the files of a result directory.
const (
	configFile    = "run.yaml"
	summaryFile   = "summary.json"
	timingFile    = "timing.json"
	spikesFile    = "spikes.npz"
	spikesTable   = "spikes.csv"
	tracesFile    = "traces.npz"
	tracesTable   = "traces.csv"
	weightsFile   = "weights.npz"
	reportFile    = "report.html"
	picturesDir   = "pictures"
	picturePixels = ".png"
	pictureVector = ".svg"
)

// Write makes the result directory of a run. Missing parent directories are made. The directory
// appears complete or not at all. One that exists is replaced if it is empty, or if it is an earlier
// result and r.Force is set; otherwise the error says why it is left alone.
func Write(dir string, r Run) error {
	if err := r.check(); err != nil {
		return err
	}
	return replaceDirectory(dir, r.Force, r.writeFiles)
}

// writeFiles writes every file of the result into an empty directory.
func (r *Run) writeFiles(dir string) error {
	figures, sum := r.figures(), r.summarise()
	files := []struct {
		name   string
		write  func(io.Writer) error
		wanted bool
	}{
		{configFile, func(w io.Writer) error { _, err := w.Write(r.Config); return err }, true},
		{summaryFile, func(w io.Writer) error { return writeJSON(w, sum) }, true},
		{timingFile, func(w io.Writer) error { return writeJSON(w, r.timing()) }, true},
		{spikesFile, r.writeSpikeArrays, len(r.Spikes) > 0},
		{spikesTable, r.writeSpikeTable, len(r.Spikes) > 0},
		{tracesFile, r.writeTraceArrays, len(r.Traces) > 0},
		{tracesTable, r.writeTraceTable, len(r.Traces) > 0},
		{weightsFile, r.writeWeightArrays, len(r.Weights) > 0},
		{reportFile, func(w io.Writer) error { return r.writeReport(w, sum, figures) }, true},
	}
	for _, f := range files {
		if !f.wanted {
			continue
		}
		if err := writeFile(filepath.Join(dir, f.name), f.write); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Extra)) {
		if err := writeFile(filepath.Join(dir, name), func(w io.Writer) error { _, err := w.Write(r.Extra[name]); return err }); err != nil {
			return err
		}
	}
	return writePictures(filepath.Join(dir, picturesDir), figures)
}

func writePictures(dir string, figures []*Figure) error {
	if len(figures) == 0 {
		return nil
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	for _, f := range figures {
		if err := writeFile(filepath.Join(dir, f.Name+picturePixels), f.WritePNG); err != nil {
			return err
		}
		if err := writeFile(filepath.Join(dir, f.Name+pictureVector), f.WriteSVG); err != nil {
			return err
		}
	}
	return nil
}

// writeFile makes a file and waits until it is on the disk, so that the renaming of its directory
// cannot overtake its content.
func writeFile(name string, write func(io.Writer) error) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("result: %w", err)
	}
	defer func() {
		if closing := f.Close(); err == nil && closing != nil {
			err = fmt.Errorf("result: %w", closing)
		}
	}()
	b := bufio.NewWriterSize(f, 1<<16)
	if err := write(b); err != nil {
		return fmt.Errorf("result: %s: %w", filepath.Base(name), err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// timing is timing.json: what was measured and what follows from it.
type timing struct {
	Timing
	TotalSeconds float64 `json:"total_seconds"`
	// RealTimeFactor is the wall-clock time of the phase "run" over the model time; below 1 the
	// network ran faster than real time. It is left out on a step grid and without such a phase.
	RealTimeFactor *figure `json:"real_time_factor,omitempty"`
}

// RunPhase is the name of the phase that the real-time factor is taken from.
const RunPhase = "run"

func (r *Run) timing() timing {
	t := timing{Timing: r.Timing}
	if t.Phases == nil {
		t.Phases = []Phase{}
	}
	for _, p := range t.Phases {
		t.TotalSeconds += p.Seconds
		if p.Name == RunPhase && !r.Outline.Steps {
			t.RealTimeFactor = figureOf(p.Seconds / (r.modelMs() / 1000))
		}
	}
	return t
}
