package dataset

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestYinYangLabel(t *testing.T) {
	for _, c := range []struct {
		x, y  float64
		label int
	}{
		{0.25, 0.5, dot}, {0.75, 0.5, dot}, {0.25, 0.59, dot}, {0.75, 0.41, dot},
		{0.25, 0.61, yang}, {0.25, 0.35, yang}, {0.5, 0.9, yang}, {0.1, 0.55, yang},
		{0.75, 0.61, yin}, {0.75, 0.35, yin}, {0.5, 0.1, yin}, {0.9, 0.45, yin},
	} {
		label, inside := yinYangLabel(c.x, c.y)
		require.True(t, inside)
		require.Equal(t, c.label, label, "(%v, %v)", c.x, c.y)
	}
	for _, p := range [][2]float64{{0, 0}, {1, 1}, {0.1, 0.9}, {0.99, 0.6}} {
		_, inside := yinYangLabel(p[0], p[1])
		require.False(t, inside, "%v", p)
	}
}

// The symbol is the same turned by half, with yin and yang exchanged.
func TestYinYangSymmetry(t *testing.T) {
	d, err := Random{Seed: 3}.GenerateYinYang(Whole, 3000)
	require.NoError(t, err)
	for i := range d.Len() {
		x, label := sample(t, d, i)
		turned, inside := yinYangLabel(1-float64(x[0]), 1-float64(x[1]))
		require.True(t, inside)
		require.Equal(t, []int{yang, yin, dot}[label], turned)
	}
}

func TestGenerateYinYang(t *testing.T) {
	const n = 6000
	d, err := Random{Seed: 1}.GenerateYinYang(Train, n)
	require.NoError(t, err)
	requireDataset(t, d, n, []int{4}, yinYangClasses())
	for _, count := range Histogram(d) {
		require.InDelta(t, n/3, count, 4*math.Sqrt(n*2./9)) // four standard deviations
	}
	// Even within a class: the dots have half of their points in either dot, the
	// mean of which is the centre.
	statistics, err := Statistics(d)
	require.NoError(t, err)
	require.InDelta(t, 0.5, statistics.Mean[0], 0.02)
	require.InDelta(t, 0.5, statistics.Mean[1], 0.02)
	for i := range n {
		x, label := sample(t, d, i)
		require.Equal(t, []float32{1 - x[0], 1 - x[1]}, x[2:])
		got, inside := yinYangLabel(float64(x[0]), float64(x[1]))
		require.True(t, inside)
		require.Equal(t, label, got)
	}
}

// A sample depends on seed, set, part and number alone.
func TestGenerateYinYangStreams(t *testing.T) {
	one := func(r Random, part Part, n, i int) []float32 {
		d, err := r.GenerateYinYang(part, n)
		require.NoError(t, err)
		x, _ := sample(t, d, i)
		return x
	}
	first := one(Random{Seed: 1}, Train, 10, 7)
	require.Equal(t, first, one(Random{Seed: 1}, Train, 8, 7))
	require.NotEqual(t, first, one(Random{Seed: 1}, Train, 10, 8))
	require.NotEqual(t, first, one(Random{Seed: 1}, Test, 10, 7))
	require.NotEqual(t, first, one(Random{Seed: 2}, Train, 10, 7))
	require.NotEqual(t, first, one(Random{Seed: 1, Set: 1}, Train, 10, 7))
	for _, n := range []int{0, -1, maxYinYang + 1} {
		_, err := Random{}.GenerateYinYang(Train, n)
		require.ErrorContains(t, err, "number of yin-yang samples out of range")
	}
}

func TestOpenYinYang(t *testing.T) {
	folder := t.TempDir()
	path := write(t, folder, "train.csv", []byte("x1,y1,x2,y2,label\n0.25,0.5,0.75,0.5,2\n"))
	d, err := OpenYinYang(path, Options{})
	require.NoError(t, err)
	requireDataset(t, d, 1, []int{4}, yinYangClasses())
	path = write(t, folder, "bad.csv", []byte(strings.Repeat("0.25,0.5,0.75,0.5,2\n", 2)))
	_, err = OpenYinYang(path, Options{})
	requireFault(t, err, ErrMalformed, 0, `valid is "x1,y1,x2,y2,label"`)
}
