package result

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"couplet/internal/npz"
	"couplet/sim"
)

const (
	maxText   = 64 << 20 // bytes of run.yaml, summary.json and timing.json, each
	maxArrays = 8 << 30  // bytes of memory for the arrays of one archive
)

// Load reads a result directory back. What comes back can be drawn, analysed and written again, byte
// for byte the same; recorders point to populations that carry name, size and shape but no model, so
// that it cannot be simulated. A timing.json that is missing is no error.
func Load(dir string) (*Run, error) {
	r, err := load(dir, maxArrays)
	if err != nil {
		return nil, fmt.Errorf("result: %s: %w", dir, err)
	}
	return r, nil
}

func load(dir string, limit int64) (*Run, error) {
	s, err := loadSummary(filepath.Join(dir, summaryFile))
	if err != nil {
		return nil, err
	}
	r := s.run()
	if err := r.check(); err != nil { // counts, before arrays are read by them
		return nil, fmt.Errorf("%s: %w", summaryFile, err)
	}
	if r.Config, err = readBounded(filepath.Join(dir, configFile), maxText); err != nil {
		return nil, err
	}
	if r.Timing, err = loadTiming(filepath.Join(dir, timingFile)); err != nil {
		return nil, err
	}
	pops := s.populations()
	for _, part := range []struct {
		file   string
		wanted bool
		read   func(*npz.Archive) error
	}{
		{spikesFile, len(s.Spikes) > 0, func(a *npz.Archive) error { return r.loadSpikes(a, s, pops) }},
		{tracesFile, len(s.Traces) > 0, func(a *npz.Archive) error { return r.loadTraces(a, s, pops) }},
		{weightsFile, len(s.Weights) > 0, func(a *npz.Archive) error { return r.loadWeights(a, s, pops) }},
	} {
		if !part.wanted {
			continue
		}
		if err := withArchive(filepath.Join(dir, part.file), limit, part.read); err != nil {
			return nil, fmt.Errorf("%s: %w", part.file, err)
		}
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", part.file, err)
		}
	}
	return r, nil
}

// readBounded reads a file of at most limit bytes.
func readBounded(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: must not be longer than %d bytes", filepath.Base(name), limit)
	}
	return data, nil
}

func loadSummary(name string) (*summary, error) {
	data, err := readBounded(name, maxText)
	if err != nil {
		return nil, err
	}
	s, err := parseSummary(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", summaryFile, err)
	}
	return s, nil
}

// parseSummary reads summary.json.
func parseSummary(data []byte) (*summary, error) {
	var s summary
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	if s.Format != format {
		return nil, fmt.Errorf("format %q must be %q", s.Format, format)
	}
	for _, list := range [][]recording{s.Spikes, s.Traces, s.Weights} {
		for _, rec := range list {
			if rec.Array == "" || rec.Entries < 0 {
				return nil, fmt.Errorf("recorder %q has no array or %d entries", rec.Name, rec.Entries)
			}
		}
	}
	return &s, nil
}

func loadTiming(name string) (Timing, error) {
	data, err := readBounded(name, maxText)
	if errors.Is(err, fs.ErrNotExist) {
		return Timing{}, nil
	}
	if err != nil {
		return Timing{}, err
	}
	var t Timing
	if err := json.Unmarshal(data, &t); err != nil {
		return Timing{}, fmt.Errorf("%s: %w", timingFile, err)
	}
	return t, nil
}

// run is the part of a run that stands in the summary.
func (s *summary) run() *Run {
	r := &Run{
		Outline: s.Network, Version: s.Version, Seed: s.Seed, PlannedMs: s.PlannedTime, Partial: s.Partial,
		StatsFromMs: s.Statistics.From,
		Activity:    sim.Activity{Ticks: s.Ticks, TickMs: s.Network.TickMs},
	}
	for _, p := range s.Activity.Populations {
		sum := sim.PopulationActivity{
			Name: p.Name, Neurons: p.Neurons, Spikes: p.Spikes, Negative: p.Negative, Muted: p.Muted, Updates: p.Updates}
		if p.Active != nil && p.Idle != nil {
			sum.Active, sum.Idle, r.Activity.CountActive = *p.Active, *p.Idle, true
		}
		r.Activity.Populations = append(r.Activity.Populations, sum)
	}
	for _, p := range s.Activity.Projections {
		sum := sim.ProjectionActivity{Name: p.Name, Synapses: p.Synapses, Spikes: -1, Events: p.Events, Plastic: p.Plastic}
		if p.Spikes != nil {
			sum.Spikes = *p.Spikes
		}
		r.Activity.Projections = append(r.Activity.Projections, sum)
	}
	for _, p := range s.Activity.Stimuli {
		r.Activity.Stimuli = append(r.Activity.Stimuli, sim.StimulusActivity(p))
	}
	return r
}

// populations makes the populations that recorders point to.
func (s *summary) populations() map[string]*sim.Population {
	pops := make(map[string]*sim.Population)
	for _, p := range s.Network.Populations {
		pops[p.Name] = &sim.Population{Name: p.Name, Size: p.Size, Shape: p.Shape}
	}
	return pops
}

// view finds the neurons of a span.
func view(pops map[string]*sim.Population, s Span) (sim.View, error) {
	pop := pops[s.Population]
	if pop == nil {
		return sim.View{}, fmt.Errorf("the network of %s has no population %q", summaryFile, s.Population)
	}
	if s.Lo < 0 || s.Hi < s.Lo || s.Hi > pop.Size {
		return sim.View{}, fmt.Errorf("neurons [%d:%d] of population %q must lie in [0:%d]", s.Lo, s.Hi, s.Population, pop.Size)
	}
	return pop.Slice(s.Lo, s.Hi), nil
}

// withArchive opens an archive of arrays and closes it again.
func withArchive(name string, limit int64, read func(*npz.Archive) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	a, err := npz.Open(f, info.Size(), limit)
	if err != nil {
		return err
	}
	return read(a)
}
