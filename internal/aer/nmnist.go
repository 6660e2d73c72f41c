package aer

import (
	"errors"
	"fmt"
	"io"
)

// The N-MNIST and N-Caltech101 layout (Orchard et al. 2015, "Converting static
// image datasets to spiking neuromorphic datasets using saccades"): no header,
// then 40 bits an event, big-endian:
//
//	byte 0   x
//	byte 1   y
//	byte 2   polarity (bit 7, 1 = on), bits 22..16 of t
//	byte 3   bits 15..8 of t
//	byte 4   bits 7..0 of t
//
// A record with y = 240 is no event: it adds 2^13 us to all later times.
const (
	nmnistName     = "nmnist"
	nmnistRecord   = 5       // bytes
	nmnistSide     = 34      // pixels of an N-MNIST sensor window, both ways
	nmnistOverflow = 240     // y that marks a time overflow
	nmnistWrap     = 1 << 13 // us added by one overflow record
	nmnistTimeMax  = 1<<23 - 1
	nmnistWidthMax = 1 << 8 // x is one byte
)

// nmnistSensor gives the sensor size to use and refuses one that the layout
// cannot address.
func nmnistSensor(width, height int) (int, int, error) {
	if width == 0 && height == 0 {
		return nmnistSide, nmnistSide, nil
	}
	if width < 1 || height < 1 || width > nmnistWidthMax || height > nmnistOverflow {
		return 0, 0, fmt.Errorf("aer: nmnist: sensor size does not fit the layout (%dx%d); valid is 1x1 to %dx%d, since y=%d marks a time overflow",
			width, height, nmnistWidthMax, nmnistOverflow, nmnistOverflow)
	}
	return width, height, nil
}

// readNMNIST decodes the 40-bit layout.
func readNMNIST(r io.Reader, limit Limits) (*Recording, error) {
	width, height, err := nmnistSensor(limit.Width, limit.Height)
	if err != nil {
		return nil, err
	}
	rec := &Recording{Width: width, Height: height}
	var (
		b      [nmnistRecord]byte
		base   int64 // sum of the overflows so far, us
		offset int64
	)
	for ; ; offset += nmnistRecord {
		n, err := io.ReadFull(r, b[:])
		switch {
		case err == io.EOF:
			if offset == 0 {
				rec.warn(0, "the recording is empty")
			}
			return rec, nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			rec.warn(offset, "last record is cut off (%d of %d bytes) and was left out", n, nmnistRecord)
			return rec, nil
		case err != nil:
			return nil, fault(nmnistName, offset+int64(n), err, "")
		}
		if b[1] == nmnistOverflow {
			base += nmnistWrap
			continue
		}
		e := decodeNMNIST(b, base)
		if err := checkInside(nmnistName, offset, e, width, height); err != nil {
			return nil, err
		}
		if err := checkRoom(nmnistName, offset, rec, limit); err != nil {
			return nil, err
		}
		rec.add(e)
	}
}

// decodeNMNIST unpacks one record that is not an overflow.
func decodeNMNIST(b [nmnistRecord]byte, base int64) Event {
	t := int64(b[2]&0x7f)<<16 | int64(b[3])<<8 | int64(b[4])
	return Event{T: base + t, X: uint16(b[0]), Y: uint16(b[1]), On: b[2]&0x80 != 0}
}
