package dense

// Mul computes C += A·B: m x n from m x k and k x n.
func (w *Workspace[F]) Mul(c, a, b Matrix[F]) {
	a.check("A", c.Rows, b.Rows)
	w.Pack(&w.packed, b)
	w.MulPacked(c, a, &w.packed)
}

// MulT computes C += A·Bᵀ: m x n from m x k and n x k.
func (w *Workspace[F]) MulT(c, a, b Matrix[F]) {
	a.check("A", c.Rows, b.Cols)
	w.PackT(&w.packed, b)
	w.MulPacked(c, a, &w.packed)
}

// TMul computes C += Aᵀ·B: m x n from k x m and k x n. For a batch of k errors A and k inputs B it
// is the gradient of weights.
func (w *Workspace[F]) TMul(c, a, b Matrix[F]) {
	a.check("A", b.Rows, c.Rows)
	w.Pack(&w.packed, b)
	w.multiply(c, operand[F]{data: a.Data, rs: 1, cs: a.Stride}, &w.packed)
}

// MulPacked computes C += A·B with B packed before.
func (w *Workspace[F]) MulPacked(c, a Matrix[F], b *Packed[F]) {
	a.check("A", c.Rows, b.rows)
	w.multiply(c, operand[F]{data: a.Data, rs: a.Stride, cs: 1}, b)
}

// product is the job of one matrix product. Its items are ranges of rows of C.
type product[F Real] struct {
	w       *Workspace[F]
	c       Matrix[F]
	a       operand[F]
	b       *Packed[F]
	perItem int
	do      func(worker, item int) // p.rows, made once
}

// The rows of an item. At most so many that their part of A, with kBlock columns, stays in the core's
// second cache while the panels pass by; among several workers a third of their share, since one of
// them may be slowed down by other programs, but enough to read B not too often.
const (
	maxRowsPerItem = 240
	minRowsPerItem = 24
	itemsPerWorker = 3
)

// rowsPerItem cuts rows into items of whole tiles.
func rowsPerItem(rows, workers int) int {
	if workers == 1 {
		return min(rows, maxRowsPerItem)
	}
	share := (rows + itemsPerWorker*workers - 1) / (itemsPerWorker * workers)
	return min(max(roundUp(share, maxTileRows), minRowsPerItem), maxRowsPerItem)
}

func (w *Workspace[F]) multiply(c Matrix[F], a operand[F], b *Packed[F]) {
	c.check("C", c.Rows, b.cols)
	if c.Rows == 0 || c.Cols == 0 || b.rows == 0 {
		return
	}
	p := &w.product
	p.c, p.a, p.b = c, a, b
	p.perItem = rowsPerItem(c.Rows, w.Workers())
	w.pool.Run((c.Rows+p.perItem-1)/p.perItem, p.do)
	p.c, p.a, p.b = Matrix[F]{}, operand[F]{}, nil
}

// rows computes one range of rows of C. Panel by panel, all tiles of the range take the same kBlock
// rows of B.
func (p *product[F]) rows(worker, item int) {
	first := item * p.perItem
	n := min(p.perItem, p.c.Rows-first)
	s := &p.w.scratch[worker]
	for k := 0; k < p.b.rows; k += kBlock {
		off := p.w.offsets[:min(kBlock, p.b.rows-k)]
		a := p.a.from(first, k)
		if a.rs%aliasStride == 0 && p.c.Cols > 2*panelWidth {
			a = s.transposedCopy(a, n, len(off))
		}
		for j := 0; j < p.c.Cols; j += panelWidth {
			c, b := p.c.Data[first*p.c.Stride+j:], p.b.data[j*p.b.rows+k*panelWidth:]
			addTiles(p.w.arithmetic, &s.edge, c, p.c.Stride, n, min(panelWidth, p.c.Cols-j), a, b, off)
		}
	}
}

// aliasStride is the distance, 2 KiB of float32, at which the addresses of twelve rows compete for two
// sets of eight lines in the first cache (32 KiB, 8-way), where they meet those of B. A tile reads up to
// twelve rows of A at a time; rows at multiples of this distance were measured to cost up to half of
// the speed.
const aliasStride = 512

// unaliased gives the smallest distance from n on, in steps of a cache line, at which rows do not
// compete.
func unaliased(n int) int {
	if n%aliasStride == 0 {
		return n + 16
	}
	return n
}

// transposedCopy gives a block of A whose rows do not lie at such a distance.
func (s *scratch[F]) transposedCopy(a operand[F], rows, cols int) operand[F] {
	stride := unaliased(roundUp(rows, 16))
	s.image = grown(s.image, stride*cols)
	transpose(s.image, stride, a.data, a.rs, rows, cols)
	return operand[F]{data: s.image, rs: 1, cs: stride}
}
