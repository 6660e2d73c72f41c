package dataset

import (
	"fmt"
	"slices"

	"couplet/internal/rng"
)

// Augmentation changes a sample at random before training. It works on the last
// two axes, rows and columns, and does the same to all planes before them:
// colours, polarities and frames.
type Augmentation interface {
	// Check refuses parameters that are out of range, or do not fit samples of a
	// shape.
	Check(shape []int) error
	// Apply changes a sample whose shape Check has accepted. It takes the same
	// number of random numbers whatever they are.
	Apply(x []float32, shape []int, s *rng.Stream)
}

// raster is a sample as planes of rows and columns.
type raster struct {
	x                     []float32
	planes, rows, columns int
}

// planesOf divides a shape of two or more axes into planes, rows and columns.
func planesOf(x []float32, shape []int) raster {
	n := len(shape)
	return raster{x: x, planes: Volume(shape[:n-2]), rows: shape[n-2], columns: shape[n-1]}
}

// row returns a row of a plane.
func (m raster) row(plane, row int) []float32 {
	at := (plane*m.rows + row) * m.columns
	return m.x[at : at+m.columns]
}

// checkImage refuses samples without rows and columns.
func checkImage(name string, shape []int) error {
	if len(shape) < 2 {
		return fmt.Errorf("dataset: %s: samples have no rows and columns (shape %v)", name, shape)
	}
	return nil
}

// RandomCrop surrounds the sample with Padding zeros on each side and cuts a
// piece of the original size from it, all positions being equally likely. It
// takes two random numbers, for rows and columns.
type RandomCrop struct {
	Padding int
}

// Check implements Augmentation.
func (c RandomCrop) Check(shape []int) error {
	if err := checkImage("random crop", shape); err != nil {
		return err
	}
	if most := min(shape[len(shape)-2], shape[len(shape)-1]); c.Padding < 1 || c.Padding > most {
		return fmt.Errorf("dataset: random crop: padding out of range (%d); valid is 1 to %d for samples of shape %v", c.Padding, most, shape)
	}
	return nil
}

// Apply implements Augmentation.
func (c RandomCrop) Apply(x []float32, shape []int, s *rng.Stream) {
	choices := uint64(2*c.Padding + 1)
	down, right := int(s.NextBelow(choices))-c.Padding, int(s.NextBelow(choices))-c.Padding
	m := planesOf(x, shape)
	for plane := range m.planes {
		m.shiftRows(plane, down)
		for row := range m.rows {
			shift(m.row(plane, row), right)
		}
	}
}

// shiftRows moves the rows of a plane down, or up where negative.
func (m raster) shiftRows(plane, down int) {
	at := plane * m.rows * m.columns
	shift(m.x[at:at+m.rows*m.columns], down*m.columns)
}

// shift moves values n places back, or forward where n is negative, and fills
// with zeros. |n| <= len(x).
func shift(x []float32, n int) {
	if n >= 0 {
		copy(x[n:], x)
		clear(x[:n])
		return
	}
	copy(x, x[-n:])
	clear(x[len(x)+n:])
}

// HorizontalFlip mirrors left and right in half of the cases. It takes one random
// number.
type HorizontalFlip struct{}

// Check implements Augmentation.
func (HorizontalFlip) Check(shape []int) error { return checkImage("horizontal flip", shape) }

// Apply implements Augmentation.
func (HorizontalFlip) Apply(x []float32, shape []int, s *rng.Stream) {
	if s.NextBelow(2) == 0 {
		return
	}
	m := planesOf(x, shape)
	for plane := range m.planes {
		for row := range m.rows {
			slices.Reverse(m.row(plane, row))
		}
	}
}

// Cutout sets a square of Side x Side to zero (DeVries, Taylor 2017, "Improved
// regularization of convolutional neural networks with cutout"). Its centre is
// any pixel with the same probability, so that part of the square may lie
// outside. A square of even side reaches one pixel farther up and left of the
// centre than down and right. It takes two random numbers, for row and column of
// the centre.
type Cutout struct {
	Side int // pixels
}

// Check implements Augmentation.
func (c Cutout) Check(shape []int) error {
	if err := checkImage("cutout", shape); err != nil {
		return err
	}
	if most := 2 * max(shape[len(shape)-2], shape[len(shape)-1]); c.Side < 1 || c.Side > most {
		return fmt.Errorf("dataset: cutout: side out of range (%d); valid is 1 to %d for samples of shape %v", c.Side, most, shape)
	}
	return nil
}

// Apply implements Augmentation.
func (c Cutout) Apply(x []float32, shape []int, s *rng.Stream) {
	m := planesOf(x, shape)
	top, bottom := c.extent(int(s.NextBelow(uint64(m.rows))), m.rows)
	left, right := c.extent(int(s.NextBelow(uint64(m.columns))), m.columns)
	for plane := range m.planes {
		for row := top; row < bottom; row++ {
			clear(m.row(plane, row)[left:right])
		}
	}
}

// extent is what the square around a centre covers of an axis.
func (c Cutout) extent(centre, length int) (from, to int) {
	from = centre - c.Side/2
	return max(from, 0), min(from+c.Side, length)
}
