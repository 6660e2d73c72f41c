package netfile

import (
	"fmt"
	"io"
	"os"

	"couplet/internal/npz"
	"couplet/internal/yamltree"
)

// arrayFile is a file of arrays while a network is read. One is open at a time: networks keep their
// arrays together.
type arrayFile struct {
	r       *reader
	path    string
	file    string // as the network file names it
	open    io.Closer
	archive *npz.Archive
	single  bool // a .npy file, which has one array without a name
}

// arrayKey names an array among all files.
type arrayKey struct{ path, name string }

// defaultMaxArrayBytes bounds the memory of all arrays of a network file.
const defaultMaxArrayBytes = 1 << 30

// arrayFile opens the file that a node names, unless it is open already.
func (r *reader) arrayFile(c yamltree.Cursor) (*arrayFile, bool) {
	file, ok := c.Name()
	if !ok {
		return nil, false
	}
	found, ok := r.find([]string{file})
	if !ok {
		c.Errorf("%s", missingFiles([]string{file}))
		return nil, false
	}
	if r.arrays != nil && r.arrays.path == found.Path {
		return r.arrays, true
	}
	r.closeArrays()
	f, err := openArrays(found.Path, r.arrayRoom)
	if err != nil {
		c.Errorf("%q cannot be read as a file of arrays: %s; valid: an .npz or .npy file of NumPy", file, err)
		return nil, false
	}
	f.r, f.file = r, file
	r.arrays = f
	return f, true
}

// openArrays opens a file whose arrays may take so many bytes together.
func openArrays(path string, room int64) (*arrayFile, error) {
	info, err := os.Stat(path) // before a pipe is opened, which would wait for a writer
	if err != nil {
		return nil, withoutPath(err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	archive, single, err := npz.OpenNumPy(f, info.Size(), room)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s", reason(err))
	}
	return &arrayFile{path: path, open: f, archive: archive, single: single}, nil
}

// withoutPath is the cause of a failure to open a file; messages name the file themselves.
func withoutPath(err error) error {
	if e, ok := err.(*os.PathError); ok {
		return e.Err
	}
	return err
}

// closeArrays closes the file of arrays that is open.
func (r *reader) closeArrays() {
	if r.arrays != nil {
		r.arrays.open.Close() // which was only read
		r.arrays = nil
	}
}

// shape reads the extents of an array.
func (f *arrayFile) shape(c yamltree.Cursor, name string) ([]int, bool) {
	_, shape, err := f.archive.Header(name)
	if err != nil {
		c.Errorf("%s", arrayReason(err))
		return nil, false
	}
	return shape, true
}

// numbers reads an array, once for all that name it.
func (f *arrayFile) numbers(c yamltree.Cursor, name string) ([]float64, bool) {
	key := arrayKey{f.path, name}
	if known, ok := f.r.numbers[key]; ok {
		return known, true
	}
	shape, ok := f.shape(c, name)
	if !ok || !f.r.takesNumbers(c, product(shape)) {
		return nil, false
	}
	numbers, _, err := f.archive.Floats(name)
	if err != nil {
		c.Errorf("%s", arrayReason(err))
		return nil, false
	}
	f.r.numbers[key] = numbers
	return numbers, true
}

// takesNumbers counts the memory of n numbers, and reports if it is too much.
func (r *reader) takesNumbers(c yamltree.Cursor, n int) bool {
	if int64(n) > r.arrayRoom/8 {
		c.Errorf("the array has length %d, which takes too much memory; valid: at most %d numbers in all arrays of a network", n, r.maxArrayBytes/8)
		return false
	}
	r.arrayRoom -= int64(n) * 8
	return true
}
