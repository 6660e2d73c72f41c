package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// dataFile finds a file of the developers' data folder, which holds data sets
// that may not be shipped.
func dataFile(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("COUPLET_DATA")
	if folder == "" {
		t.Skipf("needs %s, which may not be shipped: set COUPLET_DATA to the data folder", name)
	}
	path := filepath.Join(folder, filepath.FromSlash(name))
	_, err := os.Stat(path)
	require.NoError(t, err, "COUPLET_DATA is set, but the file is not there")
	return path
}

// idxBytes builds an idx file of any magic number and extents.
func idxBytes(magic uint32, extents []uint32, data ...byte) []byte {
	raw := binary.BigEndian.AppendUint32(nil, magic)
	for _, e := range extents {
		raw = binary.BigEndian.AppendUint32(raw, e)
	}
	return append(raw, data...)
}

// ramp returns n bytes that count up.
func ramp(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func zipped(t testing.TB, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(raw)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// write puts a file into a folder, making folders on the way, and returns its path.
func write(t testing.TB, folder, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(folder, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, content, 0o644))
	return path
}

// somewhere is an offset that depends on how a file was packed.
const somewhere = -1

// requireFault checks that an error is a FormatError with this reason and place,
// and that its text has what helps.
func requireFault(t *testing.T, err error, reason error, offset int64, text ...string) *FormatError {
	t.Helper()
	require.ErrorIs(t, err, reason)
	located := (*FormatError)(nil)
	require.True(t, errors.As(err, &located), "%v", err)
	if offset != somewhere {
		require.Equal(t, offset, located.Offset, "%v", err)
	}
	for _, part := range text {
		require.ErrorContains(t, err, part)
	}
	return located
}

// sample reads a sample into new memory.
func sample(t testing.TB, d Dataset, i int) ([]float32, int) {
	t.Helper()
	x := make([]float32, Volume(d.Shape()))
	label, err := d.Sample(i, x)
	require.NoError(t, err)
	require.Equal(t, d.Label(i), label)
	return x, label
}

// requireDataset checks what every Dataset promises, on its first samples.
func requireDataset(t testing.TB, d Dataset, samples int, shape []int, classes []string) {
	t.Helper()
	require.Equal(t, samples, d.Len())
	require.Equal(t, shape, d.Shape())
	require.Equal(t, classes, d.Classes())
	for i := range min(samples, 3) {
		_, label := sample(t, d, i)
		require.Less(t, label, len(classes))
	}
	volume := Volume(shape)
	for _, i := range []int{-1, samples} {
		_, err := d.Sample(i, make([]float32, volume))
		require.ErrorContains(t, err, "no such sample")
	}
	_, err := d.Sample(0, make([]float32, volume+1))
	require.ErrorContains(t, err, "wrong length")
	shape = d.Shape()
	shape[0] = -1
	require.NotEqual(t, -1, d.Shape()[0], "the shape must be the caller's")
}

// labelled is a data set of given labels whose samples [1][2][3] hold
// 10·sample + place.
func labelled(labels ...int32) *Table {
	t := &Table{features: 6, labels: labels, classes: numbered(3)}
	for i := range labels {
		for k := range 6 {
			t.values = append(t.values, float32(10*i+k))
		}
	}
	return t
}

// failing is an input that breaks with an error of its own.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

var errDisk = errors.New("the disk is on fire")
