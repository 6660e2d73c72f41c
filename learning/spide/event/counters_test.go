package event_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/spide/event"
	"couplet/learning/spide/internal/vectors"
	"couplet/sim"
	"couplet/sim/golden"
)

// tally is what a block took up and handed on.
type tally struct{ spikes, events int64 }

// TestGoldenProjections recomputes what each projection of the engine counts from the spike trains of the golden
// files and the synapses one by one: the spikes that it took up, each once, and their synaptic events but for those
// on their way through the feedback at the end.
func TestGoldenProjections(t *testing.T) {
	for _, f := range golden.Files(t, "spide") {
		v := vectors.Read(t, f.Path)
		t.Run(f.Name, func(t *testing.T) {
			ring := vectors.Build[float64](t, v).Ring
			for _, host := range []sim.Hosting{sim.LazyHosting, sim.ClockedHosting} {
				t.Run(host.String(), func(t *testing.T) {
					n := v.Meta.TraceT
					e, err := event.New(v.Config(n, 1), ring, event.Hosted(host))
					require.NoError(t, err)
					have := gather(e, spide.Forward, n, e.Layers()-1)
					vectors.Forward[float64](t, v, e)
					require.Equal(t, forwardTallies(t, v), have)
					for place, c := range have {
						require.Positive(t, c.spikes, "block %d", place)
						require.Positive(t, c.events, "block %d", place)
					}

					e, err = event.New(v.Config(v.Meta.TForBack, n), ring, event.Hosted(host))
					require.NoError(t, err)
					vectors.Forward[float64](t, v, e)
					have = gather(e, spide.Backward, n, 0)
					require.NoError(t, e.Backward(v.Get(t, "grad_a_last")))
					require.Equal(t, backwardTallies(t, v), have)
				})
			}
		})
	}
}

// gather adds up the counts of all samples of a stage, read after the last tick, when its last layer is shown.
func gather(e *event.Executor, stage spide.Stage, ticks, last int) map[int]tally {
	all := map[int]tally{}
	e.Observe(func(s event.Tick) {
		if s.Stage != stage || s.Tick != ticks || s.Layer != last {
			return
		}
		for place, projections := range e.Projections(stage) {
			sum := all[place]
			for _, p := range projections {
				sum.spikes += p.Spikes
				sum.events += p.Events
			}
			all[place] = sum
		}
	})
	return all
}

// tallyOf counts the spikes of a train [ticks, samples, neurons] that are heard, and the events that they make: all,
// or those of all ticks but the last.
func tallyOf(train []float64, ticks int, degrees []int64, heard func(j int) bool, delayed bool) (c tally) {
	perTick := len(train) / ticks
	for j, s := range train {
		if s == 0 || !heard(j) {
			continue
		}
		c.spikes++
		if !delayed || j/perTick < ticks-1 {
			c.events += degrees[j%len(degrees)]
		}
	}
	return c
}

// forwardTallies recomputes the counts of the forward stage. A constant input is a current, not a projection.
func forwardTallies(t *testing.T, v *vectors.File) map[int]tally {
	n := v.Meta.TraceT
	want := map[int]tally{}
	names, ends := vectors.Ends(v)
	for k, name := range names {
		in := layer.Size(ends[k][0])
		degrees := vectors.Degrees(vectors.Pairs(v, name, ends[k][0], ends[k][1]), 0, in)
		var train []float64
		switch {
		case k > 0:
			train = v.Get(t, fmt.Sprintf("trace.T%d.spike%d", n, k-1))
		case v.Meta.Input == "spikes":
			train = vectors.InputTrain(v, n)
		default:
			continue
		}
		want[k] = tallyOf(train, n, degrees, func(int) bool { return true }, k == len(names)-1)
	}
	return want
}

// backwardTallies recomputes the counts of the backward stage, in which errors go against the direction of blocks and
// gates silence neurons.
func backwardTallies(t *testing.T, v *vectors.File) map[int]tally {
	n := v.Meta.TraceT
	want := map[int]tally{}
	names, ends := vectors.Ends(v)
	for k, name := range names[1:] {
		k++
		to := k % v.Meta.Layers // the layer at the end of the block, which sends errors
		degrees := vectors.Degrees(vectors.Pairs(v, name, ends[k][0], ends[k][1]), 1, layer.Size(ends[k][1]))
		mask := v.Get(t, fmt.Sprintf("bwd.mask%d", to))
		train := v.Get(t, fmt.Sprintf("btrace.T%d.spike%d", n, to))
		want[k] = tallyOf(train, n, degrees, func(j int) bool { return mask[j%len(mask)] != 0 }, k == len(names)-1)
	}
	return want
}
