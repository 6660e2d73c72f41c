package golden

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"couplet/sim"
)

// Case is a network and what is known about its run.
type Case struct {
	Name, Description string
	Network           *sim.Network
	Ticks             int64 // length of the run
	expected          expectation
}

// expectation is one kind of expected results.
type expectation interface {
	// check compares what a run of that many ticks has recorded; all differences in one error.
	check(r Recordings, ticks int64) error
}

// Recordings is what a simulator has recorded, in order of the network's recorders: spikes,
// variables and weights.
type Recordings interface {
	Spikes() []*sim.SpikeTrain
	Traces() []*sim.Trace
	Weights() []*sim.WeightLog
}

// Check compares recordings of the first ticks of the case's run with the expected values. Only
// cases that have hashes of parts of the run can be checked before its end.
func (c *Case) Check(r Recordings, ticks int64) error {
	if ticks < 1 || ticks > c.Ticks {
		return fmt.Errorf("golden: %s: a run of %d ticks must have at least 1 and at most %d", c.Name, ticks, c.Ticks)
	}
	if err := c.expected.check(r, ticks); err != nil {
		return fmt.Errorf("golden: %s: %w", c.Name, err)
	}
	return nil
}

// Partial tells that parts of the run can be checked.
func (c *Case) Partial() bool {
	_, partial := c.expected.(*portableExpectation)
	return partial
}

// Limits that keep a small file from asking for much memory or time.
const (
	maxFile    = 1 << 30 // bytes
	maxSpikes  = 1 << 24 // spikes of all sources
	maxTicks   = 1 << 40
	maxNeurons = 1 << 30
)

// Load reads a golden file of either schema.
func Load(path string) (*Case, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("golden: %w", err)
	}
	defer f.Close()
	c, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("golden: %s: %w", path, err)
	}
	return c, nil
}

// Read reads a golden case of either schema.
func Read(r io.Reader) (*Case, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("file exceeds %d bytes", maxFile)
	}
	var head struct {
		Schema, Name, Description string
		DtMs                      float64 `json:"dt_ms"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, err
	}
	if !(head.DtMs > 0) {
		return nil, fmt.Errorf("dt_ms: %g must be greater than 0", head.DtMs)
	}
	c := &Case{
		Name: head.Name, Description: head.Description,
		Network: sim.NewNetwork(head.Name, sim.TickMs(head.DtMs)),
	}
	switch head.Schema {
	case "snn-golden/1":
		err = c.readExplicit(data)
	case "snn-portable/1":
		err = c.readPortable(data)
	default:
		err = fmt.Errorf("schema %q is neither snn-golden/1 nor snn-portable/1", head.Schema)
	}
	if err != nil {
		return nil, err
	}
	return c, c.setTicks()
}

// setTicks checks the length of the run and makes it the network's default.
func (c *Case) setTicks() error {
	if c.Ticks < 1 || c.Ticks > maxTicks {
		return errors.New("the run must have at least 1 step and at most 2^40")
	}
	c.Network.RunMs = float64(c.Ticks) * c.Network.TickMs
	return nil
}
