package npz_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio/npy"
	"codeberg.org/sbinet/npyio/npz"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	own "couplet/internal/npz"
)

const limit = 1 << 20

func archive(t require.TestingT, fill func(*own.Writer) error) []byte {
	var b bytes.Buffer
	w := own.NewWriter(&b)
	require.NoError(t, fill(w))
	require.NoError(t, w.Close())
	return b.Bytes()
}

func open(t require.TestingT, data []byte) *own.Archive {
	a, err := own.Open(bytes.NewReader(data), int64(len(data)), limit)
	require.NoError(t, err)
	return a
}

func TestArraysComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ticks := rapid.SliceOfN(rapid.Int64(), 0, 20000).Draw(t, "ticks")
		signs := rapid.SliceOfN(rapid.Int8(), 0, 50).Draw(t, "signs")
		columns := rapid.IntRange(1, 5).Draw(t, "columns")
		values := rapid.SliceOfN(rapid.Float64(), columns*7, columns*7).Draw(t, "values")
		a := open(t, archive(t, func(w *own.Writer) error {
			require.NoError(t, own.Put(w, "a/tick", ticks))
			require.NoError(t, own.Put(w, "a/sign", signs))
			return own.Put(w, "a/values", values, 7, columns)
		}))
		require.Equal(t, []string{"a/tick", "a/sign", "a/values"}, a.Names())
		gotTicks, shape, err := own.Get[int64](a, "a/tick")
		require.NoError(t, err)
		require.Equal(t, []int{len(ticks)}, shape)
		require.ElementsMatch(t, ticks, gotTicks)
		gotSigns, _, err := own.Get[int8](a, "a/sign")
		require.NoError(t, err)
		require.ElementsMatch(t, signs, gotSigns)
		gotValues, shape, err := own.Get[float64](a, "a/values")
		require.NoError(t, err)
		require.Equal(t, []int{7, columns}, shape)
		require.Equal(t, values, gotValues)
	})
}

// TestOtherLibraryReadsIt holds the writer against an independent reader.
func TestOtherLibraryReadsIt(t *testing.T) {
	data := archive(t, func(w *own.Writer) error {
		require.NoError(t, own.Put(w, "neuron", []uint32{3, 1, 4_000_000_000}))
		require.NoError(t, own.Put(w, "ordinal", []uint64{1 << 63}))
		require.NoError(t, own.Put(w, "sign", []int8{1, -1}))
		return own.Put(w, "values", []float64{1, 2.5, -3, 4, 5, 6}, 2, 3)
	})
	r, err := npz.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	var neurons []uint32
	require.NoError(t, r.Read("neuron.npy", &neurons))
	require.Equal(t, []uint32{3, 1, 4_000_000_000}, neurons)
	var ordinals []uint64
	require.NoError(t, r.Read("ordinal.npy", &ordinals))
	require.Equal(t, []uint64{1 << 63}, ordinals)
	var signs []int8
	require.NoError(t, r.Read("sign.npy", &signs))
	require.Equal(t, []int8{1, -1}, signs)
	var values []float64
	require.NoError(t, r.Read("values.npy", &values))
	require.Equal(t, []float64{1, 2.5, -3, 4, 5, 6}, values)
	require.Equal(t, []int{2, 3}, r.Header("values.npy").Descr.Shape)
}

// TestReadsOtherLibrary holds the reader against an independent writer.
func TestReadsOtherLibrary(t *testing.T) {
	var b bytes.Buffer
	w := npz.NewWriter(&b)
	require.NoError(t, w.Write("v.npy", []float32{1.5, 2}))
	require.NoError(t, w.Write("n.npy", []int32{-7}))
	require.NoError(t, w.Write("u.npy", []uint8{200}))
	require.NoError(t, w.Close())
	a := open(t, b.Bytes())
	v, _, err := own.Get[float32](a, "v")
	require.NoError(t, err)
	require.Equal(t, []float32{1.5, 2}, v)
	n, _, err := own.Get[int32](a, "n")
	require.NoError(t, err)
	require.Equal(t, []int32{-7}, n)
	u, _, err := own.Get[uint8](a, "u")
	require.NoError(t, err)
	require.Equal(t, []uint8{200}, u)
}

