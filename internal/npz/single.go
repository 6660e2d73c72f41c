package npz

import "io"

// OpenNumPy opens an archive or a single .npy file; the first bytes tell which. The array of a
// single file has the name "". Otherwise it is as [Open].
func OpenNumPy(r io.ReaderAt, size, limit int64) (a *Archive, single bool, err error) {
	start := make([]byte, len(magic))
	if n, _ := r.ReadAt(start, 0); n < len(magic) || string(start) != magic {
		a, err = Open(r, size, limit)
		return a, false, err
	}
	alone := lone{r, size}
	return &Archive{entries: map[string]entry{"": alone}, names: []string{""}, left: limit}, true, nil
}

// lone is a .npy file outside an archive.
type lone struct {
	r    io.ReaderAt
	size int64
}

// Open implements entry.
func (l lone) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(l.r, 0, l.size)), nil
}
