package npz

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

const (
	magic     = "\x93NUMPY"
	alignment = 64 // the data of an array begin at a multiple of this, counted from the magic string
	chunk     = 8192
)

// Writer writes an archive.
type Writer struct{ zip *zip.Writer }

// NewWriter returns a writer of an archive to w, which it does not close.
func NewWriter(w io.Writer) *Writer { return &Writer{zip.NewWriter(w)} }

// Close finishes the archive.
func (w *Writer) Close() error { return w.zip.Close() }

// Put adds an array under a name, without the ending .npy. Without a shape it has one dimension;
// otherwise the product of the extents must be the number of elements.
func Put[T Number](w *Writer, name string, data []T, shape ...int) error {
	if len(shape) == 0 {
		shape = []int{len(data)}
	}
	if n := product(shape); n != len(data) {
		return fmt.Errorf("npz: array %q: shape %v needs %d elements (have %d)", name, shape, n, len(data))
	}
	entry, err := w.zip.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Deflate})
	if err != nil {
		return fmt.Errorf("npz: array %q: %w", name, err)
	}
	if err := encode(entry, data, shape); err != nil {
		return fmt.Errorf("npz: array %q: %w", name, err)
	}
	return nil
}

func product(shape []int) int {
	n := 1
	for _, k := range shape {
		n *= k
	}
	return n
}

func encode[T Number](w io.Writer, data []T, shape []int) error {
	descr, size := dtype[T]()
	if _, err := w.Write(header(descr, shape)); err != nil {
		return err
	}
	buffer := make([]byte, 0, chunk*size)
	for len(data) > 0 {
		n := min(chunk, len(data))
		var err error
		if buffer, err = binary.Append(buffer[:0], binary.LittleEndian, data[:n]); err != nil {
			return err
		}
		if _, err = w.Write(buffer); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// header is the .npy header, version 1.0, padded with spaces up to the alignment.
func header(descr string, shape []int) []byte {
	var tuple strings.Builder
	for i, k := range shape {
		if i > 0 {
			tuple.WriteString(" ")
		}
		fmt.Fprintf(&tuple, "%d,", k)
	}
	extents := tuple.String()
	if len(shape) > 1 {
		extents = strings.TrimSuffix(extents, ",") // (3,) but (3, 4)
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, extents)
	const before = len(magic) + 4 // magic string, version, length
	pad := alignment - (before+len(dict)+1)%alignment
	dict += strings.Repeat(" ", pad%alignment) + "\n"
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(dict)))
	return append(b, dict...)
}
