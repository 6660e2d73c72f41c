package dataset

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

const fuzzBytes = 1 << 16

// requireSound checks what holds for whatever a reader returned from any bytes: a
// whole data set within the memory limit, or an error with a place in the input.
func requireSound(t *testing.T, d Dataset, err error, longest int) {
	if err != nil {
		located := (*FormatError)(nil)
		require.True(t, errors.As(err, &located), "%v", err)
		if !located.Unpacked {
			require.LessOrEqual(t, located.Offset, int64(longest))
		}
		return
	}
	volume := Volume(d.Shape())
	require.Positive(t, d.Len())
	require.Positive(t, volume)
	require.LessOrEqual(t, d.Len()*volume, fuzzBytes)
	total := 0
	for _, n := range Histogram(d) {
		total += n
	}
	require.Equal(t, d.Len(), total)
	x := make([]float32, volume)
	_, err = d.Sample(d.Len()-1, x)
	require.NoError(t, err)
	for _, v := range x {
		require.Zero(t, v-v, "finite")
	}
}

func FuzzIDX(f *testing.F) {
	images, labels := goodIDX()
	f.Add(images, labels)
	f.Add(images[:30], labels)
	f.Add(labels, images)
	f.Add(zipped(f, images), zipped(f, labels))
	f.Add(idxBytes(2051, []uint32{1 << 31, 1 << 31, 4}), labels)
	f.Fuzz(func(t *testing.T, images, labels []byte) {
		d, err := ReadIDX(bytes.NewReader(images), bytes.NewReader(labels), Options{MaxBytes: fuzzBytes})
		requireSound(t, d, err, max(len(images), len(labels)))
		if err == nil && images[0] == 0 && labels[0] == 0 { // neither packed
			require.Len(t, images, 16+len(d.pixels))
			require.Len(t, labels, 8+d.Len())
		}
	})
}

// FuzzCIFAR reads any bytes in front of whole records, without the last few: the
// records are made here, since the fuzzer is slow on inputs of thousands of bytes.
func FuzzCIFAR(f *testing.F) {
	f.Add([]byte{}, []byte{3, 9}, 0)
	f.Add([]byte{}, []byte{3, 10, 4}, 0)
	f.Add([]byte{}, []byte{3, 9}, 7)
	f.Add([]byte("no record"), []byte{}, 0)
	f.Add(zipped(f, cifarBytes(3, 9)), []byte{}, 0)
	f.Add(zipped(f, cifarBytes(3, 9)), []byte{}, 20)
	f.Fuzz(func(t *testing.T, head, labels []byte, missing int) {
		const most = fuzzBytes / (cifarPixels + 4)
		labels = labels[:min(len(labels), most+2)]
		raw := append(bytes.Clone(head), cifarBytes(labels...)...)
		raw = raw[:len(raw)-min(max(missing, 0), len(raw))]
		d, err := ReadCIFARBinary(bytes.NewReader(raw), Options{MaxBytes: fuzzBytes})
		requireSound(t, d, err, len(raw))
		if len(head) > 0 {
			return
		}
		whole := len(raw)%cifarRecord == 0 && len(raw) > 0 && len(raw)/cifarRecord <= most
		for _, label := range labels[:(len(raw)+cifarRecord-1)/cifarRecord] {
			whole = whole && label < 10
		}
		if !whole {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Equal(t, len(raw)/cifarRecord, d.Len())
	})
}

func FuzzTable(f *testing.F) {
	for _, text := range []string{
		"", "2,1,a,b\n1,0\n2,1\n", "1,2,0\n3,4,1", "x,y,label\r\n1,2,0\r\n", "\ufeff1,0\n", "3,1,a\n1,0\n", "1,nan,0\n", "1e-50,0x1p3,0\n", "1,,\n,,,\n",
	} {
		for header := range 3 {
			f.Add([]byte(text), header, false)
			f.Add(zipped(f, []byte(text)), header, true)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte, header int, named bool) {
		opt := TableOptions{Options: Options{MaxBytes: fuzzBytes}, Header: Header(header)}
		if named {
			opt.Classes = numbered(2)
		}
		d, err := ReadTable(bytes.NewReader(raw), opt)
		requireSound(t, d, err, len(raw))
		if err == nil && !named {
			require.NoError(t, RequireEveryClass(d))
		}
	})
}
