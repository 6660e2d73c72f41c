package synapse

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// geometry is a random window over a random shape.
type geometry struct {
	in                      Shape
	kernel, stride, padding []int
}

func drawGeometry(t *rapid.T) geometry {
	n := rapid.IntRange(1, 3).Draw(t, "dimensions")
	g := geometry{in: Shape{rapid.IntRange(1, 3).Draw(t, "channels")}}
	for range n {
		k := rapid.IntRange(1, 4).Draw(t, "kernel")
		p := rapid.IntRange(0, 3).Draw(t, "padding")
		g.in = append(g.in, rapid.IntRange(max(1, k-2*p), 7).Draw(t, "extent"))
		g.kernel, g.padding = append(g.kernel, k), append(g.padding, p)
		g.stride = append(g.stride, rapid.IntRange(1, 3).Draw(t, "stride"))
	}
	return g
}

func drawStencil(t *rapid.T) Stencil {
	g, channels := drawGeometry(t), rapid.IntRange(1, 3).Draw(t, "out channels")
	conv := Conv{In: g.in, OutChannels: channels, Kernel: g.kernel, Stride: g.stride, Padding: g.padding}
	s := rapid.SampledFrom([]Stencil{
		conv,
		conv.Transpose(),
		AvgPool{In: g.in, Kernel: g.kernel, Stride: g.stride, Padding: g.padding},
		SumPool{In: g.in, Kernel: g.kernel, Stride: g.stride, Padding: g.padding},
	}).Draw(t, "stencil")
	if rapid.Bool().Draw(t, "adjoint") {
		return Adjoint{s}
	}
	return s
}

// positions enumerates all index tuples below the extents.
func positions(extents []int) [][]int {
	list := [][]int{{}}
	for _, n := range extents {
		var longer [][]int
		for _, p := range list {
			for i := range n {
				longer = append(longer, append(slices.Clone(p), i))
			}
		}
		list = longer
	}
	return list
}

// flat is the index of a tuple, the last axis innermost; ok is false outside of the extents.
func flat(p, extents []int) (index int, ok bool) {
	for i, n := range extents {
		if p[i] < 0 || p[i] >= n {
			return 0, false
		}
		index = index*n + p[i]
	}
	return index, true
}

// naiveConv lists the synapses of a convolution by its definition: output (o, q) is the sum over
// i and k of W[o][i][k] · x[i][q·stride - padding + k].
func naiveConv(g geometry, channels int) (synapses []link, out Shape) {
	var extents []int
	for d, k := range g.kernel {
		extents = append(extents, (g.in[d+1]+2*g.padding[d]-k)/g.stride[d]+1)
	}
	out = append(Shape{channels}, extents...)
	for o := range channels {
		for _, q := range positions(extents) {
			target, _ := flat(append([]int{o}, q...), out)
			for i := range g.in[0] {
				for _, k := range positions(g.kernel) {
					p := []int{i}
					for d := range k {
						p = append(p, q[d]*g.stride[d]-g.padding[d]+k[d])
					}
					source, ok := flat(p, g.in)
					if !ok {
						continue
					}
					weight, _ := flat(append([]int{o, i}, k...), append([]int{channels, g.in[0]}, g.kernel...))
					synapses = append(synapses, link{uint32(source), uint32(target), uint64(weight)})
				}
			}
		}
	}
	return synapses, out
}

// walked lists the synapses of a stencil source by source.
func walked(t require.TestingT, s Stencil) []link {
	taps, err := s.Compile()
	require.NoError(t, err)
	var list []link
	for source := range uint32(s.InShape().Size()) {
		taps.Walk(source, func(target, weight uint32) { list = append(list, link{source, target, uint64(weight)}) })
	}
	return list
}

func turned(list []link) []link {
	for i, l := range list {
		list[i].source, list[i].target = l.target, l.source
	}
	return list
}

func TestConvIsTheNaiveOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, channels := drawGeometry(t), rapid.IntRange(1, 3).Draw(t, "out channels")
		c := Conv{In: g.in, OutChannels: channels, Kernel: g.kernel, Stride: g.stride, Padding: g.padding}
		want, out := naiveConv(g, channels)
		require.Equal(t, out, c.OutShape())
		require.Equal(t, sorted(want), sorted(walked(t, c)))
		require.Equal(t, uint64(channels*g.in[0]*Shape(g.kernel).Size()), c.Ordinals(0, 0))
	})
}

// The transposed convolution has the synapses of the convolution turned around, with the same
// kernel entry each: [in][out][k…] of the one is [out][in][k…] of the other.
func TestTransposedConvIsTheAdjoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, channels := drawGeometry(t), rapid.IntRange(1, 3).Draw(t, "out channels")
		c := Conv{In: g.in, OutChannels: channels, Kernel: g.kernel, Stride: g.stride, Padding: g.padding}
		back := c.Transpose()
		require.IsType(t, TransposedConv{}, back)
		require.Equal(t, c.InShape(), back.OutShape())
		require.Equal(t, c.OutShape(), back.InShape())
		want, _ := naiveConv(g, channels)
		require.Equal(t, sorted(turned(want)), sorted(walked(t, back)))
		require.Equal(t, sorted(walked(t, c)), sorted(walked(t, back.Transpose())))
	})
}

