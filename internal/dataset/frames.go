package dataset

import (
	"fmt"

	"couplet/internal/aer"
)

// Framing says how a recording becomes frames, one for each tick of a network.
// A frame counts the events of each polarity and pixel.
//
// By time (TickUs > 0), frame k has the events of [k·TickUs, (k+1)·TickUs)
// microseconds of the recording's clock; events after the last frame are left
// out.
//
// By number (TickUs = 0), the N events are cut in file order into groups of
// ⌊N/Frames⌋, the last of which takes the rest as well, so that every frame has
// about the same number of events (Fang et al. 2021, "Incorporating learnable
// membrane time constant", section on neuromorphic data).
type Framing struct {
	Frames int   // number of frames
	TickUs int64 // width of a frame in microseconds, or 0
}

// maxFrames bounds Framing.Frames.
const maxFrames = 1 << 20

func (f Framing) check() error {
	if f.Frames < 1 || f.Frames > maxFrames {
		return fmt.Errorf("dataset: number of frames out of range (%d); valid is 1 to %d", f.Frames, maxFrames)
	}
	if f.TickUs < 0 {
		return fmt.Errorf("dataset: negative width of a frame (%d us); valid is 1 or more, or 0 for frames of equal event numbers", f.TickUs)
	}
	return nil
}

// Shape is the shape of the frames of a sensor: frames, 2 polarities (0 = OFF,
// 1 = ON), rows, columns.
func (f Framing) Shape(width, height int) []int { return []int{f.Frames, 2, height, width} }

// Bin writes the frames of a recording to dst, whose length must be that of
// Shape, and returns how many events lie after the last frame.
func (f Framing) Bin(rec *aer.Recording, dst []float32) (left int, err error) {
	if err := f.check(); err != nil {
		return 0, err
	}
	plane := rec.Width * rec.Height
	if len(dst) != f.Frames*2*plane {
		return 0, fmt.Errorf("dataset: destination has the wrong length (%d); frames of shape %v have %d values", len(dst), f.Shape(rec.Width, rec.Height), f.Frames*2*plane)
	}
	clear(dst)
	group := len(rec.Events) / f.Frames
	for n, event := range rec.Events {
		k := int64(f.Frames - 1)
		switch {
		case f.TickUs > 0:
			k = event.T / f.TickUs
		case group > 0:
			k = min(k, int64(n/group))
		}
		if k >= int64(f.Frames) {
			left++
			continue
		}
		at := int(k)*2*plane + int(event.Y)*rec.Width + int(event.X)
		if event.On {
			at += plane
		}
		dst[at]++
	}
	return left, nil
}

// Frames is a Dataset of the frames of event recordings.
type Frames struct {
	*Events
	framing Framing
}

// Frames returns the recordings as frames. They are read and binned when asked
// for.
func (e *Events) Frames(f Framing) (*Frames, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if n := int64(Volume(f.Shape(e.width, e.height))); n > DefaultMaxBytes/4 {
		return nil, fmt.Errorf("dataset: %d frames of %dx%d pixels are %d values; valid is at most %d", f.Frames, e.width, e.height, n, DefaultMaxBytes/4)
	}
	return &Frames{Events: e, framing: f}, nil
}

// Shape implements Dataset: frames, 2 polarities, rows, columns.
func (s *Frames) Shape() []int { return s.framing.Shape(s.width, s.height) }

// Sample implements Dataset: event counts.
func (s *Frames) Sample(i int, dst []float32) (label int, err error) {
	if err := checkSample(s, i, dst, Volume(s.Shape())); err != nil {
		return 0, err
	}
	rec, err := s.Recording(i)
	if err != nil {
		return 0, err
	}
	_, err = s.framing.Bin(rec, dst)
	return s.Label(i), err
}
