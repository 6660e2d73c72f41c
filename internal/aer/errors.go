package aer

import (
	"errors"
	"fmt"
)

// Reasons a recording is refused, for errors.Is.
var (
	// ErrUnsupported: the format is recognised but no reader for it exists.
	ErrUnsupported = errors.New("this format is recognised but not supported yet")
	// ErrUnknownFormat: Options.Format names no format.
	ErrUnknownFormat = errors.New("unknown format")
	// ErrTooManyEvents: the recording holds more than Options.MaxEvents events.
	ErrTooManyEvents = errors.New("too many events")
	// ErrOutsideSensor: an event's coordinates lie outside the sensor.
	ErrOutsideSensor = errors.New("event outside the sensor")
	// ErrMalformed: the bytes are not a record of the format.
	ErrMalformed = errors.New("malformed record")
)

// FormatError says where in a recording reading stopped and why.
type FormatError struct {
	Path   string // file, empty when read from a stream
	Format string // name of the format that was being read
	Offset int64  // byte offset of the record at fault, from 0
	Detail string // the values at fault and what would be valid
	Err    error  // one of the reasons above, or the reader's own error
}

// Error gives path, format, offset, reason and values.
func (e *FormatError) Error() string {
	where := "aer: "
	if e.Path != "" {
		where += e.Path + ": "
	}
	text := fmt.Sprintf("%s%s: byte %d: %v", where, e.Format, e.Offset, e.Err)
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

// Unwrap returns the reason.
func (e *FormatError) Unwrap() error { return e.Err }

// fault builds a FormatError.
func fault(format string, offset int64, reason error, detail string, args ...any) error {
	return &FormatError{Format: format, Offset: offset, Err: reason, Detail: fmt.Sprintf(detail, args...)}
}

// checkRoom refuses the event that would exceed the limit.
func checkRoom(format string, offset int64, rec *Recording, limit Limits) error {
	if len(rec.Events) < limit.MaxEvents {
		return nil
	}
	return fault(format, offset, ErrTooManyEvents, "the limit is %d; raise Options.MaxEvents", limit.MaxEvents)
}

// checkInside refuses an event outside a width x height sensor.
func checkInside(format string, offset int64, e Event, width, height int) error {
	if int(e.X) < width && int(e.Y) < height {
		return nil
	}
	return fault(format, offset, ErrOutsideSensor, "x=%d y=%d; the sensor is %dx%d, set Options.Width and Height for another", e.X, e.Y, width, height)
}
