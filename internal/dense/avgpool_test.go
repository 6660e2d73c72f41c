package dense

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// naiveAvgPool2 is the definition: each square sends a quarter of its four numbers, and each error goes
// back as four quarters. The division is exact, so it does not matter when it is made.
func naiveAvgPool2[F Real](y, gx, x, gy []F, maps, height, width int) {
	h, w := height/2, width/2
	for m := range maps {
		for i := range h * w {
			var sum F
			at := m*h*w + i
			for _, corner := range []int{0, 1, width, width + 1} {
				from := (m*height+i/w*2)*width + i%w*2 + corner
				sum += x[from]
				gx[from] += gy[at] / 4
			}
			y[at] += sum / 4
		}
	}
}

func testAvgPool2[F Real](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSource(t)
		maps, height, width := s.size("maps", 3), s.size("height", 9), s.size("width", 70)
		x, gy := numbers[F](s, maps*height*width), numbers[F](s, maps*(height/2)*(width/2))
		y, gx := guard(numbers[F](s, len(gy)), s.offset()), guard(numbers[F](s, len(x)), s.offset())
		wantY, wantGX := append([]F(nil), y.slice()...), append([]F(nil), gx.slice()...)
		naiveAvgPool2(wantY, wantGX, x, gy, maps, height, width)
		AvgPool2(y.slice(), guard(x, s.offset()).slice(), maps, height, width)
		AvgPool2Back(gx.slice(), guard(gy, s.offset()).slice(), maps, height, width)
		equalBits(t, wantY, append([]F(nil), y.slice()...), "AvgPool2")
		equalBits(t, wantGX, append([]F(nil), gx.slice()...), "AvgPool2Back")
		y.requireIntact(t, "AvgPool2")
		gx.requireIntact(t, "AvgPool2Back")
	})
}

func TestAvgPool2(t *testing.T) {
	forEachLevel(t, testAvgPool2[float32])
	t.Run("float64", testAvgPool2[float64])
}

// A spike that passes a pooling layer weighs a quarter, wherever in the square it is.
func TestAvgPool2OfSpikes(t *testing.T) {
	y := make([]float32, 1)
	for i := range 4 {
		x := make([]float32, 4)
		x[i] = 1
		AvgPool2(y, x, 1, 2, 2)
		require.Equal(t, float32(i+1)/4, y[0])
	}
}

func TestAvgPool2OfShortArraysPanics(t *testing.T) {
	require.PanicsWithValue(t, "dense: x needs 8 numbers (7)", func() { AvgPool2(make([]float32, 2), make([]float32, 7), 2, 2, 2) })
	require.PanicsWithValue(t, "dense: gy needs 2 numbers (1)", func() { AvgPool2Back(make([]float32, 8), make([]float32, 1), 2, 2, 2) })
}