func TestTransposedConvDoublesThePicture(t *testing.T) {
	c := TransposedConv{
		In: Shape{2, 8, 5}, OutChannels: 3, Kernel: []int{3, 3}, Stride: []int{2, 2}, Padding: []int{1, 1}, OutputPadding: []int{1, 1},
	}
	require.Equal(t, Shape{3, 16, 10}, c.OutShape())
	require.NoError(t, c.Validate(80, 480))
	require.Equal(t, uint64(2*3*9), c.Ordinals(80, 480))
	// Source channel 1, row 0, column 0 lies on output (0, 0), the kernel's centre; kernel row and
	// column 2 reach output row and column 1.
	taps, err := c.Compile()
	require.NoError(t, err)
	require.Equal(t, []Tap{
		{Target: 160, Weight: 36 + 4}, {Target: 161, Weight: 36 + 5}, {Target: 170, Weight: 36 + 7}, {Target: 171, Weight: 36 + 8},
	}, taps.Row(40, 160, 320, nil))
}

func TestPoolsAreNaiveOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGeometry(t)
		conv, _ := naiveConv(g, g.in[0])
		var want []link
		kernel := uint64(Shape(g.kernel).Size())
		for _, l := range conv {
			if pair := l.ordinal / kernel; pair/uint64(g.in[0]) == pair%uint64(g.in[0]) { // a channel to itself
				want = append(want, link{l.source, l.target, 0})
			}
		}
		avg := AvgPool{In: g.in, Kernel: g.kernel, Stride: g.stride, Padding: g.padding}
		sum := SumPool{In: g.in, Kernel: g.kernel, Stride: g.stride, Padding: g.padding}
		require.Equal(t, sorted(want), sorted(walked(t, avg)))
		require.Equal(t, sorted(want), sorted(walked(t, sum)))
		require.Equal(t, sorted(turned(want)), sorted(walked(t, avg.Transpose())))
		require.Equal(t, 1/float64(kernel), gain(avg))
		require.Equal(t, 1/float64(kernel), gain(avg.Transpose()))
		require.Equal(t, 1.0, gain(sum.Transpose()))
	})
}

func TestPoolDefaults(t *testing.T) {
	p := AvgPool{In: Shape{3, 9, 8}, Kernel: []int{2, 3}}
	require.Equal(t, Shape{3, 4, 2}, p.OutShape(), "the stride is the kernel")
	require.NoError(t, p.Validate(3*72, 24))
	require.Equal(t, 6, p.MaxInDegree(0, 0))
	require.Equal(t, 24*6.0, p.Expect(0, 0))
}

// As rules, stencils enumerate the same synapses as along their rows, in any division.
func TestStencilsAsRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStencil(t)
		sources, targets := s.InShape().Size(), s.OutShape().Size()
		require.NoError(t, s.Validate(sources, targets))
		want := sorted(walked(t, s))
		w := Wiring{Sources: sources, Targets: targets}
		cut := rapid.IntRange(0, targets).Draw(t, "cut")
		require.Equal(t, want, sorted(append(links(s, w, 0, cut), links(s, w, cut, targets)...)))
		require.Equal(t, sorted(turned(walked(t, s))), sorted(walked(t, Adjoint{s})))
		require.Equal(t, sorted(turned(walked(t, s))), sorted(walked(t, s.Transpose())))

		require.Equal(t, float64(len(want)), s.Expect(sources, targets))
		in := make([]int, targets)
		weights := s.(Numbered).Ordinals(sources, targets)
		for _, l := range want {
			in[l.target]++
			require.Less(t, l.ordinal, weights)
		}
		require.GreaterOrEqual(t, s.MaxInDegree(sources, targets), slices.Max(in))
	})
}

func TestRowsOfARange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStencil(t)
		taps, err := s.Compile()
		require.NoError(t, err)
		source := rapid.Uint32Range(0, uint32(s.InShape().Size())-1).Draw(t, "source")
		lo := rapid.Uint32Range(0, uint32(s.OutShape().Size())).Draw(t, "lo")
		hi := rapid.Uint32Range(0, uint32(s.OutShape().Size())).Draw(t, "hi")
		want := []Tap{{7, 7}}
		taps.Walk(source, func(target, weight uint32) {
			if target >= lo && target < hi {
				want = append(want, Tap{target, weight})
			}
		})
		require.Equal(t, want, taps.Row(source, lo, hi, []Tap{{7, 7}}))
		got := []Tap{{7, 7}}
		taps.Each(source, lo, hi, func(target, weight uint32) { got = append(got, Tap{target, weight}) })
		require.Equal(t, want, got)
	})
}