func TestFormatOfTheHeader(t *testing.T) {
	for _, c := range []struct {
		shape []int
		want  string
	}{
		{nil, "(0,)"},
		{[]int{0, 5}, "(0, 5)"},
		{[]int{0, 5, 2}, "(0, 5, 2)"},
	} {
		data := archive(t, func(w *own.Writer) error { return own.Put(w, "x", []float64{}, c.shape...) })
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		require.NoError(t, err)
		f, err := z.File[0].Open()
		require.NoError(t, err)
		var b bytes.Buffer
		_, err = b.ReadFrom(f)
		require.NoError(t, err)
		require.Equal(t, 0, b.Len()%64, "data are aligned")
		require.Equal(t, "\x93NUMPY\x01\x00", b.String()[:8])
		require.Equal(t, "{'descr': '<f8', 'fortran_order': False, 'shape': "+c.want+", }", strings.TrimRight(b.String()[10:], " \n"))
		require.Equal(t, byte('\n'), b.Bytes()[b.Len()-1])
	}
}

func TestSameArraysGiveTheSameBytes(t *testing.T) {
	once := func() []byte {
		return archive(t, func(w *own.Writer) error { return own.Put(w, "x", []int64{1, 2, 3}) })
	}
	require.Equal(t, once(), once())
}

func TestPutRefusesAWrongShape(t *testing.T) {
	err := own.Put(own.NewWriter(&bytes.Buffer{}), "x", []int64{1, 2, 3}, 2, 2)
	require.EqualError(t, err, `npz: array "x": shape [2 2] needs 4 elements (have 3)`)
}

func TestGetSaysWhatIsWrong(t *testing.T) {
	a := open(t, archive(t, func(w *own.Writer) error { return own.Put(w, "x", []int64{1}) }))
	_, _, err := own.Get[int64](a, "y")
	require.EqualError(t, err, `npz: array "y": is missing`)
	_, _, err = own.Get[float64](a, "x")
	require.EqualError(t, err, `npz: array "x": has elements of type "<i8" instead of "<f8"`)
	require.True(t, a.Has("x"))
	require.False(t, a.Has("y"))
}

func TestLimitHoldsForAllArraysTogether(t *testing.T) {
	data := archive(t, func(w *own.Writer) error {
		require.NoError(t, own.Put(w, "x", make([]int64, 100)))
		return own.Put(w, "y", make([]int64, 100))
	})
	a, err := own.Open(bytes.NewReader(data), int64(len(data)), 1000)
	require.NoError(t, err)
	_, _, err = own.Get[int64](a, "x")
	require.NoError(t, err)
	_, _, err = own.Get[int64](a, "y")
	require.EqualError(t, err, `npz: array "y": 100 elements exceed the memory limit (200 bytes left)`)
}

