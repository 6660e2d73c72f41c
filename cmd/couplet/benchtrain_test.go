package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/dataset"
)

// The generated images have the share and the mean value of ink of MNIST, and repeat.
func TestDrawImages(t *testing.T) {
	d := drawImages(20, 28)
	var _ dataset.Dataset = d
	x := make([]float32, 28*28)
	ink, sum := 0, 0.0
	for i := range d.Len() {
		label, err := d.Sample(i, x)
		require.NoError(t, err)
		require.Equal(t, d.Label(i), label)
		for _, v := range x {
			require.GreaterOrEqual(t, v, float32(0))
			require.LessOrEqual(t, v, float32(1))
			if v > 0 {
				ink++
			}
			sum += float64(v)
		}
	}
	pixels := float64(d.Len() * len(x))
	require.InDelta(t, 0.19, float64(ink)/pixels, 0.01)
	require.InDelta(t, dataset.MNISTNormalisation().Mean[0], sum/pixels, 0.01)
	require.NoError(t, dataset.RequireEveryClass(d))

	again := d.repeated(45)
	require.Equal(t, 45, again.Len())
	first, other := make([]float32, len(x)), make([]float32, len(x))
	_, err := d.Sample(3, first)
	require.NoError(t, err)
	_, err = again.Sample(43, other)
	require.NoError(t, err)
	require.Equal(t, first, other)
}

// Every setting is a valid run, of a group that can be asked for.
func TestTrainSettings(t *testing.T) {
	for _, small := range []bool{false, true} {
		groups := map[string]int{}
		for _, s := range trainSettings(small) {
			require.NoError(t, s.config.Validate(), s.network)
			require.Contains(t, benchTrainGroups, s.group)
			groups[s.group]++
		}
		require.Equal(t, map[string]int{"mlp": 3, "conv": 2, "ring": len(lossScales), "lenet": 1}, groups)
	}
}

// Times are medians over the steps after the first, at least three of them.
func TestStepTimes(t *testing.T) {
	steps := 0
	wall, _, err := stepTimes(1, func() (bool, error) {
		steps++
		return true, nil
	})
	require.NoError(t, err)
	require.Positive(t, wall)
	require.Equal(t, 4, steps)
	require.Equal(t, 3.0, medianOf([]float64{5, 1, 3, 2, 4}))
	require.Zero(t, medianOf(nil))
}

func TestGrowth(t *testing.T) {
	require.InDelta(t, 25, growth([]memoryFigure{{OTTT: 5}, {OTTT: 4}, {OTTT: 4}}), 1e-9)
	require.Zero(t, growth([]memoryFigure{{}}))
}
