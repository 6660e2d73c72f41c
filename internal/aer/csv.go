package aer

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
)

// The plain text form: a header line "t,x,y,p", then one event a line, t in
// microseconds and p 1 for on and 0 for off. Lines end in LF or CRLF; empty
// lines and a UTF-8 byte order mark are tolerated.
const (
	csvName    = "csv"
	csvHeader  = "t,x,y,p"
	csvLineMax = 256 // bytes; the longest valid event takes 33
	byteOrder  = "\ufeff"
)

// sniffCSV recognises the header line.
func sniffCSV(head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte(byteOrder)), []byte("\n"))
	return string(bytes.TrimSuffix(line, []byte("\r"))) == csvHeader
}

// csvLines hands out lines with their byte offsets, holding one at a time.
type csvLines struct {
	r        *bufio.Reader
	next     int64  // offset of the line that follows
	offset   int64  // offset of the current line
	text     []byte // current line without its end
	complete bool   // whether the current line had a line end
}

// advance moves to the next line; io.EOF says that there is none.
func (l *csvLines) advance() error {
	raw, err := l.r.ReadSlice('\n')
	l.offset = l.next
	l.next += int64(len(raw))
	if err == bufio.ErrBufferFull || (err == nil || err == io.EOF) && len(raw) > csvLineMax {
		return fault(csvName, l.offset, ErrMalformed, "line longer than %d bytes", csvLineMax)
	}
	if err != nil && err != io.EOF {
		return fault(csvName, l.next, err, "")
	}
	if len(raw) == 0 {
		return io.EOF
	}
	l.text, l.complete = bytes.CutSuffix(raw, []byte("\n"))
	l.text = bytes.TrimSuffix(l.text, []byte("\r"))
	return nil
}

// readCSV decodes the text form. Without a sensor size the recording gets the
// smallest one that holds all its events.
func readCSV(r io.Reader, limit Limits) (*Recording, error) {
	lines := &csvLines{r: bufio.NewReaderSize(r, 1<<16)}
	if err := readCSVHeader(lines); err != nil {
		return nil, err
	}
	rec := &Recording{Width: limit.Width, Height: limit.Height}
	sensorKnown := limit.Width > 0
	for {
		if err := lines.advance(); err == io.EOF {
			return rec, nil
		} else if err != nil {
			return nil, err
		}
		if len(lines.text) == 0 {
			continue
		}
		if !lines.complete && csvCutOff(lines.text) {
			rec.warn(lines.offset, "last line is cut off (%q) and was left out", lines.text)
			return rec, nil
		}
		e, err := parseCSVEvent(lines.text)
		if err != nil {
			return nil, fault(csvName, lines.offset, ErrMalformed, "%v", err)
		}
		if !sensorKnown {
			rec.Width, rec.Height = max(rec.Width, int(e.X)+1), max(rec.Height, int(e.Y)+1)
		}
		if err := checkInside(csvName, lines.offset, e, rec.Width, rec.Height); err != nil {
			return nil, err
		}
		if err := checkRoom(csvName, lines.offset, rec, limit); err != nil {
			return nil, err
		}
		rec.add(e)
	}
}

// readCSVHeader consumes the header line.
func readCSVHeader(lines *csvLines) error {
	err := lines.advance()
	if err != nil && err != io.EOF {
		return err
	}
	if header := bytes.TrimPrefix(lines.text, []byte(byteOrder)); string(header) != csvHeader {
		return fault(csvName, 0, ErrMalformed, "header %q; it must be %q", header, csvHeader)
	}
	return nil
}

// csvCutOff reports whether a line without line end lost some of its fields: the
// writer stopped in the middle of it.
func csvCutOff(line []byte) bool {
	return bytes.Count(line, []byte(",")) < 3 || line[len(line)-1] == ','
}

// parseCSVEvent parses "t,x,y,p".
func parseCSVEvent(line []byte) (Event, error) {
	fields := bytes.Split(line, []byte(","))
	if len(fields) != 4 {
		return Event{}, fmt.Errorf("%d fields in %q; there must be 4, %s", len(fields), line, csvHeader)
	}
	t, err := csvNumber("t", fields[0], 63)
	if err != nil {
		return Event{}, err
	}
	x, err := csvNumber("x", fields[1], 16)
	if err != nil {
		return Event{}, err
	}
	y, err := csvNumber("y", fields[2], 16)
	if err != nil {
		return Event{}, err
	}
	p, err := csvNumber("p", fields[3], 1)
	if err != nil {
		return Event{}, err
	}
	return Event{T: int64(t), X: uint16(x), Y: uint16(y), On: p == 1}, nil
}

// csvNumber parses a whole number that must fit into bits.
func csvNumber(name string, field []byte, bits int) (uint64, error) {
	v, err := strconv.ParseUint(string(bytes.TrimSpace(field)), 10, bits)
	if err != nil {
		return 0, fmt.Errorf("%s=%q is not a whole number from 0 to %d", name, field, uint64(1)<<bits-1)
	}
	return v, nil
}

// WriteCSV writes a recording as text; reading it back with the same sensor
// size gives the same events. Negative times are refused: no reader takes them.
func WriteCSV(w io.Writer, rec *Recording) error {
	out := bufio.NewWriter(w)
	if _, err := out.WriteString(csvHeader + "\n"); err != nil {
		return fmt.Errorf("aer: csv: writing the header: %w", err)
	}
	for i, e := range rec.Events {
		if e.T < 0 {
			return fmt.Errorf("aer: csv: event %d: negative time (%d us)", i, e.T)
		}
		if _, err := fmt.Fprintf(out, "%d,%d,%d,%d\n", e.T, e.X, e.Y, e.polarity()); err != nil {
			return fmt.Errorf("aer: csv: writing event %d: %w", i, err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("aer: csv: writing: %w", err)
	}
	return nil
}
