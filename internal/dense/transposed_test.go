package dense

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// naiveTransposed is the definition of a transposed convolution of one sample: inputs in ascending
// order, each adding a filter to the output around its place.
func naiveTransposed[F Real](s TransposedShape, y, w, x []F) {
	for i := range s.InSize() {
		c, iy, ix := i/(s.Height*s.Width), i/s.Width%s.Height, i%s.Width
		for o := range s.Filters {
			for ky := range s.Kernel {
				for kx := range s.Kernel {
					oy, ox := iy*s.Stride-s.Padding+ky, ix*s.Stride-s.Padding+kx
					if oy < 0 || oy >= s.OutHeight() || ox < 0 || ox >= s.OutWidth() {
						continue
					}
					at := (o*s.OutHeight()+oy)*s.OutWidth() + ox
					y[at] = addProduct(y[at], w[((c*s.Filters+o)*s.Kernel+ky)*s.Kernel+kx], x[i])
				}
			}
		}
	}
}

func drawTransposed(t *rapid.T) TransposedShape {
	s := TransposedShape{
		Channels: rapid.IntRange(1, 5).Draw(t, "channels"), Filters: rapid.IntRange(1, 5).Draw(t, "filters"),
		Height: rapid.IntRange(1, 6).Draw(t, "height"), Width: rapid.IntRange(1, 6).Draw(t, "width"),
		Kernel: rapid.IntRange(1, 5).Draw(t, "kernel"), Stride: rapid.IntRange(1, 3).Draw(t, "stride"),
	}
	s.Padding = rapid.IntRange(0, s.Kernel-1).Draw(t, "padding")
	s.OutputPadding = rapid.IntRange(0, s.Stride-1).Draw(t, "output padding")
	return s
}

func TestTransposed(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		w := NewWorkspace[float32](nil, Reproducible)
		rapid.Check(t, func(t *rapid.T) {
			r, s := newSource(t), drawTransposed(t)
			conv, err := NewTransposed[float32](s)
			if s.OutHeight() < 1 || s.OutWidth() < 1 || min(s.OutHeight(), s.OutWidth())+2*s.Padding < s.Kernel {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			const batch = 2
			values, x := numbers[float32](r, s.WeightSize()), spikes[float32](r, batch*s.InSize(), 0.3)
			start, weights := numbers[float32](r, batch*s.OutSize()), conv.Weights(values)
			want := append([]float32(nil), start...)
			for b := range batch {
				naiveTransposed(s, want[b*s.OutSize():][:s.OutSize()], values, x[b*s.InSize():])
			}
			for i, forward := range []func(*Workspace[float32], []float32, *ConvWeights[float32], []float32, int){conv.Forward, conv.ForwardSparse} {
				y := guard(start, r.offset())
				forward(w, y.slice(), weights, x, batch)
				equalBits(t, want, y.slice(), fmt.Sprintf("form %d of %+v", i, s))
				y.requireIntact(t, "y")
			}
			requireAdjoint(t, w, conv, r, values, x)
		})
	})
}

// requireAdjoint checks the backward passes by the identities of a map that is linear in x and in w,
// y = M(w, x): <gy, M(w, x)> = <gx, x> = <gw, w>, in float64.
func requireAdjoint(t require.TestingT, w *Workspace[float32], conv *Transposed[float32], r *source, values, x []float32) {
	gy := spikes[float32](r, len(x)/conv.InSize()*conv.OutSize(), 0.5)
	batch, weights := len(x)/conv.InSize(), conv.Weights(values)
	y := make([]float32, len(gy))
	conv.Forward(w, y, weights, x, batch)
	want := dot(gy, y)
	for sparse := range 2 {
		gx, gw := make([]float32, len(x)), make([]float32, len(values))
		if sparse == 0 {
			conv.BackInput(w, gx, weights, gy, batch)
			conv.BackWeight(w, gw, gy, x, batch)
		} else {
			conv.BackInputSparse(w, gx, weights, gy, batch)
			conv.BackWeightSparse(w, gw, gy, x, batch)
		}
		require.InDelta(t, want, dot(gx, x), 1e-3)
		require.InDelta(t, want, dot(gw, values), 1e-3)
	}
}

func dot[F Real](a, b []F) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestNewTransposedErrors(t *testing.T) {
	good := TransposedShape{Channels: 2, Height: 3, Width: 3, Filters: 4, Kernel: 3, Stride: 2, Padding: 1, OutputPadding: 1}
	require.Equal(t, []int{6, 6, 18, 144, 72}, []int{good.OutHeight(), good.OutWidth(), good.InSize(), good.OutSize(), good.WeightSize()})
	_, err := NewTransposed[float32](good)
	require.NoError(t, err)
	for want, change := range map[string]func(s *TransposedShape){
		"dense: transposed convolution needs an image of 1 to 268435456 rows and columns (0x3)":     func(s *TransposedShape) { s.Height = 0 },
		"dense: transposed convolution needs a kernel and a stride of 1 to 268435456 (3, 0)":        func(s *TransposedShape) { s.Stride = 0 },
		"dense: transposed convolution needs an output padding from 0 to below its stride of 2 (2)": func(s *TransposedShape) { s.OutputPadding = 2 },
		"dense: transposed convolution, seen from its output: dense: convolution needs a padding from 0 to below its kernel of 3 (3)": func(s *TransposedShape) {
			s.Padding = 3
		},
	} {
		s := good
		change(&s)
		_, err := NewTransposed[float32](s)
		require.EqualError(t, err, want)
	}
}
