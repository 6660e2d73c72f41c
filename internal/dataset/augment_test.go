package dataset

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
)

func testStream(i uint64) rng.Stream { return rng.NewKey(1, rng.Test, 0).Sub(i).Stream() }

// reference is one pixel of the crop, from its definition.
func cropped(x []float32, rows, columns, plane, row, column int) float32 {
	if row < 0 || row >= rows || column < 0 || column >= columns {
		return 0
	}
	return x[(plane*rows+row)*columns+column]
}

// The crop is the sample at a shift of at most the padding, zeros around it, the
// same in all planes; all shifts come up equally often.
func TestRandomCrop(t *testing.T) {
	const planes, rows, columns = 3, 4, 5
	shape := []int{planes, rows, columns}
	source := make([]float32, planes*rows*columns)
	for i := range source {
		source[i] = float32(i + 1)
	}
	c := RandomCrop{Padding: 2}
	require.NoError(t, c.Check(shape))
	seen := map[[2]int]int{}
	const draws = 5000
	for i := range uint64(draws) {
		x := append([]float32(nil), source...)
		s := testStream(i)
		c.Apply(x, shape, &s)
		require.EqualValues(t, 2, s.N)
		down, right := shiftOf(t, x, source, rows, columns)
		for k := range x {
			plane, row, column := k/(rows*columns), k/columns%rows, k%columns
			require.Equal(t, cropped(source, rows, columns, plane, row-down, column-right), x[k])
		}
		seen[[2]int{down, right}]++
	}
	require.Len(t, seen, 25)
	for shift, n := range seen {
		require.InDelta(t, draws/25, n, 5*math.Sqrt(draws/25.), "%v", shift)
	}
}

// shiftOf finds by how much a sample of different values was shifted.
func shiftOf(t *testing.T, x, source []float32, rows, columns int) (down, right int) {
	for k, v := range x[:rows*columns] {
		for j, w := range source[:rows*columns] {
			if v == w {
				return k/columns - j/columns, k%columns - j%columns
			}
		}
	}
	require.Fail(t, "nothing is left")
	return 0, 0
}

func TestHorizontalFlip(t *testing.T) {
	shape := []int{2, 2, 3}
	flips := 0
	const draws = 1000
	for i := range uint64(draws) {
		x := []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
		s := testStream(i)
		HorizontalFlip{}.Apply(x, shape, &s)
		require.EqualValues(t, 1, s.N)
		if x[0] == 3 {
			flips++
			require.Equal(t, []float32{3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10}, x)
		} else {
			require.Equal(t, []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, x)
		}
	}
	require.InDelta(t, draws/2, flips, 80)
}

// The square covers what lies around a centre that is inside the picture.
func TestCutout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 6).Draw(t, "rows"), rapid.IntRange(1, 6).Draw(t, "columns")
		shape := []int{2, rows, columns}
		c := Cutout{Side: rapid.IntRange(1, 2*max(rows, columns)).Draw(t, "side")}
		require.NoError(t, c.Check(shape))
		x := make([]float32, Volume(shape))
		for i := range x {
			x[i] = 1
		}
		s := testStream(rapid.Uint64().Draw(t, "stream"))
		cy, cx := int(s.Below(0, uint64(rows))), int(s.Below(1, uint64(columns)))
		c.Apply(x, shape, &s)
		require.EqualValues(t, 2, s.N)
		for k, v := range x {
			y, x := k/columns%rows-cy+c.Side/2, k%columns-cx+c.Side/2
			if y >= 0 && y < c.Side && x >= 0 && x < c.Side {
				require.Zero(t, v)
			} else {
				require.EqualValues(t, 1, v)
			}
		}
	})
}

func TestAugmentationsRefuse(t *testing.T) {
	for _, c := range []struct {
		a     Augmentation
		shape []int
		text  string
	}{
		{RandomCrop{Padding: 0}, []int{1, 4, 5}, "padding out of range (0); valid is 1 to 4"},
		{RandomCrop{Padding: 5}, []int{1, 4, 5}, "padding out of range (5)"},
		{RandomCrop{Padding: 1}, []int{4}, "random crop: samples have no rows and columns (shape [4])"},
		{HorizontalFlip{}, []int{4}, "horizontal flip: samples"},
		{Cutout{Side: 1}, []int{4}, "cutout: samples"},
		{Cutout{Side: 0}, []int{4, 5}, "side out of range (0); valid is 1 to 10"},
		{Cutout{Side: 11}, []int{4, 5}, "side out of range (11)"},
	} {
		t.Run(fmt.Sprintf("%T%v", c.a, c.a), func(t *testing.T) {
			require.ErrorContains(t, c.a.Check(c.shape), c.text)
		})
	}
	require.NoError(t, HorizontalFlip{}.Check([]int{4, 5}))
}
