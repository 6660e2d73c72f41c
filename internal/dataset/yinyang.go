package dataset

import (
	"fmt"

	"couplet/internal/rng"
)

// The yin-yang data set (Kriener, Göltz, Petrovici 2022, "The Yin-Yang dataset"):
// points (x, y) of a disc of radius 1/2 in the unit square, which fall into the
// two halves of a yin-yang symbol and its two dots. The features are x, y, 1-x
// and 1-y, so that the total is the same for every sample.
const (
	yin = iota
	yang
	dot

	yinYangRadius = 0.5 // of the disc
	yinYangDot    = 0.1 // radius of a dot
	maxYinYang    = 1 << 26
)

func yinYangClasses() []string { return []string{yin: "yin", yang: "yang", dot: "dot"} }

// OpenYinYang reads yin-yang samples from a comma-separated file with the header
// x1,y1,x2,y2,label.
func OpenYinYang(path string, opt Options) (*Table, error) {
	if len(opt.Classes) == 0 {
		opt.Classes = yinYangClasses()
	}
	return OpenTable(path, TableOptions{Options: opt, Header: NamesHeader, Columns: []string{"x1", "y1", "x2", "y2", "label"}})
}

// yinYangStream keeps the numbers of the generator apart from the noise stimuli
// of a network, which are numbered from 0: it is "yin-yang" in ASCII.
const yinYangStream = 0x79696e2d79616e67

// GenerateYinYang makes n samples of yin-yang, a class drawn evenly for each
// and a point drawn evenly from the class. Sample i of a part depends on seed,
// set, part and i alone. The points are not those of the published files, which
// another generator drew, but their distribution is.
func (r Random) GenerateYinYang(part Part, n int) (*Table, error) {
	if n < 1 || n > maxYinYang {
		return nil, fmt.Errorf("dataset: number of yin-yang samples out of range (%d); valid is 1 to %d", n, maxYinYang)
	}
	t := &Table{
		features: 4, classes: yinYangClasses(),
		values: make([]float32, 0, 4*n), labels: make([]int32, 0, n),
	}
	key := rng.NewKey(r.Seed, rng.Noise, yinYangStream).Sub(r.Set).Sub(uint64(part))
	for i := range uint64(n) {
		s := key.Sub(i).Stream()
		class := int(s.NextBelow(3))
		for {
			// Rounded before it is judged, so that label and stored point agree.
			x, y := float32(s.NextFloat64()), float32(s.NextFloat64())
			if label, inside := yinYangLabel(float64(x), float64(y)); inside && label == class {
				t.values = append(t.values, x, y, 1-x, 1-y)
				t.labels = append(t.labels, int32(class))
				break
			}
		}
	}
	return t, nil
}

// yinYangLabel says which part of the symbol a point is in, and whether it is in
// the symbol at all. The dots' centres are half a radius left and right of the
// disc's centre; yang is the upper half (y > 1/2) with the half-disc around the left dot
// added and that around the right one taken away.
func yinYangLabel(x, y float64) (label int, inside bool) {
	const centre, left, right = yinYangRadius, 0.5 * yinYangRadius, 1.5 * yinYangRadius
	if squareDistance(x, y, centre) > yinYangRadius*yinYangRadius {
		return 0, false
	}
	l, r := squareDistance(x, y, left), squareDistance(x, y, right)
	const dot2, half2 = yinYangDot * yinYangDot, yinYangRadius * yinYangRadius / 4
	switch {
	case l < dot2 || r < dot2:
		return dot, true
	case l <= half2, y > centre && r > half2:
		return yang, true
	}
	return yin, true
}

// squareDistance is that of (x, y) from a point at column cx on the horizontal
// middle line, with roundings that no machine fuses.
func squareDistance(x, y, cx float64) float64 {
	return float64((x-cx)*(x-cx)) + float64((y-yinYangRadius)*(y-yinYangRadius))
}