// entry is an archive with one entry of any content.
func entry(t require.TestingT, name, content string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	require.NoError(t, err)
	_, err = f.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// file is a .npy file, version 1, with any header.
func file(dict, data string) string {
	return "\x93NUMPY\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(dict)))) + dict + data
}

func TestBadArrays(t *testing.T) {
	eight := "12345678"
	for _, c := range []struct{ name, content, want string }{
		{"empty", "", "header: unexpected EOF"},
		{"not an array", "%PDF-1.4 and more", "magic string"},
		{"version", "\x93NUMPY\x09\x00\x00\x00", "version 9"},
		{"cut length", "\x93NUMPY\x02\x00\x01", "unexpected EOF"},
		{"long header", "\x93NUMPY\x02\x00\xff\xff\xff\xff", "must be at most"},
		{"cut header", "\x93NUMPY\x01\x00\x40\x00{'descr'", "unexpected EOF"},
		{"no dictionary", file("[]", ""), "must be a dictionary"},
		{"no keys", file("{}", ""), "key descr is missing"},
		{"no shape", file("{'descr': '<i8', 'fortran_order': False}", eight), "key shape is missing"},
		{"key twice", file("{'descr': '<i8', 'descr': '<i8'}", eight), "bad key"},
		{"unknown key", file("{'colour': 3}", eight), "unknown key"},
		{"escape", file(`{'descr': '<i\x38', }`, eight), "bad value of descr"},
		{"structured type", file("{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (1,)}", eight), "bad value of descr"},
		{"big-endian", file("{'descr': '>i8', 'fortran_order': False, 'shape': (1,)}", eight), `type ">i8"`},
		{"Fortran order", file("{'descr': '<i8', 'fortran_order': True, 'shape': (1,)}", eight), "Fortran"},
		{"negative extent", file("{'descr': '<i8', 'fortran_order': False, 'shape': (-1,)}", eight), "bad value of shape"},
		{"open tuple", file("{'descr': '<i8', 'fortran_order': False, 'shape': (1", eight), "bad value of shape"},
		{"two numbers without comma", file("{'descr': '<i8', 'fortran_order': False, 'shape': (1 1)}", eight), "bad value of shape"},
		{"no comma", file("{'descr': '<i8' 'shape': (1,)}", eight), "comma or brace is missing"},
		{"text behind", file("{'descr': '<i8', 'fortran_order': False, 'shape': (1,)} x", eight), "goes on with"},
		{"huge shape", file("{'descr': '<i8', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", eight), "too large"},
		{"large shape", file("{'descr': '<i8', 'fortran_order': False, 'shape': (999999999999,)}", eight), "exceed the memory limit"},
		{"too few data", file("{'descr': '<i8', 'fortran_order': False, 'shape': (2,)}", eight), "ends after 0 of 2 elements"},
		{"too many data", file("{'descr': '<i8', 'fortran_order': False, 'shape': (1,)}", eight+"9"), "goes on after its 1 elements"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := own.Get[int64](open(t, entry(t, "x.npy", c.content)), "x")
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, `npz: array "x": `)
		})
	}
}

func TestHeadersOfOtherMakersAreRead(t *testing.T) {
	for _, dict := range []string{
		"{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }",
		`{"shape": (1,), "descr": "<i8", "fortran_order": False}`,
		"{'descr':'<i8','fortran_order':False,'shape':(1,1)}   \n",
		"{'descr': '<i8', 'fortran_order': False, 'shape': (), }",
	} {
		data, _, err := own.Get[int64](open(t, entry(t, "x.npy", file(dict, "\x05\x00\x00\x00\x00\x00\x00\x00"))), "x")
		require.NoError(t, err, dict)
		require.Equal(t, []int64{5}, data)
	}
}

func TestBadArchives(t *testing.T) {
	_, err := own.Open(strings.NewReader("not a zip"), 9, limit)
	require.ErrorContains(t, err, "npz: not an archive")
	data := entry(t, "readme.txt", "")
	_, err = own.Open(bytes.NewReader(data), int64(len(data)), limit)
	require.EqualError(t, err, `npz: entry "readme.txt" is not an array: its name must end in .npy`)
	data = archive(t, func(w *own.Writer) error {
		require.NoError(t, own.Put(w, "x", []int64{1}))
		return own.Put(w, "x", []int64{1})
	})
	_, err = own.Open(bytes.NewReader(data), int64(len(data)), limit)
	require.EqualError(t, err, `npz: array "x" occurs twice`)
}

// TestFlippedBitsAreNoticed: the checksum of the zip entry covers the data.
func TestFlippedBitsAreNoticed(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateHeader(&zip.FileHeader{Name: "x.npy", Method: zip.Store})
	require.NoError(t, err)
	require.NoError(t, npy.Write(f, []int64{1, 2, 3}))
	require.NoError(t, w.Close())
	data := b.Bytes()
	i := bytes.Index(data, []byte{2, 0, 0, 0, 0, 0, 0, 0})
	data[i] = 7
	_, _, err = own.Get[int64](open(t, data), "x")
	require.ErrorIs(t, err, zip.ErrChecksum)
}

func Example() {
	var file bytes.Buffer
	w := own.NewWriter(&file)
	_ = own.Put(w, "exc/tick", []int64{3, 5, 8})
	_ = w.Close()

	a, _ := own.Open(bytes.NewReader(file.Bytes()), int64(file.Len()), 1<<20)
	ticks, shape, err := own.Get[int64](a, "exc/tick")
	fmt.Println(a.Names(), ticks, shape, err)
	// Output: [exc/tick] [3 5 8] [3] <nil>
}
