package spide_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/sim/golden"
)

// pairs lists the synapses of a block of a golden file as pairs (from, to), from the formula of its
// kind: the definition, as slow as it is.
func pairs(v *vectors, name string, in, out []int) (list [][2]int) {
	w := v.Arrays["param."+name+".weight"]
	switch {
	case w == nil: // average pooling
		k := in[1] / out[1]
		for c := range in[0] {
			for y := range out[1] * k {
				for x := range out[2] * k {
					list = append(list, [2]int{(c*in[1]+y)*in[2] + x, (c*out[1]+y/k)*out[2] + x/k})
				}
			}
		}
	case len(w.Shape) == 2:
		for i := range layer.Size(in) {
			for o := range layer.Size(out) {
				list = append(list, [2]int{i, o})
			}
		}
	case out[1] > in[1]: // transposed convolution, stride 2, padding 1
		for _, p := range convPairs(out, in, w.Shape[2], 2, 1) {
			list = append(list, [2]int{p[1], p[0]})
		}
	default:
		list = convPairs(in, out, w.Shape[2], (in[1]+out[1]-1)/out[1], (w.Shape[2]-1)/2)
	}
	return list
}

func convPairs(in, out []int, kernel, stride, padding int) (list [][2]int) {
	for o := range layer.Size(out) {
		r, c := o/out[2]%out[1], o%out[2]
		for ch := range in[0] {
			for p := range kernel {
				for q := range kernel {
					y, x := r*stride-padding+p, c*stride-padding+q
					if y >= 0 && y < in[1] && x >= 0 && x < in[2] {
						list = append(list, [2]int{(ch*in[1]+y)*in[2] + x, o})
					}
				}
			}
		}
	}
	return list
}

// blockEnds returns the names and the shapes at the ends of all blocks of a golden file, in the order
// of the ring.
func blockEnds(v *vectors) (names []string, ends [][2][]int) {
	x := v.Arrays["x"].Shape[1:]
	if v.Meta.Input == "spikes" {
		x = x[1:]
	}
	shapes := v.Meta.Shapes
	names, ends = []string{"x"}, [][2][]int{{x, shapes[0]}}
	for i := range shapes {
		names = append(names, fmt.Sprintf("s%d", i))
		ends = append(ends, [2][]int{shapes[i], shapes[(i+1)%len(shapes)]})
	}
	return names, ends
}

// degrees counts the synapses of every neuron at one end of a block.
func degrees(list [][2]int, end, n int) []int64 {
	d := make([]int64, n)
	for _, p := range list {
		d[p[end]]++
	}
	return d
}

// The counts of synaptic events and of multiplications equal those recomputed from the spike trains,
// rates and gates of the golden files and the synapses one by one (spide.md §9).
func TestActivity(t *testing.T) {
	for _, f := range golden.Files(t, "spide") {
		v := readVectors(t, f.Path)
		t.Run(f.Name, func(t *testing.T) {
			checkForwardActivity(t, v)
			checkBackwardActivity(t, v)
		})
	}
}

func checkForwardActivity(t *testing.T, v *vectors) {
	n := v.Meta.TraceT
	net := buildRing[float64](t, v)
	e := net.executor(t, v.config(n, 1))
	forward(t, v, e)
	a, err := e.Activity()
	require.NoError(t, err)
	require.Equal(t, int64(v.Meta.Batch), a.Samples)
	names, ends := blockEnds(v)
	require.Len(t, a.Blocks, len(names))
	spikes := int64(0)
	for k, name := range names {
		in := layer.Size(ends[k][0])
		fanOut := degrees(pairs(v, name, ends[k][0], ends[k][1]), 0, in)
		var train []float64
		if k == 0 {
			train = inputTrain(v, n)
		} else {
			train = v.get(t, fmt.Sprintf("trace.T%d.spike%d", n, k-1))
		}
		events, inFlight := int64(0), int64(0)
		perTick := len(train) / n
		for j, s := range train {
			if s == 0 {
				continue
			}
			events += fanOut[j%in]
			if k > 0 {
				spikes++
			}
			if j/perTick == n-1 {
				inFlight += fanOut[j%in]
			}
		}
		require.Equal(t, events, a.Blocks[k].Events, name)
		if k == len(names)-1 {
			require.Equal(t, inFlight, a.Blocks[k].InFlight)
		}
		if k == 0 && v.Meta.Input != "spikes" {
			require.Equal(t, events, a.DriveMACs*int64(n))
			require.Equal(t, int64(n*v.Meta.Batch*layer.Size(ends[k][1])), a.DriveAdds)
		}
	}
	total := int64(0)
	for i, l := range a.Layers {
		require.Equal(t, e.Neurons(i), l.Neurons)
		total += l.Spikes
	}
	require.Equal(t, spikes, total)
}

