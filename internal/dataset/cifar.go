package dataset

import (
	"errors"
	"io"
	"path/filepath"
)

// The binary layout of CIFAR-10 (Krizhevsky 2009): records without a header,
//
//	byte 0       label, 0 to 9
//	bytes 1..    1024 red, 1024 green, 1024 blue values, row by row
const (
	cifarSide   = 32
	cifarPixels = 3 * cifarSide * cifarSide
	cifarRecord = 1 + cifarPixels
)

// cifarClasses are the names of batches.meta.txt, in alphabetical order, so that
// class folders sorted by name have the same labels.
func cifarClasses() []string {
	return []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}
}

// OpenCIFARBinary reads files in the binary layout of CIFAR-10, plain or gzipped,
// one after the other. Shape [3][32][32]: red, green, blue.
func OpenCIFARBinary(opt Options, files ...string) (*Images, error) {
	if len(files) == 0 {
		return nil, errors.New("dataset: CIFAR-10: no file given")
	}
	c, err := newCIFAR(opt)
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		in, err := openInput(path, "CIFAR-10 binary")
		if err != nil {
			return nil, err
		}
		err = c.read(in)
		if err = errors.Join(err, in.Close()); err != nil {
			return nil, err
		}
	}
	return &c.Images, nil
}

// ReadCIFARBinary is OpenCIFARBinary for one stream.
func ReadCIFARBinary(r io.Reader, opt Options) (*Images, error) {
	c, err := newCIFAR(opt)
	if err != nil {
		return nil, err
	}
	in, err := newInput(r, "", "CIFAR-10 binary")
	if err != nil {
		return nil, err
	}
	if err := c.read(in); err != nil {
		return nil, err
	}
	return &c.Images, nil
}

// cifar is a data set that grows file by file.
type cifar struct {
	Images
	limit int // samples that fit into Options.MaxBytes
}

func newCIFAR(opt Options) (*cifar, error) {
	limit, err := maxBytes(opt.MaxBytes)
	if err != nil {
		return nil, err
	}
	if len(opt.Classes) == 0 {
		opt.Classes = cifarClasses()
	}
	return &cifar{
		Images: Images{channels: 3, rows: cifarSide, columns: cifarSide, classes: opt.Classes},
		limit:  int(limit / (cifarPixels + 4)),
	}, nil
}

// read appends the records of a file.
func (c *cifar) read(in *input) error {
	record := make([]byte, cifarRecord)
	for {
		start := in.offset
		_, err := in.r.Peek(1)
		switch {
		case err == io.EOF && start > 0:
			return nil
		case err == io.EOF:
			return in.fault(0, ErrTruncated, "the file is empty; valid are records of %d bytes", cifarRecord)
		case err != nil:
			return in.fault(start, early(err), "reading record %d", start/cifarRecord)
		}
		if err := in.full(record, "a record"); err != nil {
			return err
		}
		if label := int(record[0]); label >= len(c.classes) {
			return in.fault(start, ErrLabel, "record %d has label %d; valid is 0 to %d", start/cifarRecord, label, len(c.classes)-1)
		}
		if len(c.labels) == c.limit {
			return in.fault(start, ErrTooLarge, "record %d; Options.MaxBytes leaves room for %d samples", start/cifarRecord, c.limit)
		}
		c.labels = append(c.labels, int32(record[0]))
		c.pixels = append(c.pixels, record[1:]...)
	}
}

// OpenCIFAR10 reads a part of CIFAR-10, Train (50000 images) or Test (10000),
// from a folder that has either the official binary files (data_batch_1.bin to
// data_batch_5.bin and test_batch.bin, also in a folder cifar-10-batches-bin) or
// a copy as JPEG files in class folders (cifar10-jpg-train.tar.gz and
// cifar10-jpg-test.tar.gz). The binary files go first, since JPEG loses detail:
// accuracies reached with it should say so.
func OpenCIFAR10(folder string, part Part, opt Options) (*Images, error) {
	if err := requirePart("CIFAR-10", part, Train, Test); err != nil {
		return nil, err
	}
	first, rest := "test_batch.bin", []string(nil)
	if part == Train {
		first, rest = "data_batch_1.bin", []string{"data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"}
	}
	archive := "cifar10-jpg-" + part.String() + ".tar.gz"
	path, err := firstOf("CIFAR-10", folder, first, "cifar-10-batches-bin/"+first, archive)
	if err != nil {
		return nil, err
	}
	if filepath.Base(path) == archive {
		if len(opt.Classes) == 0 {
			opt.Classes = cifarClasses()
		}
		return OpenJPEGTar(path, opt)
	}
	files := []string{path}
	for _, name := range rest {
		files = append(files, filepath.Join(filepath.Dir(path), name))
	}
	return OpenCIFARBinary(opt, files...)
}
