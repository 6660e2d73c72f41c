package dataset

import (
	"errors"
	"fmt"
	"io"
)

// Reasons a file is refused, for errors.Is.
var (
	// ErrTruncated: the data end before what header or layout promise.
	ErrTruncated = errors.New("ends too early")
	// ErrTrailing: the data go on after what the header promises.
	ErrTrailing = errors.New("goes on after its data")
	// ErrMagic: the first bytes are those of another format.
	ErrMagic = errors.New("wrong magic number")
	// ErrCounts: two counts that must be equal differ.
	ErrCounts = errors.New("counts do not agree")
	// ErrLabel: a label names no class.
	ErrLabel = errors.New("label out of range")
	// ErrEmptyClass: a class has no sample.
	ErrEmptyClass = errors.New("class without samples")
	// ErrTooLarge: the data exceed the memory limit.
	ErrTooLarge = errors.New("exceeds the memory limit")
	// ErrMalformed: the bytes are not a record of the format.
	ErrMalformed = errors.New("malformed data")
	// ErrChecksum: a fetched file is not the one it should be.
	ErrChecksum = errors.New("checksum does not match")
)

// FormatError says where in a file reading stopped and why.
type FormatError struct {
	Path     string // file, empty when read from a stream; an entry of an archive follows a colon
	Format   string // what was being read, such as "idx labels"
	Offset   int64  // byte offset of the record at fault, from 0
	Unpacked bool   // Offset counts the bytes after gunzip
	Detail   string // what was found and what would be valid
	Err      error  // one of the reasons above, or the reader's own error
}

// Error gives path, format, offset, reason and detail.
func (e *FormatError) Error() string {
	text := "dataset: "
	if e.Path != "" {
		text += e.Path + ": "
	}
	text += fmt.Sprintf("%s: byte %d", e.Format, e.Offset)
	if e.Unpacked {
		text += " after gunzip"
	}
	text += ": " + e.Err.Error()
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

// Unwrap returns the reason.
func (e *FormatError) Unwrap() error { return e.Err }

// early names the end of the data for what it is: too early. Other errors of a
// reader stay as they are.
func early(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	return err
}
