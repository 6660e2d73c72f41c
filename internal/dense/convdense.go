package dense

// forwardSample computes one sample of y += w∗x.
func (j *convJob[F]) forwardSample(worker, sample int) {
	c, s := j.c, &j.w.scratch[worker]
	x, y := j.from[sample*c.InSize():], j.to[sample*c.OutSize():]
	image := s.imageOf(c.imageSize())
	c.pad(image, x)
	n := (c.rows.out-1)*c.cols.plane + c.cols.out
	stride := roundUp(n, panelWidth)
	grid := s.gridOf(c.Filters * stride)
	for o := range c.Filters {
		copyRows(grid[o*stride:], c.cols.plane, y[o*c.rows.out*c.cols.out:], c.cols.out, c.rows.out, c.cols.out)
	}
	s.slide(j.w.arithmetic, grid, stride, c.Filters, n, j.weights, image, c.offsets)
	for o := range c.Filters {
		copyRows(y[o*c.rows.out*c.cols.out:], c.cols.out, grid[o*stride:], c.cols.plane, c.rows.out, c.cols.out)
	}
}

// slide adds the products of the weights, rows x len(off), with an image that they are moved over, to
// n positions of each row of the grid. The grid has room for whole panels.
func (s *scratch[F]) slide(how Arithmetic, grid []F, stride, rows, n int, weights operand[F], image []F, off []int) {
	for at := 0; at < n; at += panelWidth {
		width := panelWidth
		if n-at <= panelWidth/2 {
			width = panelWidth / 2
		}
		for k := 0; k < len(off); k += kBlock {
			addTiles(how, &s.edge, grid[at:], stride, rows, width, weights.from(0, k), image[at:], off[k:min(k+kBlock, len(off))])
		}
	}
}

// imageSize is the size of the padded input, with what a panel may read behind it.
func (c *Conv[F]) imageSize() int { return c.Channels*c.phases*c.phases*c.plane + panelWidth }

// pad copies one sample of the input into the phase planes of image, which is zero.
func (c *Conv[F]) pad(image, x []F) {
	if c.Stride == 1 {
		for ch := range c.Channels {
			to := image[ch*c.plane+c.Padding*c.cols.plane+c.Padding:]
			copyRows(to, c.cols.plane, x[ch*c.Height*c.Width:], c.Width, c.Height, c.Width)
		}
		return
	}
	for i := range c.Channels * c.Height {
		ch, row := i/c.Height, i%c.Height+c.Padding
		if row%c.Stride >= c.phases || row/c.Stride >= c.rows.plane {
			continue
		}
		to := image[(ch*c.phases+row%c.Stride)*c.phases*c.plane+row/c.Stride*c.cols.plane:]
		for col, v := range x[i*c.Width:][:c.Width] {
			q, at := (col+c.Padding)%c.Stride, (col+c.Padding)/c.Stride
			if q < c.phases && at < c.cols.plane {
				to[q*c.plane+at] = v
			}
		}
	}
}

// adjointSample computes one sample of gx += wᵀ∗gy, one phase after the other.
func (j *convJob[F]) adjointSample(worker, sample int) {
	c, s := j.c, &j.w.scratch[worker]
	gx, gy := j.to[sample*c.InSize():], j.from[sample*c.OutSize():]
	image := s.imageOf(c.Filters*c.errorPlane + panelWidth)
	c.padErrors(image, gy)
	n := (c.rows.reach-1)*c.cols.wide + c.cols.reach
	stride := roundUp(n, panelWidth)
	begin := c.rows.first*c.cols.wide + c.cols.first
	for i := range c.adjoint {
		p := &c.adjoint[i]
		grid := s.gridOf(c.Channels * stride)
		c.movePhase(grid, stride, gx, p, true)
		weights := operand[F]{data: j.layout[p.weights:], rs: p.stride, cs: 1}
		s.slide(j.w.arithmetic, grid, stride, c.Channels, n, weights, image[begin:], p.offsets)
		c.movePhase(grid, stride, gx, p, false)
	}
}

// padErrors copies one sample of the output error into planes with a margin of taps-1, which are zero.
func (c *Conv[F]) padErrors(image, gy []F) {
	margin := c.taps - 1
	for o := range c.Filters {
		to := image[o*c.errorPlane+margin*c.cols.wide+margin:]
		copyRows(to, c.cols.wide, gy[o*c.rows.out*c.cols.out:], c.cols.out, c.rows.out, c.cols.out)
	}
}

// movePhase copies the positions of one phase from gx to the grid, or from the grid to gx.
func (c *Conv[F]) movePhase(grid []F, stride int, gx []F, p *phase, toGrid bool) {
	// Position i of the phase is row (first+i)*Stride + p.row - Padding of the image; the first one may
	// lie before the image, and the last one behind.
	firstRow, firstCol := c.rows.first*c.Stride+p.row-c.Padding, c.cols.first*c.Stride+p.col-c.Padding
	for ch := range c.Channels {
		for i := range c.rows.reach {
			row := firstRow + i*c.Stride
			if row < 0 || row >= c.Height {
				continue
			}
			g, x := grid[ch*stride+i*c.cols.wide:], gx[(ch*c.Height+row)*c.Width:][:c.Width]
			switch {
			case c.Stride == 1 && toGrid: // firstCol is 0, since first is the padding
				copy(g, x)
			case c.Stride == 1:
				copy(x, g)
			default:
				moveColumns(g, x, firstCol, c.Stride, c.cols.reach, toGrid)
			}
		}
	}
}

// moveColumns copies every stride-th number of a row of gx to the grid, or back.
func moveColumns[F Real](g, x []F, first, stride, n int, toGrid bool) {
	for i := range n {
		col := first + i*stride
		if col < 0 || col >= len(x) {
			continue
		}
		if toGrid {
			g[i] = x[col]
		} else {
			x[col] = g[i]
		}
	}
}

// imageOf gives n zeros.
func (s *scratch[F]) imageOf(n int) []F {
	s.image = grown(s.image, n)
	clear(s.image)
	return s.image
}

// gridOf gives n zeros, beside those of imageOf.
func (s *scratch[F]) gridOf(n int) []F {
	s.grid = grown(s.grid, n)
	clear(s.grid)
	return s.grid
}
