package layer

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Maps tell the description that they were made from: a map made from it again is of the same kind.
func TestMapsDescribeThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawImage(t)
		c := drawConvolution(t, in)
		require.Equal(t, c, must(NewConv2D[float64]("conv", in, c))(t).Convolution())
		kernel, stride, padding := must(NewAvgPool2D[float64](in, c.Kernel, c.Stride, c.Padding))(t).Window()
		require.Equal(t, []int{c.Kernel, c.Stride, c.Padding}, []int{kernel, stride, padding})

		up, c := drawTransposed[float64](t)
		require.Equal(t, c, up.Convolution())
	})
	up := must(NewUpsampleNearest[float64]([]int{1, 2, 2}, 3))(t)
	require.Equal(t, 3, up.Factor())
	flat := must(NewFlatten[float64](up.OutShape()))(t)
	require.Equal(t, []Map[float64]{up}, must(NewChain[float64](up, flat))(t).Stages())
}
