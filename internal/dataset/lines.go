package dataset

import (
	"bytes"
	"errors"
	"io"
	"strconv"
)

// row is one line of a comma-separated file. Quotes have no meaning: none of the
// formats of this package needs them.
type row struct {
	in     *input
	start  int64 // byte offset of the line
	number int   // of the line, from 1
	fields [][]byte
	offset []int64 // of each field
}

// rows reads the lines of a comma-separated file; blank lines are skipped.
type rows struct {
	in  *input
	row row
}

func newRows(in *input) *rows { return &rows{in: in, row: row{in: in}} }

// next returns the next line, valid until the call after; io.EOF after the last.
func (r *rows) next() (*row, error) {
	w := &r.row
	for {
		text, start, err := r.in.line()
		if err != nil {
			return nil, err
		}
		w.number++
		if w.number == 1 {
			trimmed := bytes.TrimPrefix(text, []byte("\ufeff"))
			start += int64(len(text) - len(trimmed))
			text = trimmed
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		w.start, w.fields, w.offset = start, w.fields[:0], w.offset[:0]
		for at := start; ; {
			field, rest, more := bytes.Cut(text, []byte(","))
			w.fields, w.offset = append(w.fields, bytes.TrimSpace(field)), append(w.offset, at)
			if !more {
				return w, nil
			}
			at, text = at+int64(len(field))+1, rest
		}
	}
}

// header returns the first line, which must be there.
func (r *rows) header(valid string) (*row, error) {
	w, err := r.next()
	if err == io.EOF {
		return nil, r.in.fault(r.in.offset, ErrTruncated, "the file is empty; valid is %s", valid)
	}
	return w, err
}

// fault is an error about field k.
func (w *row) fault(k int, reason error, detail string, args ...any) error {
	return w.in.fault(w.offset[k], reason, "line "+strconv.Itoa(w.number)+", column "+strconv.Itoa(k+1)+": "+detail, args...)
}

// columns makes sure that the line has n fields.
func (w *row) columns(n int) error {
	if len(w.fields) == n {
		return nil
	}
	return w.fault(min(n, len(w.fields)-1), ErrCounts, "the line has %d columns; valid is %d", len(w.fields), n)
}

// integer parses field k as a whole number of [0, most].
func (w *row) integer(k int, what string, most int, reason error) (int, error) {
	n, err := strconv.ParseUint(string(w.fields[k]), 10, 31)
	if err != nil || n > uint64(most) {
		if err == nil || errors.Is(err, strconv.ErrRange) {
			return 0, w.fault(k, reason, "%s is %s; valid is 0 to %d", what, clip(w.fields[k]), most)
		}
		return 0, w.fault(k, ErrMalformed, "%s is %q; valid is a whole number from 0 to %d", what, clip(w.fields[k]), most)
	}
	return int(n), nil
}

// value parses field k as a finite number.
func (w *row) value(k int) (float32, error) {
	v, err := strconv.ParseFloat(string(w.fields[k]), 32)
	if err != nil || v-v != 0 {
		return 0, w.fault(k, ErrMalformed, "%q is not a finite number of single precision", clip(w.fields[k]))
	}
	return float32(v), nil
}

// clip shortens a field for a message.
func clip(field []byte) []byte {
	const most = 40
	if len(field) <= most {
		return field
	}
	return append(bytes.Clone(field[:most]), "…"...)
}
