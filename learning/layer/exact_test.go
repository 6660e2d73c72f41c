package layer

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
)

// trial is one use of a map: an input, an error at the output, and what comes of them.
type trial[F Real] struct {
	x, g, y, gx []F
}

func newTrial[F Real](m Map[F], key rng.Key, batch int, silent float64) trial[F] {
	in, out := sizes(m)
	v := trial[F]{
		x: as[F](numbers(key.Sub(100), batch*in, silent)), g: as[F](numbers(key.Sub(101), batch*out, silent)),
		y: make([]F, batch*out), gx: make([]F, batch*in),
	}
	m.Forward(v.x, v.y, batch)
	m.Back(v.g, v.gx, batch)
	m.Accumulate(v.x, v.g, batch)
	return v
}

// drawUse draws how a map is used: the samples of a batch, and the share of zeros in what it is given.
func drawUse(t *rapid.T) (batch int, silent float64) {
	return rapid.SampledFrom([]int{1, 2, 3, 8, 9}).Draw(t, "batch"),
		rapid.SampledFrom([]float64{0, 0.5, 0.97, 1}).Draw(t, "silent")
}

// drawHeld prepares a map or does not: a map that keeps no layouts gives the same.
func drawHeld(t *rapid.T, m any) {
	if p, ok := m.(Prepared); ok && rapid.Bool().Draw(t, "prepared") {
		p.Prepare()
	}
}

// requireSame asks for the same numbers to the last bit, the sign of zero apart.
func requireSame[F Real](t *rapid.T, want, got []F) {
	require.Len(t, got, len(want))
	for i, w := range want {
		if w != got[i] {
			require.Equal(t, w, got[i], "at %d of %d", i, len(want))
		}
	}
}

// exactly runs a property in both number formats.
func exactly(t *testing.T, wide, narrow func(t *rapid.T)) {
	t.Run("float64", func(t *testing.T) { rapid.Check(t, wide) })
	t.Run("float32", func(t *testing.T) { rapid.Check(t, narrow) })
}

// TestDenseExact holds a dense map against its formula, to the last bit.
func TestDenseExact(t *testing.T) { exactly(t, denseExact[float64], denseExact[float32]) }

func denseExact[F Real](t *rapid.T) {
	in, out := drawUnits(t, "in"), drawUnits(t, "out")
	batch, silent := drawUse(t)
	m := must(NewDense[F]("fc", in, out, true))(t)
	key := drawKey(t)
	setRandom(m, key)
	drawHeld(t, m)
	v := newTrial(m, key, batch, silent)

	y, gx := make([]F, batch*out), make([]F, batch*in)
	gw, gb := make([]F, out*in), make([]F, out)
	for b := range batch {
		x, g := v.x[b*in:], v.g[b*out:]
		for o := range out {
			y[b*out+o] = m.Bias.Value[o]
			gb[o] += g[o]
		}
		naiveDense(in, out, func(j, k, i int) {
			y[b*out+j] += F(m.Weight.Value[k] * x[i])
			gx[b*in+i] += F(m.Weight.Value[k] * g[j])
			gw[k] += F(g[j] * x[i])
		})
	}
	requireSame(t, y, v.y)
	requireSame(t, gx, v.gx)
	requireSame(t, gw, m.Weight.Grad)
	requireSame(t, gb, m.Bias.Grad)
}

// TestConvolutionExact holds a convolution against its formula, to the last bit.
func TestConvolutionExact(t *testing.T) {
	exactly(t, convolutionExact[float64], convolutionExact[float32])
}

func convolutionExact[F Real](t *rapid.T) {
	in := drawImage(t)
	c := drawConvolution(t, in)
	c.Bias = true
	m := must(NewConv2D[F]("conv", in, c))(t)
	batch, silent := drawUse(t)
	key := drawKey(t)
	setRandom(m, key)
	drawHeld(t, m)
	v := newTrial(m, key, batch, silent)

	n := naiveConvolution{in: in, out: m.OutShape(), kernel: c.Kernel, stride: c.Stride, padding: c.Padding}
	require.Equal(t, []int{c.Out, (in[1]+2*c.Padding-c.Kernel)/c.Stride + 1, (in[2]+2*c.Padding-c.Kernel)/c.Stride + 1}, n.out)
	size, outSize, area := Size(n.in), Size(n.out), n.out[1]*n.out[2]
	y, gx := make([]F, batch*outSize), make([]F, batch*size)
	gw, gb := make([]F, len(m.Weight.Value)), make([]F, c.Out)
	for b := range batch {
		x, g := v.x[b*size:][:size], v.g[b*outSize:][:outSize]
		for j := range outSize {
			y[b*outSize+j] = m.Bias.Value[j/area]
			gb[j/area] += g[j]
		}
		naiveForward(n, y[b*outSize:], x, m.Weight.Value)
		naiveBack(n, gx[b*size:], g, m.Weight.Value)
		naiveOuter(n, gw, g, x)
	}
	requireSame(t, y, v.y)
	requireSame(t, gx, v.gx)
	requireSame(t, gw, m.Weight.Grad)
	requireSame(t, gb, m.Bias.Grad)
}

