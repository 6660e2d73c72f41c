package nio

import (
	"fmt"
	"math"
)

// Part is a range [Start, End) of the samples of a batch. As in the reference, an End beyond the batch stands
// for its end.
type Part struct{ Start, End int }

// clip cuts the part off at the end of a batch of n samples.
func (p Part) clip(n int) Part { return Part{p.Start, min(p.End, n)} }

// Windows is a rule by which a batch is cut into overlapping parts.
type Windows int

const (
	// ReferenceWindows is the rule of the authors' code. With L = ⌊B/D⌋ and overlap r, part d is
	//
	//	[⌊(1−r)·L·d⌋, ⌊(1+r)·L·(d+1)⌋)
	//
	// from 0 for the first and to B for the last one. As r multiplies whole offsets, later parts are larger,
	// and may end beyond the batch.
	ReferenceWindows Windows = iota
	// SymmetricWindows reaches as far to both sides of each part: [⌊L·(d−r)⌋, ⌊L·(d+1+r)⌋), within the batch.
	SymmetricWindows
)

// String returns "reference" or "symmetric".
func (w Windows) String() string {
	switch w {
	case ReferenceWindows:
		return "reference"
	case SymmetricWindows:
		return "symmetric"
	}
	return fmt.Sprintf("Windows(%d)", int(w))
}

// Chunks cuts a batch into parts by the rule of nio.md §2. Each part needs a sample of its own: 1 ≤ parts ≤
// batch; the overlap is in [0, 1).
func Chunks(w Windows, batch, parts int, overlap float64) ([]Part, error) {
	switch {
	case parts < 1 || parts > batch:
		return nil, fmt.Errorf("nio: %d parts of a batch of %d samples, want 1 to as many parts as samples", parts, batch)
	case !(overlap >= 0 && overlap < 1):
		return nil, fmt.Errorf("nio: the overlap of parts must be in [0, 1) (%g)", overlap)
	case w != ReferenceWindows && w != SymmetricWindows:
		return nil, fmt.Errorf("nio: unknown rule of parts (%d), want ReferenceWindows or SymmetricWindows", int(w))
	}
	list := make([]Part, parts)
	length := float64(batch / parts)
	for d := range list {
		if w == SymmetricWindows {
			list[d] = symmetric(length, overlap, d, batch)
		} else {
			// In this order of products, as the reference multiplies and truncates in double precision.
			list[d] = Part{int((1 - overlap) * length * float64(d)), int((1 + overlap) * length * float64(d+1))}
		}
	}
	list[0].Start, list[parts-1].End = 0, batch
	return list, nil
}

func symmetric(length, overlap float64, d, batch int) Part {
	start, end := math.Floor(length*(float64(d)-overlap)), math.Floor(length*(float64(d+1)+overlap))
	return Part{max(int(start), 0), min(int(end), batch)}
}
