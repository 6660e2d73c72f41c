package dense

// BackWeight computes gw += Σ gy·x and gb += Σ gy, the gradients of the weights and of the bias, over
// the samples of a batch. Without a bias gb is nil.
func (c *Conv[F]) BackWeight(w *Workspace[F], gw, gb, gy, x []F, batch int) {
	g := w.gradientOf(c, gw, gb, gy, x, batch)
	g.panels = (c.Filters + panelWidth - 1) / panelWidth
	g.stride = g.panels * panelWidth
	g.imageSize = c.imageSize()
	g.positions = (c.rows.out-1)*c.cols.plane + c.cols.out
	g.errors = grown(g.errors, min(batch, samplesAtATime)*g.positions*g.stride)
	g.byColumn = c.Stride == 1 && c.Channels < c.Kernel
	n := len(c.offsets)
	g.sums = grown(g.sums, (n+1)*g.stride)
	clear(g.sums)
	transpose(g.sums, g.stride, gw, n, c.Filters, n)
	copy(g.sums[n*g.stride:], g.gb)

	tasks := c.Kernel * c.Kernel
	if g.byColumn {
		tasks = c.Channels * c.Kernel
	}
	g.run(batch, g.prepare, (tasks+1)*g.panels, g.task)

	transpose(gw, n, g.sums, g.stride, n, c.Filters)
	copy(g.gb, g.sums[n*g.stride:])
	g.release()
}

// BackWeightSparse gives the bits of BackWeight; its work follows the numbers of gy that are not zero.
func (c *Conv[F]) BackWeightSparse(w *Workspace[F], gw, gb, gy, x []F, batch int) {
	g := w.gradientOf(c, gw, gb, gy, x, batch)
	g.imageSize = (c.Height + 2*c.Padding) * (c.Width + 2*c.Padding) * c.Channels
	taps := c.Kernel * c.Kernel
	g.sums = grown(g.sums, c.WeightSize())
	for o := range c.Filters {
		at := o * taps * c.Channels
		transpose(g.sums[at:], c.Channels, gw[at:], taps, c.Channels, taps)
	}

	parts := min(4*w.Workers(), c.Filters)
	g.perItem = (c.Filters + parts - 1) / parts
	g.run(batch, g.prepareSparse, (c.Filters+g.perItem-1)/g.perItem, g.taskSparse)

	for o := range c.Filters {
		at := o * taps * c.Channels
		transpose(gw[at:], taps, g.sums[at:], c.Channels, taps, c.Channels)
	}
	g.release()
}

// samplesAtATime is how many samples are prepared before the gradient passes over them.
const samplesAtATime = 8

// gradientJob is the job of one gradient of weights. Samples are prepared a few at a time; then each
// task, which owns part of the gradient, passes over them in ascending order.
type gradientJob[F Real] struct {
	w          *Workspace[F]
	c          *Conv[F]
	gw, gb     []F
	gy, x      []F
	first, end int // samples that are prepared

	images    []F // inputs, padded, of the prepared samples
	imageSize int
	sums      []F // the gradient in the layout in which it is computed

	// The dense form: sums[tap][filter], with the bias as last tap.
	errors    []F  // output errors of the prepared samples, [panel][position][filter of the panel]
	positions int  // between the first and the last position of the output in a padded plane
	panels    int  // of 32 filters
	stride    int  // filters, rounded up to panels
	byColumn  bool // a task has the taps of a kernel row, else the channels of a tap

	unit [1]F // A of the bias

	perItem int // filters of a task of the sparse form

	prepare, task, prepareSparse, taskSparse func(worker, item int)
}

func (g *gradientJob[F]) bind(w *Workspace[F]) {
	g.w, g.unit[0] = w, 1
	g.prepare, g.task = g.prepareSample, g.addDense
	g.prepareSparse, g.taskSparse = g.prepareSparseSample, g.addSparse
}

// gradientOf fills the job with what both forms share.
func (w *Workspace[F]) gradientOf(c *Conv[F], gw, gb, gy, x []F, batch int) *gradientJob[F] {
	checkLen("gw", gw, c.WeightSize())
	checkLen("gy", gy, batch*c.OutSize())
	checkLen("x", x, batch*c.InSize())
	if gb != nil {
		checkLen("gb", gb, c.Filters)
		gb = gb[:c.Filters]
	}
	g := &w.gradient
	g.c, g.gw, g.gb, g.gy, g.x = c, gw, gb, gy, x
	return g
}

func (g *gradientJob[F]) run(batch int, prepare func(worker, item int), tasks int, task func(worker, item int)) {
	g.images = grown(g.images, min(batch, samplesAtATime)*g.imageSize)
	for g.first = 0; g.first < batch; g.first = g.end {
		g.end = min(g.first+samplesAtATime, batch)
		g.w.pool.Run(g.end-g.first, prepare)
		g.w.pool.Run(tasks, task)
	}
}

