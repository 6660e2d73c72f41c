package dense

// Transpose sets to to the transposed of from.
func Transpose[F Real](to, from Matrix[F]) {
	from.check("transposed matrix", to.Cols, to.Rows)
	to.check("transpose", from.Cols, from.Rows)
	transpose(to.Data, to.Stride, from.Data, from.Stride, from.Rows, from.Cols)
}

// transpose sets to[j*ts+i] = from[i*fs+j] for i < rows, j < cols.
func transpose[F Real](to []F, ts int, from []F, fs, rows, cols int) {
	if rows == 0 || cols == 0 {
		return
	}
	_, _ = to[(cols-1)*ts+rows-1], from[(rows-1)*fs+cols-1]
	if _, ok := vectorised[F](); !ok {
		transposePortable(to, ts, from, fs, rows, cols)
		return
	}
	wholeRows, wholeCols := rows&^7, cols&^7
	transposeVector(as32(to), ts, as32(from), fs, wholeRows, wholeCols)
	if wholeCols < cols {
		transposePortable(to[wholeCols*ts:], ts, from[wholeCols:], fs, wholeRows, cols-wholeCols)
	}
	if wholeRows < rows {
		transposePortable(to[wholeRows:], ts, from[wholeRows*fs:], fs, rows-wholeRows, cols)
	}
}

func transposePortable[F Real](to []F, ts int, from []F, fs, rows, cols int) {
	for i := range rows {
		for j, x := range from[i*fs:][:cols] {
			to[j*ts+i] = x
		}
	}
}

// copyRows sets to[i*ts+j] = from[i*fs+j] for i < rows, j < cols.
func copyRows[F Real](to []F, ts int, from []F, fs, rows, cols int) {
	for i := range rows {
		copy(to[i*ts:][:cols], from[i*fs:])
	}
}
