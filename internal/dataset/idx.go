package dataset

import (
	"encoding/binary"
	"io"
	"strings"
)

// The idx layout (LeCun, Cortes, Burges, "The MNIST database of handwritten
// digits"), all numbers big-endian:
//
//	bytes 0, 1   zero
//	byte 2       element type, 0x08 = unsigned byte
//	byte 3       number of dimensions
//	then         one 32-bit extent for each dimension
//	then         the elements, last dimension fastest
const (
	idxUnsignedByte = 0x08
	idxImageDims    = 3 // images, rows, columns: magic 2051
	idxLabelDims    = 1 // labels: magic 2049
)

// OpenIDX reads images and their labels from two idx files, each plain or
// gzipped. The shape of a sample is [1][rows][columns].
func OpenIDX(images, labels string, opt Options) (*Images, error) {
	x, err := openInput(images, "idx images")
	if err != nil {
		return nil, err
	}
	defer x.Close()
	y, err := openInput(labels, "idx labels")
	if err != nil {
		return nil, err
	}
	defer y.Close()
	return readIDXPair(x, y, opt)
}

// ReadIDX is OpenIDX for streams.
func ReadIDX(images, labels io.Reader, opt Options) (*Images, error) {
	x, err := newInput(images, "", "idx images")
	if err != nil {
		return nil, err
	}
	y, err := newInput(labels, "", "idx labels")
	if err != nil {
		return nil, err
	}
	return readIDXPair(x, y, opt)
}

// readIDXPair reads the labels first, because they are small and most mistakes
// show there.
func readIDXPair(x, y *input, opt Options) (*Images, error) {
	limit, err := maxBytes(opt.MaxBytes)
	if err != nil {
		return nil, err
	}
	// A label takes one byte in the file and four more in memory.
	extents, labels, err := readIDX(y, idxLabelDims, limit/5)
	if err != nil {
		return nil, err
	}
	count := extents[0]
	narrow, classes, err := narrowLabels(y, labels, 4+4*idxLabelDims, opt.Classes)
	if err != nil {
		return nil, err
	}
	extents, pixels, err := readIDX(x, idxImageDims, limit-5*int64(count))
	if err != nil {
		return nil, err
	}
	if extents[0] != count {
		return nil, y.fault(4, ErrCounts, "%d labels for %d images", count, extents[0])
	}
	return &Images{channels: 1, rows: extents[1], columns: extents[2], pixels: pixels, labels: narrow, classes: classes}, nil
}

// readIDX reads a whole idx file of unsigned bytes with the given number of
// dimensions and at most limit elements.
func readIDX(in *input, dims int, limit int64) (extents []int, data []byte, err error) {
	header := make([]byte, 4+4*dims)
	if err := in.full(header[:4], "the magic number"); err != nil {
		return nil, nil, err
	}
	want := uint32(idxUnsignedByte<<8 | dims)
	if got := binary.BigEndian.Uint32(header); got != want {
		return nil, nil, in.fault(0, ErrMagic, "%d; valid is %d: unsigned bytes in %d dimensions%s", got, want, dims, idxHint(got))
	}
	if err := in.full(header[4:], "the extents"); err != nil {
		return nil, nil, err
	}
	extents, n := make([]int, dims), int64(1)
	for k := range extents {
		at := 4 + 4*k
		extent := int64(binary.BigEndian.Uint32(header[at:]))
		if extent == 0 {
			return nil, nil, in.fault(int64(at), ErrMalformed, "extent %d of %d is 0; valid is 1 or more", k+1, dims)
		}
		// n <= limit < 2^63 and extent < 2^32, hence no product that overflows.
		if extent > limit/n {
			return nil, nil, in.fault(int64(at), ErrTooLarge, "extents %d x %d x …; at most %d elements are left by Options.MaxBytes", n, extent, limit)
		}
		extents[k], n = int(extent), n*extent
	}
	if data, err = in.block(n, "elements announced by the header"); err != nil {
		return nil, nil, err
	}
	return extents, data, in.end("elements announced by the header")
}

// idxHint says what a wrong magic number is, when it is known.
func idxHint(magic uint32) string {
	switch {
	case magic == idxUnsignedByte<<8|idxImageDims:
		return "; this is an idx file of images"
	case magic == idxUnsignedByte<<8|idxLabelDims:
		return "; this is an idx file of labels"
	case magic>>16 == 0 && strings.ContainsRune("\x08\x09\x0b\x0c\x0d\x0e", rune(magic>>8)):
		return "; this is an idx file of another element type or number of dimensions"
	}
	return ""
}

// narrowLabels checks labels that stand in a file one byte each from byte start
// on, and returns them with the names of the classes.
func narrowLabels(in *input, labels []byte, start int64, names []string) ([]int32, []string, error) {
	out, largest := make([]int32, len(labels)), 0
	for i, label := range labels {
		if len(names) > 0 && int(label) >= len(names) {
			return nil, nil, in.fault(start+int64(i), ErrLabel, "sample %d has label %d; valid is 0 to %d", i, label, len(names)-1)
		}
		out[i], largest = int32(label), max(largest, int(label))
	}
	if len(names) == 0 {
		names = numbered(largest + 1)
	}
	return out, names, nil
}
