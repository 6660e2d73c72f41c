package dataset

import (
	"archive/tar"
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// file is an entry of an archive made by a test; without content it is a folder.
type file struct {
	name    string
	content []byte
}

func tarOf(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.content)), Typeflag: tar.TypeReg}
		if f.content == nil {
			h.Typeflag = tar.TypeDir
		}
		require.NoError(t, w.WriteHeader(h))
		_, err := w.Write(f.content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// picture is a JPEG file of one colour, 8 pixels high: JPEG keeps it within a
// rounding of colour spaces.
func picture(t testing.TB, width int, c color.Color) []byte {
	t.Helper()
	var m interface {
		image.Image
		Set(x, y int, c color.Color)
	} = image.NewRGBA(image.Rect(0, 0, width, 8))
	if _, gray := c.(color.Gray); gray {
		m = image.NewGray(image.Rect(0, 0, width, 8))
	}
	for y := range 8 {
		for x := range width {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 100}))
	return b.Bytes()
}

func rgb(r, g, b uint8) color.Color { return color.RGBA{R: r, G: g, B: b, A: 255} }

// Labels are the places of the sorted class folders, samples are sorted, however
// the archive is.
func TestJPEGTar(t *testing.T) {
	raw := tarOf(t,
		file{"train/", nil},
		file{"train/dog/", nil},
		file{"train/dog/0001.jpg", picture(t, 10, rgb(200, 100, 50))},
		file{"train/dog/0000.JPEG", picture(t, 10, rgb(10, 20, 30))},
		file{"train/README", []byte("about")},
		file{"./train/cat/0007.jpg", picture(t, 10, rgb(255, 255, 255))},
	)
	for name, packed := range map[string][]byte{"plain": raw, "gzip": zipped(t, raw)} {
		t.Run(name, func(t *testing.T) {
			m, err := ReadJPEGTar(bytes.NewReader(packed), Options{})
			require.NoError(t, err)
			requireDataset(t, m, 3, []int{3, 8, 10}, []string{"cat", "dog"})
			for i, want := range []struct {
				label   int
				r, g, b byte
			}{{0, 255, 255, 255}, {1, 10, 20, 30}, {1, 200, 100, 50}} {
				require.Equal(t, want.label, m.Label(i))
				for k := range 80 {
					require.InDelta(t, want.r, m.Pixels(i)[k], 2)
					require.InDelta(t, want.g, m.Pixels(i)[80+k], 2)
					require.InDelta(t, want.b, m.Pixels(i)[160+k], 2)
				}
			}
		})
	}
	m, err := ReadJPEGTar(bytes.NewReader(raw), Options{Classes: []string{"dog", "cat"}})
	require.NoError(t, err)
	require.Equal(t, []int{2, 1}, Histogram(m))
}

func TestJPEGTarGray(t *testing.T) {
	m, err := ReadJPEGTar(bytes.NewReader(tarOf(t, file{"a/0.jpg", picture(t, 8, color.Gray{77})})), Options{})
	require.NoError(t, err)
	requireDataset(t, m, 1, []int{1, 8, 8}, []string{"a"})
	require.InDelta(t, 77, m.Pixels(0)[63], 1)
}

// The pixels are those of the decoder, in place.
func TestJPEGTarPixels(t *testing.T) {
	source := image.NewRGBA(image.Rect(0, 0, 17, 9))
	for i := range source.Pix {
		source.Pix[i] = byte(i*i + 31*i)
	}
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, source, nil))
	decoded, err := jpeg.Decode(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	m, err := ReadJPEGTar(bytes.NewReader(tarOf(t, file{"a/0.jpg", b.Bytes()})), Options{})
	require.NoError(t, err)
	for y := range 9 {
		for x := range 17 {
			c := color.RGBAModel.Convert(decoded.At(x, y)).(color.RGBA)
			at := y*17 + x
			require.InDelta(t, c.R, m.Pixels(0)[at], 1)
			require.InDelta(t, c.G, m.Pixels(0)[153+at], 1)
			require.InDelta(t, c.B, m.Pixels(0)[306+at], 1)
		}
	}
}

