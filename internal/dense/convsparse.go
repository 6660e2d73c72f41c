package dense

// reach is what the spikes of one row, or one column, of a map meet on the other side of a convolution.
// Taps that meet the margin are left out: without padding those are most taps of a large filter on a
// small map.
type reach struct {
	to   int // first position
	from int // first tap
	taps int // 0 or less: none
}

// addReaches fills the tables of the sparse passes.
func (c *Conv[F]) addReaches() {
	for row := range c.Height {
		phase, first, last := c.meets(row, c.rows.out)
		at := (row + c.Padding) / c.Stride
		c.rowReach = append(c.rowReach, reach{to: at - first, from: phase + c.Stride*first, taps: last - first + 1})
	}
	for col := range c.Width {
		phase, first, last := c.meets(col, c.cols.out)
		e := reach{to: (col+c.Padding)/c.Stride - last, taps: last - first + 1}
		if e.taps > 0 {
			e.from = c.slot[phase+c.Stride*last]
		}
		c.colReach = append(c.colReach, e)
	}
	for row := range c.rows.out {
		c.rowSpread = append(c.rowSpread, c.spreads(row, c.Height))
	}
	for col := range c.cols.out {
		c.colSpread = append(c.colSpread, c.spreads(col, c.Width))
	}
}

// meets tells which taps of its phase an input position meets on an output of the given extent: tap t at
// output position (position+Padding)/Stride - t, first <= t <= last.
func (c *Conv[F]) meets(position, out int) (phase, first, last int) {
	phase, at := (position+c.Padding)%c.Stride, (position+c.Padding)/c.Stride
	return phase, max(0, at-out+1), min(c.tapsOf(phase)-1, at)
}

// spreads tells which positions of an input of the given extent an output position reads.
func (c *Conv[F]) spreads(position, in int) reach {
	to := position*c.Stride - c.Padding
	first, last := max(0, -to), min(c.Kernel-1, in-1-to)
	return reach{to: to + first, from: first, taps: last - first + 1}
}

// sparseSample computes one sample of y += w∗x, spike by spike.
func (j *convJob[F]) sparseSample(worker, sample int) {
	c, s := j.c, &j.w.scratch[worker]
	x, y := j.from[sample*c.InSize():][:c.InSize()], j.to[sample*c.OutSize():]
	grid := s.channelsInnermost(y, c.Filters, c.rows.out*c.cols.out)
	s.index, s.value = AppendNonzero(s.index[:0], s.value[:0], x)
	k, line, area := c.Kernel, c.cols.out*c.Filters, c.Height*c.Width
	for i, v := range s.value {
		ch, at := int(s.index[i])/area, int(s.index[i])%area
		row, col := &c.rowReach[at/c.Width], &c.colReach[at%c.Width]
		if row.taps <= 0 || col.taps <= 0 {
			continue
		}
		weights := j.layout[((ch*k+row.from)*k+col.from)*c.Filters:]
		// The next tap of the column, Stride rows of the kernel below, meets the output row above.
		addScaledBlock(grid, row.to*line+col.to*c.Filters, -line, weights, c.Stride*k*c.Filters, v, row.taps, col.taps*c.Filters)
	}
	transpose(y, c.rows.out*c.cols.out, grid, c.Filters, c.rows.out*c.cols.out, c.Filters)
}

// sparseAdjointSample computes one sample of gx += wᵀ∗gy, spike by spike.
func (j *convJob[F]) sparseAdjointSample(worker, sample int) {
	c, s := j.c, &j.w.scratch[worker]
	gx, gy := j.to[sample*c.InSize():], j.from[sample*c.OutSize():][:c.OutSize()]
	grid := s.channelsInnermost(gx, c.Channels, c.Height*c.Width)
	s.index, s.value = AppendNonzero(s.index[:0], s.value[:0], gy)
	k, line, area := c.Kernel, c.Width*c.Channels, c.rows.out*c.cols.out
	for i, v := range s.value {
		o, at := int(s.index[i])/area, int(s.index[i])%area
		row, col := &c.rowSpread[at/c.cols.out], &c.colSpread[at%c.cols.out]
		weights := j.layout[((o*k+row.from)*k+col.from)*c.Channels:]
		addScaledBlock(grid, row.to*line+col.to*c.Channels, line, weights, k*c.Channels, v, row.taps, col.taps*c.Channels)
	}
	transpose(gx, c.Height*c.Width, grid, c.Channels, c.Height*c.Width, c.Channels)
}

// channelsInnermost copies feature maps, [channel][size], to the layout [position][channel], in which the
// sums of a spike lie side by side.
func (s *scratch[F]) channelsInnermost(maps []F, channels, size int) []F {
	s.grid = grown(s.grid, size*channels)
	transpose(s.grid, channels, maps, size, channels, size)
	return s.grid
}
