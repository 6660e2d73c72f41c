package dense

// MulSparse computes C += A·B like Mul, but walks the numbers of A that are not zero: m x n from m x k
// and k x n. The work is the number of spikes in A times n. It gives the bits of Mul.
func (w *Workspace[F]) MulSparse(c, a, b Matrix[F]) {
	a.check("A", c.Rows, b.Rows)
	b.check("B", b.Rows, c.Cols)
	c.check("C", c.Rows, c.Cols)
	w.sparse.run(c, a, b, c.Rows, w.sparse.mul)
}

// TMulSparse computes C += Aᵀ·B like TMul, but walks the numbers of A that are not zero: m x n from
// k x m and k x n. It gives the bits of TMul.
func (w *Workspace[F]) TMulSparse(c, a, b Matrix[F]) {
	a.check("A", b.Rows, c.Rows)
	b.check("B", b.Rows, c.Cols)
	c.check("C", c.Rows, c.Cols)
	w.sparse.run(c, a, b, c.Rows, w.sparse.tmul)
}

// sparseProduct is the job of one product with a sparse A. Its items are ranges of rows of C.
type sparseProduct[F Real] struct {
	w         *Workspace[F]
	c, a, b   Matrix[F]
	perItem   int
	mul, tmul func(worker, item int) // the two methods below, made once
}

// run cuts the rows into more items than there are workers, since spikes are not spread evenly.
func (s *sparseProduct[F]) run(c, a, b Matrix[F], rows int, do func(worker, item int)) {
	if rows == 0 {
		return
	}
	s.c, s.a, s.b = c, a, b
	parts := 1
	if s.w.Workers() > 1 {
		parts = 4 * s.w.Workers()
	}
	s.perItem = (rows + parts - 1) / parts
	s.w.pool.Run((rows+s.perItem-1)/s.perItem, do)
	s.c, s.a, s.b = Matrix[F]{}, Matrix[F]{}, Matrix[F]{}
}

// rowsOfMul adds, for each row of A, the rows of B that its spikes name.
func (s *sparseProduct[F]) rowsOfMul(worker, item int) {
	t := &s.w.scratch[worker]
	for i := item * s.perItem; i < min((item+1)*s.perItem, s.c.Rows); i++ {
		t.index, t.value = AppendNonzero(t.index[:0], t.value[:0], s.a.Row(i))
		AddScaledRows(s.c.Row(i), s.b, t.index, t.value)
	}
}

// rowsOfTMul adds, for each spike in A, a row of B to the row of C that it names.
func (s *sparseProduct[F]) rowsOfTMul(worker, item int) {
	t := &s.w.scratch[worker]
	lo, hi := item*s.perItem, min((item+1)*s.perItem, s.c.Rows)
	for p := range s.a.Rows {
		t.index, t.value = AppendNonzero(t.index[:0], t.value[:0], s.a.Row(p)[lo:hi])
		for k, i := range t.index {
			AddScaled(s.c.Row(lo+int(i)), t.value[k], s.b.Row(p))
		}
	}
}