// inputTrain returns the input of n ticks, one after the other.
func inputTrain(v *vectors, n int) []float64 {
	x := v.Arrays["x"].Data
	if v.Meta.Input == "spikes" {
		return x[:len(x)/v.Arrays["x"].Shape[0]*n]
	}
	var train []float64
	for range n {
		train = append(train, x...)
	}
	return train
}

func checkBackwardActivity(t *testing.T, v *vectors) {
	n := v.Meta.TraceT
	net := buildRing[float64](t, v)
	e := net.executor(t, v.config(v.Meta.TForBack, n))
	forward(t, v, e)
	require.NoError(t, e.Backward(v.get(t, "grad_a_last")))
	a, err := e.Activity()
	require.NoError(t, err)
	names, ends := blockEnds(v)
	prefix := "btrace.T" + strconv.Itoa(n)
	sent, all := int64(0), int64(0)
	for k, name := range names {
		list := pairs(v, name, ends[k][0], ends[k][1])
		require.Equal(t, updates(v, e, k, name, list), a.Blocks[k].UpdateMACs, name)
		if k == 0 {
			require.Zero(t, a.Blocks[k].BackEvents+a.Blocks[k].BackWithheld)
			continue
		}
		to := k % v.Meta.Layers // the layer at the end of the block, which sends errors
		out := layer.Size(ends[k][1])
		inDegree := degrees(list, 1, out)
		mask := v.get(t, fmt.Sprintf("bwd.mask%d", to))
		train := v.get(t, fmt.Sprintf("%s.spike%d", prefix, to))
		var open, withheld, inFlight int64
		for j, q := range train {
			switch {
			case q == 0:
				continue
			case mask[j%len(mask)] == 0:
				withheld += inDegree[j%out]
			default:
				open += inDegree[j%out]
				sent++
				if j/len(mask) == n-1 {
					inFlight += inDegree[j%out]
				}
			}
			all++
		}
		require.Equal(t, open, a.Blocks[k].BackEvents, name)
		require.Equal(t, withheld, a.Blocks[k].BackWithheld, name)
		if k == len(names)-1 {
			require.Equal(t, inFlight, a.Blocks[k].BackInFlight)
		}
	}
	var haveSent, haveAll int64
	for _, l := range a.Layers {
		haveSent += l.BackSent
		haveAll += l.BackSpikes
	}
	require.Equal(t, sent, haveSent)
	require.Equal(t, all, haveAll)
	nonzero := 0
	for _, g := range v.get(t, "grad_a_last") {
		if g != 0 {
			nonzero++
		}
	}
	require.Equal(t, int64(n*nonzero), a.ErrorAdds)
}

// updates counts the synapses of block k between a neuron with a rate and one with an error, from the
// golden rates and gates and from β after the trace.
func updates(v *vectors, e *spide.Executor[float64], k int, name string, list [][2]int) (n int64) {
	if v.Arrays["param."+name+".weight"] == nil {
		return 0
	}
	to := k % v.Meta.Layers
	var before []float64
	switch {
	case k > 0:
		before = v.Arrays[fmt.Sprintf("bwd.a%d", k-1)].Data
	case v.Meta.Input == "spikes":
		x := v.Arrays["x"]
		before = make([]float64, len(x.Data)/x.Shape[0])
		for j, s := range x.Data {
			before[j%len(before)] += s
		}
	default:
		before = v.Arrays["x"].Data
	}
	mask := v.Arrays[fmt.Sprintf("bwd.mask%d", to)].Data
	in, out := len(before)/v.Meta.Batch, len(mask)/v.Meta.Batch
	for b := range v.Meta.Batch {
		for _, p := range list {
			if before[b*in+p[0]] != 0 && mask[b*out+p[1]] == 1 && e.Beta(to)[b*out+p[1]] != 0 {
				n++
			}
		}
	}
	return n
}

