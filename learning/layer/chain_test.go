package layer

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestChainIsComposition holds a chain of three against its maps called by hand.
func TestChainIsComposition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := []int{2, 6, 6}
		pool := must(NewAvgPool2D[float64](in, 2, 0, 0))(t)
		conv := must(NewConv2D[float64]("conv", pool.OutShape(), Convolution{Out: 3, Kernel: 3, Padding: 1, Bias: true}))(t)
		head := must(NewGlobalAvgPool[float64](conv.OutShape()))(t)
		c := must(NewChain[float64](pool, conv, head))(t)
		key, batch := drawKey(t), rapid.IntRange(1, 3).Draw(t, "batch")
		fill(c, key)
		v := newTrial(c, key, batch, 0.5)
		gradient := gradients(c)

		pooled, maps, y := make([]float64, batch*18), make([]float64, batch*27), make([]float64, batch*3)
		pool.Forward(v.x, pooled, batch)
		conv.Forward(pooled, maps, batch)
		head.Forward(maps, y, batch)
		require.Equal(t, y, v.y)

		gMaps, gPooled, gx := make([]float64, batch*27), make([]float64, batch*18), make([]float64, batch*72)
		head.Back(v.g, gMaps, batch)
		conv.Back(gMaps, gPooled, batch)
		pool.Back(gPooled, gx, batch)
		require.Equal(t, gx, v.gx)

		for _, p := range conv.Params() {
			p.ZeroGrad()
		}
		conv.Accumulate(pooled, gMaps, batch)
		require.Equal(t, gradient, gradients(c))
	})
}

// TestChainSkipsWork: activity is not computed beyond the last map with parameters, errors not before the
// first, and changes of shape not at all.
func TestChainSkipsWork(t *testing.T) {
	shape := []int{1, 2, 2}
	before, after := &counting{Map: must(NewScale(shape, 2.0))(t)}, &counting{Map: must(NewScale([]int{3}, 2.0))(t)}
	flat := must(NewFlatten[float64](shape))(t)
	fc := must(NewDense[float64]("fc", 4, 3, true))(t)
	c := must(NewChain[float64](before, flat, fc, after))(t)
	require.Len(t, c.stages, 3)
	require.Equal(t, shape, c.InShape())

	c.Accumulate(make([]float64, 4), make([]float64, 3), 1)
	require.Equal(t, [2]int{1, 0}, [2]int{before.forward, before.back})
	require.Equal(t, [2]int{0, 1}, [2]int{after.forward, after.back})

	fixed := must(NewChain[float64](before, flat))(t)
	fixed.Accumulate(make([]float64, 4), make([]float64, 4), 1)
	require.Equal(t, 1, before.forward, "nothing to train, nothing to do")
	require.Empty(t, fixed.Params())
}

// counting counts the calls of a map.
type counting struct {
	Map[float64]
	forward, back int
}

func (c *counting) Forward(x, y []float64, batch int) {
	c.forward++
	c.Map.Forward(x, y, batch)
}

func (c *counting) Back(gy, gx []float64, batch int) {
	c.back++
	c.Map.Back(gy, gx, batch)
}
