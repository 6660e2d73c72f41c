package layer

// The maps once more, each straight from its formula: one loop per index, every position tested for
// being inside. All sums start from the bias, or from zero, and take their terms in ascending position
// of the array that is read, each product and sum rounded: the order that the maps promise.

// naiveConvolution has the numbers of a convolution of one sample, in [channels, height, width].
type naiveConvolution struct {
	in, out                 []int
	kernel, stride, padding int
}

// each calls f for the terms of the correlation, in ascending position of the input or, if back, of the
// output: indices into y, w and x.
func (n naiveConvolution) each(back bool, f func(y, w, x int)) {
	term := func(o, r, c, i, row, col int) {
		p, q := row+n.padding-n.stride*r, col+n.padding-n.stride*c
		if p < 0 || p >= n.kernel || q < 0 || q >= n.kernel {
			return
		}
		f((o*n.out[1]+r)*n.out[2]+c, ((o*n.in[0]+i)*n.kernel+p)*n.kernel+q, (i*n.in[1]+row)*n.in[2]+col)
	}
	outputs := func(g func(o, r, c int)) { positions(n.out, g) }
	inputs := func(g func(i, row, col int)) { positions(n.in, g) }
	if back {
		inputs(func(i, row, col int) { outputs(func(o, r, c int) { term(o, r, c, i, row, col) }) })
		return
	}
	outputs(func(o, r, c int) { inputs(func(i, row, col int) { term(o, r, c, i, row, col) }) })
}

func positions(shape []int, f func(c, h, w int)) {
	for c := range shape[0] {
		for h := range shape[1] {
			for w := range shape[2] {
				f(c, h, w)
			}
		}
	}
}

func naiveForward[F Real](n naiveConvolution, y, x, w []F) {
	n.each(false, func(j, k, i int) { y[j] += F(w[k] * x[i]) })
}

func naiveBack[F Real](n naiveConvolution, gx, gy, w []F) {
	n.each(true, func(j, k, i int) { gx[i] += F(w[k] * gy[j]) })
}

func naiveOuter[F Real](n naiveConvolution, gw, gy, x []F) {
	n.each(false, func(j, k, i int) { gw[k] += F(gy[j] * x[i]) })
}

// each of a dense map: y, w and x indices.
func naiveDense(in, out int, f func(y, w, x int)) {
	for o := range out {
		for i := range in {
			f(o, o*in+i, i)
		}
	}
}

// naiveStandardise is the formula of scaled weight standardisation, per row of n weights.
func naiveStandardise(w, gain []float64, n int, sqrt func(float64) float64) []float64 {
	std := make([]float64, len(w))
	for k := range w {
		row := w[k/n*n:][:n]
		mu, v := 0.0, 0.0
		for _, x := range row {
			mu += x / float64(n)
		}
		for _, x := range row {
			v += (x - mu) * (x - mu) / float64(n-1)
		}
		std[k] = gain[k/n] * (w[k] - mu) / sqrt(v*float64(n)+1e-4)
	}
	return std
}
