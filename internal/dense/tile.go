package dense

// panelWidth is the number of columns that a panel of B has, and the width of the widest micro-kernel.
const panelWidth = 32

// kBlock is the number of products that are added to a tile before the next tile has its turn: the part
// of a panel that they need, 32 KiB, then stays near the core for all tiles below.
const kBlock = 256

// operand is the left matrix of a product, read where it lies: element (i, p) is data[i*rs+p*cs].
type operand[F Real] struct {
	data   []F
	rs, cs int
}

// from gives the operand that begins at element (i, p).
func (a operand[F]) from(i, p int) operand[F] {
	a.data = a.data[i*a.rs+p*a.cs:]
	return a
}

// maxTileRows is the height of the highest micro-kernel.
const maxTileRows = 12

// tileOf is a place for the sums of the highest and widest micro-kernel.
type tileOf[F Real] = [maxTileRows * panelWidth]F

// addTiles computes c[i*ldc+j] += a(i, p)·b[off[p]+j], in ascending order of p, for i < rows and
// j < cols <= panelWidth. It is what all products and convolutions consist of: off lists where the
// rows of B are, which may be a packed panel, or an image that a filter is moved over.
//
// The rows of b may be read up to panelWidth columns, whatever cols is: they must be there. The tile
// edge is scratch memory. Nothing may be empty.
func addTiles[F Real](how Arithmetic, edge *tileOf[F], c []F, ldc, rows, cols int, a operand[F], b []F, off []int) {
	if level, ok := vectorised[F](); ok {
		_, _ = a.data[(rows-1)*a.rs+(len(off)-1)*a.cs], c[(rows-1)*ldc+cols-1]
		addTilesVector(level, how, as32(edge[:]), as32(c), ldc, rows, cols,
			operand[float32]{as32(a.data), a.rs, a.cs}, as32(b), off)
		return
	}
	addTilesPortable(c, ldc, rows, cols, a, b, off)
}

// addTilesPortable is the specification of addTiles. The conversion F(..) around the product keeps
// compilers from fusing it with the sum (see package kernel).
func addTilesPortable[F Real](c []F, ldc, rows, cols int, a operand[F], b []F, off []int) {
	for i := range rows {
		sums := c[i*ldc:][:cols]
		for p, o := range off {
			v := a.data[i*a.rs+p*a.cs]
			row := b[o:][:len(sums)]
			for j := range sums {
				sums[j] += F(v * row[j])
			}
		}
	}
}
