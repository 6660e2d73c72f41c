package aer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	// DefaultMaxEvents is the event limit when Options.MaxEvents is 0: 2^26
	// events, 1 GiB of memory, about a minute of a busy megapixel sensor.
	DefaultMaxEvents = 1 << 26

	// maxSide is the largest sensor side that 16-bit coordinates address.
	maxSide = 1 << 16

	// sniffLen is how many bytes a format may look at to recognise itself.
	// Text headers name their version in the first few lines.
	sniffLen = 1024
)

// Options says how to read a recording. The zero value reads any supported
// format by its first bytes, with the default limit.
type Options struct {
	// Format is the name of a format in Formats, or "" to go by content.
	Format string
	// MaxEvents bounds memory; 0 means DefaultMaxEvents.
	MaxEvents int
	// Width and Height are the sensor size in pixels, both or neither. Without
	// them a format uses the size in its header, else its usual sensor (nmnist:
	// 34x34), else the smallest that holds all events (csv).
	Width, Height int
}

// Limits is what a format's reader must respect: Options after validation.
// Width and Height are both 0 when the caller named no sensor.
type Limits struct {
	MaxEvents     int
	Width, Height int
}

// limits validates the options and fills in the default.
func (o Options) limits() (Limits, error) {
	switch {
	case o.MaxEvents < 0:
		return Limits{}, fmt.Errorf("aer: negative event limit (%d); 0 means %d", o.MaxEvents, DefaultMaxEvents)
	case (o.Width == 0) != (o.Height == 0):
		return Limits{}, fmt.Errorf("aer: sensor size needs both sides (%dx%d)", o.Width, o.Height)
	case o.Width < 0 || o.Height < 0 || o.Width > maxSide || o.Height > maxSide:
		return Limits{}, fmt.Errorf("aer: sensor side out of range (%dx%d); valid is 1 to %d", o.Width, o.Height, maxSide)
	}
	limit := Limits{MaxEvents: o.MaxEvents, Width: o.Width, Height: o.Height}
	if limit.MaxEvents == 0 {
		limit.MaxEvents = DefaultMaxEvents
	}
	return limit, nil
}

// Format is one way to lay out a recording.
type Format struct {
	// Name is what Options.Format and messages call it.
	Name string
	// Title is its full name.
	Title string
	// Sniff reports whether a file that starts with head is of this format.
	// The head is shorter than sniffLen only if the file is.
	Sniff func(head []byte) bool
	// Read decodes a recording. It is nil for a format that is recognised only
	// in order to be refused by name.
	Read func(r io.Reader, limit Limits) (*Recording, error)
}

// Formats lists the formats in the order in which they are tried on content: the
// longest magic first, the layout without any magic last.
func Formats() []Format {
	return []Format{
		{Name: "es", Title: "Event Stream", Sniff: startsWith("Event Stream")},
		{Name: "aedat4", Title: "AEDAT 4", Sniff: startsWith("#!AER-DAT4")},
		{Name: "aedat3", Title: "AEDAT 3", Sniff: startsWith("#!AER-DAT3")},
		{Name: "aedat2", Title: "AEDAT 2", Sniff: startsWith("#!AER-DAT2")},
		{Name: "aedat", Title: "AEDAT", Sniff: startsWith("#!AER")},
		{Name: csvName, Title: "CSV with header " + csvHeader, Sniff: sniffCSV, Read: readCSV},
		{Name: "evt3", Title: "Prophesee EVT 3 .raw", Sniff: percentHeader("evt 3", "format evt3")},
		{Name: "evt2", Title: "Prophesee EVT 2 .raw", Sniff: percentHeader("evt 2", "format evt2")},
		{Name: "prophesee", Title: "Prophesee .dat or .raw", Sniff: startsWith("%")},
		{Name: nmnistName, Title: "N-MNIST 40-bit .bin", Sniff: sniffAny, Read: readNMNIST},
	}
}

// startsWith recognises a magic at the very start of the file.
func startsWith(magic string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

// percentHeader recognises a Prophesee text header, lines that start with '%',
// of which one starts with one of the given words (case ignored).
func percentHeader(words ...string) func([]byte) bool {
	return func(head []byte) bool {
		for line := range bytes.Lines(head) {
			text, ok := bytes.CutPrefix(line, []byte("%"))
			if !ok {
				return false
			}
			text = bytes.ToLower(bytes.TrimSpace(text))
			for _, word := range words {
				if bytes.HasPrefix(text, []byte(word)) {
					return true
				}
			}
		}
		return false
	}
}

// sniffAny accepts everything: the mark of the fall-back.
func sniffAny([]byte) bool { return true }

// Open reads the recording in a file. Its errors name the file.
func Open(path string, opts Options) (*Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("aer: %w", err)
	}
	defer f.Close()
	rec, err := Read(f, opts)
	if located := (*FormatError)(nil); errors.As(err, &located) {
		named := *located
		named.Path = path
		return nil, &named
	}
	return rec, err
}

// Read reads a recording from a stream. Errors about its content are of type
// *FormatError and hold the byte offset.
func Read(r io.Reader, opts Options) (*Recording, error) {
	limit, err := opts.limits()
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReaderSize(r, 1<<16)
	format, err := choose(buffered, opts.Format)
	if err != nil {
		return nil, err
	}
	if format.Read == nil {
		return nil, fault(format.Name, 0, ErrUnsupported, "%s; supported: %s; naming one of them overrules the first bytes", format.Title, supported())
	}
	rec, err := format.Read(buffered, limit)
	if located := (*FormatError)(nil); opts.Format == "" && format.Name == nmnistName && errors.As(err, &located) {
		guessed := *located
		guessed.Format += " (assumed, as no known format was recognised)"
		return nil, &guessed
	}
	return rec, err
}

// choose finds the format by name, or by the first bytes when name is empty.
func choose(r *bufio.Reader, name string) (Format, error) {
	if name != "" {
		for _, f := range Formats() {
			if f.Name == name {
				return f, nil
			}
		}
		return Format{}, fmt.Errorf("aer: %w %q; supported: %s", ErrUnknownFormat, name, supported())
	}
	head, err := r.Peek(sniffLen)
	if err != nil && err != io.EOF {
		return Format{}, fmt.Errorf("aer: reading the first bytes: %w", err)
	}
	for _, f := range Formats() {
		if f.Sniff(head) {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("aer: %w; supported: %s", ErrUnknownFormat, supported())
}

// supported lists the names of the formats that can be read.
func supported() string {
	var names []string
	for _, f := range Formats() {
		if f.Read != nil {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, ", ")
}
