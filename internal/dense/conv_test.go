package dense

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// forEachTap calls f for each pair of numbers that a convolution multiplies, of one sample, in the order
// of the definition when the senders are the inputs: ascending x, and for each of them ascending y.
// x, w and y are the positions in their arrays.
func forEachTap(s ConvShape, f func(x, w, y int)) {
	h, width := s.OutHeight(), s.OutWidth()
	for x := range s.InSize() {
		c, iy, ix := x/(s.Height*s.Width), x/s.Width%s.Height, x%s.Width
		for o := range s.Filters {
			for oy := range h {
				ky := iy - (oy*s.Stride - s.Padding)
				if ky < 0 || ky >= s.Kernel {
					continue
				}
				for ox := range width {
					kx := ix - (ox*s.Stride - s.Padding)
					if kx < 0 || kx >= s.Kernel {
						continue
					}
					f(x, ((o*s.Channels+c)*s.Kernel+ky)*s.Kernel+kx, (o*h+oy)*width+ox)
				}
			}
		}
	}
}

// tapsByOutput lists, for each y, the pairs of x and w: the order when the senders are the outputs.
func tapsByOutput(s ConvShape) (byOutput [][][2]int) {
	byOutput = make([][][2]int, s.OutSize())
	forEachTap(s, func(x, w, y int) { byOutput[y] = append(byOutput[y], [2]int{x, w}) })
	return byOutput
}

// convCase is a convolution with its operands, and the results that its definition gives.
type convCase[F Real] struct {
	shape          ConvShape
	batch          int
	w, x, gy       []F
	y, gx, gw, gb  []F // what the destinations hold before
	wantY, wantGX  []F
	wantGW, wantGB []F
}

func drawShape(t *rapid.T, most int) ConvShape {
	s := ConvShape{
		Channels: rapid.IntRange(1, most).Draw(t, "channels"), Filters: rapid.IntRange(1, most).Draw(t, "filters"),
		Kernel: rapid.IntRange(1, 5).Draw(t, "kernel"), Stride: rapid.IntRange(1, 4).Draw(t, "stride"),
	}
	s.Padding = rapid.IntRange(0, s.Kernel-1).Draw(t, "padding")
	least := max(1, s.Kernel-2*s.Padding)
	s.Height, s.Width = rapid.IntRange(least, 12).Draw(t, "height"), rapid.IntRange(least, 12).Draw(t, "width")
	return s
}

// newConvCase fills a convolution with numbers of which the given shares are not zero.
func newConvCase[F Real](r *source, s ConvShape, batch int, shareOfX, shareOfErrors float64) *convCase[F] {
	c := &convCase[F]{shape: s, batch: batch, w: numbers[F](r, s.WeightSize())}
	c.x = spikes[F](r, batch*s.InSize(), shareOfX)
	c.gy = spikes[F](r, batch*s.OutSize(), shareOfErrors)
	c.y, c.gx = numbers[F](r, len(c.gy)), numbers[F](r, len(c.x))
	c.gw, c.gb = numbers[F](r, len(c.w)), numbers[F](r, s.Filters)
	c.define()
	return c
}

// define computes the results from the definition.
func (c *convCase[F]) define() {
	c.wantY, c.wantGX, c.wantGW, c.wantGB = slices.Clone(c.y), slices.Clone(c.gx), slices.Clone(c.gw), slices.Clone(c.gb)
	in, out := c.shape.InSize(), c.shape.OutSize()
	byOutput := tapsByOutput(c.shape)
	for b := range c.batch {
		x, gy := c.x[b*in:], c.gy[b*out:]
		y, gx := c.wantY[b*out:], c.wantGX[b*in:]
		forEachTap(c.shape, func(i, w, o int) { y[o] = addProduct(y[o], c.w[w], x[i]) })
		for o, taps := range byOutput {
			for _, tap := range taps {
				i, w := tap[0], tap[1]
				gx[i] = addProduct(gx[i], c.w[w], gy[o])
				c.wantGW[w] = addProduct(c.wantGW[w], gy[o], x[i])
			}
			c.wantGB[o*c.shape.Filters/out] += gy[o]
		}
	}
}

// float64Results computes the results of the definition in float64, in the order of passes.
func (c *convCase[F]) float64Results() [][]float64 {
	d := &convCase[float64]{shape: c.shape, batch: c.batch, w: wide(c.w), x: wide(c.x), gy: wide(c.gy),
		y: wide(c.y), gx: wide(c.gx), gw: wide(c.gw), gb: wide(c.gb)}
	d.define()
	return [][]float64{d.wantY, d.wantY, d.wantGX, d.wantGX, d.wantGW, d.wantGW, d.wantGB, d.wantGB}
}

