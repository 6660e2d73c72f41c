package netfile

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"couplet/internal/yamltree"
	"couplet/sim"
)

// Error is one fault in a file, with its position and the path of the field.
type Error = yamltree.Error

// Errors is everything that was found wrong in a file, in order of position.
type Errors = yamltree.Errors

// Options say how to read a network file. The zero value will do.
type Options struct {
	// DataDir is where recordings and arrays are looked for that are not found beside the network file:
	// in it, then in its folder events.
	DataDir string
	// Played, if not nil, is told which recording each population of model events plays.
	Played func(Played)
	// Set overrides values, in order: "populations.exc.size=100", "stimuli.drive.rate=10 kHz".
	Set []string
	// MaxBytes bounds the size of the file; 0 means 64 MiB.
	MaxBytes int
	// MaxArrayBytes bounds the memory of all arrays that the file names, 8 bytes a number; 0 means 1 GiB.
	MaxArrayBytes int64
}

// Load reads a network file.
func Load(path string, o Options) (*sim.Network, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("netfile: %w", err)
	}
	defer f.Close()
	most := cmp.Or(o.MaxBytes, defaultMaxBytes)
	data, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("netfile: %s: %w", path, err)
	}
	return Read(path, data, o)
}

const defaultMaxBytes = 64 << 20

// Read reads a network from the text of a file. The name stands in messages, and recordings and arrays
// are looked for in its directory. The error is of type *[Errors]; it holds all that is wrong with the
// form of the file or, if the form is right, all that is wrong with the network
// ([sim.Network.Validate]).
func Read(name string, data []byte, o Options) (*sim.Network, error) {
	tree, err := yamltree.Parse(name, data, yamltree.Limits{Bytes: cmp.Or(o.MaxBytes, defaultMaxBytes)})
	if err != nil {
		return nil, err
	}
	for _, assignment := range o.Set {
		tree.Set(assignment)
	}
	r := &reader{
		tree: tree, net: sim.NewNetwork(""), directories: []string{filepath.Dir(name)},
		populations: map[string]*population{}, places: map[string]yamltree.Cursor{},
		recordings: map[recordingKey]recording{}, played: o.Played,
		numbers: map[arrayKey][]float64{}, maxArrayBytes: cmp.Or(o.MaxArrayBytes, defaultMaxArrayBytes),
	}
	r.arrayRoom = r.maxArrayBytes
	defer r.closeArrays()
	if o.DataDir != "" {
		r.directories = append(r.directories, o.DataDir, filepath.Join(o.DataDir, "events"))
	}
	r.read(tree.Root())
	if tree.Err() == nil {
		r.validate(tree.Root())
	}
	if err := tree.Err(); err != nil {
		return nil, err
	}
	return r.net, nil
}

// reader holds what is known while a file is read.
type reader struct {
	tree        *yamltree.Tree
	net         *sim.Network
	directories []string     // where recordings and arrays are looked for
	played      func(Played) // see Options

	populations map[string]*population
	projections []projectionEntry
	named       *projectionNames // made when a recorder names a projection
	recordings  map[recordingKey]recording
	places      map[string]yamltree.Cursor // where each part of the network stands in the file

	arrays        *arrayFile             // that is open, if any
	numbers       map[arrayKey][]float64 // that were read; values share them
	arrayRoom     int64                  // bytes that further numbers may take
	maxArrayBytes int64
}

// networkFields are the fields of the file itself. The tick comes first because durations are
// counted in steps if the tick is one.
var networkFields = table[*reader]{
	{"network", nameForm, "name of the network", optional, (*reader).readName},
	{"tick", form{"a duration, or 1 step for step-coded networks", ref("duration")},
		"length of a tick; default 0.1 ms",
		optional, (*reader).readTick},
	{"seed", form{"a whole number of up to 64 bits", schema{"type": "integer", "minimum": 0, "maximum": uint64(1<<64 - 1)}},
		"seed of all random numbers; default 1",
		optional, (*reader).readSeed},
	{"run", durationForm, "length of a run; default 1 s (1000 steps)", optional, (*reader).readRun},
	{"populations", form{"a mapping from names to populations", mappingOf(ref("population"))},
		"groups of neurons of one model, and sources",
		required, (*reader).readPopulations},
	{"stimuli", form{"a mapping from names to stimuli", mappingOf(ref("stimulus"))},
		"what drives populations from outside",
		optional, (*reader).readStimuli},
	{"projections", form{"a list of projections", arrayOf(ref("projection"))},
		"who connects to whom",
		optional, (*reader).readProjections},
	{"record", form{"a list of recorders", arrayOf(ref("recorder"))},
		"what is written down during a run",
		optional, (*reader).readRecorders},
}

func (r *reader) read(c yamltree.Cursor) {
	if !c.Mapping("the keys " + strings.Join(networkFields.names(), ", ")) {
		return
	}
	c.OnlyKeys(networkFields.names()...)
	networkFields.read(r, c)
}

func (r *reader) readName(c yamltree.Cursor) { r.net.Name, _ = c.Name() }

func (r *reader) readTick(c yamltree.Cursor) {
	if _, symbol := splitQuantity(c.Raw()); c.Kind() == yamltree.Scalar && strings.HasPrefix(symbol, "step") {
		if x, ok := steps.read(c); ok && x != 1 {
			c.Errorf("a tick of %g steps is not possible; valid: 1 step, or a duration such as 0.1 ms", x)
		}
		r.net.TickMs, r.net.Steps = 1, true
		return
	}
	if x, ok := duration.read(c); ok {
		r.net.TickMs = x
	}
}

func (r *reader) readSeed(c yamltree.Cursor) { r.net.Seed, _ = c.Unsigned() }

func (r *reader) readRun(c yamltree.Cursor) { r.net.RunMs, _ = r.duration(c) }

// grid holds the dimensions of durations and rates in the file.
func (r *reader) grid() grid { return gridOf(r.net.Steps) }

// duration reads a duration on the network's grid.
func (r *reader) duration(c yamltree.Cursor) (float64, bool) { return r.grid().time.read(c) }

// place notes where a part of the network stands, and returns its path.
func (r *reader) place(c yamltree.Cursor) string {
	path := c.Path()
	r.places[path] = c
	return path
}

// reason is the text of an error without the name of the package it comes from.
func reason(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		for _, prefix := range []string{"synapse: ", "neuron: ", "aer: ", "npz: "} {
			line = strings.TrimPrefix(line, prefix)
		}
		lines[i] = line
	}
	return strings.Join(lines, "; ")
}
