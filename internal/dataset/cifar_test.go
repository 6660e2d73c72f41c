package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
)

// cifarBytes builds records of which the k-th has the k-th label and the pixels
// k, k+1, k+2, …
func cifarBytes(labels ...byte) []byte {
	var raw []byte
	for k, label := range labels {
		raw = append(raw, label)
		for i := range cifarPixels {
			raw = append(raw, byte(k+i))
		}
	}
	return raw
}

func TestCIFARBinary(t *testing.T) {
	m, err := ReadCIFARBinary(bytes.NewReader(cifarBytes(9, 0)), Options{})
	require.NoError(t, err)
	requireDataset(t, m, 2, []int{3, 32, 32}, cifarClasses())
	x, label := sample(t, m, 1)
	require.Equal(t, "airplane", m.Classes()[label])
	require.Equal(t, float32(1)/255, x[0])           // red, upper left
	require.Equal(t, float32(1025%256)/255, x[1024]) // green
	require.Equal(t, byte((1+3071)%256), m.Pixels(1)[3071])
}

func TestCIFARBinaryRefuses(t *testing.T) {
	good := cifarBytes(9, 0)
	for name, c := range map[string]struct {
		raw    []byte
		opt    Options
		reason error
		offset int64
		text   string
	}{
		"empty":         {raw: nil, reason: ErrTruncated, offset: 0, text: "the file is empty; valid are records of 3073 bytes"},
		"label alone":   {raw: good[:1], reason: ErrTruncated, offset: 1, text: "has 1 of the 3073 bytes of a record"},
		"second record": {raw: good[:4000], reason: ErrTruncated, offset: 4000, text: "has 927 of"},
		"label":         {raw: cifarBytes(1, 10), reason: ErrLabel, offset: 3073, text: "record 1 has label 10; valid is 0 to 9"},
		"given classes": {raw: good, opt: Options{Classes: numbered(9)}, reason: ErrLabel, offset: 0, text: "valid is 0 to 8"},
		"memory":        {raw: good, opt: Options{MaxBytes: 2 * cifarPixels}, reason: ErrTooLarge, offset: 3073, text: "room for 1 samples"},
		"gzip":          {raw: zipped(t, good)[:40], reason: ErrTruncated, offset: somewhere, text: "after gunzip"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadCIFARBinary(bytes.NewReader(c.raw), c.opt)
			requireFault(t, err, c.reason, c.offset, c.text)
		})
	}
	for _, n := range []int{0, 10, 3073} {
		_, err := ReadCIFARBinary(io.MultiReader(bytes.NewReader(good[:n]), failing{errDisk}), Options{})
		require.ErrorIs(t, err, errDisk, n)
	}
	_, err := ReadCIFARBinary(bytes.NewReader(good), Options{MaxBytes: -1})
	require.ErrorContains(t, err, "negative memory limit")
}

// Several files are one data set, in their order.
func TestOpenCIFAR10Binary(t *testing.T) {
	folder := t.TempDir()
	for k, name := range []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin"} {
		write(t, folder, "cifar-10-batches-bin/"+name, cifarBytes(byte(k), byte(k+1)))
	}
	_, err := OpenCIFAR10(folder, Train, Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "data_batch_5.bin")
	write(t, folder, "cifar-10-batches-bin/data_batch_5.bin", zipped(t, cifarBytes(9)))
	m, err := OpenCIFAR10(folder, Train, Options{})
	require.NoError(t, err)
	var labels []int
	for i := range m.Len() {
		labels = append(labels, m.Label(i))
	}
	require.Equal(t, []int{0, 1, 1, 2, 2, 3, 3, 4, 9}, labels)

	_, err = OpenCIFAR10(folder, Test, Options{})
	require.ErrorContains(t, err, "none of test_batch.bin, cifar-10-batches-bin/test_batch.bin, cifar10-jpg-test.tar.gz")
	path := write(t, folder, "test_batch.bin", cifarBytes(3, 77))
	_, err = OpenCIFAR10(folder, Test, Options{})
	require.Equal(t, path, requireFault(t, err, ErrLabel, 3073).Path)
	_, err = OpenCIFAR10(folder, Whole, Options{})
	require.EqualError(t, err, "dataset: CIFAR-10 has no part whole; valid is train or test")
	_, err = OpenCIFARBinary(Options{})
	require.ErrorContains(t, err, "no file given")
}

// The first 4000 records of the official first batch.
func TestRealCIFARBinary(t *testing.T) {
	m, err := OpenCIFARBinary(Options{}, dataFile(t, "cifar10/data_batch_1-first4000.bin.gz"))
	require.NoError(t, err)
	requireDataset(t, m, 4000, []int{3, 32, 32}, cifarClasses())
	h := sha256.New()
	var first []int
	for i := range m.Len() {
		h.Write([]byte{byte(m.Label(i))})
		h.Write(m.Pixels(i))
		if i < 10 {
			first = append(first, m.Label(i))
		}
	}
	require.Equal(t, "0993cf8b8e43bc207603aef9787006995746513f5e3fa5a52e06d1b069926330", hex.EncodeToString(h.Sum(nil)))
	require.Equal(t, []int{6, 9, 9, 4, 1, 1, 2, 7, 8, 3}, first)
}