func TestRowsDoNotAllocate(t *testing.T) {
	taps, err := Conv{In: Shape{8, 16, 16}, OutChannels: 16, Kernel: []int{3, 3}, Padding: []int{1, 1}}.Compile()
	require.NoError(t, err)
	buf := make([]Tap, 0, 16*9)
	require.Zero(t, testing.AllocsPerRun(100, func() { buf = taps.Row(100, 5, 4000, buf[:0]) }))
}

func TestStencilErrors(t *testing.T) {
	in := Shape{2, 8, 8}
	three := []int{3, 3}
	for _, c := range []struct {
		stencil Stencil
		want    string
	}{
		{Conv{In: Shape{2}, OutChannels: 1}, "synapse: conv: input shape 2 must be channels and 1 to 3 spatial extents"},
		{Conv{In: Shape{2, 0}, OutChannels: 1, Kernel: []int{1}}, "synapse: conv: input shape 2x0: extents must be at least 1"},
		{Conv{In: Shape{2, 1 << 16, 1 << 16}, OutChannels: 1, Kernel: three}, "synapse: conv: input shape 2x65536x65536 has more than 2147483647 neurons"},
		{Conv{In: in, OutChannels: 1, Kernel: []int{3}}, "synapse: conv: input shape 2x8x8 has 2 spatial axes, but there are 1 kernel extents, 1 strides, 1 paddings"},
		{Conv{In: in, OutChannels: 1, Kernel: []int{3, 0}}, "synapse: conv: kernel extent 0 must be in [1, 16777216]"},
		{Conv{In: in, OutChannels: 1, Kernel: three, Stride: []int{1, 0}}, "synapse: conv: stride 0 must be in [1, 16777216]"},
		{Conv{In: in, OutChannels: 1, Kernel: three, Padding: []int{-1, 0}}, "synapse: conv: padding -1 must be in [0, 16777216]"},
		{Conv{In: in, OutChannels: 1, Kernel: []int{9, 3}}, "synapse: conv: output shape 1x0x6: extents must be at least 1"},
		{Conv{In: in, OutChannels: 0, Kernel: three}, "synapse: conv: output shape 0x6x6: extents must be at least 1"},
		{Conv{In: Shape{1 << 20, 8}, OutChannels: 1 << 20, Kernel: []int{3}}, "synapse: conv: kernel 1048576x1048576x3 has more than 2147483647 entries"},
		{Conv{In: Shape{1, 1 << 20}, OutChannels: 1, Kernel: []int{1 << 10}, Padding: []int{512}}, "synapse: conv: axis 0: 1048577 window positions times kernel extent 1024 exceed 16777216"},
		{Conv{In: Shape{1, 8, 8}, OutChannels: 1, Kernel: []int{1 << 16, 1 << 16}}, "synapse: conv: kernel 65536x65536 has more than 2147483647 entries"},
		{TransposedConv{In: in, OutChannels: 1, Kernel: three, OutputPadding: []int{1, 0}}, "synapse: transposed_conv: output padding 1 must be in [0, 1), below the stride"},
		{TransposedConv{In: in, OutChannels: 1, Kernel: three, OutputPadding: []int{1}}, "synapse: transposed_conv: 1 output paddings for 2 spatial axes"},
		{TransposedConv{In: in, OutChannels: 1, Kernel: three, Padding: []int{9, 9}}, "synapse: transposed_conv: output shape 1x-8x-8: extents must be at least 1"},
		{SumPool{In: in, Kernel: []int{9, 9}}, "synapse: sum_pool: output shape 2x0x0: extents must be at least 1"},
		{AvgPool{In: in, Kernel: []int{2}}, "synapse: avg_pool: input shape 2x8x8 has 2 spatial axes, but there are 1 kernel extents, 1 strides, 1 paddings"},
	} {
		_, err := c.stencil.Compile()
		require.EqualError(t, err, c.want)
		require.EqualError(t, c.stencil.Validate(1, 1), c.want)
		require.Error(t, c.stencil.Transpose().Validate(1, 1))
		require.Zero(t, c.stencil.Expect(1, 1))
		require.Zero(t, c.stencil.MaxInDegree(1, 1))
		require.Empty(t, links(c.stencil, Wiring{Sources: 1, Targets: 1}, 0, 1))
	}
	require.EqualError(t, Conv{In: in, OutChannels: 1, Kernel: three}.Validate(5, 36), "synapse: conv: input shape 2x8x8 has 128 neurons, but there are 5 sources")
	require.EqualError(t, Conv{In: in, OutChannels: 1, Kernel: three}.Validate(128, 5), "synapse: conv: output shape 1x6x6 has 36 neurons, but there are 5 targets")
}
