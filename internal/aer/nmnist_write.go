package aer

import (
	"bufio"
	"fmt"
	"io"
)

// nmnistMaxOverflows bounds the overflow records that one recording may need:
// 2^22 of them are 20 MiB and 9.5 hours.
const nmnistMaxOverflows = 1 << 22

// WriteNMNIST writes a recording in the 40-bit N-MNIST layout; reading it back
// with the same sensor size gives the same events.
//
// Times below 2^23 us (8.4 s) need nothing special. A later event is preceded
// by as many overflow records as bring its time, less 2^13 us for each, under
// 2^23 us. Overflows are never taken back, so an event that jumps backwards by
// more than about 8 s behind such a point cannot be written.
//
// The error names the first event that the layout cannot hold: outside the
// sensor (at most 256x240), a negative time, a jump back too far, or a time
// beyond 2^22 overflows (9.5 hours). Events before it may have been written.
func WriteNMNIST(w io.Writer, rec *Recording) error {
	width, height, err := nmnistSensor(rec.Width, rec.Height)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	var overflows int64
	for i, e := range rec.Events {
		if int(e.X) >= width || int(e.Y) >= height {
			return fmt.Errorf("aer: nmnist: event %d lies outside the %dx%d sensor %v", i, width, height, e)
		}
		needed, err := nmnistOverflowsFor(e.T, overflows)
		if err != nil {
			return fmt.Errorf("aer: nmnist: event %d: %w", i, err)
		}
		for ; overflows < needed; overflows++ {
			if _, err := out.Write([]byte{0, nmnistOverflow, 0, 0, 0}); err != nil {
				return fmt.Errorf("aer: nmnist: writing event %d: %w", i, err)
			}
		}
		record := encodeNMNIST(e, e.T-overflows*nmnistWrap)
		if _, err := out.Write(record[:]); err != nil {
			return fmt.Errorf("aer: nmnist: writing event %d: %w", i, err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("aer: nmnist: writing: %w", err)
	}
	return nil
}

// nmnistOverflowsFor gives the number of overflow records that must stand
// before an event at time t when there are some already: the least n >= already
// with 0 <= t - n*2^13 < 2^23.
func nmnistOverflowsFor(t, already int64) (int64, error) {
	if t < already*nmnistWrap {
		return 0, fmt.Errorf("time is too early (%d us); after %d time overflows the earliest is %d us", t, already, already*nmnistWrap)
	}
	needed := already
	if excess := t - already*nmnistWrap - nmnistTimeMax; excess > 0 {
		needed += (excess-1)/nmnistWrap + 1
	}
	if needed > nmnistMaxOverflows {
		return 0, fmt.Errorf("time is too late (%d us); the latest is %d us", t, int64(nmnistMaxOverflows)*nmnistWrap+nmnistTimeMax)
	}
	return needed, nil
}

// encodeNMNIST packs one event whose time, less the overflows, is t.
func encodeNMNIST(e Event, t int64) [nmnistRecord]byte {
	return [nmnistRecord]byte{byte(e.X), byte(e.Y), byte(e.polarity()<<7 | t>>16), byte(t >> 8), byte(t)}
}
