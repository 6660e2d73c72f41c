package dataset

import (
	"bytes"
	"compress/gzip"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Three images of 2x4 with the labels 2, 0, 1.
func goodIDX() (images, labels []byte) {
	return idxBytes(2051, []uint32{3, 2, 4}, ramp(24)...), idxBytes(2049, []uint32{3}, 2, 0, 1)
}

func TestIDX(t *testing.T) {
	images, labels := goodIDX()
	for name, pack := range map[string]func([]byte) []byte{
		"plain":  func(b []byte) []byte { return b },
		"gzip":   func(b []byte) []byte { return zipped(t, b) },
		"gzip 2": func(b []byte) []byte { return append(zipped(t, b[:7]), zipped(t, b[7:])...) }, // two members
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ReadIDX(bytes.NewReader(pack(images)), bytes.NewReader(pack(labels)), Options{})
			require.NoError(t, err)
			requireDataset(t, m, 3, []int{1, 2, 4}, []string{"0", "1", "2"})
			x, label := sample(t, m, 1)
			require.Equal(t, 0, label)
			require.Equal(t, []float32{8. / 255, 9. / 255, 10. / 255, 11. / 255, 12. / 255, 13. / 255, 14. / 255, 15. / 255}, x)
			require.Equal(t, ramp(24)[16:], m.Pixels(2))
		})
	}
}

func TestIDXGivenClasses(t *testing.T) {
	images, labels := goodIDX()
	names := []string{"a", "b", "c", "d"}
	m, err := ReadIDX(bytes.NewReader(images), bytes.NewReader(labels), Options{Classes: names})
	require.NoError(t, err)
	requireDataset(t, m, 3, []int{1, 2, 4}, names)
	require.Equal(t, []int{1, 1, 1, 0}, Histogram(m))
	require.ErrorIs(t, RequireEveryClass(m), ErrEmptyClass)
	require.EqualError(t, RequireEveryClass(m), `dataset: class without samples (1 of 4 classes: "d")`)
}

func TestIDXRefuses(t *testing.T) {
	images, labels := goodIDX()
	damaged := zipped(t, images)
	damaged[len(damaged)-6] ^= 1 // the checksum
	for name, c := range map[string]struct {
		images, labels []byte
		opt            Options
		reason         error
		offset         int64
		text           string
	}{
		"empty images":       {images: nil, reason: ErrTruncated, offset: 0, text: "has 0 of the 4 bytes of the magic number"},
		"empty labels":       {labels: []byte{}, reason: ErrTruncated, offset: 0, text: "idx labels"},
		"half a magic":       {images: images[:3], reason: ErrTruncated, offset: 3},
		"half a header":      {images: images[:9], reason: ErrTruncated, offset: 9, text: "has 5 of the 12 bytes of the extents"},
		"images cut off":     {images: images[:20], reason: ErrTruncated, offset: 20, text: "has 4 of the 24 bytes"},
		"images too long":    {images: append(bytes.Clone(images), 7), reason: ErrTrailing, offset: 40},
		"labels too long":    {labels: append(bytes.Clone(labels), 7), reason: ErrTrailing, offset: 11},
		"labels as images":   {images: labels, reason: ErrMagic, offset: 0, text: "2049; valid is 2051: unsigned bytes in 3 dimensions; this is an idx file of labels"},
		"images as labels":   {labels: images, reason: ErrMagic, offset: 0, text: "this is an idx file of images"},
		"floats":             {images: idxBytes(0x0d03, []uint32{1, 1, 1}, 0, 0, 0, 0), reason: ErrMagic, offset: 0, text: "another element type"},
		"another format":     {images: []byte("\x89PNG\r\n\x1a\n"), reason: ErrMagic, offset: 0, text: "2303741511; valid is 2051"},
		"no images":          {images: idxBytes(2051, []uint32{0, 2, 4}), reason: ErrMalformed, offset: 4, text: "extent 1 of 3 is 0"},
		"no columns":         {images: idxBytes(2051, []uint32{3, 2, 0}), reason: ErrMalformed, offset: 12},
		"fewer labels":       {labels: idxBytes(2049, []uint32{2}, 2, 0), reason: ErrCounts, offset: 4, text: "2 labels for 3 images"},
		"label out of range": {opt: Options{Classes: []string{"x", "y"}}, reason: ErrLabel, offset: 8, text: "sample 0 has label 2; valid is 0 to 1"},
		"later label":        {labels: idxBytes(2049, []uint32{3}, 0, 1, 9), opt: Options{Classes: []string{"x", "y"}}, reason: ErrLabel, offset: 10},
		"huge extents":       {images: idxBytes(2051, []uint32{math.MaxUint32, math.MaxUint32, math.MaxUint32}), reason: ErrTooLarge, offset: 4},
		"huge product":       {images: idxBytes(2051, []uint32{1 << 10, 1 << 10, 1 << 11}), reason: ErrTooLarge, offset: 12},
		"promised only":      {images: idxBytes(2051, []uint32{1 << 10, 1 << 10, 1 << 9}, 1, 2, 3), reason: ErrTruncated, offset: 19},
		"no room":            {opt: Options{MaxBytes: 38}, reason: ErrTooLarge, offset: 12, text: "at most 23 elements"},
		"no room for labels": {opt: Options{MaxBytes: 14}, reason: ErrTooLarge, offset: 4},
		"gzip cut off":       {images: zipped(t, images)[:30], reason: ErrTruncated, offset: somewhere, text: " after gunzip: ends too early"},
		"gzip header":        {images: []byte{0x1f, 0x8b, 8}, reason: ErrTruncated, offset: 0, text: "reading the gzip header"},
		"gzip checksum":      {images: damaged, reason: gzip.ErrChecksum, offset: 40, text: "after the elements"},
	} {
		t.Run(name, func(t *testing.T) {
			x, y := images, labels
			if c.images != nil || name == "empty images" {
				x = c.images
			}
			if c.labels != nil {
				y = c.labels
			}
			m, err := ReadIDX(bytes.NewReader(x), bytes.NewReader(y), c.opt)
			require.Nil(t, m)
			requireFault(t, err, c.reason, c.offset, c.text)
		})
	}
}

