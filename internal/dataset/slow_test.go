//go:build slow

package dataset

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The real download, through the go command and its module proxy.
func TestFetchMNISTFromTheNetwork(t *testing.T) {
	folder, err := FetchMNIST(t.Context())
	require.NoError(t, err)
	m, err := OpenMNIST(folder, Test, Options{})
	require.NoError(t, err)
	require.Equal(t, []int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, Histogram(m))
}

func TestRealFashionMNIST(t *testing.T) {
	folder := os.Getenv("COUPLET_FASHION_MNIST")
	if folder == "" {
		folder = FashionMNISTFolder
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("needs the Debian package dataset-fashion-mnist, or its folder in COUPLET_FASHION_MNIST")
	}
	for part, each := range map[Part]int{Train: 6000, Test: 1000} {
		m, err := OpenFashionMNIST(folder, part, Options{})
		require.NoError(t, err)
		for _, n := range Histogram(m) {
			require.Equal(t, each, n)
		}
		if part != Train {
			continue
		}
		statistics, err := Statistics(m)
		require.NoError(t, err)
		require.InDelta(t, 0.286041, statistics.Mean[0], 5e-7)
		require.InDelta(t, 0.353024, statistics.Std[0], 5e-7)
	}
}

// The training part of the JPEG copy of CIFAR-10: counts, the known channel means
// after this decoder, and the first 4000 originals, which are found again by class
// and rank within the class.
func TestRealCIFARJPEGTrain(t *testing.T) {
	originals, err := OpenCIFARBinary(Options{}, dataFile(t, "cifar10/data_batch_1-first4000.bin.gz"))
	require.NoError(t, err)
	train, err := OpenCIFAR10(filepath.Dir(dataFile(t, "cifar10/cifar10-jpg-train.tar.gz")), Train, Options{})
	require.NoError(t, err)
	for _, n := range Histogram(train) {
		require.Equal(t, 5000, n)
	}
	statistics, err := Statistics(train)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.4912, 0.4820, 0.4464}, statistics.Mean, 6e-5)

	rank := make([]int, 10)
	var ratios []float64 // dB
	for i := range originals.Len() {
		class := originals.Label(i)
		copied := train.Pixels(5000*class + rank[class])
		rank[class]++
		square := 0.0
		for k, b := range originals.Pixels(i) {
			d := float64(b) - float64(copied[k])
			square += d * d
		}
		ratios = append(ratios, 10*math.Log10(255*255*cifarPixels/square))
	}
	slices.Sort(ratios)
	// Decoders that smooth the halved chroma come a little nearer, to 30.4.
	require.InDelta(t, 30.2, ratios[len(ratios)/2], 0.05)
	require.Greater(t, ratios[0], 20.0)
}
