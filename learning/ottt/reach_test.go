package ottt

import (
	"testing"

	"couplet/learning/layer"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestReach holds the counts of ways against the matrix of a projection: with all weights 1 and sums in
// place of averages, its entries are the numbers of ways from each source to each target.
func TestReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := []int{rapid.IntRange(1, 3).Draw(t, "channels"), rapid.IntRange(2, 7).Draw(t, "height"), rapid.IntRange(2, 7).Draw(t, "width")}
		p := Projection{Name: "p", Through: drawOps(t, in)}
		ways := matrix(t, p, in)
		r := newReach(p, in)
		sources, targets := size(in), len(ways)/size(in)

		const batch = 2
		active := drawActivity(t, batch*sources)
		errors := drawActivity(t, batch*targets)
		var total, forward, backward, update int64
		for i := range sources {
			for o := range targets {
				w := ways[i*targets+o]
				total += w
				for b := range batch {
					a, e := active[b*sources+i] != 0, errors[b*targets+o] != 0
					if a {
						forward += w
					}
					if e {
						backward += w
					}
					if a && e {
						update += w
					}
				}
			}
		}
		require.Equal(t, total, r.total())
		require.Equal(t, forward, events(r, active))
		require.Equal(t, backward, returns(r, errors))
		require.Equal(t, update, pairs(r, active, errors))
		require.Equal(t, forward, events(r, active), "a second time")
	})
}

// drawOps draws operations that fit one after the other, with weights in the last one or none.
func drawOps(t *rapid.T, shape []int) []Op {
	var ops []Op
	for range rapid.IntRange(0, 3).Draw(t, "operations") {
		k := rapid.IntRange(1, 3).Draw(t, "kernel")
		o := rapid.SampledFrom([]Op{
			{Kind: Scale, Factor: 2.74},
			{Kind: AvgPool, Kernel: k, Stride: rapid.IntRange(1, 3).Draw(t, "stride"), Padding: k / 2},
			{Kind: Upsample, Times: 2},
			{Kind: GlobalAvgPool},
			{Kind: Conv, Units: 2, Kernel: k, Stride: rapid.IntRange(1, 2).Draw(t, "stride"), Padding: k / 2, Bias: true},
			{Kind: Dense, Units: 3},
		}).Draw(t, "operation")
		next, err := o.outShape(shape)
		if err != nil {
			continue
		}
		ops, shape = append(ops, o), next
		if o.weighted() {
			break
		}
	}
	return ops
}

func drawActivity(t *rapid.T, n int) []float64 {
	return rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0, 1, -0.5}), n, n).Draw(t, "activity")
}

// matrix returns the numbers of ways from each source (rows) to each target.
func matrix(t *rapid.T, p Projection, in []int) []int64 {
	counting := p
	counting.Through = nil
	factor := 1.0
	shape := in
	for _, o := range p.Through {
		switch o.Kind {
		case Scale:
			continue
		case AvgPool:
			factor *= float64(o.Kernel * o.Kernel)
		case GlobalAvgPool:
			factor *= float64(shape[1] * shape[2])
		}
		o.Bias = false
		counting.Through = append(counting.Through, o)
		shape, _ = o.outShape(shape)
	}
	m, err := newMap[float64](counting, in)
	require.NoError(t, err)
	n := size(in)
	one := make([]float64, n*n)
	for i := range n {
		one[i*n+i] = 1
	}
	targets := size(shape)
	y := make([]float64, n*targets)
	if m == nil {
		copy(y, one)
	} else {
		for _, q := range m.Params() {
			for i := range q.Value {
				q.Value[i] = 1
			}
		}
		forward(m, one, y, n)
	}
	ways := make([]int64, len(y))
	for i, v := range y {
		ways[i] = int64(v*factor + 0.5)
	}
	return ways
}

func forward(m layer.Map[float64], x, y []float64, batch int) {
	if p, ok := m.(layer.Prepared); ok {
		p.Prepare()
	}
	m.Forward(x, y, batch)
}
