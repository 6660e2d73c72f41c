package layer

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestErrors: descriptions that cannot be meant are refused before anything is allocated, in words.
func TestErrors(t *testing.T) {
	image := []int{2, 5, 4}
	conv := func(in []int, c Convolution) error {
		_, err := NewConv2D[float64]("conv", in, c)
		return err
	}
	up := func(in []int, c Convolution) error {
		_, err := NewTransposedConv2D[float64]("up", in, c)
		return err
	}
	dense := func(in, out int) error {
		_, err := NewDense[float64]("fc", in, out, true)
		return err
	}
	pool := func(in []int, kernel, stride, padding int) error {
		_, err := NewAvgPool2D[float64](in, kernel, stride, padding)
		return err
	}
	second := func(_ any, err error) error { return err }
	for _, c := range []struct {
		err  error
		want string
	}{
		{dense(0, 3), "layer: fc.weight has a dimension below 1 ([3 0])"},
		{dense(3, -1), "layer: fc.weight has a dimension below 1 ([-1 3])"},
		{dense(1<<40, 1<<40), "layer: fc.weight has more than 2^28 values ([1099511627776 1099511627776])"},
		{conv([]int{5, 4}, Convolution{Out: 1, Kernel: 1}), "layer: input of conv must be [channels, height, width] ([5 4])"},
		{conv([]int{2, 0, 4}, Convolution{Out: 1, Kernel: 1}), "layer: input of conv has a dimension below 1 ([2 0 4])"},
		{conv(image, Convolution{Out: 1}), "layer: conv needs a kernel from 1 to 1024 (0)"},
		{conv(image, Convolution{Out: 1, Kernel: 1 << 20}), "layer: conv needs a kernel from 1 to 1024 (1048576)"},
		{conv(image, Convolution{Out: 0, Kernel: 3}), "layer: output of conv has a dimension below 1 ([0 3 2])"},
		{conv(image, Convolution{Out: 1, Kernel: 3, Stride: -1}), "layer: conv needs a stride from 1 to 1024 (-1)"},
		{conv(image, Convolution{Out: 1, Kernel: 3, Padding: 3}), "layer: conv needs a padding from 0 to below its kernel of 3 (3)"},
		{conv(image, Convolution{Out: 1, Kernel: 3, Padding: -1}), "layer: conv needs a padding from 0 to below its kernel of 3 (-1)"},
		{conv(image, Convolution{Out: 1, Kernel: 5}), "layer: conv has a kernel of 5 that does not fit into its padded input ([2 5 4], padding 0)"},
		{conv(image, Convolution{Out: 1, Kernel: 3, OutputPadding: 1}), "layer: conv: output padding belongs to a transposed convolution (1)"},
		{conv([]int{1 << 12, 4, 4}, Convolution{Out: 1 << 20, Kernel: 1}), "layer: conv.weight has more than 2^28 values ([1048576 4096 1 1])"},
		{conv([]int{1, 1 << 14, 1 << 14}, Convolution{Out: 1, Kernel: 1}), "layer: conv: dense: convolution has an input of more than 268435456 numbers ([1 16386 16386])"},
		{up([]int{1, 1 << 14, 1 << 14}, Convolution{Out: 1, Kernel: 1}), "layer: up: dense: convolution has an input of more than 268435456 numbers ([1 16386 16386])"},
		{up([]int{4}, Convolution{Out: 1, Kernel: 1}), "layer: input of up must be [channels, height, width] ([4])"},
		{up(image, Convolution{Out: 1}), "layer: up needs a kernel from 1 to 1024 (0)"},
		{up(image, Convolution{Out: 1, Kernel: 3, Stride: 2, OutputPadding: 2}), "layer: up needs an output padding from 0 to below its stride of 2 (2)"},
		{up(image, Convolution{Out: 1, Kernel: 3, Stride: 2, OutputPadding: -1}), "layer: up needs an output padding from 0 to below its stride of 2 (-1)"},
		{up([]int{1, 1, 1}, Convolution{Out: 1, Kernel: 2, Padding: 1}), "layer: output of up has a dimension below 1 ([1 0 0])"},
		{pool(image, 0, 0, 0), "layer: average pooling needs a kernel from 1 to 1024 (0)"},
		{pool(image, 6, 0, 0), "layer: average pooling has a kernel of 6 that does not fit into its padded input ([2 5 4], padding 0)"},
		{pool([]int{3}, 1, 0, 0), "layer: input of average pooling must be [channels, height, width] ([3])"},
		{second(NewGlobalAvgPool[float64]([]int{3})), "layer: input of global average pooling must be [channels, height, width] ([3])"},
		{second(NewUpsampleNearest[float64]([]int{3}, 2)), "layer: input of upsampling must be [channels, height, width] ([3])"},
		{second(NewUpsampleNearest[float64](image, 0)), "layer: upsampling needs a factor of at least 1 (0)"},
		{second(NewUpsampleNearest[float64](image, 1<<20)), "layer: output of upsampling has more than 2^28 values ([2 5242880 4194304])"},
		{second(NewScale([]int{0}, 1.0)), "layer: input of scaling has a dimension below 1 ([0])"},
		{second(NewScale(image, math.Inf(1))), "layer: scaling needs a finite factor (+Inf)"},
		{second(NewReshape[float64](image, []int{41})), "layer: reshaping must keep the number of values ([2 5 4] to [41])"},
		{second(NewReshape[float64]([]int{0}, []int{1})), "layer: input of reshaping has a dimension below 1 ([0])"},
		{second(NewReshape[float64]([]int{1}, []int{0})), "layer: output of reshaping has a dimension below 1 ([0])"},
		{second(NewStandardisedDense[float64]("fc", 1, 3, true)), "layer: fc: standardisation needs at least 2 weights per output (1)"},
		{second(NewStandardisedDense[float64]("fc", 0, 3, true)), "layer: fc.weight has a dimension below 1 ([3 0])"},
		{second(NewStandardisedConv2D[float64]("conv", image, Convolution{})), "layer: conv needs a kernel from 1 to 1024 (0)"},
		{second(NewChain[float64]()), "layer: a chain needs at least one map"},
	} {
		require.EqualError(t, c.err, c.want)
	}
}

func TestChainErrors(t *testing.T) {
	one := must(NewDense[float64]("fc", 3, 3, false))(t)
	two := must(NewDense[float64]("fc", 3, 2, false))(t)
	_, err := NewChain[float64](one, two)
	require.EqualError(t, err, "layer: two parameters of a chain have the same name (fc.weight)")
	three := must(NewDense[float64]("head", 4, 2, false))(t)
	_, err = NewChain[float64](one, three)
	require.EqualError(t, err, "layer: map 1 of a chain takes [4], but the one before gives [3]")
	// The number of values is not enough: a shape says what they are.
	four := must(NewGlobalAvgPool[float64]([]int{3, 1, 1}))(t)
	_, err = NewChain[float64](one, four)
	require.EqualError(t, err, "layer: map 1 of a chain takes [3 1 1], but the one before gives [3]")
}
