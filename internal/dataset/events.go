package dataset

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"couplet/internal/aer"
)

const (
	eventsFormat = "event recordings"
	eventRecord  = 5       // bytes of a 40-bit event
	maxRecording = 1 << 22 // events of one recording when EventOptions.MaxEvents is 0
	labelsName   = "labels.csv"
)

// EventOptions say how to read a folder of event recordings. The zero value is
// that of N-MNIST.
type EventOptions struct {
	// Classes names the classes in the order of their labels. Without it they are
	// the class folders sorted by name, or the numbers 0 to the largest label of
	// labels.csv.
	Classes []string
	// Width and Height are the sensor size in pixels; both 0 means 34x34.
	Width, Height int
	// MaxEvents bounds the memory of one recording (16 bytes an event); 0 means
	// 2^22.
	MaxEvents int
}

// Events is a data set of event recordings. Only the list of recordings is in
// memory; events are read when they are asked for. To train on it, take its
// Frames; the event engine takes a Recording.
type Events struct {
	path       string
	fsys       fs.FS
	file       io.Closer // of a zip file, else nil
	options    aer.Options
	width      int
	height     int
	recordings []recording
	classes    []string
}

// recording is an entry of the list.
type recording struct {
	name  string // in fsys
	label int32
	size  int64 // bytes
}

// OpenEvents lists the recordings in the 40-bit N-MNIST layout (Orchard et al.
// 2015) of a folder or a zip file. Where it has a file labels.csv, with columns
// id,label or id,label,events, that file names them in order: the recording of
// id 7 is 00007.bin beside it. Elsewhere recordings are all files class/name.bin,
// ordered by class, then name, and the label of a class is its place among the
// class folders sorted by name. Close it when done.
//
// Sizes are checked here, the events of a recording when it is read.
func OpenEvents(file string, opt EventOptions) (*Events, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", eventsFormat, err)
	}
	if info.IsDir() {
		return newEvents(os.DirFS(file), nil, file, opt)
	}
	archive, err := zip.OpenReader(file)
	if err != nil {
		return nil, &FormatError{Path: file, Format: eventsFormat, Err: ErrMalformed, Detail: "valid is a folder or a zip file: " + err.Error()}
	}
	e, err := newEvents(archive, archive, file, opt)
	if err != nil {
		return nil, errors.Join(err, archive.Close())
	}
	return e, nil
}

// nmnistPath finds a published part of N-MNIST: the folder Train or Test, or a
// zip file of that name. The whole is the path itself.
func nmnistPath(path string, part Part) (string, error) {
	name := map[Part]string{Train: "Train", Test: "Test"}[part]
	if part == Whole {
		return path, nil
	}
	if err := requirePart("N-MNIST", part, Whole, Train, Test); err != nil {
		return "", err
	}
	return firstOf("N-MNIST", path, name, name+".zip")
}

func newEvents(fsys fs.FS, file io.Closer, name string, opt EventOptions) (*Events, error) {
	switch {
	case opt.MaxEvents < 0:
		return nil, fmt.Errorf("dataset: negative event limit (%d); 0 means %d", opt.MaxEvents, maxRecording)
	case opt.MaxEvents == 0:
		opt.MaxEvents = maxRecording
	}
	if opt.Width == 0 && opt.Height == 0 {
		opt.Width, opt.Height = 34, 34
	}
	// The reader of recordings validates the sensor size, here on an empty one.
	options := aer.Options{Format: "nmnist", MaxEvents: opt.MaxEvents, Width: opt.Width, Height: opt.Height}
	if _, err := aer.Read(strings.NewReader(""), options); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	e := &Events{path: name, fsys: fsys, file: file, options: options, width: opt.Width, height: opt.Height}
	found, err := e.walk()
	if err != nil {
		return nil, err
	}
	if len(found.labels) > 1 {
		return nil, e.fault(found.labels[1], 0, ErrMalformed, "second %s after %s; valid is one", labelsName, found.labels[0])
	}
	if len(found.labels) == 1 {
		err = e.byTable(found, opt.Classes)
	} else {
		err = e.byFolder(found, opt.Classes)
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// found is what lies in the folder or archive.
type found struct {
	sizes   map[string]int64 // recordings
	folders []string
	labels  []string // files with labels
}

func (e *Events) walk() (found, error) {
	f := found{sizes: map[string]int64{}}
	err := fs.WalkDir(e.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			f.folders = append(f.folders, name)
		case path.Base(name) == labelsName:
			f.labels = append(f.labels, name)
		case strings.EqualFold(path.Ext(name), ".bin"):
			info, err := d.Info()
			if err != nil {
				return err
			}
			f.sizes[name] = info.Size()
		}
		return nil
	})
	if err != nil {
		return found{}, fmt.Errorf("dataset: %s: %s: %w", e.path, eventsFormat, err)
	}
	return f, nil
}

