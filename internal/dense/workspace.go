package dense

// Workspace has what products and convolutions need besides their operands: scratch memory, which is
// kept from call to call, the way of rounding, and the workers. It is for one goroutine at a time.
type Workspace[F Real] struct {
	pool       *Pool
	arithmetic Arithmetic

	packed   Packed[F] // B of a product that is not packed by the caller
	offsets  []int     // of the rows of a packed panel: 0, 32, 64, ..
	scratch  []scratch[F]
	packing  packing[F]
	product  product[F]
	sparse   sparseProduct[F]
	conv     convJob[F]
	gradient gradientJob[F]
}

// scratch is the memory of one worker.
type scratch[F Real] struct {
	edge        tileOf[F]
	image, grid []F
	index       []uint32
	value       []F
}

// NewWorkspace makes a workspace whose work is done by the pool; nil is the calling goroutine alone.
// The pool may serve several workspaces, one after the other.
func NewWorkspace[F Real](pool *Pool, arithmetic Arithmetic) *Workspace[F] {
	w := &Workspace[F]{pool: pool, arithmetic: arithmetic, scratch: make([]scratch[F], pool.Workers())}
	w.packing.do = w.packing.panel
	w.product.do = w.product.rows
	w.sparse.w = w
	w.sparse.mul, w.sparse.tmul = w.sparse.rowsOfMul, w.sparse.rowsOfTMul
	w.conv.bind(w)
	w.gradient.bind(w)
	w.panelOffsets(kBlock)
	return w
}

// Workers is the number of workers.
func (w *Workspace[F]) Workers() int { return w.pool.Workers() }

// panelOffsets lists where the first k rows of a packed panel begin.
func (w *Workspace[F]) panelOffsets(k int) []int {
	for p := len(w.offsets); p < k; p++ {
		w.offsets = append(w.offsets, p*panelWidth)
	}
	return w.offsets[:k]
}
