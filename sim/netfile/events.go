package netfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"couplet/internal/aer"
	"couplet/internal/yamltree"
	"couplet/neuron"
)

// EventFile is a population that replays the recording of an event camera. Neuron
// (polarity·height + y)·width + x fires when the pixel at (x, y) gets darker (polarity 0) or brighter
// (polarity 1). It is a [neuron.SpikeSource] that remembers the file that it was read from, so that
// Write can refer to it.
type EventFile struct {
	neuron.SpikeSource
	File   string // as written in the network file
	Format string // "" for what the first bytes say
	// ScaleMs is the recorded time in ms that passes in 1 ms (1 step) of the network. An event of
	// time t is a spike of tick ⌈t/(tick·ScaleMs)⌉, but at least of tick 1.
	ScaleMs float64
}

// eventsDraft is what an entry says about a recording.
type eventsDraft struct {
	at      yamltree.Cursor // of the file name
	file    string
	format  string
	scaleMs float64
	failed  bool
}

func (p *population) readFile(c yamltree.Cursor) {
	file, ok := c.Name()
	p.file.at, p.file.file, p.file.failed = c, file, !ok
}

// eventFormats lists the formats that can be read.
func eventFormats() []string {
	var names []string
	for _, f := range aer.Formats() {
		if f.Read != nil {
			names = append(names, f.Name)
		}
	}
	return names
}

func (p *population) readFormat(c yamltree.Cursor) {
	format, ok := c.Word("format", eventFormats()...)
	p.file.format, p.file.failed = format, p.file.failed || !ok
}

func (p *population) readTimeScale(c yamltree.Cursor) {
	x, ok := duration.read(c)
	if ok && x <= 0 {
		c.Errorf("%s must be greater than 0; valid: a duration such as 1 ms", c.Raw())
		ok = false
	}
	p.file.scaleMs, p.file.failed = x, p.file.failed || !ok
}

// loadEvents reads the recording, unless the entry has faults already.
func (p *population) loadEvents() {
	d := &p.file
	if d.scaleMs == 0 {
		d.scaleMs = 1
		if p.r.net.Steps && !d.failed {
			p.c.Missing("time_scale", "the recorded time that passes in one step, such as 1 ms")
			d.failed = true
		}
	}
	shape := p.pop.Shape
	if len(shape) > 0 && (len(shape) != 3 || shape[0] != 2) {
		c, _ := p.c.Field("shape")
		c.Errorf("a recording has two polarities; valid: [2, height, width]")
		d.failed = true
	}
	p.pop.Size, p.pop.Shape = 0, nil
	if d.file == "" || d.failed {
		return
	}
	key := recordingKey{file: d.file, format: d.format, scaleMs: d.scaleMs}
	if len(shape) > 0 {
		key.height, key.width = shape[1], shape[2]
	}
	r, err := p.r.recording(key)
	if err != nil {
		d.at.Errorf("%s", err)
		return
	}
	p.pop.Shape = []int{2, r.height, r.width}
	p.pop.Size = product(p.pop.Shape)
	p.pop.Model = EventFile{
		SpikeSource: neuron.SpikeSource{Times: r.times}, File: d.file, Format: d.format, ScaleMs: d.scaleMs,
	}
}

// recordingKey is what decides the spikes of a recording. Width and height are 0 if not given.
type recordingKey struct {
	file, format  string
	height, width int
	scaleMs       float64
}

// recording is the spikes of a recording, for the populations of a file to share.
type recording struct {
	height, width int
	times         [][]float64
}

// recording reads a recording once.
func (r *reader) recording(key recordingKey) (recording, error) {
	if known, ok := r.recordings[key]; ok {
		return known, nil
	}
	events, err := r.openRecording(key.file, aer.Options{Format: key.format, Height: key.height, Width: key.width})
	if err != nil {
		return recording{}, err
	}
	read := recording{events.Height, events.Width, spikeTimes(events, r.net.TickMs, key.scaleMs)}
	r.recordings[key] = read
	key.height, key.width = read.height, read.width // as a population that is like this one asks for it
	r.recordings[key] = read
	return read, nil
}

// openRecording looks for a recording beside the network file and in the data directory.
func (r *reader) openRecording(file string, o aer.Options) (*aer.Recording, error) {
	candidates := []string{file}
	if !filepath.IsAbs(file) {
		candidates = candidates[:0]
		for _, directory := range r.directories {
			candidates = append(candidates, filepath.Join(directory, file))
		}
	}
	for _, path := range candidates {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%q is not a file; valid: the path of a recording", file)
		}
		recording, err := aer.Open(path, o)
		if located := (*aer.FormatError)(nil); errors.As(err, &located) {
			named := *located
			named.Path = file
			err = &named
		}
		if err != nil {
			return nil, fmt.Errorf("%s; valid: a recording in one of the formats %s", reason(err), strings.Join(eventFormats(), ", "))
		}
		return recording, nil
	}
	return nil, fmt.Errorf("there is no file %q; valid: a path relative to the network file or to the data directory", file)
}

// spikeTimes sorts the events of a recording to neurons, in ms of the network.
func spikeTimes(recording *aer.Recording, tickMs, scaleMs float64) [][]float64 {
	width, height := recording.Width, recording.Height
	times := make([][]float64, 2*width*height)
	usPerTick := tickMs * scaleMs * 1000
	for _, e := range recording.Events {
		neuron := int(e.Y)*width + int(e.X)
		if e.On {
			neuron += height * width
		}
		times[neuron] = append(times[neuron], eventTick(float64(e.T)/usPerTick)*tickMs)
	}
	for _, list := range times {
		slices.Sort(list) // recordings need not be in order of time
	}
	return times
}

// eventTick is the tick whose end is the first at or after a time given in ticks. A time within
// rounding of a tick's end belongs to that tick.
func eventTick(ticks float64) float64 {
	k := math.Round(ticks)
	if math.Abs(ticks-k) > 1e-9*k {
		k = math.Ceil(ticks)
	}
	return max(k, 1)
}
