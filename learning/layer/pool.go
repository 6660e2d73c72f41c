package layer

import "couplet/internal/dense"

// AvgPool2D averages windows of a feature map. The average is over the whole window, the zeros of the
// padding included, so that the map is the same linear one at every position.
type AvgPool2D[F Real] struct {
	fixed[F]
	in, out        [3]int
	kernel, stride int
	padding        int
	squares        bool  // windows of 2 × 2 side by side
	runs           []run // what the windows read of a map, in ascending order
}

// run is a stretch of n neighbouring windows of a map, from number y on, and of what their elements at one
// place read: positions that lie the stride apart, from x on.
type run struct{ y, x, n int }

// NewAvgPool2D makes an average pooling with square windows over inputs of the shape [channels,
// height, width]. Stride 0 means windows side by side. Rows and columns at the end that do not fill
// a window are left out.
func NewAvgPool2D[F Real](in []int, kernel, stride, padding int) (*AvgPool2D[F], error) {
	const name = "average pooling"
	if stride == 0 {
		stride = kernel
	}
	if err := checkImage("input of "+name, in); err != nil {
		return nil, err
	}
	if err := checkWindow(name, in, kernel, stride, padding); err != nil {
		return nil, err
	}
	rows := newWindow(in[1], kernel, stride, padding)
	cols := newWindow(in[2], kernel, stride, padding)
	return &AvgPool2D[F]{
		in: [3]int(in), out: [3]int{in[0], rows.out, cols.out},
		kernel: kernel, stride: stride, padding: padding,
		squares: kernel == 2 && stride == 2 && padding == 0,
		runs:    runsOf(rows, cols),
	}, nil
}

// runsOf lists the runs, those of the first element of the windows first.
func runsOf(rows, cols window) (runs []run) {
	for p := range rows.kernel {
		rLo, rHi, rAt := rows.span(p)
		for q := range cols.kernel {
			cLo, cHi, cAt := cols.span(q)
			for r := rLo; r < rHi; r++ {
				at := rAt + (r-rLo)*rows.stride
				runs = append(runs, run{y: r*cols.out + cLo, x: at*cols.in + cAt, n: cHi - cLo})
			}
		}
	}
	return runs
}

// InShape returns [channels, height, width].
func (m *AvgPool2D[F]) InShape() []int { return m.in[:] }

// OutShape returns [channels, height, width] of the averages.
func (m *AvgPool2D[F]) OutShape() []int { return m.out[:] }

// Window returns the side of the windows, their distance and the zeros around the input.
func (m *AvgPool2D[F]) Window() (kernel, stride, padding int) { return m.kernel, m.stride, m.padding }

// Forward sets y to the averages of x: the sum of a window, divided once.
func (m *AvgPool2D[F]) Forward(x, y []F, batch int) {
	area, areaIn := m.out[1]*m.out[2], m.in[1]*m.in[2]
	clear(y[:batch*m.out[0]*area])
	if m.squares {
		dense.AvgPool2(y, x, batch*m.in[0], m.in[1], m.in[2])
		return
	}
	for n := range batch * m.in[0] {
		ys, xs := y[n*area:][:area], x[n*areaIn:][:areaIn]
		for _, r := range m.runs {
			for j := range r.n {
				ys[r.y+j] += xs[r.x+j*m.stride]
			}
		}
		divide(ys, F(m.kernel*m.kernel))
	}
}

// Back sets gx: every position of a window receives its share of the error.
func (m *AvgPool2D[F]) Back(gy, gx []F, batch int) {
	area, areaIn := m.out[1]*m.out[2], m.in[1]*m.in[2]
	clear(gx[:batch*m.in[0]*areaIn])
	if m.squares {
		dense.AvgPool2Back(gx, gy, batch*m.in[0], m.in[1], m.in[2])
		return
	}
	for n := range batch * m.in[0] {
		ys, xs := gy[n*area:][:area], gx[n*areaIn:][:areaIn]
		for i := len(m.runs) - 1; i >= 0; i-- { // windows that overlap at a position, in ascending order
			r := m.runs[i]
			for j := range r.n {
				xs[r.x+j*m.stride] += ys[r.y+j]
			}
		}
		divide(xs, F(m.kernel*m.kernel))
	}
}

// divide divides all numbers by d.
func divide[F Real](x []F, d F) {
	for i := range x {
		x[i] /= d
	}
}

// GlobalAvgPool averages each feature map to one number.
type GlobalAvgPool[F Real] struct {
	fixed[F]
	in  [3]int
	out [1]int
}

// NewGlobalAvgPool makes the average over all positions of inputs of the shape [channels, height, width].
func NewGlobalAvgPool[F Real](in []int) (*GlobalAvgPool[F], error) {
	if err := checkImage("input of global average pooling", in); err != nil {
		return nil, err
	}
	return &GlobalAvgPool[F]{in: [3]int(in), out: [1]int{in[0]}}, nil
}

// InShape returns [channels, height, width].
func (m *GlobalAvgPool[F]) InShape() []int { return m.in[:] }

// OutShape returns [channels].
func (m *GlobalAvgPool[F]) OutShape() []int { return m.out[:] }

// Forward sets y to the mean of each map.
func (m *GlobalAvgPool[F]) Forward(x, y []F, batch int) {
	area := m.in[1] * m.in[2]
	for n := range batch * m.in[0] {
		var s F
		for _, v := range x[n*area:][:area] {
			s += v
		}
		y[n] = s / F(area)
	}
}

// Back sets gx: every position of a map receives its share of the error.
func (m *GlobalAvgPool[F]) Back(gy, gx []F, batch int) {
	area := m.in[1] * m.in[2]
	for n := range batch * m.in[0] {
		share := gy[n] / F(area)
		xs := gx[n*area:][:area]
		for j := range xs {
			xs[j] = share
		}
	}
}
