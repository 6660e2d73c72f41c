package dense

import "fmt"

// AddScaled computes y += a·x for len(y) numbers.
func AddScaled[F Real](y []F, a F, x []F) {
	checkLen("x", x, len(y))
	addScaledBlock(y, 0, 0, x, 0, a, 1, len(y))
}

// addScaledBlock computes y[first+i*ys+j] += a*x[i*xs+j] for i < rows, j < cols. The stride ys may be
// negative.
func addScaledBlock[F Real](y []F, first, ys int, x []F, xs int, a F, rows, cols int) {
	if rows <= 0 || cols <= 0 {
		return
	}
	if level, ok := vectorised[F](); ok {
		last := first + (rows-1)*ys
		_, _, _ = y[min(first, last)], y[max(first, last)+cols-1], x[(rows-1)*xs+cols-1]
		addScaledBlockVector(level, &as32(y)[first], ys, &as32(x)[0], xs, float32(a), rows, cols)
		return
	}
	addScaledBlockPortable(y, first, ys, x, xs, a, rows, cols)
}

// addScaledBlockPortable is the specification of addScaledBlock.
func addScaledBlockPortable[F Real](y []F, first, ys int, x []F, xs int, a F, rows, cols int) {
	for i := range rows {
		to, from := y[first+i*ys:][:cols], x[i*xs:][:cols]
		for j := range to {
			to[j] += F(a * from[j])
		}
	}
}

// AddRows computes acc += Σ w[i] over the listed rows i of w, in the order of the list: what the spikes
// of a sorted list add to the len(acc) membranes that they reach, with w of the shape [from, to].
func AddRows[F Real](acc []F, w Matrix[F], rows []uint32) {
	checkRows(acc, w, rows)
	if len(acc) == 0 || len(rows) == 0 {
		return
	}
	if level, ok := vectorised[F](); ok {
		addRowsVector(level, as32(acc), as32(w.Data), w.Stride, rows)
		return
	}
	addRowsPortable(acc, w, rows)
}

// addRowsPortable is the specification of AddRows.
func addRowsPortable[F Real](acc []F, w Matrix[F], rows []uint32) {
	for _, i := range rows {
		row := w.Data[int(i)*w.Stride:][:len(acc)]
		for j := range acc {
			acc[j] += row[j]
		}
	}
}

// AddScaledRows computes acc += Σ scale[k]·w[rows[k]], in ascending order of k: spikes with a sign or
// a size, such as those of ternary couples.
func AddScaledRows[F Real](acc []F, w Matrix[F], rows []uint32, scale []F) {
	checkRows(acc, w, rows)
	checkLen("scale", scale, len(rows))
	if len(acc) == 0 || len(rows) == 0 {
		return
	}
	if level, ok := vectorised[F](); ok {
		addScaledRowsVector(level, as32(acc), as32(w.Data), w.Stride, rows, as32(scale))
		return
	}
	addScaledRowsPortable(acc, w, rows, scale)
}

// addScaledRowsPortable is the specification of AddScaledRows.
func addScaledRowsPortable[F Real](acc []F, w Matrix[F], rows []uint32, scale []F) {
	for k, i := range rows {
		row, a := w.Data[int(i)*w.Stride:][:len(acc)], scale[k]
		for j := range acc {
			acc[j] += F(a * row[j])
		}
	}
}

// checkRows panics unless all listed rows are rows of w, which has as many columns as acc.
func checkRows[F Real](acc []F, w Matrix[F], rows []uint32) {
	w.check("w", w.Rows, len(acc))
	highest := uint32(0)
	for _, i := range rows {
		highest = max(highest, i)
	}
	if len(rows) > 0 && int(highest) >= w.Rows {
		panic(fmt.Sprintf("dense: row %d is not one of w (%v)", highest, w))
	}
}