// A convolution with other strides and paddings, a pooling with a layer of its own and standardised
// weights are counted as the formulas say.
func TestActivityOfMaps(t *testing.T) {
	conv, err := layer.NewConv2D[float32]("conv", []int{2, 7, 6}, layer.Convolution{Out: 3, Kernel: 3, Stride: 3, Padding: 2, Bias: true})
	require.NoError(t, err)
	shape := conv.OutShape()
	padded, err := layer.NewStandardisedConv2D[float32]("padded", shape, layer.Convolution{Out: 2, Kernel: 3, Padding: 1})
	require.NoError(t, err)
	pool, err := layer.NewAvgPool2D[float32]([]int{2, shape[1], shape[2]}, 2, 0, 0)
	require.NoError(t, err)
	for _, b := range conv.Bias.Value {
		require.Zero(t, b)
	}
	for j := range conv.Bias.Value {
		conv.Bias.Value[j] = 1.25
	}
	ring := spide.Ring[float32]{
		Input:   spide.Block[float32]{Map: conv},
		Between: []spide.Block[float32]{{Map: padded}, {Map: pool}},
	}
	e, err := spide.New(spide.NewConfig(), ring)
	require.NoError(t, err)
	x := make([]float32, layer.Size(conv.InShape()))
	for j := range x {
		x[j] = float32(j%3) - 1
	}
	grads := append([]float32(nil), conv.Weight.Grad...)
	require.NoError(t, e.Forward(spide.Pass{}, x, 1))
	a, err := e.Activity()
	require.NoError(t, err)
	require.Equal(t, grads, conv.Weight.Grad, "counting leaves the gradients alone")

	ticks := int64(a.ForwardTicks)
	events := int64(0)
	for _, p := range convPairs(conv.InShape(), shape, 3, 3, 2) {
		if x[p[0]] != 0 {
			events += ticks
		}
	}
	require.Equal(t, events, a.Blocks[0].Events)
	events = 0
	for _, p := range convPairs(shape, padded.OutShape(), 3, 1, 1) {
		events += int64(e.Counts(0)[p[0]])
	}
	require.Positive(t, events)
	require.Equal(t, events, a.Blocks[1].Events)
	require.Equal(t, "block 0 -> 1", a.Blocks[1].Name)

	var sum spide.Activity
	sum.Add(a)
	sum.Add(a)
	require.Equal(t, int64(2), sum.Samples)
	require.Equal(t, 2*a.Blocks[1].Events, sum.Blocks[1].Events)
	require.InDelta(t, a.Rate(spide.Forward), sum.Rate(spide.Forward), 1e-15)
}

// opaque is a map with parameters that nothing is known about.
type opaque struct{ layer.Map[float64] }

func TestActivityErrors(t *testing.T) {
	n := newRandomNet(t, 31, []int{4}, 1, 0.3)
	n.ring.Feedback.Map = opaque{n.ring.Feedback.Map}
	e, err := spide.New(spide.NewConfig(), n.ring)
	require.NoError(t, err)
	_, err = e.Activity()
	require.ErrorContains(t, err, "no spikes to count")
	require.NoError(t, e.Forward(spide.Pass{}, n.x, 1))
	_, err = e.Activity()
	require.ErrorContains(t, err, "the synapses of a spide_test.opaque cannot be counted, in the feedback block")
	require.NoError(t, e.FixedPoint(spide.Pass{}, n.x, 1, 1e-9, 1000))
	_, err = e.Activity()
	require.ErrorContains(t, err, "no spikes to count")
}
