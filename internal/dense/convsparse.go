package dense

// reach is what the spikes of one row, or one column, of the input meet: see Conv.
type reach struct {
	to   int // first position in the padded output
	from int // first tap
	taps int
}

// addReaches fills the tables of the sparse forward pass. The padded output has a margin of taps-1, so
// that every tap of every spike has a place. Taps of a column are counted in slots.
func (c *Conv[F]) addReaches() {
	margin := c.taps - 1
	for row := range c.Height {
		r, at := (row+c.Padding)%c.Stride, (row+c.Padding)/c.Stride
		c.rowReach = append(c.rowReach, reach{to: at + margin, from: r, taps: c.tapsOf(r)})
	}
	for col := range c.Width {
		r, at := (col+c.Padding)%c.Stride, (col+c.Padding)/c.Stride
		n := c.tapsOf(r)
		e := reach{to: at + margin - (n - 1), taps: n}
		if n > 0 {
			e.from = c.slot[r+c.Stride*(n-1)]
		}
		c.colReach = append(c.colReach, e)
	}
}

// sparseSample computes one sample of y += w∗x, spike by spike.
func (j *convJob[F]) sparseSample(worker, sample int) {
	c, s := j.c, &j.w.scratch[worker]
	x, y := j.from[sample*c.InSize():][:c.InSize()], j.to[sample*c.OutSize():]
	size, margin := c.OutHeight()*c.OutWidth(), c.taps-1
	grid := s.gridOf(c.rows.wide * c.cols.wide * c.Filters)
	inner := grid[(margin*c.cols.wide+margin)*c.Filters:]
	s.channelsInnermost(inner, c.cols.wide, y, c.Filters, size, c.cols.out)

	s.index, s.value = AppendNonzero(s.index[:0], s.value[:0], x)
	k, line := c.Kernel, c.cols.wide*c.Filters
	for i, v := range s.value {
		ch, at := int(s.index[i])/(c.Height*c.Width), int(s.index[i])%(c.Height*c.Width)
		row, col := &c.rowReach[at/c.Width], &c.colReach[at%c.Width]
		if row.taps == 0 || col.taps == 0 {
			continue
		}
		weights := j.layout[((ch*k+row.from)*k+col.from)*c.Filters:]
		// The next tap of the column, Stride rows of the kernel below, meets the output row above.
		addScaledBlock(grid, row.to*line+col.to*c.Filters, -line, weights, c.Stride*k*c.Filters, v, row.taps, col.taps*c.Filters)
	}
	s.channelsOutermost(y, c.Filters, size, c.cols.out, inner, c.cols.wide)
}

// sparseAdjointSample computes one sample of gx += wᵀ∗gy, spike by spike.
func (j *convJob[F]) sparseAdjointSample(worker, sample int) {
	c, s := j.c, &j.w.scratch[worker]
	gx, gy := j.to[sample*c.InSize():], j.from[sample*c.OutSize():][:c.OutSize()]
	size, wide := c.Height*c.Width, c.Width+2*c.Padding
	grid := s.gridOf((c.Height + 2*c.Padding) * wide * c.Channels)
	inner := grid[(c.Padding*wide+c.Padding)*c.Channels:]
	s.channelsInnermost(inner, wide, gx, c.Channels, size, c.Width)

	s.index, s.value = AppendNonzero(s.index[:0], s.value[:0], gy)
	k, out := c.Kernel, c.OutHeight()*c.OutWidth()
	for i, v := range s.value {
		o, at := int(s.index[i])/out, int(s.index[i])%out
		row, col := at/c.cols.out*c.Stride, at%c.cols.out*c.Stride
		weights := j.layout[o*k*k*c.Channels:]
		addScaledBlock(grid, (row*wide+col)*c.Channels, wide*c.Channels, weights, k*c.Channels, v, k, k*c.Channels)
	}
	s.channelsOutermost(gx, c.Channels, size, c.Width, inner, wide)
}

// channelsInnermost copies feature maps, [channel][size] with rows of the given width, to the layout
// [row][column][channel], in which rows have the given distance in columns.
func (s *scratch[F]) channelsInnermost(to []F, distance int, from []F, channels, size, width int) {
	s.image = grown(s.image, size*channels)
	transpose(s.image, channels, from, size, channels, size)
	copyRows(to, distance*channels, s.image, width*channels, size/width, width*channels)
}

// channelsOutermost copies them back.
func (s *scratch[F]) channelsOutermost(to []F, channels, size, width int, from []F, distance int) {
	s.image = grown(s.image, size*channels)
	copyRows(s.image, width*channels, from, distance*channels, size/width, width*channels)
	transpose(to, size, s.image, channels, size, channels)
}
