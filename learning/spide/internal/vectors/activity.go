package vectors

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/layer"
	"couplet/learning/spide"
)

// ForwardActivity requires the counts of a forward stage of as many ticks as the trace has to equal those
// recomputed from its spike trains and the synapses one by one (spide.md §9).
func ForwardActivity(t testing.TB, v *File, a spide.Activity) {
	n := v.Meta.TraceT
	require.Equal(t, int64(v.Meta.Batch), a.Samples)
	names, ends := Ends(v)
	require.Len(t, a.Blocks, len(names))
	spikes := int64(0)
	for k, name := range names {
		in := layer.Size(ends[k][0])
		fanOut := Degrees(Pairs(v, name, ends[k][0], ends[k][1]), 0, in)
		var train []float64
		if k == 0 {
			train = InputTrain(v, n)
		} else {
			train = v.Get(t, fmt.Sprintf("trace.T%d.spike%d", n, k-1))
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
		require.Equal(t, layer.Size(v.Meta.Shapes[i]), l.Neurons)
		total += l.Spikes
	}
	require.Equal(t, spikes, total)
}

// BackwardActivity requires the same of a backward stage after the forward stage that the file has its
// gates from. beta returns β of a layer.
func BackwardActivity(t testing.TB, v *File, a spide.Activity, beta func(i int) []float64) {
	n := v.Meta.TraceT
	names, ends := Ends(v)
	prefix := "btrace.T" + strconv.Itoa(n)
	sent, all := int64(0), int64(0)
	for k, name := range names {
		list := Pairs(v, name, ends[k][0], ends[k][1])
		require.Equal(t, updates(v, beta, k, name, list), a.Blocks[k].UpdateMACs, name)
		if k == 0 {
			require.Zero(t, a.Blocks[k].BackEvents+a.Blocks[k].BackWithheld)
			continue
		}
		to := k % v.Meta.Layers // the layer at the end of the block, which sends errors
		out := layer.Size(ends[k][1])
		inDegree := Degrees(list, 1, out)
		mask := v.Get(t, fmt.Sprintf("bwd.mask%d", to))
		train := v.Get(t, fmt.Sprintf("%s.spike%d", prefix, to))
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
	for _, g := range v.Get(t, "grad_a_last") {
		if g != 0 {
			nonzero++
		}
	}
	require.Equal(t, int64(n*nonzero), a.ErrorAdds)
}

// updates counts the synapses of block k between a neuron with a rate and one with an error, from the
// golden rates and gates and from β after the trace.
func updates(v *File, beta func(i int) []float64, k int, name string, list [][2]int) (n int64) {
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
			if before[b*in+p[0]] != 0 && mask[b*out+p[1]] == 1 && beta(to)[b*out+p[1]] != 0 {
				n++
			}
		}
	}
	return n
}
