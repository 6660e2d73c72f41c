package dense

import "fmt"

// Packed is a matrix B, k x n, in the layout in which products read it: panels of 32 columns, each
// k x 32 without gaps, the last one filled up with zeros. Packing costs about as much as the product
// of a few rows; weights that are used over several ticks are packed once.
//
// The zero value is the empty matrix.
type Packed[F Real] struct {
	rows, cols int
	data       []F
}

// Rows is the number of rows, the k of a product.
func (p *Packed[F]) Rows() int { return p.rows }

// Cols is the number of columns, the n of a product.
func (p *Packed[F]) Cols() int { return p.cols }

// Pack fills p with the matrix b.
func (w *Workspace[F]) Pack(p *Packed[F], b Matrix[F]) {
	b.check("packed matrix", b.Rows, b.Cols)
	w.pack(p, b, b.Rows, b.Cols, false)
}

// PackT fills p with the transposed of b: weights of the shape [out, in] for products with inputs.
func (w *Workspace[F]) PackT(p *Packed[F], b Matrix[F]) {
	b.check("packed matrix", b.Rows, b.Cols)
	w.pack(p, b, b.Cols, b.Rows, true)
}

// packing is the job of filling the panels of one matrix.
type packing[F Real] struct {
	to         *Packed[F]
	from       Matrix[F]
	transposed bool
	do         func(worker, item int) // p.panel, made once
}

func (w *Workspace[F]) pack(p *Packed[F], b Matrix[F], rows, cols int, transposed bool) {
	panels := (cols + panelWidth - 1) / panelWidth
	p.rows, p.cols = rows, cols
	p.data = grown(p.data, panels*rows*panelWidth)
	job := &w.packing
	job.to, job.from, job.transposed = p, b, transposed
	w.pool.Run(panels, job.do)
	job.to, job.from = nil, Matrix[F]{}
}

// panel fills panel j.
func (k *packing[F]) panel(_, j int) {
	p, b := k.to, k.from
	to := p.data[j*p.rows*panelWidth:][:p.rows*panelWidth]
	first := j * panelWidth
	n := min(panelWidth, p.cols-first)
	if n < panelWidth {
		clear(to)
	}
	if k.transposed {
		transpose(to, panelWidth, b.Data[min(first*b.Stride, len(b.Data)):], b.Stride, n, p.rows)
		return
	}
	for i := range p.rows {
		copy(to[i*panelWidth:][:n], b.Data[i*b.Stride+first:][:n])
	}
}

// String tells the shape.
func (p *Packed[F]) String() string { return fmt.Sprintf("%dx%d, packed", p.rows, p.cols) }
