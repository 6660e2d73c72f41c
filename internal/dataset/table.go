package dataset

import (
	"bytes"
	"io"
	"math"
	"strings"
)

// Header says how a table starts.
type Header int

const (
	// NoHeader: every line is a sample.
	NoHeader Header = iota
	// CountsHeader: the first line is the number of rows, the number of features
	// and the names of the classes.
	CountsHeader
	// NamesHeader: the first line names the columns.
	NamesHeader
)

// maxClasses bounds labels that no list of classes bounds.
const maxClasses = 1 << 16

// TableOptions say how to read a table.
type TableOptions struct {
	Options
	Header Header
	// Columns are the names that the columns must have, label included; only with
	// NamesHeader, and nil accepts any.
	Columns []string
}

// Table is a data set of rows of numbers, held in memory. The shape of a sample
// is [features].
type Table struct {
	features int
	values   []float32 // [sample][feature]
	labels   []int32
	classes  []string
}

// OpenTable reads a comma-separated file, plain or gzipped: on each line the
// features of a sample, then its label as a whole number from 0.
//
// Where the classes come from the file (the header, or the largest label), each
// must have a sample.
func OpenTable(path string, opt TableOptions) (*Table, error) {
	in, err := openInput(path, tableFormat)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return readTable(in, opt)
}

// ReadTable is OpenTable for a stream.
func ReadTable(r io.Reader, opt TableOptions) (*Table, error) {
	in, err := newInput(r, "", tableFormat)
	if err != nil {
		return nil, err
	}
	return readTable(in, opt)
}

const tableFormat = "table"

// OpenUCI reads a table whose first line is the number of rows, the number of
// features and the names of the classes, as the small data sets of the UCI
// repository come with scikit-learn.
func OpenUCI(path string, opt Options) (*Table, error) {
	return OpenTable(path, TableOptions{Options: opt, Header: CountsHeader})
}

// OpenDigits reads the 8x8 digits of the UCI repository as they come with
// scikit-learn: 64 values of 0 to 16 a line, then the digit, without a header.
func OpenDigits(path string, opt Options) (*Table, error) {
	if len(opt.Classes) == 0 {
		opt.Classes = numbered(10)
	}
	return OpenTable(path, TableOptions{Options: opt})
}

// tableReader is a table while it grows.
type tableReader struct {
	Table
	rows     *rows
	opt      TableOptions
	left     int64 // bytes of memory that may still be used
	announce int   // rows promised by the header, or -1
	largest  int   // label
	declared bool  // the file itself says what classes there are
}

func readTable(in *input, opt TableOptions) (*Table, error) {
	limit, err := maxBytes(opt.MaxBytes)
	if err != nil {
		return nil, err
	}
	t := &tableReader{rows: newRows(in), opt: opt, left: limit, announce: -1, declared: len(opt.Classes) == 0}
	t.classes = opt.Classes
	switch opt.Header {
	case CountsHeader:
		err = t.countsHeader()
	case NamesHeader:
		err = t.namesHeader()
	}
	if err != nil {
		return nil, err
	}
	for {
		w, err := t.rows.next()
		if err == io.EOF {
			return t.finish(in)
		}
		if err != nil {
			return nil, err
		}
		if err := t.sample(w); err != nil {
			return nil, err
		}
	}
}

// countsHeader reads rows,features,class,class,…
func (t *tableReader) countsHeader() error {
	w, err := t.rows.header("rows,features,class names")
	if err != nil {
		return err
	}
	if len(w.fields) < 3 {
		return w.fault(0, ErrMalformed, "the header has %d columns; valid is rows,features,class names", len(w.fields))
	}
	if t.announce, err = w.integer(0, "number of rows", math.MaxInt32, ErrTooLarge); err != nil {
		return err
	}
	if t.features, err = w.integer(1, "number of features", maxLine, ErrTooLarge); err != nil {
		return err
	}
	if t.features == 0 {
		return w.fault(1, ErrMalformed, "number of features is 0; valid is 1 or more")
	}
	names := w.fields[2:]
	if !t.declared && len(names) != len(t.classes) {
		return w.fault(2, ErrCounts, "the header names %d classes; %d were given", len(names), len(t.classes))
	}
	if t.declared {
		for _, name := range names {
			t.classes = append(t.classes, string(name))
		}
	}
	return nil
}

// namesHeader reads the names of the columns.
func (t *tableReader) namesHeader() error {
	w, err := t.rows.header("names of columns")
	if err != nil {
		return err
	}
	header, want := joinFields(w.fields), strings.Join(t.opt.Columns, ",")
	if want != "" && header != want {
		return w.fault(0, ErrMalformed, "the header is %q; valid is %q", clip([]byte(header)), want)
	}
	t.features = len(w.fields) - 1
	return nil
}

// sample takes a line of data.
func (t *tableReader) sample(w *row) error {
	if len(t.labels) == 0 && t.opt.Header == NoHeader {
		t.features = len(w.fields) - 1
	}
	if t.features == 0 {
		return w.fault(0, ErrMalformed, "one column; valid is features, then a label")
	}
	if err := w.columns(t.features + 1); err != nil {
		return err
	}
	if len(t.labels) == t.announce {
		return w.fault(0, ErrCounts, "a row more than the %d of the header", t.announce)
	}
	if t.left -= 4 * int64(t.features+1); t.left < 0 {
		return w.fault(0, ErrTooLarge, "row %d; raise Options.MaxBytes", len(t.labels))
	}
	for k := range t.features {
		v, err := w.value(k)
		if err != nil {
			return err
		}
		t.values = append(t.values, v)
	}
	most := maxClasses - 1
	if len(t.classes) > 0 {
		most = len(t.classes) - 1
	}
	label, err := w.integer(t.features, "label", most, ErrLabel)
	if err != nil {
		return err
	}
	t.labels, t.largest = append(t.labels, int32(label)), max(t.largest, label)
	return nil
}

// finish checks what only the whole table shows.
func (t *tableReader) finish(in *input) (*Table, error) {
	if t.announce >= 0 && len(t.labels) != t.announce {
		return nil, in.fault(in.offset, ErrTruncated, "%d rows; the header promises %d", len(t.labels), t.announce)
	}
	if len(t.labels) == 0 {
		return nil, in.fault(in.offset, ErrTruncated, "no rows; valid is 1 or more")
	}
	if len(t.classes) == 0 {
		t.classes = numbered(t.largest + 1)
	}
	if t.declared {
		if err := everyClass(Histogram(&t.Table), t.classes); err != nil {
			return nil, in.fault(in.offset, err, "after %d rows", len(t.labels))
		}
	}
	return &t.Table, nil
}

// joinFields puts the fields of a header together again, without the spaces.
func joinFields(fields [][]byte) string { return string(bytes.Join(fields, []byte(","))) }

// Len implements Dataset.
func (t *Table) Len() int { return len(t.labels) }

// Shape implements Dataset: features.
func (t *Table) Shape() []int { return []int{t.features} }

// Classes implements Dataset.
func (t *Table) Classes() []string { return t.classes }

// Label implements Dataset.
func (t *Table) Label(i int) int { return int(t.labels[i]) }

// Sample implements Dataset: the features of row i as written.
func (t *Table) Sample(i int, dst []float32) (label int, err error) {
	if err := checkSample(t, i, dst, t.features); err != nil {
		return 0, err
	}
	copy(dst, t.values[i*t.features:])
	return int(t.labels[i]), nil
}
