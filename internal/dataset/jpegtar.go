package dataset

import (
	"archive/tar"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"path"
	"slices"
	"strings"
)

const (
	maxJPEGBytes = 1 << 20 // of one file in the archive
	maxJPEGSide  = 1 << 12 // pixels
	maxEntryName = 1 << 12 // bytes

	// entryCost is what a file of an archive takes in memory beside its pixels
	// and its name, about.
	entryCost = 64
)

// OpenJPEGTar reads a tar archive, plain or gzipped, of JPEG files in class
// folders: part/class/name.jpg. The label of a class is its place among the
// class folders sorted by name, or in Options.Classes; samples are sorted by
// label, then by name. All pictures must have the same size, and either all be
// gray (shape [1][rows][columns]) or all in colour ([3][rows][columns]: red,
// green, blue). Other files of the archive are ignored.
func OpenJPEGTar(file string, opt Options) (*Images, error) {
	in, err := openInput(file, jpegTarFormat)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return readJPEGTar(in, opt)
}

// ReadJPEGTar is OpenJPEGTar for a stream.
func ReadJPEGTar(r io.Reader, opt Options) (*Images, error) {
	in, err := newInput(r, "", jpegTarFormat)
	if err != nil {
		return nil, err
	}
	return readJPEGTar(in, opt)
}

const jpegTarFormat = "tar of JPEG files"

// tarInput keeps the input's offset right while tar reads from it, and counts the
// zeros at the end: package tar takes an archive that was cut off between two
// entries for a whole one, but a whole one ends in two blocks of zeros.
type tarInput struct {
	in    *input
	zeros int64
}

const tarEnd = 2 * 512 // bytes, all zero

func (r *tarInput) Read(b []byte) (int, error) {
	n, err := r.in.r.Read(b)
	r.in.offset += int64(n)
	tail := n
	for tail > 0 && b[tail-1] == 0 {
		tail--
	}
	if tail > 0 {
		r.zeros = 0
	}
	r.zeros += int64(n - tail)
	return n, err
}

// finish makes sure that the archive is whole; at the end of a gzip file this
// compares its checksum.
func (r *tarInput) finish() error {
	if r.zeros < tarEnd {
		return r.in.fault(r.in.offset, ErrTruncated, "the archive has no end mark of %d zeros", tarEnd)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return r.in.fault(r.in.offset, early(err), "after the end mark of the archive")
	}
	return nil
}

// jpegTar collects the pictures in the order of the archive.
type jpegTar struct {
	in      *input
	left    int64 // bytes of memory that may still be used
	folders *classFolders
	names   []string // class/name of each picture
	images  Images
	buffer  bytes.Buffer // the file being decoded
}

func readJPEGTar(in *input, opt Options) (*Images, error) {
	limit, err := maxBytes(opt.MaxBytes)
	if err != nil {
		return nil, err
	}
	j := &jpegTar{in: in, left: limit, folders: newClassFolders()}
	source := &tarInput{in: in}
	archive := tar.NewReader(source)
	for {
		start := in.offset
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, in.fault(start, early(err), "reading the header of an archive entry")
		}
		if err := j.entry(h, archive, start); err != nil {
			return nil, err
		}
	}
	if err := source.finish(); err != nil {
		return nil, err
	}
	if len(j.names) == 0 {
		return nil, in.fault(in.offset, ErrMalformed, "no picture in the archive; valid are entries part/class/name.jpg")
	}
	return j.label(opt.Classes)
}

// entry takes one entry of the archive.
func (j *jpegTar) entry(h *tar.Header, r io.Reader, start int64) error {
	name := path.Clean(strings.TrimPrefix(h.Name, "/"))
	isPicture := h.Typeflag == tar.TypeReg && slices.Contains([]string{".jpg", ".jpeg"}, strings.ToLower(path.Ext(name)))
	if !isPicture && h.Typeflag != tar.TypeDir {
		return nil
	}
	if len(name) > maxEntryName {
		return j.in.fault(start, ErrMalformed, "an entry's name has %d bytes; valid is at most %d", len(name), maxEntryName)
	}
	if err := j.pay(int64(len(name))+entryCost, start); err != nil {
		return err
	}
	if !isPicture {
		j.folders.addFolder(name)
		return nil
	}
	return j.picture(name, h.Size, r, start)
}

// pay takes from the memory limit.
func (j *jpegTar) pay(bytes, start int64) error {
	if j.left -= bytes; j.left < 0 {
		return j.in.fault(start, ErrTooLarge, "entry after %d pictures; raise Options.MaxBytes", len(j.names))
	}
	return nil
}

