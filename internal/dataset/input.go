package dataset

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

const (
	// DefaultMaxBytes is the memory limit when Options.MaxBytes is 0: 1 GiB,
	// seven times CIFAR-10.
	DefaultMaxBytes = 1 << 30

	// inputChunk is how many bytes are made room for at a time, before it is
	// known that they arrive.
	inputChunk = 1 << 20

	// maxLine is the longest line of a text file, in bytes.
	maxLine = 1 << 16
)

// maxBytes validates a memory limit and fills in the default.
func maxBytes(limit int64) (int64, error) {
	if limit < 0 {
		return 0, fmt.Errorf("dataset: negative memory limit (%d); 0 means %d bytes", limit, DefaultMaxBytes)
	}
	if limit == 0 {
		return DefaultMaxBytes, nil
	}
	return limit, nil
}

// input is a file or stream that is being read, unpacked if it is a gzip file.
// It knows its place, so that errors can name it.
type input struct {
	path, format string
	r            *bufio.Reader
	offset       int64 // of the next byte, after gunzip
	unpacked     bool
	file         io.Closer
}

// openInput opens a file; format says in messages what it should be.
func openInput(path, format string) (*input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", format, err)
	}
	in, err := newInput(f, path, format)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	in.file = f
	return in, nil
}

// newInput reads from a stream. None of the formats of this package can start
// with the two bytes of a gzip file, so these decide.
func newInput(r io.Reader, path, format string) (*input, error) {
	in := &input{path: path, format: format, r: bufio.NewReaderSize(r, maxLine)}
	head, err := in.r.Peek(2)
	if err != nil && err != io.EOF {
		return nil, in.fault(0, err, "reading the first bytes")
	}
	if len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
		return in, nil
	}
	unpacker, err := gzip.NewReader(in.r)
	if err != nil {
		return nil, in.fault(0, early(err), "reading the gzip header")
	}
	in.r, in.unpacked = bufio.NewReaderSize(unpacker, maxLine), true
	return in, nil
}

// Close closes the file, if there is one.
func (in *input) Close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

// fault builds a FormatError about this input.
func (in *input) fault(offset int64, reason error, detail string, args ...any) error {
	return &FormatError{
		Path: in.path, Format: in.format, Offset: offset, Unpacked: in.unpacked,
		Detail: fmt.Sprintf(detail, args...), Err: reason,
	}
}

// full fills b. An input that ends before is an error that names what is missing.
func (in *input) full(b []byte, what string) error {
	n, err := io.ReadFull(in.r, b)
	in.offset += int64(n)
	if err != nil {
		return in.fault(in.offset, early(err), "has %d of the %d bytes of %s", n, len(b), what)
	}
	return nil
}

// block reads n bytes; memory grows with the data that really arrive.
func (in *input) block(n int64, what string) ([]byte, error) {
	data := make([]byte, 0, min(n, inputChunk))
	for have := int64(0); have < n; have = int64(len(data)) {
		k := int(min(n-have, inputChunk))
		data = slices.Grow(data, k)
		got, err := io.ReadFull(in.r, data[have:have+int64(k)])
		data = data[:have+int64(got)]
		in.offset += int64(got)
		if err != nil {
			return nil, in.fault(in.offset, early(err), "has %d of the %d bytes of %s", len(data), n, what)
		}
	}
	return data, nil
}

// end makes sure that nothing follows. A wrong checksum of a gzip file shows
// here too.
func (in *input) end(what string) error {
	switch _, err := in.r.ReadByte(); {
	case err == nil:
		return in.fault(in.offset, ErrTrailing, "nothing may follow the %s", what)
	case err != io.EOF:
		return in.fault(in.offset, early(err), "after the %s", what)
	}
	return nil
}

// line returns the next line without its end, and where it starts; io.EOF after
// the last one. The line is valid until the next call.
func (in *input) line() (text []byte, start int64, err error) {
	start = in.offset
	text, err = in.r.ReadSlice('\n')
	in.offset += int64(len(text))
	switch {
	case err == bufio.ErrBufferFull:
		return nil, start, in.fault(start, ErrMalformed, "a line is longer than %d bytes", maxLine)
	case err == io.EOF && len(text) == 0:
		return nil, start, io.EOF
	case err != nil && err != io.EOF:
		return nil, start, in.fault(in.offset, early(err), "reading a line")
	}
	if n := len(text); n > 0 && text[n-1] == '\n' {
		text = text[:n-1]
	}
	if n := len(text); n > 0 && text[n-1] == '\r' {
		text = text[:n-1]
	}
	return text, start, nil
}
