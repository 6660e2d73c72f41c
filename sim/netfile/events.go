package netfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	File   string // as written in the network file; of a list, the one that was found
	Format string // "" for what the first bytes say
	// ScaleMs is the recorded time in ms that passes in 1 ms (1 step) of the network. An event of
	// time t is a spike of tick ⌈t/(tick·ScaleMs)⌉, but at least of tick 1.
	ScaleMs float64
}

// Played tells which recording a population plays.
type Played struct {
	Population string
	File       string   // as written in the network file
	Path       string   // where it was found
	Missing    []string // files that the network file prefers to this one, but that were not found
	Origin     string   // where the preferred recording comes from, as the network file says
}

// eventsDraft is what an entry says about a recording.
type eventsDraft struct {
	at      yamltree.Cursor // of the file names
	files   []string        // the first that exists is taken
	origin  string
	format  string
	scaleMs float64
	failed  bool
}

// readFile reads the name of a file, or a list of them.
func (p *population) readFile(c yamltree.Cursor) {
	d := &p.file
	d.at, d.files, d.failed = c, nil, false
	add := func(c yamltree.Cursor) {
		file, ok := c.Name()
		d.files, d.failed = append(d.files, file), d.failed || !ok
	}
	if c.Kind() != yamltree.Sequence {
		add(c)
		return
	}
	if c.Len() == 0 {
		c.Errorf("the list is empty; valid: %s", fileForm.valid)
		d.failed = true
	}
	for _, item := range c.Items() {
		add(item)
	}
}

func (p *population) readOrigin(c yamltree.Cursor) { p.file.origin, _ = c.Name() }

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
	if len(d.files) == 0 || d.failed {
		return
	}
	played, ok := p.r.find(d.files)
	if !ok {
		d.at.Errorf("%s", missingFiles(d.files))
		return
	}
	played.Population, played.Origin = p.pop.Name, d.origin
	key := recordingKey{path: played.Path, format: d.format, scaleMs: d.scaleMs}
	if len(shape) > 0 {
		key.height, key.width = shape[1], shape[2]
	}
	r, err := p.r.recording(played.File, key)
	if err != nil {
		d.at.Errorf("%s", err)
		return
	}
	p.pop.Shape = []int{2, r.height, r.width}
	p.pop.Size = product(p.pop.Shape)
	p.pop.Model = EventFile{
		SpikeSource: neuron.SpikeSource{Times: r.times}, File: played.File, Format: d.format, ScaleMs: d.scaleMs,
	}
	if p.r.played != nil {
		p.r.played(played)
	}
}

// recordingKey is what decides the spikes of a recording. Width and height are 0 if not given.
type recordingKey struct {
	path, format  string
	height, width int
	scaleMs       float64
}

// recording is the spikes of a recording, for the populations of a file to share.
type recording struct {
	height, width int
	times         [][]float64
}

// recording reads a recording once. It goes by the name of its file in messages.
func (r *reader) recording(file string, key recordingKey) (recording, error) {
	if known, ok := r.recordings[key]; ok {
		return known, nil
	}
	events, err := openRecording(file, key.path, aer.Options{Format: key.format, Height: key.height, Width: key.width})
	if err != nil {
		return recording{}, err
	}
	read := recording{events.Height, events.Width, spikeTimes(events, r.net.TickMs, key.scaleMs)}
	r.recordings[key] = read
	key.height, key.width = read.height, read.width // as a population that is like this one asks for it
	r.recordings[key] = read
	return read, nil
}

// find looks for files, one after the other, beside the network file and in the data directory.
func (r *reader) find(files []string) (Played, bool) {
	for i, file := range files {
		places := []string{file}
		if !filepath.IsAbs(file) {
			places = places[:0]
			for _, directory := range r.directories {
				places = append(places, filepath.Join(directory, file))
			}
		}
		for _, path := range places {
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				return Played{File: file, Path: path, Missing: files[:i]}, true
			}
		}
	}
	return Played{}, false
}

// missingFiles says that none of some files exists.
func missingFiles(files []string) string {
	const valid = "valid: a path relative to the network file or to the data directory"
	if len(files) == 1 {
		return fmt.Sprintf("there is no file %q; %s", files[0], valid)
	}
	return fmt.Sprintf("there is none of the files %s; %s", quotedList(files), valid)
}

func quotedList(texts []string) string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = strconv.Quote(text)
	}
	return strings.Join(list, ", ")
}

// openRecording reads a file that is there.
func openRecording(file, path string, o aer.Options) (*aer.Recording, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
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