// picture decodes a picture and appends its pixels.
func (j *jpegTar) picture(name string, size int64, r io.Reader, start int64) error {
	fault := func(reason error, detail string, args ...any) error {
		return &FormatError{
			Path: j.in.path + ":" + name, Format: "JPEG file", Offset: start, Unpacked: j.in.unpacked,
			Detail: fmt.Sprintf(detail, args...), Err: reason,
		}
	}
	class, err := j.folders.add(name)
	if err != nil {
		return fault(err, "after %d pictures", len(j.names))
	}
	if size > maxJPEGBytes {
		return fault(ErrMalformed, "has %d bytes; valid is at most %d", size, maxJPEGBytes)
	}
	j.buffer.Reset()
	if _, err := j.buffer.ReadFrom(r); err != nil {
		return fault(early(err), "reading %d bytes", size)
	}
	config, err := jpeg.DecodeConfig(bytes.NewReader(j.buffer.Bytes()))
	if err != nil {
		return fault(ErrMalformed, "%v", err)
	}
	if err := j.accept(config, fault); err != nil {
		return err
	}
	volume := j.images.volume()
	if err := j.pay(int64(volume), start); err != nil {
		return err
	}
	picture, err := jpeg.Decode(&j.buffer)
	if err != nil {
		return fault(ErrMalformed, "%v", err)
	}
	at := len(j.images.pixels)
	j.images.pixels = append(j.images.pixels, make([]byte, volume)...)
	if err := planes(picture, j.images.pixels[at:]); err != nil {
		return fault(ErrMalformed, "%v", err)
	}
	j.names = append(j.names, class+"/"+path.Base(name))
	return nil
}

// accept makes the first picture's size that of the data set and holds the
// others to it.
func (j *jpegTar) accept(c image.Config, fault func(error, string, ...any) error) error {
	channels := 3
	switch c.ColorModel {
	case color.GrayModel:
		channels = 1
	case color.YCbCrModel:
	default:
		return fault(ErrMalformed, "is neither gray nor YCbCr")
	}
	if len(j.names) == 0 {
		if c.Width > maxJPEGSide || c.Height > maxJPEGSide {
			return fault(ErrTooLarge, "is %dx%d; valid is at most %dx%d", c.Width, c.Height, maxJPEGSide, maxJPEGSide)
		}
		j.images.channels, j.images.rows, j.images.columns = channels, c.Height, c.Width
	}
	if channels != j.images.channels || c.Height != j.images.rows || c.Width != j.images.columns {
		return fault(ErrCounts, "is %dx%d with %d channels; the pictures before are %dx%d with %d", c.Width, c.Height, channels,
			j.images.columns, j.images.rows, j.images.channels)
	}
	return nil
}

// planes writes the channels of a decoded picture one after the other.
func planes(picture image.Image, dst []byte) error {
	b := picture.Bounds()
	columns, area := b.Dx(), b.Dx()*b.Dy()
	switch p := picture.(type) {
	case *image.Gray:
		for y := range b.Dy() {
			copy(dst[y*columns:(y+1)*columns], p.Pix[y*p.Stride:])
		}
	case *image.YCbCr:
		for y := range b.Dy() {
			for x := range columns {
				l, c := p.YOffset(b.Min.X+x, b.Min.Y+y), p.COffset(b.Min.X+x, b.Min.Y+y)
				k := y*columns + x
				dst[k], dst[area+k], dst[2*area+k] = color.YCbCrToRGB(p.Y[l], p.Cb[c], p.Cr[c])
			}
		}
	default:
		return fmt.Errorf("decodes to %T; valid is gray or YCbCr", picture)
	}
	return nil
}

// label gives every picture its label and sorts by label, then name.
func (j *jpegTar) label(names []string) (*Images, error) {
	classes, labelOf, err := j.folders.resolve(names)
	if err != nil {
		return nil, j.in.fault(j.in.offset, err, "after %d pictures", len(j.names))
	}
	m := &j.images
	m.classes = classes
	type entry struct {
		name  string
		label int32
		at    int32 // place in the archive
	}
	order := make([]entry, len(j.names))
	for i, name := range j.names {
		order[i] = entry{name, int32(labelOf[path.Dir(name)]), int32(i)}
	}
	slices.SortFunc(order, func(a, b entry) int {
		if a.label != b.label {
			return int(a.label - b.label)
		}
		return strings.Compare(a.name, b.name)
	})
	inOrder := true
	for i, e := range order {
		if i > 0 && e.name == order[i-1].name {
			return nil, j.in.fault(j.in.offset, ErrMalformed, "%s is twice in the archive", e.name)
		}
		inOrder = inOrder && int(e.at) == i
		m.labels = append(m.labels, e.label)
	}
	if inOrder {
		return m, nil
	}
	sorted := make([]byte, 0, len(m.pixels))
	for _, e := range order {
		sorted = append(sorted, m.Pixels(int(e.at))...)
	}
	m.pixels = sorted
	return m, nil
}