func TestJPEGTarRefuses(t *testing.T) {
	red, wide := picture(t, 8, rgb(255, 0, 0)), picture(t, 16, rgb(255, 0, 0))
	ok := file{"train/cat/0.jpg", red}
	for name, c := range map[string]struct {
		files  []file
		opt    Options
		reason error
		text   string
	}{
		"no picture":      {files: []file{{"train/cat/0.txt", red}}, reason: ErrMalformed, text: "no picture in the archive"},
		"no archive":      {reason: ErrMalformed, text: "no picture"},
		"no class":        {files: []file{{"0.jpg", red}}, reason: ErrMalformed, text: "outside a class folder"},
		"two parts":       {files: []file{ok, {"test/cat/0.jpg", red}}, reason: ErrMalformed, text: `lie in "train" and in "test"`},
		"empty class":     {files: []file{{"train/", nil}, {"train/bird/", nil}, ok}, reason: ErrEmptyClass, text: `1 of 2 classes: "bird"`},
		"given, empty":    {files: []file{ok}, opt: Options{Classes: []string{"cat", "dog"}}, reason: ErrEmptyClass, text: `"dog"`},
		"given, strange":  {files: []file{ok}, opt: Options{Classes: []string{"dog"}}, reason: ErrLabel, text: `folder "cat" is none of the classes ["dog"]`},
		"given twice":     {files: []file{ok}, opt: Options{Classes: []string{"cat", "cat"}}, reason: ErrMalformed, text: "same name"},
		"size":            {files: []file{ok, {"train/cat/1.jpg", wide}}, reason: ErrCounts, text: "is 16x8 with 3 channels; the pictures before are 8x8 with 3"},
		"channels":        {files: []file{ok, {"train/cat/1.jpg", picture(t, 8, color.Gray{1})}}, reason: ErrCounts, text: "with 1 channels"},
		"twice":           {files: []file{ok, ok}, reason: ErrMalformed, text: "cat/0.jpg is twice"},
		"not JPEG":        {files: []file{ok, {"train/cat/100%d.jpg", []byte("GIF89a")}}, reason: ErrMalformed, text: ":train/cat/100%d.jpg: JPEG file: byte "},
		"JPEG cut off":    {files: []file{{"train/cat/0.jpg", red[:len(red)-40]}}, reason: ErrMalformed, text: "unexpected EOF"},
		"JPEG too large":  {files: []file{{"train/cat/0.jpg", make([]byte, maxJPEGBytes+1)}}, reason: ErrMalformed, text: "valid is at most 1048576"},
		"memory, pixels":  {files: []file{ok}, opt: Options{MaxBytes: 200}, reason: ErrTooLarge, text: "raise Options.MaxBytes"},
		"memory, folders": {files: []file{{"a/", nil}, {"b/", nil}, {"c/", nil}}, opt: Options{MaxBytes: 150}, reason: ErrTooLarge},
		"long name":       {files: []file{{strings.Repeat("a/", maxEntryName) + "x.jpg", red}}, reason: ErrMalformed, text: "valid is at most 4096"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadJPEGTar(bytes.NewReader(tarOf(t, c.files...)), c.opt)
			requireFault(t, err, c.reason, somewhere, c.text)
		})
	}
}

// An archive that is cut off is refused wherever the cut is, also between two
// entries, which package tar does not mind.
func TestJPEGTarTruncated(t *testing.T) {
	red := picture(t, 8, rgb(255, 0, 0))
	raw := tarOf(t, file{"cat/0.jpg", red}, file{"cat/1.jpg", red}, file{"dog/0.jpg", red})
	for n := 0; n < len(raw)-1; n += 128 {
		_, err := ReadJPEGTar(bytes.NewReader(raw[:n]), Options{})
		requireFault(t, err, ErrTruncated, somewhere)
	}
	packed := zipped(t, raw)
	for n := 2; n < len(packed); n += 16 {
		_, err := ReadJPEGTar(bytes.NewReader(packed[:n]), Options{})
		requireFault(t, err, ErrTruncated, somewhere)
	}
	_, err := ReadJPEGTar(bytes.NewReader(packed[:len(packed)-1]), Options{})
	requireFault(t, err, ErrTruncated, int64(len(raw)), "after the end mark")

	_, err = ReadJPEGTar(strings.NewReader(strings.Repeat("no tar ", 100)), Options{})
	require.ErrorContains(t, err, "invalid tar header")
}

// The test part of the JPEG copy of CIFAR-10; the training part is among the slow
// tests.
func TestRealCIFARJPEG(t *testing.T) {
	folder := filepath.Dir(dataFile(t, "cifar10/cifar10-jpg-test.tar.gz"))
	test, err := OpenCIFAR10(folder, Test, Options{})
	require.NoError(t, err)
	requireDataset(t, test, 10000, []int{3, 32, 32}, cifarClasses())
	for _, n := range Histogram(test) {
		require.Equal(t, 1000, n)
	}
	statistics, err := Statistics(test)
	require.NoError(t, err)
	for c, mean := range CIFAR10Normalisation().Mean {
		require.InDelta(t, mean, statistics.Mean[c], 0.005)
	}
}
