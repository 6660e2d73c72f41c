package dense

// Workspace has what products and convolutions need besides their operands: scratch memory, which is
// kept from call to call, the way of rounding, and the workers. It is for one goroutine at a time.
type Workspace[F Real] struct {
	pool       *Pool
	arithmetic Arithmetic

	packed   Packed[F]   // B of a product that is not packed by the caller
	offsets  [kBlock]int // of the rows of a packed panel: 0, 32, 64, ..
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
	w.product.w, w.product.do = w, w.product.rows
	w.sparse.w = w
	w.sparse.mul, w.sparse.tmul = w.sparse.rowsOfMul, w.sparse.rowsOfTMul
	w.conv.bind(w)
	w.gradient.bind(w)
	for p := range w.offsets {
		w.offsets[p] = p * panelWidth
	}
	return w
}

// Workers is the number of workers.
func (w *Workspace[F]) Workers() int { return w.pool.Workers() }
