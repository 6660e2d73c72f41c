package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"couplet/sim"
	"couplet/sim/result"
)

// configFile is the resolved network in a result directory.
const configFile = "run.yaml"

// checkpoint is where a run that was stopped stands, and what of its command line the rest of it
// needs beside the network.
type checkpoint struct {
	snapshot []byte
	workers  int
	tick     int64
	statsMs  float64
	phases   []result.Phase // wall-clock times so far
}

// seconds is the time that a phase took so far.
func (c *checkpoint) seconds(phase string) float64 {
	for _, p := range c.phases {
		if p.Name == phase {
			return p.Seconds
		}
	}
	return 0
}

// openCheckpoint reads the checkpoint of a partial result.
func openCheckpoint(dir string) (*checkpoint, error) {
	earlier, err := result.Load(dir)
	if err != nil {
		return nil, fmt.Errorf("nothing to resume: %s", strings.TrimPrefix(err.Error(), "result: "))
	}
	if !earlier.Partial {
		return nil, fmt.Errorf("nothing to resume: the run in %s is complete", dir)
	}
	c := &checkpoint{statsMs: earlier.StatsFromMs, phases: earlier.Timing.Phases}
	path := filepath.Join(dir, result.CheckpointFile)
	if c.snapshot, err = os.ReadFile(path); err != nil {
		return nil, fmt.Errorf("nothing to resume: %w", err)
	}
	if c.workers, _, c.tick, err = sim.SnapshotInfo(bytes.NewReader(c.snapshot)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// keepExtra hands the further files of a result on to what is written in its place: the arrays of the
// network, and the checkpoint of a partial result.
func keepExtra(dir string, run *result.Run) error {
	run.Extra = map[string][]byte{}
	arrays, err := os.ReadFile(filepath.Join(dir, result.NetworkArraysFile))
	switch {
	case err == nil:
		run.Extra[result.NetworkArraysFile] = arrays
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if !run.Partial {
		return nil
	}
	run.Extra[result.CheckpointFile], err = os.ReadFile(filepath.Join(dir, result.CheckpointFile))
	return err
}
