package sim

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
)

// snapshotMagic opens every snapshot; its last byte is the version of the format.
const snapshotMagic = "couplet snapshot\x02"

// ErrSnapshot is the error of a file that is no snapshot, is damaged, or belongs to another network.
var ErrSnapshot = errors.New("sim: snapshot")

// encoder writes little-endian numbers and arrays with their lengths, and keeps the first error. A
// checksum of everything written closes the file.
type encoder struct {
	w    *bufio.Writer
	sum  hash.Hash32
	room []byte // for the bytes of a piece of an array
	err  error
}

// pieceSize is the number of bytes in which arrays are written and read.
const pieceSize = 1 << 12

func newEncoder(w io.Writer) *encoder {
	return &encoder{w: bufio.NewWriterSize(w, 1<<16), sum: crc32.NewIEEE(), room: make([]byte, 0, pieceSize)}
}

func (e *encoder) raw(b []byte) {
	if e.err != nil {
		return
	}
	e.sum.Write(b)
	_, e.err = e.w.Write(b)
}

func (e *encoder) u64(x uint64) { e.raw(binary.LittleEndian.AppendUint64(e.room, x)) }
func (e *encoder) i64(x int64)  { e.u64(uint64(x)) }

func (e *encoder) flag(x bool) {
	if x {
		e.u64(1)
	} else {
		e.u64(0)
	}
}

func (e *encoder) text(s string) {
	e.u64(uint64(len(s)))
	e.raw([]byte(s))
}

// numbers are the element types of arrays in a snapshot.
type numbers interface {
	~int8 | ~uint32 | ~int32 | ~int64 | ~uint64 | ~float32 | ~float64
}

// list writes an array: its length, then its elements.
func list[T numbers](e *encoder, xs []T) {
	e.u64(uint64(len(xs)))
	buf := e.room
	for _, x := range xs {
		switch x := any(x).(type) {
		case int8:
			buf = append(buf, byte(x))
		case uint32:
			buf = binary.LittleEndian.AppendUint32(buf, x)
		case int32:
			buf = binary.LittleEndian.AppendUint32(buf, uint32(x))
		case float32:
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(x))
		case int64:
			buf = binary.LittleEndian.AppendUint64(buf, uint64(x))
		case uint64:
			buf = binary.LittleEndian.AppendUint64(buf, x)
		case float64:
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(x))
		}
		if len(buf) > pieceSize-8 {
			e.raw(buf)
			buf = buf[:0]
		}
	}
	e.raw(buf)
}

// close writes the checksum and flushes.
func (e *encoder) close() error {
	sum := e.sum.Sum32()
	e.u64(uint64(sum))
	if e.err == nil {
		e.err = e.w.Flush()
	}
	return e.err
}

// decoder reads what an encoder wrote. After the first error every read gives zero. Arrays grow only
// as far as the input goes, so that a damaged length cannot ask for memory.
type decoder struct {
	r    *bufio.Reader
	sum  hash.Hash32
	room []byte // for the bytes of a piece of an array
	err  error
}

func newDecoder(r io.Reader) *decoder {
	return &decoder{r: bufio.NewReaderSize(r, 1<<16), sum: crc32.NewIEEE(), room: make([]byte, pieceSize)}
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrSnapshot, fmt.Sprintf(format, args...))
	}
}

func (d *decoder) raw(b []byte) {
	if d.err != nil {
		return
	}
	if _, err := io.ReadFull(d.r, b); err != nil {
		d.fail("the file ends too early: %v", err)
		return
	}
	d.sum.Write(b)
}

func (d *decoder) u64() uint64 {
	b := d.room[:8]
	d.raw(b)
	if d.err != nil {
		return 0
	}
	return binary.LittleEndian.Uint64(b)
}

func (d *decoder) i64() int64 { return int64(d.u64()) }

func (d *decoder) flag() bool {
	x := d.u64()
	if x > 1 {
		d.fail("%d is neither yes nor no", x)
	}
	return x == 1
}

// maxText bounds texts in a snapshot.
const maxText = 1 << 16

func (d *decoder) text() string {
	n := d.u64()
	if n > maxText {
		d.fail("a text of %d bytes", n)
		return ""
	}
	b := make([]byte, n)
	d.raw(b)
	return string(b)
}

// readList reads an array of any length.
func readList[T numbers](d *decoder) []T {
	n := d.u64()
	var xs []T
	var zero T
	size := uint64(binary.Size(zero))
	buf := d.room
	for n > 0 && d.err == nil {
		k := min(n, uint64(len(buf))/size)
		d.raw(buf[:k*size])
		if d.err != nil {
			return nil
		}
		for i := range k {
			xs = append(xs, number[T](buf[i*size:]))
		}
		n -= k
	}
	return xs
}

func number[T numbers](b []byte) T {
	var x T
	switch p := any(&x).(type) {
	case *int8:
		*p = int8(b[0])
	case *uint32:
		*p = binary.LittleEndian.Uint32(b)
	case *int32:
		*p = int32(binary.LittleEndian.Uint32(b))
	case *float32:
		*p = math.Float32frombits(binary.LittleEndian.Uint32(b))
	case *int64:
		*p = int64(binary.LittleEndian.Uint64(b))
	case *uint64:
		*p = binary.LittleEndian.Uint64(b)
	case *float64:
		*p = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	return x
}

// fill reads an array of exactly the length of xs into it.
func fill[T numbers](d *decoder, what string, xs []T) {
	ys := readList[T](d)
	if d.err == nil && len(ys) != len(xs) {
		d.fail("%s has %d entries, want %d", what, len(ys), len(xs))
	}
	if d.err == nil {
		copy(xs, ys)
	}
}

// close checks the checksum and that nothing follows.
func (d *decoder) close() error {
	want := uint64(d.sum.Sum32())
	if have := d.u64(); d.err == nil && have != want {
		d.fail("checksum %08x, want %08x: the file is damaged", have, want)
	}
	if _, err := d.r.ReadByte(); d.err == nil && err != io.EOF {
		d.fail("something follows its end")
	}
	return d.err
}
