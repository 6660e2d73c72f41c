package layer

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
)

// numbers returns n normal numbers with a share of zeros, as activities of spiking neurons have.
func numbers(key rng.Key, n int, zeros float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		if !key.Sub(0).Bernoulli(uint64(i), zeros) {
			x[i] = key.Normal(uint64(i))
		}
	}
	return x
}

// drawKey draws a stream of random numbers.
func drawKey(t *rapid.T) rng.Key {
	return rng.NewKey(rapid.Uint64().Draw(t, "numbers"), rng.Test, 0)
}

// fill gives all parameters of a map random values and prepares it.
func fill[F Real](m Map[F], key rng.Key) {
	setRandom(m, key)
	prepare(m)
}

// setRandom gives all parameters of a map random values, without preparing it.
func setRandom[F Real](m Map[F], key rng.Key) {
	for i, p := range m.Params() {
		copy(p.Value, as[F](numbers(key.Sub(uint64(i)), len(p.Value), 0)))
	}
}

// as converts numbers to the format of a map.
func as[F Real](x []float64) []F {
	y := make([]F, len(x))
	for i, v := range x {
		y[i] = F(v)
	}
	return y
}

func prepare[F Real](m Map[F]) {
	if p, ok := m.(Prepared); ok {
		p.Prepare()
	}
}

func finish[F Real](m Map[F]) {
	if p, ok := m.(Prepared); ok {
		p.Finish()
	}
}

func drawImage(t *rapid.T) []int {
	return []int{
		rapid.IntRange(1, 4).Draw(t, "channels"),
		rapid.IntRange(1, 7).Draw(t, "height"),
		rapid.IntRange(1, 7).Draw(t, "width"),
	}
}

// drawConvolution draws a convolution that fits the image.
func drawConvolution(t *rapid.T, image []int) Convolution {
	c := Convolution{
		Out:    rapid.IntRange(1, 5).Draw(t, "out"),
		Kernel: rapid.IntRange(1, 5).Draw(t, "kernel"),
		Stride: rapid.IntRange(1, 3).Draw(t, "stride"),
		Bias:   rapid.Bool().Draw(t, "bias"),
	}
	missing := max(0, (c.Kernel-slices.Min(image[1:])+1)/2)
	if missing >= c.Kernel {
		c.Kernel, missing = 1, 0
	}
	c.Padding = rapid.IntRange(missing, c.Kernel-1).Draw(t, "padding")
	return c
}

// kinds lists a generator for every kind of map.
var kinds = []struct {
	name string
	draw func(t *rapid.T) Map[float64]
}{
	{"dense", func(t *rapid.T) Map[float64] {
		return must(NewDense[float64]("fc", drawUnits(t, "in"), drawUnits(t, "out"), rapid.Bool().Draw(t, "bias")))(t)
	}},
	{"convolution", func(t *rapid.T) Map[float64] {
		in := drawImage(t)
		return must(NewConv2D[float64]("conv", in, drawConvolution(t, in)))(t)
	}},
	{"transposed convolution", func(t *rapid.T) Map[float64] {
		m, _ := drawTransposed[float64](t)
		return m
	}},
	{"standardised dense", func(t *rapid.T) Map[float64] {
		return must(NewStandardisedDense[float64]("fc", 1+drawUnits(t, "in"), drawUnits(t, "out"), true))(t)
	}},
	{"standardised convolution", func(t *rapid.T) Map[float64] {
		in := drawImage(t)
		in[0]++ // two weights per output, or more
		return must(NewStandardisedConv2D[float64]("conv", in, drawConvolution(t, in)))(t)
	}},
	{"average pooling", func(t *rapid.T) Map[float64] {
		in := drawImage(t)
		c := drawConvolution(t, in)
		return must(NewAvgPool2D[float64](in, c.Kernel, c.Stride, c.Padding))(t)
	}},
	{"global average pooling", func(t *rapid.T) Map[float64] {
		return must(NewGlobalAvgPool[float64](drawImage(t)))(t)
	}},
	{"upsampling", func(t *rapid.T) Map[float64] {
		return must(NewUpsampleNearest[float64](drawImage(t), rapid.IntRange(1, 3).Draw(t, "factor")))(t)
	}},
	{"scaling", func(t *rapid.T) Map[float64] {
		return must(NewScale(drawImage(t), rapid.Float64Range(-3, 3).Draw(t, "factor")))(t)
	}},
	{"reshaping", func(t *rapid.T) Map[float64] { return must(NewFlatten[float64](drawImage(t)))(t) }},
	{"chain", func(t *rapid.T) Map[float64] { return drawChain(t) }},
}

func drawUnits(t *rapid.T, what string) int { return rapid.IntRange(1, 70).Draw(t, what) }

func drawTransposed[F Real](t *rapid.T) (*TransposedConv2D[F], Convolution) {
	in := drawImage(t)
	c := Convolution{
		Out:    rapid.IntRange(1, 4).Draw(t, "out"),
		Kernel: rapid.IntRange(1, 4).Draw(t, "kernel"),
		Stride: rapid.IntRange(1, 3).Draw(t, "stride"),
		Bias:   rapid.Bool().Draw(t, "bias"),
	}
	c.OutputPadding = rapid.IntRange(0, c.Stride-1).Draw(t, "output padding")
	// The enlarged size, before padding cuts it, leaves at least one position.
	size := slices.Min(in[1:])
	c.Padding = rapid.IntRange(0, min(c.Kernel-1, (c.enlarged(size)-1)/2)).Draw(t, "padding")
	return must(NewTransposedConv2D[F]("up", in, c))(t), c
}

// drawChain draws what stands between two layers of neurons: fixed maps and trained ones, in every
// order, of every number.
func drawChain(t *rapid.T) *Chain[float64] {
	shape := drawImage(t)
	var maps []Map[float64]
	add := func(m Map[float64]) {
		maps = append(maps, m)
		shape = m.OutShape()
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "length") {
		name := fmt.Sprint("stage.", i)
		if len(shape) == 1 {
			add(must(NewDense[float64](name, shape[0], drawUnits(t, "out"), true))(t))
			continue
		}
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			add(must(NewScale(shape, 2.74))(t))
		case 1:
			add(must(NewAvgPool2D[float64](shape, slices.Min([]int{2, shape[1], shape[2]}), 0, 0))(t))
		case 2:
			add(must(NewUpsampleNearest[float64](shape, 2))(t))
		case 3:
			add(must(NewConv2D[float64](name, shape, Convolution{Out: 3, Kernel: 3, Padding: 1, Bias: true}))(t))
		case 4:
			add(must(NewStandardisedConv2D[float64](name, shape, Convolution{Out: 2, Kernel: 3, Padding: 2, Bias: true}))(t))
		case 5:
			add(must(NewFlatten[float64](shape))(t))
		}
	}
	return must(NewChain(maps...))(t)
}

// must takes a constructor's results and fails the test on an error.
func must[M any](m M, err error) func(t require.TestingT) M {
	return func(t require.TestingT) M {
		require.NoError(t, err)
		return m
	}
}

// eachKind runs a property for maps of every kind, with random parameters.
func eachKind(t *testing.T, property func(t *rapid.T, m Map[float64], key rng.Key)) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				m, key := k.draw(t), drawKey(t)
				fill(m, key)
				property(t, m, key)
			})
		})
	}
}

func sizes[F Real](m Map[F]) (in, out int) { return Size(m.InShape()), Size(m.OutShape()) }
