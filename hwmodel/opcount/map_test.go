package opcount_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel/opcount"
	"couplet/synapse"
)

// window is a random convolution in one to three dimensions.
type window struct {
	in                                      []int
	out, groups                             int
	kernel, stride, padding, dilation, rest []int
	transposed                              bool
	mask                                    []bool
}

func drawWindow(t *rapid.T) window {
	w := window{groups: rapid.IntRange(1, 3).Draw(t, "groups"), transposed: rapid.Bool().Draw(t, "transposed")}
	w.in = []int{w.groups * rapid.IntRange(1, 2).Draw(t, "in per group")}
	w.out = w.groups * rapid.IntRange(1, 2).Draw(t, "out per group")
	weights := w.in[0] * w.out / w.groups
	for range rapid.IntRange(1, 3).Draw(t, "axes") {
		k, d := rapid.IntRange(1, 3).Draw(t, "kernel"), rapid.IntRange(1, 2).Draw(t, "dilation")
		p, s := rapid.IntRange(0, 2).Draw(t, "padding"), rapid.IntRange(1, 3).Draw(t, "stride")
		reach := d*(k-1) + 1
		least := max(1, reach-2*p)
		if w.transposed {
			least = max(1, 2+(2*p-reach)/s) // outputs start at (in−1)·s − 2·p + reach ≥ 1
		}
		w.in = append(w.in, rapid.IntRange(least, least+4).Draw(t, "extent"))
		w.kernel, w.stride, w.padding, w.dilation = append(w.kernel, k), append(w.stride, s), append(w.padding, p), append(w.dilation, d)
		w.rest = append(w.rest, rapid.IntRange(0, max(s, d)-1).Draw(t, "output padding"))
		weights *= k
	}
	if rapid.Bool().Draw(t, "sparse") {
		w.mask = rapid.SliceOfN(rapid.Bool(), weights, weights).Draw(t, "mask")
	}
	return w
}

func (w window) build() opcount.Map {
	if w.transposed {
		return opcount.TransposedConv{
			In: w.in, Out: w.out, Kernel: w.kernel, Stride: w.stride, Padding: w.padding,
			Dilation: w.dilation, OutputPadding: w.rest, Groups: w.groups, NonZero: w.mask,
		}
	}
	return opcount.Conv{
		In: w.in, Out: w.out, Kernel: w.kernel, Stride: w.stride, Padding: w.padding,
		Dilation: w.dilation, Groups: w.groups, NonZero: w.mask,
	}
}

// links lists the synapses of a window as (source, target, weight) by the definition: it tries every pair
// of positions with every position of the kernel.
func (w window) links() (list [][3]int, targets int) {
	n := len(w.kernel)
	outExtents := make([]int, n)
	for a := range n {
		reach := w.dilation[a]*(w.kernel[a]-1) + 1
		outExtents[a] = (w.in[a+1]+2*w.padding[a]-reach)/w.stride[a] + 1
		if w.transposed {
			outExtents[a] = (w.in[a+1]-1)*w.stride[a] - 2*w.padding[a] + reach + w.rest[a]
		}
	}
	perIn, perOut := w.in[0]/w.groups, w.out/w.groups
	sources, kernels := tuples(w.in[1:]), tuples(w.kernel)
	for i := range w.in[0] {
		for o := range w.out {
			if i/perIn != o/perOut {
				continue
			}
			row := o*perIn + i%perIn
			if w.transposed {
				row = i*perOut + o%perOut
			}
			for p, source := range sources {
				for q, target := range tuples(outExtents) {
					for k, position := range kernels {
						if w.meets(source, target, position) {
							list = append(list, [3]int{i*len(sources) + p, o*size(outExtents) + q, row*len(kernels) + k})
						}
					}
				}
			}
		}
	}
	return list, w.out * size(outExtents)
}

func (w window) meets(source, target, position []int) bool {
	for a := range source {
		large, small := source[a], target[a]
		if w.transposed {
			large, small = small, large
		}
		if large != small*w.stride[a]-w.padding[a]+position[a]*w.dilation[a] {
			return false
		}
	}
	return true
}

func size(extents []int) int {
	n := 1
	for _, e := range extents {
		n *= e
	}
	return n
}

// tuples lists all index tuples below the extents, the last one innermost.
func tuples(extents []int) [][]int {
	list := make([][]int, size(extents))
	for i := range list {
		list[i] = make([]int, len(extents))
		for a, rest := len(extents)-1, i; a >= 0; a-- {
			list[i][a], rest = rest%extents[a], rest/extents[a]
		}
	}
	return list
}

