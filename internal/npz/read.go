package npz

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Archive is an open archive.
type Archive struct {
	entries map[string]*zip.File
	names   []string
	left    int64 // bytes that arrays may still take
}

// Open reads the directory of an archive of size bytes. All arrays that are read from it together
// may take at most limit bytes of memory.
func Open(r io.ReaderAt, size, limit int64) (*Archive, error) {
	directory, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npz: not an archive: %w", err)
	}
	a := &Archive{entries: make(map[string]*zip.File), left: limit}
	for _, f := range directory.File {
		name, isArray := strings.CutSuffix(f.Name, ".npy")
		if !isArray {
			return nil, fmt.Errorf("npz: entry %q is not an array: its name must end in .npy", f.Name)
		}
		if a.entries[name] != nil {
			return nil, fmt.Errorf("npz: array %q occurs twice", name)
		}
		a.entries[name] = f
		a.names = append(a.names, name)
	}
	return a, nil
}

// Names lists the arrays in the order of the archive.
func (a *Archive) Names() []string { return a.names }

// Has tells whether there is an array of this name.
func (a *Archive) Has(name string) bool { return a.entries[name] != nil }

// Get reads an array and its shape. Its elements must be of type T.
func Get[T Number](a *Archive, name string) (data []T, shape []int, err error) {
	defer func() {
		if err != nil {
			data, shape, err = nil, nil, fmt.Errorf("npz: array %q: %w", name, err)
		}
	}()
	f := a.entries[name]
	if f == nil {
		return nil, nil, errors.New("is missing")
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	descr, shape, err := readHeader(r)
	if err != nil {
		return nil, nil, err
	}
	want, size := dtype[T]()
	if descr != want {
		return nil, nil, fmt.Errorf("has elements of type %q instead of %q", descr, want)
	}
	n, err := elements(shape)
	if err != nil {
		return nil, nil, err
	}
	if n > a.left/int64(size) {
		return nil, nil, fmt.Errorf("%d elements exceed the memory limit (%d bytes left)", n, a.left)
	}
	a.left -= n * int64(size)
	data, err = decode[T](r, n, size)
	return data, shape, err
}

// decode reads n elements and makes sure that nothing follows. Memory grows with the data that
// really arrive.
func decode[T Number](r io.Reader, n int64, size int) ([]T, error) {
	data := make([]T, 0, min(n, chunk))
	buffer := make([]byte, chunk*size)
	part := make([]T, chunk)
	for int64(len(data)) < n {
		k := int(min(chunk, n-int64(len(data))))
		if _, err := io.ReadFull(r, buffer[:k*size]); err != nil {
			return nil, fmt.Errorf("ends after %d of %d elements: %w", len(data), n, noEOF(err))
		}
		if _, err := binary.Decode(buffer[:k*size], binary.LittleEndian, part[:k]); err != nil {
			return nil, err
		}
		data = append(data, part[:k]...)
	}
	switch _, err := io.ReadFull(r, buffer[:1]); {
	case err == nil:
		return nil, fmt.Errorf("goes on after its %d elements", n)
	case err != io.EOF: // a wrong checksum shows here
		return nil, err
	}
	return data, nil
}

// elements is the product of the extents.
func elements(shape []int) (int64, error) {
	n := int64(1)
	for _, k := range shape {
		if k != 0 && n > math.MaxInt64/int64(k) {
			return 0, fmt.Errorf("shape %v is too large", shape)
		}
		n *= int64(k)
	}
	return n, nil
}

// noEOF names the end of the data for what it is: too early.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