// pass is one pass of a convolution. It adds to what its destination holds at the start.
type pass[F Real] struct {
	name        string
	start, want []F
	terms       int // in one sum, at most
	run         func(to []F)
}

func (c *convCase[F]) passes(w *Workspace[F], conv *Conv[F]) []pass[F] {
	weights := conv.Weights(c.w)
	taps := c.shape.Kernel * c.shape.Kernel
	forward, back := taps*c.shape.Channels, taps*c.shape.Filters
	positions := c.batch * c.shape.OutHeight() * c.shape.OutWidth()
	return []pass[F]{
		{"Forward", c.y, c.wantY, forward, func(to []F) { conv.Forward(w, to, weights, c.x, c.batch) }},
		{"ForwardSparse", c.y, c.wantY, forward, func(to []F) { conv.ForwardSparse(w, to, weights, c.x, c.batch) }},
		{"BackInput", c.gx, c.wantGX, back, func(to []F) { conv.BackInput(w, to, weights, c.gy, c.batch) }},
		{"BackInputSparse", c.gx, c.wantGX, back, func(to []F) { conv.BackInputSparse(w, to, weights, c.gy, c.batch) }},
		{"BackWeight", c.gw, c.wantGW, positions, func(to []F) { conv.BackWeight(w, to, nil, c.gy, c.x, c.batch) }},
		{"BackWeightSparse", c.gw, c.wantGW, positions, func(to []F) { conv.BackWeightSparse(w, to, nil, c.gy, c.x, c.batch) }},
		{"BackWeight, bias", c.gb, c.wantGB, positions, func(to []F) {
			conv.BackWeight(w, slices.Clone(c.gw), to, c.gy, c.x, c.batch)
		}},
		{"BackWeightSparse, bias", c.gb, c.wantGB, positions, func(to []F) {
			conv.BackWeightSparse(w, slices.Clone(c.gw), to, c.gy, c.x, c.batch)
		}},
	}
}

// requireBits holds all passes against the definition, bit by bit.
func (c *convCase[F]) requireBits(t require.TestingT, w *Workspace[F], offset int) {
	conv, err := NewConv[F](c.shape)
	require.NoError(t, err)
	for _, p := range c.passes(w, conv) {
		g := guard(p.start, offset)
		p.run(g.slice())
		equalBits(t, p.want, g.slice(), fmt.Sprintf("%s of %+v", p.name, c.shape))
		g.requireIntact(t, p.name)
	}
}

func testConv[F Real](t *testing.T, w *Workspace[F], most int) {
	share := rapid.SampledFrom([]float64{1, 0.3, 0.03})
	rapid.Check(t, func(t *rapid.T) {
		r := newSource(t)
		batch := rapid.IntRange(0, 3).Draw(t, "batch")
		c := newConvCase[F](r, drawShape(t, most), batch, share.Draw(t, "share of x"), share.Draw(t, "share of gy"))
		c.requireBits(t, w, r.offset())
	})
}

func TestConv(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		testConv(t, NewWorkspace[float32](pool(t, 2), Reproducible), 7)
	})
	t.Run("float64", func(t *testing.T) {
		testConv(t, NewWorkspace[float64](nil, Reproducible), 5)
	})
}

// largerConvs are shapes that random ones hardly are.
var largerConvs = map[string]struct {
	ConvShape
	batch int
}{
	"several panels of filters":   {ConvShape{Channels: 3, Height: 5, Width: 6, Filters: 70, Kernel: 3, Stride: 1, Padding: 1}, 2},
	"half a panel more":           {ConvShape{Channels: 20, Height: 4, Width: 4, Filters: 45, Kernel: 3, Stride: 2, Padding: 1}, 1},
	"weights at aliased rows":     {ConvShape{Channels: 512, Height: 2, Width: 2, Filters: 2, Kernel: 1, Stride: 1}, 1},
	"adjoint at aliased rows":     {ConvShape{Channels: 2, Height: 2, Width: 2, Filters: 512, Kernel: 1, Stride: 1}, 1},
	"more positions than a block": {ConvShape{Channels: 1, Height: 21, Width: 33, Filters: 2, Kernel: 2, Stride: 1, Padding: 1}, 1},
	"more samples than prepared":  {ConvShape{Channels: 1, Height: 4, Width: 4, Filters: 3, Kernel: 3, Stride: 1, Padding: 1}, 2*samplesAtATime + 3},
	"phases without taps":         {ConvShape{Channels: 2, Height: 1, Width: 40, Filters: 3, Kernel: 1, Stride: 3}, 2},
}