// Fan-outs, fan-ins, totals and meeting pairs of any window are those of its definition.
func TestWindowsByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWindow(t)
		s, err := opcount.Analyse(w.build())
		require.NoError(t, err)
		links, targets := w.links()
		require.Equal(t, size(w.in), s.Sources)
		require.Equal(t, targets, s.Targets)
		source := rapid.SliceOfN(rapid.Bool(), s.Sources, s.Sources).Draw(t, "active sources")
		target := rapid.SliceOfN(rapid.Bool(), s.Targets, s.Targets).Draw(t, "active targets")
		fanOut, allOut := make([]int64, s.Sources), make([]int64, s.Sources)
		fanIn, allIn := make([]int64, s.Targets), make([]int64, s.Targets)
		total, pairs := int64(0), int64(0)
		for _, l := range links {
			allOut[l[0]]++
			allIn[l[1]]++
			if w.mask == nil || w.mask[l[2]] {
				fanOut[l[0]]++
				fanIn[l[1]]++
				total++
			}
			if source[l[0]] && target[l[1]] {
				pairs++
			}
		}
		require.Equal(t, fanOut, s.FanOut)
		require.Equal(t, fanIn, s.FanIn)
		require.Equal(t, allOut, s.AllOut)
		require.Equal(t, allIn, s.AllIn)
		require.Equal(t, total, s.Total)
		require.Equal(t, int64(len(links)), s.All)
		if !w.transposed {
			require.LessOrEqual(t, s.All, s.Padded)
		}
		have, err := s.Pairs(source, target)
		require.NoError(t, err)
		require.Equal(t, pairs, have)
		zeros := int64(0)
		for _, set := range w.mask {
			if !set {
				zeros++
			}
		}
		require.Equal(t, zeros, s.ZeroWeights)
	})
}