func (g *gradientJob[F]) release() { g.c, g.gw, g.gb, g.gy, g.x = nil, nil, nil, nil, nil }

// image is the padded input of prepared sample i.
func (g *gradientJob[F]) image(i int) []F { return g.images[i*g.imageSize:][:g.imageSize] }

// prepareSample pads an input, and lays the errors out as B of a product: positions of the padded plane
// as rows, filters as columns. The positions between two rows of the output have no error.
func (g *gradientJob[F]) prepareSample(worker, i int) {
	c, s := g.c, &g.w.scratch[worker]
	image := g.image(i)
	clear(image)
	c.pad(image, g.x[(g.first+i)*c.InSize():])

	stride, gy := roundUp(g.positions, 8), g.gy[(g.first+i)*c.OutSize():]
	grid := s.gridOf(c.Filters * stride)
	for o := range c.Filters {
		copyRows(grid[o*stride:], c.cols.plane, gy[o*c.rows.out*c.cols.out:], c.cols.out, c.rows.out, c.cols.out)
	}
	for p := range g.panels {
		filters := min(panelWidth, c.Filters-p*panelWidth)
		to := g.errorPanel(i, p)
		if filters < panelWidth {
			clear(to)
		}
		transpose(to, panelWidth, grid[p*panelWidth*stride:], stride, filters, g.positions)
	}
}

// errorPanel is one panel of the errors of prepared sample i.
func (g *gradientJob[F]) errorPanel(i, panel int) []F {
	return g.errors[(i*g.panels+panel)*g.positions*panelWidth:][:g.positions*panelWidth]
}

// addDense adds the prepared samples to the gradient of a few taps. The row of A that belongs to a tap
// is the padded input from the position on that the tap meets first; the rows of one tap and all
// channels have the distance of planes, and those of the taps of a kernel row the distance 1. The row
// of the bias is all ones.
func (g *gradientJob[F]) addDense(worker, item int) {
	c, s := g.c, &g.w.scratch[worker]
	task, panel := item/g.panels, item%g.panels
	k := c.Kernel
	rows, at, rs, cs := c.Channels, 0, c.phases*c.phases*c.plane, 1
	to, distance := task, k*k // rows of the sums
	switch bias := len(c.offsets); {
	case g.byColumn && task == c.Channels*k, !g.byColumn && task == k*k:
		if g.gb == nil {
			return
		}
		rows, to, cs = 1, bias, 0
	case g.byColumn:
		rows, rs, to, distance = k, 1, task*k, 1
	}
	if cs == 1 {
		at = c.offsets[to]
	}
	width := panelWidth
	if c.Filters-panel*panelWidth <= panelWidth/2 {
		width = panelWidth / 2
	}
	sums := g.sums[to*g.stride+panel*panelWidth:]
	for i := range g.end - g.first {
		image, errors := g.image(i)[at:], g.errorPanel(i, panel)
		if cs == 0 {
			image = g.unit[:]
		}
		for p := 0; p < g.positions; p += kBlock {
			a := operand[F]{data: image[p*cs:], rs: rs, cs: cs}
			off := g.w.offsets[:min(kBlock, g.positions-p)]
			addTiles(g.w.arithmetic, &s.edge, sums, distance*g.stride, rows, width, a, errors[p*panelWidth:], off)
		}
	}
}

// prepareSparseSample lays an input out as [row][column][channel], with a margin of zeros.
func (g *gradientJob[F]) prepareSparseSample(worker, i int) {
	c, s := g.c, &g.w.scratch[worker]
	image, wide := g.image(i), c.Width+2*c.Padding
	clear(image)
	inner := image[(c.Padding*wide+c.Padding)*c.Channels:]
	maps := s.channelsInnermost(g.x[(g.first+i)*c.InSize():], c.Channels, c.Height*c.Width)
	copyRows(inner, wide*c.Channels, maps, c.Width*c.Channels, c.Height, c.Width*c.Channels)
}

// addSparse adds the prepared samples to the gradient of a few filters, error by error.
func (g *gradientJob[F]) addSparse(worker, item int) {
	c, s := g.c, &g.w.scratch[worker]
	out, k, line := c.OutHeight()*c.OutWidth(), c.Kernel, (c.Width+2*c.Padding)*c.Channels
	lo, hi := item*g.perItem, min((item+1)*g.perItem, c.Filters)
	for i := range g.end - g.first {
		gy := g.gy[(g.first+i)*c.OutSize():][lo*out : hi*out]
		s.index, s.value = AppendNonzero(s.index[:0], s.value[:0], gy)
		image := g.image(i)
		for n, e := range s.value {
			o, at := lo+int(s.index[n])/out, int(s.index[n])%out
			row, col := at/c.cols.out*c.Stride, at%c.cols.out*c.Stride
			addScaledBlock(g.sums, o*k*k*c.Channels, k*c.Channels, image[row*line+col*c.Channels:], line, e, k, k*c.Channels)
			if g.gb != nil {
				g.gb[o] += e
			}
		}
	}
}
