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
	entries map[string]entry
	names   []string
	left    int64 // bytes that arrays may still take
}

// entry is a .npy file, in an archive or on its own.
type entry interface {
	Open() (io.ReadCloser, error)
}

// Open reads the directory of an archive of size bytes. All arrays that are read from it together
// may take at most limit bytes of memory.
func Open(r io.ReaderAt, size, limit int64) (*Archive, error) {
	directory, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npz: not an archive: %w", err)
	}
	a := &Archive{entries: make(map[string]entry), left: limit}
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
	return getAs[T, T](a, name)
}

// Floats reads an array of float32 or float64 elements as float64, and its shape.
func (a *Archive) Floats(name string) (data []float64, shape []int, err error) {
	descr, _, err := a.Header(name)
	if err != nil {
		return nil, nil, err
	}
	single, _ := dtype[float32]()
	double, _ := dtype[float64]()
	switch descr {
	case single:
		return getAs[float32, float64](a, name)
	case double:
		return getAs[float64, float64](a, name)
	}
	return nil, nil, failed(name, fmt.Errorf("has elements of type %q instead of %q or %q", descr, single, double))
}

// Header reads the type of an array's elements, as NumPy writes it ("<f8"), and the array's shape,
// but not its data.
func (a *Archive) Header(name string) (descr string, shape []int, err error) {
	r, descr, shape, err := a.open(name)
	if err != nil {
		return "", nil, err
	}
	return descr, shape, r.Close()
}

// open opens an array and reads its header.
func (a *Archive) open(name string) (r io.ReadCloser, descr string, shape []int, err error) {
	f := a.entries[name]
	if f == nil {
		return nil, "", nil, failed(name, errors.New("is missing"))
	}
	if r, err = f.Open(); err != nil {
		return nil, "", nil, failed(name, err)
	}
	if descr, shape, err = readHeader(r); err != nil {
		r.Close()
		return nil, "", nil, failed(name, err)
	}
	return r, descr, shape, nil
}

// getAs reads an array with elements of type T and converts them to type U.
func getAs[T, U Number](a *Archive, name string) ([]U, []int, error) {
	r, descr, shape, err := a.open(name)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	if want, _ := dtype[T](); descr != want {
		return nil, nil, failed(name, fmt.Errorf("has elements of type %q instead of %q", descr, want))
	}
	n, err := elements(shape)
	if err != nil {
		return nil, nil, failed(name, err)
	}
	_, size := dtype[U]()
	if n > a.left/int64(size) {
		return nil, nil, failed(name, fmt.Errorf("%d elements exceed the memory limit (%d bytes left)", n, a.left))
	}
	a.left -= n * int64(size)
	data, err := decode[T, U](r, n)
	if err != nil {
		return nil, nil, failed(name, err)
	}
	return data, shape, nil
}

// failed names the array that an error is about; that of a .npy file has no name.
func failed(name string, err error) error {
	if name == "" {
		return fmt.Errorf("npz: the array %w", err)
	}
	return fmt.Errorf("npz: array %q: %w", name, err)
}

// decode reads n elements and makes sure that nothing follows. Memory grows with the data that
// really arrive.
func decode[T, U Number](r io.Reader, n int64) ([]U, error) {
	_, size := dtype[T]()
	data := make([]U, 0, min(n, chunk))
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
		for _, x := range part[:k] {
			data = append(data, U(x))
		}
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