// The engine walks the synapses that are counted here, for every stencil that it has.
func TestWindowsOfTheEngine(t *testing.T) {
	in := synapse.Shape{2, 7, 6}
	for name, c := range map[string]struct {
		counted opcount.Map
		engine  synapse.Stencil
	}{
		"conv": {
			opcount.Conv{In: in, Out: 3, Kernel: []int{3, 2}, Stride: []int{2, 1}, Padding: []int{1, 0}},
			synapse.Conv{In: in, OutChannels: 3, Kernel: []int{3, 2}, Stride: []int{2, 1}, Padding: []int{1, 0}},
		},
		"transposed": {
			opcount.TransposedConv{In: in, Out: 3, Kernel: []int{3, 3}, Stride: []int{2, 2}, Padding: []int{1, 1}, OutputPadding: []int{1, 1}},
			synapse.TransposedConv{In: in, OutChannels: 3, Kernel: []int{3, 3}, Stride: []int{2, 2}, Padding: []int{1, 1}, OutputPadding: []int{1, 1}},
		},
		"pool": {
			opcount.Pool{In: in, Kernel: []int{2, 2}},
			synapse.AvgPool{In: in, Kernel: []int{2, 2}},
		},
		"overlapping pool": {
			opcount.Pool{In: in, Kernel: []int{3, 3}, Stride: []int{2, 2}, Padding: []int{1, 1}},
			synapse.SumPool{In: in, Kernel: []int{3, 3}, Stride: []int{2, 2}, Padding: []int{1, 1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := opcount.Analyse(c.counted)
			require.NoError(t, err)
			taps, err := c.engine.Compile()
			require.NoError(t, err)
			require.Equal(t, c.engine.OutShape().Size(), s.Targets)
			for i := range s.Sources {
				n := int64(0)
				taps.Walk(uint32(i), func(_, _ uint32) { n++ })
				require.Equal(t, n, s.FanOut[i], "source %d", i)
			}
		})
	}
}

func TestDense(t *testing.T) {
	weights := []float32{1.3, 0, -3.2, 0, 1.2, -5.1} // [2][3]
	s, err := opcount.Analyse(opcount.Dense{In: 3, Out: 2, NonZero: opcount.NonZero(weights)})
	require.NoError(t, err)
	require.Equal(t, []int64{1, 1, 2}, s.FanOut)
	require.Equal(t, []int64{2, 2}, s.FanIn)
	require.Equal(t, []int64{2, 2, 2}, s.AllOut)
	require.Equal(t, []int64{4, 6, 6, 6, 2}, []int64{s.Total, s.All, s.Padded, s.Weights, s.ZeroWeights})
	n, err := s.Pairs([]bool{true, false, true}, []bool{false, true})
	require.NoError(t, err)
	require.Equal(t, int64(2), n, "a synapse of weight zero is updated as well")
	_, err = s.Pairs([]bool{true}, []bool{false, true})
	require.EqualError(t, err, "opcount: activity of 1 sources and 2 targets, want 3 and 2")
}

func TestPoolingHasNoWeights(t *testing.T) {
	s, err := opcount.Analyse(opcount.Pool{In: []int{4, 5, 5}, Kernel: []int{2, 2}})
	require.NoError(t, err)
	require.Zero(t, s.Weights)
	require.Equal(t, 4*2*2, s.Targets, "the last row and column fill no window")
	require.Equal(t, int64(4*4*4), s.Total)
	require.Zero(t, s.FanOut[4])
}

func TestAnalyseRefuses(t *testing.T) {
	for want, m := range map[string]opcount.Map{
		"opcount: no map, want a dense one, a convolution or a pooling":                                                                      nil,
		"opcount: dense map from 0 to 3 neurons, want 1 to 2147483647 on either side":                                                        opcount.Dense{Out: 3},
		"opcount: dense map from 2 to 3 neurons with a mask of 5 weights, want 6":                                                            opcount.Dense{In: 2, Out: 3, NonZero: make([]bool, 5)},
		"opcount: convolution: shape [3], want channels and 1 to 3 extents":                                                                  opcount.Conv{In: []int{3}},
		"opcount: convolution: kernel [3] for the shape [3 5 5], want 2 extents":                                                             opcount.Conv{In: []int{3, 5, 5}, Kernel: []int{3}},
		"opcount: convolution: 3 channels to 0, want at least 1":                                                                             opcount.Conv{In: []int{3, 5}, Kernel: []int{3}},
		"opcount: convolution: 2 groups of 3 channels to 4, want a common divisor":                                                           opcount.Conv{In: []int{3, 5}, Out: 4, Kernel: []int{3}, Groups: 2},
		"opcount: convolution: stride 0, want 1 to 1048576":                                                                                  opcount.Conv{In: []int{3, 5}, Out: 4, Kernel: []int{3}, Stride: []int{0}},
		"opcount: convolution: padding [1 1] for 1 axes":                                                                                     opcount.Conv{In: []int{3, 5}, Out: 4, Kernel: []int{3}, Padding: []int{1, 1}},
		"opcount: convolution: kernel of extent 0, want 1 to 1048576":                                                                        opcount.Conv{In: []int{3, 5}, Out: 4, Kernel: []int{0}},
		"opcount: convolution: extent -5, want 1 to 2147483647":                                                                              opcount.Conv{In: []int{3, -5}, Out: 4, Kernel: []int{1}},
		"opcount: convolution: a window of 7 in an extent of 5 with padding 0 gives an output of extent 0, want 1 to 2147483647":             opcount.Conv{In: []int{3, 5}, Out: 4, Kernel: []int{4}, Dilation: []int{2}},
		"opcount: convolution: mask of 3 weights, want 36":                                                                                   opcount.Conv{In: []int{3, 5}, Out: 4, Kernel: []int{3}, NonZero: make([]bool, 3)},
		"opcount: transposed convolution: output padding 2, want less than the stride 2 or the dilation 1":                                   opcount.TransposedConv{In: []int{3, 5}, Out: 4, Kernel: []int{3}, Stride: []int{2}, OutputPadding: []int{2}},
		"opcount: transposed convolution: a window of 1 in an extent of 1 with padding 1 gives an output of extent -1, want 1 to 2147483647": opcount.TransposedConv{In: []int{3, 1}, Out: 4, Kernel: []int{1}, Padding: []int{1}},
		"opcount: pooling: shape [], want channels and 1 to 3 extents":                                                                       opcount.Pool{},
		"opcount: pooling: input: 65536 channels of [65536 1 1] have more than 2147483647 neurons":                                           opcount.Pool{In: []int{1 << 16, 1 << 16}, Kernel: []int{1}},
		"opcount: convolution: more than 2^63 synapses, too many to count":                                                                   opcount.Conv{In: []int{1 << 30, 1}, Out: 1 << 30, Kernel: []int{9}, Padding: []int{4}},
	} {
		_, err := opcount.Analyse(m)
		require.EqualError(t, err, want)
	}
}
