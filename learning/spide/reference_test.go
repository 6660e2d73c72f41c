package spide_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/layer"
	"couplet/learning/spide"
)

// reference is the slow and obvious form of both stages for one sample, with a couple as the two
// neurons that it stands for.
type reference struct {
	config spide.Config
	blocks []refBlock // input, between, feedback
}

// refBlock is a dense block as a matrix, with the mask of the sample.
type refBlock struct {
	w    [][]float64 // [out][in]
	bias []float64   // nil: none
	mask []float64   // nil: ones
}

func (b refBlock) forward(x []float64) []float64 {
	y := make([]float64, len(b.w))
	for o, row := range b.w {
		for i, w := range row {
			y[o] += w * x[i]
		}
		if b.bias != nil {
			y[o] += b.bias[o]
		}
		if b.mask != nil {
			y[o] *= b.mask[o]
		}
	}
	return y
}

// back returns Wᵀ·(mask ⊙ e).
func (b refBlock) back(e []float64) []float64 {
	x := make([]float64, len(b.w[0]))
	for o, row := range b.w {
		v := e[o]
		if b.mask != nil {
			v *= b.mask[o]
		}
		for i, w := range row {
			x[i] += w * v
		}
	}
	return x
}

func (r reference) layers() int { return len(r.blocks) - 1 }

// forward returns the spikes [tick][layer][neuron].
func (r reference) forward(frame func(t int) []float64) [][][]float64 {
	c := r.config
	var u [][]float64
	for _, b := range r.blocks[:r.layers()] {
		u = append(u, make([]float64, len(b.w)))
	}
	var trains [][][]float64
	for t := range c.ForwardTicks {
		var spikes [][]float64
		for i := range r.layers() {
			var input []float64
			if i == 0 {
				input = r.blocks[0].forward(frame(t))
				if t > 0 {
					add(input, r.blocks[r.layers()].forward(trains[t-1][r.layers()-1]))
				}
			} else {
				input = r.blocks[i].forward(spikes[i-1])
			}
			s := make([]float64, len(input))
			for j := range s {
				u[i][j] += input[j]
				if u[i][j] >= c.Threshold {
					s[j] = 1
				}
				u[i][j] = c.Leak * (u[i][j] - c.Theta()*s[j])
			}
			spikes = append(spikes, s)
		}
		trains = append(trains, spikes)
	}
	return trains
}

// couples is a layer of couples in the two-neuron form.
type couples struct{ p, n []float64 }

// tick gives the members of each couple opposite input. Either's spike resets both.
func (k couples) tick(t require.TestingT, c spide.Config, leak float64, input []float64) []float64 {
	spikes := make([]float64, len(input))
	for j, v := range input {
		k.p[j] += v
		k.n[j] -= v
		switch {
		case k.p[j] >= c.BackThreshold:
			k.p[j] -= c.BackTheta()
			k.n[j] += c.BackTheta()
			spikes[j] = 1
		case k.n[j] >= c.BackThreshold:
			k.n[j] -= c.BackTheta()
			k.p[j] += c.BackTheta()
			spikes[j] = -1
		}
		k.p[j] *= leak
		k.n[j] *= leak
		require.Equal(t, k.p[j], -k.n[j], "the members of a couple are opposite")
	}
	return spikes
}

// backward returns the spikes [tick][layer][neuron] of the couples.
func (r reference) backward(t require.TestingT, g []float64, gates [][]bool, leak float64) [][][]float64 {
	c, last := r.config, r.layers()-1
	var k []couples
	for _, b := range r.blocks[:r.layers()] {
		k = append(k, couples{make([]float64, len(b.w)), make([]float64, len(b.w))})
	}
	sent := func(spikes []float64, gate []bool) []float64 {
		e := make([]float64, len(spikes))
		for j, q := range spikes {
			if gate[j] {
				e[j] = q * c.BackTheta() / c.Theta()
			}
		}
		return e
	}
	var trains [][][]float64
	for tick := range c.BackwardTicks {
		spikes := make([][]float64, r.layers())
		for i := last; i >= 0; i-- {
			var input []float64
			if i == last {
				input = slices.Clone(g)
				if tick > 0 {
					add(input, r.blocks[last+1].back(sent(trains[tick-1][0], gates[0])))
				}
			} else {
				input = r.blocks[i+1].back(sent(spikes[i+1], gates[i+1]))
			}
			spikes[i] = k[i].tick(t, c, leak, input)
		}
		trains = append(trains, spikes)
	}
	return trains
}

func add(x, y []float64) {
	for j, v := range y {
		x[j] += v
	}
}

// dyadic draws numbers that are multiples of 1/16, so that all sums are exact.
func dyadic(t *rapid.T, label string, n, limit int) []float64 {
	x := make([]float64, n)
	for j := range x {
		x[j] = float64(rapid.IntRange(-limit, limit).Draw(t, label)) / 16
	}
	return x
}

// drawRing draws a ring of dense blocks on the dyadic grid.
func drawRing(t *rapid.T, fatal testing.TB, in int, sizes []int) spide.Ring[float64] {
	r := denseRing[float64](fatal, in, sizes, 0)
	for _, p := range r.Params() {
		copy(p.Value, dyadic(t, p.Name, len(p.Value), 24))
	}
	drop := rapid.SampledFrom([]float64{0, 0.5})
	r.Input.Dropout, r.Feedback.Dropout = drop.Draw(t, "p of the input"), drop.Draw(t, "p of the feedback")
	for i := range r.Between {
		r.Between[i].Dropout = drop.Draw(t, "p between")
	}
	return r
}

