package npz_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio/npy"
	"github.com/stretchr/testify/require"

	own "couplet/internal/npz"
)

// A file written by numpy.save is the array "" of an archive of its own.
func TestSingleFile(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, npy.Write(&b, []float32{1.5, -2}))
	a, single, err := own.OpenNumPy(bytes.NewReader(b.Bytes()), int64(b.Len()), limit)
	require.NoError(t, err)
	require.True(t, single)
	require.Equal(t, []string{""}, a.Names())
	descr, shape, err := a.Header("")
	require.NoError(t, err)
	require.Equal(t, "<f4", descr)
	require.Equal(t, []int{2}, shape)
	data, _, err := a.Floats("")
	require.NoError(t, err)
	require.Equal(t, []float64{1.5, -2}, data)
	_, _, err = own.Get[int64](a, "")
	require.EqualError(t, err, `npz: the array has elements of type "<f4" instead of "<i8"`)

	cut := b.Bytes()[:b.Len()-1]
	a, _, err = own.OpenNumPy(bytes.NewReader(cut), int64(len(cut)), limit)
	require.NoError(t, err)
	_, _, err = a.Floats("")
	require.EqualError(t, err, "npz: the array ends after 0 of 2 elements: unexpected EOF")
}

func TestArchivesAndSingleFilesAreToldApart(t *testing.T) {
	data := archive(t, func(w *own.Writer) error { return own.Put(w, "x", []int64{1}) })
	a, single, err := own.OpenNumPy(bytes.NewReader(data), int64(len(data)), limit)
	require.NoError(t, err)
	require.False(t, single)
	require.Equal(t, []string{"x"}, a.Names())
	for _, text := range []string{"", "\x93NUM", "neither one nor the other"} {
		_, _, err = own.OpenNumPy(strings.NewReader(text), int64(len(text)), limit)
		require.ErrorContains(t, err, "npz: not an archive", "%q", text)
	}
}

// Numbers in single precision are the same numbers in double precision, and count as those towards
// the limit.
func TestFloats(t *testing.T) {
	data := archive(t, func(w *own.Writer) error {
		require.NoError(t, own.Put(w, "single", []float32{0.1, float32(math.Copysign(0, -1)), math.MaxFloat32}, 3, 1))
		require.NoError(t, own.Put(w, "double", []float64{0.1}))
		return own.Put(w, "whole", []int32{1})
	})
	a, err := own.Open(bytes.NewReader(data), int64(len(data)), 40)
	require.NoError(t, err)
	single, shape, err := a.Floats("single")
	require.NoError(t, err)
	require.Equal(t, []int{3, 1}, shape)
	require.Equal(t, []float64{float64(float32(0.1)), 0, math.MaxFloat32}, single)
	require.True(t, math.Signbit(single[1]))
	double, _, err := a.Floats("double")
	require.NoError(t, err)
	require.Equal(t, []float64{0.1}, double)
	_, _, err = a.Floats("whole")
	require.EqualError(t, err, `npz: array "whole": has elements of type "<i4" instead of "<f4" or "<f8"`)
	_, _, err = a.Floats("none")
	require.EqualError(t, err, `npz: array "none": is missing`)
	_, _, err = a.Floats("single")
	require.EqualError(t, err, `npz: array "single": 3 elements exceed the memory limit (8 bytes left)`)
}

// FuzzFloats reads any bytes as a file of numbers: no panic, and no memory beyond the limit.
func FuzzFloats(f *testing.F) {
	number := string(binary.LittleEndian.AppendUint64(nil, math.Float64bits(2.5)))
	f.Add([]byte(file("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", number)))
	f.Add([]byte(file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1)}", number)))
	f.Add([]byte(file("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", "")))
	f.Add(archive(f, func(w *own.Writer) error { return own.Put(w, "w", []float32{1, 2}, 2, 1) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, _, err := own.OpenNumPy(bytes.NewReader(data), int64(len(data)), limit)
		if err != nil {
			return
		}
		for _, name := range a.Names() {
			if numbers, _, err := a.Floats(name); err == nil && 8*len(numbers) > limit {
				t.Fatalf("%d numbers exceed the limit", len(numbers))
			}
		}
	})
}
