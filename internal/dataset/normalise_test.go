package dataset

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNormalisationChannels(t *testing.T) {
	n := &Normalisation{Mean: []float64{1, 2}, Std: []float64{2, 4}}
	for _, shape := range [][]int{{2, 1, 3}, {2}, {2, 1}} { // colours; features; features of two values
		require.NoError(t, n.Check(shape))
	}
	x := []float32{1, 3, 5, 2, 6, 10}
	n.Apply(x, []int{2, 1, 3})
	require.Equal(t, []float32{0, 1, 2, 0, 1, 2}, x)
	x = []float32{1, 6, 3, 10} // two frames of two polarities of one pixel
	n.Apply(x, []int{2, 2, 1, 1})
	require.Equal(t, []float32{0, 1, 1, 2}, x)
	x = []float32{3, 10}
	n.Apply(x, []int{2})
	require.Equal(t, []float32{1, 2}, x)

	one := &Normalisation{Mean: []float64{1}, Std: []float64{2}}
	require.NoError(t, one.Check([]int{3, 5, 5}))
	x = []float32{1, 3, 5}
	one.Apply(x, []int{3, 1, 1})
	require.Equal(t, []float32{0, 1, 2}, x)
}

// The arithmetic is that of single precision, step by step.
func TestNormalisationRounding(t *testing.T) {
	n := MNISTNormalisation()
	for b := range 256 {
		v := float32(b) / 255
		x := []float32{v}
		n.Apply(x, []int{1, 1, 1})
		difference := v - float32(0.1307)
		require.Equal(t, difference/float32(0.3081), x[0])
	}
}

func TestNormalisationRefuses(t *testing.T) {
	for text, n := range map[string]*Normalisation{
		"wrong number of means (2); valid is 1 or 3": {Mean: []float64{1, 2}, Std: []float64{1}},
		"wrong number of deviations (0)":             {Mean: []float64{1}},
		"mean 0 is not finite (NaN)":                 {Mean: []float64{math.NaN()}, Std: []float64{1}},
		"deviation 1 out of range (0)":               {Mean: []float64{1}, Std: []float64{1, 0, 1}},
		"deviation 0 out of range (-1)":              {Mean: []float64{1}, Std: []float64{-1}},
		"deviation 0 out of range (NaN)":             {Mean: []float64{1}, Std: []float64{math.NaN()}},
		"deviation 0 out of range (+Inf)":            {Mean: []float64{1}, Std: []float64{math.Inf(1)}},
		"deviation 0 out of range (1e-60)":           {Mean: []float64{1}, Std: []float64{1e-60}}, // 0 in single precision
	} {
		require.ErrorContains(t, n.Check([]int{3, 2, 2}), text)
	}
	require.NoError(t, CIFAR10Normalisation().Check([]int{3, 32, 32}))
}

// Statistics agree with the two-pass formulas, and normalising with them gives
// mean 0 and deviation 1.
func TestStatistics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, features := rapid.IntRange(2, 30).Draw(t, "n"), rapid.IntRange(1, 4).Draw(t, "features")
		d := &Table{features: features, classes: numbered(1), labels: make([]int32, n)}
		offset := rapid.Float32Range(-1000, 1000).Draw(t, "offset")
		for range n * features {
			d.values = append(d.values, offset+rapid.Float32Range(-1, 1).Draw(t, "value"))
		}
		s, err := Statistics(d)
		require.NoError(t, err)
		for c := range features {
			mean, square := 0.0, 0.0
			for i := range n {
				mean += float64(d.values[i*features+c]) / float64(n)
			}
			for i := range n {
				square += math.Pow(float64(d.values[i*features+c])-mean, 2) / float64(n)
			}
			require.InDelta(t, mean, s.Mean[c], 1e-9)
			if square > 0 {
				require.InDelta(t, math.Sqrt(square), s.Std[c], 1e-9)
			}
		}
		require.NoError(t, s.Check(d.Shape()))
	})
}

// A feature that never changes, such as a corner of the 8x8 digits, becomes 0.
func TestStatisticsOfAConstant(t *testing.T) {
	d := &Table{features: 2, values: []float32{7, 1, 7, 3}, labels: []int32{0, 0}, classes: numbered(1)}
	s, err := Statistics(d)
	require.NoError(t, err)
	require.Equal(t, &Normalisation{Mean: []float64{7, 2}, Std: []float64{1, 1}}, s)
	x, _ := sample(t, d, 1)
	s.Apply(x, d.Shape())
	require.Equal(t, []float32{0, 1}, x)
}

// Images are measured by channel over all pixels.
func TestStatisticsOfImages(t *testing.T) {
	d := &Images{channels: 2, rows: 1, columns: 2, pixels: []byte{0, 255, 51, 51, 0, 255, 51, 51}, labels: make([]int32, 2), classes: numbered(1)}
	s, err := Statistics(d)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.5, 0.2}, s.Mean, 1e-7)
	require.InDeltaSlice(t, []float64{0.5, 1}, s.Std, 1e-7)
}