// drawConfig draws constants that keep every sum exact.
func drawConfig(t *rapid.T) spide.Config {
	c := spide.NewConfig()
	c.ForwardTicks, c.BackwardTicks = rapid.IntRange(1, 10).Draw(t, "T_F"), rapid.IntRange(1, 10).Draw(t, "T_B")
	neuron := rapid.SampledFrom([][2]float64{{1, -1}, {2, 0}, {1, 0}}).Draw(t, "V, r")
	couple := rapid.SampledFrom([][2]float64{{0.5, -0.5}, {1, 0}}).Draw(t, "V_B, r_B")
	c.Threshold, c.Rest, c.BackThreshold, c.BackRest = neuron[0], neuron[1], couple[0], couple[1]
	c.Leak = rapid.SampledFrom([]float64{1, 0.75, 0.5}).Draw(t, "leak")
	c.BackLeak = rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "leak of the couples")
	c.ListsUpTo = rapid.SampledFrom([]float64{0, 0.3, 1}).Draw(t, "lists up to")
	return c
}

// matrices describes a ring of dense blocks for one sample of its executor's batch.
func matrices(e *spide.Executor[float64], r spide.Ring[float64], sample int) reference {
	var blocks []refBlock
	maps := []layer.Map[float64]{r.Input.Map}
	for _, b := range r.Between {
		maps = append(maps, b.Map)
	}
	for k, m := range append(maps, r.Feedback.Map) {
		d := m.(*layer.Dense[float64])
		b := refBlock{}
		in, out := layer.Size(d.InShape()), layer.Size(d.OutShape())
		for o := range out {
			b.w = append(b.w, d.Weight.Value[o*in:][:in])
		}
		if d.Bias != nil {
			b.bias = d.Bias.Value
		}
		if mask := e.Masks()[k]; mask != nil {
			b.mask = mask[sample*out:][:out]
		}
		blocks = append(blocks, b)
	}
	return reference{e.Config(), blocks}
}

// Two-neuron couples, masks, leaks, both resets, frames and constant inputs: the executor gives the
// spikes of the reference, one by one (spide.md §10.5).
func TestReference(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		in := rapid.IntRange(1, 4).Draw(r, "inputs")
		sizes := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 3).Draw(r, "sizes")
		batch := rapid.IntRange(1, 3).Draw(r, "batch")
		c, ring := drawConfig(r), drawRing(r, t, in, sizes)
		e, err := spide.New(c, ring)
		require.NoError(r, err)

		frames := make([][]float64, c.ForwardTicks)
		kind := rapid.SampledFrom([]string{"constant", "frames", "spikes"}).Draw(r, "input")
		for tick := range frames {
			switch {
			case kind == "spikes":
				for range batch * in {
					frames[tick] = append(frames[tick], float64(rapid.IntRange(-1, 1).Draw(r, "x")))
				}
			case kind == "frames" || tick == 0:
				frames[tick] = dyadic(r, "x", batch*in, 40)
			default:
				frames[tick] = frames[0]
			}
		}
		seen := map[spide.Stage][][][]float64{} // [stage][tick][layer], batch × neurons
		e.Observe(func(k spide.Tick[float64]) {
			for len(seen[k.Stage]) < k.Tick {
				seen[k.Stage] = append(seen[k.Stage], make([][]float64, len(sizes)))
			}
			seen[k.Stage][k.Tick-1][k.Layer] = asArray(k.Spikes)
		})
		pass := spide.Pass{Train: true, Step: rapid.Uint64().Draw(r, "step")}
		if kind == "constant" {
			require.NoError(r, e.Forward(pass, frames[0], batch))
		} else {
			require.NoError(r, e.ForwardFrames(pass, func(t int) []float64 { return frames[t] }, batch))
		}
		last := sizes[len(sizes)-1]
		g := dyadic(r, "g", batch*last, 20)
		require.NoError(r, e.Backward(g))

		backLeak := c.Leak
		if c.BackLeak != 0 {
			backLeak = c.BackLeak
		}
		for b := range batch {
			ref := matrices(e, ring, b)
			want := ref.forward(func(t int) []float64 { return frames[t][b*in:][:in] })
			compareTrains(r, "forward", want, seen[spide.Forward], sizes, b)
			var gates [][]bool
			for i, n := range sizes {
				gates = append(gates, e.Gate(i)[b*n:][:n])
			}
			want = ref.backward(r, g[b*last:][:last], gates, backLeak)
			compareTrains(r, "backward", want, seen[spide.Backward], sizes, b)
			compareRates(r, e, want, sizes, b, backLeak)
		}
	})
}

func compareTrains(t require.TestingT, stage string, want, have [][][]float64, sizes []int, sample int) {
	require.Len(t, have, len(want))
	for tick := range want {
		for i, n := range sizes {
			require.Equal(t, want[tick][i], have[tick][i][sample*n:][:n], "%s, sample %d, tick %d, layer %d", stage, sample, tick+1, i)
		}
	}
}

// compareRates holds β against the weighted mean of the couples' spikes.
func compareRates(t require.TestingT, e *spide.Executor[float64], trains [][][]float64, sizes []int, sample int, leak float64) {
	for i, n := range sizes {
		for j := range n {
			sum, weights := 0.0, 0.0
			for _, spikes := range trains {
				sum, weights = leak*sum+spikes[i][j], leak*weights+1
			}
			require.InDelta(t, e.Config().BackTheta()*sum/weights, e.Beta(i)[sample*n+j], 1e-12)
		}
	}
}