// byFolder lists the recordings of class folders.
func (e *Events) byFolder(f found, names []string) error {
	folders, classOf := newClassFolders(), map[string]string{}
	sorted := make([]string, 0, len(f.sizes))
	for name := range f.sizes {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	for _, name := range sorted {
		class, err := folders.add(name)
		if err != nil {
			return e.fault(name, 0, err, "")
		}
		classOf[name] = class
	}
	if len(sorted) == 0 {
		return &FormatError{Path: e.path, Format: eventsFormat, Err: ErrMalformed, Detail: "no recording; valid are files class/name.bin"}
	}
	for _, folder := range f.folders {
		folders.addFolder(folder)
	}
	classes, label, err := folders.resolve(names)
	if err != nil {
		return &FormatError{Path: e.path, Format: eventsFormat, Err: err}
	}
	e.classes = classes
	for _, name := range sorted {
		if err := e.addRecording(name, label[classOf[name]], f.sizes[name]); err != nil {
			return err
		}
	}
	slices.SortStableFunc(e.recordings, func(a, b recording) int { return int(a.label - b.label) })
	return nil
}

// byTable lists the recordings that labels.csv names.
func (e *Events) byTable(f found, names []string) error {
	table := f.labels[0]
	file, err := e.fsys.Open(table)
	if err != nil {
		return fmt.Errorf("dataset: %s: %w", e.entryPath(table), err)
	}
	defer file.Close()
	in, err := newInput(file, e.entryPath(table), "labels of recordings")
	if err != nil {
		return err
	}
	const valid = "a first line id,label or id,label,events"
	lines := newRows(in)
	head, err := lines.header(valid)
	if err != nil {
		return err
	}
	columns := len(head.fields)
	if header := joinFields(head.fields); header != "id,label" && header != "id,label,events" {
		return head.fault(0, ErrMalformed, "header %q; valid is %s", clip([]byte(header)), valid)
	}
	mostLabel := maxClasses - 1
	if len(names) > 0 {
		mostLabel = len(names) - 1
	}
	counts, seen := []int(nil), map[string]bool{}
	for {
		w, err := lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := w.columns(columns); err != nil {
			return err
		}
		name, label, err := e.tableRow(w, path.Dir(table), mostLabel, f.sizes)
		if err != nil {
			return err
		}
		if seen[name] {
			return w.fault(0, ErrMalformed, "id %s is there twice", w.fields[0])
		}
		seen[name] = true
		for len(counts) <= label {
			counts = append(counts, 0)
		}
		counts[label]++
		if err := e.addRecording(name, label, f.sizes[name]); err != nil {
			return err
		}
	}
	if len(seen) != len(f.sizes) {
		return in.fault(in.offset, ErrCounts, "%d labels for %d recordings", len(seen), len(f.sizes))
	}
	if len(seen) == 0 {
		return in.fault(in.offset, ErrTruncated, "no line after the header")
	}
	if e.classes = names; len(names) == 0 {
		e.classes = numbered(len(counts))
		if err := everyClass(counts, e.classes); err != nil {
			return in.fault(in.offset, err, "")
		}
	}
	return nil
}

// tableRow takes a line of labels.csv: the recording's name and label. Where the
// number of events is given, the recording's size must fit it.
func (e *Events) tableRow(w *row, folder string, mostLabel int, sizes map[string]int64) (name string, label int, err error) {
	id, err := w.integer(0, "id", 99_999_999, ErrMalformed)
	if err != nil {
		return "", 0, err
	}
	name = path.Join(folder, fmt.Sprintf("%05d.bin", id))
	size, ok := sizes[name]
	if !ok {
		return "", 0, w.fault(0, fs.ErrNotExist, "id %d has no recording %s", id, name)
	}
	if label, err = w.integer(1, "label", mostLabel, ErrLabel); err != nil {
		return "", 0, err
	}
	if len(w.fields) > 2 {
		events, err := w.integer(2, "events", e.options.MaxEvents, ErrTooLarge)
		if err != nil {
			return "", 0, err
		}
		if int64(events) != size/eventRecord {
			return "", 0, w.fault(2, ErrCounts, "%d events; the recording %s has %d", events, name, size/eventRecord)
		}
	}
	return name, label, nil
}

// addRecording checks the size of a recording and lists it.
func (e *Events) addRecording(name string, label int, size int64) error {
	switch {
	case size == 0:
		return e.fault(name, 0, ErrTruncated, "the recording is empty")
	case size%eventRecord != 0:
		return e.fault(name, size-size%eventRecord, ErrTruncated, "the last event has %d of %d bytes", size%eventRecord, eventRecord)
	case size/eventRecord > int64(e.options.MaxEvents):
		return e.fault(name, 0, ErrTooLarge, "%d events; at most %d, see EventOptions.MaxEvents", size/eventRecord, e.options.MaxEvents)
	}
	e.recordings = append(e.recordings, recording{name: name, label: int32(label), size: size})
	return nil
}

// Len is the number of recordings.
func (e *Events) Len() int { return len(e.recordings) }

// Classes names the classes. The caller must not change it.
func (e *Events) Classes() []string { return e.classes }

// Label returns the class of recording i.
func (e *Events) Label(i int) int { return int(e.recordings[i].label) }

// Name returns the name of the file of recording i.
func (e *Events) Name(i int) string { return e.recordings[i].name }

// Sensor returns the size of the sensor in pixels.
func (e *Events) Sensor() (width, height int) { return e.width, e.height }

// Recording reads the events of recording i. Any number of goroutines may read
// at once.
func (e *Events) Recording(i int) (*aer.Recording, error) {
	if i < 0 || i >= len(e.recordings) {
		return nil, fmt.Errorf("dataset: no such recording (%d); valid is 0 to %d", i, len(e.recordings)-1)
	}
	r := e.recordings[i]
	f, err := e.fsys.Open(r.name)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", e.entryPath(r.name), err)
	}
	defer f.Close()
	content := &counter{r: f}
	rec, err := aer.Read(content, e.options)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", e.entryPath(r.name), err)
	}
	// The size may have changed since the list was made, and an archive's
	// directory may be wrong about it.
	if content.n != r.size || len(rec.Warnings) > 0 {
		return nil, e.fault(r.name, content.n, ErrCounts, "%d bytes were read; the list of files says %d", content.n, r.size)
	}
	return rec, nil
}

// Close closes the zip file, if it is one.
func (e *Events) Close() error {
	if e.file == nil {
		return nil
	}
	return e.file.Close()
}

// fault builds a FormatError about a file of the folder or archive.
func (e *Events) fault(name string, offset int64, reason error, detail string, args ...any) error {
	return &FormatError{Path: e.entryPath(name), Format: eventsFormat, Offset: offset, Err: reason, Detail: fmt.Sprintf(detail, args...)}
}

// entryPath names a file of the folder, or of the archive after a colon.
func (e *Events) entryPath(name string) string {
	if e.file != nil {
		return e.path + ":" + name
	}
	return filepath.Join(e.path, filepath.FromSlash(name))
}

// counter counts the bytes that pass.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
