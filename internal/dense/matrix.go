package dense

import "fmt"

// Matrix is a view of an array as rows of numbers: element (i, j) is Data[i*Stride+j].
type Matrix[F Real] struct {
	Data       []F
	Rows, Cols int
	Stride     int // from one row to the next, at least Cols
}

// NewMatrix makes a matrix of zeros.
func NewMatrix[F Real](rows, cols int) Matrix[F] {
	return MatrixOf(make([]F, rows*cols), rows, cols)
}

// MatrixOf views data, at least rows*cols numbers, as a matrix without gaps between its rows.
func MatrixOf[F Real](data []F, rows, cols int) Matrix[F] {
	return Matrix[F]{Data: data, Rows: rows, Cols: cols, Stride: cols}
}

// Row gives row i.
func (m Matrix[F]) Row(i int) []F { return m.Data[i*m.Stride:][:m.Cols] }

// Slice gives rows lo to hi-1.
func (m Matrix[F]) Slice(lo, hi int) Matrix[F] {
	m.Data, m.Rows = m.Data[lo*m.Stride:], hi-lo
	return m
}

// String tells the shape.
func (m Matrix[F]) String() string { return fmt.Sprintf("%dx%d, stride %d", m.Rows, m.Cols, m.Stride) }

// check panics unless the matrix has the given shape and its array holds it. Assembly relies on it.
func (m Matrix[F]) check(what string, rows, cols int) {
	if m.Rows != rows || m.Cols != cols || rows < 0 || cols < 0 || m.Stride < cols {
		panic(fmt.Sprintf("dense: %s must be %dx%d (%v)", what, rows, cols, m))
	}
	if rows > 0 && cols > 0 && (rows-1)*m.Stride+cols > len(m.Data) {
		panic(fmt.Sprintf("dense: %s is longer than its array of %d numbers (%v)", what, len(m.Data), m))
	}
}

// checkLen panics unless an array holds the n numbers of its shape.
func checkLen[F Real](what string, x []F, n int) {
	if len(x) < n {
		panic(fmt.Sprintf("dense: %s needs %d numbers (%d)", what, n, len(x)))
	}
}