func TestLargerConvs(t *testing.T) {
	for name, shape := range largerConvs {
		t.Run(name, func(t *testing.T) {
			dense := newConvCase[float32](&source{}, shape.ConvShape, shape.batch, 1, 1)
			sparse := newConvCase[float32](&source{}, shape.ConvShape, shape.batch, 0.05, 0.05)
			forEachLevel(t, func(t *testing.T) {
				w := NewWorkspace[float32](nil, Reproducible)
				dense.requireBits(t, w, 3)
				sparse.requireBits(t, w, 5)
			})
		})
	}
}

// Fused sums are held against float64, and are the same for any number of workers.
func TestFusedConv(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		for name, shape := range largerConvs {
			c := newConvCase[float32](&source{}, shape.ConvShape, shape.batch, 1, 1)
			conv, err := NewConv[float32](c.shape)
			require.NoError(t, err)
			want, first := c.float64Results(), map[string][]float32{}
			for workers := 1; workers <= 3; workers++ {
				for i, p := range c.passes(NewWorkspace[float32](pool(t, workers), Fused), conv) {
					to := slices.Clone(p.start)
					p.run(to)
					near(t, want[i], to, float64(p.terms+1), 1e-7, name+", "+p.name)
					if workers == 1 {
						first[p.name] = to
					}
					equalBits(t, first[p.name], to, fmt.Sprintf("%s, %s, %d workers", name, p.name, workers))
				}
			}
		}
	})
}

// Weights change only for those who are told.
func TestChangedWeights(t *testing.T) {
	for _, shape := range []ConvShape{
		{Channels: 2, Height: 4, Width: 4, Filters: 3, Kernel: 3, Stride: 2, Padding: 1},
		{Channels: aliasStride, Height: 2, Width: 1, Filters: 1, Kernel: 1, Stride: 1}, // its forward form is a copy
	} {
		c := newConvCase[float32](&source{}, shape, 1, 1, 1)
		conv, err := NewConv[float32](shape)
		require.NoError(t, err)
		w := NewWorkspace[float32](nil, Reproducible)
		weights := conv.Weights(c.w)
		passes := []func(to []float32){
			func(to []float32) { conv.Forward(w, to, weights, c.x, 1) },
			func(to []float32) { conv.ForwardSparse(w, to, weights, c.x, 1) },
			func(to []float32) { conv.BackInput(w, to, weights, c.gy, 1) },
			func(to []float32) { conv.BackInputSparse(w, to, weights, c.gy, 1) },
		}
		for i := range 2 * len(passes) { // the second time with what is kept from the first
			to, p := slices.Clone(c.passes(w, conv)[i%4].start), c.passes(w, conv)[i%4]
			passes[i%4](to)
			equalBits(t, p.want, to, p.name)
		}
		for i := range c.w {
			c.w[i] /= 2
		}
		weights.Changed()
		c.define()
		for i, p := range c.passes(w, conv)[:4] {
			to := slices.Clone(p.start)
			passes[i](to)
			equalBits(t, p.want, to, p.name)
		}
	}
}

func TestConvAllocatesNothing(t *testing.T) {
	shape := ConvShape{Channels: 3, Height: 6, Width: 6, Filters: 4, Kernel: 3, Stride: 1, Padding: 1}
	c := newConvCase[float32](&source{}, shape, 3, 0.5, 0.5)
	conv, err := NewConv[float32](shape)
	require.NoError(t, err)
	for _, workers := range []int{1, 2} {
		w, weights := NewWorkspace[float32](pool(t, workers), Reproducible), conv.Weights(c.w)
		require.Zero(t, testing.AllocsPerRun(50, func() {
			weights.Changed()
			conv.Forward(w, c.y, weights, c.x, c.batch)
			conv.ForwardSparse(w, c.y, weights, c.x, c.batch)
			conv.BackInput(w, c.gx, weights, c.gy, c.batch)
			conv.BackInputSparse(w, c.gx, weights, c.gy, c.batch)
			conv.BackWeight(w, c.gw, c.gb, c.gy, c.x, c.batch)
			conv.BackWeightSparse(w, c.gw, c.gb, c.gy, c.x, c.batch)
		}), "%d workers", workers)
	}
}