// Every proper beginning of the files is refused as truncated.
func TestIDXTruncatedAnywhere(t *testing.T) {
	images, labels := goodIDX()
	for n := range images {
		_, err := ReadIDX(bytes.NewReader(images[:n]), bytes.NewReader(labels), Options{})
		requireFault(t, err, ErrTruncated, int64(n))
	}
	for n := range labels {
		_, err := ReadIDX(bytes.NewReader(images), bytes.NewReader(labels[:n]), Options{})
		requireFault(t, err, ErrTruncated, int64(n))
	}
}

func TestIDXReportsReadErrors(t *testing.T) {
	images, labels := goodIDX()
	for _, n := range []int{0, 2, 10, 20, len(images)} {
		_, err := ReadIDX(io.MultiReader(bytes.NewReader(images[:n]), failing{errDisk}), bytes.NewReader(labels), Options{})
		require.ErrorIs(t, err, errDisk, n)
	}
}

func TestOpenIDXNamesTheFile(t *testing.T) {
	images, labels := goodIDX()
	folder := t.TempDir()
	x, y := write(t, folder, "x", images), write(t, folder, "y", labels[:10])
	_, err := OpenIDX(x, y, Options{})
	require.Equal(t, y, requireFault(t, err, ErrTruncated, 10).Path)
	require.EqualError(t, err, "dataset: "+y+": idx labels: byte 10: ends too early (has 2 of the 3 bytes of elements announced by the header)")

	_, err = OpenIDX(folder, y, Options{})
	require.ErrorContains(t, err, folder)
	_, err = OpenIDX(x, folder+"/none", Options{})
	require.ErrorContains(t, err, "idx labels")
	_, err = OpenIDX(x, y, Options{MaxBytes: -1})
	require.ErrorContains(t, err, "negative memory limit (-1)")
}

// Whatever is written can be read back.
func TestIDXRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, rows, columns := rapid.IntRange(1, 5).Draw(t, "n"), rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "columns")
		volume := rows * columns
		pixels := rapid.SliceOfN(rapid.Byte(), n*volume, n*volume).Draw(t, "pixels")
		labels := rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "labels")
		m, err := ReadIDX(bytes.NewReader(idxBytes(2051, []uint32{uint32(n), uint32(rows), uint32(columns)}, pixels...)),
			bytes.NewReader(idxBytes(2049, []uint32{uint32(n)}, labels...)), Options{})
		require.NoError(t, err)
		require.Equal(t, []int{1, rows, columns}, m.Shape())
		for i := range n {
			require.Equal(t, int(labels[i]), m.Label(i))
			require.Equal(t, pixels[i*volume:(i+1)*volume], m.Pixels(i))
		}
	})
}
