package aer

import (
	"fmt"
	"math/big"
	"math/bits"
)

// Event is one brightness change at one pixel.
type Event struct {
	T    int64  // time in microseconds, not negative
	X, Y uint16 // column and row, from 0 at the upper left
	On   bool   // true: brighter (polarity 1), false: darker (polarity 0)
}

// String gives the event as (t,x,y,p), the notation of the check values in the
// manual.
func (e Event) String() string {
	return fmt.Sprintf("(%d,%d,%d,%d)", e.T, e.X, e.Y, e.polarity())
}

// polarity is the p column of text formats: 1 for on, 0 for off.
func (e Event) polarity() int64 {
	if e.On {
		return 1
	}
	return 0
}

// Recording is a decoded address-event file.
type Recording struct {
	Width, Height int      // sensor size in pixels; every event lies inside it
	Events        []Event  // in file order
	Disorder      int      // events earlier than the event just before them
	Warnings      []string // what the reader tolerated, each with a byte offset
}

// add appends an event and keeps the disorder count right.
func (r *Recording) add(e Event) {
	if n := len(r.Events); n > 0 && e.T < r.Events[n-1].T {
		r.Disorder++
	}
	r.Events = append(r.Events, e)
}

// warn notes something that was tolerated at a byte offset.
func (r *Recording) warn(offset int64, format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf("byte %d: ", offset)+fmt.Sprintf(format, args...))
}

// Summary holds the check values of a recording: two decoders that agree on it
// almost certainly agree on every event. Summaries are comparable with ==.
type Summary struct {
	Events, On  int     // number of events, and of those with On
	SumT        TimeSum // sum of the times, in microseconds
	SumX, SumY  int64   // sums of the coordinates
	SumP        int64   // sum of the polarities, on = 1 and off = 0
	First, Last Event   // first and last event in file order; zero when Events is 0
}

// Summary adds up the recording.
func (r *Recording) Summary() Summary {
	s := Summary{Events: len(r.Events)}
	if s.Events == 0 {
		return s
	}
	s.First, s.Last = r.Events[0], r.Events[s.Events-1]
	for _, e := range r.Events {
		s.SumT = s.SumT.plus(e.T)
		s.SumX += int64(e.X)
		s.SumY += int64(e.Y)
		s.SumP += e.polarity()
	}
	s.On = int(s.SumP)
	return s
}

// String gives the summary on one line, sums in the order t, x, y, p.
func (s Summary) String() string {
	if s.Events == 0 {
		return "0 events"
	}
	return fmt.Sprintf("%d events (%d on), first %v, last %v, sums %v, %d, %d, %d",
		s.Events, s.On, s.First, s.Last, s.SumT, s.SumX, s.SumY, s.SumP)
}

// TimeSum is a sum of times in 128-bit two's complement. Cameras stamp events
// with the time since 1970: a tenth of a second of such a recording already sums
// past 2^64 microseconds.
type TimeSum struct {
	high int64
	low  uint64
}

// plus returns the sum increased by t.
func (s TimeSum) plus(t int64) TimeSum {
	low, carry := bits.Add64(s.low, uint64(t), 0)
	return TimeSum{high: s.high + t>>63 + int64(carry), low: low}
}

// Int64 returns the sum, and whether it fits into an int64.
func (s TimeSum) Int64() (int64, bool) {
	sum := int64(s.low)
	return sum, s.high == sum>>63
}

// String gives the sum in decimal.
func (s TimeSum) String() string {
	if sum, ok := s.Int64(); ok {
		return fmt.Sprint(sum)
	}
	sum := new(big.Int).Lsh(big.NewInt(s.high), 64)
	return sum.Add(sum, new(big.Int).SetUint64(s.low)).String()
}