func TestFillBias(t *testing.T) {
	conv, err := NewConv[float32](ConvShape{Channels: 1, Height: 1, Width: 2, Filters: 3, Kernel: 1, Stride: 1})
	require.NoError(t, err)
	y := guard(numbers[float32](&source{}, 12), 0)
	conv.FillBias(y.slice(), []float32{1, 2, 3}, 2)
	require.Equal(t, []float32{1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3}, y.slice())
	conv.FillBias(y.slice()[:6], nil, 1)
	require.Equal(t, []float32{0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3}, y.slice())
	y.requireIntact(t, "y")
}

func TestNewConvErrors(t *testing.T) {
	good := ConvShape{Channels: 1, Height: 4, Width: 4, Filters: 1, Kernel: 3, Stride: 1, Padding: 1}
	tests := map[string]func(s *ConvShape){
		"dense: number of channels of a convolution must be 1..268435456 (0)":                   func(s *ConvShape) { s.Channels = 0 },
		"dense: height of a convolution must be 1..268435456 (-1)":                              func(s *ConvShape) { s.Height = -1 },
		"dense: width of a convolution must be 1..268435456 (268435457)":                        func(s *ConvShape) { s.Width = 1<<28 + 1 },
		"dense: number of filters of a convolution must be 1..268435456 (0)":                    func(s *ConvShape) { s.Filters = 0 },
		"dense: kernel of a convolution must be 1..268435456 (0)":                               func(s *ConvShape) { s.Kernel = 0 },
		"dense: stride of a convolution must be 1..268435456 (0)":                               func(s *ConvShape) { s.Stride = 0 },
		"dense: convolution needs a padding from 0 to below its kernel of 3 (3)":                func(s *ConvShape) { s.Padding = 3 },
		"dense: convolution needs a padding from 0 to below its kernel of 3 (-1)":               func(s *ConvShape) { s.Padding = -1 },
		"dense: convolution has a kernel of 7 that does not fit into 4x4 with a padding of 1":   func(s *ConvShape) { s.Kernel = 7 },
		"dense: convolution has an input of more than 268435456 numbers ([268435456 10 10])":    func(s *ConvShape) { s.Channels = 1 << 28 },
		"dense: convolution has an output of more than 268435456 numbers ([134217728 10 10])":   func(s *ConvShape) { s.Filters = 1 << 27 },
		"dense: convolution has weights of more than 268435456 numbers ([1048576 1048576 3 3])": func(s *ConvShape) { s.Filters, s.Channels = 1<<20, 1<<20 },
	}
	_, err := NewConv[float32](good)
	require.NoError(t, err)
	for want, change := range tests {
		s := good
		change(&s)
		_, err := NewConv[float32](s)
		require.EqualError(t, err, want)
	}
}

func TestConvWithWrongArraysPanics(t *testing.T) {
	shape := ConvShape{Channels: 1, Height: 4, Width: 4, Filters: 2, Kernel: 3, Stride: 1, Padding: 1}
	conv, err := NewConv[float32](shape)
	require.NoError(t, err)
	other, err := NewConv[float32](shape)
	require.NoError(t, err)
	w, short, long := NewWorkspace[float32](nil, Reproducible), make([]float32, 15), make([]float32, 64)
	weights := conv.Weights(long)
	for want, f := range map[string]func(){
		"dense: w needs 18 numbers (15)":               func() { conv.Weights(short) },
		"dense: result needs 32 numbers (15)":          func() { conv.Forward(w, short, weights, long, 1) },
		"dense: operand needs 16 numbers (15)":         func() { conv.Forward(w, long, weights, short, 1) },
		"dense: weights belong to another convolution": func() { other.Forward(w, long, weights, long, 1) },
		"dense: gw needs 18 numbers (15)":              func() { conv.BackWeight(w, short, nil, long, long, 1) },
		"dense: gb needs 2 numbers (1)":                func() { conv.BackWeight(w, long, short[:1], long, long, 1) },
		"dense: gy needs 64 numbers (15)":              func() { conv.BackWeight(w, long, nil, short, long, 2) },
		"dense: x needs 32 numbers (15)":               func() { conv.BackWeightSparse(w, long, nil, long, short, 2) },
		"dense: y needs 32 numbers (15)":               func() { conv.FillBias(short, nil, 1) },
		"dense: bias needs 2 numbers (1)":              func() { conv.FillBias(long, short[:1], 1) },
	} {
		require.PanicsWithValue(t, want, f)
	}
}