// TestTransposedExact: a transposed convolution is the convolution from its output to its input, run
// backward, with the same array of weights, to the last bit.
func TestTransposedExact(t *testing.T) {
	exactly(t, transposedExact[float64], transposedExact[float32])
}

func transposedExact[F Real](t *rapid.T) {
	m, c := drawTransposed[F](t)
	batch, silent := drawUse(t)
	key := drawKey(t)
	setRandom(m, key)
	drawHeld(t, m)
	v := newTrial(m, key, batch, silent)

	n := naiveConvolution{in: m.OutShape(), out: m.InShape(), kernel: c.Kernel, stride: c.Stride, padding: c.Padding}
	size, outSize := sizes(m)
	y, gx, gw := make([]F, batch*outSize), make([]F, batch*size), make([]F, len(m.Weight.Value))
	gb, area := make([]F, c.Out), outSize/c.Out
	for b := range batch {
		x, g := v.x[b*size:][:size], v.g[b*outSize:][:outSize]
		if m.Bias != nil {
			for j := range outSize {
				y[b*outSize+j] = m.Bias.Value[j/area]
				gb[j/area] += g[j]
			}
		}
		naiveBack(n, y[b*outSize:], x, m.Weight.Value)
		naiveForward(n, gx[b*size:], g, m.Weight.Value)
		naiveOuter(n, gw, x, g)
	}
	requireSame(t, y, v.y)
	requireSame(t, gx, v.gx)
	requireSame(t, gw, m.Weight.Grad)
	if m.Bias != nil {
		requireSame(t, gb, m.Bias.Grad)
	}
}

// TestPoolingExact: averages are sums over the window, divided once by its area, padding included.
func TestPoolingExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawImage(t)
		c := drawConvolution(t, in)
		m := must(NewAvgPool2D[float64](in, c.Kernel, c.Stride, c.Padding))(t)
		v := newTrial(m, drawKey(t), 1, 0.5)

		area := m.InShape()[1] * m.InShape()[2]
		positions(m.OutShape(), func(ch, r, col int) {
			sum := 0.0
			for p := range c.Kernel {
				for q := range c.Kernel {
					i, j := c.Stride*r-c.Padding+p, c.Stride*col-c.Padding+q
					if i >= 0 && i < in[1] && j >= 0 && j < in[2] {
						sum += v.x[ch*area+i*in[2]+j]
					}
				}
			}
			at := (ch*m.OutShape()[1]+r)*m.OutShape()[2] + col
			require.Equal(t, sum/float64(c.Kernel*c.Kernel), v.y[at])
		})
	})
}

// TestStandardisedExact: the standardised weights are those of the formula, and the map is the plain one
// with these weights.
func TestStandardisedExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawImage(t)
		in[0]++
		c := drawConvolution(t, in)
		c.Bias = true
		m := must(NewStandardisedConv2D[float64]("conv", in, c))(t)
		plain := must(NewConv2D[float64]("conv", in, c))(t)
		key := drawKey(t)
		fill(m, key)
		want := naiveStandardise(m.Weight.Value, m.Gain.Value, Size(m.Weight.Shape[1:]), math.Sqrt)
		require.InDeltaSlice(t, want, m.Effective(), 1e-11)

		copy(plain.Weight.Value, m.Effective())
		copy(plain.Bias.Value, m.Params()[2].Value)
		require.Equal(t, newTrial(plain, key, 2, 0.5), newTrial(m, key, 2, 0.5))
	})
}

// TestStandardisedInvariance: adding to all weights of an output changes nothing, so that the gradient
// has no part along it; and ε apart, neither does scaling them.
func TestStandardisedInvariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := must(NewStandardisedDense[float64]("fc", 5+drawUnits(t, "in"), 3, false))(t)
		key := drawKey(t)
		fill(m, key)
		newTrial(m, key, 2, 0)
		m.Finish()
		n := m.Weight.Shape[1]
		for o := range 3 {
			w, g := m.Weight.Value[o*n:][:n], m.Weight.Grad[o*n:][:n]
			sum, size := 0.0, 0.0
			for _, v := range g {
				sum += v
				size += math.Abs(v)
			}
			require.InDelta(t, 0, sum, 1e-13*(1+size))
			require.InDelta(t, 0, dot(w, g), 1e-3*(1+lengths(w, g)))
		}
		before := append([]float64(nil), m.Effective()...)
		for i := range m.Weight.Value {
			m.Weight.Value[i] += 3
		}
		m.Prepare()
		require.InDeltaSlice(t, before, m.Effective(), 1e-11)
	})
}
