// Package aer reads and writes address-event recordings: what an event camera
// or another address-event representation (AER) sensor puts on disk.
//
// A recording is a list of events in file order. An event says that the
// brightness seen by one pixel rose (on) or fell (off) at one microsecond:
//
//	type Event struct { T int64; X, Y uint16; On bool }
//
// The smallest complete use:
//
//	rec, err := aer.Open("digit.bin", aer.Options{})
//	if err != nil { ... }
//	fmt.Println(rec.Summary())
//
// # Units and axes
//
// Times are microseconds from the recording's own origin. X counts columns
// from the left and Y rows from the top, both from 0, in the orientation of the
// file: no axis is flipped.
//
// # How a format is chosen
//
// By the first bytes, never by the file name. [Formats] lists the formats in
// the order in which they are tried. Formats that carry a magic come first; some
// of them are only recognised so that they can be refused by name instead of
// being decoded as nonsense. The 40-bit N-MNIST layout has no magic: it is
// what remains when nothing else matches, or what Options.Format = "nmnist"
// asks for. A name in Options.Format always wins over the first bytes.
//
// # What a reader promises
//
//   - Bounded memory: at most Options.MaxEvents events are kept (16 bytes each);
//     a longer recording is refused with [ErrTooManyEvents].
//   - A record cut off at the end of the file is a warning that names its byte
//     offset; the events before it are returned.
//   - An event outside the sensor, or text that is not an event, is an error
//     that names the byte offset ([FormatError]).
//   - Events stay in file order. Those that are earlier than the event before
//     them are counted in Recording.Disorder.
//   - No input makes a reader panic.
//
// The package does not sort, filter, bin or resample events.
package aer
