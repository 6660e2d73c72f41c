//go:build amd64 && !purego

package dense

import (
	"couplet/internal/kernel"

	"golang.org/x/sys/cpu"
)

//go:generate go run ./asm/main.go ./asm/vectors.go ./asm/tile.go ./asm/rows.go ./asm/lif.go ./asm/surrogate.go ./asm/layout.go ./asm/avgpool.go -pkg dense -out kernels_amd64.s -stubs stubs_amd64.go

// chunk is the number of elements that one call of an elementwise kernel works on at most. Assembly
// cannot be preempted, and a garbage collection waits for it.
const chunk = 16 << 10

// hasFused tells whether the processor has the fused multiply-add, which no level promises.
var hasFused = cpu.X86.HasFMA

// microKernel adds to a tile of so many rows.
type microKernel struct {
	rows         int
	plain, fused func(c *float32, ldc int, a *float32, rs, cs int, b *float32, off *int, k int)
}

// The micro-kernels, in descending order of their height. Those of AVX2 have half the width of a panel;
// AVX-512 has some of that width for the last columns.
var (
	wide512 = []microKernel{
		{12, tile12x32AVX512, fusedTile12x32AVX512},
		{8, tile8x32AVX512, fusedTile8x32AVX512},
		{4, tile4x32AVX512, fusedTile4x32AVX512},
		{2, tile2x32AVX512, fusedTile2x32AVX512},
		{1, tile1x32AVX512, fusedTile1x32AVX512},
	}
	narrow512 = []microKernel{
		{12, tile12x16AVX512, fusedTile12x16AVX512},
		{4, tile4x16AVX512, fusedTile4x16AVX512},
		{1, tile1x16AVX512, fusedTile1x16AVX512},
	}
	narrow256 = []microKernel{
		{6, tile6x16AVX2, fusedTile6x16AVX2},
		{4, tile4x16AVX2, fusedTile4x16AVX2},
		{2, tile2x16AVX2, fusedTile2x16AVX2},
		{1, tile1x16AVX2, fusedTile1x16AVX2},
	}
)

// addTilesVector is addTiles by assembly. Where a block is narrower than the micro-kernel, the tile
// edge takes its place, and the columns behind it come to nothing.
func addTilesVector(level kernel.Level, how Arithmetic, edge, c []float32, ldc, rows, cols int, a operand[float32], b []float32, off []int) {
	kernels, width := wide512, panelWidth
	switch narrow := cols <= panelWidth/2; {
	case level != kernel.AVX512:
		kernels, width = narrow256, panelWidth/2
	case narrow:
		kernels, width = narrow512, panelWidth/2
	}
	fused := how == Fused && hasFused
	for j := 0; j < cols; j += width {
		n := min(width, cols-j)
		for i := 0; i < rows; {
			m := highest(kernels, rows-i)
			tile, stride := c[i*ldc+j:], ldc
			if n < width {
				copyRows(edge, width, tile, ldc, m.rows, n)
				tile, stride = edge, width
			}
			add := m.plain
			if fused {
				add = m.fused
			}
			add(&tile[0], stride, &a.data[i*a.rs], a.rs, a.cs, &b[j], &off[0], len(off))
			if n < width {
				copyRows(c[i*ldc+j:], ldc, edge, width, m.rows, n)
			}
			i += m.rows
		}
	}
}

// highest gives the highest micro-kernel that has no more than the given number of rows.
func highest(kernels []microKernel, rows int) *microKernel {
	i := 0
	for kernels[i].rows > rows {
		i++
	}
	return &kernels[i]
}

func addScaledBlockVector(level kernel.Level, y *float32, ys int, x *float32, xs int, a float32, rows, cols int) {
	if level == kernel.AVX512 {
		addScaledBlockAVX512(y, ys, x, xs, a, rows, cols)
	} else {
		addScaledBlockAVX2(y, ys, x, xs, a, rows, cols)
	}
}

func addRowsVector(level kernel.Level, acc, w []float32, ld int, rows []uint32) {
	if level == kernel.AVX512 {
		addRowsAVX512(&acc[0], len(acc), &w[0], ld, &rows[0], len(rows))
	} else {
		addRowsAVX2(&acc[0], len(acc), &w[0], ld, &rows[0], len(rows))
	}
}

func addScaledRowsVector(level kernel.Level, acc, w []float32, ld int, rows []uint32, scale []float32) {
	if level == kernel.AVX512 {
		addScaledRowsAVX512(&acc[0], len(acc), &w[0], ld, &rows[0], &scale[0], len(rows))
	} else {
		addScaledRowsAVX2(&acc[0], len(acc), &w[0], ld, &rows[0], &scale[0], len(rows))
	}
}

// fireVector is Fire for whole vectors: len(u) is a multiple of sixteen.
func fireVector(level kernel.Level, u, in, s, trace []float32, c *membraneConstants32) (spikes int) {
	for i := 0; i < len(u); i += chunk {
		n := min(len(u)-i, chunk)
		if level == kernel.AVX512 {
			spikes += fireAVX512(&u[i], &in[i], &s[i], &trace[i], n, c)
		} else {
			spikes += fireAVX2(&u[i], &in[i], &s[i], &trace[i], n, c)
		}
	}
	return spikes
}

// coupleVector is Couple for whole vectors.
func coupleVector(level kernel.Level, u, in, q, trace []float32, c *membraneConstants32) (spikes int) {
	for i := 0; i < len(u); i += chunk {
		n := min(len(u)-i, chunk)
		if level == kernel.AVX512 {
			spikes += coupleAVX512(&u[i], &in[i], &q[i], &trace[i], n, c)
		} else {
			spikes += coupleAVX2(&u[i], &in[i], &q[i], &trace[i], n, c)
		}
	}
	return spikes
}

// surrogateVector is Apply for whole vectors.
func surrogateVector(level kernel.Level, g, u []float32, c *surrogateConstants32) {
	for i := 0; i < len(g); i += chunk {
		n := min(len(g)-i, chunk)
		if level == kernel.AVX512 {
			surrogateAVX512(&g[i], &u[i], n, c)
		} else {
			surrogateAVX2(&g[i], &u[i], n, c)
		}
	}
}

// markNonzeroVector marks the numbers of x, a multiple of sixteen and at most nonzeroChunk.
func markNonzeroVector(level kernel.Level, x []float32, marks *[nonzeroChunk / 64]uint64) {
	if level == kernel.AVX512 {
		markNonzeroAVX512(&x[0], len(x), &marks[0])
	} else {
		markNonzeroAVX2(&x[0], len(x), &marks[0])
	}
}

// transposeVector transposes rows and columns in multiples of eight, with AVX at both levels.
func transposeVector(to []float32, ts int, from []float32, fs, rows, cols int) {
	if cols == 0 {
		return
	}
	for i := 0; i < rows; i += 8 {
		transpose8(&to[i], ts, &from[i*fs], fs, cols/8)
	}
}

// avgPool2Vector pools one map, with AVX2 at both levels.
func avgPool2Vector(y, x []float32, rows, width int) {
	quarter := float32(0.25)
	avgPool2AVX2(&y[0], &x[0], rows, width, &quarter)
}

// avgPool2BackVector sends one map back.
func avgPool2BackVector(gx, gy []float32, rows, width int) {
	quarter := float32(0.25)
	avgPool2BackAVX2(&gy[0], &gx[0], rows, width, &quarter)
}
